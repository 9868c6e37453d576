//! Where we remember between runs.

use crate::{
    engine::{Applied, IdempotencyKey, ProviderError, Receipt},
    model::{Digest, Email, Fields, Reading, RosterName, Subject, WorkspaceId},
    plan::{Plan, Step},
};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
};

/// The ledger, locked: whoever holds it is the only one who writes of these workspaces.
///
/// # Guarantees
/// - What was recorded is durable when the answer is there.
/// - A record and the memory it changes appear together or not at all.
/// - An intent without a certain ending keeps its key: when the same step is intended again, it
///   is asked under the same one.
/// - When the lock was lost to somebody else, nothing is written any more.
pub trait Store: Sync {
    /// Whether the lock is ours at this moment, as far as can be told without asking.
    fn is_held(&self) -> bool;

    /// After a whole reading: forgets the people of a workspace but these, and what was asked of
    /// others without an answer. Whoever went, or was removed by hand, and is asked in again by
    /// hand, is not ours any more; who is there after an answer was lost is.
    fn keep(
        &self,
        workspace: &WorkspaceId,
        found: &Found,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Before the first step of a plan. `whole`: the digest of what it is a part of.
    fn begin(
        &self,
        workspace: &WorkspaceId,
        plan: &Plan,
        whole: Option<&Digest>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Records what is about to be asked, before it is asked; one intent a step.
    fn intend(
        &self,
        workspace: &WorkspaceId,
        steps: &[&Step],
    ) -> impl Future<Output = Result<Vec<Intent>, StoreError>> + Send;

    /// Records how it ended, and what is to be remembered of it.
    fn record(
        &self,
        workspace: &WorkspaceId,
        endings: &[Ending<'_>],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// After the last step.
    fn finish(
        &self,
        workspace: &WorkspaceId,
        applied: &Applied,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// What a whole reading of a workspace says to the memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub reading: Reading,
    /// Everybody of whom something is left, with the wish that invitations are counted for, and
    /// anew when it is another; `None`: there is nothing to count.
    pub people: BTreeMap<Email, Option<Digest>>,
    /// What we manage, as it is.
    pub sightings: BTreeMap<Subject, Fields>,
    /// Of it, and of what is gone, what somebody has changed and a step is to undo, with when it was
    /// last as we remember it: that stays remembered until it is undone.
    pub drifted: BTreeMap<Subject, Timestamp>,
    /// What was asked without an answer, and is to be asked again: under the same key.
    pub asked_again: BTreeSet<Subject>,
    /// The rosters that the next plan is held against.
    pub rosters: BTreeSet<RosterName>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
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
#[error("cannot use the ledger {ledger}: {why}")]
pub struct StoreError {
    /// Where it is kept; without a password.
    pub ledger: String,
    pub why: String,
}
