//! One apply at a time in one project folder. The lock ends with the process that holds it, however
//! that ends.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
};

#[derive(Debug)]
pub struct Lock {
    /// Unlocks when it is closed.
    _file: File,
}

#[derive(Debug, thiserror::Error)]
pub enum Busy {
    #[error("another minisync is at work in this project (it holds {})", path.display())]
    Held { path: PathBuf },
    #[error("cannot lock {}: {why}", path.display())]
    Io { path: PathBuf, why: io::Error },
}

impl Lock {
    /// Does not wait.
    pub fn take(path: &Path) -> Result<Self, Busy> {
        let io = |why| Busy::Io { path: path.to_owned(), why };
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Busy::Held { path: path.to_owned() }),
            Err(TryLockError::Error(why)) => Err(io(why)),
        }
    }
}
