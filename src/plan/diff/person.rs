//! Somebody the manifests ask for: what they can be offered now, and what that means from where they
//! stand.

use super::{
    Case,
    leave::Leave,
    members::subject,
    offer::{Offer, held},
    unasked::{against, withdrawn},
};
use crate::{
    model::{
        ActualMember, Email, Field, Invitation, Member, Membership, Ownership, ProgramKey,
        ProgramRef, Role, Subject,
    },
    plan::{
        Action, Fingerprint, Missing, Note, Plan, Reason, Stray, Term,
        action::{takes, takes_only},
    },
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Somebody the manifests ask for.
pub(super) struct Person<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) wanted: &'a Member,
    pub(super) offer: Offer,
    pub(super) leave: Leave<'a>,
}

/// What policy says of an invitation that ended without being accepted.
pub(super) enum Turn {
    AskAgain,
    LeaveIt(Note),
}

impl<'a> Person<'a> {
    pub(super) fn new(
        case: &'a Case<'a>,
        wanted: &'a Member,
        found: Option<&ActualMember>,
        created: &BTreeSet<ProgramKey>,
    ) -> Self {
        let leave = Leave::new(case, subject(&wanted.email), &wanted.ignore);
        Self { case, wanted, offer: Offer::new(case, wanted, found, created), leave }
    }

    pub(super) fn plan(&self, found: Option<&ActualMember>) -> Plan {
        let Some(found) = found else {
            return self.invited(Reason::Missing, Fingerprint::Absent);
        };
        let part = match &found.membership {
            Membership::Unrecognised(_) => return Plan::default(),
            Membership::Invited(_, Invitation::Withdrawn) => {
                return self.invited(Reason::Missing, Fingerprint::Absent);
            }
            Membership::Invited(_, Invitation::Refused) => self.refused(found),
            Membership::Left(_) => self.left(found),
            Membership::Invited(role, Invitation::Expired { since }) => {
                self.expired(role, *since, found)
            }
            Membership::Invited(role, Invitation::Pending { sent, expires }) => {
                self.pending(role, Term { sent: *sent, expires: *expires }, found)
            }
            Membership::Active(role) => self.active(role, found),
            Membership::Blocked(role) => self.blocked(role, found),
        };
        self.adopted(found).and(part).and(self.strays(found))
    }

    fn subject(&self) -> Subject {
        subject(&self.wanted.email)
    }

    fn unsupported(&self, missing: Missing) -> Plan {
        Plan::unsupported(self.subject(), missing)
    }

    fn withheld(&self) -> Plan {
        Plan::note(Note::Withheld { subject: self.subject() })
    }

    /// Nothing when no program is waited for.
    fn waiting_for_programs(&self) -> Plan {
        if self.offer.whole().is_some() {
            return Plan::default();
        }
        let (email, programs) = (self.wanted.email.clone(), self.offer.waiting.clone());
        Plan::note(Note::WaitingForProgram { email, programs })
    }

    fn adopted(&self, found: &ActualMember) -> Plan {
        match found.ownership {
            Ownership::Managed => Plan::default(),
            Ownership::Unmanaged => {
                let (email, id) = (self.wanted.email.clone(), found.id.clone());
                Plan::step(Action::AdoptMember { email, id }, Reason::Found, against(found))
            }
        }
    }

    fn strays(&self, found: &ActualMember) -> Plan {
        let strangers = &self.case.actual.unmanaged_programs;
        let programs = found.elsewhere.iter().filter(|id| strangers.contains_key(id));
        let email = &self.wanted.email;
        programs
            .map(|program| Stray::Assignment { email: email.clone(), program: program.clone() })
            .map(|stray| Plan::note(Note::Unmanaged(stray)))
            .collect()
    }

    /// Somebody of whom there is nothing, or nothing but the end of something.
    fn invited(&self, reason: Reason, against: Fingerprint) -> Plan {
        if self.wanted.blocked {
            return Plan::default();
        }
        if !self.case.is_whole() {
            return self.withheld();
        }
        match self.offer.whole() {
            Some(Role::Owner) => self.unsupported(Missing::ChangingRoles),
            Some(role) => {
                let Member { email, name, .. } = self.wanted.clone();
                let action = Action::Invite { email, name, role: role.clone() };
                Plan::step(action, reason, against)
            }
            None => self.waiting_for_programs(),
        }
    }

