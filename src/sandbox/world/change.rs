//! What a decided request does to the world.

use super::{Caller, Member, MemberNo, Program, ProgramNo, Workspace};
use super::{Damaged, member::time};
use crate::model::{Digest, LogoFormat, WorkspaceId};
use jiff::Timestamp;

/// Revisions go up by two, because an invitation that runs out shows the odd one in between: it
/// looks different from then on, and so needs an entity tag of its own, although nothing was
/// written.
pub(super) const STEP: u64 = 2;

/// Changes to one workspace, that happen together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Changes {
    pub workspace: WorkspaceId,
    /// The workspace's revision from now on; also that of every object in `changes`.
    pub revision: u64,
    /// The next number to give out.
    pub next: u64,
    pub changes: Vec<Change>,
    /// What the request was about.
    pub about: About,
    pub is_new: bool,
}

/// One object as it is from now on, or no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Program(Box<Program>),
    ProgramGone(ProgramNo),
    Member(Box<Member>),
    MemberGone(MemberNo),
    Logo { digest: Digest, format: LogoFormat, bytes: Vec<u8> },
}

/// The last change of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    pub at: Timestamp,
    /// An address, or `operator`.
    pub by: String,
}

impl Touch {
    pub(super) fn from_wire(
        at: Option<&String>,
        by: Option<String>,
    ) -> Result<Option<Self>, Damaged> {
        let Some((at, by)) = at.zip(by) else { return Ok(None) };
        Ok(Some(Self { at: time(at)?, by }))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    Workspace,
    Program(ProgramNo),
    Member(MemberNo),
    Logo(Digest),
    /// It is gone.
    Nothing,
}

impl Changes {
    /// The beginning of changes to a workspace.
    pub(super) fn to(workspace: &Workspace, about: About) -> Self {
        Self {
            workspace: workspace.id().clone(),
            revision: workspace.revision() + STEP,
            next: workspace.next(),
            changes: Vec::new(),
            about,
            is_new: false,
        }
    }

    /// The request asks for what is already so.
    pub(super) fn none(workspace: &Workspace, about: About) -> Self {
        Self { revision: workspace.revision(), ..Self::to(workspace, about) }
    }

    /// The one thing that a request made anew.
    pub(super) fn new_thing(self, about: About) -> Self {
        Self { about, is_new: true, ..self }
    }

    /// Who asked for them, and when.
    pub(super) fn asked_by(mut self, caller: &Caller, at: Timestamp) -> Self {
        let touch = Some(Touch { at, by: caller.to_string() });
        for change in &mut self.changes {
            match change {
                Change::Program(program) => program.touch.clone_from(&touch),
                Change::Member(member) => member.touch.clone_from(&touch),
                Change::ProgramGone(_) | Change::MemberGone(_) | Change::Logo { .. } => {}
            }
        }
        self
    }

    pub(super) fn number(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        number
    }

    pub(super) fn program(mut self, program: Program) -> Self {
        let program = Program { revision: self.revision, ..program };
        self.changes.push(Change::Program(Box::new(program)));
        self
    }

    pub(super) fn member(mut self, member: Member) -> Self {
        let member = Member { revision: self.revision, ..member };
        self.changes.push(Change::Member(Box::new(member)));
        self
    }

    pub(super) fn and(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }
}
