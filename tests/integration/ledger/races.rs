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
    let clock = Arc::new(minisync::engine::clock::now);
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
struct Other {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Other {
    fn new(part: &str, name: &str, place: &str, folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &format!("ledger::races::{part}"), "--ignored", "--nocapture"])
            .env("RACE_NAME", name)
            .env("RACE_PLACE", place)
            .env("RACE_FOLDER", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The rest of the next line that begins with these words.
    fn told(&mut self, words: &str) -> String {
        let mut rests = self
            .lines
            .by_ref()
            .filter_map(|line| Some(line.unwrap().strip_prefix(words)?.to_owned()));
        rests.next().expect("it goes on")
    }

    fn go(&mut self) {
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
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
        let counted = counted(&self.folder);
        fs::write(self.folder.join("count"), format!("{}", counted + 1)).unwrap();
        fs::remove_file(held).unwrap();
    }
}

fn counted(folder: &Path) -> u32 {
    fs::read_to_string(folder.join("count")).unwrap().parse().unwrap()
}

#[tokio::test]
#[ignore = "one of the processes of a race"]
async fn racer() {
    let Some(part) = Part::given() else { return };
    let ledger = open(&part.place).await;
    let mut n_refused = 0;
    for _ in 0..rounds() {
        println!("\nready: {n_refused}");
        std::io::stdin().read_line(&mut String::new()).unwrap();
        let (locked, n) = won(&ledger, &part.run).await;
        n_refused += u32::from(n > 0);
        part.count();
        locked.release().await.unwrap();
    }
    println!("\nready: {n_refused}");
}

#[expect(clippy::print_stdout, reason = "figures, for whoever runs more of them")]
async fn race(place: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("count"), "0").unwrap();
    open(place).await;
    let mut racers = ["one", "two"].map(|name| Other::new("racer", name, place, folder.path()));
    for _ in 0..rounds() {
        // Both begin when both are done with the round before.
        for racer in &mut racers {
            racer.told("ready: ");
        }
        for racer in &mut racers {
            racer.go();
        }
    }
    let mut n_refused = 0;
    for mut racer in racers {
        n_refused += racer.told("ready: ").parse::<u32>().unwrap();
        assert!(racer.child.wait().unwrap().success());
    }
    assert_eq!(counted(folder.path()), 2 * rounds());
    // How often they meet is the machine's affair; that they do, is ours.
    assert!(n_refused > 0, "none of {} rounds was a race", rounds());
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

async fn freeze(place: &str) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(place).await;
    let mut sleeper = Other::new("sleeper", "sleeper", place, folder.path());
    sleeper.told("holds it");
    let lease = async || ledger.lease(&acme()).await.unwrap().unwrap();
    let first = lease().await;
    while lease().await.expires <= first.expires {
        tokio::task::yield_now().await;
    }
    sleeper.signal("-STOP");
    let (locked, n_refused) = won(&ledger, &run("other")).await;
    assert!(n_refused > 0, "it was renewed a moment ago");
    locked.intend(&acme(), &[&invite()]).await.unwrap();
    sleeper.signal("-CONT");
    sleeper.go();
    assert_eq!(sleeper.told("sure: "), "false");
    let why = sleeper.told("intends: ");
    assert!(why.contains("the lock was lost to another run meanwhile"), "{why}");
    assert!(sleeper.child.wait().unwrap().success());
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
