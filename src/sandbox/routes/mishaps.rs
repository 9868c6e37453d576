//! `/v1/mishaps`, and what they do to every other request.

use super::{
    super::{
        mishap::{self, Blow, Kind, Mishap, Visit},
        rule::{Refusal, Rule},
        server::Sandbox,
        store::{MishapOrder, Reply},
        world::Caller,
    },
    App, answer,
    body::Json,
    denied::{self, Denied},
    documented::{Body, Common, Key, Operate, Reserved},
    head::{self, Bearer, Head},
};
use crate::platform::sandbox::{Mishap as Wire, Mishaps, NewMishap};
use axum::{
    body::{self, Bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use jiff::SignedDuration;
use std::{sync::Arc, time::Duration};

const PREFIX: &str = "/v1/";
const PATH: &str = "/v1/mishaps";

/// How far the `Date` of an answer is off.
#[derive(Debug, Clone, Copy)]
pub(super) struct Skew(pub(super) SignedDuration);

/// What is to go wrong from here on; for the operator.
#[utoipa::path(
    get, path = "/v1/mishaps", tag = "server", operation_id = "list_mishaps",
    responses((status = 200, description = "All that wait", body = Mishaps), Common, Reserved),
)]
pub(super) async fn list(State(sandbox): App, Bearer(caller): Bearer) -> Result<Response, Denied> {
    match caller {
        Caller::Operator => {}
        Caller::Person(_) => {
            let message = "only the sandbox's operator may do this";
            return Err(Refusal::new(Rule::OperatorOnly, message).into());
        }
    }
    Ok(answer::json(StatusCode::OK, &sandbox.store.mishaps().await?))
}

/// Lets something go wrong, so that a client can be tested; for the operator.
///
/// A mishap hits requests below `/v1` that anybody but the operator makes. It lets so many of them
/// pass, hits so many, and is gone.
#[utoipa::path(
    post, path = "/v1/mishaps", tag = "server", operation_id = "add_mishap",
    params(Key), request_body = NewMishap,
    responses(
        (status = 201, description = "It waits, after those that were there", body = Wire),
        Common, Operate, Body,
    ),
)]
pub(super) async fn add(
    State(sandbox): App,
    head: Head,
    Json { value, bytes }: Json<NewMishap>,
) -> Result<Reply, Denied> {
    head.expect_operator()?;
    let mishap: Mishap = value.mishap.parse().map_err(|why: mishap::MishapError| {
        let message = format!("{why}; {}", why.help());
        Refusal::at("/mishap", Rule::MishapForm, message)
    })?;
    Ok(sandbox.store.change_mishaps(MishapOrder::Add(mishap), head.once(&bytes)).await?)
}

/// Lets nothing go wrong any more; for the operator.
#[utoipa::path(
    delete, path = "/v1/mishaps", tag = "server", operation_id = "clear_mishaps",
    params(Key),
    responses((status = 204, description = "No mishap waits"), Common, Operate),
)]
pub(super) async fn clear(State(sandbox): App, head: Head) -> Result<Reply, Denied> {
    head.expect_operator()?;
    Ok(sandbox.store.change_mishaps(MishapOrder::Clear, head.once(&[])).await?)
}

/// Around every request.
pub(super) async fn befall(State(sandbox): App, mut request: Request, next: Next) -> Response {
    let Some(visit) = visit(&sandbox, &request) else { return next.run(request).await };
    let blow = match sandbox.store.strike(visit).await {
        Ok(blow) => blow,
        Err(unavailable) => return Denied::from(unavailable).into_response(),
    };
    if !blow.latency.is_zero() {
        pause(&sandbox, blow.latency).await;
    }
    if blow.kind.is_some() {
        // An answer that says "as before" has no page to be warped.
        request.headers_mut().remove(header::IF_NONE_MATCH);
    }
    let mut response = match refused(blow) {
        Some(response) => response,
        None => spoilt(blow, next.run(request).await, &sandbox).await,
    };
    if !blow.skew.is_zero() {
        response.extensions_mut().insert(Skew(blow.skew));
    }
    response
}

