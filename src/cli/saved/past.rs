//! What the ledger knows of the time since a plan was saved.

use crate::{
    cli::{connect::Connection, error::CliError},
    model::{Subject, WorkspaceId},
    report::saved::SavedPlan,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Past {
    /// When this very plan was carried out to its end.
    pub(super) applied: Option<Timestamp>,
    /// What has been acted on since, by workspace: even where it looks as it did.
    touched: BTreeMap<WorkspaceId, BTreeSet<Subject>>,
}

impl Past {
    pub(in crate::cli) async fn read(
        connection: &Connection,
        saved: &SavedPlan,
    ) -> Result<Self, CliError> {
        let mut past = Self::default();
        let (mut is_applied, mut times) = (true, Vec::new());
        for workspace in &saved.workspaces {
            let Ok(id) = workspace.id.parse::<WorkspaceId>() else { continue };
            let since = connection.ledger.since(&id, workspace.mark, &saved.digest).await?;
            let ours = since.applied.iter().filter(|(plan, _)| *plan == saved.digest);
            let at = ours.map(|(_, at)| *at).next_back();
            is_applied &= at.is_some() || workspace.steps.is_empty();
            times.extend(at.filter(|_| !workspace.steps.is_empty()));
            past.touched.insert(id, since.touched);
        }
        past.applied = times.into_iter().max().filter(|_| is_applied);
        Ok(past)
    }

    pub(super) fn touched(&self, workspace: &WorkspaceId) -> &BTreeSet<Subject> {
        static NOTHING: BTreeSet<Subject> = BTreeSet::new();
        self.touched.get(workspace).unwrap_or(&NOTHING)
    }
}
