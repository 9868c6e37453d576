//! What the ledger knows of the time since a plan was saved.

use crate::{
    engine::StoreError,
    ledger::Ledger,
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
    pub(in crate::cli) fn read(_: &Ledger, _: &SavedPlan) -> Result<Self, StoreError> {
        Ok(Self::default())
    }

    pub(super) fn has_touched(&self, workspace: &WorkspaceId, subject: &Subject) -> bool {
        self.touched.get(workspace).is_some_and(|touched| touched.contains(subject))
    }
}
