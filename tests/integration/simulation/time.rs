//! One time for everybody, though each run is a process with a clock of its own: it passes while
//! somebody waits, and nobody waits for it.

use jiff::{SignedDuration, Timestamp};
use minisync::ledger::Clock;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    runtime::{Builder, Runtime},
    time::Instant,
};

#[derive(Debug, Clone)]
pub(super) struct Time(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    now: Timestamp,
    /// The clock of the process that is running, when it began to.
    running_since: Option<Instant>,
}

/// A process: what is spawned in it dies with it.
#[derive(Debug)]
pub(super) struct Process {
    runtime: Runtime,
    time: Time,
    /// When it was last awake.
    awake: Timestamp,
}

impl Time {
    pub(super) fn new() -> Self {
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        Self(Arc::new(Mutex::new(Inner { now, running_since: None })))
    }

    pub(super) fn now(&self) -> Timestamp {
        let inner = self.0.lock().unwrap();
        inner.now + inner.running_since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    pub(super) fn pass(&self, duration: SignedDuration) {
        self.0.lock().unwrap().now += duration;
    }

    pub(super) fn clock(&self) -> Clock {
        let time = self.clone();
        Arc::new(move || time.now())
    }

    pub(super) fn process(&self) -> Process {
        let mut builder = Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build().unwrap();
        Process { runtime, time: self.clone(), awake: self.now() }
    }
}

impl Process {
    /// Runs it for as long as `work` takes. What passed while it was asleep has passed for it, too.
    pub(super) fn run<T>(&mut self, work: impl Future<Output = T>) -> T {
        let slept = self.time.now().duration_since(self.awake).unsigned_abs();
        let time = self.time.clone();
        let result = self.runtime.block_on(async {
            if slept > Duration::ZERO {
                tokio::time::advance(slept).await;
            }
            let began = Instant::now();
            time.0.lock().unwrap().running_since = Some(began);
            let result = work.await;
            let mut inner = time.0.lock().unwrap();
            inner.running_since = None;
            inner.now += began.elapsed();
            result
        });
        self.awake = self.time.now();
        result
    }
}
