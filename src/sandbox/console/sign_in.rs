//! Signing in with a token, and out.

use super::{
    App,
    cookie::Cookie,
    form::{Fields, Filled},
    page::{Page, go_to},
    session::{Guest, LASTS, Purpose},
    trouble::Trouble,
};
use crate::sandbox::{
    server::Sandbox,
    token::{Token, random_hex},
};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    seal: String,
    /// Where to go afterwards.
    back: String,
    problem: Option<&'static str>,
}

pub(super) async fn show(
    State(sandbox): App,
    headers: HeaderMap,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let back = asked.into_iter().find_map(|(name, value)| (name == "back").then_some(value));
    ask(&sandbox, &headers, (StatusCode::OK, back.as_deref(), None))
}

pub(super) async fn sign_in(
    State(sandbox): App,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Trouble> {
    let visit = Cookie::Visit.read(&sandbox, &headers).ok_or(Trouble::Forged)?;
    if !sandbox.sessions.is_sealed(Purpose::SignIn, &visit, fields.text("seal")) {
        return Err(Trouble::Forged);
    }
    let back = Some(fields.text("back"));
    let hash = Token::new(fields.text("token")).hash();
    match sandbox.store.bearer(hash) {
        Some(email) => begin(&sandbox, (&headers, Guest { email, only: None }), &inside(back)),
        None if hash.is(sandbox.operator) => {
            let problem = "This is the operator's token, and the operator belongs to no workspace. \
                           Sign in with a token of your own.";
            ask(&sandbox, &headers, (StatusCode::FORBIDDEN, back, Some(problem)))
        }
        None => {
            let problem = "This token is not known here. Copy it whole, without spaces.";
            ask(&sandbox, &headers, (StatusCode::FORBIDDEN, back, Some(problem)))
        }
    }
}

pub(super) async fn sign_out(State(sandbox): App, filled: Filled) -> Response {
    sandbox.sessions.end(&filled.who.word);
    let mut response = go_to("/sign-in");
    let gone = Cookie::Session.set(&sandbox, "", 0);
    response.headers_mut().append(header::SET_COOKIE, gone);
    response
}

/// Signs somebody in who has shown who they are, and leads them on.
pub(super) fn begin(
    sandbox: &Sandbox,
    (headers, guest): (&HeaderMap, Guest),
    to: &str,
) -> Result<Response, Trouble> {
    if let Some(before) = Cookie::Session.read(sandbox, headers) {
        sandbox.sessions.end(&before);
    }
    let word = sandbox.sessions.begin(guest, (sandbox.clock)())?;
    let mut response = go_to(to);
    let cookie = Cookie::Session.set(sandbox, &word, LASTS.as_secs());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

fn ask(
    sandbox: &Sandbox,
    headers: &HeaderMap,
    (status, back, problem): (StatusCode, Option<&str>, Option<&'static str>),
) -> Result<Response, Trouble> {
    let known = Cookie::Visit.read(sandbox, headers);
    let visit = known.map_or_else(random_hex, Ok)?;
    let seal = sandbox.sessions.seal(Purpose::SignIn, &visit);
    let mut response = Page(status, SignIn { seal, back: inside(back), problem }).into_response();
    let cookie = Cookie::Visit.set(sandbox, &visit, LASTS.as_secs());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Only to pages of ours: a link to the sign-in must not lead elsewhere.
fn inside(back: Option<&str>) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-".contains(c);
    back.filter(|path| *path == "/console" || path.starts_with("/console/"))
        .filter(|path| path.chars().all(plain) && !path.contains("//"))
        .unwrap_or("/console")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn nobody_is_led_out_of_the_console() {
        assert_eq!(inside(Some("/console/acme/members")), "/console/acme/members");
        for odd in [
            "",
            "https://evil.example",
            "//evil.example",
            "/consoles",
            "/console//x",
            "/console/\\x",
        ] {
            assert_eq!(inside(Some(odd)), "/console", "{odd}");
        }
    }
}
