//! Looking: observe one workspace, tell who is who, and plan. Nothing here can write.

use super::{Provider, ProviderError, Store, StoreError};
use crate::{
    model::{Actual, Completeness, Desired, WorkspaceId},
    plan::{self, Plan, Rules},
};

/// One workspace as it was found, and what follows from it.
#[derive(Debug, Clone)]
pub struct Prospect {
    pub workspace: WorkspaceId,
    pub actual: Actual,
    pub plan: Plan,
}

/// Why a workspace could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PassError {
    #[error(transparent)]
    Observe(#[from] ProviderError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Prospect {
    /// Before anything is done: brings what is remembered in line with a whole reading.
    pub fn settle(&self, store: &dyn Store) -> Result<(), StoreError> {
        match self.actual.completeness {
            Completeness::Whole => {
                store.keep(&self.workspace, &self.actual.members.keys().cloned().collect())
            }
            Completeness::Partial => Ok(()),
        }
    }
}

/// `rules.capabilities` are the provider's.
pub async fn look<P: Provider>(
    workspace: &WorkspaceId,
    desired: &Desired,
    provider: &P,
    store: &dyn Store,
    rules: &Rules,
) -> Result<Prospect, PassError> {
    let memory = store.load(workspace)?;
    let seen = provider.observe().await?;
    let (actual, mut notes) = plan::recognise(&seen, desired, &memory);
    let mut plan = plan::plan(desired, &actual, rules);
    plan.notes.append(&mut notes);
    plan.notes.sort();
    Ok(Prospect { workspace: workspace.clone(), actual, plan })
}
