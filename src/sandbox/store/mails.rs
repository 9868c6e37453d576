//! Links and mails as rows.

use super::{
    Rows,
    rows::{millis, moment},
};
use crate::{
    model::{Email, WorkspaceId},
    sandbox::{
        mail::{Fate, Parcel},
        token::TokenHash,
        world::{MemberNo, PageOf, Sending},
    },
};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Result, Row, params};
use std::collections::BTreeMap;

/// After a first failure; doubles with each further one.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// Enough to hide the cost of a commit, and not much to hold in memory.
const MAX_PARCELS: u32 = 256;

/// One invitation's mail, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Mail {
    pub(in crate::sandbox) member: MemberNo,
    /// Which sending of the invitation.
    pub(in crate::sandbox) times: u32,
    pub(in crate::sandbox) recipient: String,
    pub(in crate::sandbox) message_id: String,
    pub(in crate::sandbox) state: MailState,
    pub(in crate::sandbox) attempts: u32,
    pub(in crate::sandbox) queued_at: Timestamp,
    /// When it is tried next, while it is queued.
    pub(in crate::sandbox) next_at: Timestamp,
    pub(in crate::sandbox) last_error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum MailState {
    Queued,
    Sent,
    Failed,
}

/// Newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Listed<T> {
    pub(in crate::sandbox) items: Vec<T>,
    pub(in crate::sandbox) total: u64,
}

/// Why mails of a workspace did not arrive, by who did not get them.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Undelivered(BTreeMap<(String, u32), Trouble>);

#[derive(Debug)]
pub(in crate::sandbox) struct Trouble {
    pub(in crate::sandbox) attempts: u32,
    pub(in crate::sandbox) why: String,
}

impl Rows {
    pub(super) fn put_link(&self, hash: TokenHash, sending: &Sending) -> Result<()> {
        let Sending { workspace, member, times, email } = sending;
        self.run(
            "INSERT INTO link (hash, workspace, member, times, email) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![hash.0, workspace.as_str(), no(*member), times, email.as_str()],
        )
    }

    /// What a link stands for; where it is kept, nobody can tell from how long this takes.
    pub(super) fn link(&self, hash: TokenHash) -> Result<Option<Sending>> {
        let found = self
            .connection
            .prepare_cached(
                "SELECT hash, workspace, member, times, email FROM link WHERE hash = ?",
            )?
            .query_row([hash.0], |row| Ok((TokenHash(row.get(0)?), sending(row, 1)?)))
            .optional()?;
        Ok(found.and_then(|(kept, sending)| if kept.is(hash) { sending } else { None }))
    }

