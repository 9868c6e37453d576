//! Where we remember between runs.

use crate::{
    engine::{IdempotencyKey, ProviderError, Receipt},
    model::{Digest, Email, Memory, WorkspaceId},
    plan::Step,
};
use std::collections::BTreeMap;

/// # Guarantees
/// - What was recorded is durable when the call returns.
/// - A recorded receipt and the memory it changes appear together or not at all.
/// - An intent without a certain ending keeps its key: when the same step is intended again, it
///   is asked under the same one.
pub trait Store: Send + Sync {
    fn load(&self, workspace: &WorkspaceId) -> Result<Memory, StoreError>;

    /// After a whole reading: forgets the people of a workspace but these, and what was asked of
    /// others without an answer. Whoever went, or was removed by hand, and is asked in again by
    /// hand, is not ours any more; who is there after an answer was lost is. Invitations are counted
    /// for the wish that is given, and anew when it is another; `None`: there is nothing to count.
    fn keep(
        &self,
        workspace: &WorkspaceId,
        people: &BTreeMap<Email, Option<Digest>>,
    ) -> Result<(), StoreError>;

    /// Records what is about to be asked, before it is asked; one intent a step.
    fn intend(&self, workspace: &WorkspaceId, steps: &[&Step]) -> Result<Vec<Intent>, StoreError>;

    /// Records how it ended, and what is to be remembered of it.
    fn record(&self, endings: &[Ending<'_>]) -> Result<(), StoreError>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    pub workspace: WorkspaceId,
    /// Grows with every intent; opaque otherwise.
    pub sequence: i64,
    pub key: IdempotencyKey,
    /// It was asked before, and it is not known how that ended.
    pub is_repeated: bool,
}

#[derive(Debug, Clone)]
pub struct Ending<'a> {
    pub intent: &'a Intent,
    pub step: &'a Step,
    /// `None`: the run was stopped before it was asked.
    pub result: Option<&'a Result<Receipt, ProviderError>>,
}

/// The ledger could not be read or written. Nothing is asked of a platform without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot use the ledger {path}: {why}")]
pub struct StoreError {
    pub path: String,
    pub why: String,
}
