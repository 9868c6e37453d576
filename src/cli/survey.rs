//! Looking at every workspace of a run, side by side.

use super::connect::Connection;
use crate::{
    engine::{Prospect, Provider as _, ProviderError, StoreError, clock, look},
    model::{Completeness, Desired, Email, WorkspaceId},
    plan::{Policy, Rules},
    report::saved::PlanDigest,
};
use futures::{StreamExt as _, stream};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Workspaces that are looked at at any time: a few requests each, and mostly waiting.
pub(super) const CONCURRENT_LOOKS: usize = 16;

/// What could be seen; one workspace that cannot be read does not hide the others.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub prospects: Vec<Prospect>,
    pub failures: BTreeMap<WorkspaceId, Unseen>,
    /// Of all that would be done; `None`: a workspace could not be read.
    pub digest: Option<PlanDigest>,
}

/// Why a workspace could not be looked at.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unseen {
    #[error("cannot use it: {0}; is that its name on the platform, and is our account in it?")]
    Closed(ProviderError),
    #[error(transparent)]
    Observe(#[from] ProviderError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the project and its operator want, beside what the manifests say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Intentions<'a> {
    pub policy: &'a Policy,
    /// People who are to be invited once more.
    pub again: &'a BTreeSet<Email>,
}

impl Survey {
    /// Whether everything could be read.
    pub(super) fn is_whole(&self) -> bool {
        self.gap().is_none()
    }

    /// A workspace that could not be read, or not whole, and why.
    pub(super) fn gap(&self) -> Option<(&WorkspaceId, String)> {
        let failed = self.failures.iter().next().map(|(id, why)| (id, why.to_string()));
        let is_partial = |it: &&Prospect| it.actual.completeness == Completeness::Partial;
        let partial = || {
            let why = "what was read of it is not whole; somebody may be changing it".to_owned();
            Some((&self.prospects.iter().find(is_partial)?.workspace, why))
        };
        failed.or_else(partial)
    }

    pub(super) fn n_steps(&self) -> usize {
        self.prospects.iter().map(|prospect| prospect.plan.steps.len()).sum()
    }

    /// The time of the latest reading, by the platform's clock where it tells.
    pub(super) fn now(&self) -> Timestamp {
        self.prospects.iter().map(|prospect| prospect.now).max().unwrap_or_else(clock::now)
    }

    pub(super) fn workspaces(&self) -> impl Iterator<Item = &WorkspaceId> {
        self.prospects.iter().map(|prospect| &prospect.workspace).chain(self.failures.keys())
    }
}

/// In the order of the workspaces' names.
pub(super) async fn survey(
    desired: &BTreeMap<WorkspaceId, Desired>,
    connection: &Connection,
    intentions: Intentions<'_>,
) -> Survey {
    let results: Vec<_> = stream::iter(desired)
        .map(|(workspace, desired)| async move {
            (workspace, looked(workspace, desired, connection, intentions).await)
        })
        .buffered(CONCURRENT_LOOKS)
        .collect()
        .await;
    let mut survey = Survey::default();
    for (workspace, result) in results {
        match result {
            Ok(prospect) => survey.prospects.push(prospect),
            Err(failure) => {
                survey.failures.insert(workspace.clone(), failure);
            }
        }
    }
    survey
}

async fn looked(
    workspace: &WorkspaceId,
    desired: &Desired,
    connection: &Connection,
    intentions: Intentions<'_>,
) -> Result<Prospect, Unseen> {
    if let Some(why) = connection.refusal(workspace) {
        return Err(Unseen::Closed(why.clone()));
    }
    let provider = connection.provider(workspace);
    let rules = Rules {
        capabilities: provider.capabilities(),
        policy: intentions.policy.clone(),
        protected: connection.protected(workspace),
        again: intentions.again.clone(),
        now: clock::now(),
        // The clock of a sandbox on this machine is there to be moved.
        own: (!connection.is_near()).then(clock::now),
    };
    let memory = connection.ledger.load(workspace).await?;
    Ok(look(workspace, desired, provider, &memory, &rules).await?)
}
