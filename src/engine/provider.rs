//! A platform that can be looked at and acted on.

use crate::{
    model::{MemberId, ProgramId, Revision, Seen},
    plan::{Capabilities, Step},
};
use std::{fmt, future::Future, time::Duration};

/// One workspace of a platform.
///
/// # Guarantees
/// - `observe` never writes, and says so when it could not read everything.
/// - `execute` under the same key, however often, has the effect of doing it once.
/// - `execute` answers [`ProviderError::Stale`] when the object is not as [`Step::against`] says.
///
/// # Assumptions
/// - Steps on different subjects may be executed concurrently and in any order.
/// - Steps that only the ledger hears of (`Adopt…`) are never executed, and no step names a
///   program that does not exist yet.
pub trait Provider: Sync {
    fn capabilities(&self) -> Capabilities;

    fn observe(&self) -> impl Future<Output = Result<Seen, ProviderError>> + Send;

    fn execute(
        &self,
        step: &Step,
        key: &IdempotencyKey,
    ) -> impl Future<Output = Result<Receipt, ProviderError>> + Send;
}

/// Names one intent: the same after a lost answer and after a crash, and never used again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// `text`: whatever no other request ever had.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the platform answers to an accepted action: what the object is after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    Program { id: ProgramId, revision: Revision },
    Member { id: MemberId, revision: Revision },
    Gone,
}

impl Receipt {
    pub fn revision(&self) -> Option<&Revision> {
        match self {
            Self::Program { revision, .. } | Self::Member { revision, .. } => Some(revision),
            Self::Gone => None,
        }
    }
}

/// Why the platform did not do it, in the platform's own words where there are some.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    #[error("it has changed since it was planned")]
    Stale,
    #[error("{0}")]
    Refused(Refusal),
    /// No permission, or no such credential.
    #[error("{0}")]
    Denied(String),
    /// Our credential is not accepted: nothing else that we ask for will be done either.
    #[error("{0}")]
    Barred(String),
    #[error("the platform asked us to slow down")]
    Limited { retry_after: Option<Duration> },
    /// The request may or may not have arrived.
    #[error("{0}")]
    Unreachable(Outage),
    /// What came back makes no sense; the request may have had its effect.
    #[error("{0}")]
    Garbled(String),
    /// It never left this machine.
    #[error("{0}")]
    Local(String),
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

/// No answer, or one that only says to come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    pub why: String,
    pub retry_after: Option<Duration>,
}

impl<T: Into<String>> From<T> for Outage {
    fn from(why: T) -> Self {
        Self { why: why.into(), retry_after: None }
    }
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl ProviderError {
    /// The platform's own word on when to come back.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Limited { retry_after } => *retry_after,
            Self::Unreachable(outage) => outage.retry_after,
            Self::Stale
            | Self::Refused(_)
            | Self::Denied(_)
            | Self::Barred(_)
            | Self::Garbled(_)
            | Self::Local(_) => None,
        }
    }

    /// Whether doing it again, later and under the same key, may help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Limited { .. } | Self::Unreachable(_) => true,
            Self::Stale
            | Self::Refused(_)
            | Self::Denied(_)
            | Self::Barred(_)
            | Self::Garbled(_)
            | Self::Local(_) => false,
        }
    }

    /// As the answer to a request of which an earlier try may have been carried out: who did not
    /// even look at this one says nothing of that one.
    pub(super) fn after_a_lost_try(self) -> Self {
        match self {
            Self::Limited { .. } | Self::Denied(_) | Self::Barred(_) | Self::Local(_) => {
                let told = format!("{self}; whether an earlier try was carried out is not known");
                Self::Unreachable(told.into())
            }
            Self::Stale | Self::Refused(_) | Self::Unreachable(_) | Self::Garbled(_) => self,
        }
    }

    /// Whether we know that it had no effect.
    pub fn is_certain(&self) -> bool {
        match self {
            Self::Stale
            | Self::Refused(_)
            | Self::Denied(_)
            | Self::Barred(_)
            | Self::Limited { .. }
            | Self::Local(_) => true,
            Self::Unreachable(_) | Self::Garbled(_) => false,
        }
    }
}
