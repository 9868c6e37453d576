//! The closed list of what has to be allowed by name.

use crate::model::{Email, ProgramKey, RosterName, Subject};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// Something in a plan that a rail holds, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Danger {
    /// More of the `of` people who are ours lose their access than `removals` lets go at once; or
    /// fewer, but nobody is left, or none on the rosters that are `emptied`.
    RemoveMembers { of: usize, emptied: BTreeSet<RosterName>, people: BTreeSet<Email> },
    /// More of the `of` programs that are ours are deleted than `removals` lets go at once; or fewer,
    /// but none is left.
    DeletePrograms { of: usize, programs: BTreeSet<ProgramKey> },
    /// `left` active masters may be left, because these stop being masters.
    FewerMasters { least: u32, left: usize, people: BTreeSet<Email> },
    /// There is much less than the last whole reading found, so nothing is taken on this evidence.
    Shrunken { what: Counted, was: u32, is: u32, held: BTreeSet<Subject> },
    /// Nobody is left but the owner where these people were.
    LockOut { power: Power, people: BTreeSet<Email> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    Members,
    Programs,
}

/// What somebody must be able to do, lest a workspace be out of reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Power {
    Inviting,
    /// As a master whom we can act as.
    Creating,
}

/// What holds a danger, by the word that allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rail {
    RemoveMembers,
    DeletePrograms,
    FewerMasters,
    Shrunken,
    LockOut,
}

/// It is the word of no rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not what a rail is called")]
pub struct UnknownRail;

impl Danger {
    pub fn rail(&self) -> Rail {
        match self {
            Self::RemoveMembers { .. } => Rail::RemoveMembers,
            Self::DeletePrograms { .. } => Rail::DeletePrograms,
            Self::FewerMasters { .. } => Rail::FewerMasters,
            Self::Shrunken { .. } => Rail::Shrunken,
            Self::LockOut { .. } => Rail::LockOut,
        }
    }

    /// How many people or programs it is about: what a consent has to name.
    pub fn n(&self) -> usize {
        match self {
            Self::RemoveMembers { people, .. }
            | Self::FewerMasters { people, .. }
            | Self::LockOut { people, .. } => people.len(),
            Self::DeletePrograms { programs, .. } => programs.len(),
            Self::Shrunken { held, .. } => held.len(),
        }
    }

    /// Who or what it is about.
    pub fn subjects(&self) -> BTreeSet<Subject> {
        match self {
            Self::RemoveMembers { people, .. }
            | Self::FewerMasters { people, .. }
            | Self::LockOut { people, .. } => people.iter().cloned().map(Subject::Member).collect(),
            Self::DeletePrograms { programs, .. } => {
                programs.iter().cloned().map(Subject::Program).collect()
            }
            Self::Shrunken { held, .. } => held.clone(),
        }
    }
}

impl Rail {
    pub const ALL: [Self; 5] = [
        Self::RemoveMembers,
        Self::DeletePrograms,
        Self::FewerMasters,
        Self::Shrunken,
        Self::LockOut,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::RemoveMembers => "remove-members",
            Self::DeletePrograms => "delete-programs",
            Self::FewerMasters => "fewer-masters",
            Self::Shrunken => "shrunken",
            Self::LockOut => "lock-out",
        }
    }

    /// Where `minisync.yaml` sets it; `None`: it is always there.
    pub fn setting(self) -> Option<&'static str> {
        match self {
            Self::RemoveMembers | Self::DeletePrograms => Some("policy.rails.removals"),
            Self::FewerMasters => Some("policy.rails.leastMasters"),
            Self::Shrunken | Self::LockOut => None,
        }
    }
}

impl fmt::Display for Rail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Rail {
    type Err = UnknownRail;

    fn from_str(text: &str) -> Result<Self, UnknownRail> {
        Self::ALL.into_iter().find(|rail| rail.name() == text).ok_or(UnknownRail)
    }
}
