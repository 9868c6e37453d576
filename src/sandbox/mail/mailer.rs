//! Delivers what has been written down, in the background.

use super::{
    Delivery, Letterhead, SmtpError, folder,
    smtp::{self, Post},
};
use crate::sandbox::{Clock, store::Store};
use futures::{StreamExt as _, stream};
use jiff::Timestamp;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// Before trying again where even our own data cannot be read or written.
const BREATH: Duration = Duration::from_secs(1);
/// Nobody tells us when the machine's clock is set, so we look now and then.
const LONGEST_NAP: Duration = Duration::from_mins(5);
/// How many mails are recorded together.
const SETTLED_TOGETHER: usize = 32;
/// Whom mails are from where nobody is named.
pub const NOBODY: &str = "minisync <invitations@sandbox.invalid>";

/// A message and whom it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Parcel {
    pub(in crate::sandbox) id: i64,
    pub(in crate::sandbox) recipient: String,
    pub(in crate::sandbox) message_id: String,
    pub(in crate::sandbox) bytes: Vec<u8>,
}

/// What became of a parcel; the texts are for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) enum Fate {
    Sent,
    Later(String),
    Never(String),
}

/// Takes parcels to where they go.
#[derive(Debug)]
pub(in crate::sandbox) enum Carrier {
    Folder(PathBuf),
    Smtp(Post),
}

/// Whoever owns it runs it, and joins it after the stop.
pub(in crate::sandbox) struct Mailer {
    pub(in crate::sandbox) store: Arc<Store>,
    pub(in crate::sandbox) carrier: Carrier,
    pub(in crate::sandbox) clock: Clock,
}

impl Carrier {
    pub(in crate::sandbox) fn new(delivery: &Delivery) -> Result<Self, SmtpError> {
        Ok(match delivery {
            Delivery::Folder(path) => Self::Folder(path.clone()),
            Delivery::Smtp(smtp) => Self::Smtp(Post::new(smtp)?),
        })
    }

    /// Whether what became of them could be recorded.
    async fn deliver(&self, parcels: Vec<Parcel>, store: &Store) -> bool {
        match self {
            Self::Folder(path) => {
                let path = path.clone();
                let fates = tokio::task::spawn_blocking(move || folder::deliver(&path, &parcels));
                let fates = fates.await.expect("delivering to a folder does not panic");
                store.settle(fates).await.is_ok()
            }
            Self::Smtp(post) => send(post, parcels, store).await,
        }
    }
}

impl Delivery {
    pub(in crate::sandbox) fn letterhead(&self, url: &str) -> Result<Letterhead, SmtpError> {
        Ok(match self {
            Self::Folder(_) => {
                Letterhead::new(NOBODY.parse().expect("this is an address"), url).readable()
            }
            Self::Smtp(smtp) => Letterhead::new(smtp::sender(smtp)?, url),
        })
    }
}

impl Mailer {
    /// Runs until it is told to stop, and then until nothing is due any more.
    pub(in crate::sandbox) async fn run(self, mut stopped: oneshot::Receiver<()>) {
        let mut is_stopping = false;
        loop {
            let nap = match self.store.due().await {
                Ok(due) if due.parcels.is_empty() => self.nap(due.next),
                // What was not recorded is delivered again, under the same Message-ID.
                Ok(due) => {
                    if self.carrier.deliver(due.parcels, &self.store).await {
                        continue;
                    }
                    BREATH
                }
                Err(_) => BREATH,
            };
            if is_stopping {
                return;
            }
            tokio::select! {
                () = self.store.new_mail() => {}
                () = tokio::time::sleep(nap) => {}
                // Also when whoever could have told us is gone.
                _ = &mut stopped => is_stopping = true,
            }
        }
    }

    fn nap(&self, next: Option<Timestamp>) -> Duration {
        let left = next.map(|next| next.duration_since((self.clock)()));
        let left = left.and_then(|left| Duration::try_from(left).ok());
        left.unwrap_or(LONGEST_NAP).clamp(Duration::from_millis(10), LONGEST_NAP)
    }
}

/// After the server has gone, the rest need not find out each by itself.
async fn send(post: &Post, parcels: Vec<Parcel>, store: &Store) -> bool {
    if let Some(why) = post.trouble().await {
        let later = |parcel: &Parcel| (parcel.id, Fate::Later(why.clone()));
        return store.settle(parcels.iter().map(later).collect()).await.is_ok();
    }
    let lanes = usize::try_from(smtp::CONNECTIONS).unwrap_or(1);
    let sent = stream::iter(parcels)
        .map(async |parcel| (parcel.id, post.send(&parcel).await))
        .buffer_unordered(lanes)
        .ready_chunks(SETTLED_TOGETHER);
    let mut sent = std::pin::pin!(sent);
    let mut is_recorded = true;
    while let Some(fates) = sent.next().await {
        is_recorded &= store.settle(fates).await.is_ok();
    }
    is_recorded
}
