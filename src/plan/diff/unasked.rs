//! Somebody the manifests do not ask for, or not any more: what ends, and what is left alone.

use super::{Case, members::subject};
use crate::{
    model::{ActualMember, Email, Invitation, Membership, Ownership},
    plan::{Action, Fingerprint, Missing, Note, Plan, Reason, Stray},
};

pub(super) fn against(found: &ActualMember) -> Fingerprint {
    Fingerprint::At(found.revision.clone())
}

/// Somebody the manifests do not ask for, or not any more: `why` is [`Reason::Unasked`] where they
/// do not even name them.
pub(super) fn unasked(case: &Case<'_>, email: &Email, found: &ActualMember, why: Reason) -> Plan {
    let is_ours = found.ownership == Ownership::Managed || why != Reason::Unasked;
    match &found.membership {
        Membership::Invited(_, Invitation::Refused | Invitation::Withdrawn)
        | Membership::Left(_) => Plan::default(),
        Membership::Unrecognised(_) if is_ours => Plan::default(),
        Membership::Invited(_, Invitation::Expired { .. }) if !is_ours => Plan::default(),
        // An expired invitation gives nobody anything: no harm where it cannot be withdrawn.
        Membership::Invited(_, Invitation::Expired { .. })
            if !case.rules.capabilities.withdraws =>
        {
            Plan::default()
        }
        Membership::Invited(_, Invitation::Expired { .. } | Invitation::Pending { .. })
            if is_ours =>
        {
            withdrawn(case, email, found, why)
        }
        Membership::Active(_) | Membership::Blocked(_) if is_ours => {
            removed(case, email, found, why)
        }
        Membership::Invited(_, Invitation::Expired { .. } | Invitation::Pending { .. })
        | Membership::Active(_)
        | Membership::Blocked(_)
        | Membership::Unrecognised(_) => {
            let (id, email, name) = (found.id.clone(), email.clone(), found.name.clone());
            Plan::note(Note::Unmanaged(Stray::Member { id, email, name }))
        }
    }
}

pub(super) fn withdrawn(
    case: &Case<'_>,
    email: &Email,
    found: &ActualMember,
    reason: Reason,
) -> Plan {
    if !case.rules.capabilities.withdraws {
        return Plan::unsupported(subject(email), Missing::Withdrawing);
    }
    if reason != Reason::BlockedByManifest && case.keeps(email) {
        return Plan::note(Note::Kept { subject: subject(email) });
    }
    if !case.is_whole() {
        return Plan::note(Note::Withheld { subject: subject(email) });
    }
    let (email, id, moved_to) = (email.clone(), found.id.clone(), moved_to(case, email, reason));
    Plan::step(Action::Withdraw { email, id, moved_to }, reason, against(found))
}

fn removed(case: &Case<'_>, email: &Email, found: &ActualMember, why: Reason) -> Plan {
    if case.keeps(email) {
        return Plan::note(Note::Kept { subject: subject(email) });
    }
    if !case.is_whole() {
        return Plan::note(Note::Withheld { subject: subject(email) });
    }
    let (email, id, moved_to) = (email.clone(), found.id.clone(), moved_to(case, email, why));
    Plan::step(Action::Remove { email, id, moved_to }, why, against(found))
}

fn moved_to(case: &Case<'_>, email: &Email, why: Reason) -> Option<Email> {
    let moved = case.previous.get(email).filter(|_| why == Reason::Moved);
    moved.map(|wanted| wanted.email.clone())
}
