//! What `minisync.yaml` settles, with the defaults filled in. Secrets are named here and never
//! read.

use super::{place::joined, policy::policy};
use crate::{
    manifest::{
        DEFAULT_WORKSPACE,
        document::{self, MailText, ProjectDocument, SandboxEnvironment},
    },
    model::{Email, WorkspaceId},
    plan::Policy,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The workspace of manifests that name none.
    pub workspace: WorkspaceId,
    pub owner: Option<Owner>,
    pub environments: BTreeMap<String, Environment>,
    /// The environment when nobody names one.
    pub environment: Option<String>,
    pub ledger: Ledger,
    pub policy: Policy,
    /// Who has to sign what is applied, as `ssh-keygen` reads it; `None`: nobody.
    pub signers: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    pub name: String,
    pub email: Email,
}

/// A platform that the manifests can be applied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Environment {
    /// Comes with us; keeps its world in this folder.
    EmbeddedSandbox {
        folder: PathBuf,
        mail: Option<MailSettings>,
    },
    Sandbox(SandboxServer),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxServer {
    pub url: String,
    pub credential: Option<Secret>,
    /// The masters on whose behalf programs can be created.
    pub masters: BTreeMap<Email, Secret>,
}

/// How mail leaves this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// `smtp://` or `smtps://`, perhaps with `?tls=…`.
    pub smtp: String,
    /// An address, or a name and an address in `<` and `>`.
    pub from: String,
    pub user: Option<String>,
    pub password: Option<Secret>,
    /// Trusted beside the system's.
    pub root_certificate: Option<PathBuf>,
}

/// Where a secret is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    Env(String),
    File(PathBuf),
    /// Relative to the home folder, which only the command line knows.
    HomeFile(PathBuf),
}

/// Where we remember between runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ledger {
    File(PathBuf),
    Server(String),
}

/// The environment that was asked for cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    #[error("there is no environment `{name}` in `minisync.yaml`; it has {known}")]
    Unknown { name: String, known: String },
    #[error("`minisync.yaml` has several environments ({known}), and none of them is the default")]
    Undecided { known: String },
    #[error("there is no environment `{name}`: `minisync.yaml` describes none")]
    NoneWritten { name: String },
}

impl EnvironmentError {
    /// The way out.
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { .. } | Self::Undecided { .. } => {
                "choose one with `--env NAME` or $MINISYNC_ENV".to_owned()
            }
            Self::NoneWritten { name } => format!(
                "add `environments: {{ {name}: {{ platform: sandbox, url: \"https://…\" }} }}` to \
                 minisync.yaml; without `--env` and $MINISYNC_ENV, it is the embedded sandbox"
            ),
        }
    }
}

impl Settings {
    pub(super) fn new(root: &Path, document: Option<&ProjectDocument>) -> Self {
        let text =
            |text: &Option<document::Spanned<String>>| text.as_ref().map(|t| t.value.clone());
        let workspace = document.and_then(|document| document.workspace.as_ref()?.parse().ok());
        let environments = document.into_iter().flat_map(|document| &document.environments);
        Self {
            workspace: workspace.unwrap_or_else(|| {
                DEFAULT_WORKSPACE.parse().expect("the default workspace is well formed")
            }),
            owner: document.and_then(|document| owner(document.owner.as_ref()?)),
            environments: environments
                .map(|(name, written)| (name.value.clone(), environment(root, written)))
                .collect(),
            environment: document.and_then(|document| text(&document.environment)),
            ledger: ledger(root, document.and_then(|document| text(&document.ledger))),
            policy: document.map(|document| policy(&document.policy)).unwrap_or_default(),
            signers: document
                .and_then(|document| text(&document.policy.plans.signers))
                .map(|path| below(root, &path)),
        }
    }

    /// The environment of that name, or the default one. Where a project knows of none, the
    /// embedded sandbox serves.
    pub fn environment(
        &self,
        root: &Path,
        name: Option<&str>,
    ) -> Result<Environment, EnvironmentError> {
        let known = || self.environments.keys().cloned().collect::<Vec<_>>().join(", ");
        let Some(name) = name.or(self.environment.as_deref()) else {
            return match self.environments.values().collect::<Vec<_>>()[..] {
                [] => Ok(embedded(root, None)),
                [only] => Ok(only.clone()),
                [..] => Err(EnvironmentError::Undecided { known: known() }),
            };
        };
        let name = name.to_owned();
        match self.environments.get(&name) {
            Some(found) => Ok(found.clone()),
            None if self.environments.is_empty() => Err(EnvironmentError::NoneWritten { name }),
            None => Err(EnvironmentError::Unknown { name, known: known() }),
        }
    }
}

fn owner(written: &document::OwnerText) -> Option<Owner> {
    Some(Owner { name: written.name.value.clone(), email: written.email.parse().ok()? })
}

fn embedded(root: &Path, mail: Option<&MailText>) -> Environment {
    let mail = mail.map(|MailText { smtp, from, user, password, root_certificate }| MailSettings {
        smtp: smtp.value.clone(),
        // A project without it has a finding, and sends nothing.
        from: from.as_ref().map(|from| from.value.clone()).unwrap_or_default(),
        user: user.as_ref().map(|user| user.value.clone()),
        password: password.as_ref().map(|written| secret(root, written)),
        root_certificate: root_certificate.as_ref().map(|path| below(root, path)),
    });
    Environment::EmbeddedSandbox { folder: root.join(".minisync"), mail }
}

fn environment(root: &Path, written: &document::Environment) -> Environment {
    let document::Environment::Sandbox(sandbox) = written;
    let SandboxEnvironment { url, credential, masters, mail } = sandbox;
    let Some(url) = url else {
        return embedded(root, mail.as_deref());
    };
    let masters = masters
        .iter()
        .filter_map(|(email, written)| Some((email.parse().ok()?, secret(root, written))));
    Environment::Sandbox(SandboxServer {
        url: url.value.clone(),
        credential: credential.as_ref().map(|written| secret(root, written)),
        masters: masters.collect(),
    })
}

fn secret(root: &Path, written: &document::Secret) -> Secret {
    match written {
        document::Secret::Env(variable) => Secret::Env(variable.value.clone()),
        document::Secret::File(path) => match path.strip_prefix("~/") {
            Some(below) => Secret::HomeFile(PathBuf::from(below)),
            None => Secret::File(below(root, path)),
        },
    }
}

fn ledger(root: &Path, written: Option<String>) -> Ledger {
    match written {
        Some(url) if url.contains("://") => Ledger::Server(url),
        Some(path) => Ledger::File(below(root, &path)),
        None => Ledger::File(root.join(".minisync").join("ledger.db")),
    }
}

fn below(root: &Path, path: &str) -> PathBuf {
    joined(root, Path::new(path)).unwrap_or_else(|| root.join(path))
}
