//! What the sandbox holds, and its rules: pure code, with the time as an argument.
//!
//! A request is *decided* against the world as it is ([`World::decide`]), which yields changes or a
//! refusal and changes nothing; changes are then *taken* ([`World::take`]), after whoever keeps
//! the world has written them down. Loading a world is taking the changes that make it.
//!
//! The rules are those of the Mini Program Platform's documents, role profile "owner, master,
//! developer". Where the documents leave a choice, the stricter reading was taken, with one
//! exception: where two documented ways of counting a text disagree, either is accepted, so that
//! whatever `check` merely warns about can be applied.
//!
//! Releases are not part of the sandbox, so every mini program is in the status that the platform
//! calls *Created*, and can be deleted at once.

mod access;
mod allowance;
mod change;
mod fields;
mod invitations;
mod link;
mod listing;
mod logos;
mod member;
mod members;
mod number;
mod program;
mod programs;
mod view;
mod workspace;

pub(in crate::sandbox) use access::Sight;
pub use allowance::next_hour;
pub use change::{About, Change, Changes, Touch};
pub use link::{LinkStanding, Sending};
pub use member::{Damaged, Invited, Member, State};
pub use number::{MemberNo, ProgramNo};
pub use program::{Listing, Program};
pub use view::PageOf;
pub use workspace::Workspace;

use crate::{
    model::{Email, WorkspaceId},
    platform::sandbox as wire,
    sandbox::rule::Refusal,
};
use jiff::Timestamp;
use std::{collections::BTreeMap, fmt, num::NonZeroU32};

/// Every workspace there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    workspaces: BTreeMap<WorkspaceId, Workspace>,
    /// How many invitations a workspace may send in an hour; `None`: as many as it likes.
    each_hour: Option<NonZeroU32>,
}

/// On whose behalf a request is made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// Runs the sandbox: makes workspaces and tokens, sees everything, belongs to no workspace.
    Operator,
    Person(Email),
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Person(email) => email.fmt(f),
        }
    }
}

/// A wish to change something.
#[derive(Debug, Clone)]
pub struct Request {
    pub caller: Caller,
    pub command: Command,
    /// Revisions that the object may have; `None`: any.
    pub expected: Option<Vec<u64>>,
}

#[derive(Debug, Clone)]
pub enum Command {
    CreateWorkspace(wire::NewWorkspace),
    /// Within the workspace of that name.
    Within(String, Act),
}

/// Ids are as the caller wrote them: what cannot be an id is not found.
#[derive(Debug, Clone)]
pub enum Act {
    CreateProgram(wire::NewProgram),
    EditProgram {
        id: String,
        patch: wire::ProgramPatch,
    },
    DeleteProgram {
        id: String,
    },
    PutLogo {
        digest: String,
        bytes: Vec<u8>,
    },
    Invite(wire::NewMember),
    /// Withdraws an invitation and sends another to the same person, in one.
    Reinvite {
        id: String,
        new: wire::NewMember,
    },
    EditMember {
        id: String,
        patch: wire::MemberPatch,
    },
    RemoveMember {
        id: String,
    },
    Move {
        id: String,
        to: Move,
    },
}

/// A step in the life of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Move {
    Resend,
    Withdraw,
    Accept,
    Refuse,
    Block,
    Unblock,
    Leave,
}

impl World {
    /// Takes no more than so many invitations in an hour.
    #[must_use]
    pub fn limited(self, each_hour: Option<NonZeroU32>) -> Self {
        Self { each_hour, ..self }
    }

    pub fn workspaces(&self) -> impl Iterator<Item = &Workspace> {
        self.workspaces.values()
    }

    pub fn workspace(&self, id: &WorkspaceId) -> Option<&Workspace> {
        self.workspaces.get(id)
    }

    /// What the request would change, or every rule it breaks. In this order, so that nobody learns
    /// more than they may: does it exist for the caller, may the caller do it, is it still what the
    /// caller has seen, does it make sense.
    pub fn decide(&self, request: &Request, now: Timestamp) -> Result<Changes, Refusal> {
        let changes = self.decided(request, now)?;
        Ok(changes.asked_by(&request.caller, now))
    }

    fn decided(&self, request: &Request, now: Timestamp) -> Result<Changes, Refusal> {
        match &request.command {
            Command::CreateWorkspace(new) => self.create_workspace(&request.caller, new, now),
            Command::Within(workspace, act) => {
                let sight = self.sight(&request.caller, workspace)?;
                let expected = request.expected.as_deref();
                match act {
                    Act::CreateProgram(new) => sight.create_program(new, now),
                    Act::EditProgram { id, patch } => sight.edit_program(id, patch, expected),
                    Act::DeleteProgram { id } => sight.delete_program(id, expected),
                    Act::PutLogo { digest, bytes } => sight.put_logo(digest, bytes),
                    Act::Invite(new) => sight.invite(new, expected, now),
                    Act::Reinvite { id, new } => sight.reinvite(id, new, expected, now),
                    Act::EditMember { id, patch } => sight.edit_member(id, patch, expected, now),
                    Act::RemoveMember { id } => sight.remove_member(id, expected, now),
                    Act::Move { id, to } => sight.move_member(id, *to, expected, now),
                }
            }
        }
    }

    /// Makes decided changes part of the world. They must have been decided on the world as it is.
    pub fn take(&mut self, changes: Changes) {
        let Changes { workspace: id, revision, next, changes, about: _, is_new: _ } = changes;
        let workspace = self.workspaces.entry(id.clone()).or_insert_with(|| Workspace::empty(id));
        workspace.advance(revision, next);
        for change in changes {
            workspace.take(change);
        }
    }
}
