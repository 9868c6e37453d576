//! What can be asked of a platform.

use crate::model::{
    Digest, Email, Field, LanguageTag, Logo, MemberId, MiniProgram, ProgramId, ProgramKey,
    ProgramRef, ReleaseTarget, Role, Subject, Translation,
};
use std::collections::{BTreeMap, BTreeSet};

/// One request to a platform; `Adopt…` asks only the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    AdoptProgram {
        key: ProgramKey,
        id: ProgramId,
    },
    AdoptMember {
        email: Email,
        id: MemberId,
    },
    /// As `program.created_by`, or as the account we act as.
    CreateProgram {
        program: Box<MiniProgram>,
    },
    UpdateProgram {
        key: ProgramKey,
        id: ProgramId,
        changes: Vec<ProgramChange>,
    },
    DeleteProgram {
        key: ProgramKey,
        id: ProgramId,
    },
    Invite {
        email: Email,
        name: String,
        role: Role<ProgramRef>,
    },
    /// Ends what there is (a pending invitation, or a membership whose role cannot be changed),
    /// then invites: one action, so that there are never two live invitations.
    Reinvite {
        email: Email,
        id: MemberId,
        name: String,
        role: Role<ProgramRef>,
    },
    /// Sends an expired invitation again.
    Resend {
        email: Email,
        id: MemberId,
    },
    /// Takes a pending invitation back.
    Withdraw {
        email: Email,
        id: MemberId,
        moved_to: Option<Email>,
    },
    /// Role, assignments or both; `to` keeps what the member has in programs that nobody manages.
    ChangeRole {
        email: Email,
        id: MemberId,
        from: Role<ProgramRef>,
        to: Role<ProgramRef>,
        /// Of somebody blocked, whom the same plan unblocks after it: nobody gets back for a moment
        /// what the manifests do not give them any more.
        before_unblock: bool,
    },
    Block {
        email: Email,
        id: MemberId,
    },
    Unblock {
        email: Email,
        id: MemberId,
    },
    Remove {
        email: Email,
        id: MemberId,
        /// The other address of the same person, who is to have there what goes here: what was not
        /// done for that one keeps this one.
        moved_to: Option<Email>,
    },
}

/// One field of a program, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgramChange {
    Name {
        from: String,
        to: String,
    },
    ReleaseTo {
        from: BTreeSet<ReleaseTarget>,
        to: BTreeSet<ReleaseTarget>,
    },
    Tagline {
        from: Option<String>,
        to: String,
    },
    Description {
        from: Option<String>,
        to: String,
    },
    Logo {
        from: Option<Digest>,
        to: Logo,
    },
    Industry {
        from: Option<String>,
        to: String,
    },
    Phone {
        from: Option<String>,
        to: String,
    },
    Email {
        from: Option<String>,
        to: Email,
    },
    /// `None` on one side: the language is added or dropped.
    Language {
        tag: LanguageTag,
        from: Option<Translation>,
        to: Option<Translation>,
    },
}

impl ProgramChange {
    pub fn field(&self) -> Field {
        match self {
            Self::Name { .. } => Field::Name,
            Self::ReleaseTo { .. } => Field::ReleaseTo,
            Self::Tagline { .. } => Field::Tagline,
            Self::Description { .. } => Field::Description,
            Self::Logo { .. } => Field::Logo,
            Self::Industry { .. } => Field::Industry,
            Self::Phone { .. } => Field::Phone,
            Self::Email { .. } => Field::Email,
            Self::Language { tag, .. } => Field::Language(tag.clone()),
        }
    }
}

/// The order of steps: access is granted before it is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    Take,
    Configure,
    Grant,
    Revoke,
    Prune,
}

impl Phase {
    pub const ALL: [Self; 5] =
        [Self::Take, Self::Configure, Self::Grant, Self::Revoke, Self::Prune];
}

impl Action {
    pub fn subject(&self) -> Subject {
        match self {
            Self::AdoptProgram { key, .. }
            | Self::UpdateProgram { key, .. }
            | Self::DeleteProgram { key, .. } => Subject::Program(key.clone()),
            Self::CreateProgram { program } => Subject::Program(program.key.clone()),
            Self::AdoptMember { email, .. }
            | Self::Invite { email, .. }
            | Self::Reinvite { email, .. }
            | Self::Resend { email, .. }
            | Self::Withdraw { email, .. }
            | Self::ChangeRole { email, .. }
            | Self::Block { email, .. }
            | Self::Unblock { email, .. }
            | Self::Remove { email, .. } => Subject::Member(email.clone()),
        }
    }

    /// Whom it is about, if it is about a person.
    pub fn member(&self) -> Option<Email> {
        if let Subject::Member(email) = self.subject() { Some(email) } else { None }
    }

