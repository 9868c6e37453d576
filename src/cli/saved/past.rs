//! What the ledger knows of the time since a plan was saved.

use crate::{
    cli::{connect::Connection, error::CliError},
    ledger::Since,
    model::WorkspaceId,
    report::saved::SavedPlan,
};
use jiff::Timestamp;
use std::{borrow::Cow, collections::BTreeMap};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Past {
    /// When this very plan was carried out to its end.
    pub(super) applied: Option<Timestamp>,
    /// By workspace.
    since: BTreeMap<WorkspaceId, Since>,
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
            past.since.insert(id, since);
        }
        past.applied = times.into_iter().max().filter(|_| is_applied);
        Ok(past)
    }

    pub(super) fn of(&self, workspace: &WorkspaceId) -> Cow<'_, Since> {
        self.since.get(workspace).map_or_else(Cow::default, Cow::Borrowed)
    }
}