/// `None`: nothing may happen to it. The operator is who asks for mishaps, and gets none.
fn visit(sandbox: &Sandbox, request: &Request) -> Option<Visit> {
    let (method, path) = (request.method(), request.uri().path());
    let below = path.strip_prefix(PREFIX).filter(|_| path != PATH && method != Method::HEAD)?;
    let is_operator = head::bearer_token(request.headers())
        .is_some_and(|token| token.hash().is(sandbox.operator));
    let segments = below.split('/').map(str::to_owned).collect();
    (!is_operator).then(|| Visit { is_read: method.is_safe(), segments })
}

async fn pause(sandbox: &Sandbox, length: Duration) {
    let mut stopped = sandbox.stopped.clone();
    // A shutdown waits for nobody's pleasure.
    drop(tokio::time::timeout(length, stopped.changed()).await);
}

/// An answer for which nothing is carried out.
fn refused(blow: Blow) -> Option<Response> {
    let denied = match blow.kind? {
        Kind::Limited(after) => {
            Denied::for_now(Rule::RateLimit, "too many requests: a mishap", after)
        }
        Kind::Unavailable(503, after) => {
            Denied::for_now(Rule::Unavailable, "nothing was done: a mishap", after)
        }
        // What stands in front of a platform does not speak its language.
        Kind::Unavailable(status, after) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            let page = format!("<html><h1>{status}</h1></html>\n");
            let html = HeaderValue::from_static("text/html");
            let mut response = (status, [(header::CONTENT_TYPE, html)], page).into_response();
            if let Some(after) = after {
                response.headers_mut().insert(header::RETRY_AFTER, denied::seconds(after).into());
            }
            return Some(response);
        }
        Kind::ExpiredToken => {
            Refusal::new(Rule::Unauthenticated, "this token has expired: a mishap").into()
        }
        Kind::LostAnswer
        | Kind::Reset
        | Kind::TruncatedPage(_)
        | Kind::DuplicatedPage
        | Kind::ReorderedPage
        | Kind::UnknownWord(_)
        | Kind::SlowBody(_)
        | Kind::Latency(_)
        | Kind::ClockSkew(_) => return None,
    };
    Some(denied.into_response())
}

/// The answer to what was carried out, as it goes out.
async fn spoilt(blow: Blow, response: Response, sandbox: &Arc<Sandbox>) -> Response {
    let Some(kind) = blow.kind else { return response };
    let (mut parts, whole) = response.into_parts();
    let Ok(whole) = body::to_bytes(whole, usize::MAX).await else {
        return Response::new(mishap::broken_off());
    };
    // Half an answer is known for one by its length.
    parts.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    let body = match kind {
        // The head never goes out; an answer that has no body would go out all the same.
        Kind::LostAnswer => return Response::new(mishap::broken_off()),
        Kind::Reset if whole.is_empty() => return Response::new(mishap::broken_off()),
        Kind::Reset => mishap::cut_short(&whole),
        Kind::SlowBody(length) => trickling(whole, length, Arc::clone(sandbox)),
        Kind::TruncatedPage(_)
        | Kind::DuplicatedPage
        | Kind::ReorderedPage
        | Kind::UnknownWord(_) => {
            parts.headers.remove(header::CONTENT_LENGTH);
            parts.headers.remove(header::ETAG);
            mishap::warped(kind, &whole).map_or_else(|| whole.into(), Into::into)
        }
        Kind::Limited(_)
        | Kind::Unavailable(..)
        | Kind::ExpiredToken
        | Kind::Latency(_)
        | Kind::ClockSkew(_) => whole.into(),
    };
    Response::from_parts(parts, body)
}

fn trickling(whole: Bytes, length: Duration, sandbox: Arc<Sandbox>) -> body::Body {
    mishap::trickling(whole, move || {
        let sandbox = Arc::clone(&sandbox);
        async move { pause(&sandbox, length).await }
    })
}
