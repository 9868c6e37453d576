//! One apply at a time in one project folder. The lock ends with the process that holds it, however
//! that ends.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

#[derive(Debug)]
pub struct Lock {
    /// Unlocks when it is closed.
    file: File,
}

#[derive(Debug, thiserror::Error)]
pub enum Busy {
    /// `by`: what the holder says of itself, if it has said it yet.
    #[error(
        "another minisync is at work in this project{} (it holds {})",
        by.as_ref().map(|by| format!(": {by}")).unwrap_or_default(),
        path.display()
    )]
    Held { path: PathBuf, by: Option<String> },
    #[error("cannot lock {}: {why}", path.display())]
    Io { path: PathBuf, why: io::Error },
}

impl Lock {
    /// Does not wait. `who`: what others are told meanwhile, on one line.
    pub fn take(path: &Path, who: &str) -> Result<Self, Busy> {
        let io = |why| Busy::Io { path: path.to_owned(), why };
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {
                let lock = Self { file };
                // It is held, whether others can read by whom or not: the disk may be full.
                lock.say(who).unwrap_or_default();
                Ok(lock)
            }
            Err(TryLockError::WouldBlock) => {
                Err(Busy::Held { path: path.to_owned(), by: said(path) })
            }
            Err(TryLockError::Error(why)) => Err(io(why)),
        }
    }

    /// First of all forgets what a holder that was killed has left.
    fn say(&self, who: &str) -> io::Result<()> {
        self.file.set_len(0)?;
        (&self.file).write_all(format!("{who}\n").as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Whoever cannot take it back is told of no more: the lock has ended.
        self.file.set_len(0).unwrap_or_default();
    }
}

/// A whole line: the rest of half a one is still to come.
fn said(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let (line, _) = text.split_once('\n')?;
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Busy, Lock};

    #[test]
    fn whoever_finds_it_locked_is_told_by_whom_and_the_dead_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held_by = || match Lock::take(&path, "a third") {
            Err(Busy::Held { by, .. }) => by,
            taken => panic!("{taken:?}"),
        };
        std::fs::write(&path, "somebody who was killed, and said much\n").unwrap();
        let lock = Lock::take(&path, "lin").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "lin\n");
        assert_eq!(held_by().as_deref(), Some("lin"));
        for half in ["", "li", "\n"] {
            std::fs::write(&path, half).unwrap();
            assert_eq!(held_by(), None, "{half:?}");
        }
        drop(lock);
        drop(Lock::take(&path, "mei").unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
    }
}
