//! A platform's rules: it refuses whatever a strict platform would.
//!
//! Shares no code with the planner.

use super::{
    fields::change_field,
    world::{Fate, Run, World},
};
use jiff::Timestamp;
use minisync::{
    model::{
        Email, Invitation, MemberId, Membership, MiniProgram, ProgramId, ProgramRef, Revision,
        Role, SeenListing, SeenMember, SeenProgram,
    },
    plan::{Action, Fingerprint, ProgramChange, Step},
};

pub(super) type Refusal = String;

impl World {
    pub(super) fn delete(&mut self, id: &ProgramId) {
        self.programs.remove(id);
        for at in 0..self.members.len() {
            let mut membership = self.members[at].membership.clone();
            let (Membership::Invited(Role::Developer(programs), _)
            | Membership::Active(Role::Developer(programs))
            | Membership::Blocked(Role::Developer(programs))) = &mut membership
            else {
                continue;
            };
            if programs.remove(id) {
                self.members[at].membership = membership;
                self.members[at].revision = self.revision();
            }
        }
    }

    pub(super) fn execute(
        &mut self,
        step: &Step,
        fate: Fate,
        run: &mut Run,
    ) -> Result<(), Refusal> {
        self.check_fingerprint(step, run)?;
        match &step.action {
            Action::CreateProgram { program } => {
                let id = self.create(program)?;
                run.created.insert(program.key.clone(), id);
            }
            Action::UpdateProgram { id, changes, .. } => self.update(id, changes)?,
            Action::DeleteProgram { id, .. } => {
                require(self.rules.capabilities.deletes_programs, "cannot delete")?;
                require(!self.members.iter().any(|it| has_only(it, id)), "somebody's last one")?;
                self.delete(id);
            }
            Action::Invite { email, name, role } => {
                self.invite(email, name, &resolved(role, run)?)?;
            }
            Action::Reinvite { email, id, name, role } => {
                self.end(id)?;
                if fate == Fate::Half {
                    return Ok(());
                }
                self.invite(email, name, &resolved(role, run)?)?;
            }
            Action::AdoptProgram { .. } | Action::AdoptMember { .. } => {}
            Action::Resend { id, .. }
            | Action::Withdraw { id, .. }
            | Action::ChangeRole { id, .. }
            | Action::Block { id, .. }
            | Action::Unblock { id, .. }
            | Action::Remove { id, .. } => self.change_member(&step.action, id, run)?,
        }
        if fate != Fate::Unrecorded {
            self.record(&step.action, run);
        }
        Ok(())
    }

    fn check_fingerprint(&self, step: &Step, run: &Run) -> Result<(), Refusal> {
        if run.touched.contains(&step.action.subject()) {
            return Ok(());
        }
        let revision = match &step.action {
            Action::CreateProgram { .. } => None,
            // Somebody who refused or left is known all the same.
            Action::Invite { email, .. } => {
                let ended = self.records(email).find(|it| is_over(it) && !is_withdrawn(it));
                ended.map(|it| &it.revision)
            }
            Action::AdoptProgram { id, .. }
            | Action::UpdateProgram { id, .. }
            | Action::DeleteProgram { id, .. } => Some(&self.programs[id].revision),
            Action::AdoptMember { id, .. }
            | Action::Reinvite { id, .. }
            | Action::Resend { id, .. }
            | Action::Withdraw { id, .. }
            | Action::ChangeRole { id, .. }
            | Action::Block { id, .. }
            | Action::Unblock { id, .. }
            | Action::Remove { id, .. } => Some(&self.member(id)?.revision),
        };
        let expected = revision.map_or(Fingerprint::Absent, |it| Fingerprint::At(it.clone()));
        require(step.against == expected, "stale")
    }

    fn create(&mut self, program: &MiniProgram) -> Result<ProgramId, Refusal> {
        let can = &self.rules.capabilities;
        require(can.creates_programs, "cannot create")?;
        if let Some(master) = &program.created_by {
            require(can.acts_as.includes(master), "cannot act as the master")?;
            let is_master =
                self.records(master).any(|it| it.membership == Membership::Active(Role::Master));
            require(is_master, "only an active master creates")?;
        }
        require(!self.has_name(&program.name), "name taken")?;
        let revision = self.revision();
        let id = ProgramId::new(format!("p{}", self.n_made));
        self.programs.insert(id.clone(), as_seen(program, id.clone(), revision));
        Ok(id)
    }

