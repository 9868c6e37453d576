//! A ledger in a file.

use super::{Hands, Keep, conformance::conforms, run};
use minisync::{
    engine::Store as _,
    ledger::{Clock, Ledger, OpenError},
    model::{Digest, Role, WorkspaceId, image},
    plan::{Action, Fingerprint, Plan, Reason, Step},
};
use std::{collections::BTreeMap, fs, path::Path};
use tempfile::TempDir;

struct File(TempDir);

impl Keep for File {
    async fn ledger(&self, platform: &str, clock: Clock) -> Ledger {
        Ledger::open(&self.0.path().join("ledger.db"), platform, "one", clock).unwrap()
    }

    async fn tamper(&self, sql: &str) {
        let connection = rusqlite::Connection::open(self.0.path().join("ledger.db")).unwrap();
        connection.execute_batch(sql).unwrap();
    }
}

async fn file() -> File {
    File(tempfile::tempdir().unwrap())
}

conforms!(file());

#[test]
fn a_file_that_is_no_ledger_or_a_newer_one_is_refused_politely() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let open = || Ledger::open(&path, "sandbox", "one", Hands::default().clock());
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch("CREATE TABLE ledger (id TEXT NOT NULL); PRAGMA user_version = 99;")
        .unwrap();
    drop(connection);
    let before = fs::read(&path).unwrap();
    let OpenError::Newer(why) = open().unwrap_err() else { panic!("it was opened") };
    assert_eq!(why.why, "it was written by a newer minisync (layout 99, and this one knows 4)");
    assert_eq!(fs::read(&path).unwrap(), before);
    fs::write(&path, "this is no database, and long enough to be looked at").unwrap();
    assert!(matches!(open().unwrap_err(), OpenError::Damaged(_)));
}

#[test]
fn another_programs_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("CREATE TABLE theirs (x); CREATE TABLE ledger (sum)").unwrap();
    let clock = || Hands::default().clock();
    for version in [0, 1, 2, 3, 4, 7] {
        connection.pragma_update(None, "user_version", version).unwrap();
        let theirs = fs::read(&path).unwrap();
        let opened = Ledger::open(&path, "sandbox", "one", clock());
        assert!(matches!(opened.unwrap_err(), OpenError::Foreign(_)));
        let opened = Ledger::open_to_read(&path, "sandbox", clock());
        assert!(matches!(opened.unwrap_err(), OpenError::Foreign(_)));
        assert_eq!(fs::read(&path).unwrap(), theirs);
    }
}

fn look(path: &Path) -> Ledger {
    Ledger::open_to_read(path, "sandbox", Hands::default().clock()).unwrap()
}

/// A ledger of one record.
async fn begun(path: &Path) {
    let ledger = super::open(path, "sandbox");
    let acme: WorkspaceId = "acme".parse().unwrap();
    let locked = ledger.lock([&acme], run("one")).await.unwrap();
    locked.begin(&acme, &Plan { steps: Vec::new(), notes: Vec::new() }, None).await.unwrap();
    locked.release().await.unwrap();
    drop(ledger);
    // The heart of the lock has the file as well, and ends when its turn comes.
    tokio::task::yield_now().await;
}

/// By name, as digests.
fn contents(folder: &Path) -> BTreeMap<String, Digest> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .filter(|entry| entry.path().is_file())
        .map(|entry| {
            let bytes = fs::read(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), image::digest(&bytes))
        })
        .collect()
}

#[tokio::test]
async fn whoever_only_reads_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    assert!(look(&path).journals().await.unwrap().is_empty());
    assert_eq!(contents(folder.path()), BTreeMap::new());
    begun(&path).await;
    let before = contents(folder.path());
    drop(super::open(&path, "sandbox"));
    assert_eq!(contents(folder.path()), before, "it was of today's layout already");
    let ledger = look(&path);
    let acme: WorkspaceId = "acme".parse().unwrap();
    assert_eq!(ledger.verify(&acme, None).await.unwrap().head.number, 1);
    let why = ledger.lock([&acme], run("two")).await.unwrap_err().to_string();
    assert!(why.contains("readonly"), "{why}");
    drop(ledger);
    assert_eq!(contents(folder.path()), before);
}

#[cfg(unix)]
#[tokio::test]
async fn a_ledger_is_read_where_nothing_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("led?er#1.db");
    begun(&path).await;
    // As in a folder that nobody may write to, also for whoever may everything.
    std::os::unix::fs::symlink("nowhere/at/all", folder.path().join("led?er#1.db-shm")).unwrap();
    let acme: WorkspaceId = "acme".parse().unwrap();
    assert_eq!(look(&path).verify(&acme, None).await.unwrap().head.number, 1);
    fs::write(folder.path().join("led?er#1.db-wal"), "what is not in the file yet").unwrap();
    let why = Ledger::open_to_read(&path, "sandbox", Hands::default().clock()).unwrap_err();
    assert!(why.to_string().contains("unable to open"), "{why}");
}

#[tokio::test]
async fn a_long_run_folds_on_its_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let ledger = super::open(&path, "sandbox");
    let acme: WorkspaceId = "acme".parse().unwrap();
    let locked = ledger.lock([&acme], run("one")).await.unwrap();
    let rows = rusqlite::Connection::open(&path).unwrap();
    let folded = || -> (u64, u64) {
        let query = "SELECT folded, (SELECT count(*) FROM facts) FROM heads";
        rows.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    let step = |n: u64| {
        let email = format!("p{n}@example.com").parse().unwrap();
        let action = Action::Invite { email, name: "Lin Wei".into(), role: Role::Master };
        Step { action, reason: Reason::Missing, against: Fingerprint::Absent }
    };
    let steps: Vec<Step> = (0..10_001).map(step).collect();
    for some in [&steps[..10_000], &steps[10_000..]] {
        locked.intend(&acme, &some.iter().collect::<Vec<_>>()).await.unwrap();
        ledger.verify(&acme, None).await.unwrap();
    }
    assert_eq!(folded(), (10_000, 10_001), "each intent, and how far it came");
}
