//! Who sees what, and who may do what.
//!
//! What somebody may not see is not there for them: the answer is *not found*, never *forbidden*.

use super::{Caller, Member, Program, ProgramNo, State, Workspace, World};
use crate::{
    model::{Digest, Role, WorkspaceId},
    sandbox::rule::{Refusal, Rule},
};
use jiff::Timestamp;
use std::{collections::BTreeSet, num::NonZeroU32};

/// A workspace as one caller sees it.
#[derive(Debug, Clone, Copy)]
pub(in crate::sandbox) struct Sight<'w> {
    pub(super) workspace: &'w Workspace,
    pub(super) each_hour: Option<NonZeroU32>,
    place: Place<'w>,
}

#[derive(Debug, Clone, Copy)]
enum Place<'w> {
    Operator,
    /// The owner or a master, who reach everything.
    Manager(&'w Member),
    Developer(&'w Member, &'w BTreeSet<ProgramNo>),
    /// Invited or blocked: sees the own membership and who asked, nothing else.
    Doorstep(&'w Member),
}

impl World {
    pub(in crate::sandbox) fn sight(
        &self,
        caller: &Caller,
        workspace: &str,
    ) -> Result<Sight<'_>, Refusal> {
        let found = workspace.parse::<WorkspaceId>().ok().and_then(|id| self.workspaces.get(&id));
        found
            .and_then(|found| self.sight_of(found, caller))
            .ok_or_else(|| Refusal::not_found(format_args!("workspace `{workspace}`")))
    }

    /// Every workspace that the caller has to do with.
    pub(in crate::sandbox) fn sights(&self, caller: &Caller) -> impl Iterator<Item = Sight<'_>> {
        self.workspaces.values().filter_map(|workspace| self.sight_of(workspace, caller))
    }

    fn sight_of<'w>(&self, workspace: &'w Workspace, caller: &Caller) -> Option<Sight<'w>> {
        let place = match caller {
            Caller::Operator => Place::Operator,
            Caller::Person(email) => Place::of(workspace.member_at(email)?)?,
        };
        Some(Sight { workspace, each_hour: self.each_hour, place })
    }
}

impl<'w> Sight<'w> {
    /// The caller's own membership; the operator has none.
    pub(super) fn own(self) -> Option<&'w Member> {
        match self.place {
            Place::Operator => None,
            Place::Manager(member) | Place::Developer(member, _) | Place::Doorstep(member) => {
                Some(member)
            }
        }
    }

    pub(super) fn sees_program(self, no: ProgramNo) -> bool {
        match self.place {
            Place::Operator | Place::Manager(_) => true,
            Place::Developer(_, assigned) => assigned.contains(&no),
            Place::Doorstep(_) => false,
        }
    }

    pub(super) fn sees_member(self, member: &Member) -> bool {
        match self.place {
            Place::Operator | Place::Manager(_) => true,
            Place::Developer(own, _) | Place::Doorstep(own) => own.no == member.no,
        }
    }

    /// Whoever sees everything sees every logo; others those of the programs they see.
    pub(super) fn sees_logo(self, digest: &Digest) -> bool {
        match self.place {
            Place::Operator | Place::Manager(_) => true,
            Place::Developer(_, assigned) => assigned
                .iter()
                .filter_map(|no| self.workspace.program(*no)?.listing.as_ref())
                .any(|listing| listing.logo == *digest),
            Place::Doorstep(_) => false,
        }
    }

    pub(super) fn program(self, id: &str) -> Result<&'w Program, Refusal> {
        id.parse()
            .ok()
            .filter(|no| self.sees_program(*no))
            .and_then(|no| self.workspace.program(no))
            .ok_or_else(|| Refusal::not_found(format_args!("mini program `{id}`")))
    }

    pub(super) fn member(self, id: &str) -> Result<&'w Member, Refusal> {
        id.parse()
            .ok()
            .and_then(|no| self.workspace.member(no))
            .filter(|member| self.sees_member(member))
            .ok_or_else(|| Refusal::not_found(format_args!("member `{id}`")))
    }

    /// The caller, if an owner or a master: "the owner and master have permission to create mini
    /// programs", and the members page "is available for Owners and Masters".
    pub(in crate::sandbox) fn manager(self) -> Result<&'w Member, Refusal> {
        match self.place {
            Place::Manager(member) => Ok(member),
            Place::Operator => Err(Refusal::new(
                Rule::OperatorIsNoMember,
                "the operator belongs to no workspace; use a token of its owner or a master",
            )),
            Place::Developer(..) => Err(Refusal::new(
                Rule::RoleForbids,
                "developers may not do this; the owner and masters may",
            )),
            Place::Doorstep(member) => Err(doorstep(member)),
        }
    }

    /// The workspace, for whoever may see what everybody does in it.
    pub(in crate::sandbox) fn watched(self) -> Result<&'w Workspace, Refusal> {
        match self.place {
            Place::Operator => Ok(self.workspace),
            Place::Manager(_) | Place::Developer(..) | Place::Doorstep(_) => {
                self.manager().map(|_| self.workspace)
            }
        }
    }

    /// The caller, if the owner: "Owners can delete a member from the workspace".
    pub(super) fn owner(self) -> Result<&'w Member, Refusal> {
        self.manager().and_then(|member| match member.role {
            Role::Owner => Ok(member),
            Role::Master | Role::Developer(_) => {
                Err(Refusal::new(Rule::OwnerOnly, "only the owner removes people"))
            }
        })
    }
}

impl<'w> Place<'w> {
    fn of(member: &'w Member) -> Option<Self> {
        match (&member.state, &member.role) {
            (State::Active { .. }, Role::Owner | Role::Master) => Some(Self::Manager(member)),
            (State::Active { .. }, Role::Developer(assigned)) => {
                Some(Self::Developer(member, assigned))
            }
            (State::Invited { .. } | State::Refused | State::Blocked { .. }, _) => {
                Some(Self::Doorstep(member))
            }
            (State::Withdrawn | State::Left, _) => None,
        }
    }
}

fn doorstep(member: &Member) -> Refusal {
    match member.state {
        State::Blocked { .. } => Refusal::new(
            Rule::MemberBlocked,
            format!("`{}` is blocked in this workspace", member.email),
        ),
        State::Invited { .. }
        | State::Refused
        | State::Withdrawn
        | State::Left
        | State::Active { .. } => Refusal::new(
            Rule::NotJoined,
            format!("`{}` was invited to this workspace, and has not accepted", member.email),
        ),
    }
}

/// Refuses when the object is at none of the revisions that the caller knows.
pub(super) fn expect_unchanged(
    object: impl std::fmt::Display,
    revision: u64,
    expected: Option<&[u64]>,
) -> Result<(), Refusal> {
    match expected {
        Some(expected) if !expected.contains(&revision) => Err(Refusal::new(
            Rule::ChangedSince,
            format!("`{object}` has changed since: it is at revision \"{revision}\""),
        )),
        Some(_) | None => Ok(()),
    }
}

impl Member {
    pub(super) fn expect_unchanged(
        &self,
        expected: Option<&[u64]>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        expect_unchanged(self.no, self.revision_at(now), expected)
    }
}
