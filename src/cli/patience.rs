//! Waiting for a lock that another run holds, for as long as was said.

use super::{Site, show};
use crate::{engine::clock, report};
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Between two looks at a lock.
const PAUSE: Duration = Duration::from_millis(250);

pub(super) struct Patience<'a> {
    pub(super) site: Site<'a>,
    /// For us, and for people; `None`: nobody waits.
    until: Option<(Instant, Timestamp)>,
    /// Who it was told is waited for.
    told: String,
}

impl<'a> Patience<'a> {
    pub(super) fn new(length: Option<Duration>, site: Site<'a>) -> Self {
        let until = length.map(|length| {
            let told = clock::now().checked_add(length).unwrap_or(Timestamp::MAX);
            (Instant::now() + length, told)
        });
        Self { site, until, told: String::new() }
    }

    pub(super) fn lasts(&self) -> bool {
        self.until.is_some_and(|(until, _)| Instant::now() < until)
    }

    /// Waits a little, and says once for whom.
    pub(super) async fn pass(&mut self, who: &str, why: &str) {
        let Some((until, told)) = self.until else { return };
        if self.told != who {
            who.clone_into(&mut self.told);
            show::aside(self.site, &report::human::awaited_lock(why, told));
        }
        sleep(PAUSE.min(until.saturating_duration_since(Instant::now()))).await;
    }
}
