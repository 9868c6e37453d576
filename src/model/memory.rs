//! What is remembered between runs: the content of the ledger, for one workspace.

use super::{Digest, Email, Fields, ProgramId, ProgramKey, RosterName, Subject};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// The programs we manage, by key.
    pub programs: BTreeMap<ProgramKey, ProgramId>,
    /// The programs that we have asked for and never heard of, by key, with the names that they
    /// were to have.
    pub unanswered: BTreeMap<ProgramKey, BTreeSet<String>>,
    /// The people we manage: invited or adopted by us, and not removed since.
    pub members: BTreeMap<Email, Acquaintance>,
    /// What the last whole reading found; `None`: there was none so far.
    pub reading: Option<Reading>,
    /// What we manage, as it was last seen or as we have left it.
    pub sightings: BTreeMap<Subject, Sighting>,
    /// The rosters that asked for somebody when something was last taken in hand here.
    pub rosters: BTreeSet<RosterName>,
    /// Steps that were asked for, by what they are about, and it is not known how that ended: what
    /// has changed there may be our own work.
    pub unheard: BTreeMap<Subject, BTreeSet<Digest>>,
    /// The number of the last record that says that something is to be done here; 0: nothing was.
    /// What is done later has greater ones.
    pub mark: u64,
}

/// What is remembered of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acquaintance {
    /// How often they were invited, or an invitation was sent again, since the manifests last
    /// changed their mind about them, or since they last joined.
    pub sends: u32,
    /// [`Member::wish`](super::Member::wish) that the sends were for; `None`: not known yet.
    pub wish: Option<Digest>,
}

/// A whole reading of a workspace, in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    pub at: Timestamp,
    /// Everybody who is active, blocked or invited, ours or not.
    pub members: u32,
    pub programs: u32,
}

/// How a program or a membership was at a moment, in our names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// When it was first as it is here.
    pub at: Timestamp,
    /// When it was last as it is here, where somebody has changed it since and that is to be undone;
    /// `None`: it still was at [`Reading::at`], unless we changed it since.
    pub until: Option<Timestamp>,
    pub fields: Fields,
}

impl Acquaintance {
    pub fn counts_for(&self, wish: &Digest) -> bool {
        self.wish.as_ref().is_none_or(|known| known == wish)
    }
}