    pub(super) fn has_name(&self, name: &str) -> bool {
        self.programs.values().any(|it| it.name == name)
    }

    fn update(&mut self, id: &ProgramId, changes: &[ProgramChange]) -> Result<(), Refusal> {
        let mut program = self.programs.get(id).cloned().ok_or("no such program")?;
        require(!changes.is_empty(), "nothing to change")?;
        let before = program.listing.clone();
        let mut n_listing = 0;
        for change in changes {
            if let ProgramChange::Name { to, .. } = change {
                require(!self.has_name(to), "name taken")?;
            }
            n_listing += usize::from(change_field(&mut program, before.as_ref(), change)?);
        }
        require(before.is_some() || n_listing == 0 || n_listing == 6, "half a listing")?;
        program.revision = self.revision();
        self.programs.insert(id.clone(), program);
        Ok(())
    }

    fn invite(&mut self, email: &Email, name: &str, role: &Role<ProgramId>) -> Result<(), Refusal> {
        require(!self.rules.protected.contains(email), "protected")?;
        let has_record = self.records(email).any(|it| !is_over(it));
        require(!has_record, "there is a membership or an invitation")?;
        self.check_role(role)?;
        self.spend()?;
        // Only withdrawn invitations are kept beside what comes after them.
        self.members.retain(|it| it.email != *email || is_withdrawn(it));
        let revision = self.revision();
        self.members.push(SeenMember {
            id: MemberId::new(format!("m{}", self.n_made)),
            revision,
            name: name.to_owned(),
            email: email.clone(),
            membership: Membership::Invited(role.clone(), pending()),
            history: minisync::model::History::default(),
            undelivered: None,
        });
        Ok(())
    }

    fn check_role(&self, role: &Role<ProgramId>) -> Result<(), Refusal> {
        match role {
            Role::Owner => Err("nobody becomes owner".into()),
            Role::Master => Ok(()),
            Role::Developer(ids) => {
                require(!ids.is_empty(), "a developer of nothing")?;
                require(ids.iter().all(|id| self.programs.contains_key(id)), "no such program")
            }
        }
    }

    fn member(&self, id: &MemberId) -> Result<&SeenMember, Refusal> {
        self.members.iter().find(|it| it.id == *id).ok_or_else(|| "no such member".into())
    }

    /// One invitation less to send.
    fn spend(&mut self) -> Result<(), Refusal> {
        require(self.allowance != Some(0), "no more invitations now")?;
        self.allowance = self.allowance.map(|left| left - 1);
        Ok(())
    }

    /// The first half of a reinvitation.
    fn end(&mut self, id: &MemberId) -> Result<(), Refusal> {
        let member = self.member(id)?;
        require(!self.rules.protected.contains(&member.email), "protected")?;
        match &member.membership {
            Membership::Invited(_, Invitation::Pending { .. } | Invitation::Expired { .. }) => {
                require(self.rules.capabilities.withdraws, "cannot withdraw")
            }
            Membership::Active(Role::Owner) => Err("the owner stays".into()),
            Membership::Active(_) | Membership::Blocked(_) => {
                require(!self.rules.capabilities.changes_roles, "the role could be changed")
            }
            Membership::Invited(_, Invitation::Refused | Invitation::Withdrawn)
            | Membership::Left(_)
            | Membership::Unrecognised(_) => Err("nothing to end".into()),
        }?;
        let (email, was) = (member.email.clone(), member.membership.clone());
        self.members.retain(|it| it.id != *id);
        if let Membership::Invited(role, _) = was {
            let gone = Membership::Invited(role, Invitation::Withdrawn);
            let revision = self.revision();
            self.members.push(SeenMember {
                id: id.clone(),
                revision,
                name: String::new(),
                email,
                membership: gone,
                history: minisync::model::History::default(),
                undelivered: None,
            });
        }
        Ok(())
    }

    fn change_member(&mut self, action: &Action, id: &MemberId, run: &Run) -> Result<(), Refusal> {
        let member = self.member(id)?.clone();
        require(!self.rules.protected.contains(&member.email), "protected")?;
        let revision = self.revision();
        let membership = self.moved(&member.membership, action, run)?;
        if matches!(action, Action::Resend { .. }) {
            self.spend()?;
        }
        self.members.retain(|it| it.id != *id);
        if let Some(membership) = membership {
            self.members.push(SeenMember { membership, revision, ..member });
        }
        Ok(())
    }

