//! The project's ledger: where it is, who writes to it, and its lock.

#[cfg(feature = "postgres")]
use super::passwords;
use super::{Site, connect::Connection, error::CliError, file, patience::Patience, workplace};
#[cfg(feature = "postgres")]
use crate::ledger::Address;
use crate::{
    engine::clock,
    ledger::{Ledger, LockError, Locked, Run},
    project::{self, Project},
    provider::fresh_key,
    report,
};
use std::{fs, path::Path, sync::Arc};

/// Opens it for one platform, by what that is told by.
pub(super) async fn open(
    project: &Project,
    platform: &str,
    site: Site<'_>,
) -> Result<Ledger, CliError> {
    match &project.settings.ledger {
        project::Ledger::File(path) => in_file(path, platform),
        project::Ledger::Server(url) => on_server(url, project.root(), platform, site).await,
    }
}

/// For the embedded sandbox, which is in this folder and nowhere else: what is remembered of it
/// stays here too, so that nobody takes another one's sandbox for theirs.
#[cfg(feature = "sandbox")]
pub(super) fn beside(project: &Project, platform: &str) -> Result<Ledger, CliError> {
    match &project.settings.ledger {
        project::Ledger::File(path) => in_file(path, platform),
        project::Ledger::Server(_) => {
            in_file(&project.root().join(workplace::FOLDER).join("ledger.db"), platform)
        }
    }
}

#[cfg(feature = "postgres")]
async fn on_server(
    url: &str,
    root: &Path,
    platform: &str,
    site: Site<'_>,
) -> Result<Ledger, CliError> {
    let address =
        Address::parse(url, root).map_err(|why| CliError::failed(why.to_string()).help(FORM))?;
    let address = passwords::with_password(address, site.surroundings)?;
    let is_known = address.has_password();
    let opened = Ledger::open_server(&address, platform, &new_id()?, Arc::new(clock::now)).await;
    opened.map_err(|why| {
        let error = CliError::failed(why.to_string());
        if is_known {
            return error.help("is the server up, and is `ledger` in minisync.yaml right?");
        }
        error.help("if it wants a password, set $PGPASSWORD, or write it into ~/.pgpass")
    })
}

#[cfg(feature = "postgres")]
const FORM: &str = "for example `postgres://minisync@db.example.com/minisync?sslmode=require`";

#[cfg(not(feature = "postgres"))]
async fn on_server(_: &str, _: &Path, _: &str, _: Site<'_>) -> Result<Ledger, CliError> {
    let message = "the ledger is on a server, and this build of minisync is without PostgreSQL";
    Err(CliError::failed(message).help(
        "install it with `--features postgres`, or name a file for `ledger` in minisync.yaml",
    ))
}

fn new_id() -> Result<String, CliError> {
    Ok(fresh_key().map_err(|why| CliError::failed(why.to_string()))?.0)
}

pub(super) fn in_file(path: &Path, platform: &str) -> Result<Ledger, CliError> {
    if let Some(folder) = path.parent() {
        workplace::made(folder)?;
    }
    Ok(Ledger::open(path, platform, &new_id()?, Arc::new(clock::now))?)
}

/// This run, as the journal tells of it; `commit` is that of the manifests.
pub(super) fn run(
    project: &Project,
    commit: Option<String>,
    site: Site<'_>,
) -> Result<Run, CliError> {
    let id = new_id()?;
    let host = hostname::get().map(|name| name.to_string_lossy().into_owned());
    let host = host.unwrap_or_else(|_| "this machine".to_owned());
    let user = site.surroundings.user.clone().unwrap_or_else(|| "somebody".to_owned());
    let root = project.root().canonicalize().unwrap_or_else(|_| project.root().to_owned());
    Ok(Run {
        id,
        who: site.surroundings.job.clone().unwrap_or_else(|| format!("{user}@{host}")),
        commit,
        saved: None,
        den: format!("{host}:{}:{}", root.display(), den(project)?),
    })
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
