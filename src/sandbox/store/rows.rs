//! The world as rows.

use super::reply::Reply;
use crate::{
    model::{Digest, Email},
    sandbox::{
        token::TokenHash,
        world::{Change, Changes},
    },
};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Params, Result, params};

/// A client that has not heard the answer for so long has given up.
const ANSWERS_KEPT_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

#[derive(Debug)]
pub(in crate::sandbox) struct Rows {
    pub(super) connection: Connection,
}

impl Rows {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection }
    }

    pub(super) fn begin(&self) -> Result<()> {
        self.connection.execute_batch("BEGIN IMMEDIATE")
    }

    pub(super) fn commit(&self) -> Result<()> {
        self.connection.execute_batch("COMMIT")
    }

    /// Ends a transaction that failed, where SQLite has not done so by itself.
    pub(super) fn roll_back(&self) -> Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.connection.execute_batch("ROLLBACK")
    }

    pub(super) fn put(&self, changes: &Changes) -> Result<()> {
        if changes.changes.is_empty() {
            return Ok(());
        }
        let workspace = changes.workspace.as_str();
        self.run(
            "INSERT INTO workspace (id, revision, next) VALUES (?1, ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET revision = ?2, next = ?3",
            params![workspace, changes.revision.cast_signed(), changes.next.cast_signed()],
        )?;
        for change in &changes.changes {
            self.put_change(workspace, change)?;
        }
        Ok(())
    }

    fn put_change(&self, workspace: &str, change: &Change) -> Result<()> {
        match change {
            Change::Program(program) => self.run(
                "INSERT OR REPLACE INTO program (workspace, no, json) VALUES (?1, ?2, ?3)",
                params![workspace, program.no.get().cast_signed(), json(&program.to_wire())],
            ),
            Change::ProgramGone(no) => self.run(
                "DELETE FROM program WHERE workspace = ?1 AND no = ?2",
                params![workspace, no.get().cast_signed()],
            ),
            // As it shows before anything ran out.
            Change::Member(member) => self.run(
                "INSERT OR REPLACE INTO member (workspace, no, json) VALUES (?1, ?2, ?3)",
                params![
                    workspace,
                    member.no.get().cast_signed(),
                    json(&member.to_wire(Timestamp::MIN))
                ],
            ),
            Change::MemberGone(no) => self.run(
                "DELETE FROM member WHERE workspace = ?1 AND no = ?2",
                params![workspace, no.get().cast_signed()],
            ),
            Change::Logo { digest, format, bytes } => self.run(
                "INSERT INTO logo (workspace, digest, media_type, bytes) VALUES (?1, ?2, ?3, ?4)",
                params![workspace, digest.as_str(), format.media_type(), bytes],
            ),
        }
    }

    pub(in crate::sandbox) fn logo(
        &self,
        workspace: &str,
        digest: &Digest,
    ) -> Result<Option<Vec<u8>>> {
        self.connection
            .prepare_cached("SELECT bytes FROM logo WHERE workspace = ?1 AND digest = ?2")?
            .query_row([workspace, digest.as_str()], |row| row.get(0))
            .optional()
    }

    pub(super) fn put_token(&self, hash: TokenHash, email: &Email) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO token (hash, email) VALUES (?1, ?2)",
            params![hash.0, email.as_str()],
        )
    }

    /// What was answered under this key, and the hash of the request it answered.
    pub(super) fn answer(&self, caller: &str, key: &str) -> Result<Option<([u8; 32], String)>> {
        self.connection
            .prepare_cached("SELECT request, reply FROM answer WHERE caller = ?1 AND key = ?2")?
            .query_row([caller, key], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
    }

    pub(super) fn remember(
        &self,
        caller: &str,
        key: &str,
        request: [u8; 32],
        (reply, now): (Option<&Reply>, Timestamp),
    ) -> Result<()> {
        let reply = reply.map(json).unwrap_or_default();
        self.run(
            "INSERT OR REPLACE INTO answer (caller, key, request, reply, at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![caller, key, request, reply, millis(now)],
        )
    }

    /// Forgets answers that nobody can be waiting for any more.
    pub(super) fn forget_answers(&self, now: Timestamp) -> Result<()> {
        let oldest = now.checked_sub(ANSWERS_KEPT_FOR).unwrap_or(Timestamp::MIN);
        self.run("UPDATE answer SET at = ?1 WHERE at = 0", [millis(now)])?;
        self.run("DELETE FROM answer WHERE at < ?1", [millis(oldest)])
    }

    /// How far our clock is ahead of the machine's, in milliseconds.
    pub(super) fn ahead(&self) -> Result<i64> {
        self.connection.query_row("SELECT ahead FROM clock", [], |row| row.get(0))
    }

    pub(super) fn put_ahead(&self, millis: i64) -> Result<()> {
        self.run("UPDATE clock SET ahead = ?1", [millis])
    }

    pub(super) fn count(&self, sql: &str, of: &str) -> Result<u64> {
        self.connection
            .prepare_cached(sql)?
            .query_row([of], |row| row.get(0))
            .map(i64::cast_unsigned)
    }

    pub(super) fn run(&self, sql: &str, params: impl Params) -> Result<()> {
        self.connection.prepare_cached(sql)?.execute(params).map(drop)
    }
}

pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("our rows have text keys and no failing parts")
}

/// A time as it is kept.
pub(super) fn millis(time: Timestamp) -> i64 {
    time.as_millisecond()
}

pub(super) fn moment(millis: i64) -> Timestamp {
    let nearest = if millis < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(millis).unwrap_or(nearest)
}
