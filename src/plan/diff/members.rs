//! What must change about people.
//!
//! Decisions worth knowing:
//! - A sent invitation cannot be edited, so nobody is invited before every program they are
//!   assigned to exists. Who has accepted gets what exists, and the rest when it does.
//! - While somebody is blocked, role and assignments have no effect and are left as they are.
//! - Whoever is to be blocked and is not a member yet is not invited.
//! - A withdrawn invitation is as good as none: a run that died between withdrawing and inviting
//!   again leaves one behind.

use super::Case;
use crate::{
    model::{
        ActualMember, Email, Invitation, Member, Membership, Ownership, ProgramKey, ProgramRef,
        Role, Subject,
    },
    plan::{Action, Fingerprint, Lapse, Missing, Note, Phase, Plan, Reason, Stray},
};
use std::collections::BTreeSet;

pub(super) fn plan(case: &Case<'_>, created: &BTreeSet<ProgramKey>) -> Plan {
    let (desired, actual) = (&case.desired.members, &case.actual.members);
    let asked = desired.iter().filter(|(email, _)| !case.is_ambiguous(&subject(email))).map(
        |(email, wanted)| {
            let found = actual.get(email);
            let person = Person { case, wanted, offer: Offer::new(case, wanted, found, created) };
            guarded(case, email, found, person.plan(found))
        },
    );
    let unasked = actual
        .iter()
        .filter(|(email, _)| !desired.contains_key(email))
        .map(|(email, found)| guarded(case, email, Some(found), unasked(case, email, found)));
    asked.chain(unasked).collect()
}

fn subject(email: &Email) -> Subject {
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

/// What can be offered to a person now.
struct Offer {
    /// With what they have in programs that nobody manages; `None`: a developer of nothing.
    role: Option<Role<ProgramRef>>,
    /// The programs that do not exist yet.
    waiting: BTreeSet<ProgramKey>,
}

impl Offer {
    fn new(
        case: &Case<'_>,
        wanted: &Member,
        found: Option<&ActualMember>,
        created: &BTreeSet<ProgramKey>,
    ) -> Self {
        let keys = match &wanted.role {
            Role::Owner => return Self { role: Some(Role::Owner), waiting: BTreeSet::new() },
            Role::Master => return Self { role: Some(Role::Master), waiting: BTreeSet::new() },
            Role::Developer(keys) => keys,
        };
        let mut programs: BTreeSet<_> = found.into_iter().flat_map(elsewhere).collect();
        let mut waiting = BTreeSet::new();
        for key in keys {
            match case.program(key, created) {
                Some(program) => _ = programs.insert(program),
                None => _ = waiting.insert(key.clone()),
            }
        }
        Self { role: (!programs.is_empty()).then_some(Role::Developer(programs)), waiting }
    }

    /// The role, when nothing is missing from it.
    fn whole(&self) -> Option<&Role<ProgramRef>> {
        self.role.as_ref().filter(|_| self.waiting.is_empty())
    }
}

fn elsewhere(found: &ActualMember) -> impl Iterator<Item = ProgramRef> {
    found.elsewhere.iter().map(|id| ProgramRef::Existing { key: None, id: id.clone() })
}

/// The role somebody has, as steps name it.
pub(super) fn held(
    case: &Case<'_>,
    role: &Role<ProgramKey>,
    found: &ActualMember,
) -> Role<ProgramRef> {
    match role {
        Role::Owner => Role::Owner,
        Role::Master => Role::Master,
        Role::Developer(keys) => {
            let known = keys.iter().filter_map(|key| {
                let id = case.actual.programs.get(key)?.seen.id.clone();
                Some(ProgramRef::Existing { key: Some(key.clone()), id })
            });
            Role::Developer(known.chain(elsewhere(found)).collect())
        }
    }
}

fn against(found: &ActualMember) -> Fingerprint {
    Fingerprint::At(found.revision.clone())
}

/// Somebody the manifests ask for.
struct Person<'a> {
    case: &'a Case<'a>,
    wanted: &'a Member,
    offer: Offer,
}

