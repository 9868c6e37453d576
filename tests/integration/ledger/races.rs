//! Two processes that want one lock.

use super::{
    run,
    server::{self, Schema},
};
use minisync::{
    engine::Store as _,
    ledger::{Ledger, LockError, Locked, Run},
    model::{Role, WorkspaceId},
    plan::{Action, Fingerprint, Reason, Step},
};
use std::{
    ffi::OsString,
    fs::{self, File},
    io::{BufRead as _, BufReader, Lines, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

/// Rounds in the suite; `MINISYNC_RACES` makes it more.
const ROUNDS: u32 = 200;
/// Long enough for a busy machine to renew it.
const LEASE: jiff::SignedDuration = jiff::SignedDuration::from_millis(1500);

fn acme() -> WorkspaceId {
    "acme".parse().unwrap()
}

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

fn rounds() -> u32 {
    variable("MINISYNC_RACES").map_or(ROUNDS, |text| text.to_str().unwrap().parse().unwrap())
}

/// In a file, or on a server.
async fn open(place: &str) -> Ledger {
    let clock = Arc::new(jiff::Timestamp::now);
    let ledger = if place.contains("://") {
        server::open(place, "sandbox", clock).await.unwrap()
    } else {
        Ledger::open(Path::new(place), "sandbox", "one", clock).unwrap()
    };
    ledger.with_leases_of(LEASE)
}

/// Asks until it is given; how often it was refused.
async fn won(ledger: &Ledger, run: &Run) -> (Locked, u32) {
    for n_refused in 0.. {
        match ledger.lock([&acme()], run.clone()).await {
            Ok(locked) => return (locked, n_refused),
            Err(LockError::Held { .. }) => tokio::task::yield_now().await,
            Err(LockError::Store(why)) => panic!("{why}"),
        }
    }
    unreachable!("somebody ends every lease")
}

/// This test binary as another process, which runs one of the tests that are ignored here.
fn process(part: &str, name: &str, place: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("ledger::races::{part}"), "--ignored", "--nocapture"])
        .env("RACE_NAME", name)
        .env("RACE_PLACE", place)
        .env("RACE_FOLDER", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

struct Part {
    run: Run,
    place: String,
    folder: PathBuf,
}

impl Part {
    /// `None`: somebody runs the tests that are ignored.
    fn given() -> Option<Self> {
        let text = |name| Some(variable(name)?.into_string().unwrap());
        let (name, place) = (text("RACE_NAME")?, text("RACE_PLACE")?);
        Some(Self { run: run(&name), place, folder: variable("RACE_FOLDER")?.into() })
    }

    /// What a lock is for: it would be wrong if somebody else did this at the same time.
    fn count(&self) {
        let held = self.folder.join("held");
        File::create_new(&held).expect("nobody else holds the lock");
        let counted = counted(&self.folder).expect("nobody else writes");
        fs::write(self.folder.join("count"), format!("{}.", counted + 1)).unwrap();
        fs::remove_file(held).unwrap();
    }
}

/// `None`: it is being written.
fn counted(folder: &Path) -> Option<u32> {
    fs::read_to_string(folder.join("count")).unwrap().strip_suffix('.')?.parse().ok()
}

#[tokio::test]
#[ignore = "one of the processes of a race"]
async fn racer() {
    let Some(part) = Part::given() else { return };
    let ledger = open(&part.place).await;
    let mut n_refused = 0;
    for round in 0..rounds() {
        // Both begin when both have had it in the round before.
        while counted(&part.folder).is_none_or(|count| count < 2 * round) {
            tokio::task::yield_now().await;
        }
        let (locked, n) = won(&ledger, &part.run).await;
        n_refused += u32::from(n > 0);
        part.count();
        locked.release().await.unwrap();
    }
    println!("refused: {n_refused}");
}

async fn race(place: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("count"), "0.").unwrap();
    open(place).await;
    let racers = ["one", "two"].map(|name| process("racer", name, place, folder.path()));
    let mut n_refused = 0;
    for racer in racers {
        let output = racer.wait_with_output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{told}");
        let refused = told.split("refused: ").nth(1).unwrap().lines().next().unwrap();
        n_refused += refused.parse::<u32>().unwrap();
    }
    assert_eq!(counted(folder.path()), Some(2 * rounds()));
    assert!(n_refused > rounds() / 10, "{n_refused} of {} rounds were races", rounds());
    println!("{} rounds, in {n_refused} somebody had to wait", rounds());
}

#[tokio::test]
async fn two_processes_never_hold_the_lock_of_a_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    race(folder.path().join("ledger.db").to_str().unwrap()).await;
}

#[tokio::test]
async fn two_clients_never_hold_the_lock_of_a_server_at_once() {
    race(&Schema::new().await.url()).await;
}

fn invite() -> Step {
    let email = "lin@example.com".parse().unwrap();
    let action = Action::Invite { email, name: "Lin Wei".into(), role: Role::Master };
    Step { action, reason: Reason::Missing, against: Fingerprint::Absent }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "one of the processes of a race"]
async fn sleeper() {
    let Some(part) = Part::given() else { return };
    let ledger = open(&part.place).await;
    let (locked, _) = won(&ledger, &part.run).await;
    println!("\nholds it");
    let woken = || std::io::stdin().read_line(&mut String::new());
    tokio::task::spawn_blocking(woken).await.unwrap().unwrap();
    println!("sure: {}", locked.is_held());
    println!("intends: {}", locked.intend(&acme(), &[&invite()]).await.unwrap_err());
    locked.release().await.unwrap();
}

struct Sleeper {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Sleeper {
    fn new(place: &str, folder: &Path) -> Self {
        let mut child = process("sleeper", "sleeper", place, folder);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "holds it"));
        Self { child, lines }
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// What it has to say about it.
    fn woken(mut self) -> Vec<String> {
        self.signal("-CONT");
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
        let told = self.lines.map(Result::unwrap).collect();
        assert!(self.child.wait().unwrap().success(), "{told:?}");
        told
    }
}

async fn freeze(place: &str) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(place).await;
    let sleeper = Sleeper::new(place, folder.path());
    let lease = async || ledger.lease(&acme()).await.unwrap().unwrap();
    let first = lease().await;
    while lease().await.expires <= first.expires {
        tokio::task::yield_now().await;
    }
    sleeper.signal("-STOP");
    let (locked, n_refused) = won(&ledger, &run("other")).await;
    assert!(n_refused > 0, "it was renewed a moment ago");
    locked.intend(&acme(), &[&invite()]).await.unwrap();
    let told = sleeper.woken().join("\n");
    assert!(told.contains("sure: false"), "{told}");
    assert!(told.contains("intends: cannot use the ledger"), "{told}");
    assert!(told.contains("the lock was lost to another run meanwhile"), "{told}");
    let lease = lease().await;
    assert_eq!((lease.holder.run.as_str(), lease.fence), ("other", first.fence + 1));
    assert_eq!(ledger.verify(&acme(), None).await.unwrap().head.number, 1);
    locked.release().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_frozen_beyond_their_lease_of_a_file_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    freeze(folder.path().join("ledger.db").to_str().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_frozen_beyond_their_lease_of_a_server_writes_nothing() {
    freeze(&Schema::new().await.url()).await;
}
