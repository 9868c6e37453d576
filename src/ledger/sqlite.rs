//! The ledger in SQLite.
//!
//! Why not a JSON file: an intent has to be durable before every request, and rewriting a file of
//! ten thousand entries ten thousand times is not an option.

use crate::{
    engine::{Ending, IdempotencyKey, Intent, Receipt, Store, StoreError},
    model::{
        Acquaintance, Digest, Email, Memory, ProgramId, ProgramKey, Subject, WorkspaceId, image,
    },
    plan::{Action, Step},
};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    str::FromStr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The layout this program writes, as SQLite's `user_version`.
const LAYOUT: i64 = 2;
/// How long another process may hold the file before we give up.
const PATIENCE: Duration = Duration::from_secs(5);

const SCHEMA: &str = "
    CREATE TABLE ledger (id TEXT NOT NULL);
    CREATE TABLE intents (
        sequence  INTEGER PRIMARY KEY AUTOINCREMENT,
        platform  TEXT NOT NULL,
        workspace TEXT NOT NULL,
        subject   TEXT NOT NULL,  -- whom or what it is about
        step      TEXT NOT NULL,  -- digest of what was asked
        key       TEXT,           -- the idempotency key it was asked under
        ending    TEXT            -- NULL: not known to have ended
    ) STRICT;
    CREATE INDEX open_intents ON intents (platform, workspace, subject) WHERE ending IS NULL;
    CREATE TABLE programs (
        platform  TEXT NOT NULL,
        workspace TEXT NOT NULL,
        key       TEXT NOT NULL,
        id        TEXT NOT NULL,
        PRIMARY KEY (platform, workspace, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE members (
        platform  TEXT NOT NULL,
        workspace TEXT NOT NULL,
        email     TEXT NOT NULL,
        sends     INTEGER NOT NULL DEFAULT 0,  -- since the wish changed or they last joined
        wish      TEXT,                        -- what the sends were for; NULL: not known yet
        PRIMARY KEY (platform, workspace, email)
    ) STRICT, WITHOUT ROWID;
";

/// From the layout before sends were counted.
const COUNT_SENDS: &str = "
    ALTER TABLE members ADD COLUMN sends INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE members ADD COLUMN wish TEXT;
";

/// How the subject of an intent begins that is about a person.
const MEMBER: &str = "member ";
/// Whoever is there was invited once, by whomever.
const INVITED_ONCE: Acquaintance = Acquaintance { sends: 1, wish: None };

#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    /// Random: keys of different ledgers never meet.
    id: String,
    /// Workspaces of the same name on two platforms are two workspaces.
    platform: String,
    connection: Mutex<Connection>,
}

/// Why an operation on the ledger failed, before it is known which file it is about.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("it was written by a newer minisync (layout {0}, and this one knows {LAYOUT})")]
    Newer(i64),
    #[error("it holds `{0}`, which is not what minisync writes there")]
    Odd(String),
}

impl Ledger {
    /// For one platform, whatever it is told by. `new_id` is used when the ledger does not exist
    /// yet: any text that no other ledger has.
    pub fn open(path: &Path, platform: &str, new_id: &str) -> Result<Self, StoreError> {
        let (connection, id) = open(path, new_id).map_err(|fault| error(path, &fault))?;
        let (path, platform) = (path.to_owned(), platform.to_owned());
        Ok(Self { path, id, platform, connection: Mutex::new(connection) })
    }

    /// The workspaces in which we manage something.
    pub fn workspaces(&self) -> Result<BTreeSet<WorkspaceId>, StoreError> {
        self.transact(TransactionBehavior::Deferred, |place| {
            let mut query = place.transaction.prepare_cached(
                "SELECT workspace FROM programs WHERE platform = ?1
                 UNION SELECT workspace FROM members WHERE platform = ?1",
            )?;
            let rows = query.query_map([place.platform], |row| row.get::<_, String>(0))?;
            rows.map(|row| parsed(&row?)).collect()
        })
    }

