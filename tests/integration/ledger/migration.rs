//! Ledgers of older versions.

use super::{Hands, open, run};
use minisync::{
    engine::Store as _,
    ledger::{Event, Ledger, OpenError},
    model::Acquaintance,
    plan::Plan,
};

const LAYOUT_2: &str = "
    CREATE TABLE ledger (id TEXT NOT NULL);
    CREATE TABLE intents (sequence INTEGER PRIMARY KEY AUTOINCREMENT, platform TEXT NOT NULL,
        workspace TEXT NOT NULL, subject TEXT NOT NULL, step TEXT NOT NULL, key TEXT, ending TEXT) STRICT;
    CREATE TABLE programs (platform TEXT NOT NULL, workspace TEXT NOT NULL, key TEXT NOT NULL,
        id TEXT NOT NULL, PRIMARY KEY (platform, workspace, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE members (platform TEXT NOT NULL, workspace TEXT NOT NULL, email TEXT NOT NULL,
        sends INTEGER NOT NULL DEFAULT 0, wish TEXT, PRIMARY KEY (platform, workspace, email)) STRICT, WITHOUT ROWID;
    INSERT INTO ledger VALUES ('abc');
    INSERT INTO programs VALUES ('sandbox', 'acme', 'coffee', 'p1');
    INSERT INTO members VALUES ('sandbox', 'acme', 'lin@example.com', 2, 'w1');
    INSERT INTO intents VALUES (1, 'sandbox', 'acme', 'member mei@example.com', 's1', 'k1', NULL),
        (2, 'sandbox', 'acme', 'member lin@example.com', 's2', 'k2', 'done');
    PRAGMA user_version = 2;
";

#[tokio::test]
async fn an_older_ledger_is_taken_over_whole_after_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch(LAYOUT_2).unwrap();
    let ledger = open(&path, "sandbox");
    let acme = "acme".parse().unwrap();
    let memory = ledger.load(&acme).await.unwrap();
    assert_eq!(memory.programs.len(), 1);
    let lin = &memory.members[&"lin@example.com".parse().unwrap()];
    assert_eq!(*lin, Acquaintance { sends: 2, wish: Some(minisync::model::Digest::new("w1")) });
    assert!(memory.members.contains_key(&"mei@example.com".parse().unwrap()), "an open intent");
    let mut events = Vec::new();
    ledger.records(&acme, |sealed| events.push(sealed.record.event)).await.unwrap();
    assert_eq!(events, [Event::Migrated { layout: 2 }]);
    ledger.verify(&acme, None).await.unwrap();
    let backup = rusqlite::Connection::open(folder.path().join("ledger.db.layout-2")).unwrap();
    let n: i64 = backup.query_row("SELECT count(*) FROM intents", [], |row| row.get(0)).unwrap();
    assert_eq!(n, 2);
}

#[tokio::test]
async fn a_ledger_that_folded_each_record_is_brought_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let (ledger, acme) = (open(&path, "sandbox"), "acme".parse().unwrap());
    let locked = ledger.lock([&acme], run("one")).await.unwrap();
    let nothing = Plan { steps: Vec::new(), notes: Vec::new() };
    locked.begin(&acme, &nothing, None).await.unwrap();
    let rows = rusqlite::Connection::open(&path).unwrap();
    rows.execute_batch(
        "ALTER TABLE facts RENAME TO memory; INSERT INTO memory VALUES ('sandbox', 'acme', 'mark', '1');
         ALTER TABLE heads DROP COLUMN folded; PRAGMA user_version = 3;",
    )
    .unwrap();
    let backup = folder.path().join("ledger.db.layout-3");
    let read = || Ledger::open_to_read(&path, "sandbox", Hands::default().clock());
    assert!(matches!(read().unwrap_err(), OpenError::Older(_)), "a run is at work");
    assert!(!backup.exists());
    locked.release().await.unwrap();
    // Several at once: one brings it up, and it is backed up once.
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..8).map(|_| scope.spawn(read)).collect();
        for reader in readers {
            reader.join().unwrap().unwrap();
        }
    });
    let reader = read().unwrap();
    assert_eq!(reader.verify(&acme, None).await.unwrap().head.number, 1);
    assert_eq!(reader.load(&acme).await.unwrap().mark, 1);
    let folded: i64 = rows.query_row("SELECT folded FROM heads", [], |row| row.get(0)).unwrap();
    assert_eq!(folded, 1);
    assert!(backup.exists());
    let names = std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name());
    let others = names.filter(|name| {
        let name = name.to_str().unwrap();
        name.contains("layout-3.") || name.contains(".part")
    });
    assert_eq!(others.count(), 0);
}

#[test]
fn each_older_ledger_is_backed_up_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let older = |sql: &str| {
        for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
            std::fs::remove_file(folder.path().join(name)).unwrap_or_default();
        }
        rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        drop(open(&path, "sandbox"));
    };
    let n_backups = || {
        let names = std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name());
        names.filter(|name| name.to_str().unwrap().contains("layout")).count()
    };
    older(LAYOUT_2);
    older(LAYOUT_2);
    assert_eq!(n_backups(), 1);
    older(&LAYOUT_2.replace("lin@", "restored@"));
    assert_eq!(n_backups(), 2);
    let backup = rusqlite::Connection::open(folder.path().join("ledger.db.layout-2.1")).unwrap();
    let query = "SELECT email FROM members";
    let email: String = backup.query_row(query, [], |row| row.get(0)).unwrap();
    assert_eq!(email, "restored@example.com");
}
