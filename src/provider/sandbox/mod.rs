//! One workspace of a sandbox, embedded or served by somebody else: over HTTP in both cases.

mod observe;
mod request;

use super::{Api, Secret};
use crate::{
    engine::{
        IdempotencyKey, Patience, Provider, ProviderError, Receipt, Refusal, Stop, with_retries,
    },
    model::{
        Digest, Email, Logo, MemberId, MiniProgram, ProgramId, Revision, Seen, WorkspaceId, image,
    },
    plan::{Action, ActsAs, Capabilities, Fingerprint, Step},
    platform::sandbox as wire,
};
use reqwest::{Method, RequestBuilder, header};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Mutex,
};

/// An answer that holds a logo.
const LARGEST_LOGO: usize = 2 * 1024 * 1024;

/// On behalf of which masters we can create programs.
#[derive(Debug)]
pub enum Masters {
    Known(BTreeMap<Email, Secret>),
    /// A sandbox of our own: its operator issues a token for anybody.
    Issued {
        operator: Secret,
        issued: Mutex<BTreeMap<Email, Secret>>,
    },
}

#[derive(Debug)]
pub struct SandboxProvider {
    api: Api,
    workspace: WorkspaceId,
    token: Secret,
    masters: Masters,
    /// Where the logos of the manifests lie.
    root: PathBuf,
    /// Digests of the logos that were uploaded in this run.
    uploaded: Mutex<BTreeSet<Digest>>,
}

impl Masters {
    pub fn issued_by(operator: Secret) -> Self {
        Self::Issued { operator, issued: Mutex::default() }
    }
}

impl SandboxProvider {
    pub fn new(
        api: Api,
        workspace: WorkspaceId,
        token: Secret,
        masters: Masters,
        root: PathBuf,
    ) -> Self {
        Self { api, workspace, token, masters, root, uploaded: Mutex::default() }
    }

    /// As [`Api::on_behalf_of`].
    pub fn on_behalf_of(&mut self, commit: &str) {
        self.api.on_behalf_of(commit);
    }

    fn write(
        &self,
        method: Method,
        path: &[&str],
        token: &Secret,
        key: &IdempotencyKey,
    ) -> RequestBuilder {
        let path = [&["workspaces", self.workspace.as_str()], path].concat();
        self.api.request(method, &path, token).header("Idempotency-Key", key.as_str())
    }

    async fn token_of(&self, creator: Option<&Email>) -> Result<Secret, ProviderError> {
        let Some(email) = creator else { return Ok(self.token.clone()) };
        match &self.masters {
            Masters::Known(known) => known.get(email).cloned().ok_or_else(|| {
                ProviderError::Denied(format!("there is no credential to act as {email}"))
            }),
            Masters::Issued { operator, issued } => {
                let known = issued.lock().expect("no panic while locked").get(email).cloned();
                if let Some(token) = known {
                    return Ok(token);
                }
                let token = issue_token(&self.api, operator, email).await?;
                issued.lock().expect("no panic while locked").insert(email.clone(), token.clone());
                Ok(token)
            }
        }
    }

    /// The platform keeps logos by their content: uploading one again changes nothing.
    async fn upload(&self, logo: &Logo, token: &Secret) -> Result<(), ProviderError> {
        if self.uploaded.lock().expect("no panic while locked").contains(&logo.digest) {
            return Ok(());
        }
        let path = self.root.join(&logo.path);
        let bytes = tokio::fs::read(&path).await.map_err(|why| {
            ProviderError::Local(format!("cannot read the logo `{}`: {why}", logo.path))
        })?;
        if image::digest(&bytes) != logo.digest {
            return Err(ProviderError::Stale);
        }
        // One owner may upload the same logo to many workspaces.
        let key = IdempotencyKey::new(format!("logo-{}-{}", self.workspace, logo.digest));
        let request = self
            .write(Method::PUT, &["logos", logo.digest.as_str()], token, &key)
            .header(header::CONTENT_TYPE, logo.format.media_type())
            .body(bytes);
        self.api.send(request).await?;
        self.uploaded.lock().expect("no panic while locked").insert(logo.digest.clone());
        Ok(())
    }

    async fn create(
        &self,
        program: &MiniProgram,
        key: &IdempotencyKey,
    ) -> Result<Receipt, ProviderError> {
        let token = self.token_of(program.created_by.as_ref()).await?;
        if let Some(listing) = &program.listing {
            self.upload(&listing.logo, &token).await?;
        }
        let request = self.write(Method::POST, &["programs"], &token, key);
        self.program(request.json(&request::new_program(program))).await.map_err(overtaken)
    }

    /// The image that the platform keeps under that digest; what it sends is held against it.
    pub async fn logo(&self, digest: &Digest) -> Result<Vec<u8>, ProviderError> {
        let attempt = || {
            let path = ["workspaces", self.workspace.as_str(), "logos", digest.as_str()];
            let request = self.api.request(Method::GET, &path, &self.token);
            self.api.bytes(request, LARGEST_LOGO)
        };
        let bytes = with_retries(Patience::default(), &Stop::default(), |_, _| {}, attempt).await?;
        if image::digest(&bytes) != *digest {
            return Err(ProviderError::Garbled(format!(
                "the platform sent another image than the one it keeps as `{digest}`"
            )));
        }
        Ok(bytes)
    }

