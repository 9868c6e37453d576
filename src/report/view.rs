//! What there is to report: references to what the other floors found out, gathered per command.

use super::{saved::PlanDigest, wording::note::Concern};
use crate::{
    diagnostic::{Diagnostic, Severity, Sources, Span},
    engine::{Applied, Outcome},
    ledger::Head,
    manifest::Origins,
    model::{Actual, Desired, Email, ProgramKey, ProgramRef, Role, Subject, WorkspaceId},
    plan::{Danger, Drift, Footholds, Note, Plan, Rules, Standing, Step, dangers, footholds},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::collections::{BTreeMap, BTreeSet};

/// What reading the manifests brought to light.
#[derive(Debug, Clone, Copy)]
pub struct CheckView<'a> {
    pub sources: &'a Sources,
    pub findings: &'a [Diagnostic],
    /// Empty when a finding is an error: then nobody can say what is asked for.
    pub desired: &'a BTreeMap<WorkspaceId, Desired>,
}

/// What was found on the platform, and what follows from it: for `plan`, `apply` and `status`.
#[derive(Debug, Clone)]
pub struct PlanView<'a> {
    /// In the order of their ids.
    pub workspaces: Vec<WorkspaceView<'a>>,
    /// Workspaces that could not be looked at, and why.
    pub unread: Vec<(&'a WorkspaceId, String)>,
    /// Of the manifests: warnings, for nothing is planned when there are errors.
    pub findings: &'a [Diagnostic],
    pub origins: &'a Origins,
    pub sources: &'a Sources,
    /// Where somebody has looked for them.
    pub self_grants: Vec<SelfGrant>,
    /// Of all that would be done; `None`: there is no telling.
    pub digest: Option<&'a PlanDigest>,
}

/// Somebody who wrote themselves the lines that give them something in this plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfGrant {
    pub workspace: WorkspaceId,
    pub email: Email,
    /// `None`: they are unblocked.
    pub role: Option<Role<ProgramRef>>,
    pub place: Span,
    /// Its short hash; `None`: it is not committed.
    pub commit: Option<String>,
}

/// One workspace that was looked at.
#[derive(Debug, Clone, Copy)]
pub struct WorkspaceView<'a> {
    pub id: &'a WorkspaceId,
    pub plan: &'a Plan,
    pub desired: &'a Desired,
    pub actual: &'a Actual,
    /// What has changed outside git.
    pub drift: &'a [Drift],
    pub rules: &'a Rules,
    /// The platform's time: what is told of invitations is told by it.
    pub now: Timestamp,
    /// The ledger's number for the last thing that was to be done here.
    pub mark: u64,
}

/// A step of a saved plan that is in no plan any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoneStep {
    /// As the file names it: nobody has checked it.
    pub workspace: String,
    pub what: String,
    pub why: GoneWhy,
}

/// Why a saved step is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoneWhy {
    /// What it is about is not as it was, or the manifests do not ask for it any more.
    Changed,
    /// Another run has acted on it since, whatever it looks like.
    ActedOn,
    /// It leans on a step that is left out.
    Parted,
    /// Its workspace could not be read whole.
    Unread,
    /// An earlier run of the same plan did it.
    Done,
    /// An earlier run of the same plan asked for it, and nobody knows whether it was done.
    Unheard,
}

impl GoneStep {
    /// Nothing is missing without it.
    pub fn is_done(&self) -> bool {
        self.why == GoneWhy::Done
    }
}

/// What became of a plan.
#[derive(Debug, Clone, Copy)]
pub struct ApplyView<'a> {
    pub plan: &'a PlanView<'a>,
    /// By workspace; one that is missing was not begun.
    pub applied: &'a BTreeMap<WorkspaceId, Applied>,
    /// Of the saved plan that was to be carried out.
    pub gone: &'a [GoneStep],
    /// How far each workspace's journal has come.
    pub heads: &'a BTreeMap<WorkspaceId, Head>,
}

