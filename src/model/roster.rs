//! Who should be in a workspace, and as what.

use super::Email;
use std::collections::BTreeSet;

/// A member's role in the workspace, with the mini programs it reaches.
///
/// `P` is how a mini program is named: by key in manifests, by id on the platform, by
/// [`ProgramRef`](super::ProgramRef) in a step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role<P> {
    /// Onboards first, cannot be invited or removed (platform docs, Member management).
    Owner,
    /// Reaches every mini program and may create some.
    Master,
    /// Reaches the assigned mini programs: at least one.
    Developer(BTreeSet<P>),
}

impl<P> Role<P> {
    /// The role's own name, as in manifests.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Master => "master",
            Self::Developer(_) => "developer",
        }
    }

    /// The assigned mini programs; none for roles that reach them all.
    pub fn assignments(&self) -> impl Iterator<Item = &P> {
        match self {
            Self::Owner | Self::Master => None,
            Self::Developer(programs) => Some(programs),
        }
        .into_iter()
        .flatten()
    }
}

/// A person, as the rosters ask for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub email: Email,
    pub name: String,
    pub role: Role<super::ProgramKey>,
    /// Keeps the membership, takes the access.
    pub blocked: bool,
}
