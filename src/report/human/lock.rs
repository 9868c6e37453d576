//! Who holds a lock.

use crate::{
    ledger::Lease,
    report::{visible::visible, wording::time},
};
use jiff::Timestamp;

/// `lin@machine, 2 minutes ago; its lock ends in 20 s unless it is renewed`.
pub fn holder(lease: &Lease, now: Timestamp) -> String {
    let who = visible(&lease.holder.who);
    let since = time::ago(lease.holder.since, now);
    let left = lease.expires.duration_since(now).as_secs().max(0);
    format!("{who}, {since}; its lock ends in {left} s unless it is renewed")
}

/// `Waiting until 14:05:30 UTC at most: another run is at work …`
pub fn awaited_lock(why: &str, until: Timestamp) -> String {
    format!("Waiting until {} UTC at most: {why}", until.strftime("%H:%M:%S"))
}