    /// Forgets everything about this platform, and nothing about others.
    pub fn forget(&self) -> Result<(), StoreError> {
        self.transact(TransactionBehavior::Immediate, |place| {
            for table in ["intents", "programs", "members"] {
                let sql = format!("DELETE FROM {table} WHERE platform = ?1");
                place.execute(&sql, [place.platform])?;
            }
            Ok(())
        })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic in another thread rolled its transaction back: the connection is sound.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All or nothing.
    fn transact<T>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Place<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let run = || {
            let mut connection = self.connection();
            let transaction = connection.transaction_with_behavior(behavior)?;
            let place =
                Place { transaction: &transaction, ledger: &self.id, platform: &self.platform };
            let result = work(&place)?;
            transaction.commit()?;
            Ok(result)
        };
        run().map_err(|fault| error(&self.path, &fault))
    }
}

fn error(path: &Path, fault: &Fault) -> StoreError {
    StoreError { path: path.display().to_string(), why: fault.to_string() }
}

fn open(path: &Path, new_id: &str) -> Result<(Connection, String), Fault> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match transaction.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? {
        0 => {
            transaction.execute_batch(SCHEMA)?;
            transaction.execute("INSERT INTO ledger (id) VALUES (?1)", [new_id])?;
            transaction.pragma_update(None, "user_version", LAYOUT)?;
        }
        1 => {
            transaction.execute_batch(COUNT_SENDS)?;
            transaction.pragma_update(None, "user_version", LAYOUT)?;
        }
        LAYOUT => {}
        newer => return Err(Fault::Newer(newer)),
    }
    let id = transaction.query_row("SELECT id FROM ledger", [], |row| row.get(0))?;
    transaction.commit()?;
    Ok((connection, id))
}

/// A transaction on the part of one platform.
struct Place<'a> {
    transaction: &'a Transaction<'a>,
    ledger: &'a str,
    platform: &'a str,
}

impl Store for Ledger {
    fn load(&self, workspace: &WorkspaceId) -> Result<Memory, StoreError> {
        self.transact(TransactionBehavior::Deferred, |place| {
            let mut members = place.members(workspace)?;
            for email in place.open_intents(workspace)? {
                members.entry(email).or_insert(INVITED_ONCE);
            }
            Ok(Memory { programs: place.programs(workspace)?, members })
        })
    }

    fn keep(
        &self,
        workspace: &WorkspaceId,
        people: &BTreeMap<Email, Option<Digest>>,
    ) -> Result<(), StoreError> {
        self.transact(TransactionBehavior::Immediate, |place| {
            let known = place.members(workspace)?;
            for email in place.open_intents(workspace)? {
                if !people.contains_key(&email) {
                    place.end_intents(workspace, &email, "not there")?;
                } else if !known.contains_key(&email) {
                    place.remember_member(workspace.as_str(), &email)?;
                    place.end_intents(workspace, &email, "found")?;
                }
            }
            for (email, known) in known {
                match people.get(&email) {
                    None => place.forget_member(workspace, &email)?,
                    Some(wish) if known.wish == *wish && (wish.is_some() || known.sends == 0) => {}
                    Some(wish) => place.count_for(workspace, &email, wish.as_ref(), &known)?,
                }
            }
            Ok(())
        })
    }

    fn intend(&self, workspace: &WorkspaceId, steps: &[&Step]) -> Result<Vec<Intent>, StoreError> {
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        self.transact(TransactionBehavior::Immediate, |place| {
            steps.iter().map(|step| place.intend(workspace, step)).collect()
        })
    }

    fn record(&self, endings: &[Ending<'_>]) -> Result<(), StoreError> {
        if endings.is_empty() {
            return Ok(());
        }
        self.transact(TransactionBehavior::Immediate, |place| {
            endings.iter().try_for_each(|ending| place.record(ending))
        })
    }
}

fn subject_of(step: &Step) -> String {
    match step.action.subject() {
        Subject::Program(key) => format!("program {key}"),
        Subject::Member(email) => format!("{MEMBER}{email}"),
    }
}

fn parsed<T: FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::Odd(text.to_owned()))
}

