//! Layouts of the SQLite ledger: made new, or brought up from an older one, after a backup.

use super::rows::append;
use crate::{
    ledger::{
        book::Book,
        fact::{Fact, OpenIntent},
        journal::{Head, Place},
        storage::{AT_WORK, Fault, LAYOUT},
    },
    model::{Acquaintance, Digest, ProgramId, Subject},
};
use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

const TABLES: &str = "
    CREATE TABLE journal (
        platform  TEXT NOT NULL,
        workspace TEXT NOT NULL,
        number    INTEGER NOT NULL,
        record    TEXT NOT NULL,   -- JSON
        hash      TEXT NOT NULL,   -- of the hash before it, and the record
        PRIMARY KEY (platform, workspace, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE heads (
        platform  TEXT NOT NULL,
        workspace TEXT NOT NULL,
        number    INTEGER NOT NULL,
        hash      TEXT NOT NULL,
        folded    INTEGER NOT NULL, -- `facts` are what the journal amounts to until this record
        PRIMARY KEY (platform, workspace)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE facts (
        platform  TEXT NOT NULL,
        workspace TEXT NOT NULL,
        key       TEXT NOT NULL,
        value     TEXT NOT NULL,   -- JSON
        PRIMARY KEY (platform, workspace, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE leases (
        platform  TEXT NOT NULL,
        workspace TEXT NOT NULL,
        fence     INTEGER NOT NULL,
        holder    TEXT,            -- JSON; NULL: nobody
        expires   INTEGER NOT NULL,
        PRIMARY KEY (platform, workspace)
    ) STRICT, WITHOUT ROWID;
";

/// From layout 1: sends were not counted.
const COUNT_SENDS: &str = "
    ALTER TABLE members ADD COLUMN sends INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE members ADD COLUMN wish TEXT;
";

/// From layout 3: facts were folded with each record. Under another name, so that an older minisync
/// which is at work does not take them for all that there is.
const COUNT_FOLDED: &str = "
    ALTER TABLE memory RENAME TO facts;
    ALTER TABLE heads ADD COLUMN folded INTEGER NOT NULL DEFAULT 0;
    UPDATE heads SET folded = number;
";

const DROP_OLD: &str = "DROP TABLE intents; DROP TABLE programs; DROP TABLE members;";

/// The ledger's id, once its layout is today's.
pub(super) fn opened(
    connection: &mut Connection,
    path: &Path,
    new_id: &str,
    now: Timestamp,
) -> Result<String, Fault> {
    match layout(connection)? {
        LAYOUT => return id(connection),
        0 => make(connection, new_id)?,
        older => bring_up(connection, path, older, now)
            .map_err(|why| Fault::NotBroughtUp(why.to_string()))?,
    }
    opened(connection, path, new_id, now)
}

/// Unless somebody else was faster.
fn make(connection: &mut Connection, new_id: &str) -> Result<(), Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if layout(&transaction)? == 0 {
        transaction.execute_batch("CREATE TABLE ledger (id TEXT NOT NULL);")?;
        transaction.execute_batch(TABLES)?;
        transaction.execute("INSERT INTO ledger (id) VALUES (?1)", [new_id])?;
        transaction.pragma_update(None, "user_version", LAYOUT)?;
    }
    Ok(transaction.commit()?)
}

/// As [`make`].
fn bring_up(
    connection: &mut Connection,
    path: &Path,
    found: i64,
    now: Timestamp,
) -> Result<(), Fault> {
    check_idle(connection, found, now)?;
    back_up(connection, path, found)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match layout(&transaction)? {
        LAYOUT => return Ok(()),
        3 => {
            check_idle(&transaction, 3, now)?;
            transaction.execute_batch(COUNT_FOLDED)?;
        }
        old => {
            if old == 1 {
                transaction.execute_batch(COUNT_SENDS)?;
            }
            transaction.execute_batch(TABLES)?;
            take_over(&transaction, old, now)?;
            transaction.execute_batch(DROP_OLD)?;
        }
    }
    transaction.pragma_update(None, "user_version", LAYOUT)?;
    Ok(transaction.commit()?)
}

/// Whoever is at work with an older layout would be stopped in the middle.
fn check_idle(rows: &Connection, layout: i64, now: Timestamp) -> Result<(), Fault> {
    let held = "SELECT EXISTS (SELECT 1 FROM leases WHERE holder IS NOT NULL AND expires > ?1)";
    let is_held = layout == 3 && rows.query_row(held, [now.as_millisecond()], |row| row.get(0))?;
    if is_held { Err(Fault::Io(AT_WORK.to_owned())) } else { Ok(()) }
}

/// At most ours; 0: there is nothing in it. [`Fault::Foreign`]: nothing of ours.
pub(super) fn layout(rows: &Connection) -> Result<i64, Fault> {
    // In one statement: somebody else may be making the tables.
    let found = "SELECT (SELECT user_version FROM pragma_user_version), count(*),
        count(*) FILTER (WHERE name = 'ledger' AND sql LIKE '%ledger (id TEXT NOT NULL)%')
        FROM sqlite_schema";
    let (layout, n_tables, n_ours): (i64, u64, u64) =
        rows.query_row(found, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    match layout {
        0 if n_tables == 0 => Ok(0),
        1..=LAYOUT if n_ours > 0 => Ok(layout),
        newer if newer != 0 && n_ours > 0 => Err(Fault::Newer(newer)),
        _ => Err(Fault::Foreign),
    }
}

pub(super) fn id(rows: &Connection) -> Result<String, Fault> {
    Ok(rows.query_row("SELECT id FROM ledger", [], |row| row.get(0))?)
}

/// Beside it, as `ledger.db.layout-2`; where another ledger is backed up there, `…-2.1` and so on.
fn back_up(connection: &Connection, path: &Path, found: i64) -> Result<(), Fault> {
    let backup = format!("{}.layout-{found}", path.display());
    let io = |why: io::Error| Fault::Io(format!("cannot keep a backup in {backup}: {why}"));
    // A file of our own: others may be at the same.
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut copy = tempfile::Builder::new().suffix(".part").tempfile_in(folder).map_err(io)?;
    connection.execute("VACUUM INTO ?1", [copy.path().display().to_string()])?;
    if layout(&Connection::open(copy.path())?)? != found {
        return Ok(());
    }
    copy.as_file().sync_all().map_err(io)?;
    let names = (1u64..).map(|n| PathBuf::from(format!("{backup}.{n}")));
    for name in [PathBuf::from(&backup)].into_iter().chain(names) {
        match copy.persist_noclobber(&name) {
            Ok(_) => return Ok(()),
            Err(why) if why.error.kind() == io::ErrorKind::AlreadyExists => copy = why.file,
            Err(why) => return Err(io(why.error)),
        }
        if is_same(copy.path(), &name).map_err(io)? {
            return Ok(());
        }
    }
    Ok(())
}

/// Backed up before, by a try that failed.
fn is_same(one: &Path, other: &Path) -> io::Result<bool> {
    Ok(fs::read(one)? == fs::read(other)?)
}

/// What the tables of layout 2 remember, as the first record of each journal.
fn take_over(rows: &Connection, layout: i64, now: Timestamp) -> Result<(), Fault> {
    let id: String = rows.query_row("SELECT id FROM ledger", [], |row| row.get(0))?;
    let mut facts: BTreeMap<Place, Vec<Fact>> = BTreeMap::new();
    for (place, row) in old_facts(rows)? {
        facts.entry(place).or_default().push(row);
    }
    for (place, facts) in facts {
        let book = Book::new(Head::start(&id, &place));
        let mut draft = book.draft("migration", now);
        draft.migrate(layout.unsigned_abs(), facts);
        append(rows, &place, &draft.done().entry)?;
    }
    Ok(())
}

fn old_facts(rows: &Connection) -> Result<Vec<(Place, Fact)>, Fault> {
    let mut facts = Vec::new();
    let odd = |text: &str| Fault::Odd(text.to_owned());
    let place = |row: &rusqlite::Row<'_>| {
        Ok::<_, rusqlite::Error>(Place { platform: row.get(0)?, workspace: row.get(1)? })
    };
    let mut query = rows.prepare("SELECT platform, workspace, key, id FROM programs")?;
    let mut found = query.query([])?;
    while let Some(row) = found.next()? {
        let (key, id): (String, String) = (row.get(2)?, row.get(3)?);
        let key = key.parse().map_err(|_| odd(&key))?;
        facts.push((place(row)?, Fact::Program(key, ProgramId::new(id))));
    }
    let mut query = rows.prepare("SELECT platform, workspace, email, sends, wish FROM members")?;
    let mut found = query.query([])?;
    while let Some(row) = found.next()? {
        let email: String = row.get(2)?;
        let wish = row.get::<_, Option<String>>(4)?.map(Digest::new);
        let known = Acquaintance { sends: row.get(3)?, wish };
        facts.push((place(row)?, Fact::Member(email.parse().map_err(|_| odd(&email))?, known)));
    }
    let mut query = rows.prepare(
        "SELECT platform, workspace, subject, key, step FROM intents
         WHERE ending IS NULL AND key IS NOT NULL",
    )?;
    let mut found = query.query([])?;
    while let Some(row) = found.next()? {
        let subject: String = row.get(2)?;
        let about: Subject = subject.parse().map_err(|_| odd(&subject))?;
        let asked = OpenIntent { step: Digest::new(row.get::<_, String>(4)?), name: None };
        facts.push((place(row)?, Fact::Intent(about, row.get(3)?, asked)));
    }
    Ok(facts)
}
