//! What a plan would do that somebody has to allow by name.
//!
//! Decisions worth knowing:
//! - Whoever is invited afresh in the place of an active membership loses their access until they
//!   accept, and counts like whoever is removed.
//! - The share is taken of what is ours: strangers in the workspace are no reason to let more go.
//! - Where the manifests leave nothing of ours, or a roster asks for nobody any more, what goes is
//!   held however little it is: that is far more often a slip than a wish.
//! - A master that the same plan makes does not make up for one that it takes: the one step may
//!   fail where the other does not.
//! - What people may do is counted before a plan and after it, so that a workspace that is below a
//!   minimum already can still be worked on.

mod danger;
mod foothold;

pub use danger::{Counted, Danger, Power, Rail, UnknownRail};
pub use foothold::{Foothold, Footholds, footholds};

use super::{Action, Plan, Rules, Step, action};
use crate::model::{
    Actual, ActualMember, ActualProgram, Desired, Email, Figures, Ownership, ProgramKey, Reading,
    Role, Subject,
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Fewer by this many, and by more than half: suspicious.
const LEAST_FALL: u32 = 2;

/// Everything in a plan that a rail holds; a workspace where nothing is dangerous has none.
pub fn dangers(plan: &Plan, desired: &Desired, actual: &Actual, rules: &Rules) -> Vec<Danger> {
    let removals = rules.policy.rails.removals;
    let mut dangers = Vec::new();
    let people: BTreeSet<Email> = taken_from(plan, actual).collect();
    let of = ours(desired, actual).chain(&people).collect::<BTreeSet<_>>().len();
    let emptied: BTreeSet<_> = actual.rosters.difference(&desired.rosters).cloned().collect();
    let is_slip = !emptied.is_empty() || !leaves_people(plan, desired, actual, rules);
    if people.len() > removals.most_of(of) || !people.is_empty() && is_slip {
        dangers.push(Danger::RemoveMembers { of, emptied, people });
    }
    let programs: BTreeSet<ProgramKey> = plan.steps.iter().filter_map(deleted).cloned().collect();
    let of = our_programs(desired, actual).count();
    let leaves = leaves_programs(plan, desired, actual);
    if programs.len() > removals.most_of(of) || !programs.is_empty() && !leaves {
        dangers.push(Danger::DeletePrograms { of, programs });
    }
    dangers.extend(shrunken(plan, actual));
    dangers.extend(fewer_hands(plan, actual, rules));
    dangers
}

/// Everybody in the workspace whom we manage or the manifests name; the owner is nobody's.
fn ours<'a>(desired: &'a Desired, actual: &'a Actual) -> impl Iterator<Item = &'a Email> {
    let is_ours = |(email, found): &(&Email, &ActualMember)| {
        found.ownership == Ownership::Managed || desired.members.contains_key(*email)
    };
    let there = actual.members.iter().filter(|(_, found)| {
        !found.membership.is_over() && found.membership.role() != Some(&Role::Owner)
    });
    there.filter(is_ours).map(|(email, _)| email)
}

fn our_programs<'a>(
    desired: &'a Desired,
    actual: &'a Actual,
) -> impl Iterator<Item = &'a ProgramKey> {
    let is_ours = |(key, found): &(&ProgramKey, &ActualProgram)| {
        found.ownership == Ownership::Managed || desired.programs.contains_key(*key)
    };
    actual.programs.iter().filter(is_ours).map(|(key, _)| key)
}

/// Whether somebody whom the manifests ask for is there or is invited by the plan. Whom they ask
/// for until a day that has passed is no slip. Nobody counts who is there whatever they say.
fn leaves_people(plan: &Plan, desired: &Desired, actual: &Actual, rules: &Rules) -> bool {
    let invited: BTreeSet<Email> = plan.steps.iter().filter_map(invited).cloned().collect();
    let there =
        ours(desired, actual).chain(&invited).filter(|it| desired.members.contains_key(*it));
    there.filter(|email| !rules.protected.contains(email)).count() > 0
}

fn leaves_programs(plan: &Plan, desired: &Desired, actual: &Actual) -> bool {
    let creates = |step: &Step| matches!(step.action, Action::CreateProgram { .. });
    our_programs(desired, actual).any(|key| desired.programs.contains_key(key))
        || plan.steps.iter().any(creates)
}

