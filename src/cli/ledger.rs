//! The project's ledger: where it is, who writes to it, and its lock.

#[cfg(feature = "postgres")]
use super::passwords;
use super::{
    Site,
    connect::{self, Connection},
    error::CliError,
    file,
    patience::Patience,
    workplace,
};
#[cfg(feature = "postgres")]
use crate::ledger::Address;
use crate::{
    engine::clock,
    ledger::{Ledger, LockError, Locked, OpenError, Run},
    project::{self, Environment, Project},
    provider::fresh_key,
    report,
};
use std::{fs, path::Path, sync::Arc};

/// What a ledger is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Nothing is made or changed.
    Read,
    Write,
}

/// Whose a ledger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// A file of this project.
    Alone,
    /// On a server, where other projects may keep theirs.
    Shared,
}

impl Sharing {
    pub(super) fn of(project: &Project, environment: &Environment) -> Self {
        match (environment, &project.settings.ledger) {
            (Environment::Sandbox(_), project::Ledger::Server(_)) => Self::Shared,
            (Environment::EmbeddedSandbox { .. }, _) | (_, project::Ledger::File(_)) => Self::Alone,
        }
    }
}

/// For the platform of an environment; nothing is asked of that.
pub(super) async fn open(
    project: &Project,
    environment: &Environment,
    purpose: Purpose,
    site: Site<'_>,
) -> Result<Ledger, CliError> {
    let platform = connect::identity(environment)?;
    match (environment, &project.settings.ledger) {
        (Environment::EmbeddedSandbox { .. }, _) => beside(project, &platform, purpose),
        (Environment::Sandbox(_), project::Ledger::File(path)) => in_file(path, &platform, purpose),
        (Environment::Sandbox(_), project::Ledger::Server(url)) => {
            on_server((url, project.root()), &platform, purpose, site).await
        }
    }
}

/// For the embedded sandbox, which is in this folder and nowhere else: what is remembered of it
/// stays here too, so that nobody takes another one's sandbox for theirs.
pub(super) fn beside(
    project: &Project,
    platform: &str,
    purpose: Purpose,
) -> Result<Ledger, CliError> {
    match &project.settings.ledger {
        project::Ledger::File(path) => in_file(path, platform, purpose),
        project::Ledger::Server(_) => {
            in_file(&project.root().join(workplace::FOLDER).join("ledger.db"), platform, purpose)
        }
    }
}

#[cfg(feature = "postgres")]
async fn on_server(
    (url, root): (&str, &Path),
    platform: &str,
    purpose: Purpose,
    site: Site<'_>,
) -> Result<Ledger, CliError> {
    let address =
        Address::parse(url, root).map_err(|why| CliError::failed(why.to_string()).help(FORM))?;
    let address = passwords::with_password(address, site.surroundings)?;
    let is_known = address.has_password();
    let clock = Arc::new(clock::now);
    let opened = match purpose {
        Purpose::Read => Ledger::open_server_to_read(&address, platform, clock).await,
        Purpose::Write => Ledger::open_server(&address, platform, &new_id()?, clock).await,
    };
    let way_out = match is_known {
        true => "is the server up, and is `ledger` in minisync.yaml right?",
        false => "if it wants a password, set $PGPASSWORD, or write it into ~/.pgpass",
    };
    opened.map_err(|why| not_opened(&why, way_out))
}

#[cfg(feature = "postgres")]
const FORM: &str = "for example `postgres://minisync@db.example.com/minisync?sslmode=require`";

#[cfg(not(feature = "postgres"))]
async fn on_server(_: (&str, &Path), _: &str, _: Purpose, _: Site<'_>) -> Result<Ledger, CliError> {
    let message = "the ledger is on a server, and this build of minisync is without PostgreSQL";
    Err(CliError::failed(message).help(
        "install it with `--features postgres`, or name a file for `ledger` in minisync.yaml",
    ))
}

fn new_id() -> Result<String, CliError> {
    let key = fresh_key().map_err(|why| CliError::failed(why.to_string()))?;
    Ok(key.as_str().to_owned())
}

fn in_file(path: &Path, platform: &str, purpose: Purpose) -> Result<Ledger, CliError> {
    let clock = Arc::new(clock::now);
    if purpose == Purpose::Read {
        let way_out = "is it readable for you?";
        let opened = Ledger::open_to_read(path, platform, clock);
        return opened.map_err(|why| not_opened(&why, way_out));
    }
    if let Some(folder) = path.parent() {
        workplace::made(folder)?;
    }
    let way_out = "is it writable for you, and is there room on its disk?";
    Ledger::open(path, platform, &new_id()?, clock).map_err(|why| not_opened(&why, way_out))
}

/// Without a ledger, who was invited by us is nobody's, and stays.
const DAMAGED: &str = "put a copy of it in its place, or take over an export with `minisync history \
                       import`: a new one knows of nobody that they are ours";

fn not_opened(why: &OpenError, way_out: &str) -> CliError {
    CliError::failed(why.to_string()).help(match why {
        OpenError::Newer(_) => "install the minisync that wrote it, or a later one",
        OpenError::Older(_) => {
            "read it once where it can be written, as whoever owns it, when no run is at work on it"
        }
        OpenError::Foreign(_) => "name a file of its own for `ledger` in minisync.yaml",
        OpenError::Damaged(_) => DAMAGED,
        OpenError::Failed(_) => way_out,
    })
}

/// This run, as the journal tells of it; `commit` is that of the manifests.
pub(super) fn run(
    project: &Project,
    commit: Option<String>,
    site: Site<'_>,
) -> Result<Run, CliError> {
    let id = new_id()?;
    let host = host();
    let root = project.root().canonicalize().unwrap_or_else(|_| project.root().to_owned());
    Ok(Run {
        id,
        who: who(site),
        commit,
        saved: None,
        den: format!("{host}:{}:{}", root.display(), den(project)?),
    })
}

/// Who runs us, and where.
pub(super) fn who(site: Site<'_>) -> String {
    site.surroundings.who(&host())
}

fn host() -> String {
    let host = hostname::get().map(|name| name.to_string_lossy().into_owned());
    host.unwrap_or_else(|_| "this machine".to_owned())
}

/// Drawn once for each folder: containers may share a name and a path.
fn den(project: &Project) -> Result<String, CliError> {
    let folder = project.root().join(workplace::FOLDER);
    workplace::made(&folder)?;
    let path = folder.join("den");
    let cannot = |why| CliError::failed(format!("cannot read {}: {why}", path.display()));
    if !path.exists() {
        // Another run may be faster, and its word counts.
        file::create(&path, new_id()?.as_bytes()).or_else(|why| match path.exists() {
            true => Ok(()),
            false => Err(why),
        })?;
    }
    fs::read_to_string(&path).map_err(cannot)
}

/// Locks every workspace of the connection.
pub(super) async fn locked(
    connection: &Connection,
    run: Run,
    patience: &mut Patience<'_>,
) -> Result<Locked, CliError> {
    loop {
        let why = match connection.ledger.lock(connection.workspaces(), run.clone()).await {
            Ok(locked) => return Ok(locked),
            Err(why) => why,
        };
        let LockError::Held { lease, .. } = &why else {
            return Err(CliError::failed(why.to_string()));
        };
        let told = format!("{why}: {}", report::human::holder(lease, clock::now()));
        if !patience.lasts() {
            return Err(CliError::failed(told).help(
                "wait until it is done, for example with `--lock-timeout 5m`; if it is not running \
                 any more, its lock ends by itself, and `minisync unlock` takes it away at once",
            ));
        }
        patience.pass(&lease.holder.run, &told).await;
    }
}
