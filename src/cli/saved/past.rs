//! What the ledger knows of the time since a plan was saved.

use crate::{
    cli::{connect::Connection, error::CliError},
    model::{Subject, WorkspaceId},
    report::saved::SavedPlan,
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Past {
    /// This very plan was carried out to its end.
    pub(super) is_applied: bool,
    /// What other runs have acted on since, by workspace: even where it looks as it did.
    pub(super) touched: BTreeMap<WorkspaceId, BTreeSet<Subject>>,
}

impl Past {
    pub(in crate::cli) async fn read(_: &Connection, _: &SavedPlan) -> Result<Self, CliError> {
        Ok(Self::default())
    }

    pub(super) fn touched(&self, workspace: &WorkspaceId) -> &BTreeSet<Subject> {
        static NOTHING: BTreeSet<Subject> = BTreeSet::new();
        self.touched.get(workspace).unwrap_or(&NOTHING)
    }
}
