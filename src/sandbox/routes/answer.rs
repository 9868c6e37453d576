//! A yes, as a response.

use super::{super::store::Reply, head::Known};
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// On an answer that was given before, under the same key.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let body = serde_json::to_string(value).expect("the wire is plain JSON");
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// An object under its entity tag, unless the caller has it already.
pub(super) fn tagged(
    known: &Known,
    tag: impl std::fmt::Display,
    value: &impl Serialize,
) -> Response {
    unless_known(known, tag, || json(StatusCode::OK, value))
}

pub(super) fn unless_known(
    known: &Known,
    tag: impl std::fmt::Display,
    answer: impl FnOnce() -> Response,
) -> Response {
    let etag = format!("\"{tag}\"");
    let mut response =
        if known.has(&etag) { StatusCode::NOT_MODIFIED.into_response() } else { answer() };
    set(&mut response, header::ETAG, &etag);
    response
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = match self.body {
            Some(body) => {
                (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
            }
            None => status.into_response(),
        };
        for (name, value) in [(header::ETAG, self.etag), (header::LOCATION, self.location)] {
            if let Some(value) = value {
                set(&mut response, name, &value);
            }
        }
        if self.is_repeated {
            mark_repeated(&mut response);
        }
        response
    }
}

pub(super) fn mark_repeated(response: &mut Response) {
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    let value = HeaderValue::from_str(value).expect("ids, digests and revisions are plain ASCII");
    response.headers_mut().insert(name, value);
}