    pub(super) fn put_mail(
        &self,
        sending: &Sending,
        message_id: &str,
        message: &std::result::Result<Vec<u8>, String>,
        now: Timestamp,
    ) -> Result<()> {
        let state = if message.is_ok() { "queued" } else { "failed" };
        let Sending { workspace, member, times, email } = sending;
        self.run(
            "INSERT INTO mail (workspace, member, times, recipient, message_id, bytes, state,
                               queued_at, next_at, last_error)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)",
            params![
                workspace.as_str(),
                no(*member),
                times,
                email.as_str(),
                message_id,
                message.as_ref().ok(),
                state,
                millis(now),
                message.as_ref().err(),
            ],
        )
    }

    pub(super) fn call_back(
        &self,
        workspace: &str,
        member: MemberNo,
        wanted: Option<u32>,
    ) -> Result<()> {
        self.run(
            "DELETE FROM mail WHERE workspace = ?1 AND member = ?2 AND state = 'queued'
                AND times IS NOT ?3",
            params![workspace, no(member), wanted],
        )
    }

    pub(super) fn due(&self, now: Timestamp) -> Result<Vec<(Parcel, Option<Sending>)>> {
        // What is due later than it can be was put off before the clock went back.
        let latest = now.checked_add(LONGEST_PAUSE).unwrap_or(Timestamp::MAX);
        self.connection
            .prepare_cached(
                "SELECT id, message_id, bytes, workspace, member, times, recipient FROM mail
                 WHERE state = 'queued' AND (next_at <= ?1 OR next_at > ?2)
                 ORDER BY next_at, id LIMIT ?3",
            )?
            .query_map(params![millis(now), millis(latest), MAX_PARCELS], |row| {
                let parcel = Parcel {
                    id: row.get(0)?,
                    message_id: row.get(1)?,
                    bytes: row.get(2)?,
                    recipient: row.get(6)?,
                };
                Ok((parcel, sending(row, 3)?))
            })?
            .collect()
    }

    pub(super) fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        let next: Option<i64> = self
            .connection
            .prepare_cached("SELECT min(next_at) FROM mail WHERE state = 'queued'")?
            .query_row([], |row| row.get(0))?;
        let latest = now.checked_add(LONGEST_PAUSE).unwrap_or(Timestamp::MAX);
        Ok(next.map(|next| moment(next).min(latest)))
    }

    pub(super) fn waiting(&self) -> Result<(u64, Option<String>)> {
        self.connection
            .prepare_cached(
                "SELECT count(*),
                    (SELECT last_error FROM mail WHERE state = 'queued' AND last_error IS NOT NULL
                     ORDER BY next_at DESC, id DESC LIMIT 1)
                 FROM mail WHERE state = 'queued'",
            )?
            .query_row([], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?)))
    }

    pub(super) fn settle(&self, id: i64, fate: &Fate, now: Timestamp) -> Result<()> {
        let sql = match fate {
            Fate::Sent => {
                "UPDATE mail SET state = 'sent', bytes = NULL, last_error = ?2,
                    attempts = attempts + 1 WHERE id = ?1 AND state = 'queued'"
            }
            Fate::Never(_) => {
                "UPDATE mail SET state = 'failed', bytes = NULL, last_error = ?2,
                    attempts = attempts + 1 WHERE id = ?1 AND state = 'queued'"
            }
            Fate::Later(_) => {
                "UPDATE mail SET last_error = ?2, attempts = attempts + 1,
                    next_at = ?3 + min(?4 << min(attempts, 20), ?5)
                 WHERE id = ?1 AND state = 'queued'"
            }
        };
        match fate {
            Fate::Sent => self.run(sql, params![id, None::<&str>]),
            Fate::Never(why) => self.run(sql, params![id, why]),
            Fate::Later(why) => {
                let (first, longest) = (FIRST_PAUSE.as_millis(), LONGEST_PAUSE.as_millis());
                let pauses = (i64::try_from(first), i64::try_from(longest));
                let (first, longest) = (pauses.0.unwrap_or(i64::MAX), pauses.1.unwrap_or(i64::MAX));
                self.run(sql, params![id, why, millis(now), first, longest])
            }
        }
    }

    /// Nobody could do anything with it any more.
    pub(super) fn give_up(&self, id: i64) -> Result<()> {
        self.run(
            "UPDATE mail SET state = 'failed', bytes = NULL,
                last_error = 'the invitation expired before it could be delivered'
                    || ifnull(': ' || last_error, '')
             WHERE id = ?1",
            [id],
        )
    }

    pub(super) fn drop_mail(&self, id: i64) -> Result<()> {
        self.run("DELETE FROM mail WHERE id = ?1", [id])
    }

    pub(in crate::sandbox) fn undelivered(&self, workspace: &str) -> Result<Undelivered> {
        let troubles = self
            .connection
            .prepare_cached(
                "SELECT member, times, state, attempts, queued_at, last_error FROM mail
                 WHERE workspace = ?1 AND last_error IS NOT NULL",
            )?
            .query_map([workspace], |row| {
                let member = MemberNo::new(row.get::<_, i64>(0)?.cast_unsigned());
                let (attempts, why): (u32, String) = (row.get(3)?, row.get(5)?);
                let since = moment(row.get(4)?).strftime("%Y-%m-%dT%H:%M:%SZ");
                let why = match mail_state(row, 2)? {
                    MailState::Failed => format!("not delivered: {why}"),
                    MailState::Queued | MailState::Sent => {
                        format!("queued since {since}, tried {attempts}×: {why}")
                    }
                };
                Ok(((member.to_string(), row.get(1)?), Trouble { attempts, why }))
            })?
            .collect::<Result<_>>()?;
        Ok(Undelivered(troubles))
    }

    /// What was tried and did not go out. What is on its way at once is nothing to tell.
    pub(in crate::sandbox) fn mails_held(
        &self,
        workspace: &str,
        page: PageOf,
    ) -> Result<Listed<Mail>> {
        let total = self.count(
            "SELECT count(*) FROM mail WHERE workspace = ?1 AND last_error IS NOT NULL",
            workspace,
        )?;
        let items = self
            .connection
            .prepare_cached(
                "SELECT member, times, recipient, message_id, state, attempts, queued_at, next_at,
                        last_error
                 FROM mail WHERE workspace = ?1 AND last_error IS NOT NULL
                 ORDER BY id DESC LIMIT ?2 OFFSET ?3",
            )?
            .query_map(params![workspace, page.size, page.skipped().cast_signed()], |row| {
                Ok(Mail {
                    member: MemberNo::new(row.get::<_, i64>(0)?.cast_unsigned()),
                    times: row.get(1)?,
                    recipient: row.get(2)?,
                    message_id: row.get(3)?,
                    state: mail_state(row, 4)?,
                    attempts: row.get(5)?,
                    queued_at: moment(row.get(6)?),
                    next_at: moment(row.get(7)?),
                    last_error: row.get(8)?,
                })
            })?
            .collect::<Result<_>>()?;
        Ok(Listed { items, total })
    }
}

impl Undelivered {
    /// About the mail of exactly this sending.
    pub(in crate::sandbox) fn about(&self, member: &str, times: u32) -> Option<&Trouble> {
        self.0.get(&(member.to_owned(), times))
    }
}

fn no(member: MemberNo) -> i64 {
    member.get().cast_signed()
}

/// `None`: a row that names what cannot be, and so nothing.
fn sending(row: &Row<'_>, first: usize) -> Result<Option<Sending>> {
    let workspace = row.get::<_, String>(first)?.parse::<WorkspaceId>();
    let member = MemberNo::new(row.get::<_, i64>(first + 1)?.cast_unsigned());
    let times = row.get(first + 2)?;
    let email = row.get::<_, String>(first + 3)?.parse::<Email>();
    Ok(workspace.ok().zip(email.ok()).map(|(workspace, email)| Sending {
        workspace,
        member,
        times,
        email,
    }))
}

fn mail_state(row: &Row<'_>, column: usize) -> Result<MailState> {
    let word: String = row.get(column)?;
    Ok(match word.as_str() {
        "queued" => MailState::Queued,
        "sent" => MailState::Sent,
        // The table's check leaves no other.
        _ => MailState::Failed,
    })
}
