//! The sandbox that minisync brings along, served to ourselves on a loopback port of the system's
//! choice while we run. We talk to it as to any platform.

use super::{
    Access, Connection, Destination, Doors, PLATFORM, Posted, Reception,
    console::{Console, Notice},
    served::secret_text,
};
use crate::{
    cli::{
        Site,
        error::CliError,
        sandbox::args::CONSOLE,
        workplace::{self, Workplace},
    },
    engine::{ProviderError, clock},
    ledger::Ledger,
    model::{Email, WorkspaceId},
    platform::sandbox as wire,
    project::{MailSettings, Owner},
    provider::{Api, Masters, SandboxProvider, Secret, fresh_key, issue_token},
    sandbox::{Config, Data, Delivery, Mails, ServeError, Server, Smtp, serve},
};
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
    time::Duration,
};

pub(in crate::cli) const DATA: &str = "sandbox.db";
/// Where its mails are, beside the data.
pub(in crate::cli) const OUTBOX: &str = "outbox";
/// How long another minisync may still be using the data.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long after our work mails still go to a mail server: nobody else sends them until the next
/// `apply`.
const MAIL_GRACE: Duration = Duration::from_mins(1);

/// How the embedded sandbox of a project runs. Links in mails lead to where its console usually is.
pub(in crate::cli) fn config(folder: &Path, delivery: Option<Delivery>) -> Config {
    Config {
        data: Data::File(folder.join(DATA)),
        delivery,
        controllable_clock: true,
        public_url: Some(CONSOLE.into()),
        ..Config::new(Arc::new(clock::now))
    }
}

/// A running embedded sandbox, and its operator's word.
#[derive(Debug)]
pub(in crate::cli) struct Embedded {
    /// `None`: a console serves it, and goes on when we are done.
    server: Option<Server>,
    api: Api,
    operator: Secret,
    /// Of mails; `None`: we send none.
    destination: Option<Destination>,
    /// Where people answer their invitations.
    console: Option<String>,
    /// For other commands, while the doors are open.
    notice: Option<Notice>,
}

impl Embedded {
    /// `folder` is the project's `.minisync`. While a console has the data, it is spoken to. Without
    /// a delivery, mails wait for a run with one. With open doors, people can answer while we run,
    /// and other commands work meanwhile.
    pub(in crate::cli) async fn start(
        folder: &Path,
        delivery: Option<Delivery>,
        doors: Doors,
    ) -> Result<Self, CliError> {
        // A console that is open has the data, and most likely the port too.
        if let Some(console) = Console::found(folder).await {
            return Ok(Self::attached(console, delivery));
        }
        let shut = Config {
            patience: PATIENCE,
            mail_grace: MAIL_GRACE,
            ..config(folder, delivery.clone())
        };
        let served = match doors {
            Doors::Shut => serve(shut).await,
            Doors::Open => match serve(Config { listen: CONSOLE, ..shut.clone() }).await {
                // Another project's console is there: people find us elsewhere.
                Err(ServeError::Listen { .. }) => serve(Config { public_url: None, ..shut }).await,
                served => served,
            },
        };
        let cannot = |why| CliError::failed(format!("cannot start the embedded sandbox: {why}"));
        let mut embedded = Self::serving(served.map_err(cannot)?, delivery)?;
        if doors == Doors::Open {
            embedded.open(folder)?;
        }
        Ok(embedded)
    }

    fn open(&mut self, folder: &Path) -> Result<(), CliError> {
        let Some(server) = &self.server else { return Ok(()) };
        self.notice = Some(Notice::leave(folder, server.url(), server.operator_token().reveal())?);
        self.console = Some(server.url().to_owned());
        Ok(())
    }

    fn attached(console: Console, delivery: Option<Delivery>) -> Self {
        let Console { api, operator, url } = console;
        let (destination, console) = (delivery.map(destination), Some(url));
        Self { server: None, api, operator, destination, console, notice: None }
    }

    /// Speaks to a server that we have started.
    pub(in crate::cli) fn serving(
        server: Server,
        delivery: Option<Delivery>,
    ) -> Result<Self, CliError> {
        let url = server
            .url()
            .parse()
            .map_err(|why| CliError::failed(format!("`{}` is no address: {why}", server.url())))?;
        let api = Api::new(url).map_err(|why| error(&why))?;
        let operator = Secret::new(server.operator_token().reveal());
        let (destination, console, notice) = (delivery.map(destination), None, None);
        Ok(Self { server: Some(server), api, operator, destination, console, notice })
    }

    pub(in crate::cli) async fn token(&self, email: &Email) -> Result<Secret, CliError> {
        issue_token(&self.api, &self.operator, email).await.map_err(|why| error(&why))
    }

    /// A token for a person's own eyes.
    pub(in crate::cli) async fn shown_token(&self, email: &Email) -> Result<String, CliError> {
        let key = fresh_key().map_err(|why| error(&why))?;
        let request = self
            .api
            .request(Method::POST, &["tokens"], &self.operator)
            .header("Idempotency-Key", key.as_str())
            .json(&wire::NewToken { email: email.to_string() });
        let token: wire::Token = self.api.json(request).await.map_err(|why| error(&why))?;
        Ok(token.token)
    }

    pub(in crate::cli) fn api(&self) -> &Api {
        &self.api
    }

    /// Every page of a list, as the operator sees it.
    pub(in crate::cli) async fn list<T: DeserializeOwned>(
        &self,
        path: &[&str],
    ) -> Result<Vec<T>, CliError> {
        let mut items = Vec::new();
        for page in 1.. {
            let request = self
                .api
                .request(Method::GET, path, &self.operator)
                .query(&[("page", page), ("pageSize", wire::MAX_PAGE_SIZE)]);
            let found: wire::Page<T> = self.api.json(request).await.map_err(|why| error(&why))?;
            let is_last = found.items.is_empty();
            items.extend(found.items);
            if is_last || items.len() as u64 >= found.total {
                break;
            }
        }
        Ok(items)
    }

