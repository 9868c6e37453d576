//! No ledger at all: what an apply costs without.

use minisync::{
    engine::{Applied, Ending, Found, IdempotencyKey, Intent, Store, StoreError},
    model::{Digest, WorkspaceId},
    plan::{Plan, Step},
};

pub(crate) struct Forgetful;

impl Store for Forgetful {
    fn is_held(&self) -> bool {
        true
    }

    async fn keep(&self, _: &WorkspaceId, _: &Found) -> Result<(), StoreError> {
        Ok(())
    }

    async fn begin(&self, _: &WorkspaceId, _: &Plan, _: Option<&Digest>) -> Result<(), StoreError> {
        Ok(())
    }

    async fn intend(&self, _: &WorkspaceId, steps: &[&Step]) -> Result<Vec<Intent>, StoreError> {
        let key = |step: &&Step| IdempotencyKey::new(step.digest().to_string());
        Ok(steps.iter().map(|step| Intent { key: key(step), is_repeated: false }).collect())
    }

    async fn record(&self, _: &WorkspaceId, _: &[Ending<'_>]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn finish(&self, _: &WorkspaceId, _: &Applied) -> Result<(), StoreError> {
        Ok(())
    }
}
