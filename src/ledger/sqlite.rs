//! The ledger in SQLite.
//!
//! Why not a JSON file: an intent has to be durable before every request, and rewriting a file of
//! ten thousand entries ten thousand times is not an option.

use super::place::{Fault, INVITED_ONCE, Place, parsed};
use crate::{
    engine::{Ending, Intent, Store, StoreError},
    model::{Digest, Email, Memory, WorkspaceId},
    plan::Step,
};
use rusqlite::{Connection, TransactionBehavior};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The layout this program writes, as SQLite's `user_version`.
pub(super) const LAYOUT: i64 = 2;
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

#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    /// Random: keys of different ledgers never meet.
    id: String,
    /// Workspaces of the same name on two platforms are two workspaces.
    platform: String,
    connection: Mutex<Connection>,
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

impl Store for Ledger {
    fn load(&self, workspace: &WorkspaceId) -> Result<Memory, StoreError> {
        self.transact(TransactionBehavior::Deferred, |place| {
            let mut members = place.members(workspace)?;
            for email in place.open_intents(workspace)? {
                members.entry(email).or_insert(INVITED_ONCE);
            }
            Ok(Memory { programs: place.programs(workspace)?, members, ..Memory::default() })
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
