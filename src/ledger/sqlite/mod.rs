//! The ledger in SQLite: a file beside the project.
//!
//! Why not a JSON file: an intent has to be durable before every request, and rewriting a file of
//! ten thousand entries ten thousand times is not an option.

mod migrate;
mod rows;

use super::{
    journal::{Head, Line, Place, Sealed},
    lease::Holder,
    storage::{self, Answer, Entry, Fault, LAYOUT, Shelf, Storage, Taken, Top},
};
use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior, params};
use std::{
    collections::BTreeMap,
    future::ready,
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::{JoinError, spawn_blocking},
};

/// How long another process may hold the file before we give up.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Sqlite {
    name: String,
    id: String,
    connection: Arc<Mutex<Connection>>,
}

impl Sqlite {
    /// `new_id` is used when the ledger does not exist yet.
    pub(super) fn open(path: &Path, new_id: &str, now: Timestamp) -> Result<Self, Fault> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        // What is not ours, or is not for us, is not touched.
        migrate::layout(&connection)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        let id = migrate::opened(&mut connection, path, new_id, now)?;
        let name = path.display().to_string();
        Ok(Self { name, id, connection: Arc::new(Mutex::new(connection)) })
    }

    /// Nothing can be written to it. An older layout is brought up first.
    pub(super) fn open_to_read(path: &Path, now: Timestamp) -> Result<Self, Fault> {
        let name = path.display().to_string();
        let is_there = path.try_exists().map_err(|why| Fault::Io(why.to_string()))?;
        let found = if is_there { Some(readable(path)?) } else { None };
        match found {
            Some((_, 1..LAYOUT)) => {
                drop(found);
                Self::open(path, "", now)?;
                Self::open_to_read(path, now)
            }
            Some((connection, LAYOUT)) => {
                let id = migrate::id(&connection)?;
                Self::locked(name, id, connection)
            }
            Some(_) | None => Self::empty(name),
        }
    }

    /// Where nothing was kept so far, and nothing can be.
    pub(super) fn empty(name: String) -> Result<Self, Fault> {
        let mut connection = Connection::open_in_memory()?;
        let id = migrate::opened(&mut connection, Path::new(":memory:"), "", Timestamp::MIN)?;
        Self::locked(name, id, connection)
    }

    fn locked(name: String, id: String, connection: Connection) -> Result<Self, Fault> {
        connection.pragma_update(None, "query_only", true)?;
        Ok(Self { name, id, connection: Arc::new(Mutex::new(connection)) })
    }

    fn read<'a, T: Send + 'a>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Answer<'a, T> {
        ready(transact(&self.connection, TransactionBehavior::Deferred, work)).boxed()
    }

    fn write<'a, T: Send + 'a>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Answer<'a, T> {
        ready(transact(&self.connection, TransactionBehavior::Immediate, work)).boxed()
    }

    /// As [`Self::write`], while whoever waits for it does something else: the disk takes its time.
    /// A program of one thread does everything in the same order every time, so it waits.
    fn write_beside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Answer<'_, T> {
        let connection = self.connection.clone();
        let write = move || transact(&connection, TransactionBehavior::Immediate, work);
        if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread {
            return ready(write()).boxed();
        }
        spawn_blocking(write).map(joined).boxed()
    }
}

/// A panic goes on where it is waited for.
fn joined<T>(ended: Result<Result<T, Fault>, JoinError>) -> Result<T, Fault> {
    ended.unwrap_or_else(|why| match why.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(why) => Err(Fault::Io(why.to_string())),
    })
}

/// Where nothing was written so far, too.
fn head(rows: &Connection, ledger: &str, place: &Place) -> Result<Head, Fault> {
    Ok(rows::head(rows, place)?.unwrap_or_else(|| Head::start(ledger, place)))
}