    /// Where people can answer while we run, and where their mails are.
    pub(in crate::cli) fn reception(&self) -> Option<Reception<'_>> {
        let outbox = match self.destination.as_ref() {
            Some(Destination::Folder(outbox)) => Some(outbox.as_path()),
            Some(Destination::Server(_)) | None => None,
        };
        Some(Reception { url: self.console.as_deref()?, outbox })
    }

    pub(in crate::cli) fn operator(&self) -> &Secret {
        &self.operator
    }

    pub(in crate::cli) async fn close(self) -> Posted {
        let mails = match self.server {
            Some(server) => Some(server.shutdown().await),
            None => None,
        };
        match (self.destination, mails) {
            (None, _) => Posted::Elsewhere,
            (Some(to), None) => Posted::ByConsole(to),
            (Some(to), Some(Mails { n_sent, n_waiting, why })) => {
                Posted::Here { to, n_sent, n_waiting, why }
            }
        }
    }

    /// The workspace as it is, or made for its owner.
    async fn workspace(
        &self,
        id: &WorkspaceId,
        owner: &wire::Person,
    ) -> Result<wire::Workspace, CliError> {
        let request = self.api.request(Method::GET, &["workspaces", id.as_str()], &self.operator);
        match self.api.json(request).await {
            Ok(workspace) => Ok(workspace),
            Err(ProviderError::Refused(_)) => {
                let body = wire::NewWorkspace { id: id.to_string(), owner: owner.clone() };
                let key = fresh_key().map_err(|why| error(&why))?;
                let request = self
                    .api
                    .request(Method::POST, &["workspaces"], &self.operator)
                    .header("Idempotency-Key", key.as_str())
                    .json(&body);
                self.api.json(request).await.map_err(|why| error(&why))
            }
            Err(why) => Err(error(&why)),
        }
    }
}

pub(super) async fn connect(
    folder: &Path,
    delivery: Option<Delivery>,
    (workplace, doors): (&Workplace, Doors),
    ledger: Ledger,
) -> Result<Connection, CliError> {
    workplace::made(folder)?;
    let embedded = Embedded::start(folder, delivery, doors).await?;
    match workspaces(&embedded, workplace).await {
        Ok(workspaces) => {
            let platform = PLATFORM.to_owned();
            Ok(Connection { workspaces, platform, ledger, embedded: Some(embedded) })
        }
        Err(why) => {
            // Mails from before may be on their way.
            embedded.close().await;
            Err(why)
        }
    }
}

async fn workspaces(
    embedded: &Embedded,
    workplace: &Workplace,
) -> Result<BTreeMap<WorkspaceId, Result<Access, ProviderError>>, CliError> {
    let owner = workplace.project.settings.owner.clone().unwrap_or_else(somebody);
    let person = wire::Person { name: owner.name.clone(), email: owner.email.to_string() };
    let token = embedded.token(&owner.email).await?;
    let mut workspaces = BTreeMap::new();
    for id in workplace.valid.workspaces.keys() {
        let workspace = embedded.workspace(id, &person).await?;
        same_owner(&workspace, &owner.email)?;
        let provider = SandboxProvider::new(
            embedded.api.clone(),
            id.clone(),
            token.clone(),
            Masters::issued_by(embedded.operator.clone()),
            workplace.project.root().to_owned(),
        );
        let access = Access { provider, protected: BTreeSet::from([owner.email.clone()]) };
        workspaces.insert(id.clone(), Ok(access));
    }
    Ok(workspaces)
}

/// To the project's mail server; without one, beside the data.
pub(in crate::cli) fn delivery(
    folder: &Path,
    mail: Option<MailSettings>,
    site: Site<'_>,
) -> Result<Delivery, CliError> {
    let Some(MailSettings { smtp, from, user, password, root_certificate }) = mail else {
        return Ok(Delivery::Folder(folder.join(OUTBOX)));
    };
    let password = password.map(|written| secret_text(&written, "the mail server", site));
    Ok(Delivery::Smtp(Smtp {
        url: smtp,
        user,
        // A file ends with a line end, and a password does not.
        password: password.transpose()?.map(|text| text.trim_end_matches(['\r', '\n']).to_owned()),
        from,
        root_certificate,
    }))
}

fn destination(delivery: Delivery) -> Destination {
    match delivery {
        Delivery::Folder(outbox) => Destination::Folder(outbox),
        Delivery::Smtp(smtp) => {
            let url = smtp.url.parse::<Url>().ok();
            let host = url.as_ref().and_then(Url::host_str);
            Destination::Server(host.unwrap_or("the mail server").to_owned())
        }
    }
}

/// Where no project file says who owns the workspace.
pub(in crate::cli) fn somebody() -> Owner {
    let email = "owner@example.com".parse().expect("this is an address");
    Owner { name: "Owner".to_owned(), email }
}

fn same_owner(workspace: &wire::Workspace, owner: &Email) -> Result<(), CliError> {
    if workspace.owner.email == owner.as_str() {
        return Ok(());
    }
    let message = format!(
        "workspace `{}` of the embedded sandbox belongs to {}, and minisync.yaml says {owner}",
        workspace.id, workspace.owner.email
    );
    Err(CliError::failed(message)
        .help("a workspace keeps its owner; `minisync sandbox reset` begins the sandbox anew"))
}

fn error(why: &ProviderError) -> CliError {
    CliError::failed(format!("the embedded sandbox: {why}"))
}
