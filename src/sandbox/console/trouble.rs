//! What a page says when it cannot say what was asked for.

use super::page::{Page, go_to};
use crate::sandbox::{
    rule::{Refusal, Rule},
    store::{Fault, Unavailable},
};
use askama::Template;
use axum::{
    extract::multipart::MultipartError,
    http::StatusCode,
    response::{IntoResponse, Response},
};

#[derive(Debug)]
pub(super) enum Trouble {
    /// A form that is not from a page that we gave to this person.
    Forged,
    SignInFirst {
        back: String,
    },
    Garbled,
    TooLarge,
    Refused(Refusal),
    Unavailable(String),
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage {
    title: &'static str,
    messages: Vec<String>,
    way_out: &'static str,
}

impl Trouble {
    pub(super) fn of_parts(error: &MultipartError) -> Self {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Self::TooLarge } else { Self::Garbled }
    }

    fn page(self) -> (StatusCode, TroublePage) {
        let (status, title, message, way_out) = match self {
            Self::Forged => (
                StatusCode::FORBIDDEN,
                "This form is not from here",
                "It did not come from a page of this console, or the page is too old.".to_owned(),
                "Nothing was done. Go back, reload the page and send the form again.",
            ),
            Self::SignInFirst { .. } => (
                StatusCode::UNAUTHORIZED,
                "Please sign in first",
                "This page is for people who are signed in.".to_owned(),
                "Sign in, then come back.",
            ),
            Self::Garbled => (
                StatusCode::BAD_REQUEST,
                "The form did not arrive whole",
                "What was sent cannot be read.".to_owned(),
                "Nothing was done. Go back and send it again.",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "That file is too large",
                "A logo has no more than 256 KB.".to_owned(),
                "Nothing was done. Go back and choose a smaller one.",
            ),
            Self::Unavailable(why) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The sandbox cannot answer",
                why,
                "Nothing was done. Try again in a moment.",
            ),
            Self::Refused(refusal) => return refused(&refusal),
        };
        (status, TroublePage { title, messages: vec![message], way_out })
    }
}

fn refused(refusal: &Refusal) -> (StatusCode, TroublePage) {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::CONFLICT);
    let (title, way_out) = match status {
        StatusCode::NOT_FOUND => {
            ("There is no such page", "It may be gone, or not for you to see.")
        }
        StatusCode::FORBIDDEN => ("You may not do that", "Nothing was done."),
        StatusCode::PRECONDITION_FAILED => (
            "Somebody was faster",
            "Nothing was done. Go back, look at how it is, and decide again.",
        ),
        _ => ("That is not possible", "Nothing was done. Go back and look at how it is."),
    };
    let messages = refusal.broken().iter().map(|broken| sentence(&broken.message)).collect();
    (status, TroublePage { title, messages, way_out })
}

/// What the rules say begins small, has no stop and has people's own words in backticks.
pub(super) fn sentence(message: &str) -> String {
    let message = match message.strip_prefix("`` ") {
        Some(rest) => format!("an empty field {rest}"),
        None => quoted(message),
    };
    let mut chars = message.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

fn quoted(message: &str) -> String {
    let parts = message.split('`').enumerate();
    parts.fold(String::new(), |text, (n, part)| match n {
        0 => part.to_owned(),
        _ if n % 2 == 1 => text + "“" + part,
        _ => text + "”" + part,
    })
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        if let Self::SignInFirst { back } = &self {
            return go_to(&format!("/sign-in?back={back}"));
        }
        let (status, page) = self.page();
        Page(status, page).into_response()
    }
}

/// For whatever in the console is not there.
pub(super) async fn no_such_page() -> Trouble {
    Refusal::new(Rule::NotFound, "the address leads nowhere").into()
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Unavailable> for Trouble {
    fn from(Unavailable(why): Unavailable) -> Self {
        Self::Unavailable(why)
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(refusal) => Self::Refused(refusal),
            Fault::KeyReused => Self::Forged,
            Fault::Unavailable(unavailable) => unavailable.into(),
        }
    }
}

impl From<getrandom::Error> for Trouble {
    fn from(why: getrandom::Error) -> Self {
        Self::Unavailable(format!("the system gave no random bytes: {why}"))
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn what_the_rules_say_becomes_a_sentence() {
        assert_eq!(sentence("the industry is blank"), "The industry is blank.");
        assert_eq!(sentence("`lin` is not an address"), "“lin” is not an address.");
        assert_eq!(sentence("`` is not an address"), "An empty field is not an address.");
    }
}
