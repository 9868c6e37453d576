//! The world, durable.
//!
//! One thread owns the world and the database. It takes whatever requests have come up, works them
//! off in memory, commits once, and only then answers: what was answered is on the disk, and a
//! thousand requests at once do not wait for a thousand disk flushes. Reads go the same way, so
//! nobody is shown what might not last.
//!
//! # Guarantees
//! - An answered write survives `kill -9` and power loss.
//! - When a commit fails, nothing of it happened: the world is read again from the disk, and
//!   everybody in the batch hears *unavailable*.
//! - A write repeated under its key gets the first answer. Only successes are remembered: a
//!   refusal had no effect, and asking again may find things changed.

mod desk;
mod file;
mod load;
mod owner;
mod reply;
mod rows;
#[cfg(test)]
mod tests;

pub(super) use desk::{Fault, NewToken, Once, Write};
pub use file::{Data, OpenError};
pub(super) use reply::Reply;
pub(super) use rows::Rows;

use super::{
    Clock,
    token::{Mint, Token, TokenHash},
    world::World,
};
use crate::model::Email;
use desk::Desk;
use jiff::Timestamp;
use owner::{Message, Owner, Telling};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    thread::JoinHandle,
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};

/// Tokens of people. Only hashes are compared, so how long a look-up takes says nothing about a
/// token.
type Tokens = Arc<RwLock<BTreeMap<TokenHash, Email>>>;

/// A handle on the thread that owns the world.
#[derive(Debug)]
pub(super) struct Store {
    sender: mpsc::UnboundedSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
    tokens: Tokens,
    trouble: Arc<Mutex<String>>,
}

/// Nothing was done, and trying again later may help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unavailable(pub(super) String);

impl Store {
    /// Waits `patience` for another process to let go of the file; blocks meanwhile.
    pub(super) fn open(
        data: &Data,
        patience: Duration,
        operator: &Token,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let file::Opened { connection, path, lock } = file::open(data, patience)?;
        let rows = Rows::new(connection);
        let failed = |error: load::LoadError| file::damaged(&path, &error);
        let world = rows.world().map_err(failed)?;
        let tokens: Tokens = Arc::new(RwLock::new(rows.tokens().map_err(failed)?));
        let mint = Mint { secret: rows.secret().map_err(failed)?, operator: operator.hash() };
        let desk = Desk::new(rows, world, mint);
        let trouble = Arc::default();
        let owner =
            Owner::new(desk, clock, Arc::clone(&tokens), Arc::clone(&trouble)).holding(lock);
        let (sender, receiver) = mpsc::unbounded_channel();
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || owner.run(receiver))
            .map_err(|why| OpenError::Io { path, why })?;
        Ok(Self { sender, thread: Mutex::new(Some(thread)), tokens, trouble })
    }

    /// Whom a token speaks for.
    pub(super) fn bearer(&self, token: TokenHash) -> Option<Email> {
        self.tokens.read().unwrap_or_else(PoisonError::into_inner).get(&token).cloned()
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&World, Timestamp) -> T + Send + 'static,
    ) -> Result<T, Unavailable> {
        self.ask(move |desk| Ok(read(&desk.world, desk.now))).await
    }

    /// Like [`Store::read`], with what only the database has.
    pub(super) async fn read_rows<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Rows) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        self.ask(move |desk| read(&desk.rows)).await
    }

    pub(super) async fn write(&self, write: Write) -> Result<Reply, Fault> {
        self.ask(move |desk| desk.write(write)).await?
    }

    pub(super) async fn new_token(&self, new: NewToken) -> Result<(Token, bool), Fault> {
        self.ask(move |desk| desk.new_token(new)).await?
    }

    /// Answers what has come up, then lets go of the file.
    pub(super) fn close(&self) {
        drop(self.sender.send(Message::Close));
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            drop(thread.join());
        }
    }

    /// The owner drops what it could not answer, which is how we hear of trouble.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Desk) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let (tell, told) = oneshot::channel();
        let job = Box::new(move |desk: &mut Desk| {
            let answer = work(desk)?;
            // Whoever asked may have gone away meanwhile.
            Ok(Box::new(move || drop(tell.send(answer))) as Telling)
        });
        drop(self.sender.send(Message::Job(job)));
        told.await.map_err(|_| {
            Unavailable(self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone())
        })
    }
}