    /// What another subject has to have before: where a step for that one was not done, this one is
    /// not done either.
    pub fn leans_on(&self) -> Option<Subject> {
        match self {
            Self::Withdraw { moved_to, .. } | Self::Remove { moved_to, .. } => {
                moved_to.clone().map(Subject::Member)
            }
            Self::AdoptProgram { .. }
            | Self::AdoptMember { .. }
            | Self::CreateProgram { .. }
            | Self::UpdateProgram { .. }
            | Self::DeleteProgram { .. }
            | Self::Invite { .. }
            | Self::Reinvite { .. }
            | Self::Resend { .. }
            | Self::ChangeRole { .. }
            | Self::Block { .. }
            | Self::Unblock { .. } => None,
        }
    }

    /// What is done, in a word that digests and journals keep: the same in every version.
    pub fn word(&self) -> &'static str {
        match self {
            Self::AdoptProgram { .. } => "adopt-program",
            Self::AdoptMember { .. } => "adopt-member",
            Self::CreateProgram { .. } => "create-program",
            Self::UpdateProgram { .. } => "update-program",
            Self::DeleteProgram { .. } => "delete-program",
            Self::Invite { .. } => "invite",
            Self::Reinvite { .. } => "reinvite",
            Self::Resend { .. } => "resend",
            Self::Withdraw { .. } => "withdraw",
            Self::ChangeRole { .. } => "change-role",
            Self::Block { .. } => "block",
            Self::Unblock { .. } => "unblock",
            Self::Remove { .. } => "remove",
        }
    }

    pub fn phase(&self) -> Phase {
        match self {
            Self::AdoptProgram { .. } | Self::AdoptMember { .. } => Phase::Take,
            Self::CreateProgram { .. } | Self::UpdateProgram { .. } => Phase::Configure,
            Self::Invite { .. }
            | Self::Reinvite { .. }
            | Self::Resend { .. }
            | Self::Unblock { .. } => Phase::Grant,
            Self::ChangeRole { from, to, before_unblock: false, .. } if takes_only(from, to) => {
                Phase::Revoke
            }
            Self::ChangeRole { .. } => Phase::Grant,
            Self::Withdraw { .. } | Self::Block { .. } | Self::Remove { .. } => Phase::Revoke,
            Self::DeleteProgram { .. } => Phase::Prune,
        }
    }

    /// Whether somebody gets a mail.
    pub fn sends_invitation(&self) -> bool {
        match self {
            Self::Invite { .. } | Self::Reinvite { .. } | Self::Resend { .. } => true,
            Self::AdoptProgram { .. }
            | Self::AdoptMember { .. }
            | Self::CreateProgram { .. }
            | Self::UpdateProgram { .. }
            | Self::DeleteProgram { .. }
            | Self::Withdraw { .. }
            | Self::ChangeRole { .. }
            | Self::Block { .. }
            | Self::Unblock { .. }
            | Self::Remove { .. } => false,
        }
    }

    /// Puts the ids of programs that were created meanwhile in the place of their keys.
    pub fn name_created(&mut self, created: &BTreeMap<ProgramKey, ProgramId>) {
        if let Self::Invite { role, .. }
        | Self::Reinvite { role, .. }
        | Self::ChangeRole { to: role, .. } = self
            && let Role::Developer(programs) = role
        {
            *programs = std::mem::take(programs)
                .into_iter()
                .map(|program| match &program {
                    ProgramRef::New(key) => created.get(key).map_or(program.clone(), |id| {
                        ProgramRef::Existing { key: Some(key.clone()), id: id.clone() }
                    }),
                    ProgramRef::Existing { .. } => program,
                })
                .collect();
        }
    }

    /// The programs that an earlier step of the same plan has to create first.
    pub fn needs(&self) -> impl Iterator<Item = &ProgramKey> {
        let role = match self {
            Self::Invite { role, .. } | Self::Reinvite { role, .. } => Some(role),
            Self::ChangeRole { to, .. } => Some(to),
            Self::AdoptProgram { .. }
            | Self::AdoptMember { .. }
            | Self::CreateProgram { .. }
            | Self::UpdateProgram { .. }
            | Self::DeleteProgram { .. }
            | Self::Resend { .. }
            | Self::Withdraw { .. }
            | Self::Block { .. }
            | Self::Unblock { .. }
            | Self::Remove { .. } => None,
        };
        role.into_iter().flat_map(Role::assignments).filter_map(|program| match program {
            ProgramRef::New(key) => Some(key),
            ProgramRef::Existing { .. } => None,
        })
    }
}

/// Whether going from one role to the other takes access that was there.
pub(super) fn takes(from: &Role<ProgramRef>, to: &Role<ProgramRef>) -> bool {
    from != to && !takes_only(to, from)
}

/// Whether going from one role to the other gives no access that was not there.
pub(super) fn takes_only(from: &Role<ProgramRef>, to: &Role<ProgramRef>) -> bool {
    match (from, to) {
        (Role::Owner | Role::Master, Role::Developer(_)) => true,
        (Role::Developer(before), Role::Developer(after)) => after.is_subset(before),
        (Role::Owner | Role::Master | Role::Developer(_), Role::Owner | Role::Master) => false,
    }
}
