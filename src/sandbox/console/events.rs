//! News for open pages: that something has changed, and nothing about what.

use super::{App, form::Signed};
use crate::sandbox::server::Sandbox;
use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures::{Stream, stream};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::watch;

/// How often a silent stream is looked after.
const PULSE: Duration = Duration::from_secs(15);

/// Ends with the session, and with the server.
pub(super) async fn stream(
    State(sandbox): App,
    who: Signed,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut changed = sandbox.store.changed();
    // Something may have changed since the page was made.
    changed.mark_changed();
    let watch = Watch {
        changed,
        ended: sandbox.sessions.ended(),
        stopped: sandbox.stopped.clone(),
        sandbox,
        who,
    };
    let events =
        stream::unfold(watch, async |mut watch| watch.news().await.map(|event| (Ok(event), watch)));
    Sse::new(events).keep_alive(KeepAlive::new().interval(PULSE))
}

struct Watch {
    changed: watch::Receiver<u64>,
    ended: watch::Receiver<()>,
    stopped: watch::Receiver<()>,
    sandbox: Arc<Sandbox>,
    who: Signed,
}

impl Watch {
    /// `None`: there will be no more.
    async fn news(&mut self) -> Option<Event> {
        loop {
            let event = tokio::select! {
                // Only ever closed.
                _ = self.stopped.changed() => return None,
                changed = self.changed.changed() => {
                    changed.ok()?;
                    let tick = *self.changed.borrow_and_update();
                    Some(Event::default().event("changed").data(tick.to_string()))
                }
                ended = self.ended.changed() => {
                    ended.ok()?;
                    None
                }
                // A session also runs out by itself.
                () = tokio::time::sleep(PULSE) => None,
            };
            let now = (self.sandbox.clock)();
            self.sandbox.sessions.find(&self.who.word, now)?;
            if event.is_some() {
                return event;
            }
        }
    }
}
