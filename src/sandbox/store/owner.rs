//! The thread that owns the world.

use super::{Shared, desk::Desk};
use crate::sandbox::Clock;
use std::{
    fs::File,
    sync::{Arc, PoisonError, atomic::Ordering},
};
use tokio::sync::mpsc::UnboundedReceiver;

/// What is committed together at most: enough to hide a disk's slowness, and few enough that
/// nobody waits long for the others.
const MAX_BATCH: usize = 512;

pub(super) enum Message {
    Job(Job),
    Close,
}

/// Does its work and says how to tell; dropped unanswered when the work was in vain.
pub(super) type Job = Box<dyn FnOnce(&mut Desk) -> rusqlite::Result<Telling> + Send>;
pub(super) type Telling = Box<dyn FnOnce() + Send>;

pub(super) struct Owner {
    desk: Desk,
    clock: Clock,
    shared: Arc<Shared>,
    /// The world in memory is not the one on the disk.
    is_stale: bool,
    /// Let go of last.
    _lock: Option<File>,
}

impl Owner {
    pub(super) fn new(desk: Desk, clock: Clock, shared: Arc<Shared>) -> Self {
        Self { desk, clock, shared, is_stale: false, _lock: None }
    }

    pub(super) fn holding(self, lock: Option<File>) -> Self {
        Self { _lock: lock, ..self }
    }

    pub(super) fn run(mut self, mut receiver: UnboundedReceiver<Message>) {
        while let Some(Message::Job(first)) = receiver.blocking_recv() {
            let mut batch = vec![first];
            let mut is_closing = false;
            while batch.len() < MAX_BATCH && !is_closing {
                match receiver.try_recv() {
                    Ok(Message::Job(job)) => batch.push(job),
                    Ok(Message::Close) => is_closing = true,
                    Err(_) => break,
                }
            }
            self.serve(batch);
            if is_closing {
                break;
            }
        }
        self.report("the sandbox has stopped");
    }

    fn serve(&mut self, batch: Vec<Job>) {
        if let Err(why) = self.freshen() {
            return self.report(&why);
        }
        self.desk.now = (self.clock)();
        match self.work(batch) {
            Ok((tellings, has_changed)) => {
                self.publish(has_changed);
                for tell in tellings {
                    tell();
                }
            }
            Err(why) => {
                self.is_stale = true;
                self.report(&format!("could not write it down: {why}"));
            }
        }
    }

    /// Before anybody is told, so that whoever is told finds it so.
    fn publish(&mut self, has_changed: bool) {
        let Shared { tokens, trouble: _, ahead, changed, n_sent: _, mail, has_mishaps } =
            &*self.shared;
        let mut tokens = tokens.write().unwrap_or_else(PoisonError::into_inner);
        tokens.append(&mut self.desk.tokens);
        drop(tokens);
        let moved = self.desk.ahead.take();
        if let Some(millis) = moved {
            ahead.store(millis, Ordering::SeqCst);
        }
        has_mishaps.store(!self.desk.mishaps.0.is_empty(), Ordering::SeqCst);
        if std::mem::take(&mut self.desk.has_mail) || moved.is_some() {
            mail.notify_one();
        }
        if has_changed {
            changed.send_modify(|n_commits| *n_commits += 1);
        }
    }

    fn work(&mut self, batch: Vec<Job>) -> rusqlite::Result<(Vec<Telling>, bool)> {
        let tellings = batch
            .into_iter()
            .map(|job| job(&mut self.desk))
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let has_changed = self.desk.commit()?;
        Ok((tellings, has_changed))
    }

    fn freshen(&mut self) -> Result<(), String> {
        if self.is_stale {
            self.desk.reload()?;
            self.is_stale = false;
        }
        Ok(())
    }

    fn report(&self, why: &str) {
        why.clone_into(&mut self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
