//! One platform's part of the ledger, within a transaction: rows, and what they mean.

use super::sqlite::LAYOUT;
use crate::{
    engine::{Ending, IdempotencyKey, Intent, Receipt},
    model::{Acquaintance, Digest, Email, ProgramId, ProgramKey, Subject, WorkspaceId, image},
    plan::{Action, Step},
};
use rusqlite::{OptionalExtension as _, Transaction, params};
use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

/// How the subject of an intent begins that is about a person.
const MEMBER: &str = "member ";
/// Whoever is there was invited once, by whomever.
pub(super) const INVITED_ONCE: Acquaintance = Acquaintance { sends: 1, wish: None };

/// Why an operation on the ledger failed, before it is known which file it is about.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("it was written by a newer minisync (layout {0}, and this one knows {LAYOUT})")]
    Newer(i64),
    #[error("it holds `{0}`, which is not what minisync writes there")]
    Odd(String),
}

/// A transaction on the part of one platform.
pub(super) struct Place<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    pub(super) ledger: &'a str,
    pub(super) platform: &'a str,
}

fn subject_of(step: &Step) -> String {
    match step.action.subject() {
        Subject::Program(key) => format!("program {key}"),
        Subject::Member(email) => format!("{MEMBER}{email}"),
    }
}

pub(super) fn parsed<T: FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::Odd(text.to_owned()))
}

