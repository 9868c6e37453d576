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

mod activity;
mod clock_hand;
mod desk;
mod file;
mod load;
mod mails;
mod mishaps;
mod outbox;
mod owner;
mod reply;
mod rows;
#[cfg(test)]
mod tests;

pub(super) use clock_hand::{ClockMove, Hand};
pub(super) use desk::{Fault, NewToken, Once, Write};
pub use file::{Data, OpenError};
pub(super) use mails::{Listed, Mail, MailState, Undelivered};
pub(super) use mishaps::MishapOrder;
pub(super) use outbox::Due;
pub(super) use reply::Reply;
pub(super) use rows::Rows;

use super::{
    Clock,
    mail::{Fate, Letterhead},
    mishap::{Armed, Mishap, Queue},
    token::{Mint, Token, TokenHash},
    world::{PageOf, Sending, World},
};
use crate::{
    model::{Email, WorkspaceId},
    platform::sandbox as wire,
};
use desk::Desk;
use jiff::{SignedDuration, Timestamp};
use owner::{Message, Owner, Telling};
use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};
use tokio::sync::{Notify, mpsc, oneshot, watch};

/// What a store is opened with.
pub(super) struct Setup {
    pub(super) data: Data,
    /// How long another process may take to let go of the file.
    pub(super) patience: Duration,
    pub(super) operator: Token,
    /// The machine's; see [`Store::clock`].
    pub(super) clock: Clock,
    pub(super) invitations_per_hour: Option<NonZeroU32>,
    /// `None`: nobody is written to.
    pub(super) letterhead: Option<Letterhead>,
    /// In place of those that waited when the file was closed; empty: those.
    pub(super) mishaps: Vec<Mishap>,
}

/// A handle on the thread that owns the world.
pub(super) struct Store {
    sender: mpsc::UnboundedSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
    shared: Arc<Shared>,
    clock: Clock,
}

/// What everybody may look at without asking the owner; true to what was committed.
#[derive(Debug, Default)]
struct Shared {
    /// Only hashes are compared, so how long a look-up takes says nothing about a token.
    tokens: RwLock<BTreeMap<TokenHash, Email>>,
    trouble: Mutex<String>,
    /// Our clock, ahead of the machine's, in milliseconds.
    ahead: AtomicI64,
    changed: watch::Sender<u64>,
    n_sent: AtomicU64,
    /// Something may be due earlier than the mailer thinks.
    mail: Notify,
    /// Something is to go wrong with somebody's request.
    has_mishaps: AtomicBool,
}

/// Nothing was done, and trying again later may help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unavailable(pub(super) String);

