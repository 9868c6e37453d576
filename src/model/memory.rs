//! What is remembered between runs: the content of the ledger, for one workspace.

use super::{Email, ProgramId, ProgramKey};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// The programs we manage, by key.
    pub programs: BTreeMap<ProgramKey, ProgramId>,
    /// The people we manage: invited or adopted by us, and not removed since.
    pub members: BTreeSet<Email>,
}
