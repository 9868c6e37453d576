//! What an apply tells while it runs, and what became of it.

use super::{ProviderError, StoreError};
use crate::{model::Subject, plan::Phase};
use std::time::Duration;

/// `step` is an index into the plan's steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    PhaseStarted { phase: Phase, n_steps: usize },
    StepStarted { step: usize },
    Retrying { step: usize, after: Duration, why: String },
    StepEnded { step: usize, outcome: Outcome },
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The object changed after it was planned against.
    Stale,
    Failed(ProviderError),
    /// Something it needs was not done.
    Blocked {
        by: Subject,
    },
    /// The run was interrupted before its turn came.
    NotStarted,
}

/// What became of each step of a plan, in the plan's order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Applied {
    pub outcomes: Vec<Outcome>,
}

/// The ledger failed in the middle. What was asked and not recorded keeps its key, so that the next
/// run does nothing twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct ApplyError {
    pub applied: Applied,
    pub why: StoreError,
}

impl Applied {
    pub fn n_done(&self) -> usize {
        self.outcomes.iter().filter(|outcome| **outcome == Outcome::Done).count()
    }

    pub fn is_complete(&self) -> bool {
        self.n_done() == self.outcomes.len()
    }
}
