//! The project's ledger: where it is, who writes to it, and its lock.

use super::{Site, connect::Connection, error::CliError, exit::ExitStatus, git, workplace};
use crate::{
    engine::clock,
    ledger::{Ledger, LockError, Locked, Run},
    project::{self, Project},
    provider::fresh_key,
    report,
};
use std::{path::Path, sync::Arc};

/// Opens it for one platform, by what that is told by.
pub(super) async fn open(project: &Project, platform: &str) -> Result<Ledger, CliError> {
    let path = match &project.settings.ledger {
        project::Ledger::File(path) => path,
        project::Ledger::Server(_) => {
            return Err(CliError::failed("the ledger cannot be kept on a server")
                .help("name a file for `ledger` in minisync.yaml, or leave it out"));
        }
    };
    in_file(path, platform)
}

pub(super) fn in_file(path: &Path, platform: &str) -> Result<Ledger, CliError> {
    if let Some(folder) = path.parent() {
        workplace::made(folder)?;
    }
    let new_id = fresh_key().map_err(|why| CliError::failed(why.to_string()))?;
    Ok(Ledger::open(path, platform, &new_id.0, Arc::new(clock::now))?)
}

/// This run, as the journal tells of it.
pub(super) fn run(project: &Project, site: Site<'_>) -> Result<Run, CliError> {
    let id = fresh_key().map_err(|why| CliError::failed(why.to_string()))?.0;
    let host = hostname::get().map(|name| name.to_string_lossy().into_owned());
    let host = host.unwrap_or_else(|_| "this machine".to_owned());
    let user = site.surroundings.user.clone().unwrap_or_else(|| "somebody".to_owned());
    let root = project.root().canonicalize().unwrap_or_else(|_| project.root().to_owned());
    Ok(Run {
        id,
        who: site.surroundings.job.clone().unwrap_or_else(|| format!("{user}@{host}")),
        commit: git::head(project.root()),
        saved: None,
        den: format!("{host}:{}", root.display()),
    })
}

/// Locks every workspace of the connection.
pub(super) async fn locked(connection: &Connection, run: Run) -> Result<Locked, CliError> {
    connection.ledger.lock(connection.workspaces(), run).await.map_err(|why| match why {
        LockError::Store(why) => why.into(),
        LockError::Held { ref lease, .. } => CliError::new(
            ExitStatus::Failed,
            format!("{why}: {}", report::human::holder(lease, clock::now())),
        )
        .help("wait until it is done; if it is not running any more, its lock ends by itself"),
    })
}
