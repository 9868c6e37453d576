//! What must change about people.
//!
//! Decisions worth knowing:
//! - A sent invitation cannot be edited, so nobody is invited before every program they are
//!   assigned to exists. Who has accepted gets what exists, and the rest when it does.
//! - While somebody is blocked, role and assignments have no effect and are left as they are.
//! - Whoever is to be blocked and is not a member yet is not invited.
//! - A withdrawn invitation is as good as none: a run that died between withdrawing and inviting
//!   again leaves one behind.
//! - What the manifests leave to others (`ignore`) is a role or assignments, as offered or as held;
//!   never whether somebody is a member or blocked, and never an assignment that has ended.
//! - The name is for the invitation; what people call themselves later is theirs.
//! - Whoever changes their address is invited at the new one, and keeps the old one until that has
//!   been accepted and gives everything it should; where they have only been invited at the old one,
//!   until they are invited at the new one.

use super::{
    Case,
    person::{Person, waiting_at},
    unasked::unasked,
};
use crate::{
    model::{ActualMember, Email, Invitation, Member, Membership, ProgramKey, Role, Subject},
    plan::{Note, Phase, Plan, Reason, Term},
};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// How long before access ends by itself the plan says so.
const FORESIGHT: SignedDuration = SignedDuration::from_hours(14 * 24);

pub(super) fn plan(case: &Case<'_>, created: &BTreeSet<ProgramKey>) -> Plan {
    let asked = case.desired.members.values().map(|wanted| asked(case, wanted, created));
    let others = case.actual.members.iter().filter_map(|(email, found)| {
        let part = match case.previous.get(email) {
            Some(wanted) => previous(case, wanted, email, created),
            None if case.desired.members.contains_key(email) => return None,
            None => unasked(case, email, found, Reason::Unasked),
        };
        Some(guarded(case, email, Some(found), part))
    });
    asked.chain(others).collect()
}

/// Somebody the manifests ask for, or asked for until a day that has passed.
fn asked(case: &Case<'_>, wanted: &Member, created: &BTreeSet<ProgramKey>) -> Plan {
    let email = &wanted.email;
    if case.is_ambiguous(&subject(email)) {
        return Plan::default();
    }
    let found = case.actual.members.get(email);
    let part = match found {
        Some(found) if wanted.has_ended(case.today) => unasked(case, email, found, Reason::Ended),
        None if wanted.has_ended(case.today) => Plan::default(),
        Some(_) | None => {
            let person = Person::new(case, wanted, found, created);
            person.plan(found).and(ending(case, wanted)).and(person.leave.ended())
        }
    };
    guarded(case, email, found, part)
}

/// The address that somebody had before.
fn previous(case: &Case<'_>, wanted: &Member, old: &Email, created: &BTreeSet<ProgramKey>) -> Plan {
    let Some(found) = case.actual.members.get(old) else { return Plan::default() };
    if case.is_ambiguous(&subject(&wanted.email)) {
        return Plan::default();
    }
    if wanted.has_ended(case.today) {
        return unasked(case, old, found, Reason::Ended);
    }
    if wanted.blocked {
        return unasked(case, old, found, Reason::BlockedByManifest);
    }
    let has_access = matches!(found.membership, Membership::Active(_) | Membership::Blocked(_));
    if has_access && !has_moved(case, wanted, created) {
        return Plan::note(Note::Moving { from: old.clone(), to: wanted.email.clone() });
    }
    let is_open = matches!(found.membership, Membership::Invited(_, Invitation::Pending { .. }));
    if is_open && !is_invited(case, wanted, created) {
        return still_invited(case, wanted, old);
    }
    unasked(case, old, found, Reason::Moved)
}

/// The old address keeps its invitation, which can still be accepted.
pub(super) fn still_invited(case: &Case<'_>, wanted: &Member, old: &Email) -> Plan {
    let moving = Plan::note(Note::Moving { from: old.clone(), to: wanted.email.clone() });
    match case.actual.members.get(old).map(|found| &found.membership) {
        Some(Membership::Invited(_, Invitation::Pending { sent, expires })) => {
            let term = Term { sent: *sent, expires: *expires };
            moving.and(waiting_at(case, old, &wanted.name, term))
        }
        Some(_) | None => moving,
    }
}

/// Whether the new address has had an invitation to answer, or gets one by this plan.
fn is_invited(case: &Case<'_>, wanted: &Member, created: &BTreeSet<ProgramKey>) -> bool {
    let found = case.actual.members.get(&wanted.email);
    let is_there = found.is_some_and(|found| match found.membership {
        Membership::Invited(
            _,
            Invitation::Pending { .. } | Invitation::Expired { .. } | Invitation::Refused,
        )
        | Membership::Active(_)
        | Membership::Blocked(_)
        | Membership::Left(_) => true,
        Membership::Invited(_, Invitation::Withdrawn) | Membership::Unrecognised(_) => false,
    });
    let steps = || Person::new(case, wanted, found, created).plan(found).steps;
    let is_changed = !case.rules.protected.contains(&wanted.email);
    is_there || is_changed && steps().iter().any(|step| step.action.sends_invitation())
}

/// Whether the new address gives everything it should.
fn has_moved(case: &Case<'_>, wanted: &Member, created: &BTreeSet<ProgramKey>) -> bool {
    let found = case.actual.members.get(&wanted.email);
    let person = Person::new(case, wanted, found, created);
    found.is_some_and(|found| {
        found.membership.is_active()
            && person.offer.whole().is_some()
            && person.plan(Some(found)).steps.iter().all(|it| it.action.phase() == Phase::Take)
    })
}

/// What ends by itself within [`FORESIGHT`].
fn ending(case: &Case<'_>, wanted: &Member) -> Plan {
    let horizon = case.today.saturating_add(FORESIGHT);
    let note =
        |program, until| Plan::note(Note::Ending { email: wanted.email.clone(), program, until });
    if let Some(until) = wanted.until.filter(|until| *until <= horizon) {
        return note(None, until);
    }
    let assignments = wanted.assignments_until.iter();
    let near = assignments.filter(|(_, until)| (case.today..=horizon).contains(until));
    near.map(|(key, until)| note(Some(key.clone()), *until)).collect()
}

pub(super) fn subject(email: &Email) -> Subject {
    Subject::Member(email.clone())
}

/// Takes the steps out of the part of somebody who is never changed.
fn guarded(case: &Case<'_>, email: &Email, found: Option<&ActualMember>, part: Plan) -> Plan {
    let is_owner = found.and_then(|it| it.membership.role()) == Some(&Role::Owner);
    if !is_owner && !case.rules.protected.contains(email) {
        return part;
    }
    let Plan { steps, mut notes } = part;
    notes.retain(|note| !matches!(note, Note::Unmanaged(_)));
    if steps.iter().any(|step| step.action.phase() != Phase::Take) {
        notes.push(Note::Protected { email: email.clone() });
    }
    Plan { steps: Vec::new(), notes }
}
