//! Delivers what has been written down, in the background.

use super::{
    Delivery, Letterhead, SmtpError, folder,
    handover::Line,
    smtp::{self, Post},
};
use crate::sandbox::{Clock, store::Store};
use futures::{StreamExt as _, future, stream};
use jiff::Timestamp;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::watch;

/// Before trying again where even our own data cannot be read or written.
const BREATH: Duration = Duration::from_secs(1);
/// Nobody tells us when the machine's clock is set, so we look now and then.
const LONGEST_NAP: Duration = Duration::from_mins(5);
/// How many mails are recorded together.
const SETTLED_TOGETHER: usize = 32;
/// Whom mails in a folder are from: nobody answers them there.
const NOBODY: &str = "minisync <invitations@sandbox.invalid>";

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

/// How a mailer's work comes to its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sandbox) enum Closing {
    #[default]
    Open,
    /// What is due still goes out.
    Soon,
    /// What has been begun is finished: a mail is never cut off between the server's yes and our
    /// recording it.
    Now,
}

/// Whoever owns it runs it, and joins it after the stop.
pub(in crate::sandbox) struct Mailer {
    pub(in crate::sandbox) store: Arc<Store>,
    pub(in crate::sandbox) carrier: Carrier,
    pub(in crate::sandbox) clock: Clock,
    pub(in crate::sandbox) closing: watch::Receiver<Closing>,
}

impl Carrier {
    pub(in crate::sandbox) fn new(delivery: &Delivery) -> Result<Self, SmtpError> {
        Ok(match delivery {
            Delivery::Folder(path) => Self::Folder(path.clone()),
            Delivery::Smtp(smtp) => Self::Smtp(Post::new(smtp)?),
        })
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
    /// Runs until it is told to stop, and then until nothing is due any more, or no time is left.
    pub(in crate::sandbox) async fn run(self) {
        while !self.has_come_to(Closing::Now) {
            let nap = match self.store.due().await {
                Ok(due) if due.parcels.is_empty() => self.nap(due.next),
                // What was not recorded is delivered again, under the same Message-ID.
                Ok(due) => {
                    if self.deliver(due.parcels).await {
                        continue;
                    }
                    BREATH
                }
                Err(_) => BREATH,
            };
            if self.has_come_to(Closing::Soon) {
                return;
            }
            tokio::select! {
                () = self.store.new_mail() => {}
                () = tokio::time::sleep(nap) => {}
                () = self.come_to(Closing::Soon) => {}
            }
        }
    }

    fn has_come_to(&self, closing: Closing) -> bool {
        // Also when whoever could have told us is gone.
        self.closing.has_changed().is_err() || *self.closing.borrow() >= closing
    }

    async fn come_to(&self, closing: Closing) {
        drop(self.closing.clone().wait_for(|now| *now >= closing).await);
    }

    /// Whether what became of them could be recorded.
    async fn deliver(&self, parcels: Vec<Parcel>) -> bool {
        match &self.carrier {
            Carrier::Folder(path) => {
                let path = path.clone();
                let fates = tokio::task::spawn_blocking(move || folder::deliver(&path, &parcels));
                let fates = fates.await.expect("delivering to a folder does not panic");
                self.store.settle(fates).await.is_ok()
            }
            Carrier::Smtp(post) => {
                let is_recorded = self.send(post, parcels).await;
                post.hang_up().await;
                is_recorded
            }
        }
    }

    /// After the server has gone, the rest need not find out each by itself.
    async fn send(&self, post: &Post, parcels: Vec<Parcel>) -> bool {
        match self.line(post).await {
            None => return true,
            Some(Ok(line)) => post.keep(line),
            Some(Err(why)) => {
                let later = |parcel: &Parcel| (parcel.id, Fate::Later(why.clone()));
                return self.store.settle(parcels.iter().map(later).collect()).await.is_ok();
            }
        }
        let sent = stream::iter(parcels)
            .map(async |parcel| {
                Some(match self.line(post).await? {
                    Ok(line) => (parcel.id, post.send(line, &parcel).await),
                    Err(why) => (parcel.id, Fate::Later(why)),
                })
            })
            .buffer_unordered(smtp::CONNECTIONS)
            .filter_map(future::ready)
            .ready_chunks(SETTLED_TOGETHER);
        let mut sent = std::pin::pin!(sent);
        let mut is_recorded = true;
        while let Some(fates) = sent.next().await {
            is_recorded &= self.store.settle(fates).await.is_ok();
        }
        is_recorded
    }

    /// `None`: no new mail is to be begun.
    async fn line(&self, post: &Post) -> Option<Result<Line, String>> {
        tokio::select! {
            biased;
            () = self.come_to(Closing::Now) => None,
            line = post.line() => Some(line),
        }
    }

    fn nap(&self, next: Option<Timestamp>) -> Duration {
        let left = next.map(|next| next.duration_since((self.clock)()));
        let left = left.and_then(|left| Duration::try_from(left).ok());
        left.unwrap_or(LONGEST_NAP).clamp(Duration::from_millis(10), LONGEST_NAP)
    }
}
