//! A no, as an RFC 9457 problem.

use super::super::{
    rule::{Refusal, Rule},
    store::{Fault, Unavailable},
    world,
};
use crate::platform::sandbox::Problem;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Denied {
    refusal: Refusal,
    /// Seconds.
    retry_after: Option<u64>,
}

/// When to try again after trouble that we know nothing about.
const PAUSE: u64 = 1;

impl Denied {
    pub(super) fn limited(wait: SignedDuration) -> Self {
        let seconds = wait.as_millis().unsigned_abs().div_ceil(1000);
        let seconds = u64::try_from(seconds).unwrap_or(u64::MAX).max(1);
        let message = format!("too many requests; try again in {seconds} s");
        let refusal = Refusal::new(Rule::RateLimit, message);
        Self { refusal, retry_after: Some(seconds) }
    }
}

impl Denied {
    /// `after`: when to try again, if that is told.
    pub(super) fn for_now(rule: Rule, message: &str, after: Option<Duration>) -> Self {
        Self { refusal: Refusal::new(rule, message), retry_after: after.map(seconds) }
    }

    /// Says when the next invitations go, where that is what stands in the way.
    pub(super) fn renewing(self, now: Timestamp) -> Self {
        if self.refusal.status() != 429 || self.retry_after.is_some() {
            return self;
        }
        let wait = world::next_hour(now).duration_since(now).as_secs().unsigned_abs() + 1;
        Self { retry_after: Some(wait), ..self }
    }
}

/// As `Retry-After` says it: whole, and rather too many.
pub(super) fn seconds(length: Duration) -> u64 {
    u64::try_from(length.as_millis().div_ceil(1000)).unwrap_or(u64::MAX)
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, retry_after: None }
    }
}

impl From<Unavailable> for Denied {
    fn from(Unavailable(why): Unavailable) -> Self {
        let message = if why.is_empty() { "nothing was done; try again".to_owned() } else { why };
        Self { refusal: Refusal::new(Rule::Unavailable, message), retry_after: Some(PAUSE) }
    }
}

impl From<Fault> for Denied {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(refusal) => refusal.into(),
            Fault::KeyReused => Refusal::new(
                Rule::IdempotencyKeyReused,
                "this Idempotency-Key was used for another request",
            )
            .into(),
            Fault::Unavailable(unavailable) => unavailable.into(),
        }
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.refusal.status())
            .expect("rules have statuses that HTTP knows");
        let broken = self.refusal.broken();
        let problem = Problem {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: Some(
                broken.iter().map(|broken| broken.message.as_str()).collect::<Vec<_>>().join("; "),
            ),
            errors: broken.iter().map(Into::into).collect(),
        };
        let body = serde_json::to_string(&problem).expect("a problem is plain JSON");
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
