//! `minisync unlock`: taking a lock away from a run that should not have it any more.

use super::{
    Site,
    confirm::confirmed,
    error::CliError,
    exit::ExitStatus,
    git, history,
    ledger::{self, Purpose},
    show,
};
use crate::{engine::clock, ledger::Lease, model::WorkspaceId, report};
use std::{collections::BTreeSet, io::Write};

pub(super) fn run(
    args: &history::args::Unlock,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    super::runtime()?.block_on(unlock(args, site, out))
}

async fn unlock(
    args: &history::args::Unlock,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let (project, ledger) = history::open(&args.place, site).await?;
    let mut held: Vec<(WorkspaceId, Lease)> = Vec::new();
    for workspace in history::workspaces(&ledger, args.workspace.as_deref()).await? {
        let lease = ledger.lease(&workspace).await?;
        held.extend(lease.map(|lease| (workspace, lease)));
    }
    if held.is_empty() {
        show::write_all(out, "Nobody holds a lock.")?;
        return Ok(ExitStatus::Done);
    }
    for (workspace, lease) in &held {
        let holder = report::human::holder(lease, clock::now());
        show::write_all(out, &format!("Workspace `{workspace}` is locked by {holder}."))?;
    }
    if !args.yes && !is_meant()? {
        show::aside(site, "Nothing was unlocked.");
        return Ok(ExitStatus::Refused);
    }
    let ledger = history::ledger_of(&project, Purpose::Write, site).await?;
    let commit = git::head(project.root(), &BTreeSet::new());
    for (workspace, lease) in &held {
        let run = ledger::run(&project, commit.clone(), site)?;
        let told = match ledger.unlock(workspace, run, lease).await? {
            Some(_) => format!("Unlocked workspace `{workspace}`."),
            None => format!("Workspace `{workspace}` was unlocked already, or taken by another."),
        };
        show::write_all(out, &told)?;
    }
    if args.yes {
        show::aside(site, LAST_REQUESTS);
    }
    show::aside(site, "What the run had asked and not recorded, the next `minisync apply` finds.");
    Ok(ExitStatus::Done)
}

/// It learns that its lock is gone when it records something, or is to renew it.
const LAST_REQUESTS: &str = "If that run still works, it records nothing more; for up to 10 seconds it \
                             may still ask the platform for what it had begun.";

fn is_meant() -> Result<bool, CliError> {
    let question = format!(
        "\n{LAST_REQUESTS} It will not know how its last requests ended.\nTake the lock away from it?"
    );
    confirmed(&question, "unlock")
}
