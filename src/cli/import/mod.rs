//! `minisync import` and `minisync adopt`: what is on the platform and in no manifest is written
//! into manifests, and taken under management. The platform is only looked at.

pub(super) mod args;
mod changes;
mod gather;
mod managed;
mod selection;

use super::{
    Site,
    args::Paths,
    connect::{Connection, Visit, connect},
    error::CliError,
    exit::ExitStatus,
    ledger,
    patience::Patience,
    show,
    survey::{Intentions, Survey, survey},
    workplace::Workplace,
};
use crate::{
    engine::Prospect,
    ledger::Locked,
    model::{Completeness, Email, ProgramKey, WorkspaceId},
    plan::{Action, Stray, adoption::Obstacle},
    report,
};
use changes::Changes;
use gather::{Gathered, gather};
use managed::Managed;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::PathBuf,
};

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    Everything,
    Member(Email),
    /// By the platform's id or by name.
    Program {
        called: String,
        key: Option<ProgramKey>,
    },
}

/// One import.
struct Order<'a> {
    site: Site<'a>,
    scope: Scope,
    workspace: Option<WorkspaceId>,
    out: Option<PathBuf>,
    /// Only show what would be written.
    diff: bool,
}

pub(super) fn run(
    args: &args::Import,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    Order::new(site, Scope::Everything, &args.target)?.carry_out(out)
}

pub(super) fn adopt(
    args: &args::Adopt,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let (scope, target) = match &args.what {
        args::Adoptable::Member { email, target } => (Scope::Member(read(email)?), target),
        args::Adoptable::Program { program, key, target } => {
            let key = key.as_deref().map(read).transpose()?;
            (Scope::Program { called: program.clone(), key }, target)
        }
    };
    Order::new(site, scope, target)?.carry_out(out)
}

fn read<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, CliError> {
    text.parse().map_err(|why| CliError::new(ExitStatus::Usage, format!("`{text}` {why}")))
}

impl<'a> Order<'a> {
    fn new(site: Site<'a>, scope: Scope, target: &args::Target) -> Result<Self, CliError> {
        let workspace = target.workspace.as_deref().map(read).transpose()?;
        Ok(Self { site, scope, workspace, out: target.out.clone(), diff: target.diff })
    }

    fn carry_out(&self, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
        let here = Paths { paths: Vec::new() };
        let Some(mut workplace) = Workplace::begin(&here, out)? else {
            return Ok(ExitStatus::Failed);
        };
        workplace.note_commit();
        let wanted = self.wanted(&workplace);
        for workspace in &wanted {
            workplace.valid.workspaces.entry(workspace.clone()).or_default();
        }
        super::runtime()?.block_on(async {
            let mut patience = Patience::new(None, self.site);
            let _lock = workplace.lock(&mut patience).await?;
            let connection = connect(&mut workplace, self.site, Visit::Adopt).await?;
            let ended = self.at_work((&workplace, &wanted), &connection, out).await;
            connection.close().await;
            ended
        })
    }

    /// The workspaces to look at: the one that was named, or those of the manifests, or the default.
    fn wanted(&self, workplace: &Workplace) -> BTreeSet<WorkspaceId> {
        let named: BTreeSet<_> = workplace.valid.workspaces.keys().cloned().collect();
        match &self.workspace {
            Some(workspace) => BTreeSet::from([workspace.clone()]),
            None if named.is_empty() => {
                BTreeSet::from([workplace.project.settings.workspace.clone()])
            }
            None => named,
        }
    }

    /// Under the lock from the first look to the last record.
    async fn at_work(
        &self,
        (workplace, wanted): (&Workplace, &BTreeSet<WorkspaceId>),
        connection: &Connection,
        out: &mut dyn Write,
    ) -> Result<ExitStatus, CliError> {
        show::aside(self.site, &connection.introduction(workplace));
        let run = ledger::run(&workplace.project, workplace.commit.clone(), self.site)?;
        let mut patience = Patience::new(None, self.site);
        let locked = ledger::locked(connection, run, &mut patience).await?;
        let ended = self.under_lock((workplace, wanted), connection, &locked, out).await;
        let released = locked.release().await;
        // Where the work failed, that is what to tell; the lock ends by itself.
        let status = ended?;
        released?;
        Ok(status)
    }

