//! People who give something to themselves.

use super::{phrase::Phrase, step};
use crate::report::view::{SelfGrant, WorkspaceView};

/// `gives themselves the role developer of coffee (commit 3f9c2a1b0d)`
pub(in crate::report) fn text(grant: &SelfGrant, workspace: &WorkspaceView<'_>) -> Phrase {
    let what = match &grant.role {
        Some(role) => {
            Phrase::words("gives themselves the role ").then(step::role_of(role, workspace))
        }
        None => Phrase::words("unblocks themselves"),
    };
    match &grant.commit {
        Some(hash) => what.and(" (commit ").and_data(hash).and(")"),
        None => what.and(" (not committed)"),
    }
}
