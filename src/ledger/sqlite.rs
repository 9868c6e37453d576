//! The ledger in SQLite: a file beside the project.
//!
//! Why not a JSON file: an intent has to be durable before every request, and rewriting a file of
//! ten thousand entries ten thousand times is not an option.

use super::{
    journal::{Head, Place, Sealed},
    lease::{Holder, Lease},
    migrate,
    storage::{Answer, Fault, Line, Shelf, Storage},
};
use crate::model::Digest;
use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use std::{
    collections::BTreeMap,
    future::ready,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How long another process may hold the file before we give up.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Sqlite {
    name: String,
    id: String,
    connection: Mutex<Connection>,
}

impl Sqlite {
    /// `new_id` is used when the ledger does not exist yet.
    pub(super) fn open(path: &Path, new_id: &str, now: Timestamp) -> Result<Self, Fault> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        let id = migrate::opened(&mut connection, path, new_id, now)?;
        let name = path.display().to_string();
        Ok(Self { name, id, connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic in another thread rolled its transaction back: the connection is sound.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All or nothing.
    fn transact<'a, T: Send + 'a>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Answer<'a, T> {
        let run = || {
            let mut connection = self.connection();
            let transaction = connection.transaction_with_behavior(behavior)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            Ok(result)
        };
        ready(run()).boxed()
    }

    fn read<'a, T: Send + 'a>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Answer<'a, T> {
        self.transact(TransactionBehavior::Deferred, work)
    }

    fn write<'a, T: Send + 'a>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Answer<'a, T> {
        self.transact(TransactionBehavior::Immediate, work)
    }
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

    fn shelf<'a>(&'a self, place: &'a Place) -> Answer<'a, Shelf> {
        self.read(|rows| {
            let head = head(rows, place)?.unwrap_or_else(|| Head::start(&self.id, place));
            let mut query = rows.prepare_cached(
                "SELECT key, value FROM memory WHERE platform = ?1 AND workspace = ?2",
            )?;
            let facts = query.query_map([&place.platform, &place.workspace], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })?;
            let facts = facts.map(|row| {
                let (key, value) = row?;
                let value = serde_json::from_str(&value).map_err(|_| Fault::Odd(value))?;
                Ok((key, value))
            });
            Ok(Shelf { head, facts: facts.collect::<Result<_, Fault>>()? })
        })
    }

    fn append<'a>(
        &'a self,
        place: &'a Place,
        fence: u64,
        from: &'a Head,
        records: &'a [Sealed],
    ) -> Answer<'a, ()> {
        self.write(|rows| {
            let known = head(rows, place)?.unwrap_or_else(|| Head::start(&self.id, place));
            if known != *from || lease(rows, place)?.is_none_or(|lease| lease.fence != fence) {
                return Err(Fault::Fenced);
            }
            append(rows, place, records)
        })
    }

    fn lines<'a>(&'a self, place: &'a Place, after: u64, most: usize) -> Answer<'a, Vec<Line>> {
        self.read(|rows| {
            let mut query = rows.prepare_cached(
                "SELECT record, hash FROM journal
                 WHERE platform = ?1 AND workspace = ?2 AND number > ?3 ORDER BY number LIMIT ?4",
            )?;
            let place = params![place.platform, place.workspace, after, most];
            let lines = query.query_map(place, |row| {
                Ok(Line { text: row.get(0)?, hash: Digest::new(row.get::<_, String>(1)?) })
            })?;
            Ok(lines.collect::<Result<_, _>>()?)
        })
    }

    fn adopt<'a>(
        &'a self,
        id: &'a str,
        records: &'a mut (dyn Iterator<Item = Result<(Place, Sealed), Fault>> + Send),
    ) -> Answer<'a, ()> {
        self.write(|rows| {
            let is_occupied = rows.query_row(
                "SELECT EXISTS (SELECT 1 FROM heads) OR EXISTS (SELECT 1 FROM journal)
                 OR EXISTS (SELECT 1 FROM leases WHERE holder IS NOT NULL)",
                [],
                |row| row.get(0),
            )?;
            if is_occupied {
                return Err(Fault::Occupied);
            }
            rows.execute("UPDATE ledger SET id = ?1", [id])?;
            for record in records {
                let (place, sealed) = record?;
                append(rows, &place, &[sealed])?;
            }
            Ok(())
        })
    }

    fn erase<'a>(&'a self, platform: &'a str) -> Answer<'a, ()> {
        self.write(|rows| {
            for table in ["journal", "memory", "heads"] {
                rows.execute(&format!("DELETE FROM {table} WHERE platform = ?1"), [platform])?;
            }
            Ok(())
        })
    }

    fn take<'a>(
        &'a self,
        place: &'a Place,
        holder: &'a Holder,
        now: Timestamp,
        length: SignedDuration,
    ) -> Answer<'a, Result<u64, Lease>> {
        self.write(|rows| {
            if let Some(lease) = lease(rows, place)?
                && !lease.yields_to(holder, now)
            {
                return Ok(Err(lease));
            }
            let fence = rows.query_row(
                "INSERT INTO leases (platform, workspace, fence, holder, expires)
                 VALUES (?1, ?2, 1, ?3, ?4)
                 ON CONFLICT (platform, workspace) DO UPDATE
                 SET fence = fence + 1, holder = excluded.holder, expires = excluded.expires
                 RETURNING fence",
                params![place.platform, place.workspace, text(holder), end(now, length)],
                |row| row.get(0),
            )?;
            Ok(Ok(fence))
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
                    params![place.platform, place.workspace, fence, end(now, length)],
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

    fn lease<'a>(&'a self, place: &'a Place, now: Timestamp) -> Answer<'a, Option<Lease>> {
        self.read(|rows| Ok(lease(rows, place)?.filter(|lease| now < lease.expires)))
    }
}

fn end(now: Timestamp, length: SignedDuration) -> i64 {
    now.saturating_add(length).unwrap_or(Timestamp::MAX).as_millisecond()
}

fn text(holder: &Holder) -> String {
    serde_json::to_string(holder).expect("a holder is texts")
}

fn head(rows: &Connection, place: &Place) -> Result<Option<Head>, Fault> {
    let mut query = rows
        .prepare_cached("SELECT number, hash FROM heads WHERE platform = ?1 AND workspace = ?2")?;
    let head = query.query_row([&place.platform, &place.workspace], |row| {
        Ok(Head { number: row.get(0)?, hash: Digest::new(row.get::<_, String>(1)?) })
    });
    Ok(head.optional()?)
}

/// `None`: nobody holds one.
fn lease(rows: &Connection, place: &Place) -> Result<Option<Lease>, Fault> {
    let found = rows
        .prepare_cached(
            "SELECT fence, holder, expires FROM leases
             WHERE platform = ?1 AND workspace = ?2 AND holder IS NOT NULL",
        )?
        .query_row([&place.platform, &place.workspace], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
        })
        .optional()?;
    let Some((fence, holder, expires)) = found else { return Ok(None) };
    let holder = serde_json::from_str(&holder).map_err(|_| Fault::Odd(holder))?;
    let expires = Timestamp::from_millisecond(expires).unwrap_or(Timestamp::MAX);
    Ok(Some(Lease { holder, fence, expires }))
}

