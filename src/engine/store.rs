//! Where we remember between runs.

use crate::{
    engine::{IdempotencyKey, Receipt},
    model::{Memory, WorkspaceId},
    plan::Step,
};

/// # Guarantees
/// - What was recorded is durable when the call returns.
/// - A recorded receipt and the memory it changes appear together or not at all.
pub trait Store: Send + Sync {
    fn load(&self, workspace: &WorkspaceId) -> Result<Memory, StoreError>;

    /// Records what is about to be asked, before it is asked. An intent without an outcome keeps
    /// its key, so that a run after a crash asks under the same one.
    fn intend(&self, workspace: &WorkspaceId, step: &Step) -> Result<Intent, StoreError>;

    /// Records that the platform did it, and what is to be remembered of it.
    fn done(&self, intent: &Intent, step: &Step, receipt: &Receipt) -> Result<(), StoreError>;

    /// Records that it was certainly not done.
    fn not_done(&self, intent: &Intent, why: &str) -> Result<(), StoreError>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub workspace: WorkspaceId,
    pub sequence: i64,
    pub key: IdempotencyKey,
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot use the ledger {path}: {why}")]
    Ledger { path: String, why: String },
}
