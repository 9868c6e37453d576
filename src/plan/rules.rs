//! What the platform can do, and what this project wants of it.

use crate::model::Email;
use std::collections::BTreeSet;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    pub capabilities: Capabilities,
    pub policy: Policy,
    /// Never changed and never removed: the owner, and the account we act as.
    pub protected: BTreeSet<Email>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    pub creates_programs: bool,
    pub deletes_programs: bool,
    pub changes_roles: bool,
    pub resends: bool,
    pub withdraws: bool,
    pub blocks: bool,
    pub acts_as: ActsAs,
}

/// On whose behalf we can create mini programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActsAs {
    Anyone,
    Only(BTreeSet<Email>),
}

/// The manifests' `policy`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// Delete programs that we manage and no manifest asks for.
    pub prune: bool,
}

impl Default for Capabilities {
    /// A platform that can do everything.
    fn default() -> Self {
        Self {
            creates_programs: true,
            deletes_programs: true,
            changes_roles: true,
            resends: true,
            withdraws: true,
            blocks: true,
            acts_as: ActsAs::Anyone,
        }
    }
}

impl ActsAs {
    pub fn includes(&self, email: &Email) -> bool {
        match self {
            Self::Anyone => true,
            Self::Only(whom) => whom.contains(email),
        }
    }
}
