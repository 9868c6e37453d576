//! What is remembered between runs: a journal for each workspace, and the memory it amounts to.
//!
//! Anybody may read; who writes has the workspace [`Locked`]. What is to be written is decided
//! without touching the database (`draft`), so that every database means the same by it.
//!
//! Why the memory has a table of its own: nobody wants to read a whole journal to begin. Why not
//! every record changes it at once: most of what a run remembers it forgets a moment later (an
//! intent, when it has ended), and rows that come and go cost more than the journal itself. So facts
//! are folded into it when a run has read, begins and ends: those of the records before that. What
//! came after is read from the journal.

mod book;
mod draft;
mod export;
mod fact;
mod history;
mod journal;
mod lease;
mod lock;
mod locked;
#[cfg(feature = "postgres")]
mod postgres;
mod reading;
mod since;
mod sqlite;
mod storage;
mod story;
mod verify;

pub use export::{ExportError, ImportError, LONGEST_LINE, Reader, Total};
pub use history::{Asked, End, History, PastPlan, PastRun};
pub use journal::{Broken, Event, Granted, Head, How, Place, Record, Sealed};
pub use lease::{Holder, Lease};
pub use lock::{Busy, Lock};
pub use locked::{LockError, Locked, Run};
#[cfg(feature = "postgres")]
pub use postgres::{Address, AddressError};
pub use since::Since;
pub use story::{Begun, Chapter, Story, Turn};
pub use verify::{Verified, VerifyError};

use crate::{
    engine::StoreError,
    model::{Memory, WorkspaceId},
};
use book::Book;
use jiff::{SignedDuration, Timestamp};
use std::{fmt, path::Path, sync::Arc};
use storage::{Fault, Shelf, Storage, Top};

/// The time that records and leases are told by.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The part of one platform.
#[derive(Clone)]
pub struct Ledger {
    storage: Arc<dyn Storage>,
    platform: String,
    clock: Clock,
    /// How long a lease lasts that nobody renews.
    lease: SignedDuration,
}

/// Why a ledger cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Written by a newer minisync, which can.
    #[error(transparent)]
    Newer(StoreError),
    /// Written by an older minisync, and not brought up by now.
    #[error(transparent)]
    Older(StoreError),
    /// It holds something else.
    #[error(transparent)]
    Foreign(StoreError),
    /// It is not whole.
    #[error(transparent)]
    Damaged(StoreError),
    /// It cannot be reached, read or written.
    #[error(transparent)]
    Failed(StoreError),
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { storage, platform, clock: _, lease: _ } = self;
        f.debug_struct("Ledger").field("storage", storage).field("platform", platform).finish()
    }
}

impl Ledger {
    /// In a file. `platform` is whatever the platform is told by; `new_id` is used when the ledger
    /// does not exist yet: any text that no other ledger has.
    pub fn open(
        path: &Path,
        platform: &str,
        new_id: &str,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let storage = sqlite::Sqlite::open(path, new_id, clock())
            .map_err(|fault| not_opened(&path.display().to_string(), &fault))?;
        Ok(Self::over(Arc::new(storage), platform, clock))
    }

    /// Neither makes nor changes anything, but an older layout into today's; where nothing was kept
    /// so far, there is nothing to be read.
    pub fn open_to_read(path: &Path, platform: &str, clock: Clock) -> Result<Self, OpenError> {
        let storage = sqlite::Sqlite::open_to_read(path, clock())
            .map_err(|fault| not_opened(&path.display().to_string(), &fault))?;
        Ok(Self::over(Arc::new(storage), platform, clock))
    }

    fn over(storage: Arc<dyn Storage>, platform: &str, clock: Clock) -> Self {
        Self { storage, platform: platform.to_owned(), clock, lease: lease::LENGTH }
    }

    /// Locks that end sooner, or later, when nobody renews them.
    #[must_use]
    pub fn with_leases_of(self, length: SignedDuration) -> Self {
        Self { lease: length, ..self }
    }

