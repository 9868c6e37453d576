//! The data file: opened by one process at a time, of a version that we know.

use rusqlite::{Connection, OpenFlags};
use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

/// `MSSB`: what `file` and we know a sandbox's data by.
const APPLICATION_ID: i32 = 0x4D53_5342;
/// What was added with each version of the data file, from the first on.
const VERSIONS: [&str; 3] =
    [include_str!("schema-1.sql"), include_str!("schema-2.sql"), include_str!("schema-3.sql")];
const VERSION: i32 = 3;
/// How long a write waits for a person who has the database open in another program. Everybody else
/// waits as long, so they rather hear that it is busy.
const BUSY: Duration = Duration::from_millis(250);
/// How often to look whether the other process is done.
const GLANCE: Duration = Duration::from_millis(20);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Data {
    /// Gone when the server is.
    #[default]
    Memory,
    /// Kept, in a SQLite database.
    File(PathBuf),
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot use `{}`: {why}", path.display())]
    Io { path: PathBuf, why: io::Error },
    #[error("`{}` is in use by another process", .0.display())]
    InUse(PathBuf),
    #[error("`{}` is not a sandbox's data file", .0.display())]
    Foreign(PathBuf),
    #[error(
        "`{}` was written by a newer minisync: its version is {found}, and this one knows {VERSION}",
        path.display()
    )]
    Newer { path: PathBuf, found: i32 },
    #[error("cannot read `{}`: {why}", path.display())]
    Damaged { path: PathBuf, why: String },
}

/// A database of ours, and the lock that makes it so.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// Held as long as it lives; `None` for memory, which nobody else can reach.
    pub(super) lock: Option<File>,
}

/// Waits `patience` for another process to let go of the file.
pub(super) fn open(data: &Data, patience: Duration) -> Result<Opened, OpenError> {
    let (path, lock) = match data {
        Data::Memory => (PathBuf::from(":memory:"), None),
        Data::File(path) => (path.clone(), Some(lock(path, patience)?)),
    };
    if let Data::File(path) = data {
        keep_private(path)?;
    }
    // Without URI: a file name is a file name.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(&path, flags).map_err(|error| damaged(&path, &error))?;
    connection.busy_timeout(BUSY).map_err(|error| damaged(&path, &error))?;
    prepare(&connection, &path)?;
    Ok(Opened { connection, path, lock })
}

fn lock(path: &Path, patience: Duration) -> Result<File, OpenError> {
    let failed = |why| OpenError::Io { path: path.to_owned(), why };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(PathBuf::from(beside))
        .map_err(failed)?;
    let mut waited = Duration::ZERO;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if waited < patience => {
                std::thread::sleep(GLANCE);
                waited += GLANCE;
            }
            Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(path.to_owned())),
            Err(TryLockError::Error(why)) => return Err(failed(why)),
        }
    }
}

/// For its owner's eyes only, with what SQLite keeps beside it: it holds mails, with links in them.
/// A file that is not yet, because it was copied or is of a former version, becomes so.
fn keep_private(path: &Path) -> Result<(), OpenError> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let failed = |path: &Path, why| OpenError::Io { path: path.to_owned(), why };
    let file = options.open(path).map_err(|why| failed(path, why))?;
    close_to_others(&file).map_err(|why| failed(path, why))?;
    for companion in ["-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(companion);
        let beside = PathBuf::from(beside);
        match File::open(&beside).and_then(|file| close_to_others(&file)) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(failed(&beside, why)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

#[cfg(unix)]
fn close_to_others(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if file.metadata()?.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

/// Elsewhere, the folder says who may read what is in it.
#[cfg(not(unix))]
fn close_to_others(_: &File) -> io::Result<()> {
    Ok(())
}

fn prepare(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let number = |pragma: &str| {
        connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i32>(0))
    };
    let found = (|| {
        let n_tables: i32 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        Ok((number("application_id")?, number("user_version")?, n_tables))
    })();
    match found {
        Ok((0, 0, 0)) => create(connection).map_err(|error| damaged(path, &error))?,
        Ok((APPLICATION_ID, VERSION, _)) => {}
        Ok((APPLICATION_ID, found @ 1..VERSION, _)) => {
            upgrade(connection, found).map_err(|error| damaged(path, &error))?;
        }
        Ok((APPLICATION_ID, found, _)) => {
            return Err(OpenError::Newer { path: path.to_owned(), found });
        }
        Ok(_) => return Err(OpenError::Foreign(path.to_owned())),
        Err(error) if is_foreign(&error) => return Err(OpenError::Foreign(path.to_owned())),
        Err(error) => return Err(damaged(path, &error)),
    }
    // Write-ahead logging, and every commit on the disk before it counts.
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        .map_err(|error| damaged(path, &error))
}

fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE;
        {}
        INSERT INTO secret (bytes) VALUES (randomblob(32));
        PRAGMA application_id = {APPLICATION_ID};
        PRAGMA user_version = {VERSION};
        COMMIT;",
        VERSIONS.concat()
    ))
}

/// All of it or nothing: a file that cannot be brought up to date stays as it was.
fn upgrade(connection: &Connection, found: i32) -> rusqlite::Result<()> {
    let known = usize::try_from(found).unwrap_or_default();
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(&VERSIONS[known..].concat())?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

fn is_foreign(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase)
}

pub(super) fn damaged(path: &Path, error: &dyn std::error::Error) -> OpenError {
    OpenError::Damaged { path: path.to_owned(), why: error.to_string() }
}