impl Store {
    /// Blocks while another process holds the file.
    pub(super) fn open(setup: Setup) -> Result<Self, OpenError> {
        let Setup { data, patience, operator, clock, invitations_per_hour, letterhead, mishaps } =
            setup;
        let file::Opened { connection, path, lock } = file::open(&data, patience)?;
        let rows = Rows::new(connection);
        let failed = |error: load::LoadError| file::damaged(&path, &error);
        let broken = |error: rusqlite::Error| file::damaged(&path, &error);
        let world = rows.world().map_err(failed)?;
        if !mishaps.is_empty() {
            let armed = mishaps.into_iter().map(Armed::new).collect();
            rows.put_mishaps(&Queue(armed)).map_err(broken)?;
        }
        let mishaps = rows.mishaps().map_err(failed)?;
        let shared = Arc::new(Shared {
            tokens: RwLock::new(rows.tokens().map_err(failed)?),
            ahead: AtomicI64::new(rows.ahead().map_err(broken)?),
            has_mishaps: AtomicBool::new(!mishaps.0.is_empty()),
            ..Shared::default()
        });
        let clock = moved(clock, Arc::clone(&shared));
        rows.forget_answers(clock()).map_err(broken)?;
        let mint = Mint { secret: rows.secret().map_err(failed)?, operator: operator.hash() };
        let desk = Desk::new(rows, world, mint)
            .limited(invitations_per_hour)
            .writing(letterhead)
            .unlucky(mishaps);
        let owner = Owner::new(desk, Arc::clone(&clock), Arc::clone(&shared)).holding(lock);
        let (sender, receiver) = mpsc::unbounded_channel();
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || owner.run(receiver))
            .map_err(|why| OpenError::Io { path, why })?;
        Ok(Self { sender, thread: Mutex::new(Some(thread)), shared, clock })
    }

    /// The machine's clock, moved as far as [`Store::move_clock`] did.
    pub(super) fn clock(&self) -> Clock {
        Arc::clone(&self.clock)
    }

    /// Whom a token speaks for.
    pub(super) fn bearer(&self, token: TokenHash) -> Option<Email> {
        let tokens = self.shared.tokens.read().unwrap_or_else(PoisonError::into_inner);
        tokens.get(&token).cloned()
    }

    /// Ticks after everything that was written down.
    pub(super) fn changed(&self) -> watch::Receiver<u64> {
        self.shared.changed.subscribe()
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&World, Timestamp) -> T + Send + 'static,
    ) -> Result<T, Unavailable> {
        self.ask(move |desk| Ok(read(&desk.world, desk.now))).await
    }

    /// Like [`Store::read`], with what only the database has, of the same moment.
    pub(super) async fn look<T: Send + 'static>(
        &self,
        read: impl FnOnce(&World, &Rows, Timestamp) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        self.ask(move |desk| read(&desk.world, &desk.rows, desk.now)).await
    }

    pub(super) async fn write(&self, write: Write) -> Result<Reply, Fault> {
        self.ask(move |desk| desk.write(write)).await?
    }

    pub(super) async fn new_token(&self, new: NewToken) -> Result<(Token, bool), Fault> {
        self.ask(move |desk| desk.new_token(new)).await?
    }

    pub(super) async fn move_clock(&self, by: ClockMove) -> Result<Reply, Fault> {
        self.ask(move |desk| desk.move_clock(by)).await?
    }

    pub(super) fn ahead(&self) -> SignedDuration {
        SignedDuration::from_millis(self.shared.ahead.load(Ordering::SeqCst))
    }

    /// What a link stands for; whether it is still good is [`World::standing`].
    pub(super) async fn link(&self, token: &Token) -> Result<Option<Sending>, Unavailable> {
        let hash = token.hash();
        self.ask(move |desk| desk.rows.link(hash)).await
    }

    pub(super) async fn mails_held(
        &self,
        workspace: WorkspaceId,
        page: PageOf,
    ) -> Result<Listed<Mail>, Unavailable> {
        self.ask(move |desk| desk.rows.mails_held(workspace.as_str(), page)).await
    }

    pub(super) async fn activity(
        &self,
        workspace: WorkspaceId,
        page: PageOf,
    ) -> Result<Listed<wire::Activity>, Unavailable> {
        self.ask(move |desk| desk.rows.activity(workspace.as_str(), page)).await
    }

    /// For the mailer: what is to go out by now.
    pub(super) async fn due(&self) -> Result<Due, Unavailable> {
        self.ask(Desk::due).await
    }

    pub(super) async fn settle(&self, fates: Vec<(i64, Fate)>) -> Result<(), Unavailable> {
        let n_sent = fates.iter().filter(|(_, fate)| *fate == Fate::Sent).count();
        self.ask(move |desk| desk.settle(&fates)).await?;
        self.shared.n_sent.fetch_add(n_sent as u64, Ordering::SeqCst);
        Ok(())
    }

    /// How many mails wait, and why the latest that was tried does.
    pub(super) async fn waiting(&self) -> Result<(u64, Option<String>), Unavailable> {
        self.ask(|desk| desk.rows.waiting()).await
    }

    /// Since the store was opened.
    pub(super) fn n_sent(&self) -> u64 {
        self.shared.n_sent.load(Ordering::SeqCst)
    }

    /// Comes back when there is mail, or the clock was moved; also if that was since the last time.
    pub(super) async fn new_mail(&self) {
        self.shared.mail.notified().await;
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
            let trouble = self.shared.trouble.lock();
            Unavailable(trouble.unwrap_or_else(PoisonError::into_inner).clone())
        })
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("shared", &self.shared).finish_non_exhaustive()
    }
}

fn moved(clock: Clock, shared: Arc<Shared>) -> Clock {
    Arc::new(move || {
        let ahead = SignedDuration::from_millis(shared.ahead.load(Ordering::SeqCst));
        clock_hand::after(clock(), ahead)
    })
}
