//! The ledger while a run holds the lock of its workspaces: the only way to write to it.

use super::{
    Clock, Ledger,
    book::Book,
    draft::{Draft, Drafted},
    journal::{Event, Head, Place},
    lease::{Holder, Lease},
    storage::Fault,
};
use crate::{
    engine::{Applied, Ending, Found, Intent, Store, StoreError},
    model::{Digest, WorkspaceId},
    plan::{Plan, Step},
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{task::JoinHandle, time::Instant};

/// What the journal tells of a run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Random: no two runs have the same.
    pub id: String,
    /// A person on a machine, or a job in CI.
    pub who: String,
    /// The commit of the manifests, as [`Event::Begun`] has it.
    pub commit: Option<String>,
    /// The saved plan that is carried out, by its digest.
    pub saved: Option<String>,
    /// As [`Holder::den`].
    pub den: String,
}

/// The books of the workspaces that are locked, and the lock on them.
#[derive(Debug)]
pub struct Locked {
    ledger: Ledger,
    run: Run,
    books: BTreeMap<WorkspaceId, Shelved>,
    hold: Hold,
}

#[derive(Debug)]
struct Shelved {
    place: Place,
    fence: u64,
    /// What is intended and what has ended is written one after the other.
    book: tokio::sync::Mutex<Book>,
}

#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("another run is at work in workspace `{workspace}`")]
    Held { workspace: WorkspaceId, lease: Box<Lease> },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Leases that are renewed for as long as this lives.
struct Hold {
    leases: BTreeMap<Place, u64>,
    /// Until when all of them are ours for certain.
    until: Arc<Mutex<Moment>>,
    clock: Clock,
    heart: JoinHandle<()>,
}

impl Ledger {
    /// Locks these workspaces, all or none. Does not wait.
    pub async fn lock(
        &self,
        workspaces: impl IntoIterator<Item = &WorkspaceId>,
        run: Run,
    ) -> Result<Locked, LockError> {
        let named: BTreeMap<Place, &WorkspaceId> =
            workspaces.into_iter().map(|it| (self.place(it), it)).collect();
        let places: Vec<Place> = named.keys().cloned().collect();
        let (holder, begun) = (self.holder(&run), Moment::now(&self.clock));
        let taken = self.storage.take(&places, &holder, (self.clock)(), self.lease).await;
        match taken.map_err(|fault| self.error(&fault))? {
            Ok(leases) => Ok(self.locked(leases, begun, run).await?),
            Err((place, lease)) => {
                let workspace = named[&place].clone();
                Err(LockError::Held { workspace, lease: Box::new(lease) })
            }
        }
    }

    /// Takes the lock away from the run that was seen to hold it, whatever it is doing: it writes
    /// nothing any more. `None`: it does not hold it any more.
    pub async fn unlock(
        &self,
        workspace: &WorkspaceId,
        run: Run,
        seen: &Lease,
    ) -> Result<Option<Lease>, StoreError> {
        let (place, holder, begun) =
            (self.place(workspace), self.holder(&run), Moment::now(&self.clock));
        let now = (self.clock)();
        let seized = self.storage.seize((&place, seen.fence), &holder, now, self.lease).await;
        let fence = seized.map_err(|fault| self.error(&fault))?;
        let Some(fence) = fence else { return Ok(None) };
        let (who, from) = (run.who.clone(), seen.holder.run.clone());
        let locked = self.locked([(place, fence)].into(), begun, run).await?;
        locked.write(workspace, |draft, _| draft.event(Event::Unlocked { who, from })).await?;
        locked.release().await?;
        Ok(Some(seen.clone()))
    }

    fn holder(&self, run: &Run) -> Holder {
        let Run { id, who, den, commit: _, saved: _ } = run.clone();
        Holder { run: id, who, since: (self.clock)(), den }
    }

    /// What was taken, with the books; when one of them cannot be read, nothing stays taken.
    async fn locked(
        &self,
        leases: BTreeMap<Place, u64>,
        begun: Moment,
        run: Run,
    ) -> Result<Locked, StoreError> {
        let hold = Hold::new(leases, self, begun);
        match self.books(&hold.leases).await {
            Ok(books) => Ok(Locked { ledger: self.clone(), run, books, hold }),
            Err(fault) => {
                // Where even this fails, they end by themselves.
                self.storage.release(&hold.leases).await.unwrap_or_default();
                Err(self.error(&fault))
            }
        }
    }

    async fn books(
        &self,
        leases: &BTreeMap<Place, u64>,
    ) -> Result<BTreeMap<WorkspaceId, Shelved>, Fault> {
        let places: Vec<Place> = leases.keys().cloned().collect();
        let shelves = self.storage.shelves(&places).await?;
        let mut books = BTreeMap::new();
        for ((place, fence), shelf) in leases.iter().zip(shelves) {
            let book = tokio::sync::Mutex::new(self.book(place, shelf)?);
            books.insert(
                place.workspace.clone(),
                Shelved { place: place.clone(), fence: *fence, book },
            );
        }
        Ok(books)
    }
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hold").field("leases", &self.leases).finish_non_exhaustive()
    }
}

