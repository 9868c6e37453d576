//! What the ledger costs: does a record take longer when there are many, and how much longer does
//! an apply take with a ledger than without?
//!
//! `cargo bench --bench ledger`, or `cargo bench --bench ledger -- 10000 1000000` for an apply of so
//! many actions, and a journal of so many records.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that fails has nothing to say"
)]

mod forgetful;

use forgetful::Forgetful;
use minisync::{
    engine::{self, Ending, Patience, Receipt, Stop, Store, clock},
    ledger::{Ledger, Locked, Run},
    model::{Email, MemberId, Revision, Role, WorkspaceId},
    plan::{Action, Fingerprint, Plan, Reason, Step},
    platform::sandbox as wire,
    provider::{Api, Masters, SandboxProvider, Secret, fresh_key, issue_token},
    sandbox::{self, Config, Data},
};
use reqwest::Method;
use std::{
    fmt,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

/// Steps whose intents and endings are written in one go.
const BATCH: usize = 500;
const ROUNDS: usize = 7;

#[tokio::main]
async fn main() {
    let mut numbers = std::env::args().filter_map(|word| word.parse::<usize>().ok());
    let (n_actions, n_records) =
        (numbers.next().unwrap_or(10_000), numbers.next().unwrap_or(1_000_000));
    appends(n_records).await;
    for platform in
        [Platform::Memory, Platform::File, Platform::After("1ms"), Platform::After("5ms")]
    {
        applies(n_actions, platform).await;
    }
}

/// A sandbox in this very process, on the same cores.
#[derive(Debug, Clone, Copy)]
enum Platform {
    /// Answers at once: no other platform is as quick.
    Memory,
    /// On a disk, as it is embedded in a project.
    File,
    /// As one that is somewhere else.
    After(&'static str),
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("answered from memory"),
            Self::File => f.write_str("kept on the disk"),
            Self::After(latency) => write!(f, "answered after {latency}"),
        }
    }
}

fn acme() -> WorkspaceId {
    "acme".parse().unwrap()
}

fn invite(n: usize) -> Step {
    let email: Email = format!("p{n}@example.com").parse().unwrap();
    let action = Action::Invite { email, name: "Lin Wei".into(), role: Role::Master };
    Step { action, reason: Reason::Missing, against: Fingerprint::Absent }
}

async fn locked(folder: &Path) -> (Ledger, Locked) {
    let path = folder.join("ledger.db");
    let ledger = Ledger::open(&path, "sandbox", "bench", Arc::new(clock::now)).unwrap();
    let run = Run {
        id: "bench".into(),
        who: "bench".into(),
        commit: None,
        saved: None,
        den: "bench".into(),
    };
    let locked = ledger.lock([&acme()], run).await.unwrap();
    (ledger, locked)
}

/// Two records a step: the intent and the ending.
async fn write(locked: &Locked, steps: &[Step]) {
    let steps: Vec<&Step> = steps.iter().collect();
    let intents = locked.intend(&acme(), &steps).await.unwrap();
    let done = Ok(Receipt::Member { id: MemberId::new("m1"), revision: Revision::new("1") });
    let ending = |(intent, step)| Ending { intent, step, result: Some(&done) };
    let endings: Vec<Ending<'_>> = intents.iter().zip(steps).map(ending).collect();
    locked.record(&acme(), &endings).await.unwrap();
}

/// The same people over and over, so that only the journal grows.
async fn appends(n_records: usize) {
    let folder = tempfile::tempdir().unwrap();
    let (_, locked) = locked(folder.path()).await;
    let people: Vec<Step> = (0..BATCH).map(invite).collect();
    let mut n_written = 0;
    for goal in [1_000, n_records] {
        while n_written < goal {
            write(&locked, &people).await;
            n_written += 2 * BATCH;
        }
        let (mut alone, mut together) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            for person in &people[..50] {
                write(&locked, std::slice::from_ref(person)).await;
            }
            alone.push(begun.elapsed() / 100);
            let begun = Instant::now();
            write(&locked, &people).await;
            together.push(begun.elapsed() / (2 * u32::try_from(BATCH).unwrap()));
        }
        println!(
            "a journal of {n_written:>9} records: one more takes {:>9.1?} alone, {:>7.1?} among {BATCH}",
            median(alone),
            median(together)
        );
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

async fn applies(n_actions: usize, platform: Platform) {
    let plan = Plan { steps: (0..n_actions).map(invite).collect(), ..Plan::default() };
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir().unwrap();
        let (_, locked) = locked(folder.path()).await;
        with.push(apply(&plan, &locked, platform).await);
        without.push(apply(&plan, &Forgetful, platform).await);
    }
    let (with, without) = (median(with), median(without));
    println!(
        "an apply of {n_actions} actions, each {platform}: {with:.2?} with the ledger, {without:.2?} without ({:.2} times)",
        with.as_secs_f64() / without.as_secs_f64()
    );
}

/// On a sandbox of its own, over HTTP.
async fn apply<S: Store>(plan: &Plan, store: &S, platform: Platform) -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(Arc::new(clock::now));
    if let Platform::File = platform {
        config.data = Data::File(folder.path().join("sandbox.db"));
    }
    let server = sandbox::serve(config).await.unwrap();
    let api = Api::new(server.url().parse().unwrap()).unwrap();
    let operator = Secret::new(server.operator_token().reveal());
    let owner = wire::Person { name: "An Owner".into(), email: "owner@example.com".into() };
    let request = api
        .request(Method::POST, &["workspaces"], &operator)
        .header("Idempotency-Key", fresh_key().unwrap().as_str())
        .json(&wire::NewWorkspace { id: "acme".into(), owner });
    api.send(request).await.unwrap();
    let token = issue_token(&api, &operator, &"owner@example.com".parse().unwrap()).await.unwrap();
    if let Platform::After(latency) = platform {
        let mishap = wire::NewMishap { mishap: format!("latency={latency}:always") };
        let request = api.request(Method::POST, &["mishaps"], &operator);
        let request =
            request.header("Idempotency-Key", fresh_key().unwrap().as_str()).json(&mishap);
        api.send(request).await.unwrap();
    }
    let masters = Masters::issued_by(operator);
    let provider = SandboxProvider::new(api, acme(), token, masters, ".".into());
    let workspace = acme();
    let site = engine::Site {
        workspace: &workspace,
        provider: &provider,
        store,
        concurrency: 16,
        patience: Patience::default(),
        stop: &Stop::default(),
        whole: None,
    };
    let begun = Instant::now();
    let applied = engine::apply(plan, &site, &|_| {}).await.unwrap();
    let taken = begun.elapsed();
    assert!(applied.is_complete());
    drop(server.shutdown().await);
    taken
}
