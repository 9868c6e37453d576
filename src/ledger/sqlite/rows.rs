//! What is read and written in a transaction.

use crate::{
    ledger::{
        journal::{Head, Line, Place},
        lease::{Holder, Lease},
        storage::{Change, Entry, Fault, Fold},
    },
    model::{Digest, WorkspaceId},
};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{
    Connection, OptionalExtension as _, Row, ToSql, params,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};
use serde_json::Value;
use std::collections::BTreeMap;

impl ToSql for WorkspaceId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.as_str().to_sql()
    }
}

impl FromSql for WorkspaceId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(FromSqlError::other)
    }
}

pub(super) fn end(now: Timestamp, length: SignedDuration) -> i64 {
    now.saturating_add(length).unwrap_or(Timestamp::MAX).as_millisecond()
}

fn text(holder: &Holder) -> String {
    serde_json::to_string(holder).expect("a holder is texts")
}

pub(super) fn head(rows: &Connection, place: &Place) -> Result<Option<Head>, Fault> {
    let mut query = rows
        .prepare_cached("SELECT number, hash FROM heads WHERE platform = ?1 AND workspace = ?2")?;
    let head = query.query_row(params![place.platform, place.workspace], |row| {
        Ok(Head { number: row.get(0)?, hash: Digest::new(row.get::<_, String>(1)?) })
    });
    Ok(head.optional()?)
}

/// The number of the record until which the facts are folded.
pub(super) fn folded(rows: &Connection, place: &Place) -> Result<u64, Fault> {
    let mut query =
        rows.prepare_cached("SELECT folded FROM heads WHERE platform = ?1 AND workspace = ?2")?;
    let folded = query.query_row(params![place.platform, place.workspace], |row| row.get(0));
    Ok(folded.optional()?.unwrap_or_default())
}

pub(super) fn all_heads(rows: &Connection) -> Result<BTreeMap<Place, Head>, Fault> {
    let mut query = rows.prepare("SELECT platform, workspace, number, hash FROM heads")?;
    let heads = query.query_map([], |row| {
        let place = Place { platform: row.get(0)?, workspace: row.get(1)? };
        Ok((place, Head { number: row.get(2)?, hash: Digest::new(row.get::<_, String>(3)?) }))
    })?;
    Ok(heads.collect::<Result<_, _>>()?)
}

pub(super) fn facts(rows: &Connection, place: &Place) -> Result<BTreeMap<String, Value>, Fault> {
    let mut query =
        rows.prepare_cached("SELECT key, value FROM facts WHERE platform = ?1 AND workspace = ?2")?;
    let facts = query.query_map(params![place.platform, place.workspace], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let facts = facts.map(|row| {
        let (key, value) = row?;
        let value = serde_json::from_str(&value).map_err(|_| Fault::Odd(value))?;
        Ok((key, value))
    });
    facts.collect()
}

/// As [`Shelf::tail`](crate::ledger::storage::Shelf::tail).
pub(super) fn tail(rows: &Connection, place: &Place) -> Result<Vec<Line>, Fault> {
    let mut query = rows.prepare_cached(
        "SELECT record, hash FROM journal WHERE platform = ?1 AND workspace = ?2 AND number >
         coalesce((SELECT min(heads.folded, heads.number - 1) - 1 FROM heads
                   WHERE platform = ?1 AND workspace = ?2), 0)
         ORDER BY number",
    )?;
    let lines = query.query_map(params![place.platform, place.workspace], line)?;
    Ok(lines.collect::<Result<_, _>>()?)
}

pub(super) fn line(row: &Row<'_>) -> Result<Line, rusqlite::Error> {
    Ok(Line { text: row.get(0)?, hash: Digest::new(row.get::<_, String>(1)?) })
}

/// To `holder`, whoever had it; its fence.
pub(super) fn lend(
    rows: &Connection,
    place: &Place,
    holder: &Holder,
    until: i64,
) -> Result<u64, Fault> {
    let mut query = rows.prepare_cached(
        "INSERT INTO leases (platform, workspace, fence, holder, expires)
         VALUES (?1, ?2, 1, ?3, ?4)
         ON CONFLICT (platform, workspace) DO UPDATE
         SET fence = fence + 1, holder = excluded.holder, expires = excluded.expires
         RETURNING fence",
    )?;
    let lease = params![place.platform, place.workspace, text(holder), until];
    Ok(query.query_row(lease, |row| row.get(0))?)
}

/// `None`: nobody holds one.
pub(super) fn lease(rows: &Connection, place: &Place) -> Result<Option<Lease>, Fault> {
    let found = rows
        .prepare_cached(
            "SELECT fence, holder, expires FROM leases
             WHERE platform = ?1 AND workspace = ?2 AND holder IS NOT NULL",
        )?
        .query_row(params![place.platform, place.workspace], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
        })
        .optional()?;
    let Some((fence, holder, expires)) = found else { return Ok(None) };
    let holder = serde_json::from_str(&holder).map_err(|_| Fault::Odd(holder))?;
    let expires = Timestamp::from_millisecond(expires).unwrap_or(Timestamp::MAX);
    Ok(Some(Lease { holder, fence, expires }))
}

/// Records, the facts that are folded with them, and the head they lead to.
pub(super) fn append(rows: &Connection, place: &Place, entry: &Entry) -> Result<(), Fault> {
    let Place { platform, workspace } = place;
    let mut journal = rows.prepare_cached(
        "INSERT INTO journal (platform, workspace, number, record, hash) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let mut remember = rows.prepare_cached(
        "INSERT INTO facts (platform, workspace, key, value) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (platform, workspace, key) DO UPDATE SET value = excluded.value",
    )?;
    let mut forget = rows
        .prepare_cached("DELETE FROM facts WHERE platform = ?1 AND workspace = ?2 AND key = ?3")?;
    for (number, Line { text, hash }) in entry.numbered() {
        journal.execute(params![platform, workspace, number, text, hash.as_str()])?;
    }
    if let Some(Fold { to: _, change: Change { gone, keys, values } }) = &entry.fold {
        for key in gone {
            forget.execute(params![platform, workspace, key])?;
        }
        for (key, value) in keys.iter().zip(values) {
            remember.execute(params![platform, workspace, key, value])?;
        }
    }
    let (Head { number, hash }, folded) = (&entry.head, entry.fold.as_ref().map(|fold| fold.to));
    rows.prepare_cached(
        "INSERT INTO heads (platform, workspace, number, hash, folded)
         VALUES (?1, ?2, ?3, ?4, coalesce(?5, 0))
         ON CONFLICT (platform, workspace) DO UPDATE
         SET number = excluded.number, hash = excluded.hash, folded = coalesce(?5, folded)",
    )?
    .execute(params![platform, workspace, number, hash.as_str(), folded])?;
    Ok(())
}