    async fn program(&self, request: RequestBuilder) -> Result<Receipt, ProviderError> {
        let program: wire::Program = self.api.json(request).await?;
        let revision = Revision::new(program.revision.to_string());
        Ok(Receipt::Program { id: ProgramId::new(program.id), revision })
    }

    async fn member(&self, request: RequestBuilder) -> Result<Receipt, ProviderError> {
        let member: wire::Member = self.api.json(request).await?;
        let revision = Revision::new(member.revision.to_string());
        Ok(Receipt::Member { id: MemberId::new(member.id), revision })
    }

    async fn gone(&self, request: RequestBuilder) -> Result<Receipt, ProviderError> {
        self.api.send(request).await?;
        Ok(Receipt::Gone)
    }
}

fn if_unchanged(request: RequestBuilder, against: &Fingerprint) -> RequestBuilder {
    match against {
        Fingerprint::Absent => request,
        Fingerprint::At(revision) => {
            request.header(header::IF_MATCH, format!("\"{}\"", revision.as_str()))
        }
    }
}

/// The platform's words for what is there by now, and was not when it was planned.
const OVERTAKEN: [&str; 3] = ["already-member", "invitation-pending", "name-taken"];

fn overtaken(why: ProviderError) -> ProviderError {
    if let ProviderError::Refused(Refusal { rule, .. }) = &why
        && OVERTAKEN.contains(&rule.as_str())
    {
        return ProviderError::Stale;
    }
    why
}

/// A token that speaks for one address; only the sandbox's operator may ask.
pub async fn issue_token(
    api: &Api,
    operator: &Secret,
    email: &Email,
) -> Result<Secret, ProviderError> {
    let body = wire::NewToken { email: email.to_string() };
    let request = api
        .request(Method::POST, &["tokens"], operator)
        .header("Idempotency-Key", fresh_key()?.as_str())
        .json(&body);
    let token: wire::Token = api.json(request).await?;
    Ok(Secret::new(token.token))
}

/// A key that no other request ever had.
pub fn fresh_key() -> Result<IdempotencyKey, ProviderError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|why| {
        ProviderError::Local(format!("the system has no random numbers for us: {why}"))
    })?;
    Ok(IdempotencyKey::new(u128::from_be_bytes(bytes).to_string()))
}

impl Provider for SandboxProvider {
    fn capabilities(&self) -> Capabilities {
        let acts_as = match &self.masters {
            Masters::Known(known) => ActsAs::Only(known.keys().cloned().collect()),
            Masters::Issued { .. } => ActsAs::Anyone,
        };
        Capabilities { acts_as, ..Capabilities::default() }
    }

    async fn observe(&self) -> Result<Seen, ProviderError> {
        self.observed().await
    }

    async fn execute(&self, step: &Step, key: &IdempotencyKey) -> Result<Receipt, ProviderError> {
        let write = |method, path: &[&str]| {
            if_unchanged(self.write(method, path, &self.token, key), &step.against)
        };
        match &step.action {
            Action::CreateProgram { program } => {
                let created = self.create(program, key).await;
                created.map_err(|why| match (why, &program.created_by) {
                    // A master's credential, and not ours: the others' steps go on.
                    (ProviderError::Barred(why), Some(_)) => ProviderError::Denied(why),
                    (why, _) => why,
                })
            }
            Action::UpdateProgram { id, changes, .. } => {
                for logo in request::logos(changes) {
                    self.upload(logo, &self.token).await?;
                }
                let patch = request::program_patch(changes);
                let request = write(Method::PATCH, &["programs", id.as_str()]).json(&patch);
                self.program(request).await
            }
            Action::DeleteProgram { id, .. } => {
                self.gone(write(Method::DELETE, &["programs", id.as_str()])).await
            }
            Action::Invite { email, name, role } => {
                let invitation = request::new_member(email, name, role)?;
                let request = write(Method::POST, &["members"]).json(&invitation);
                self.member(request).await.map_err(overtaken)
            }
            Action::Reinvite { email, id, name, role } => {
                let invitation = request::new_member(email, name, role)?;
                let request = write(Method::POST, &["members", id.as_str(), "reinvite"]);
                self.member(request.json(&invitation)).await
            }
            Action::ChangeRole { id, to, .. } => {
                let patch = request::member_patch(to)?;
                let request = write(Method::PATCH, &["members", id.as_str()]).json(&patch);
                self.member(request).await
            }
            Action::Resend { id, .. } => {
                self.member(write(Method::POST, &["members", id.as_str(), "resend"])).await
            }
            Action::Withdraw { id, .. } => {
                self.gone(write(Method::POST, &["members", id.as_str(), "withdraw"])).await
            }
            Action::Block { id, .. } => {
                self.member(write(Method::POST, &["members", id.as_str(), "block"])).await
            }
            Action::Unblock { id, .. } => {
                self.member(write(Method::POST, &["members", id.as_str(), "unblock"])).await
            }
            Action::Remove { id, .. } => {
                self.gone(write(Method::DELETE, &["members", id.as_str()])).await
            }
            Action::AdoptProgram { .. } | Action::AdoptMember { .. } => {
                Err(ProviderError::Local("adopting asks the ledger only".into()))
            }
        }
    }
}