/// What the next plan is held against: what was found, without what this plan takes away itself.
/// Where much less was found and nothing was to be taken on it, nobody was asked whether that is
/// right, so what was there before still counts.
pub fn baseline(plan: &Plan, actual: &Actual, now: Timestamp) -> Reading {
    let (mut n_gone, mut n_deleted) = (0, 0);
    for step in &plan.steps {
        match step.action {
            Action::Remove { .. } | Action::Withdraw { .. } => n_gone += 1,
            Action::DeleteProgram { .. } => n_deleted += 1,
            Action::AdoptProgram { .. }
            | Action::AdoptMember { .. }
            | Action::CreateProgram { .. }
            | Action::UpdateProgram { .. }
            | Action::Invite { .. }
            | Action::Reinvite { .. }
            | Action::Resend { .. }
            | Action::ChangeRole { .. }
            | Action::Block { .. }
            | Action::Unblock { .. } => {}
        }
    }
    let was_asked = takes_something(plan, actual);
    let counted = |is: u32, n_taken: u32, was: Option<u32>| {
        let unexplained = was.filter(|was| !was_asked && has_fallen(*was, is));
        unexplained.unwrap_or(is.saturating_sub(n_taken))
    };
    let Figures { members, programs } = actual.figures;
    Reading {
        at: now,
        members: counted(members, n_gone, actual.before.map(|it| it.members)),
        programs: counted(programs, n_deleted, actual.before.map(|it| it.programs)),
    }
}

/// Everybody who loses access, in the order of the steps.
fn taken_from(plan: &Plan, actual: &Actual) -> impl Iterator<Item = Email> {
    plan.steps.iter().filter_map(|step| {
        let email = step.action.member()?;
        let found = actual.members.get(&email);
        takes(step, found).then_some(email)
    })
}

fn takes(step: &Step, found: Option<&ActualMember>) -> bool {
    match &step.action {
        Action::Withdraw { .. } | Action::Block { .. } | Action::Remove { .. } => true,
        Action::ChangeRole { from, to, before_unblock, .. } => {
            !before_unblock && action::takes(from, to)
        }
        Action::Reinvite { .. } => found.is_some_and(|found| found.membership.is_active()),
        Action::AdoptProgram { .. }
        | Action::AdoptMember { .. }
        | Action::CreateProgram { .. }
        | Action::UpdateProgram { .. }
        | Action::DeleteProgram { .. }
        | Action::Invite { .. }
        | Action::Resend { .. }
        | Action::Unblock { .. } => false,
    }
}

fn invited(step: &Step) -> Option<&Email> {
    if let Action::Invite { email, .. } = &step.action { Some(email) } else { None }
}

fn deleted(step: &Step) -> Option<&ProgramKey> {
    if let Action::DeleteProgram { key, .. } = &step.action { Some(key) } else { None }
}

/// A workspace that is much smaller than it was may have been read wrongly, or may be another one:
/// whatever would go, waits for somebody to look.
fn shrunken(plan: &Plan, actual: &Actual) -> Vec<Danger> {
    let Some(Reading { at: _, members, programs }) = actual.before else { return Vec::new() };
    let held = takings(plan, actual);
    let falls = [
        (Counted::Members, members, actual.figures.members),
        (Counted::Programs, programs, actual.figures.programs),
    ];
    let falls = falls.into_iter().filter(|(_, was, is)| !held.is_empty() && has_fallen(*was, *is));
    falls.map(|(what, was, is)| Danger::Shrunken { what, was, is, held: held.clone() }).collect()
}

/// Whether somebody loses access, or something is deleted.
pub fn takes_something(plan: &Plan, actual: &Actual) -> bool {
    !takings(plan, actual).is_empty()
}

/// Who loses access, and what is deleted.
fn takings(plan: &Plan, actual: &Actual) -> BTreeSet<Subject> {
    let deleted = plan.steps.iter().filter_map(deleted).cloned().map(Subject::Program);
    taken_from(plan, actual).map(Subject::Member).chain(deleted).collect()
}

fn has_fallen(was: u32, is: u32) -> bool {
    was.saturating_sub(is) >= LEAST_FALL && u64::from(is) * 2 < u64::from(was)
}

/// Told once: where too few masters are left, that says it all.
fn fewer_hands(plan: &Plan, actual: &Actual, rules: &Rules) -> Option<Danger> {
    let masters = foothold::masters(actual);
    let lost = foothold::lost(plan, &masters);
    let (least, left) = (rules.policy.rails.least_masters, masters.len() - lost.len());
    if lost.is_empty() {
        return None;
    }
    if left < usize::try_from(least).unwrap_or(usize::MAX) {
        return Some(Danger::FewerMasters { least, left, people: lost });
    }
    if left == 0 {
        return Some(Danger::LockOut { power: Power::Inviting, people: lost });
    }
    let creators = foothold::creators(&masters, rules);
    let people: BTreeSet<Email> = creators.intersection(&lost).cloned().collect();
    (!people.is_empty() && people == creators)
        .then_some(Danger::LockOut { power: Power::Creating, people })
}
