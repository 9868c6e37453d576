//! A wish to stop, seen by everything that is under way.

use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// What is in flight is finished and recorded; nothing new is begun.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    pub async fn asked(&self) {
        // The sender lives as long as `self`, so that waiting cannot fail.
        self.0.subscribe().wait_for(|asked| *asked).await.map(drop).unwrap_or_default();
    }

    /// Ends early when a stop is asked for.
    pub fn sleep(&self, pause: Duration) -> impl Future<Output = ()> + use<> {
        let stop = self.clone();
        async move {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.asked() => {}
            }
        }
    }
}
