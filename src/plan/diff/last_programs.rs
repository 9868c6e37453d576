//! Which programs cannot be deleted, because a developer would be left with none.
//!
//! "You need to assign at least one mini program to the role" (quickstart, Add members): whoever
//! is not ours, is blocked, or waits for another program, keeps what they have.

use super::{Case, offer::held};
use crate::{
    model::{Email, Invitation, Membership, ProgramId, ProgramRef, Role},
    plan::{Action, Note, Plan, Step},
};
use std::collections::{BTreeMap, BTreeSet};

/// Takes such deletions out of a plan that is complete otherwise.
pub(super) fn kept(case: &Case<'_>, mut plan: Plan) -> Plan {
    let ids: BTreeSet<_> = plan.steps.iter().filter_map(deleted).cloned().collect();
    if ids.is_empty() {
        return plan;
    }
    let mut kept: BTreeMap<ProgramId, BTreeSet<Email>> = BTreeMap::new();
    for (email, programs) in assignments_after(case, &plan) {
        if !programs.is_empty() && programs.is_subset(&ids) {
            for id in programs {
                kept.entry(id).or_default().insert(email.clone());
            }
        }
    }
    plan.steps.retain(|step| deleted(step).is_none_or(|id| !kept.contains_key(id)));
    plan.notes.extend(case.actual.programs.iter().filter_map(|(key, found)| {
        let of = kept.remove(&found.seen.id)?;
        let (key, id, name) = (key.clone(), found.seen.id.clone(), found.seen.name.clone());
        Some(Note::LastProgram { key, id, name, of })
    }));
    plan
}

fn deleted(step: &Step) -> Option<&ProgramId> {
    if let Action::DeleteProgram { id, .. } = &step.action { Some(id) } else { None }
}

/// What everybody who is, or may become, a developer is assigned to after the plan.
fn assignments_after(case: &Case<'_>, plan: &Plan) -> Vec<(Email, BTreeSet<ProgramId>)> {
    let changes: BTreeMap<_, _> = plan.steps.iter().filter_map(change).collect();
    let known = case.actual.members.iter().filter_map(|(email, found)| {
        let role = match changes.get(email) {
            Some(to) => (*to)?.clone(),
            None => held(case, live_role(&found.membership)?, found),
        };
        Some((email.clone(), existing(&role)?))
    });
    let doubtful = case.actual.doubtful.iter().filter_map(|record| {
        let Role::Developer(programs) = live_role(&record.membership)? else { return None };
        Some((record.email.clone(), programs.clone()))
    });
    known.chain(doubtful).collect()
}

/// The role that a step gives to somebody; `None`: it ends the membership or the invitation.
fn change(step: &Step) -> Option<(&Email, Option<&Role<ProgramRef>>)> {
    match &step.action {
        Action::Reinvite { email, role, .. } | Action::ChangeRole { email, to: role, .. } => {
            Some((email, Some(role)))
        }
        Action::Withdraw { email, .. } | Action::Remove { email, .. } => Some((email, None)),
        // Who is invited had nothing before; the others keep what they have.
        Action::AdoptProgram { .. }
        | Action::AdoptMember { .. }
        | Action::CreateProgram { .. }
        | Action::UpdateProgram { .. }
        | Action::DeleteProgram { .. }
        | Action::Invite { .. }
        | Action::Resend { .. }
        | Action::Block { .. }
        | Action::Unblock { .. } => None,
    }
}

fn live_role<P>(membership: &Membership<P>) -> Option<&Role<P>> {
    match membership {
        Membership::Invited(role, Invitation::Pending { .. } | Invitation::Expired { .. })
        | Membership::Active(role)
        | Membership::Blocked(role) => Some(role),
        Membership::Invited(_, Invitation::Refused | Invitation::Withdrawn)
        | Membership::Left(_)
        | Membership::Unrecognised(_) => None,
    }
}

/// `None`: reaches every program, or one that the plan creates.
fn existing(role: &Role<ProgramRef>) -> Option<BTreeSet<ProgramId>> {
    let Role::Developer(programs) = role else { return None };
    let id = |program: &ProgramRef| match program {
        ProgramRef::Existing { id, .. } => Some(id.clone()),
        ProgramRef::New(_) => None,
    };
    programs.iter().map(id).collect()
}