/// A step, and how it ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended<'a> {
    pub(super) workspace: &'a WorkspaceView<'a>,
    pub(super) step: &'a Step,
    pub(super) outcome: &'a Outcome,
}

impl<'a> ApplyView<'a> {
    /// Every step of a workspace with how it ended.
    pub(super) fn ended(
        &self,
        workspace: &'a WorkspaceView<'a>,
    ) -> impl Iterator<Item = Ended<'a>> + use<'a> {
        let applied = self.applied.get(workspace.id);
        let outcomes = applied.map_or(&[][..], |applied| &applied.outcomes);
        let rest = std::iter::repeat(&Outcome::NotStarted);
        let ended = workspace.plan.steps.iter().zip(outcomes.iter().chain(rest));
        ended.map(move |(step, outcome)| Ended { workspace, step, outcome })
    }

    /// Whether there was nothing to do: then how things stand is all there is to say.
    pub(super) fn is_idle(&self) -> bool {
        self.gone.is_empty()
            && self.plan.workspaces.iter().all(|workspace| workspace.plan.steps.is_empty())
    }

    pub(super) fn is_complete(&self) -> bool {
        self.plan.unread.is_empty()
            && self.gone.iter().all(GoneStep::is_done)
            && self.outcomes().all(|ended| *ended.outcome == Outcome::Done)
    }

    pub(super) fn outcomes(&self) -> impl Iterator<Item = Ended<'a>> {
        self.plan.workspaces.iter().flat_map(|workspace| self.ended(workspace))
    }

    /// Failures first, then what they held up.
    pub(super) fn undone(&self) -> Vec<Ended<'a>> {
        let mut undone: Vec<Ended<'a>> =
            self.outcomes().filter(|ended| *ended.outcome != Outcome::Done).collect();
        undone.sort_by_key(|undone| match undone.outcome {
            Outcome::Done | Outcome::Failed(_) => 0,
            Outcome::Stale => 1,
            Outcome::Blocked { .. } => 2,
            Outcome::NotStarted => 3,
        });
        undone
    }
}

impl PlanView<'_> {
    /// Of everything that could be looked at.
    pub fn standing(&self) -> Standing {
        let standings = self.workspaces.iter().map(|workspace| workspace.plan.standing());
        standings.max().unwrap_or(Standing::InSync)
    }

    /// Where there is something to do.
    pub(super) fn told_digest(&self) -> Option<&PlanDigest> {
        let has_steps = self.workspaces.iter().any(|workspace| !workspace.plan.steps.is_empty());
        self.digest.filter(|_| has_steps)
    }

    /// The time of the latest reading; where nothing could be read, nothing needs one.
    pub(super) fn now(&self) -> Timestamp {
        let times = self.workspaces.iter().map(|workspace| workspace.now);
        times.max().unwrap_or_default()
    }

    pub(super) fn place(&self, workspace: &WorkspaceId, subject: &Subject) -> Option<Span> {
        self.origins.of(workspace, subject).first().copied()
    }

    pub(super) fn notes(&self) -> impl Iterator<Item = (&WorkspaceView<'_>, &Note)> {
        self.workspaces
            .iter()
            .flat_map(|workspace| workspace.plan.notes.iter().map(move |note| (workspace, note)))
    }

    /// Everything that a rail holds, where it does.
    pub fn dangers(&self) -> impl Iterator<Item = (&WorkspaceView<'_>, Danger)> {
        self.workspaces.iter().flat_map(|workspace| {
            workspace.dangers().into_iter().map(move |danger| (workspace, danger))
        })
    }

    pub(super) fn self_grants(&self) -> impl Iterator<Item = (&WorkspaceView<'_>, &SelfGrant)> {
        self.self_grants.iter().filter_map(|grant| {
            let mut workspaces = self.workspaces.iter();
            Some((workspaces.find(|workspace| *workspace.id == grant.workspace)?, grant))
        })
    }

    /// People whom the manifests ask for.
    pub(super) fn n_people(&self) -> usize {
        self.workspaces.iter().map(WorkspaceView::n_people).sum()
    }

    pub(super) fn n_programs(&self) -> usize {
        self.workspaces.iter().map(|workspace| workspace.desired.programs.len()).sum()
    }
}

