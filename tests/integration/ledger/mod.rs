//! The ledger: one suite for every place it can be kept in.

mod chain;
mod conformance;
mod export;
mod migration;
#[cfg(all(unix, feature = "postgres"))]
mod postgres;
#[cfg(all(unix, feature = "postgres"))]
mod races;
#[cfg(all(unix, feature = "postgres"))]
mod road;
#[cfg(all(unix, feature = "postgres"))]
pub(crate) mod server;
mod sqlite;

use jiff::Timestamp;
use minisync::ledger::{Clock, Ledger, Run};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// A place to keep ledgers in, empty at first.
pub(crate) trait Keep {
    /// Another process would get the same.
    async fn ledger(&self, platform: &str, clock: Clock) -> Ledger;

    /// Changes what is kept behind the ledger's back.
    async fn tamper(&self, sql: &str);
}

pub(crate) fn run(id: &str) -> Run {
    Run {
        id: id.to_owned(),
        who: format!("{id}@example"),
        commit: None,
        saved: None,
        den: id.to_owned(),
    }
}

/// In a file, at a time that stands still.
pub(crate) fn open(path: &Path, platform: &str) -> Ledger {
    Ledger::open(path, platform, &path.display().to_string(), Hands::default().clock()).unwrap()
}

/// A clock that only tests move.
#[derive(Clone, Default)]
pub(crate) struct Hands(Arc<AtomicI64>);

impl Hands {
    pub(crate) fn clock(&self) -> Clock {
        let seconds = self.0.clone();
        let start: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        Arc::new(move || start + jiff::SignedDuration::from_secs(seconds.load(Ordering::SeqCst)))
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}
