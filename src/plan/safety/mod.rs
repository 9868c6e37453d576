//! What a plan would do that somebody has to allow by name.
//!
//! Decisions worth knowing:
//! - Whoever is invited afresh in the place of an active membership loses their access until they
//!   accept, and counts like whoever is removed.
//! - A master that the same plan makes does not make up for one that it takes: the one step may
//!   fail where the other does not.
//! - What people may do is counted before a plan and after it, so that a workspace that is below a
//!   minimum already can still be worked on.

mod danger;
mod foothold;

pub use danger::{Counted, Danger, Power, Rail, UnknownRail};
pub use foothold::{Foothold, Footholds, footholds};

use super::{Action, Plan, Rules, Step, action};
use crate::model::{Actual, ActualMember, Email, Figures, ProgramKey, Reading, Role, Subject};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Fewer by this many, and by more than half: suspicious.
const LEAST_FALL: u32 = 2;

/// Everything in a plan that a rail holds; a workspace where nothing is dangerous has none.
pub fn dangers(plan: &Plan, actual: &Actual, rules: &Rules) -> Vec<Danger> {
    let rails = &rules.policy.rails;
    let mut dangers = Vec::new();
    let people: BTreeSet<Email> = taken_from(plan, actual).collect();
    let of = n_people(actual);
    if people.len() > rails.removals.most_of(of) {
        dangers.push(Danger::RemoveMembers { of, people });
    }
    let programs: BTreeSet<ProgramKey> = plan.steps.iter().filter_map(deleted).cloned().collect();
    let of = actual.programs.len() + actual.unmanaged_programs.len();
    if programs.len() > rails.removals.most_of(of) {
        dangers.push(Danger::DeletePrograms { of, programs });
    }
    dangers.extend(shrunken(plan, actual));
    dangers.extend(fewer_hands(plan, actual, rules));
    dangers
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
    let was_asked = !takings(plan, actual).is_empty();
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
        let Subject::Member(email) = step.action.subject() else { return None };
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

fn deleted(step: &Step) -> Option<&ProgramKey> {
    if let Action::DeleteProgram { key, .. } = &step.action { Some(key) } else { None }
}

/// Everybody in the workspace but the owner, ours or not.
fn n_people(actual: &Actual) -> usize {
    let known = actual.members.iter().filter(|(_, found)| {
        !found.membership.is_over() && found.membership.role() != Some(&Role::Owner)
    });
    let doubtful = actual.doubtful.iter().filter(|record| !record.membership.is_over());
    let emails: BTreeSet<&Email> =
        known.map(|(email, _)| email).chain(doubtful.map(|record| &record.email)).collect();
    emails.len()
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
