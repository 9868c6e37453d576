//! Looking: observe one workspace, tell who is who, and plan. Nothing here can write.

use super::{Found, Provider, ProviderError, Store, StoreError};
use crate::{
    model::{
        Actual, ActualMember, Completeness, Desired, Digest, Email, Fields, Member, Membership,
        Memory, RosterName, Subject, WorkspaceId,
    },
    plan::{self, Drift, Phase, Plan, Rules},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// One workspace as it was found, and what follows from it.
#[derive(Debug, Clone)]
pub struct Prospect {
    pub workspace: WorkspaceId,
    pub actual: Actual,
    pub plan: Plan,
    /// What has changed outside git since the last run.
    pub drift: Vec<Drift>,
    /// What it was planned by, at the time that counts.
    pub rules: Rules,
    /// The platform's time, where it tells; else ours.
    pub now: Timestamp,
    /// [`Memory::mark`](crate::model::Memory::mark) when it was planned.
    pub mark: u64,
    /// What of it a step of the whole plan is to undo, with when it was last seen without it.
    drifted: BTreeMap<Subject, Timestamp>,
    asked_again: BTreeSet<Subject>,
    /// The rosters that ask for somebody.
    rosters: BTreeSet<RosterName>,
    /// Those of the last time as well, where somebody loses something by the whole plan: as long as
    /// nobody was asked about that.
    rosters_unasked: BTreeSet<RosterName>,
    /// What invitations are counted for: the wishes about people who have not joined.
    wishes: BTreeMap<Email, Option<Digest>>,
}

impl Prospect {
    /// Before anything is done: brings what is remembered in line with a whole reading.
    pub async fn settle<S: Store>(&self, store: &S) -> Result<(), StoreError> {
        match self.actual.completeness {
            Completeness::Whole => store.keep(&self.workspace, &self.found()).await,
            Completeness::Partial => Ok(()),
        }
    }

    fn found(&self) -> Found {
        let is_asked = plan::takes_something(&self.plan, &self.actual);
        Found {
            reading: plan::baseline(&self.plan, &self.actual, self.now),
            people: self.wishes.clone(),
            sightings: self.sightings(),
            drifted: self.drifted.clone(),
            asked_again: self.asked_again.clone(),
            rosters: if is_asked { &self.rosters } else { &self.rosters_unasked }.clone(),
        }
    }

    /// What we manage, and what we are about to.
    fn sightings(&self) -> BTreeMap<Subject, Fields> {
        let taken = self.plan.steps.iter().filter(|step| step.action.phase() == Phase::Take);
        let taken = taken.filter_map(|step| {
            let subject = step.action.subject();
            Some((subject.clone(), plan::fields_of(&self.actual, &subject)?))
        });
        plan::sightings(&self.actual).into_iter().chain(taken).collect()
    }
}

/// `memory` is what the ledger holds of the workspace. `rules.capabilities` are the provider's; `rules.now` counts where the platform does not tell.
pub async fn look<P: Provider>(
    workspace: &WorkspaceId,
    desired: &Desired,
    provider: &P,
    memory: &Memory,
    rules: &Rules,
) -> Result<Prospect, ProviderError> {
    let seen = provider.observe().await?;
    let now = seen.now.unwrap_or(rules.now);
    let (actual, mut notes) = plan::recognise(&seen, desired, memory);
    let rules = Rules { now, own: rules.own.filter(|_| seen.now.is_some()), ..rules.clone() };
    let mut plan = plan::plan(desired, &actual, &rules);
    plan.notes.append(&mut notes);
    plan.notes.sort();
    let drift = plan::drifts(memory, desired, &actual, &plan, &rules);
    Ok(Prospect {
        workspace: workspace.clone(),
        drifted: drifted(&drift, &plan),
        asked_again: plan::asked_again(memory, &plan),
        rosters: desired.rosters.clone(),
        rosters_unasked: rosters_unasked(desired, &actual, &plan),
        mark: memory.mark,
        wishes: wishes(desired, &actual),
        actual,
        plan,
        drift,
        rules,
        now,
    })
}

fn drifted(drift: &[Drift], plan: &Plan) -> BTreeMap<Subject, Timestamp> {
    let undone = plan.steps.iter().filter_map(|step| plan::undone(drift, step));
    undone.map(|drift| (drift.subject.clone(), drift.after)).collect()
}

fn rosters_unasked(desired: &Desired, actual: &Actual, plan: &Plan) -> BTreeSet<RosterName> {
    let takes_something = plan::takes_something(plan, actual);
    let before = actual.rosters.iter().filter(|_| takes_something);
    before.chain(&desired.rosters).cloned().collect()
}

fn wishes(desired: &Desired, actual: &Actual) -> BTreeMap<Email, Option<Digest>> {
    let previous: BTreeSet<_> =
        desired.members.values().filter_map(|it| it.previously.as_ref()).collect();
    // Of whoever refused or left, and is not asked for, nothing is left that could be ours.
    let is_over = |email: &Email, found: &ActualMember| {
        found.membership.is_over()
            && !desired.members.contains_key(email)
            && !previous.contains(email)
    };
    let people = actual.members.iter().filter(|(email, found)| !is_over(email, found));
    people
        .map(|(email, found)| {
            let has_joined =
                matches!(found.membership, Membership::Active(_) | Membership::Blocked(_));
            let wanted = desired.members.get(email).filter(|_| !has_joined);
            (email.clone(), wanted.map(Member::wish))
        })
        .collect()
}
