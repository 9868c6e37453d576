//! Who may write: a lease on a workspace that its holder renews, and that ends by itself when the
//! holder dies. A fence, which grows with each lease, keeps out whoever lost theirs and does not
//! know yet.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a lease lasts that nobody renews.
pub(super) const LENGTH: SignedDuration = SignedDuration::from_secs(30);

/// The run that holds a lease, for people who wait for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Holder {
    pub run: String,
    pub who: String,
    pub since: Timestamp,
    /// What only one living process at a time can hold: the lock of one folder on one machine. A
    /// holder that gives the same is dead.
    pub den: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub holder: Holder,
    pub fence: u64,
    pub expires: Timestamp,
}

impl Lease {
    /// With its end by another clock, which shows `here` when the one it goes by shows `there`.
    #[cfg(feature = "postgres")]
    pub(super) fn told_by(self, here: Timestamp, there: Timestamp) -> Self {
        let left = self.expires.duration_since(there);
        Self { expires: here.saturating_add(left).unwrap_or(Timestamp::MAX), ..self }
    }

    pub fn yields_to(&self, other: &Holder, now: Timestamp) -> bool {
        self.expires <= now || self.holder.den == other.den
    }
}
