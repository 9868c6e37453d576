//! Tokens for oneself: to sign in with, and for what acts in one's name.

use super::{
    App,
    form::{Filled, Signed},
    page::{Page, ok},
    session::Purpose,
    trouble::Trouble,
};
use crate::sandbox::{
    server::Sandbox,
    store::{NewToken, Once},
    token::{random, random_hex},
};
use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    person: String,
    seal: String,
    token: Option<String>,
    /// Where the link of an invitation has led; who has no more than that makes no tokens.
    only: Option<String>,
}

pub(super) async fn show(State(sandbox): App, who: Signed) -> Response {
    ok(page(&sandbox, &who, None))
}

/// Shown this once: only its hash is kept.
pub(super) async fn new_token(State(sandbox): App, filled: Filled) -> Result<Response, Trouble> {
    if filled.who.guest.only.is_some() {
        return Ok(Page(StatusCode::FORBIDDEN, page(&sandbox, &filled.who, None)).into_response());
    }
    let once = Once { key: format!("console-{}", random_hex()?), request: random()? };
    let asked = NewToken { email: filled.who.guest.email.clone(), once };
    let (token, _) = sandbox.store.new_token(asked).await?;
    Ok(ok(page(&sandbox, &filled.who, Some(token.reveal().to_owned()))))
}

fn page(sandbox: &Sandbox, who: &Signed, token: Option<String>) -> Account {
    let seal = sandbox.sessions.seal(Purpose::Session, &who.word);
    let only = who.guest.only.as_ref().map(ToString::to_string);
    Account { person: who.guest.email.to_string(), seal, token, only }
}
