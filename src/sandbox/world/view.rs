//! What a caller is shown, in the words of the API.

use super::{Caller, State, Workspace, World, access::Sight};
use crate::{
    platform::sandbox::{self as wire, Page},
    sandbox::rule::Refusal,
};
use jiff::Timestamp;

/// Which page of a list, from 1, and how long a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageOf {
    pub page: u32,
    pub size: u32,
}

impl World {
    /// Its revision is the sum of those of the listed workspaces, which changes whenever one of
    /// them does.
    pub fn list_workspaces(&self, caller: &Caller, page: PageOf) -> Page<wire::Workspace> {
        let listed = || self.sights(caller).map(|sight| sight.workspace);
        let revision = listed().map(Workspace::revision).sum();
        page.of(listed(), revision, Workspace::to_wire)
    }

    /// The caller's memberships, in every workspace.
    pub fn me(&self, caller: &Caller, now: Timestamp) -> wire::Me {
        let (email, memberships) = match caller {
            Caller::Operator => (None, Vec::new()),
            Caller::Person(email) => (
                Some(email.to_string()),
                self.sights(caller)
                    .filter_map(|sight| {
                        let workspace = sight.workspace.id().to_string();
                        sight.own().map(|own| wire::Mine { workspace, member: own.to_wire(now) })
                    })
                    .collect(),
            ),
        };
        wire::Me { email, memberships }
    }
}

impl Sight<'_> {
    pub(in crate::sandbox) fn show_workspace(self, now: Timestamp) -> wire::Workspace {
        wire::Workspace { allowance: self.allowance(now), ..self.workspace.to_wire() }
    }

    pub(in crate::sandbox) fn show_program(self, id: &str) -> Result<wire::Program, Refusal> {
        self.program(id).map(super::Program::to_wire)
    }

    pub(in crate::sandbox) fn show_member(
        self,
        id: &str,
        now: Timestamp,
    ) -> Result<wire::Member, Refusal> {
        self.member(id).map(|member| member.to_wire(now))
    }

    pub(in crate::sandbox) fn list_programs(self, page: PageOf) -> Page<wire::Program> {
        let seen = self.workspace.programs().filter(|program| self.sees_program(program.no));
        page.of(seen, self.workspace.revision(), super::Program::to_wire)
    }

    /// Everybody who is or may become a member, and who refused; withdrawn invitations are over.
    pub(in crate::sandbox) fn list_members(
        self,
        page: PageOf,
        now: Timestamp,
    ) -> Page<wire::Member> {
        let seen = self
            .workspace
            .members()
            .filter(|member| member.state != State::Withdrawn && self.sees_member(member));
        page.of(seen, self.workspace.revision(), |member| member.to_wire(now))
    }
}

impl Workspace {
    /// Invitations without an answer: those that can be accepted, then those that have expired,
    /// each the soonest death first.
    pub(in crate::sandbox) fn list_unanswered(
        &self,
        page: PageOf,
        now: Timestamp,
    ) -> Page<wire::Member> {
        let waits = |member: &&super::Member| member.expires().is_some();
        let mut found: Vec<_> = self.members().filter(waits).collect();
        found.sort_by_key(|member| (member.is_expired(now), member.expires(), member.no));
        page.of(found.into_iter(), self.revision(), |member| member.to_wire(now))
    }

    pub fn to_wire(&self) -> wire::Workspace {
        let owner = self.owner().expect("a workspace has an owner from the start");
        wire::Workspace {
            id: self.id().to_string(),
            revision: self.revision(),
            owner: wire::Person { name: owner.name.clone(), email: owner.email.to_string() },
            allowance: None,
        }
    }
}

impl PageOf {
    /// How many things stand before the page.
    pub(in crate::sandbox) fn skipped(self) -> u64 {
        u64::from(self.page.saturating_sub(1)) * u64::from(self.size)
    }

    fn of<T, W>(
        self,
        all: impl Iterator<Item = T>,
        revision: u64,
        to_wire: impl Fn(T) -> W,
    ) -> Page<W> {
        let first = self.skipped();
        let after = first + u64::from(self.size);
        let (mut items, mut total) = (Vec::new(), 0);
        for thing in all {
            if (first..after).contains(&total) {
                items.push(to_wire(thing));
            }
            total += 1;
        }
        Page { items, page: self.page, page_size: self.size, total, revision }
    }
}
