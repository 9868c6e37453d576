//! The ledger as a run meets it: it may die before and after each write, and the disk may be full.

use super::fate::Fate;
use minisync::{
    engine::{Applied, Ending, Found, Intent, Store, StoreError},
    model::{Digest, WorkspaceId},
    plan::{Plan, Step},
};

pub(super) struct Mortal<'a, S> {
    pub(super) store: S,
    pub(super) fate: &'a Fate,
}

impl<S: Store> Mortal<'_, S> {
    async fn write<T>(
        &self,
        write: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        self.fate.moment().await;
        let n = self.fate.write();
        if self.fate.weather.full_from.is_some_and(|from| n >= from) {
            self.fate.tell("    the disk is full".to_owned());
            return Err(StoreError { ledger: "it".to_owned(), why: "the disk is full".to_owned() });
        }
        let result = write.await;
        if let Err(error) = &result {
            self.fate.tell(format!("    {error}"));
        }
        self.fate.moment().await;
        result
    }
}

impl<S: Store> Store for Mortal<'_, S> {
    fn is_held(&self) -> bool {
        self.store.is_held()
    }

    async fn keep(&self, workspace: &WorkspaceId, found: &Found) -> Result<(), StoreError> {
        self.write(self.store.keep(workspace, found)).await
    }

    async fn begin(
        &self,
        workspace: &WorkspaceId,
        plan: &Plan,
        whole: Option<&Digest>,
    ) -> Result<(), StoreError> {
        self.write(self.store.begin(workspace, plan, whole)).await
    }

    async fn intend(
        &self,
        workspace: &WorkspaceId,
        steps: &[&Step],
    ) -> Result<Vec<Intent>, StoreError> {
        self.write(self.store.intend(workspace, steps)).await
    }

    async fn record(
        &self,
        workspace: &WorkspaceId,
        endings: &[Ending<'_>],
    ) -> Result<(), StoreError> {
        self.write(self.store.record(workspace, endings)).await
    }

    async fn finish(&self, workspace: &WorkspaceId, applied: &Applied) -> Result<(), StoreError> {
        self.write(self.store.finish(workspace, applied)).await
    }
}
