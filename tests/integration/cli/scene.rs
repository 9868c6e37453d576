//! A folder with a project in it, and the real program run there.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

pub(super) struct Scene {
    folder: tempfile::TempDir,
}

/// What a run printed, and its status.
pub(super) struct Run {
    pub(super) status: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Scene {
    pub(super) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A copy of an example.
    pub(super) fn example(name: &str) -> Self {
        let scene = Self { folder: tempfile::tempdir().unwrap() };
        copy(&Path::new("examples").join(name), scene.folder.path());
        scene
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    /// Without anything of the surroundings but what is said here.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("minisync"));
        command.args(args).current_dir(self.path()).env_clear().env("HOME", self.path());
        command.env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }

    /// The ledger, in which nothing fits any more that remembers what begins like that.
    pub(super) fn filled_ledger(&self, key: &str) -> rusqlite::Connection {
        let ledger = rusqlite::Connection::open(self.path().join(".minisync/ledger.db")).unwrap();
        let full = format!(
            "CREATE TRIGGER full BEFORE INSERT ON journal WHEN EXISTS
             (SELECT 1 FROM json_each(new.record, '$.remember') WHERE key LIKE '{key} %')
             BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        );
        ledger.execute_batch(&full).unwrap();
        ledger
    }

    pub(super) fn run(&self, args: &[&str]) -> Run {
        told(&self.command(args).output().unwrap())
    }
}

pub(super) fn told(output: &Output) -> Run {
    Run {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

/// Files only in the reverse of their order, so that nothing can hang on the order of creation.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries.into_iter().rev() {
        let name = path.file_name().unwrap();
        if path.is_dir() && name != ".minisync" {
            copy(&path, &to.join(name));
        } else if path.is_file() {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}
