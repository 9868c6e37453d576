//! A copy of an example for a test alone, and the real binary in it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

pub(crate) const MINISYNC: &str = env!("CARGO_BIN_EXE_minisync");

#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) folder: tempfile::TempDir,
}

/// How a command ended, and what it said on both streams, in this order.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Stage {
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// As it would be in a fresh clone, whatever was tried out in this one.
    pub(crate) fn of(example: &str) -> Self {
        let stage = Self::empty();
        for (path, bytes) in files(Path::new(example)) {
            if !path.starts_with(".minisync") {
                let copy = stage.folder.path().join(path);
                fs::create_dir_all(copy.parent().unwrap()).unwrap();
                fs::write(copy, bytes).unwrap();
            }
        }
        stage
    }

    pub(crate) fn minisync(&self, arguments: &[&str]) -> Said {
        self.run(Command::new(MINISYNC).args(arguments))
    }

    pub(crate) fn run(&self, command: &mut Command) -> Said {
        let output = self.output(command);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let status = output.status.code().expect("no signal ended it");
        Said { status, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Nothing of the machine's surroundings comes through but what the command itself names.
    pub(crate) fn output(&self, command: &mut Command) -> Output {
        let named = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
        let named: Vec<_> = named.map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
        let binaries = Path::new(MINISYNC).parent().unwrap().display();
        let command = command
            .current_dir(&self.folder)
            .env_clear()
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("LANG", "C.UTF-8")
            .env("PATH", format!("{binaries}:/usr/bin:/bin"))
            .envs(named);
        command.output().unwrap()
    }
}

/// Every file below a folder, by its path from there.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}