/// All or nothing.
fn transact<T>(
    connection: &Mutex<Connection>,
    behavior: TransactionBehavior,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    // A panic in another thread rolled its transaction back: the connection is sound.
    let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
    let transaction = connection.transaction_with_behavior(behavior)?;
    let result = work(&transaction)?;
    transaction.commit()?;
    Ok(result)
}

/// A file that is there, and its layout.
fn readable(path: &Path) -> Result<(Connection, i64), Fault> {
    let usual = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = with_layout(Connection::open_with_flags(path, usual));
    // Where nothing can be written, not even what readers and writers agree by, nobody writes.
    match opened.as_ref().is_err_and(is_barred) && !has_journal(path) {
        true => {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            with_layout(Connection::open_with_flags(unchanging(path), flags))
        }
        false => opened,
    }
}

fn is_barred(why: &Fault) -> bool {
    let Fault::Sqlite(why) = why else { return false };
    matches!(
        why.sqlite_error_code(),
        Some(
            ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
        )
    )
}

fn with_layout(opened: rusqlite::Result<Connection>) -> Result<(Connection, i64), Fault> {
    let connection = opened?;
    connection.busy_timeout(PATIENCE)?;
    let layout = migrate::layout(&connection)?;
    Ok((connection, layout))
}

/// What was written and is not in the file yet.
fn has_journal(path: &Path) -> bool {
    let journal = PathBuf::from(format!("{}-wal", path.display()));
    journal.metadata().is_ok_and(|found| found.len() > 0)
}

fn unchanging(path: &Path) -> String {
    let path = path.display().to_string();
    let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?immutable=1")
}

impl Storage for Sqlite {
    fn name(&self) -> &str {
        &self.name
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn places(&self) -> Answer<'_, Vec<Place>> {
        self.read(|rows| {
            let mut query = rows.prepare_cached(
                "SELECT platform, workspace FROM heads
                 UNION SELECT platform, workspace FROM leases ORDER BY 1, 2",
            )?;
            let places = query
                .query_map([], |row| Ok(Place { platform: row.get(0)?, workspace: row.get(1)? }))?;
            Ok(places.collect::<Result<_, _>>()?)
        })
    }

    fn shelves<'a>(&'a self, places: &'a [Place]) -> Answer<'a, Vec<Shelf>> {
        self.read(|rows| {
            let shelf = |place: &Place| {
                let (head, folded) = (head(rows, &self.id, place)?, rows::folded(rows, place)?);
                let (facts, tail) = (rows::facts(rows, place)?, rows::tail(rows, place)?);
                Ok(Shelf { head, folded, facts, tail })
            };
            places.iter().map(shelf).collect()
        })
    }

    fn top<'a>(&'a self, place: &'a Place, now: Timestamp) -> Answer<'a, Top> {
        self.read(|rows| {
            let lease = rows::lease(rows, place)?.filter(|lease| now < lease.expires);
            Ok(Top { head: head(rows, &self.id, place)?, lease })
        })
    }