impl Person<'_> {
    fn plan(&self, found: Option<&ActualMember>) -> Plan {
        let Some(found) = found else { return self.absent() };
        let part = match &found.membership {
            Membership::Unrecognised(_) => return Plan::default(),
            Membership::Invited(_, Invitation::Withdrawn) => return self.absent(),
            Membership::Invited(_, Invitation::Refused) => self.refused(),
            Membership::Invited(role, Invitation::Expired) => self.expired(role, found),
            Membership::Invited(role, pending @ Invitation::Pending { .. }) => {
                self.pending(role, pending, found)
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

    fn absent(&self) -> Plan {
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
                Plan::step(action, Reason::Missing, Fingerprint::Absent)
            }
            None => self.waiting_for_programs(),
        }
    }

    fn refused(&self) -> Plan {
        if self.wanted.blocked {
            return Plan::default();
        }
        let Member { email, name, .. } = self.wanted.clone();
        Plan::note(Note::InvitationLapsed { email, name, how: Lapse::Refused })
    }

    fn expired(&self, role: &Role<ProgramKey>, found: &ActualMember) -> Plan {
        if self.wanted.blocked {
            return Plan::default();
        }
        let Some(offered) = self.offer.whole() else { return self.waiting_for_programs() };
        let is_right = *offered == held(self.case, role, found);
        if is_right && self.case.rules.capabilities.resends {
            let (email, id) = (self.wanted.email.clone(), found.id.clone());
            return Plan::step(Action::Resend { email, id }, Reason::Expired, against(found));
        }
        match (self.case.rules.capabilities.withdraws, is_right) {
            (true, true) => self.reinvited(offered, found, Reason::Expired),
            (true, false) => self.reinvited(offered, found, Reason::InvitationDiffers),
            (false, true) => self.unsupported(Missing::Resending),
            (false, false) => self.unsupported(Missing::Withdrawing),
        }
    }

    fn pending(
        &self,
        role: &Role<ProgramKey>,
        invitation: &Invitation,
        found: &ActualMember,
    ) -> Plan {
        if self.wanted.blocked {
            return withdrawn(self.case, &self.wanted.email, found, Reason::BlockedByManifest);
        }
        let waiting = self.waiting_for_member(invitation);
        let Some(offered) = self.offer.whole() else {
            return waiting.and(self.waiting_for_programs());
        };
        if *offered == held(self.case, role, found) {
            waiting
        } else if !self.case.rules.capabilities.withdraws {
            waiting.and(self.unsupported(Missing::Withdrawing))
        } else {
            self.reinvited(offered, found, Reason::InvitationDiffers)
        }
    }

    fn waiting_for_member(&self, invitation: &Invitation) -> Plan {
        match invitation {
            Invitation::Pending { sent, expires } => {
                let Member { email, name, .. } = self.wanted.clone();
                let (sent, expires) = (*sent, *expires);
                Plan::note(Note::WaitingForMember { email, name, sent, expires })
            }
            Invitation::Expired | Invitation::Refused | Invitation::Withdrawn => Plan::default(),
        }
    }

    fn active(&self, role: &Role<ProgramKey>, found: &ActualMember) -> Plan {
        let (email, id) = (self.wanted.email.clone(), found.id.clone());
        if !self.wanted.blocked {
            return self.in_role(role, found);
        }
        if !self.case.rules.capabilities.blocks {
            return self.unsupported(Missing::Blocking);
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
        // Who is removed and invited again comes back unblocked.
        if in_role.steps.iter().any(|step| matches!(step.action, Action::Reinvite { .. })) {
            return in_role;
        }
        let (email, id) = (self.wanted.email.clone(), found.id.clone());
        Plan::step(Action::Unblock { email, id }, Reason::UnblockedByManifest, against(found))
            .and(in_role)
    }

    /// Brings role and assignments in line, as far as the programs exist.
    fn in_role(&self, role: &Role<ProgramKey>, found: &ActualMember) -> Plan {
        let waiting = self.waiting_for_programs();
        let from = held(self.case, role, found);
        match &self.offer.role {
            None => waiting,
            Some(to) if *to == from => waiting,
            Some(Role::Owner) => self.unsupported(Missing::ChangingRoles),
            Some(to) if self.case.rules.capabilities.changes_roles => {
                let (email, id, to) = (self.wanted.email.clone(), found.id.clone(), to.clone());
                let action = Action::ChangeRole { email, id, from, to };
                Plan::step(action, Reason::Differs, against(found)).and(waiting)
            }
            Some(_) => match self.offer.whole() {
                Some(to) => self.reinvited(to, found, Reason::RolesAreFixed),
                None => waiting,
            },
        }
    }

    /// Ends what there is, so it needs a reading of everything.
    fn reinvited(&self, role: &Role<ProgramRef>, found: &ActualMember, reason: Reason) -> Plan {
        if *role == Role::Owner {
            return self.unsupported(Missing::ChangingRoles);
        }
        if !self.case.is_whole() {
            return self.withheld();
        }
        let Member { email, name, .. } = self.wanted.clone();
        let (id, role) = (found.id.clone(), role.clone());
        Plan::step(Action::Reinvite { email, id, name, role }, reason, against(found))
    }
}

/// Somebody the manifests do not ask for.
fn unasked(case: &Case<'_>, email: &Email, found: &ActualMember) -> Plan {
    match (&found.membership, found.ownership) {
        (Membership::Unrecognised(_), Ownership::Managed)
        | (Membership::Invited(_, Invitation::Refused | Invitation::Withdrawn), _)
        | (Membership::Invited(_, Invitation::Expired), Ownership::Unmanaged) => Plan::default(),
        (
            Membership::Invited(_, Invitation::Pending { .. })
            | Membership::Active(_)
            | Membership::Blocked(_)
            | Membership::Unrecognised(_),
            Ownership::Unmanaged,
        ) => {
            let (id, email, name) = (found.id.clone(), email.clone(), found.name.clone());
            Plan::note(Note::Unmanaged(Stray::Member { id, email, name }))
        }
        // An expired invitation gives nobody anything: no harm where it cannot be withdrawn.
        (Membership::Invited(_, Invitation::Expired), Ownership::Managed)
            if !case.rules.capabilities.withdraws =>
        {
            Plan::default()
        }
        (Membership::Invited(_, Invitation::Expired | Invitation::Pending { .. }), _) => {
            withdrawn(case, email, found, Reason::Unasked)
        }
        (Membership::Active(_) | Membership::Blocked(_), Ownership::Managed) => {
            removed(case, email, found)
        }
    }
}

fn withdrawn(case: &Case<'_>, email: &Email, found: &ActualMember, reason: Reason) -> Plan {
    if !case.rules.capabilities.withdraws {
        return Plan::unsupported(subject(email), Missing::Withdrawing);
    }
    if !case.is_whole() {
        return Plan::note(Note::Withheld { subject: subject(email) });
    }
    let (email, id) = (email.clone(), found.id.clone());
    Plan::step(Action::Withdraw { email, id }, reason, against(found))
}

fn removed(case: &Case<'_>, email: &Email, found: &ActualMember) -> Plan {
    if !case.is_whole() {
        return Plan::note(Note::Withheld { subject: subject(email) });
    }
    let (email, id) = (email.clone(), found.id.clone());
    Plan::step(Action::Remove { email, id }, Reason::Unasked, against(found))
}
