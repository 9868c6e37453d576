//! Every example works.

#[path = "../../benches/fleet/mod.rs"]
mod fleet;

use crate::stage::{Stage, files};
use fleet::Size;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

fn generated(size: Size) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    fleet::write(folder.path(), size).unwrap();
    files(folder.path())
}

/// The exit statuses of `--detailed-exitcode`.
const IN_SYNC: i32 = 0;
const DRIFTED: i32 = 2;
const WAITING: i32 = 3;

impl Stage {
    /// What a command says when it ends as it should.
    #[track_caller]
    fn says(&self, arguments: &[&str], status: i32) -> String {
        let said = self.minisync(arguments);
        assert_eq!(said.status, status, "{arguments:?}: {said:#?}");
        said.stdout
    }

    #[track_caller]
    fn check(&self) {
        let said = self.says(&["check", "--deny-warnings"], 0);
        assert!(said.starts_with("No findings in "), "{said}");
    }

    #[track_caller]
    fn plan(&self, status: i32) -> String {
        self.says(&["plan", "--detailed-exitcode"], status)
    }

    /// Carries the plan out; then there is nothing to do but to wait, and a second run does not
    /// do a thing.
    #[track_caller]
    fn apply(&self) {
        self.plan(DRIFTED);
        self.says(&["apply", "--yes"], 0);
        let waiting = self.says(&["status", "--detailed-exitcode"], WAITING);
        assert!(waiting.contains("Waiting for "), "{waiting}");
        let again = self.says(&["apply", "--yes"], 0);
        assert!(!again.contains("Applied") && again.contains("Waiting for "), "{again}");
        self.plan(WAITING);
    }

    #[track_caller]
    fn accept_all(&self) {
        self.says(&["sandbox", "accept", "--all"], 0);
    }
}

#[test]
fn the_owners_quickstart_comes_to_be_in_sync() {
    let stage = Stage::of("examples/quickstart");
    stage.check();
    stage.apply();
    stage.accept_all();
    assert!(stage.plan(IN_SYNC).ends_with("In sync: 1 program, 1 person.\n"));
}

#[test]
fn a_master_accepts_and_then_creates() {
    let stage = Stage::of("examples/master");
    stage.check();
    assert!(stage.plan(DRIFTED).contains("\nPlan: 1 person to invite.\n"));
    stage.apply();
    stage.accept_all();
    let plan = stage.plan(DRIFTED);
    assert!(plan.contains("as 陈梅 <mei.chen@example.com>"), "{plan}");
    assert!(plan.contains("1 program to create, 1 person to invite"), "{plan}");
    stage.apply();
    stage.accept_all();
    assert!(stage.plan(IN_SYNC).ends_with("In sync: 1 program, 2 people.\n"));
}

#[test]
fn the_coffee_chain_comes_to_be_in_sync() {
    let stage = Stage::of("examples/coffee-chain");
    stage.check();
    stage.apply();
    let waiting = stage.says(&["status"], 0);
    assert_eq!(waiting.matches(" invited ").count(), 25, "{waiting}");
    stage.accept_all();
    assert!(stage.plan(IN_SYNC).ends_with("In sync: 6 programs, 25 people.\n"));
}

#[test]
fn the_sample_of_the_service_provider_comes_to_be_in_sync() {
    let stage = Stage::of("examples/service-provider");
    stage.check();
    stage.apply();
    stage.accept_all();
    assert!(stage.plan(IN_SYNC).ends_with("In sync: 4 programs, 24 people.\n"));
}

#[test]
fn the_whole_service_provider_is_invited() {
    let stage = Stage::empty();
    fleet::write(stage.folder.path(), Size::SERVICE_PROVIDER).unwrap();
    stage.check();
    let applied = stage.says(&["apply", "--yes", "--quiet"], 0);
    assert!(applied.contains("\nApplied: 500 programs created, 10,000 people invited.\n"));
    stage.plan(WAITING);
}

#[test]
fn the_sample_of_the_service_provider_is_what_the_generator_writes() {
    let mut sample = files(Path::new("examples/service-provider"));
    sample.remove(Path::new("README.md")).unwrap();
    sample.retain(|path, _| !path.starts_with(".minisync"));
    let generated = generated(Size { programs: 4, members: 24, workspaces: 2 });
    assert_eq!(sample.keys().collect::<Vec<_>>(), generated.keys().collect::<Vec<_>>());
    for (path, bytes) in &generated {
        assert!(sample[path] == *bytes, "{} is not what is generated", path.display());
    }
}

#[test]
fn the_service_provider_has_its_size_and_no_limit_is_passed() {
    let files = generated(Size::SERVICE_PROVIDER);
    let texts: Vec<String> = files
        .iter()
        .filter(|(path, _)| path.starts_with("workspaces"))
        .map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap())
        .collect();
    let count = |word: &str| texts.iter().map(|text| text.matches(word).count()).sum::<usize>();
    assert_eq!(count("kind: MiniProgram\n"), 500);
    assert_eq!(count("  role: "), 10_000);
    assert!(texts.iter().all(|text| text.matches("- alipay-cn\n").count() <= 10));
    let folder = tempfile::tempdir().unwrap();
    let too_many = Size { programs: 21, members: 0, workspaces: 2 };
    fleet::write(folder.path(), too_many).unwrap_err();
}
