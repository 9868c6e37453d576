//! What is remembered between runs: the content of the ledger, for one workspace.

use super::{Digest, Email, ProgramId, ProgramKey};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// The programs we manage, by key.
    pub programs: BTreeMap<ProgramKey, ProgramId>,
    /// The people we manage: invited or adopted by us, and not removed since.
    pub members: BTreeMap<Email, Acquaintance>,
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

impl Acquaintance {
    pub fn counts_for(&self, wish: &Digest) -> bool {
        self.wish.as_ref().is_none_or(|known| known == wish)
    }
}