impl Hold {
    fn new(leases: BTreeMap<Place, u64>, ledger: &Ledger, begun: Moment) -> Self {
        let until = Arc::new(Mutex::new(begun.later(ledger.lease)));
        let beats = beat(ledger.clone(), leases.clone(), until.clone());
        Self { leases, until, clock: ledger.clock.clone(), heart: tokio::spawn(beats) }
    }

    fn is_sure(&self) -> bool {
        let until = *self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Moment::now(&self.clock);
        now.steady < until.steady && now.told < until.told
    }
}

/// By two clocks: the steady one stands still while a machine sleeps, and the other may be set.
#[derive(Debug, Clone, Copy)]
struct Moment {
    steady: Instant,
    told: Timestamp,
}

impl Moment {
    fn now(clock: &Clock) -> Self {
        Self { steady: Instant::now(), told: clock() }
    }

    fn later(self, length: SignedDuration) -> Self {
        let told = self.told.saturating_add(length).unwrap_or(Timestamp::MAX);
        Self { steady: self.steady + length.unsigned_abs(), told }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.heart.abort();
    }
}

/// Renews the leases three times in their length, until one of them is not ours any more.
async fn beat(ledger: Ledger, leases: BTreeMap<Place, u64>, until: Arc<Mutex<Moment>>) {
    let length = ledger.lease.unsigned_abs();
    let mut pulse = tokio::time::interval(length / 3);
    pulse.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    pulse.tick().await;
    loop {
        pulse.tick().await;
        let asked = Moment::now(&ledger.clock);
        match ledger.storage.renew(&leases, (ledger.clock)(), ledger.lease).await {
            Ok(n_ours) if n_ours == leases.len() => {
                *until.lock().unwrap_or_else(PoisonError::into_inner) = asked.later(ledger.lease);
            }
            Ok(_) => {
                *until.lock().unwrap_or_else(PoisonError::into_inner) = asked;
                return;
            }
            // It may come back in time; if not, the leases end.
            Err(_) => {}
        }
    }
}

impl Locked {
    /// For the next run.
    pub async fn release(self) -> Result<(), StoreError> {
        let released = self.ledger.storage.release(&self.hold.leases).await;
        released.map_err(|fault| self.ledger.error(&fault))
    }

    /// How far the journal has come; `None`: it is not locked by this run, or is being written.
    pub fn head(&self, workspace: &WorkspaceId) -> Option<Head> {
        Some(self.books.get(workspace)?.book.try_lock().ok()?.head.clone())
    }

    /// Writes what `draft` holds after `work`, and takes it in.
    async fn write<T>(
        &self,
        workspace: &WorkspaceId,
        work: impl FnOnce(&mut Draft<'_>, &Shelved) -> T,
    ) -> Result<T, StoreError> {
        let shelved = self.books.get(workspace).ok_or_else(|| StoreError {
            ledger: self.ledger.name().to_owned(),
            why: format!("workspace `{workspace}` is not locked by this run"),
        })?;
        let Shelved { place, fence, book } = shelved;
        let mut book = book.lock().await;
        let now: Timestamp = (self.ledger.clock)();
        let mut draft = book.draft(&self.run.id, now);
        let result = work(&mut draft, shelved);
        let Drafted { entry, fates } = draft.done();
        if entry.lines.is_empty() {
            return Ok(result);
        }
        let storage = &self.ledger.storage;
        let appended = storage.append(place, *fence, &book.head, entry.clone()).await;
        appended.map_err(|fault| self.ledger.error(&fault))?;
        book.absorb(&entry, fates);
        Ok(result)
    }
}

impl Store for Locked {
    fn is_held(&self) -> bool {
        self.hold.is_sure()
    }

    async fn keep(&self, workspace: &WorkspaceId, found: &Found) -> Result<(), StoreError> {
        self.write(workspace, |draft, _| draft.keep(found)).await
    }

    async fn begin(
        &self,
        workspace: &WorkspaceId,
        plan: &Plan,
        whole: Option<&Digest>,
    ) -> Result<(), StoreError> {
        let Run { id: _, who, commit, saved, den: _ } = self.run.clone();
        self.write(workspace, |draft, shelved| {
            draft.mark(Event::Begun {
                who,
                commit,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                plan: plan.digest().to_string(),
                whole: whole.map(|digest| format!("sha256:{digest}")),
                saved,
                steps: plan.steps.len() as u64,
                fence: shelved.fence,
            });
        })
        .await
    }

    async fn intend(
        &self,
        workspace: &WorkspaceId,
        steps: &[&Step],
    ) -> Result<Vec<Intent>, StoreError> {
        let ledger = self.ledger.storage.id();
        self.write(workspace, |draft, Shelved { place, .. }| {
            steps.iter().map(|step| draft.intend(ledger, place, step)).collect()
        })
        .await
    }

    async fn record(
        &self,
        workspace: &WorkspaceId,
        endings: &[Ending<'_>],
    ) -> Result<(), StoreError> {
        self.write(workspace, |draft, _| {
            for ending in endings {
                draft.record(ending);
            }
        })
        .await
    }

    async fn finish(&self, workspace: &WorkspaceId, applied: &Applied) -> Result<(), StoreError> {
        self.write(workspace, |draft, _| draft.finish(applied)).await
    }
}