    /// The legal moves between memberships; `None`: nothing is left.
    fn moved(
        &self,
        was: &Membership<ProgramId>,
        action: &Action,
        run: &Run,
    ) -> Result<Option<Membership<ProgramId>>, Refusal> {
        let can = &self.rules.capabilities;
        match (was, action) {
            (Membership::Invited(role, Invitation::Expired { .. }), Action::Resend { .. })
                if can.resends =>
            {
                Ok(Some(Membership::Invited(role.clone(), pending())))
            }
            (
                Membership::Invited(role, Invitation::Pending { .. } | Invitation::Expired { .. }),
                Action::Withdraw { .. },
            ) if can.withdraws => {
                Ok(Some(Membership::Invited(role.clone(), Invitation::Withdrawn)))
            }
            (
                Membership::Active(role) | Membership::Blocked(role),
                Action::ChangeRole { from, to, .. },
            ) if can.changes_roles && *role != Role::Owner => {
                require(resolved(from, run)? == *role, "the role was another one")?;
                let to = resolved(to, run)?;
                require(to != *role, "nothing to change")?;
                self.check_role(&to)?;
                Ok(Some(if was.is_active() {
                    Membership::Active(to)
                } else {
                    Membership::Blocked(to)
                }))
            }
            (Membership::Active(role), Action::Block { .. })
                if can.blocks && *role != Role::Owner =>
            {
                Ok(Some(Membership::Blocked(role.clone())))
            }
            (Membership::Blocked(role), Action::Unblock { .. }) if can.blocks => {
                Ok(Some(Membership::Active(role.clone())))
            }
            (
                Membership::Active(Role::Master | Role::Developer(_)) | Membership::Blocked(_),
                Action::Remove { .. },
            ) => Ok(None),
            _ => Err(format!("not from {was:?}")),
        }
    }
}

fn has_only(record: &SeenMember, id: &ProgramId) -> bool {
    !is_over(record) && record.membership.role().is_some_and(|it| it.assignments().eq([id]))
}

/// Whether nothing can come of it any more.
pub(super) fn is_over(record: &SeenMember) -> bool {
    matches!(
        record.membership,
        Membership::Invited(_, Invitation::Refused | Invitation::Withdrawn) | Membership::Left(_)
    )
}

pub(super) fn is_withdrawn(record: &SeenMember) -> bool {
    matches!(record.membership, Membership::Invited(_, Invitation::Withdrawn))
}

pub(super) fn require(holds: bool, otherwise: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

pub(super) fn pending() -> Invitation {
    const DAY: i64 = 24 * 60 * 60;
    let sent = Timestamp::constant(20_000 * DAY, 0);
    Invitation::Pending { sent, expires: Timestamp::constant(20_003 * DAY, 0) }
}

pub(super) fn is_pending(membership: &Membership<ProgramId>) -> bool {
    matches!(membership, Membership::Invited(_, Invitation::Pending { .. }))
}

fn resolved(role: &Role<ProgramRef>, run: &Run) -> Result<Role<ProgramId>, Refusal> {
    let id = |program: &ProgramRef| match program {
        ProgramRef::Existing { id, .. } => Ok(id.clone()),
        ProgramRef::New(key) => run.created.get(key).cloned().ok_or("not created yet".to_owned()),
    };
    Ok(match role {
        Role::Owner => Role::Owner,
        Role::Master => Role::Master,
        Role::Developer(programs) => {
            Role::Developer(programs.iter().map(id).collect::<Result<_, _>>()?)
        }
    })
}

pub(super) fn as_seen(program: &MiniProgram, id: ProgramId, revision: Revision) -> SeenProgram {
    SeenProgram {
        id,
        revision,
        name: program.name.clone(),
        release_to: program.release_to.clone(),
        default_language: program.default_language.clone(),
        listing: program.listing.as_ref().map(|it| SeenListing {
            tagline: it.tagline.clone(),
            description: it.description.clone(),
            logo: it.logo.digest.clone(),
            industry: it.industry.clone(),
            phone: it.customer_service.phone.clone(),
            email: it.customer_service.email.to_string(),
        }),
        languages: program.languages.clone(),
        last_change: minisync::model::LastChange::default(),
    }
}
