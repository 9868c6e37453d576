//! A git repository with a project in it, on an embedded sandbox.

use crate::stage::{MINISYNC, Said, Stage};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

pub(super) const PROJECT: &str = "\
apiVersion: minisync.dev/v1
kind: Project
workspace: acme
owner: { name: An Owner, email: owner@example.com }
";

const PROGRAM: &str = "\
apiVersion: minisync.dev/v1
kind: MiniProgram
metadata: { name: KEY }
spec: { name: Lucky KEY, releaseTo: [alipay-cn], defaultLanguage: en-US }
---
";

/// A roster, one person a line.
pub(super) fn roster(people: &[&str]) -> String {
    let people: String = people.iter().map(|person| format!("    - {{ {person} }}\n")).collect();
    format!(
        "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: {{ name: team }}\nspec:\n  \
         members:\n{people}"
    )
}

pub(super) const MEI: &str = "name: Mei Chen, email: mei@example.com, role: master";
pub(super) const LIN: &str =
    "name: Lin Wei, email: lin@example.com, role: developer, miniPrograms: [coffee]";

pub(super) struct Repository {
    pub(super) stage: Stage,
    /// Where the project is, below the repository's top.
    below: PathBuf,
}

impl Repository {
    /// With two programs, Mei and Lin, all committed.
    pub(super) fn new() -> Self {
        Self::below("")
    }

    pub(super) fn below(folder: &str) -> Self {
        let repository = Self { stage: Stage::empty(), below: PathBuf::from(folder) };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.write("minisync.yaml", PROJECT);
        repository.write("programs.yaml", &["coffee", "tea"].map(program).concat());
        repository.write("team.yaml", &roster(&[MEI, LIN]));
        repository.commit("begins");
        repository
    }

    pub(super) fn root(&self) -> PathBuf {
        self.stage.folder.path().join(&self.below)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let said = self.stage.run(command("git").args(arguments));
        assert_eq!(said.status, 0, "{arguments:?}: {}", said.stderr);
        said.stdout
    }

    pub(super) fn commit(&self, subject: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", subject]);
    }

    pub(super) fn minisync(&self, arguments: &[&str]) -> Said {
        let said = self.run(Command::new(MINISYNC).args(arguments));
        Said { stdout: steady(&said.stdout), stderr: steady(&said.stderr), ..said }
    }

    /// In the project's folder.
    pub(super) fn run(&self, command: &mut Command) -> Said {
        let below = self.below.to_str().unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", "cd \"$0\" && exec \"$@\"", &format!("./{below}")]);
        shell.arg(command.get_program()).args(command.get_args());
        self.stage.run(&mut shell)
    }

    /// What it says when all goes well.
    pub(super) fn says(&self, arguments: &[&str]) -> String {
        let said = self.minisync(arguments);
        assert_eq!(said.status, 0, "{arguments:?}: {}", said.stderr);
        said.stdout
    }

    /// Applies, as often as somebody has to accept before more can be done.
    pub(super) fn apply(&self) {
        for _ in 0..2 {
            self.says(&["apply", "--yes", "--quiet"]);
            self.says(&["sandbox", "accept", "--all"]);
        }
    }
}

pub(super) fn program(key: &str) -> String {
    PROGRAM.replace("KEY", key)
}

/// As nobody in particular, always at the same time.
pub(super) fn command(program: &str) -> Command {
    let mut command = Command::new("env");
    let identity = ["AUTHOR", "COMMITTER"].iter().flat_map(|who| {
        [
            format!("GIT_{who}_NAME=Zhao Ming"),
            format!("GIT_{who}_EMAIL=zhao@example.com"),
            format!("GIT_{who}_DATE=2020-01-02T03:04:05Z"),
        ]
    });
    command.args(identity).arg("GIT_CONFIG_GLOBAL=/dev/null").arg(program);
    command
}

/// Times of this run are `NOW`, hashes `HASH`: all but the commits' own times differ every time.
pub(super) fn steady(text: &str) -> String {
    let mut steady = String::new();
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-');
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end.max(rest.chars().next().unwrap().len_utf8()));
        steady.push_str(steady_word(word));
        rest = after;
    }
    steady.replace(" 2 days left", " 3 days left")
}

fn steady_word(word: &str) -> &str {
    let shape: String = word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let is_hash = word.len() == 10 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    match shape.as_str() {
        _ if word.starts_with("2020-") => word,
        "0000-00-00T00:00:00Z" => "NOW",
        "0000-00-00" if word.starts_with("202") => "TODAY",
        _ if is_hash => "HASH",
        // Programs are created side by side.
        "p0" => "ID",
        _ => word,
    }
}

/// For those who look into files: nothing may be left behind.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

/// A list within a report, one thing a line, without the places' ends.
pub(super) fn lines_of(report: &str, list: &str) -> String {
    let mut report: serde_json::Value = serde_json::from_str(report).unwrap();
    let things = report.pointer_mut(list).unwrap().as_array_mut().unwrap();
    for thing in things.iter_mut() {
        if let Some(place) = thing.get_mut("place").and_then(|place| place.as_object_mut()) {
            place.remove("bytes").unwrap();
            place.remove("end").unwrap();
        }
    }
    things.iter().map(|thing| format!("{thing}\n")).collect()
}