    fn refused(&self, found: &ActualMember) -> Plan {
        if self.wanted.blocked {
            return Plan::default();
        }
        match self.turn_after_refusal(found) {
            Turn::AskAgain => self.invited(Reason::Refused, against(found)),
            Turn::LeaveIt(note) => Plan::note(note),
        }
    }

    fn left(&self, found: &ActualMember) -> Plan {
        if self.wanted.blocked {
            return Plan::default();
        }
        match self.turn_after_leaving() {
            Turn::AskAgain => self.invited(Reason::Left, against(found)),
            Turn::LeaveIt(note) => Plan::note(note),
        }
    }

    fn expired(&self, role: &Role<ProgramKey>, since: Timestamp, found: &ActualMember) -> Plan {
        if self.wanted.blocked {
            return Plan::default();
        }
        let Some(offered) = self.offer.whole() else { return self.waiting_for_programs() };
        let capabilities = &self.case.rules.capabilities;
        let from = held(self.case, role, found);
        let (offered, left) = self.but_for_what_is_left(offered, &from);
        if offered != from {
            return match capabilities.withdraws {
                true => self.reinvited(&offered, found, Reason::InvitationDiffers),
                false => self.unsupported(Missing::Withdrawing),
            };
        }
        left.and(self.turn_of_expired(&offered, since, found))
    }

    fn turn_of_expired(
        &self,
        offered: &Role<ProgramRef>,
        since: Timestamp,
        found: &ActualMember,
    ) -> Plan {
        let capabilities = &self.case.rules.capabilities;
        match self.turn_after_expiry(since, found) {
            Turn::LeaveIt(note) => Plan::note(note),
            Turn::AskAgain if capabilities.resends => {
                let (email, id) = (self.wanted.email.clone(), found.id.clone());
                Plan::step(Action::Resend { email, id }, Reason::Expired, against(found))
            }
            Turn::AskAgain if capabilities.withdraws => {
                self.reinvited(offered, found, Reason::Expired)
            }
            Turn::AskAgain => self.unsupported(Missing::Resending),
        }
    }

    fn pending(&self, role: &Role<ProgramKey>, term: Term, found: &ActualMember) -> Plan {
        if self.wanted.blocked {
            return withdrawn(self.case, &self.wanted.email, found, Reason::BlockedByManifest);
        }
        let waiting = self.waiting_for_member(term).and(self.undelivered(found));
        let Some(offered) = self.offer.whole() else {
            return waiting.and(self.waiting_for_programs());
        };
        let from = held(self.case, role, found);
        let (offered, left) = self.but_for_what_is_left(offered, &from);
        if offered == from {
            waiting.and(left)
        } else if !self.case.rules.capabilities.withdraws {
            waiting.and(self.unsupported(Missing::Withdrawing))
        } else {
            self.reinvited(&offered, found, Reason::InvitationDiffers)
        }
    }

    /// What is offered, where the manifests do not leave it as it is.
    fn but_for_what_is_left(
        &self,
        offered: &Role<ProgramRef>,
        from: &Role<ProgramRef>,
    ) -> (Role<ProgramRef>, Plan) {
        let left = |role, field| (role, Plan::note(self.leave.note(field)));
        if offered.name() != from.name() && self.leave.covers(&Field::Role) {
            return left(from.clone(), Field::Role);
        }
        let (Role::Developer(wanted), Role::Developer(held)) = (offered, from) else {
            return (offered.clone(), Plan::default());
        };
        let kept: BTreeSet<_> = held.iter().filter(|it| !self.has_ended(it)).cloned().collect();
        if wanted == held || kept.is_empty() || !self.leave.covers(&Field::MiniPrograms) {
            return (offered.clone(), Plan::default());
        }
        left(Role::Developer(kept), Field::MiniPrograms)
    }

    /// Whether it is an assignment whose last day has passed.
    fn has_ended(&self, program: &ProgramRef) -> bool {
        let (ProgramRef::Existing { key: Some(key), .. } | ProgramRef::New(key)) = program else {
            return false;
        };
        self.wanted.assignments_until.get(key).is_some_and(|until| *until < self.case.today)
    }

    fn waiting_for_member(&self, term: Term) -> Plan {
        waiting_at(self.case, &self.wanted.email, &self.wanted.name, term)
    }

    fn undelivered(&self, found: &ActualMember) -> Plan {
        let Some(why) = found.undelivered.clone() else { return Plan::default() };
        let Member { email, name, .. } = self.wanted.clone();
        Plan::note(Note::Undelivered { email, name, why })
    }