    async fn under_lock(
        &self,
        (workplace, wanted): (&Workplace, &BTreeSet<WorkspaceId>),
        connection: &Connection,
        locked: &Locked,
        out: &mut dyn Write,
    ) -> Result<ExitStatus, CliError> {
        let survey = looked(workplace, wanted, connection).await?;
        let mut changes = Changes::new(workplace, self.out.as_deref());
        let mut gathered: BTreeMap<WorkspaceId, Gathered<'_>> = BTreeMap::new();
        for prospect in &survey.prospects {
            let mut found = gather(&self.scope, workplace, connection, prospect).await?;
            changes.add(&prospect.workspace, &mut found)?;
            gathered.insert(prospect.workspace.clone(), found);
        }
        selection::check_there(&self.scope, gathered.values().map(|found| &found.meant))?;
        let left: Vec<_> = gathered.values().flat_map(Gathered::left).collect();
        if self.diff {
            show::write_all(out, &report::harmless(&changes.diff()))?;
        } else {
            changes.write(&gathered)?;
            show::write_all(out, &changes.told())?;
            let managed =
                self.manage((workplace, wanted), (connection, locked), &gathered, out).await?;
            let is_nothing = changes.is_empty() && left.is_empty();
            self.conclude(is_nothing, workplace.project.n_manifests(), managed);
        }
        tell_left(&left);
        Ok(if left.is_empty() { ExitStatus::Done } else { ExitStatus::Partly })
    }

    /// With the manifests as they are from now on.
    async fn manage(
        &self,
        (before, wanted): (&Workplace, &BTreeSet<WorkspaceId>),
        (connection, locked): (&Connection, &Locked),
        gathered: &BTreeMap<WorkspaceId, Gathered<'_>>,
        out: &mut dyn Write,
    ) -> Result<Managed, CliError> {
        let here = Paths { paths: vec![before.project.root().to_owned()] };
        let Some(mut workplace) = Workplace::begin(&here, out)? else {
            return Ok(Managed::default());
        };
        show::warnings(&workplace)?;
        for workspace in wanted {
            workplace.valid.workspaces.entry(workspace.clone()).or_default();
        }
        let survey = looked(&workplace, wanted, connection).await?;
        let mut managed = Managed::default();
        for prospect in &survey.prospects {
            let meant = &gathered[&prospect.workspace].meant;
            let is_wanted = |action: &Action| meant.covers(&self.scope, action);
            let Managed { programs, people } =
                managed::manage(prospect, is_wanted, connection, locked).await?;
            managed.programs += programs;
            managed.people += people;
        }
        Ok(managed)
    }

    fn conclude(&self, is_nothing: bool, n_manifests: usize, managed: Managed) {
        let Managed { programs, people } = managed;
        let counts = [(programs, "program", "programs"), (people, "person", "people")];
        let counts: Vec<_> = counts
            .into_iter()
            .filter(|(n, ..)| *n > 0)
            .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
            .collect();
        match (counts.is_empty(), is_nothing) {
            (true, true) => {
                let why = match n_manifests {
                    0 => "the workspace holds nothing that is not managed already",
                    _ => "the manifests name all there is",
                };
                show::aside(self.site, &format!("Nothing to import: {why}."));
            }
            (true, false) => {}
            (false, _) => {
                show::aside(self.site, &format!("Managed from now on: {}.", counts.join(", ")));
            }
        }
    }
}

/// What cannot be read whole is not imported in parts.
async fn looked(
    workplace: &Workplace,
    wanted: &BTreeSet<WorkspaceId>,
    connection: &Connection,
) -> Result<Survey, CliError> {
    let again = BTreeSet::new();
    let intentions = Intentions { policy: &workplace.project.settings.policy, again: &again };
    let mut desired = workplace.valid.workspaces.clone();
    desired.retain(|workspace, _| wanted.contains(workspace));
    let survey = survey(&desired, connection, intentions).await;
    if let Some((workspace, why)) = survey.failures.first_key_value() {
        return Err(CliError::failed(format!("cannot read workspace `{workspace}`: {why}")));
    }
    let is_partial = |prospect: &&Prospect| prospect.actual.completeness == Completeness::Partial;
    match survey.prospects.iter().find(is_partial) {
        None => Ok(survey),
        Some(prospect) => Err(CliError::failed(format!(
            "workspace `{}` could not be read whole, so nothing was written",
            prospect.workspace
        ))
        .help("somebody is changing it; try again in a moment")),
    }
}

fn tell_left(left: &[(&Stray, &Obstacle)]) {
    for (stray, why) in left {
        let thing = match stray {
            Stray::Program { id, name } => format!("program {name} ({id})"),
            Stray::Member { email, name, .. } => format!("{name} <{email}>"),
            Stray::Assignment { email, program } => format!("<{email}> in program {program}"),
        };
        show::warn(&report::on_one_line(&format!("left alone: {thing}: {why}")));
    }
}