    /// Where it is kept; without a password.
    pub fn name(&self) -> &str {
        self.storage.name()
    }

    /// What is remembered of a workspace. Needs no lock.
    pub async fn load(&self, workspace: &WorkspaceId) -> Result<Memory, StoreError> {
        let place = self.place(workspace);
        let shelf = self.shelf(&place).await?;
        self.book(&place, shelf).map(|book| book.memory()).map_err(|fault| self.error(&fault))
    }

    /// The workspaces in which we manage something, or may: a journal that was cut off is no
    /// obstacle, for it may be somebody else's, on a server.
    pub async fn workspaces(&self) -> Result<Vec<WorkspaceId>, StoreError> {
        let mut workspaces = Vec::new();
        let places = self.places().await?;
        let shelves = self.storage.shelves(&places).await.map_err(|fault| self.error(&fault))?;
        for (place, shelf) in places.into_iter().zip(shelves) {
            let start = Head::start(self.storage.id(), &place);
            let (book, is_whole) = Book::read(shelf, start).map_err(|fault| self.error(&fault))?;
            let memory = book.memory();
            if !memory.programs.is_empty() || !memory.members.is_empty() || !is_whole {
                workspaces.push(place.workspace);
            }
        }
        Ok(workspaces)
    }

    /// The workspaces that have a journal, or ever had one.
    pub async fn journals(&self) -> Result<Vec<WorkspaceId>, StoreError> {
        Ok(self.places().await?.into_iter().map(|place| place.workspace).collect())
    }

    /// Forgets everything about this platform, its journals too, and nothing about others.
    pub async fn forget(&self) -> Result<(), StoreError> {
        self.storage.erase(&self.platform).await.map_err(|fault| self.error(&fault))
    }

    /// Who holds the lock of a workspace.
    pub async fn lease(&self, workspace: &WorkspaceId) -> Result<Option<Lease>, StoreError> {
        Ok(self.top(&self.place(workspace)).await?.lease)
    }

    async fn top(&self, place: &Place) -> Result<Top, StoreError> {
        let top = self.storage.top(place, (self.clock)()).await;
        top.map_err(|fault| self.error(&fault))
    }

    async fn places(&self) -> Result<Vec<Place>, StoreError> {
        let mut places = self.storage.places().await.map_err(|fault| self.error(&fault))?;
        places.retain(|place| place.platform == self.platform);
        Ok(places)
    }

    fn place(&self, workspace: &WorkspaceId) -> Place {
        Place { platform: self.platform.clone(), workspace: workspace.clone() }
    }

    async fn shelf(&self, place: &Place) -> Result<Shelf, StoreError> {
        let shelves = self.storage.shelves(std::slice::from_ref(place)).await;
        let mut shelves = shelves.map_err(|fault| self.error(&fault))?;
        Ok(shelves.pop().expect("there is one for each place"))
    }

    /// Of a journal whose end is as its head says.
    fn book(&self, place: &Place, shelf: Shelf) -> Result<Book, Fault> {
        let (book, is_whole) = Book::read(shelf, Head::start(self.storage.id(), place))?;
        is_whole.then_some(book).ok_or_else(|| Fault::Cut(place.workspace.clone()))
    }

    fn error(&self, fault: &Fault) -> StoreError {
        error(self.name(), fault)
    }
}

fn not_opened(ledger: &str, fault: &Fault) -> OpenError {
    let told = error(ledger, fault);
    if let Fault::Newer(_) = fault {
        OpenError::Newer(told)
    } else if let Fault::NotBroughtUp(_) = fault {
        OpenError::Older(told)
    } else if let Fault::Foreign = fault {
        OpenError::Foreign(told)
    } else if fault.is_damage() {
        OpenError::Damaged(told)
    } else {
        OpenError::Failed(told)
    }
}

fn error(ledger: &str, fault: &Fault) -> StoreError {
    StoreError { ledger: ledger.to_owned(), why: fault.to_string() }
}
