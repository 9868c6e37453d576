//! Platforms that do not answer as they should: real sockets that say the wrong thing.

use minisync::{
    engine::{self, Outcome, Patience, Provider as _, ProviderError, Site, Stop},
    model::Role,
    plan::{Action, Fingerprint, Plan, Reason, Step},
    provider::{Api, Masters, SandboxProvider, Secret},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

/// Answers every request with the same bytes, and closes the connection.
async fn platform_that_says(answer: &'static str) -> SandboxProvider {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            if stream.read(&mut request).await.is_ok() {
                stream.write_all(answer.as_bytes()).await.unwrap_or_default();
            }
        }
    });
    provider(&url)
}

fn provider(url: &str) -> SandboxProvider {
    SandboxProvider::new(
        Api::new(url.parse().unwrap()).unwrap(),
        "acme".parse().unwrap(),
        Secret::new("token"),
        Masters::Known(BTreeMap::new()),
        PathBuf::new(),
    )
}

async fn complaint(answer: &'static str) -> ProviderError {
    platform_that_says(answer).await.observe().await.unwrap_err()
}

#[tokio::test]
async fn a_web_page_is_no_answer() {
    let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    let ProviderError::Garbled(why) = complaint(page).await else { panic!() };
    assert!(why.contains("a web page instead of data"), "{why}");
}

#[tokio::test]
async fn broken_json_is_said_to_be_broken() {
    let json =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{\"items\":";
    let ProviderError::Garbled(why) = complaint(json).await else { panic!() };
    assert!(why.contains("broken answer"), "{why}");
}

#[tokio::test]
async fn a_wrong_token_is_not_tried_again() {
    let denied = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n";
    let ProviderError::Barred(why) = complaint(denied).await else { panic!() };
    assert!(why.contains("does not accept our credential"), "{why}");
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_our_token() {
    let away = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let ProviderError::Garbled(why) = complaint(away).await else { panic!() };
    assert!(why.contains("sends us elsewhere"), "{why}");
}

#[tokio::test]
async fn an_answer_without_end_is_not_taken_in() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n";
            let spaces = [b' '; 1 << 16];
            let mut written = match stream.read(&mut request).await {
                Ok(_) => stream.write_all(head.as_bytes()).await,
                Err(why) => Err(why),
            };
            while written.is_ok() {
                written = stream.write_all(&spaces).await;
            }
        }
    });
    let ProviderError::Garbled(why) = provider(&url).observe().await.unwrap_err() else { panic!() };
    assert!(why.contains("more than 64 MiB for one answer"), "{why}");
}

#[tokio::test]
async fn a_platform_that_is_gone_is_not_asked_a_thousand_times() {
    let invite = |n: usize| {
        let email = format!("p{n}@example.com").parse().unwrap();
        let action = Action::Invite { email, name: "Lin Wei".into(), role: Role::Master };
        Step { action, reason: Reason::Missing, against: Fingerprint::Absent }
    };
    let plan = Plan { steps: (0..1_000).map(invite).collect(), notes: Vec::new() };
    let workspace = "acme".parse().unwrap();
    let ledger = crate::ledger::open(Path::new(":memory:"), "gone");
    let locked = ledger.lock([&workspace], crate::ledger::run("one")).await.unwrap();
    let site = Site {
        workspace: &workspace,
        // Nobody listens on this port.
        provider: &provider("http://127.0.0.1:1"),
        store: &locked,
        concurrency: 4,
        patience: Patience {
            retries: 0,
            first_pause: Duration::ZERO,
            longest_pause: Duration::ZERO,
        },
        stop: &Stop::default(),
        whole: None,
    };
    let applied = engine::apply(&plan, &site, &|_| {}).await.unwrap();
    let n_failed = applied.outcomes.iter().filter(|it| matches!(it, Outcome::Failed(_))).count();
    assert!((16..20).contains(&n_failed), "{n_failed}");
    assert!(applied.outcomes[20..].iter().all(|outcome| *outcome == Outcome::NotStarted));
}

#[test]
fn a_secret_is_not_told_by_what_holds_it() {
    let secret = Secret::new("some-token");
    let masters = Masters::issued_by(secret.clone());
    assert!(!format!("{secret:?} {masters:?}").contains("some-token"));
}
