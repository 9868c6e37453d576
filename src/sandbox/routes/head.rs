//! What a request says before its body: who asks, under which key, about which revision.

use super::{
    super::{
        rule::{Refusal, Rule},
        server::Sandbox,
        store::{Once, Write},
        token::Token,
        world::{Caller, Command, PageOf, Request},
    },
    denied::Denied,
};
use crate::platform::sandbox::{COMMIT_HEADER, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE};
use axum::{
    extract::{FromRequestParts, Path, Query},
    http::{HeaderMap, HeaderName, header, request::Parts},
};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const MAX_KEY: usize = 255;
const MAX_PAGE: u32 = 1_000_000;

/// The bearer of the token.
pub(super) struct Bearer(pub(super) Caller);

/// Everything about a write but its body.
pub(super) struct Head {
    caller: Caller,
    key: String,
    expected: Option<Vec<u64>>,
    commit: Option<String>,
    line: String,
}

/// Segments of the path.
pub(super) struct Ids<T>(pub(super) T);

/// `?page=…&pageSize=…`.
pub(super) struct Paged(pub(super) PageOf);

/// The entity tags that the caller has (`If-None-Match`).
pub(super) struct Known(Vec<String>);

impl FromRequestParts<Arc<Sandbox>> for Bearer {
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, sandbox: &Arc<Sandbox>) -> Result<Self, Denied> {
        let token = bearer_token(&parts.headers)
            .ok_or_else(|| unauthenticated("this needs a bearer token"))?;
        let hash = token.hash();
        if hash.is(sandbox.operator) {
            return Ok(Self(Caller::Operator));
        }
        let email = sandbox.store.bearer(hash);
        email
            .map(|email| Self(Caller::Person(email)))
            .ok_or_else(|| unauthenticated("this token is not known here"))
    }
}

impl FromRequestParts<Arc<Sandbox>> for Head {
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, sandbox: &Arc<Sandbox>) -> Result<Self, Denied> {
        let Bearer(caller) = Bearer::from_request_parts(parts, sandbox).await?;
        let key = idempotency_key(&parts.headers)?;
        let expected = expected(&parts.headers);
        let commit = commit(&parts.headers);
        let line = format!("{} {}", parts.method, parts.uri);
        Ok(Self { caller, key, expected, commit, line })
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Sandbox>> for Ids<T> {
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, sandbox: &Arc<Sandbox>) -> Result<Self, Denied> {
        Path::from_request_parts(parts, sandbox)
            .await
            .map(|Path(ids)| Self(ids))
            .map_err(|rejection| Refusal::new(Rule::Path, rejection.body_text()).into())
    }
}

impl FromRequestParts<Arc<Sandbox>> for Paged {
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, sandbox: &Arc<Sandbox>) -> Result<Self, Denied> {
        let Query(parameters): Query<Vec<(String, String)>> =
            Query::from_request_parts(parts, sandbox)
                .await
                .map_err(|rejection| Refusal::new(Rule::QueryParameter, rejection.body_text()))?;
        let (mut page, mut size) = (None, None);
        for (name, value) in &parameters {
            let (place, max) = match name.as_str() {
                "page" => (&mut page, MAX_PAGE),
                "pageSize" => (&mut size, MAX_PAGE_SIZE),
                _ => return Err(odd_parameter(format!("there is no parameter `{name}`"))),
            };
            let number = value.parse().ok().filter(|number| (1..=max).contains(number));
            let number = number.ok_or_else(|| {
                odd_parameter(format!("`{name}` is a number from 1 to {max}, not `{value}`"))
            })?;
            if place.replace(number).is_some() {
                return Err(odd_parameter(format!("`{name}` is given twice")));
            }
        }
        let (page, size) = (page.unwrap_or(1), size.unwrap_or(DEFAULT_PAGE_SIZE));
        Ok(Self(PageOf { page, size }))
    }
}

