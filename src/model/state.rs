//! What is asked for, what the platform said, and what that means: the state of one workspace.

use super::{
    Digest, Email, History, LanguageTag, LastChange, Member, MemberId, Membership, MiniProgram,
    ProgramId, ProgramKey, Reading, ReleaseTarget, Revision, RosterName, Subject, Translation,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What the manifests ask for in one workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desired {
    pub programs: BTreeMap<ProgramKey, MiniProgram>,
    pub members: BTreeMap<Email, Member>,
    /// The rosters that ask for somebody.
    pub rosters: BTreeSet<RosterName>,
}

/// What the platform said of one workspace, in its own names (ids).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    pub programs: Vec<SeenProgram>,
    pub members: Vec<SeenMember>,
    pub completeness: Completeness,
    /// How many more invitations the platform takes; `None`: it does not say.
    pub allowance: Option<Allowance>,
    /// The platform's own time: invitations live by it, and our clock may be wrong.
    pub now: Option<Timestamp>,
}

/// How much there is in a workspace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Everybody who is active, blocked or invited, ours or not.
    pub members: u32,
    pub programs: u32,
}

/// How many invitations a platform still takes: at once, and from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub left: u32,
    /// When `each_hour` are allowed again; and so on every hour after it.
    pub renews: Timestamp,
    pub each_hour: u32,
}

/// Whether every page of every list could be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Completeness {
    #[default]
    Whole,
    /// Something may exist that we did not see: nothing may be removed on this evidence.
    Partial,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenProgram {
    pub id: ProgramId,
    pub revision: Revision,
    pub name: String,
    pub release_to: BTreeSet<ReleaseTarget>,
    pub default_language: LanguageTag,
    pub listing: Option<SeenListing>,
    pub languages: BTreeMap<LanguageTag, Translation>,
    pub last_change: LastChange,
}

/// A listing as the platform keeps it: the logo by content only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenListing {
    pub tagline: String,
    pub description: String,
    pub logo: Digest,
    pub industry: String,
    pub phone: String,
    pub email: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenMember {
    pub id: MemberId,
    pub revision: Revision,
    pub name: String,
    pub email: Email,
    pub membership: Membership<ProgramId>,
    pub history: History,
    /// Why the invitation's mail could not be delivered, in the platform's words.
    pub undelivered: Option<String>,
}

/// Ours, or found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    Managed,
    Unmanaged,
}

/// What the platform said of one workspace, in our names: the other side of a comparison with
/// [`Desired`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actual {
    /// Programs we know by key: the managed ones, and those a manifest claims by their name.
    pub programs: BTreeMap<ProgramKey, ActualProgram>,
    /// Programs that no manifest and no memory names.
    pub unmanaged_programs: BTreeMap<ProgramId, SeenProgram>,
    /// Which program has a name, be it doubtful whose program that is; names are unique in a
    /// workspace.
    pub names: BTreeMap<String, ProgramId>,
    pub members: BTreeMap<Email, ActualMember>,
    /// Who or what could not be told apart; in none of the above, and never acted on.
    pub ambiguous: BTreeSet<Subject>,
    /// The live records of people who could not be told apart, ours or not.
    pub doubtful: Vec<SeenMember>,
    pub completeness: Completeness,
    pub allowance: Option<Allowance>,
    pub figures: Figures,
    /// What the last whole reading before this one found.
    pub before: Option<Reading>,
    /// As [`Memory::rosters`](super::Memory::rosters).
    pub rosters: BTreeSet<RosterName>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActualProgram {
    pub ownership: Ownership,
    /// The key under which it is remembered, where a manifest has given it another since.
    pub known_as: Option<ProgramKey>,
    pub seen: SeenProgram,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActualMember {
    pub ownership: Ownership,
    pub id: MemberId,
    pub revision: Revision,
    pub name: String,
    /// Assignments to programs that have a key.
    pub membership: Membership<ProgramKey>,
    pub history: History,
    /// Assignments to programs that have none; left as they are.
    pub elsewhere: BTreeSet<ProgramId>,
    /// As in [`SeenMember`].
    pub undelivered: Option<String>,
    /// Invitations that were sent for what the manifests ask for now.
    pub sends: u32,
}

impl Seen {
    /// However often pages or records repeat themselves.
    pub fn figures(&self) -> Figures {
        let live = self.members.iter().filter(|member| !member.membership.is_over());
        let people: BTreeSet<&Email> = live.map(|member| &member.email).collect();
        let programs: BTreeSet<&ProgramId> = self.programs.iter().map(|it| &it.id).collect();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Figures { members: count(people.len()), programs: count(programs.len()) }
    }
}