/// Records, the memory they change, and the head they lead to.
pub(super) fn append(rows: &Connection, place: &Place, records: &[Sealed]) -> Result<(), Fault> {
    let Place { platform, workspace } = place;
    let mut journal = rows.prepare_cached(
        "INSERT INTO journal (platform, workspace, number, record, hash) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let mut remember = rows.prepare_cached(
        "INSERT INTO memory (platform, workspace, key, value) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (platform, workspace, key) DO UPDATE SET value = excluded.value",
    )?;
    let mut forget = rows
        .prepare_cached("DELETE FROM memory WHERE platform = ?1 AND workspace = ?2 AND key = ?3")?;
    for Sealed { record, hash } in records {
        let row = params![platform, workspace, record.number, record.text(), hash.as_str()];
        journal.execute(row)?;
        for key in &record.forget {
            forget.execute([platform, workspace, key])?;
        }
        for (key, value) in &record.remember {
            remember.execute([platform, workspace, key, &value.to_string()])?;
        }
    }
    let Some(last) = records.last() else { return Ok(()) };
    rows.prepare_cached(
        "INSERT INTO heads (platform, workspace, number, hash) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (platform, workspace) DO UPDATE
         SET number = excluded.number, hash = excluded.hash",
    )?
    .execute(params![platform, workspace, last.record.number, last.hash.as_str()])?;
    Ok(())
}
