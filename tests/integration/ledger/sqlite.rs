//! A ledger in a file.

use super::{Keep, conformance::conforms};
use minisync::ledger::{Clock, Ledger};
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
    let open = || Ledger::open(&path, "sandbox", "one", super::Hands::default().clock());
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let why = open().unwrap_err().why;
    assert_eq!(why, "it was written by a newer minisync (layout 99, and this one knows 3)");
    std::fs::write(&path, "this is no database, and long enough to be looked at").unwrap();
    open().unwrap_err();
}