impl<S: Sync> FromRequestParts<S> for Known {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> Result<Self, std::convert::Infallible> {
        let tags = parts.headers.get_all(header::IF_NONE_MATCH).iter();
        let tags = tags.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        // Weak comparison (RFC 9110, 13.1.2).
        Ok(Self(tags.map(|tag| tag.trim().trim_start_matches("W/").to_owned()).collect()))
    }
}

impl Known {
    pub(super) fn has(&self, etag: &str) -> bool {
        self.0.iter().any(|tag| tag == "*" || tag == etag)
    }
}

impl Head {
    pub(super) fn with(self, command: Command, body: &[u8]) -> Write {
        let once = self.once(body);
        let Self { caller, key: _, expected, commit, line: _ } = self;
        Write { request: Request { caller, command, expected }, once, commit }
    }

    /// What makes the request known again when it is repeated. `If-Match` is no part of that: who
    /// asks again after a lost answer may have looked again meanwhile.
    pub(super) fn once(&self, body: &[u8]) -> Once {
        let mut hash = Sha256::new();
        hash.update((self.line.len() as u64).to_be_bytes());
        hash.update(&self.line);
        hash.update(body);
        Once { key: self.key.clone(), request: hash.finalize().into() }
    }

    pub(super) fn expect_operator(&self) -> Result<(), Refusal> {
        match self.caller {
            Caller::Operator => Ok(()),
            Caller::Person(_) => {
                Err(Refusal::new(Rule::OperatorOnly, "only the sandbox's operator may do this"))
            }
        }
    }
}

pub(super) fn bearer_token(headers: &HeaderMap) -> Option<Token> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Token::new(token.trim()))
}

fn unauthenticated(message: &str) -> Denied {
    Refusal::new(Rule::Unauthenticated, message).into()
}

fn odd_parameter(message: String) -> Denied {
    Refusal::new(Rule::QueryParameter, message).into()
}

fn idempotency_key(headers: &HeaderMap) -> Result<String, Denied> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else {
        let message = "every write needs an Idempotency-Key, so that it can be repeated safely";
        return Err(Refusal::new(Rule::IdempotencyKeyMissing, message).into());
    };
    let key = value.to_str().ok().filter(|key| {
        (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
    });
    key.map(str::to_owned).ok_or_else(|| {
        let message =
            format!("an Idempotency-Key is 1 to {MAX_KEY} visible ASCII characters without spaces");
        Refusal::new(Rule::IdempotencyKeyForm, message).into()
    })
}

/// As git abbreviates it, or whole, and whether the manifests differ from it. What is anything else
/// is left out of the log rather than refused: it is a remark, and no part of the request.
fn commit(headers: &HeaderMap) -> Option<String> {
    let said = headers.get(COMMIT_HEADER)?.to_str().ok()?;
    let hex = said.strip_suffix("-dirty").unwrap_or(said);
    let is_hex = hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (is_hex && (4..=64).contains(&hex.len())).then(|| said.to_owned())
}

/// The revisions of the entity tags in `If-Match`. `*` asks for nothing: what is not there is not
/// found anyway. A weak tag (RFC 9110, 13.1.1), or one that we never gave out, matches nothing.
fn expected(headers: &HeaderMap) -> Option<Vec<u64>> {
    let values: Vec<_> = headers.get_all(header::IF_MATCH).iter().collect();
    if values.is_empty() {
        return None;
    }
    let tags = values.into_iter().filter_map(|value| value.to_str().ok());
    let tags: Vec<_> = tags.flat_map(|value| value.split(',')).map(str::trim).collect();
    if tags.contains(&"*") {
        return None;
    }
    // What stands behind a point is not about the object itself.
    let revision =
        |tag: &str| tag.strip_prefix('"')?.strip_suffix('"')?.split('.').next()?.parse().ok();
    Some(tags.into_iter().filter_map(revision).collect())
}