impl Place<'_> {
    fn programs(&self, workspace: &WorkspaceId) -> Result<BTreeMap<ProgramKey, ProgramId>, Fault> {
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

    fn members(&self, workspace: &WorkspaceId) -> Result<BTreeMap<Email, Acquaintance>, Fault> {
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
    fn count_for(
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
    fn intend(&self, workspace: &WorkspaceId, step: &Step) -> Result<Intent, Fault> {
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

    fn new_intent(
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

    fn record(&self, ending: &Ending<'_>) -> Result<(), Fault> {
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
    fn overtake(&self, ending: &Ending<'_>) -> Result<(), Fault> {
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

    fn remember(&self, ending: &Ending<'_>, receipt: &Receipt) -> Result<(), Fault> {
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
    fn count_send(&self, workspace: &WorkspaceId, step: &Step, by: i32) -> Result<(), Fault> {
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

    fn remember_member(&self, workspace: &str, email: &Email) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO members (platform, workspace, email, sends) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            params![self.platform, workspace, email.as_str(), INVITED_ONCE.sends],
        )
    }

    /// People of whom something was asked, and it is not known how that ended: whoever of them is
    /// there may well be there because of us.
    fn open_intents(&self, workspace: &WorkspaceId) -> Result<BTreeSet<Email>, Fault> {
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
    fn end_intents(&self, workspace: &WorkspaceId, email: &Email, how: &str) -> Result<(), Fault> {
        self.execute(
            "UPDATE intents SET ending = ?4
             WHERE platform = ?1 AND workspace = ?2 AND subject = ?3 AND ending IS NULL",
            params![self.platform, workspace.as_str(), format!("{MEMBER}{email}"), how],
        )
    }

    fn forget_member(&self, workspace: &WorkspaceId, email: &Email) -> Result<(), Fault> {
        self.execute(
            "DELETE FROM members WHERE platform = ?1 AND workspace = ?2 AND email = ?3",
            params![self.platform, workspace.as_str(), email.as_str()],
        )
    }

    fn remember_program(
        &self,
        workspace: &str,
        key: &ProgramKey,
        id: &ProgramId,
    ) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO programs (platform, workspace, key, id) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (platform, workspace, key) DO UPDATE SET id = excluded.id",
            params![self.platform, workspace, key.as_str(), id.as_str()],
        )
    }

    fn execute(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), Fault> {
        self.transaction.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Ledger;
    use crate::{
        engine::{Ending, ProviderError, Receipt, Store as _},
        model::{MemberId, Revision, Role, WorkspaceId},
        plan::{Action, Fingerprint, Reason, Step},
    };
    use std::path::Path;

    fn invite(email: &str) -> Step {
        let email = email.parse().unwrap();
        let action = Action::Invite { email, name: "Lin Wei".into(), role: Role::Master };
        Step { action, reason: Reason::Missing, against: Fingerprint::Absent }
    }

    fn workspace() -> WorkspaceId {
        "acme".parse().unwrap()
    }

    fn receipt() -> Receipt {
        Receipt::Member { id: MemberId::new("m1"), revision: Revision::new("1") }
    }

    fn open(folder: &Path) -> Ledger {
        Ledger::open(&folder.join("ledger.db"), "sandbox", "one").unwrap()
    }

    #[test]
    fn what_was_done_is_remembered_by_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let step = invite("lin@example.com");
        let ledger = open(folder.path());
        let intents = ledger.intend(&workspace(), &[&step]).unwrap();
        let result = Ok(receipt());
        ledger
            .record(&[Ending { intent: &intents[0], step: &step, result: Some(&result) }])
            .unwrap();
        drop(ledger);
        let members = open(folder.path()).load(&workspace()).unwrap().members;
        assert_eq!(
            members.keys().map(ToString::to_string).collect::<Vec<_>>(),
            ["lin@example.com"]
        );
        let elsewhere = open(folder.path()).load(&"other".parse().unwrap()).unwrap();
        assert!(elsewhere.members.is_empty());
        let path = folder.path().join("ledger.db");
        let staging = Ledger::open(&path, "https://staging.example.com", "one").unwrap();
        assert!(staging.load(&workspace()).unwrap().members.is_empty());
    }

    #[test]
    fn an_intent_keeps_its_key_until_it_has_certainly_ended() {
        let folder = tempfile::tempdir().unwrap();
        let step = invite("lin@example.com");
        let key = |ledger: &Ledger| ledger.intend(&workspace(), &[&step]).unwrap().remove(0);
        let first = key(&open(folder.path()));
        let ledger = open(folder.path());
        assert_eq!(key(&ledger).key, first.key, "a crash");
        let lost = Err(ProviderError::Unreachable("no answer".into()));
        ledger.record(&[Ending { intent: &first, step: &step, result: Some(&lost) }]).unwrap();
        assert_eq!(key(&ledger).key, first.key, "a lost answer");
        let refused = Err(ProviderError::Denied("no".into()));
        ledger.record(&[Ending { intent: &first, step: &step, result: Some(&refused) }]).unwrap();
        assert_ne!(key(&ledger).key, first.key, "a no");
    }

    #[test]
    fn a_later_step_on_the_same_person_ends_what_was_never_heard_of() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = open(folder.path());
        let step = invite("lin@example.com");
        let lost = ledger.intend(&workspace(), &[&step]).unwrap().remove(0);
        let id = MemberId::new("m1");
        let action = Action::AdoptMember { email: "lin@example.com".parse().unwrap(), id };
        let against = Fingerprint::At(Revision::new("1"));
        let adopt = Step { action, reason: Reason::Found, against };
        let intent = ledger.intend(&workspace(), &[&adopt]).unwrap().remove(0);
        let result = Ok(receipt());
        ledger.record(&[Ending { intent: &intent, step: &adopt, result: Some(&result) }]).unwrap();
        assert_ne!(ledger.intend(&workspace(), &[&step]).unwrap()[0].key, lost.key);
    }

    #[test]
    fn one_platform_is_forgotten_and_the_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let step = invite("lin@example.com");
        let ledgers = ["here", "there"].map(|name| Ledger::open(&path, name, "one").unwrap());
        for ledger in &ledgers {
            let intent = ledger.intend(&workspace(), &[&step]).unwrap().remove(0);
            let result = Ok(receipt());
            ledger
                .record(&[Ending { intent: &intent, step: &step, result: Some(&result) }])
                .unwrap();
            assert!(ledger.workspaces().unwrap().contains(&workspace()));
        }
        ledgers[0].forget().unwrap();
        assert!(ledgers[0].workspaces().unwrap().is_empty());
        assert!(!ledgers[1].workspaces().unwrap().is_empty());
    }

    #[test]
    fn ledgers_do_not_share_keys() {
        let folder = tempfile::tempdir().unwrap();
        let step = invite("lin@example.com");
        let key = |name: &str| {
            let ledger = Ledger::open(&folder.path().join(name), "sandbox", name).unwrap();
            ledger.intend(&workspace(), &[&step]).unwrap().remove(0).key
        };
        assert_ne!(key("one"), key("two"));
    }

    #[test]
    fn a_newer_or_broken_ledger_is_refused_politely() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        drop(connection);
        let why = Ledger::open(&path, "sandbox", "one").unwrap_err().why;
        assert_eq!(why, "it was written by a newer minisync (layout 99, and this one knows 2)");
        std::fs::write(&path, "this is no database, and long enough to be looked at").unwrap();
        assert!(Ledger::open(&path, "sandbox", "one").is_err());
    }
}
