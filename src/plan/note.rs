//! What was seen, and left alone.

use crate::model::{Email, Field, LanguageTag, MemberId, ProgramId, ProgramKey, Subject};
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// An invitation waits for its person. `is_urgent`: policy wants to be reminded of how little
    /// time is left.
    WaitingForMember { email: Email, name: String, term: Term, is_urgent: bool },
    /// A program waits for the master who is to create it; `term` is that of their invitation,
    /// where one waits for them.
    WaitingForMaster { key: ProgramKey, master: Email, term: Option<Term> },
    /// Somebody's access waits for programs that do not exist yet.
    WaitingForProgram { email: Email, programs: BTreeSet<ProgramKey> },
    /// An expired invitation rests before it is sent again, at `at` for the `sends`-th time.
    Resting { email: Email, name: String, at: Timestamp, sends: u32 },
    /// The platform takes no more invitations now; this one goes at `at`.
    Queued { email: Email, name: String, at: Timestamp },
    /// Somebody's old address keeps its access until the new one has been accepted.
    Moving { from: Email, to: Email },
    /// Access that ends by itself, soon: after that day, of a program or of everything.
    Ending { email: Email, program: Option<ProgramKey>, until: Date },
    /// The invitation was sent as often as policy allows, and nobody accepted it.
    GaveUp { email: Email, name: String, sends: u32 },
    /// They went by themselves; policy does not pull them back.
    Left { email: Email, name: String },
    /// The invitation's mail could not be delivered.
    Undelivered { email: Email, name: String, why: String },
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
    /// the same plan, the next one takes it. `was`: the key that we manage it by and no manifest
    /// has, while there is no program of this key.
    NameTaken { key: ProgramKey, name: String, by: ProgramId, was: Option<ProgramKey> },
    /// A program is created, and one that nobody manages has the same listing under another name:
    /// it may be the same one, renamed by hand.
    Lookalike { key: ProgramKey, id: ProgramId, name: String },
    /// It differs from the manifest, which leaves the field to others: for good, or until a day.
    Ignored { subject: Subject, field: Field, until: Option<Date> },
    /// The manifest left the field to others until a day that has passed.
    IgnoreEnded { subject: Subject, field: Field, until: Date },
    /// The owner or the account we act as; never changed.
    Protected { email: Email },
    /// Policy never lets it go, though no manifest asks for it any more.
    Kept { subject: Subject },
    /// Left alone, because not everything could be read: neither removed on this evidence, nor
    /// created or invited, for it may be there unseen.
    Withheld { subject: Subject },
    /// The platform's word for where the person stands is not known to us.
    Unrecognised { email: Email, said: String },
    /// Not every page of the platform's lists could be read: somebody or something may be there
    /// that is in none of the above.
    Incomplete,
    /// By the platform's time somebody's last day has passed, and by ours, which is another day, it
    /// has not.
    ClocksDisagree { theirs: Timestamp, ours: Timestamp },
}

/// From when to when an invitation is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    pub sent: Timestamp,
    pub expires: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lapse {
    Expired,
    Refused,
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
    /// Whether there is nothing that we can do about it now: a person has to, or time.
    pub fn keeps_waiting(&self) -> bool {
        match self {
            Self::WaitingForMember { .. }
            | Self::WaitingForMaster { .. }
            | Self::WaitingForProgram { .. }
            | Self::Resting { .. }
            | Self::Queued { .. }
            | Self::Moving { .. }
            | Self::GaveUp { .. }
            | Self::Left { .. }
            | Self::Undelivered { .. }
            | Self::InvitationLapsed { .. }
            | Self::Unsupported { .. }
            | Self::Ambiguous { .. }
            | Self::NameTaken { .. }
            | Self::LastProgram { .. }
            | Self::Unrecognised { .. }
            | Self::Incomplete
            | Self::ClocksDisagree { .. }
            | Self::Withheld { .. } => true,
            Self::Ending { .. }
            | Self::Unmanaged(_)
            | Self::NotPruned { .. }
            | Self::Lookalike { .. }
            | Self::Ignored { .. }
            | Self::IgnoreEnded { .. }
            | Self::Protected { .. }
            | Self::Kept { .. } => false,
        }
    }
}
