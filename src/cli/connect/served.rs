//! A sandbox that somebody else serves.

use super::{Access, Connection};
use crate::{
    cli::{Site, error::CliError, surroundings, survey::CONCURRENT_LOOKS, workplace::Workplace},
    engine::{Patience, ProviderError, Stop, with_retries},
    ledger::Ledger,
    model::{Email, WorkspaceId},
    platform::sandbox as wire,
    project::{self, SandboxServer},
    provider::{Api, Masters, SandboxProvider, Secret},
};
use futures::{StreamExt as _, stream};
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, path::Path};

/// Our account on the platform, and how to speak to it.
struct Account {
    api: Api,
    token: Secret,
    /// A sandbox's operator has none.
    email: Option<Email>,
    masters: BTreeMap<Email, Secret>,
}

pub(super) async fn connect(
    server: &SandboxServer,
    workplace: &Workplace,
    site: Site<'_>,
    ledger: Ledger,
) -> Result<Connection, CliError> {
    let account = Account::of(server, site).await?;
    let platform = identity(server)?;
    let workspaces = stream::iter(workplace.valid.workspaces.keys())
        .map(|workspace| account.access(workspace, workplace))
        .buffered(CONCURRENT_LOOKS)
        .collect()
        .await;
    Ok(Connection {
        workspaces,
        platform,
        ledger,
        #[cfg(feature = "sandbox")]
        embedded: None,
    })
}

/// Without what might be a secret: nobody may print it.
fn address(server: &SandboxServer) -> Result<Url, CliError> {
    let url: Url = server
        .url
        .parse()
        .map_err(|why| CliError::failed(format!("the environment's `url` is no address: {why}")))?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    if has_user || url.query().is_some() || url.fragment().is_some() {
        let message = "the environment's `url` holds a user, a password, or something after a `?` \
                       or `#`";
        return Err(CliError::failed(message).help("leave it out, and name a `credential` instead"));
    }
    Ok(url)
}

/// What the platform is told by in the ledger: one spelling for one address.
pub(super) fn identity(server: &SandboxServer) -> Result<String, CliError> {
    Ok(address(server)?.as_str().trim_end_matches('/').to_owned())
}

impl Account {
    async fn of(server: &SandboxServer, site: Site<'_>) -> Result<Self, CliError> {
        let api = Api::new(address(server)?).map_err(|why| error(&why))?;
        let credential = server.credential.as_ref().ok_or_else(|| {
            CliError::failed(format!("there is no credential for {}", server.url)).help(
                "add `credential: { env: MINISYNC_TOKEN }` to the environment, and set that \
                 variable to a token",
            )
        })?;
        let token = secret(credential, &server.url, site)?;
        let masters = masters(server, &api, site).await?;
        let me: wire::Me = answer(&api, &["me"], &token).await.map_err(|why| error(&why))?;
        let email = me.email.and_then(|email| email.parse().ok());
        Ok(Self { api, token, email, masters })
    }

    /// One that does not let us in says nothing of the others.
    async fn access(
        &self,
        workspace: &WorkspaceId,
        workplace: &Workplace,
    ) -> (WorkspaceId, Result<Access, ProviderError>) {
        let path = ["workspaces", workspace.as_str()];
        let found: Result<wire::Workspace, _> = answer(&self.api, &path, &self.token).await;
        let access = found.map(|found| {
            let provider = SandboxProvider::new(
                self.api.clone(),
                workspace.clone(),
                self.token.clone(),
                Masters::Known(self.masters.clone()),
                workplace.project.root().to_owned(),
            );
            let owner = found.owner.email.parse().ok();
            let protected = owner.into_iter().chain(self.email.clone()).collect();
            Access { provider, protected }
        });
        (workspace.clone(), access)
    }
}

/// Before there is anything to show for it, nobody wants to wait as long as in the middle of the
/// work.
async fn answer<T: DeserializeOwned>(
    api: &Api,
    path: &[&str],
    token: &Secret,
) -> Result<T, ProviderError> {
    let patience = Patience { retries: 3, ..Patience::default() };
    let attempt = || api.json(api.request(Method::GET, path, token));
    with_retries(patience, &Stop::default(), |_, _| {}, attempt).await
}

/// Each credential is asked whom it speaks for: nothing must be done in the wrong name.
async fn masters(
    server: &SandboxServer,
    api: &Api,
    site: Site<'_>,
) -> Result<BTreeMap<Email, Secret>, CliError> {
    let mut masters = BTreeMap::new();
    for (email, written) in &server.masters {
        let token = secret(written, email.as_str(), site)?;
        let me: wire::Me = answer(api, &["me"], &token).await.map_err(|why| {
            CliError::failed(format!("cannot use the credential of {email}: {why}"))
                .help(format!("check what `masters` says of {email} in minisync.yaml"))
        })?;
        let speaks_for: Option<Email> = me.email.as_ref().and_then(|email| email.parse().ok());
        if speaks_for.as_ref() != Some(email) {
            let whom = speaks_for.map_or("nobody in particular".to_owned(), |it| it.to_string());
            return Err(CliError::failed(format!("the credential of {email} speaks for {whom}"))
                .help(format!("put a token of {email} in its place; nothing was done")));
        }
        masters.insert(email.clone(), token);
    }
    Ok(masters)
}

fn error(why: &ProviderError) -> CliError {
    let error = CliError::failed(why.to_string());
    match why {
        ProviderError::Denied(_) | ProviderError::Barred(_) => {
            error.help("check the token that the environment's `credential` refers to")
        }
        ProviderError::Unreachable(_) => {
            error.help("is the platform up, and is the environment's `url` right?")
        }
        ProviderError::Garbled(_)
        | ProviderError::Stale
        | ProviderError::Refused(_)
        | ProviderError::Limited { .. }
        | ProviderError::Local(_) => error,
    }
}

/// `whose`: who the credential speaks for, or to.
fn secret(written: &project::Secret, whose: &str, site: Site<'_>) -> Result<Secret, CliError> {
    let text = secret_text(written, whose, site)?;
    let token = text.trim();
    if token.is_empty() || token.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err(CliError::failed(format!("the credential for {whose} is not a token"))
            .help("it must be one line without spaces"));
    }
    Ok(Secret::new(token))
}

/// As it is found, whatever it holds.
pub(super) fn secret_text(
    written: &project::Secret,
    whose: &str,
    site: Site<'_>,
) -> Result<String, CliError> {
    match written {
        project::Secret::Env(name) => variable(name, whose),
        project::Secret::File(path) => read(path, whose),
        project::Secret::HomeFile(below) => {
            let home = site.surroundings.home.as_ref().ok_or_else(|| {
                CliError::failed(format!("there is no credential for {whose}: $HOME is not set"))
            })?;
            read(&home.join(below), whose)
        }
    }
}

fn variable(name: &str, whose: &str) -> Result<String, CliError> {
    surroundings::variable(name).and_then(|value| value.into_string().ok()).ok_or_else(|| {
        CliError::failed(format!("there is no credential for {whose}: ${name} is not set"))
            .help(format!("set {name} to the token, for example from your CI's secrets"))
    })
}

fn read(path: &Path, whose: &str) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|why| {
        let path = path.display();
        CliError::failed(format!("there is no credential for {whose}: cannot read {path}: {why}"))
    })
}
