//! Bodies: JSON of a known shape, or an image.

use super::{
    super::{
        rule::{Refusal, Rule},
        server::Sandbox,
    },
    denied::Denied,
};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A JSON body, with its bytes as they came.
pub(super) struct Json<T> {
    pub(super) value: T,
    pub(super) bytes: Bytes,
}

/// An image's bytes; of which kind they are is told from themselves.
pub(super) struct Image(pub(super) Bytes);

const IMAGES: [&str; 3] = ["image/png", "image/jpeg", "application/octet-stream"];

impl<T: DeserializeOwned> FromRequest<Arc<Sandbox>> for Json<T> {
    type Rejection = Denied;

    async fn from_request(request: Request, sandbox: &Arc<Sandbox>) -> Result<Self, Denied> {
        expect_media_type(request.headers(), &["application/json"])?;
        let bytes = bytes(request, sandbox).await?;
        let value = parsed(&bytes)?;
        Ok(Self { value, bytes })
    }
}

impl FromRequest<Arc<Sandbox>> for Image {
    type Rejection = Denied;

    async fn from_request(request: Request, sandbox: &Arc<Sandbox>) -> Result<Self, Denied> {
        expect_media_type(request.headers(), &IMAGES)?;
        bytes(request, sandbox).await.map(Self)
    }
}

async fn bytes(request: Request, sandbox: &Arc<Sandbox>) -> Result<Bytes, Denied> {
    Bytes::from_request(request, sandbox).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            let message = format!("the body is larger than {} bytes", super::MAX_BODY);
            return Refusal::new(Rule::TooLarge, message).into();
        }
        Refusal::new(Rule::JsonSyntax, "the body broke off").into()
    })
}

fn expect_media_type(headers: &HeaderMap, allowed: &[&str]) -> Result<(), Denied> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if allowed.iter().any(|allowed| essence.eq_ignore_ascii_case(allowed)) {
        return Ok(());
    }
    let message = format!("the Content-Type is `{essence}`, not {}", allowed.join(" or "));
    Err(Refusal::new(Rule::MediaType, message).into())
}

fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Denied> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let field = pointer(error.path());
        let error = error.into_inner();
        let rule = if error.is_data() { Rule::JsonShape } else { Rule::JsonSyntax };
        Refusal::at(field, rule, error.to_string())
    })?;
    deserializer.end().map_err(|error| Refusal::new(Rule::JsonSyntax, error.to_string()))?;
    Ok(value)
}

/// RFC 6901.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .map(|segment| format!("/{segment}"))
        .collect()
}
