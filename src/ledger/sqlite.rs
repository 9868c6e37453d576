//! The ledger in SQLite.
//!
//! Why not a JSON file: an intent has to be durable before every request, and rewriting a file of
//! ten thousand entries ten thousand times is not an option.

use crate::{
    engine::{Ending, IdempotencyKey, Intent, Receipt, Store, StoreError},
    model::{Email, Memory, ProgramId, ProgramKey, WorkspaceId, image},
    plan::{Action, Step},
};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The layout this program writes, as SQLite's `user_version`.
const LAYOUT: i64 = 1;
/// How long another process may hold the file before we give up.
const PATIENCE: Duration = Duration::from_secs(5);

const SCHEMA: &str = "
    CREATE TABLE ledger (id TEXT NOT NULL);
    CREATE TABLE intents (
        sequence  INTEGER PRIMARY KEY AUTOINCREMENT,
        workspace TEXT NOT NULL,
        step      TEXT NOT NULL,  -- digest of what was asked
        key       TEXT,           -- the idempotency key it was asked under
        ending    TEXT            -- NULL: not known to have ended
    ) STRICT;
    CREATE INDEX open_intents ON intents (workspace, step) WHERE ending IS NULL;
    CREATE TABLE programs (
        workspace TEXT NOT NULL,
        key       TEXT NOT NULL,
        id        TEXT NOT NULL,
        PRIMARY KEY (workspace, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE members (
        workspace TEXT NOT NULL,
        email     TEXT NOT NULL,
        PRIMARY KEY (workspace, email)
    ) STRICT, WITHOUT ROWID;
";

#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    /// Random: keys of different ledgers never meet.
    id: String,
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
    /// `new_id` is used when the ledger does not exist yet: any text that no other ledger has.
    pub fn open(path: &Path, new_id: &str) -> Result<Self, StoreError> {
        let (connection, id) = open(path, new_id).map_err(|fault| error(path, &fault))?;
        Ok(Self { path: path.to_owned(), id, connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic in another thread rolled its transaction back: the connection is sound.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All or nothing.
    fn transact<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let run = || {
            let mut connection = self.connection();
            let transaction =
                connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let result = work(&transaction)?;
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
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    match transaction.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? {
        0 => {
            transaction.execute_batch(SCHEMA)?;
            transaction.execute("INSERT INTO ledger (id) VALUES (?1)", [new_id])?;
            transaction.pragma_update(None, "user_version", LAYOUT)?;
        }
        LAYOUT => {}
        newer => return Err(Fault::Newer(newer)),
    }
    let id = transaction.query_row("SELECT id FROM ledger", [], |row| row.get(0))?;
    transaction.commit()?;
    Ok((connection, id))
}

impl Store for Ledger {
    fn load(&self, workspace: &WorkspaceId) -> Result<Memory, StoreError> {
        self.transact(|transaction| {
            let mut memory = Memory::default();
            let mut programs =
                transaction.prepare_cached("SELECT key, id FROM programs WHERE workspace = ?1")?;
            for row in programs.query_map([workspace.as_str()], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })? {
                let (key, id) = row?;
                memory.programs.insert(parsed::<ProgramKey>(&key)?, ProgramId::new(id));
            }
            let mut members =
                transaction.prepare_cached("SELECT email FROM members WHERE workspace = ?1")?;
            for row in members.query_map([workspace.as_str()], |row| row.get::<_, String>(0))? {
                memory.members.insert(parsed::<Email>(&row?)?);
            }
            Ok(memory)
        })
    }

    fn intend(&self, workspace: &WorkspaceId, steps: &[&Step]) -> Result<Vec<Intent>, StoreError> {
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        self.transact(|transaction| {
            steps.iter().map(|step| intend(transaction, &self.id, workspace, step)).collect()
        })
    }

    fn record(&self, endings: &[Ending<'_>]) -> Result<(), StoreError> {
        if endings.is_empty() {
            return Ok(());
        }
        self.transact(|transaction| {
            for ending in endings {
                record(transaction, ending)?;
            }
            Ok(())
        })
    }
}

fn parsed<T: FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::Odd(text.to_owned()))
}

/// The open intent of the same step if there is one, else a new one.
fn intend(
    transaction: &Transaction<'_>,
    ledger: &str,
    workspace: &WorkspaceId,
    step: &Step,
) -> Result<Intent, Fault> {
    let digest = step.digest();
    let open = transaction
        .prepare_cached(
            "SELECT sequence, key FROM intents
             WHERE workspace = ?1 AND step = ?2 AND ending IS NULL",
        )?
        .query_row(params![workspace.as_str(), digest.as_str()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let (sequence, key) = match open {
        Some(open) => open,
        None => {
            transaction
                .prepare_cached("INSERT INTO intents (workspace, step) VALUES (?1, ?2)")?
                .execute(params![workspace.as_str(), digest.as_str()])?;
            let sequence = transaction.last_insert_rowid();
            let key = image::digest(format!("{ledger}/{sequence}/{digest}").as_bytes()).to_string();
            transaction
                .prepare_cached("UPDATE intents SET key = ?2 WHERE sequence = ?1")?
                .execute(params![sequence, key])?;
            (sequence, key)
        }
    };
    Ok(Intent { workspace: workspace.clone(), sequence, key: IdempotencyKey(key) })
}

fn record(transaction: &Transaction<'_>, ending: &Ending<'_>) -> Result<(), Fault> {
    let word = match ending.result {
        Ok(receipt) => {
            remember(transaction, &ending.intent.workspace, &ending.step.action, receipt)?;
            "done".to_owned()
        }
        Err(error) if error.is_certain() => error.to_string(),
        Err(_) => return Ok(()),
    };
    transaction
        .prepare_cached("UPDATE intents SET ending = ?2 WHERE sequence = ?1")?
        .execute(params![ending.intent.sequence, word])?;
    Ok(())
}

fn remember(
    transaction: &Transaction<'_>,
    workspace: &WorkspaceId,
    action: &Action,
    receipt: &Receipt,
) -> Result<(), Fault> {
    let workspace = workspace.as_str();
    match action {
        Action::AdoptProgram { key, id } => remember_program(transaction, workspace, key, id),
        Action::CreateProgram { program } => match receipt {
            Receipt::Program { id, .. } => {
                remember_program(transaction, workspace, &program.key, id)
            }
            Receipt::Member { .. } | Receipt::Gone => Ok(()),
        },
        Action::DeleteProgram { key, .. } => execute(
            transaction,
            "DELETE FROM programs WHERE workspace = ?1 AND key = ?2",
            params![workspace, key.as_str()],
        ),
        Action::AdoptMember { email, .. }
        | Action::Invite { email, .. }
        | Action::Reinvite { email, .. } => execute(
            transaction,
            "INSERT INTO members (workspace, email) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![workspace, email.as_str()],
        ),
        Action::Withdraw { email, .. } | Action::Remove { email, .. } => execute(
            transaction,
            "DELETE FROM members WHERE workspace = ?1 AND email = ?2",
            params![workspace, email.as_str()],
        ),
        Action::UpdateProgram { .. }
        | Action::Resend { .. }
        | Action::ChangeRole { .. }
        | Action::Block { .. }
        | Action::Unblock { .. } => Ok(()),
    }
}

fn remember_program(
    transaction: &Transaction<'_>,
    workspace: &str,
    key: &ProgramKey,
    id: &ProgramId,
) -> Result<(), Fault> {
    execute(
        transaction,
        "INSERT INTO programs (workspace, key, id) VALUES (?1, ?2, ?3)
         ON CONFLICT (workspace, key) DO UPDATE SET id = excluded.id",
        params![workspace, key.as_str(), id.as_str()],
    )
}

fn execute(
    transaction: &Transaction<'_>,
    sql: &str,
    values: impl rusqlite::Params,
) -> Result<(), Fault> {
    transaction.prepare_cached(sql)?.execute(values)?;
    Ok(())
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
        Ledger::open(&folder.join("ledger.db"), "one").unwrap()
    }

    #[test]
    fn what_was_done_is_remembered_by_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let step = invite("lin@example.com");
        let ledger = open(folder.path());
        let intents = ledger.intend(&workspace(), &[&step]).unwrap();
        let result = Ok(receipt());
        ledger.record(&[Ending { intent: &intents[0], step: &step, result: &result }]).unwrap();
        drop(ledger);
        let members = open(folder.path()).load(&workspace()).unwrap().members;
        assert_eq!(
            members.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["lin@example.com"]
        );
        let elsewhere = open(folder.path()).load(&"other".parse().unwrap()).unwrap();
        assert!(elsewhere.members.is_empty());
    }

    #[test]
    fn an_intent_keeps_its_key_until_it_has_certainly_ended() {
        let folder = tempfile::tempdir().unwrap();
        let step = invite("lin@example.com");
        let key = |ledger: &Ledger| ledger.intend(&workspace(), &[&step]).unwrap().remove(0);
        let first = key(&open(folder.path()));
        let ledger = open(folder.path());
        assert_eq!(key(&ledger), first, "a crash");
        let lost = Err(ProviderError::Unreachable("no answer".into()));
        ledger.record(&[Ending { intent: &first, step: &step, result: &lost }]).unwrap();
        assert_eq!(key(&ledger), first, "a lost answer");
        let refused = Err(ProviderError::Denied("no".into()));
        ledger.record(&[Ending { intent: &first, step: &step, result: &refused }]).unwrap();
        assert_ne!(key(&ledger).key, first.key, "a no");
    }

    #[test]
    fn ledgers_do_not_share_keys() {
        let folder = tempfile::tempdir().unwrap();
        let step = invite("lin@example.com");
        let key = |name: &str| {
            let ledger = Ledger::open(&folder.path().join(name), name).unwrap();
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
        let why = Ledger::open(&path, "one").unwrap_err().why;
        assert_eq!(why, "it was written by a newer minisync (layout 99, and this one knows 1)");
        std::fs::write(&path, "this is no database, and long enough to be looked at").unwrap();
        assert!(Ledger::open(&path, "one").is_err());
    }
}
