//! Platforms that do not answer as they should: real sockets that say the wrong thing.

use minisync::{
    engine::{self, Outcome, Patience, Provider as _, ProviderError, Site, Stop},
    model::Role,
    plan::{Action, Fingerprint, Plan, Reason, Step},
    platform::sandbox as wire,
    provider::{Api, Masters, SandboxProvider, Secret},
};
use reqwest::Method;
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

/// What the client makes of one answer.
async fn error(answer: String) -> ProviderError {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
        // Whoever has heard enough hangs up.
        stream.write_all(answer.as_bytes()).await.unwrap_or_default();
    });
    let api = Api::new(url.parse().unwrap()).unwrap();
    let request = api.request(Method::PUT, &["me"], &Secret::new("token"));
    let request = request.header("if-match", "\"7\"");
    api.json::<wire::Me>(request).await.unwrap_err()
}

fn problem(status: &str, detail: &str) -> String {
    let body = format!(
        r#"{{"type":"about:blank","title":"No","status":500,"detail":"{detail}","errors":[]}}"#
    );
    let n_bytes = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\n\
         content-length: {n_bytes}\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn when_to_come_back_is_heard_in_each_of_its_forms() {
    let date = "date: Wed, 25 Nov 2026 08:00:00 GMT\r\n";
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        for (said, seconds) in [
            ("retry-after: 7\r\n".to_owned(), Some(7)),
            (format!("{date}retry-after: Wed, 25 Nov 2026 08:00:09 GMT\r\n"), Some(9)),
            (format!("{date}retry-after: Wed, 25 Nov 2026 07:00:00 GMT\r\n"), Some(0)),
            ("retry-after: Wed, 25 Nov 2026 08:00:09 GMT\r\n".to_owned(), None),
            (String::new(), None),
        ] {
            let answer = format!("HTTP/1.1 {status}\r\n{said}content-length: 0\r\n\r\n");
            let asked = seconds.map(Duration::from_secs);
            assert_eq!(error(answer.clone()).await.retry_after(), asked, "{answer}");
        }
    }
}

#[tokio::test]
async fn a_platform_that_is_told_a_revision_and_does_not_find_the_thing_says_that_it_is_stale() {
    for status in ["404 Not Found", "410 Gone", "412 Precondition Failed"] {
        assert_eq!(error(problem(status, "there is no member `m7`")).await, ProviderError::Stale);
    }
    let page = "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 0\r\n\r\n";
    let ProviderError::Garbled(why) = error(page.to_owned()).await else { panic!() };
    assert!(why.contains("is this the platform's address?"), "{why}");
}

#[tokio::test]
async fn of_a_long_story_the_beginning_is_kept() {
    let ProviderError::Refused(no) = error(problem("409 Conflict", &"so ".repeat(9_000))).await
    else {
        panic!()
    };
    assert_eq!(no.detail.chars().count(), 1_001, "{}", no.detail);
    assert!(no.detail.starts_with("so so ") && no.detail.ends_with('…'), "{}", no.detail);
    let endless = error(problem("409 Conflict", &"so ".repeat(1 << 20))).await;
    let ProviderError::Garbled(why) = endless else { panic!() };
    assert!(why.contains("without a reason") && why.len() < 200, "{why}");
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