    fn active(&self, role: &Role<ProgramKey>, found: &ActualMember) -> Plan {
        let (email, id) = (self.wanted.email.clone(), found.id.clone());
        if !self.wanted.blocked {
            return self.in_role(role, found);
        }
        if !self.case.rules.capabilities.blocks {
            return self.unsupported(Missing::Blocking);
        }
        if !self.case.is_whole() {
            return self.withheld();
        }
        Plan::step(Action::Block { email, id }, Reason::BlockedByManifest, against(found))
    }

    fn blocked(&self, role: &Role<ProgramKey>, found: &ActualMember) -> Plan {
        if self.wanted.blocked {
            return Plan::default();
        }
        if !self.case.rules.capabilities.blocks {
            return self.unsupported(Missing::Blocking);
        }
        let in_role = self.in_role(role, found);
        let has = |is: fn(&Action) -> bool| in_role.steps.iter().any(|step| is(&step.action));
        // Who is removed and invited again comes back unblocked.
        if has(|action| matches!(action, Action::Reinvite { .. })) {
            return in_role;
        }
        // Nobody gets back, not even for a moment, what the manifests do not give them any more; what
        // they leave to others is theirs.
        let changes = has(|action| matches!(action, Action::ChangeRole { .. }));
        let from = held(self.case, role, found);
        let is_given = |to| !takes(&from, &self.but_for_what_is_left(to, &from).0);
        if !changes && !self.offer.role.as_ref().is_some_and(is_given) {
            return in_role;
        }
        let (email, id) = (self.wanted.email.clone(), found.id.clone());
        let reason = Reason::UnblockedByManifest;
        in_role.and(Plan::step(Action::Unblock { email, id }, reason, against(found)))
    }

    /// Brings role and assignments in line, as far as the programs exist.
    fn in_role(&self, role: &Role<ProgramKey>, found: &ActualMember) -> Plan {
        let waiting = self.waiting_for_programs();
        let from = held(self.case, role, found);
        let Some(offered) = &self.offer.role else { return waiting };
        let (to, left) = self.but_for_what_is_left(offered, &from);
        let waiting = waiting.and(left);
        if to == from {
            return waiting;
        }
        if to == Role::Owner {
            return self.unsupported(Missing::ChangingRoles);
        }
        if self.case.rules.capabilities.changes_roles {
            return self.changed(from, to, found).and(waiting);
        }
        match self.offer.whole() {
            Some(_) => self.reinvited(&to, found, Reason::RolesAreFixed),
            None => waiting,
        }
    }

    /// What takes something away needs a reading of everything.
    fn changed(&self, from: Role<ProgramRef>, to: Role<ProgramRef>, found: &ActualMember) -> Plan {
        if takes(&from, &to) && !self.case.is_whole() {
            return self.withheld();
        }
        let (email, id) = (self.wanted.email.clone(), found.id.clone());
        let before_unblock = matches!(found.membership, Membership::Blocked(_));
        let reason = self.reason_for(&from, &to);
        let action = Action::ChangeRole { email, id, from, to, before_unblock };
        Plan::step(action, reason, against(found))
    }

    fn reason_for(&self, from: &Role<ProgramRef>, to: &Role<ProgramRef>) -> Reason {
        let has_ended = self.wanted.role_on(self.case.today) != self.wanted.role;
        if has_ended && takes_only(from, to) { Reason::Ended } else { Reason::Differs }
    }

    /// Ends what there is, so it needs a reading of everything.
    fn reinvited(&self, role: &Role<ProgramRef>, found: &ActualMember, reason: Reason) -> Plan {
        if *role == Role::Owner {
            return self.unsupported(Missing::ChangingRoles);
        }
        if !self.case.is_whole() {
            return self.withheld();
        }
        let has_joined = matches!(found.membership, Membership::Active(_) | Membership::Blocked(_));
        if has_joined && self.case.keeps(&self.wanted.email) {
            return Plan::note(Note::Kept { subject: self.subject() });
        }
        let Member { email, name, .. } = self.wanted.clone();
        let (id, role) = (found.id.clone(), role.clone());
        Plan::step(Action::Reinvite { email, id, name, role }, reason, against(found))
    }
}

/// An invitation to that address waits for its person.
pub(super) fn waiting_at(case: &Case<'_>, email: &Email, name: &str, term: Term) -> Plan {
    let (email, name) = (email.clone(), name.to_owned());
    let left = term.expires.duration_since(case.rules.now);
    let is_urgent = left < case.rules.policy.invitations.remind_before;
    Plan::note(Note::WaitingForMember { email, name, term, is_urgent })
}
