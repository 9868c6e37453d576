//! What somebody sent with a form, and that it was ours.

use super::{
    cookie::Cookie,
    session::{Guest, Purpose},
    trouble::Trouble,
};
use crate::sandbox::{rule::Refusal, server::Sandbox, world::Caller};
use axum::{
    RequestExt as _,
    extract::{Form, FromRequest, FromRequestParts, Multipart, RawPathParams, Request},
    http::{HeaderMap, Method, header, request::Parts},
};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeSet, sync::Arc};

/// Fields by name, as they came.
#[derive(Debug, Default)]
pub(super) struct Fields {
    texts: Vec<(String, String)>,
    /// The one that was chosen; no form of ours takes two.
    file: Option<Vec<u8>>,
}

/// Somebody who is signed in, and may be in the workspace that the path names.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    pub(super) guest: Guest,
    pub(super) word: String,
}

/// A form of somebody who is signed in.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) who: Signed,
    pub(super) fields: Fields,
}

impl Signed {
    pub(super) fn caller(&self) -> Caller {
        Caller::Person(self.guest.email.clone())
    }
}

impl Fields {
    /// Without spaces around; empty when missing.
    pub(super) fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    pub(super) fn set(&self, name: &str) -> BTreeSet<String> {
        self.all(name).filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }

    pub(super) fn file(&self) -> Option<&[u8]> {
        self.file.as_deref()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.texts.iter().filter(move |(found, _)| found == name);
        named.map(|(_, text)| text.trim())
    }

    /// Of all that was sent, to know it again when it is sent twice.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        let texts = self.texts.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]);
        for part in texts.chain(self.file()) {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        digest.finalize().into()
    }
}

impl FromRequestParts<Arc<Sandbox>> for Signed {
    type Rejection = Trouble;

    async fn from_request_parts(
        parts: &mut Parts,
        sandbox: &Arc<Sandbox>,
    ) -> Result<Self, Trouble> {
        let who = signed(&parts.headers, sandbox).ok_or_else(|| {
            // The path as a browser knows it, also within the console's own router.
            let uri = parts.extensions.get::<axum::extract::OriginalUri>();
            let path = uri.map_or_else(|| parts.uri.path(), |uri| uri.path());
            let back = if parts.method == Method::GET { path } else { "/console" };
            Trouble::SignInFirst { back: back.to_owned() }
        })?;
        let path = RawPathParams::from_request_parts(parts, sandbox).await;
        let path = path.map_err(|_| Trouble::Garbled)?;
        match path.iter().find(|(name, id)| *name == "workspace" && !who.guest.may_enter(id)) {
            Some((_, id)) => {
                Err(Refusal::not_found(format_args!("workspace `{id}` for you")).into())
            }
            None => Ok(who),
        }
    }
}

pub(super) fn signed(headers: &HeaderMap, sandbox: &Sandbox) -> Option<Signed> {
    let word = Cookie::Session.read(sandbox, headers)?;
    let guest = sandbox.sessions.find(&word, (sandbox.clock)())?;
    Some(Signed { guest, word })
}

impl FromRequest<Arc<Sandbox>> for Fields {
    type Rejection = Trouble;

    async fn from_request(request: Request, sandbox: &Arc<Sandbox>) -> Result<Self, Trouble> {
        let media_type = request.headers().get(header::CONTENT_TYPE);
        let is_multipart = media_type.is_some_and(|it| it.as_bytes().starts_with(b"multipart/"));
        if is_multipart {
            let parts = request.extract_with_state(sandbox).await.map_err(|_| Trouble::Garbled)?;
            return parted(parts).await;
        }
        let Form(texts) =
            Form::from_request(request, sandbox).await.map_err(|_| Trouble::Garbled)?;
        Ok(Self { texts, file: None })
    }
}

async fn parted(mut parts: Multipart) -> Result<Fields, Trouble> {
    let mut fields = Fields::default();
    while let Some(part) = parts.next_field().await.map_err(|why| Trouble::of_parts(&why))? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some();
        let bytes = part.bytes().await.map_err(|why| Trouble::of_parts(&why))?;
        if !is_file {
            let text = String::from_utf8(bytes.to_vec()).map_err(|_| Trouble::Garbled)?;
            fields.texts.push((name, text));
        } else if !bytes.is_empty() {
            // A browser sends an empty one when none was chosen.
            fields.file = Some(bytes.to_vec());
        }
    }
    Ok(fields)
}

impl FromRequest<Arc<Sandbox>> for Filled {
    type Rejection = Trouble;

    async fn from_request(mut request: Request, sandbox: &Arc<Sandbox>) -> Result<Self, Trouble> {
        let who: Signed = request.extract_parts_with_state(sandbox).await?;
        let fields = Fields::from_request(request, sandbox).await?;
        if !sandbox.sessions.is_sealed(Purpose::Session, &who.word, fields.text("seal")) {
            return Err(Trouble::Forged);
        }
        Ok(Self { who, fields })
    }
}
