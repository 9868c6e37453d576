//! From an environment of minisync.yaml to something that can be observed and acted on.

#[cfg(feature = "sandbox")]
mod console;
#[cfg(feature = "sandbox")]
mod embedded;
mod served;

use super::{
    Site,
    error::CliError,
    ledger::{self, Purpose, Sharing},
    workplace::Workplace,
};
use crate::{
    engine::ProviderError,
    ledger::Ledger,
    model::{Email, WorkspaceId},
    project::Environment,
    provider::SandboxProvider,
};
use reqwest::Url;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    path::{Path, PathBuf},
};

#[cfg(feature = "sandbox")]
pub(super) use console::Notice;
#[cfg(feature = "sandbox")]
pub(super) use embedded::{DATA, Embedded, OUTBOX, config, delivery, somebody};

/// The embedded sandbox, as ledgers and people are told of it: a project has one of its own.
pub(super) const PLATFORM: &str = "the embedded sandbox";

/// The platform of one run: a provider for each workspace.
#[derive(Debug)]
pub(super) struct Connection {
    /// Also those that do not let us in, and why.
    workspaces: BTreeMap<WorkspaceId, Result<Access, ProviderError>>,
    /// What the platform is told by: an address, or that it is embedded.
    pub(super) platform: String,
    pub(super) ledger: Ledger,
    #[cfg(feature = "sandbox")]
    embedded: Option<Embedded>,
}

/// Whether people can come in while we run: only where we serve the platform ourselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doors {
    Open,
    Shut,
}

/// What we are there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visit {
    /// No mail goes out, and no password for a mail server is needed. Nothing is remembered.
    Look,
    /// As [`Visit::Look`], and what is found may be remembered.
    Adopt,
    Work(Doors),
}

/// Where people can answer their invitations while we run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reception<'a> {
    pub(super) url: &'a str,
    /// `None` when the mails go to a mail server.
    pub(super) outbox: Option<&'a Path>,
}

/// What became of the mails of the embedded sandbox.
#[derive(Debug, Default)]
#[cfg_attr(
    not(feature = "sandbox"),
    expect(dead_code, reason = "only a platform of our own sends mails before our eyes")
)]
pub(super) enum Posted {
    /// They are not ours to send.
    #[default]
    Elsewhere,
    /// A console that was there before us sends them, also when we are gone.
    ByConsole(Destination),
    Here {
        to: Destination,
        /// While we ran.
        n_sent: u64,
        n_waiting: u64,
        /// Why they wait, if any was tried.
        why: Option<String>,
    },
}

/// Where mails go.
#[derive(Debug, Clone)]
#[cfg_attr(
    not(feature = "sandbox"),
    expect(dead_code, reason = "only a platform of our own sends mails before our eyes")
)]
pub(super) enum Destination {
    Folder(PathBuf),
    /// A mail server's name.
    Server(String),
}

#[derive(Debug)]
struct Access {
    provider: SandboxProvider,
    /// The owner, and the account we act as.
    protected: BTreeSet<Email>,
}

/// Sets the connection up, for the workspaces that the manifests name and those in which we still
/// manage something: there, nothing is asked for any more.
pub(super) async fn connect(
    workplace: &mut Workplace,
    site: Site<'_>,
    visit: Visit,
) -> Result<Connection, CliError> {
    let environment = workplace.project.environment(site.global.env.as_deref())?;
    let purpose = match visit {
        Visit::Look => Purpose::Read,
        Visit::Adopt | Visit::Work(_) => Purpose::Write,
    };
    let ledger = ledger::open(&workplace.project, &environment, purpose, site).await?;
    let sharing = Sharing::of(&workplace.project, &environment);
    let ledger = workplace.remember(ledger, sharing).await?;
    match environment {
        Environment::Sandbox(server) => served::connect(&server, workplace, site, ledger).await,
        #[cfg(feature = "sandbox")]
        Environment::EmbeddedSandbox { folder, mail } => {
            let (delivery, doors) = match visit {
                Visit::Look | Visit::Adopt => (None, Doors::Shut),
                Visit::Work(doors) => (Some(delivery(&folder, mail, site)?), doors),
            };
            embedded::connect(&folder, delivery, (workplace, doors), ledger).await
        }
        #[cfg(not(feature = "sandbox"))]
        Environment::EmbeddedSandbox { .. } => Err(CliError::failed(
            "the environment is the embedded sandbox, which this build of minisync is without",
        )
        .help("give the environment a `url`, or install minisync with its default features")),
    }
}

/// What the ledger tells the platform by; nothing is asked of it.
pub(super) fn identity(environment: &Environment) -> Result<String, CliError> {
    match environment {
        Environment::Sandbox(server) => served::identity(server),
        Environment::EmbeddedSandbox { .. } => Ok(PLATFORM.to_owned()),
    }
}

impl Connection {
    /// Says where we are looking; where nobody chose it, how it came to that.
    pub(super) fn introduction(&self, workplace: &Workplace) -> String {
        if workplace.project.has_project_file() {
            return format!("Looking at {}.", self.platform);
        }
        let workspace = &workplace.project.settings.workspace;
        format!(
            "There is no minisync.yaml, so this is {}, in .minisync, and the workspace \
             `{workspace}`.",
            self.platform
        )
    }

    /// `None`: the platform is somebody else's, or the doors are shut.
    pub(super) fn reception(&self) -> Option<Reception<'_>> {
        #[cfg(feature = "sandbox")]
        return self.embedded.as_ref()?.reception();
        #[cfg(not(feature = "sandbox"))]
        None
    }

    /// From here on, every write says which commit of the manifests asks for it.
    pub(super) fn on_behalf_of(&mut self, commit: &str) {
        for access in self.workspaces.values_mut().flatten() {
            access.provider.on_behalf_of(commit);
        }
    }

    /// Whether the platform is on this machine, and can be asked often.
    pub(super) fn is_near(&self) -> bool {
        let Ok(url) = self.platform.parse::<Url>() else { return true };
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    pub(super) fn workspaces(&self) -> impl Iterator<Item = &WorkspaceId> {
        self.workspaces.keys()
    }

    /// Why it cannot be looked at, if so.
    pub(super) fn refusal(&self, workspace: &WorkspaceId) -> Option<&ProviderError> {
        self.connected(workspace).as_ref().err()
    }

    /// Of a workspace that let us in.
    pub(super) fn provider(&self, workspace: &WorkspaceId) -> &SandboxProvider {
        &self.access(workspace).provider
    }

    pub(super) fn protected(&self, workspace: &WorkspaceId) -> BTreeSet<Email> {
        self.access(workspace).protected.clone()
    }

    fn access(&self, workspace: &WorkspaceId) -> &Access {
        self.connected(workspace).as_ref().expect("only what let us in was looked at")
    }

    fn connected(&self, workspace: &WorkspaceId) -> &Result<Access, ProviderError> {
        self.workspaces.get(workspace).expect("connected for every workspace of the manifests")
    }

    /// Finishes what the embedded sandbox has in flight.
    pub(super) async fn close(self) -> Posted {
        #[cfg(feature = "sandbox")]
        if let Some(embedded) = self.embedded {
            return embedded.close().await;
        }
        Posted::default()
    }
}
