//! Links, and the mails that carry them: written with the invitation, or not at all.

use super::{Rows, Unavailable, desk::Desk, rows::millis, rows::moment};
use crate::{
    model::{Email, WorkspaceId},
    sandbox::{
        mail::{Fate, Letter, MessageId, Parcel},
        token::{Token, TokenHash},
        world::{Change, Changes, LinkStanding, Member, MemberNo, PageOf, Sending, State},
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

/// What is to be delivered, and when to look again if that is nothing.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Due {
    pub(in crate::sandbox) parcels: Vec<Parcel>,
    pub(in crate::sandbox) next: Option<Timestamp>,
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

/// A letter that is to be written, once the changes are taken.
pub(super) struct Task {
    member: MemberNo,
    token: Token,
    id: MessageId,
}

impl Desk {
    /// The letters that the changes call for; empty where no mail is sent.
    pub(super) fn tasks(&self, changes: &Changes) -> std::result::Result<Vec<Task>, Unavailable> {
        if self.letterhead.is_none() {
            return Ok(Vec::new());
        }
        let workspace = self.world.workspace(&changes.workspace);
        let is_sent = |member: &Member| {
            let before = workspace.and_then(|workspace| workspace.member(member.no));
            let times = |member: &Member| member.invited.as_ref().map(|invited| invited.times);
            matches!(member.state, State::Invited { .. }) && before.and_then(times) != times(member)
        };
        members(changes)
            .filter(|member| is_sent(member))
            .map(|member| {
                let random = |why: getrandom::Error| Unavailable(why.to_string());
                let token = Token::for_link().map_err(random)?;
                let id = MessageId::random(self.now).map_err(random)?;
                Ok(Task { member: member.no, token, id })
            })
            .collect()
    }

    /// Takes back what has not gone out and is not wanted any more.
    pub(super) fn call_back(&self, changes: &Changes) -> Result<()> {
        for change in &changes.changes {
            let (no, wanted) = match change {
                Change::Member(member) => (member.no, pending(member)),
                Change::MemberGone(no) => (*no, None),
                Change::Program(_) | Change::ProgramGone(_) | Change::Logo { .. } => continue,
            };
            self.rows.call_back(changes.workspace.as_str(), no, wanted)?;
        }
        Ok(())
    }

    /// Writes the letters of changes that were taken.
    pub(super) fn post(&mut self, workspace: &WorkspaceId, tasks: Vec<Task>) -> Result<()> {
        let Some(letterhead) = &self.letterhead else { return Ok(()) };
        for Task { member: no, token, id } in tasks {
            let Some(found) = self.world.workspace(workspace) else { continue };
            let Some(member) = found.member(no) else { continue };
            let Some(letter) = Letter::to(found, member, letterhead.link(&token)) else { continue };
            let sending = Sending {
                workspace: workspace.clone(),
                member: no,
                times: member.invited.as_ref().map_or(0, |invited| invited.times),
                email: member.email.clone(),
            };
            self.rows.put_link(token.hash(), &sending)?;
            let message_id = id.within(letterhead.domain());
            let message = letterhead.message(&letter, &message_id, self.now);
            self.rows.put_mail(&sending, &message_id, &message, self.now)?;
            self.has_mail = true;
        }
        Ok(())
    }

    /// What is to go out by now. Invitations that nobody can accept any more are not among it.
    pub(super) fn due(&mut self) -> Result<Due> {
        let now = self.now;
        let mut due = Due::default();
        for (parcel, sending) in self.rows.due(now)? {
            let standing =
                sending.map_or(LinkStanding::Gone, |sending| self.world.standing(&sending, now));
            match standing {
                LinkStanding::Open => due.parcels.push(parcel),
                LinkStanding::Expired => {
                    self.begin()?;
                    self.rows.give_up(parcel.id)?;
                }
                LinkStanding::Accepted
                | LinkStanding::Refused
                | LinkStanding::Withdrawn
                | LinkStanding::Replaced
                | LinkStanding::Gone => {
                    self.begin()?;
                    self.rows.drop_mail(parcel.id)?;
                }
            }
        }
        due.next = self.rows.next_due(now)?;
        Ok(due)
    }

    pub(super) fn settle(&mut self, fates: &[(i64, Fate)]) -> Result<()> {
        self.begin()?;
        for (id, fate) in fates {
            self.rows.settle(*id, fate, self.now)?;
        }
        Ok(())
    }
}

fn members(changes: &Changes) -> impl Iterator<Item = &Member> {
    changes.changes.iter().filter_map(|change| match change {
        Change::Member(member) => Some(&**member),
        Change::MemberGone(_)
        | Change::Program(_)
        | Change::ProgramGone(_)
        | Change::Logo { .. } => None,
    })
}

/// Which sending somebody may still answer.
fn pending(member: &Member) -> Option<u32> {
    match member.state {
        State::Invited { .. } => member.invited.as_ref().map(|invited| invited.times),
        State::Refused
        | State::Withdrawn
        | State::Active { .. }
        | State::Blocked { .. }
        | State::Left => None,
    }
}

impl Rows {
    fn put_link(&self, hash: TokenHash, sending: &Sending) -> Result<()> {
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

    fn put_mail(
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

    fn call_back(&self, workspace: &str, member: MemberNo, wanted: Option<u32>) -> Result<()> {
        self.run(
            "DELETE FROM mail WHERE workspace = ?1 AND member = ?2 AND state = 'queued'
                AND times IS NOT ?3",
            params![workspace, no(member), wanted],
        )
    }

    fn due(&self, now: Timestamp) -> Result<Vec<(Parcel, Option<Sending>)>> {
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

    fn next_due(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        let next: Option<i64> = self
            .connection
            .prepare_cached("SELECT min(next_at) FROM mail WHERE state = 'queued'")?
            .query_row([], |row| row.get(0))?;
        let latest = now.checked_add(LONGEST_PAUSE).unwrap_or(Timestamp::MAX);
        Ok(next.map(|next| moment(next).min(latest)))
    }

    fn settle(&self, id: i64, fate: &Fate, now: Timestamp) -> Result<()> {
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
    fn give_up(&self, id: i64) -> Result<()> {
        self.run(
            "UPDATE mail SET state = 'failed', bytes = NULL,
                last_error = 'the invitation expired before it could be delivered'
                    || ifnull(': ' || last_error, '')
             WHERE id = ?1",
            [id],
        )
    }

    fn drop_mail(&self, id: i64) -> Result<()> {
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

    pub(super) fn mails(&self, workspace: &str, page: PageOf) -> Result<Listed<Mail>> {
        let total = self.count("SELECT count(*) FROM mail WHERE workspace = ?1", workspace)?;
        let items = self
            .connection
            .prepare_cached(
                "SELECT member, times, recipient, message_id, state, attempts, queued_at, next_at,
                        last_error
                 FROM mail WHERE workspace = ?1 ORDER BY id DESC LIMIT ?2 OFFSET ?3",
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