impl Place<'_> {
    pub(super) fn programs(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<BTreeMap<ProgramKey, ProgramId>, Fault> {
        let mut query = self.transaction.prepare_cached(
            "SELECT key, id FROM programs WHERE platform = ?1 AND workspace = ?2",
        )?;
        let rows = query.query_map([self.platform, workspace.as_str()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| {
            let (key, id) = row?;
            Ok((parsed(&key)?, ProgramId::new(id)))
        })
        .collect()
    }

    pub(super) fn members(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<BTreeMap<Email, Acquaintance>, Fault> {
        let mut query = self.transaction.prepare_cached(
            "SELECT email, sends, wish FROM members WHERE platform = ?1 AND workspace = ?2",
        )?;
        let rows = query.query_map([self.platform, workspace.as_str()], |row| {
            let wish = row.get::<_, Option<String>>(2)?.map(Digest::new);
            Ok((row.get::<_, String>(0)?, Acquaintance { sends: row.get(1)?, wish }))
        })?;
        rows.map(|row| {
            let (email, acquaintance) = row?;
            Ok((parsed(&email)?, acquaintance))
        })
        .collect()
    }

    /// Counts the sends for this wish from now on, and anew when they were for another; `None`:
    /// there is nothing to count.
    pub(super) fn count_for(
        &self,
        workspace: &WorkspaceId,
        email: &Email,
        wish: Option<&Digest>,
        known: &Acquaintance,
    ) -> Result<(), Fault> {
        let sends = wish.filter(|wish| known.counts_for(wish)).map_or(0, |_| known.sends);
        self.execute(
            "UPDATE members SET sends = ?4, wish = ?5
             WHERE platform = ?1 AND workspace = ?2 AND email = ?3",
            params![
                self.platform,
                workspace.as_str(),
                email.as_str(),
                sends,
                wish.map(Digest::as_str)
            ],
        )
    }

    /// The open intent of the same step if there is one, else a new one.
    pub(super) fn intend(&self, workspace: &WorkspaceId, step: &Step) -> Result<Intent, Fault> {
        let digest = step.digest();
        let subject = subject_of(step);
        let place = params![self.platform, workspace.as_str(), subject, digest.as_str()];
        let open = self
            .transaction
            .prepare_cached(
                "SELECT sequence, key FROM intents
                 WHERE platform = ?1 AND workspace = ?2 AND subject = ?3 AND step = ?4
                   AND ending IS NULL",
            )?
            .query_row(place, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))
            .optional()?;
        let is_repeated = open.is_some();
        let (sequence, key) = match open {
            Some(open) => open,
            None => {
                self.count_send(workspace, step, 1)?;
                self.new_intent(workspace, &subject, &digest)?
            }
        };
        let (workspace, key) = (workspace.clone(), IdempotencyKey(key));
        Ok(Intent { workspace, sequence, key, is_repeated })
    }

    pub(super) fn new_intent(
        &self,
        workspace: &WorkspaceId,
        subject: &str,
        step: &Digest,
    ) -> Result<(i64, String), Fault> {
        self.execute(
            "INSERT INTO intents (platform, workspace, subject, step) VALUES (?1, ?2, ?3, ?4)",
            params![self.platform, workspace.as_str(), subject, step.as_str()],
        )?;
        let sequence = self.transaction.last_insert_rowid();
        let key = image::digest(format!("{}/{sequence}/{step}", self.ledger).as_bytes());
        let key = key.to_string();
        self.execute("UPDATE intents SET key = ?2 WHERE sequence = ?1", params![sequence, key])?;
        Ok((sequence, key))
    }

    pub(super) fn record(&self, ending: &Ending<'_>) -> Result<(), Fault> {
        let word = match ending.result {
            Some(Ok(receipt)) => {
                self.remember(ending, receipt)?;
                self.overtake(ending)?;
                "done".to_owned()
            }
            Some(Err(error)) if error.is_certain() => {
                self.count_send(&ending.intent.workspace, ending.step, -1)?;
                error.to_string()
            }
            None if !ending.intent.is_repeated => {
                self.count_send(&ending.intent.workspace, ending.step, -1)?;
                "never asked".to_owned()
            }
            Some(Err(_)) | None => return Ok(()),
        };
        self.execute(
            "UPDATE intents SET ending = ?2 WHERE sequence = ?1",
            params![ending.intent.sequence, word],
        )
    }

    /// What was once asked of the same person or program, and never heard of, was asked of a world
    /// that is gone: its key must not be used again.
    pub(super) fn overtake(&self, ending: &Ending<'_>) -> Result<(), Fault> {
        self.execute(
            "UPDATE intents SET ending = 'overtaken'
             WHERE platform = ?1 AND workspace = ?2 AND subject = ?3 AND ending IS NULL
               AND sequence < ?4",
            params![
                self.platform,
                ending.intent.workspace.as_str(),
                subject_of(ending.step),
                ending.intent.sequence
            ],
        )
    }

    pub(super) fn remember(&self, ending: &Ending<'_>, receipt: &Receipt) -> Result<(), Fault> {
        let workspace = ending.intent.workspace.as_str();
        match &ending.step.action {
            Action::AdoptProgram { key, id } => self.remember_program(workspace, key, id),
            Action::CreateProgram { program } => match receipt {
                Receipt::Program { id, .. } => self.remember_program(workspace, &program.key, id),
                Receipt::Member { .. } | Receipt::Gone => Ok(()),
            },
            Action::DeleteProgram { key, .. } => self.execute(
                "DELETE FROM programs WHERE platform = ?1 AND workspace = ?2 AND key = ?3",
                params![self.platform, workspace, key.as_str()],
            ),
            Action::AdoptMember { email, .. }
            | Action::Invite { email, .. }
            | Action::Reinvite { email, .. } => self.remember_member(workspace, email),
            Action::Withdraw { email, .. } | Action::Remove { email, .. } => {
                self.forget_member(&ending.intent.workspace, email)
            }
            Action::UpdateProgram { .. }
            | Action::Resend { .. }
            | Action::ChangeRole { .. }
            | Action::Block { .. }
            | Action::Unblock { .. } => Ok(()),
        }
    }

    /// Counts with the intent, so that what a dying run may have sent is not sent beyond the
    /// policy; a certain no takes it back.
    pub(super) fn count_send(
        &self,
        workspace: &WorkspaceId,
        step: &Step,
        by: i32,
    ) -> Result<(), Fault> {
        let Subject::Member(email) = step.action.subject() else { return Ok(()) };
        if !step.action.sends_invitation() {
            return Ok(());
        }
        self.execute(
            "UPDATE members SET sends = max(sends + ?4, 0)
             WHERE platform = ?1 AND workspace = ?2 AND email = ?3",
            params![self.platform, workspace.as_str(), email.as_str(), by],
        )
    }

    pub(super) fn remember_member(&self, workspace: &str, email: &Email) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO members (platform, workspace, email, sends) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            params![self.platform, workspace, email.as_str(), INVITED_ONCE.sends],
        )
    }

    /// People of whom something was asked, and it is not known how that ended: whoever of them is
    /// there may well be there because of us.
    pub(super) fn open_intents(&self, workspace: &WorkspaceId) -> Result<BTreeSet<Email>, Fault> {
        let mut query = self.transaction.prepare_cached(
            "SELECT subject FROM intents
             WHERE platform = ?1 AND workspace = ?2 AND ending IS NULL",
        )?;
        let rows =
            query.query_map([self.platform, workspace.as_str()], |row| row.get::<_, String>(0))?;
        let subjects = rows.collect::<Result<Vec<_>, _>>()?;
        subjects.iter().filter_map(|it| it.strip_prefix(MEMBER)).map(parsed).collect()
    }

    /// What was asked about a person has ended in some way that a whole reading shows.
    pub(super) fn end_intents(
        &self,
        workspace: &WorkspaceId,
        email: &Email,
        how: &str,
    ) -> Result<(), Fault> {
        self.execute(
            "UPDATE intents SET ending = ?4
             WHERE platform = ?1 AND workspace = ?2 AND subject = ?3 AND ending IS NULL",
            params![self.platform, workspace.as_str(), format!("{MEMBER}{email}"), how],
        )
    }

    pub(super) fn forget_member(
        &self,
        workspace: &WorkspaceId,
        email: &Email,
    ) -> Result<(), Fault> {
        self.execute(
            "DELETE FROM members WHERE platform = ?1 AND workspace = ?2 AND email = ?3",
            params![self.platform, workspace.as_str(), email.as_str()],
        )
    }

    pub(super) fn remember_program(
        &self,
        workspace: &str,
        key: &ProgramKey,
        id: &ProgramId,
    ) -> Result<(), Fault> {
        // The key has changed: the program is not remembered under the one it had before.
        self.execute(
            "DELETE FROM programs
             WHERE platform = ?1 AND workspace = ?2 AND key <> ?3 AND id = ?4",
            params![self.platform, workspace, key.as_str(), id.as_str()],
        )?;
        self.execute(
            "INSERT INTO programs (platform, workspace, key, id) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (platform, workspace, key) DO UPDATE SET id = excluded.id",
            params![self.platform, workspace, key.as_str(), id.as_str()],
        )
    }

    pub(super) fn execute(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), Fault> {
        self.transaction.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }
}
