//! `/v1/tokens` and `/v1/me`.

use super::{
    super::{
        rule::{Refusal, Rule},
        store::NewToken as Asked,
    },
    App, answer,
    body::Json,
    denied::Denied,
    documented::{Body, Common, Key, Operate},
    head::{Bearer, Head},
};
use crate::{
    model::Email,
    platform::sandbox::{Me, NewToken, Token},
};
use axum::{extract::State, http::StatusCode, response::Response};

/// Makes a token that speaks for one address; for the operator.
#[utoipa::path(
    post, path = "/v1/tokens", tag = "tokens", operation_id = "create_token",
    params(Key), request_body = NewToken,
    responses(
        (status = 201, description = "Made; shown this once", body = Token),
        Common, Operate, Body,
    ),
)]
pub(super) async fn create(
    State(sandbox): App,
    head: Head,
    Json { value, bytes }: Json<NewToken>,
) -> Result<Response, Denied> {
    head.expect_operator()?;
    let email = value.email.parse::<Email>().map_err(|error| {
        Refusal::at("/email", Rule::EmailForm, format!("`{}` {error}", value.email))
    })?;
    let once = head.once(&bytes);
    let asked = Asked { email: email.clone(), once };
    let (token, is_repeated) = sandbox.store.new_token(asked).await?;
    let token = Token { email: email.to_string(), token: token.reveal().to_owned() };
    let mut response = answer::json(StatusCode::CREATED, &token);
    if is_repeated {
        answer::mark_repeated(&mut response);
    }
    Ok(response)
}

/// Whom the token speaks for, and where that person is invited or a member.
#[utoipa::path(
    get, path = "/v1/me", tag = "tokens", operation_id = "get_me",
    responses((status = 200, description = "You", body = Me), Common),
)]
pub(super) async fn me(State(sandbox): App, Bearer(caller): Bearer) -> Result<Response, Denied> {
    let me = sandbox.store.read(move |world, now| world.me(&caller, now)).await?;
    Ok(answer::json(StatusCode::OK, &me))
}
