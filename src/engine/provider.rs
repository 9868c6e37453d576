//! A platform that can be looked at and acted on.

use crate::{
    model::{MemberId, ProgramId, Seen},
    plan::{Capabilities, Step},
};
use std::{collections::BTreeMap, fmt, future::Future, time::Duration};

/// One workspace of a platform.
///
/// # Guarantees
/// - `observe` never writes, and says so when it could not read everything.
/// - `execute` under the same key, however often, has the effect of doing it once.
/// - `execute` refuses with [`ProviderError::Stale`] when the object is not as
///   [`Step::against`] says.
///
/// # Assumptions
/// - Steps of one phase may be executed concurrently and in any order.
pub trait Provider: Sync {
    fn capabilities(&self) -> Capabilities;

    fn observe(&self) -> impl Future<Output = Result<Seen, ProviderError>> + Send;

    /// `created` holds the programs that earlier steps of the same plan have created.
    fn execute(
        &self,
        step: &Step,
        created: &BTreeMap<crate::model::ProgramKey, ProgramId>,
        key: &IdempotencyKey,
    ) -> impl Future<Output = Result<Receipt, ProviderError>> + Send;
}

/// Derived from workspace, object and intent; the same intent has the same key after a crash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdempotencyKey(pub String);

/// What the platform answers to an accepted action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// Done, and there is nothing to remember.
    Done,
    ProgramCreated(ProgramId),
    Invited(MemberId),
}

/// Why the platform did not do it, in the platform's own words where there are some.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    #[error("{0} has changed since it was planned")]
    Stale(String),
    #[error("{0}")]
    Refused(Refusal),
    /// No permission, or no such credential.
    #[error("{0}")]
    Denied(String),
    #[error("the platform asked us to slow down")]
    Limited { retry_after: Option<Duration> },
    /// The request may or may not have arrived.
    #[error("{0}")]
    Unreachable(String),
    /// What came back makes no sense.
    #[error("{0}")]
    Garbled(String),
}

/// A platform's no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The platform's code for the rule.
    pub rule: String,
    /// The field the rule is about, where there is one.
    pub field: Option<String>,
    pub detail: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.detail, self.rule)
    }
}

impl ProviderError {
    /// Whether doing it again, later and under the same key, may help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Limited { .. } | Self::Unreachable(_) => true,
            Self::Stale(_) | Self::Refused(_) | Self::Denied(_) | Self::Garbled(_) => false,
        }
    }
}