/// A workspace in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Census {
    /// Asked for by the manifests.
    pub(super) programs: usize,
    /// Asked for by the manifests.
    pub(super) people: usize,
    pub(super) steps: usize,
    /// People who have an invitation to answer.
    pub(super) waiting: usize,
    /// Notes that need somebody to decide.
    pub(super) open: usize,
    /// Things that have changed outside git.
    pub(super) drift: usize,
}

impl WorkspaceView<'_> {
    /// People whom the manifests ask for today, and not until a day that has passed.
    pub(super) fn n_people(&self) -> usize {
        let today = self.today();
        self.desired.members.values().filter(|member| !member.has_ended(today)).count()
    }

    /// As manifests speak of days: in UTC.
    pub(super) fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    pub(super) fn dangers(&self) -> Vec<Danger> {
        dangers(self.plan, self.desired, self.actual, self.rules)
    }

    /// Where the plan changes them.
    pub(super) fn footholds(&self) -> Option<Footholds> {
        let footholds = footholds(self.plan, self.actual, self.rules);
        (footholds.before != footholds.after).then_some(footholds)
    }

    pub(super) fn census(&self) -> Census {
        let count = |is: fn(&Note) -> bool| self.plan.notes.iter().filter(|note| is(note)).count();
        Census {
            programs: self.desired.programs.len(),
            people: self.n_people(),
            steps: self.plan.steps.len(),
            waiting: count(|note| matches!(note, Note::WaitingForMember { .. })),
            open: count(|note| Concern::of(note) == Concern::NeedsSomebody),
            drift: self.drift.len(),
        }
    }

    /// `Lin Wei <lin@example.com>`, or the address alone when nobody knows a name.
    pub(super) fn person(&self, email: &Email) -> String {
        match self.name(email) {
            Some(name) if !name.is_empty() => format!("{name} <{email}>"),
            Some(_) | None => email.to_string(),
        }
    }

    pub(super) fn name(&self, email: &Email) -> Option<&str> {
        let wanted = self.desired.members.get(email).map(|member| &member.name);
        let found = self.actual.members.get(email).map(|member| &member.name);
        wanted.or(found).map(String::as_str)
    }

    /// Our key for a program, or the platform's name for it where we have none.
    pub(super) fn program(&self, program: &ProgramRef) -> String {
        match program {
            ProgramRef::New(key) | ProgramRef::Existing { key: Some(key), .. } => key.to_string(),
            ProgramRef::Existing { key: None, id } => {
                let found = self.actual.unmanaged_programs.get(id);
                found.map_or_else(|| id.to_string(), |found| found.name.clone())
            }
        }
    }

    /// What customers read.
    pub(super) fn program_name(&self, key: &ProgramKey) -> Option<&str> {
        let wanted = self.desired.programs.get(key).map(|program| &program.name);
        let found = self.actual.programs.get(key).map(|program| &program.seen.name);
        wanted.or(found).map(String::as_str)
    }

    pub(super) fn subject(&self, subject: &Subject) -> String {
        match subject {
            Subject::Program(key) => key.to_string(),
            Subject::Member(email) => self.person(email),
        }
    }
}

/// Numbers about findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    /// Files that have at least one.
    pub(super) files: usize,
}

impl Tally {
    pub(super) fn of(findings: &[Diagnostic]) -> Self {
        let count = |severity| findings.iter().filter(|found| found.severity == severity).count();
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            files: findings.iter().map(|found| found.primary.source).collect::<BTreeSet<_>>().len(),
        }
    }
}

/// By place, then by code: the order in which somebody would mend them.
pub(super) fn sorted(findings: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = findings.iter().collect();
    sorted.sort_by_key(|found| (found.primary, found.code));
    sorted
}
