//! `/v1/clock`, where the sandbox was started with a clock that can be moved.

use super::{
    super::{
        rule::{Refusal, Rule},
        server::Sandbox,
        store::{ClockMove, Hand, Reply},
        world::Caller,
    },
    App, answer,
    body::Json,
    denied::Denied,
    documented::{Body, Common, Key, NotFound, Operate, Reserved},
    head::{Bearer, Head},
};
use crate::platform::sandbox::{Clock, ClockMove as Asked};
use axum::{extract::State, http::StatusCode, response::Response};

/// The sandbox's time, and how far it was moved; for the operator.
///
/// There is a clock to see and to move only where the sandbox was started with one that can be
/// moved. Every reading of the time follows it, also after a restart.
#[utoipa::path(
    get, path = "/v1/clock", tag = "server", operation_id = "get_clock",
    responses((status = 200, description = "It", body = Clock), Common, Reserved, NotFound),
)]
pub(super) async fn show(State(sandbox): App, Bearer(caller): Bearer) -> Result<Response, Denied> {
    expect_controllable(&sandbox)?;
    match caller {
        Caller::Operator => {}
        Caller::Person(_) => {
            let message = "only the sandbox's operator may do this";
            return Err(Refusal::new(Rule::OperatorOnly, message).into());
        }
    }
    let clock = Hand::show((sandbox.clock)(), sandbox.store.ahead());
    Ok(answer::json(StatusCode::OK, &clock))
}

/// Moves the sandbox's time, forwards or backwards; for the operator.
#[utoipa::path(
    post, path = "/v1/clock", tag = "server", operation_id = "move_clock",
    params(Key), request_body = Asked,
    responses(
        (status = 200, description = "The time from now on", body = Clock),
        Common, Operate, NotFound, Body,
    ),
)]
pub(super) async fn advance(
    State(sandbox): App,
    head: Head,
    Json { value, bytes }: Json<Asked>,
) -> Result<Reply, Denied> {
    expect_controllable(&sandbox)?;
    head.expect_operator()?;
    let by = Hand::length(&value.advance)?;
    Ok(sandbox.store.move_clock(ClockMove { by, once: head.once(&bytes) }).await?)
}

fn expect_controllable(sandbox: &Sandbox) -> Result<(), Refusal> {
    if sandbox.controllable_clock {
        return Ok(());
    }
    Err(Refusal::not_found("clock that can be moved"))
}
