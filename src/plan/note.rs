//! What was seen, and left alone.

use crate::model::{Email, LanguageTag, MemberId, ProgramId, ProgramKey, Subject};
use jiff::Timestamp;
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// An invitation waits for its person.
    WaitingForMember { email: Email, name: String, sent: Timestamp, expires: Timestamp },
    /// A program waits for the master who is to create it.
    WaitingForMaster { key: ProgramKey, master: Email },
    /// Somebody's access waits for programs that do not exist yet.
    WaitingForProgram { email: Email, programs: BTreeSet<ProgramKey> },
    /// An invitation ended without being accepted, and policy leaves the next move to a person.
    InvitationLapsed { email: Email, name: String, how: Lapse },
    /// The platform cannot do what the manifests ask for.
    Unsupported { subject: Subject, missing: Missing },
    /// It is there, and no manifest ever asked for it.
    Unmanaged(Stray),
    /// We manage it, no manifest asks for it any more, and policy does not prune.
    NotPruned { key: ProgramKey, id: ProgramId, name: String },
    /// We manage it and no manifest asks for it any more, but it is all that these developers have.
    LastProgram { key: ProgramKey, id: ProgramId, name: String, of: BTreeSet<Email> },
    /// More than one thing on the platform could be meant.
    Ambiguous { subject: Subject, candidates: BTreeSet<String> },
    /// Another program has the name that the manifest asks for. When that program gives it up in
    /// the same plan, the next one takes it.
    NameTaken { key: ProgramKey, name: String, by: ProgramId },
    /// The owner or the account we act as; never changed.
    Protected { email: Email },
    /// Left alone, because not everything could be read: neither removed on this evidence, nor
    /// created or invited, for it may be there unseen.
    Withheld { subject: Subject },
    /// The platform's word for where the person stands is not known to us.
    Unrecognised { email: Email, said: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lapse {
    Expired,
    Refused,
    Withdrawn,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    CreatingPrograms,
    DeletingPrograms,
    /// A program's default language is settled when it is created.
    ChangingDefaultLanguage {
        from: LanguageTag,
        to: LanguageTag,
    },
    /// A listing, once made, cannot be taken away.
    RemovingListing,
    ChangingRoles,
    Resending,
    Withdrawing,
    Blocking,
    /// We have no credential of the master who is to create the program.
    ActingAs(Email),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stray {
    Program {
        id: ProgramId,
        name: String,
    },
    Member {
        id: MemberId,
        email: Email,
        name: String,
    },
    /// A member's assignment to a program that nobody manages.
    Assignment {
        email: Email,
        program: ProgramId,
    },
}

impl Note {
    /// Whether it stays like this until a person does something.
    pub fn needs_a_person(&self) -> bool {
        match self {
            Self::WaitingForMember { .. }
            | Self::WaitingForMaster { .. }
            | Self::WaitingForProgram { .. }
            | Self::InvitationLapsed { .. }
            | Self::Unsupported { .. }
            | Self::Ambiguous { .. }
            | Self::NameTaken { .. }
            | Self::LastProgram { .. }
            | Self::Unrecognised { .. }
            | Self::Withheld { .. } => true,
            Self::Unmanaged(_) | Self::NotPruned { .. } | Self::Protected { .. } => false,
        }
    }
}