    fn append<'a>(
        &'a self,
        place: &'a Place,
        fence: u64,
        from: &'a Head,
        entry: Arc<Entry>,
    ) -> Answer<'a, ()> {
        let (id, place, from) = (self.id.clone(), place.clone(), from.clone());
        self.write_beside(move |rows| {
            if head(rows, &id, &place)? != from
                || rows::lease(rows, &place)?.is_none_or(|lease| lease.fence != fence)
            {
                return Err(Fault::Fenced);
            }
            rows::append(rows, &place, &entry)
        })
    }

    fn lines<'a>(&'a self, place: &'a Place, after: u64, most: usize) -> Answer<'a, Vec<Line>> {
        self.read(|rows| {
            let mut query = rows.prepare_cached(
                "SELECT record, hash FROM journal
                 WHERE platform = ?1 AND workspace = ?2 AND number > ?3 ORDER BY number LIMIT ?4",
            )?;
            let place = params![place.platform, place.workspace, after, most];
            let lines = query.query_map(place, rows::line)?;
            Ok(lines.collect::<Result<_, _>>()?)
        })
    }

    fn adopt<'a>(
        &'a self,
        id: &'a str,
        records: &'a mut (dyn Iterator<Item = Result<(Place, Sealed), Fault>> + Send),
        now: Timestamp,
    ) -> Answer<'a, ()> {
        self.write(move |rows| {
            let is_occupied = rows.query_row(
                "SELECT EXISTS (SELECT 1 FROM heads) OR EXISTS (SELECT 1 FROM journal)
                 OR EXISTS (SELECT 1 FROM leases WHERE holder IS NOT NULL AND expires > ?1)",
                [now.as_millisecond()],
                |row| row.get(0),
            )?;
            if is_occupied {
                let known: String =
                    rows.query_row("SELECT id FROM ledger", [], |row| row.get(0))?;
                let is_the_same = known == id && rows::all_heads(rows)? == storage::heads(records)?;
                return if is_the_same { Ok(()) } else { Err(Fault::Occupied) };
            }
            rows.execute("UPDATE ledger SET id = ?1", [id])?;
            // Whoever wakes up after their lease must not go on with another ledger's journals.
            rows.execute("UPDATE leases SET holder = NULL", [])?;
            for record in records {
                let (place, sealed) = record?;
                if let Some(entry) = Entry::of(vec![sealed]) {
                    rows::append(rows, &place, &entry)?;
                }
            }
            Ok(())
        })
    }

    fn erase<'a>(&'a self, platform: &'a str) -> Answer<'a, ()> {
        self.write(|rows| {
            for table in ["journal", "facts", "heads"] {
                rows.execute(&format!("DELETE FROM {table} WHERE platform = ?1"), [platform])?;
            }
            Ok(())
        })
    }

    fn take<'a>(
        &'a self,
        places: &'a [Place],
        holder: &'a Holder,
        now: Timestamp,
        length: SignedDuration,
    ) -> Answer<'a, Taken> {
        self.write(|rows| {
            for place in places {
                if let Some(lease) = rows::lease(rows, place)?
                    && !lease.yields_to(holder, now)
                {
                    return Ok(Err((place.clone(), lease)));
                }
            }
            let until = rows::end(now, length);
            let lent =
                places.iter().map(|it| Ok((it.clone(), rows::lend(rows, it, holder, until)?)));
            Ok(Ok(lent.collect::<Result<_, Fault>>()?))
        })
    }

    fn seize<'a>(
        &'a self,
        (place, seen): (&'a Place, u64),
        holder: &'a Holder,
        now: Timestamp,
        length: SignedDuration,
    ) -> Answer<'a, Option<u64>> {
        self.write(|rows| match rows::lease(rows, place)? {
            Some(lease) if lease.fence == seen => {
                rows::lend(rows, place, holder, rows::end(now, length)).map(Some)
            }
            Some(_) | None => Ok(None),
        })
    }

    fn renew<'a>(
        &'a self,
        leases: &'a BTreeMap<Place, u64>,
        now: Timestamp,
        length: SignedDuration,
    ) -> Answer<'a, usize> {
        self.write(|rows| {
            let mut n_ours = 0;
            for (place, fence) in leases {
                n_ours += rows.execute(
                    "UPDATE leases SET expires = ?4 WHERE platform = ?1 AND workspace = ?2
                     AND fence = ?3 AND holder IS NOT NULL",
                    params![place.platform, place.workspace, fence, rows::end(now, length)],
                )?;
            }
            Ok(n_ours)
        })
    }

    fn release<'a>(&'a self, leases: &'a BTreeMap<Place, u64>) -> Answer<'a, ()> {
        self.write(|rows| {
            for (place, fence) in leases {
                rows.execute(
                    "UPDATE leases SET holder = NULL
                     WHERE platform = ?1 AND workspace = ?2 AND fence = ?3",
                    params![place.platform, place.workspace, fence],
                )?;
            }
            Ok(())
        })
    }
}
