//! The API: paths, headers, statuses. What is allowed is decided in [`world`](super::world).

mod activity;
mod answer;
mod body;
mod clock;
mod denied;
mod documented;
mod head;
mod logos;
mod members;
mod mishaps;
mod programs;
mod tokens;
mod workspaces;

pub use documented::openapi;

use super::{
    console,
    rule::{Refusal, Rule},
    server::Sandbox,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, Method, Uri, header},
    middleware::{self, Next},
    response::Response,
    serve::ListenerExt as _,
};
use denied::Denied;
use jiff::{SignedDuration, fmt::rfc2822};
use mishaps::Skew;
use std::{io, sync::Arc};
use tokio::net::TcpListener;

/// Largest body; a logo and the longest listing are far below.
const MAX_BODY: usize = 1024 * 1024;

type App = State<Arc<Sandbox>>;

pub(super) async fn run(listener: TcpListener, sandbox: Arc<Sandbox>) -> io::Result<()> {
    // Small answers must not wait for more to send.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let mut stopped = sandbox.stopped.clone();
    axum::serve(listener, router(sandbox))
        .with_graceful_shutdown(async move { drop(stopped.changed().await) })
        .await
}

fn router(sandbox: Arc<Sandbox>) -> Router {
    let (router, _) = documented::router().split_for_parts();
    router
        .merge(console::router(&sandbox))
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(Arc::clone(&sandbox), pace))
        .layer(middleware::from_fn_with_state(Arc::clone(&sandbox), mishaps::befall))
        .layer(middleware::from_fn_with_state(Arc::clone(&sandbox), date))
        .with_state(sandbox)
}

/// Latency and limit, where they are asked for.
async fn pace(State(sandbox): App, request: Request, next: Next) -> Result<Response, Denied> {
    if let Some(limit) = &sandbox.limit {
        limit.admit((sandbox.clock)()).map_err(Denied::limited)?;
    }
    if !sandbox.latency.is_zero() {
        tokio::time::sleep(sandbox.latency).await;
    }
    Ok(next.run(request).await)
}

/// Our time, and not the machine's; a mishap may have put it off.
async fn date(State(sandbox): App, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let skew = response.extensions_mut().remove().map_or(SignedDuration::ZERO, |Skew(skew)| skew);
    let now = (sandbox.clock)();
    let now = now.checked_add(skew).unwrap_or(now);
    let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

async fn no_such_route(uri: Uri) -> Denied {
    Refusal::not_found(format_args!("resource at `{}`", uri.path())).into()
}

async fn no_such_method(method: Method, uri: Uri) -> Denied {
    let message = format!("`{}` does not know {method}", uri.path());
    Refusal::new(Rule::Method, message).into()
}
