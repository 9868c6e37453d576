//! Who wrote a line of a manifest, and when.

use crate::diagnostic::SourceId;
use jiff::Timestamp;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Shortened.
    pub hash: String,
    pub author: String,
    /// The author's address, as git has it.
    pub email: String,
    pub at: Timestamp,
    /// The first line of its message.
    pub subject: String,
    /// The clone begins here, and the line may be older.
    pub is_edge: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorship {
    Commit(Commit),
    /// The line is not as any commit has it.
    Uncommitted,
    /// The file is not in git.
    Untracked,
    /// There is no git, or no repository.
    Unknown,
}

/// The lines of each manifest that names somebody, the first one first.
pub type Authors = BTreeMap<SourceId, Vec<Authorship>>;
