//! Invitations by mail, through a real mail server.

use super::platform::{Clock, Platform, Token};
use minisync::sandbox::{Config, Delivery, Mails, Smtp};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Lines, Write as _},
    path::{Path, PathBuf},
    pin::pin,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

/// `tests/tools/mail-server`, running.
struct MailServer {
    child: Child,
    port: u16,
    lines: Option<Lines<BufReader<ChildStdout>>>,
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail").join(name)
}

impl MailServer {
    fn start(arguments: &[&str]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let install = Command::new(root.join("tests/tools/install")).output().unwrap();
        assert!(install.status.success(), "{}", String::from_utf8_lossy(&install.stderr));
        let mut child = Command::new(root.join("target/tools/venv/bin/python"))
            .arg(root.join("tests/tools/mail-server"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap().parse().unwrap();
        Self { child, port, lines: Some(lines) }
    }

    fn encrypted(arguments: &[&str]) -> Self {
        let (certificate, key) = (fixture("server.pem"), fixture("server.key"));
        let tls = ["--tls", certificate.to_str().unwrap(), key.to_str().unwrap()];
        Self::start(&[&tls, arguments].concat())
    }

    fn smtp(&self) -> Smtp {
        Smtp {
            url: format!("smtp://127.0.0.1:{}", self.port),
            user: None,
            password: None,
            from: "Minisync 邀请 <invitations@example.com>".to_owned(),
            root_certificate: None,
        }
    }

    /// It says yes to one more mail.
    fn let_go(&mut self) {
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    /// The next mail it takes.
    async fn mail(&mut self) -> Value {
        let mut lines = self.lines.take().unwrap();
        let read = move || (lines.next().unwrap().unwrap(), lines);
        let (line, lines) = tokio::task::spawn_blocking(read).await.unwrap();
        self.lines = Some(lines);
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

async fn platform(smtp: Smtp) -> Platform {
    Platform::with(Clock::new(), |config| Config {
        delivery: Some(Delivery::Smtp(smtp)),
        controllable_clock: true,
        ..config
    })
    .await
}

async fn undelivered(platform: &Platform, owner: &Token, path: &str, words: &str) -> String {
    let mut said = String::new();
    for _ in 0..10_000 {
        if let Some(why) = platform.get(owner, path).await.body["undelivered"].as_str() {
            why.clone_into(&mut said);
        }
        if said.contains(words) {
            return said;
        }
    }
    panic!("not `{words}`, but `{said}`");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_arrives_as_it_was_written() {
    let mut server = MailServer::start(&[]);
    let platform = platform(server.smtp()).await;
    let owner = platform.acme().await;
    let coffee = platform.program(&owner, "幸福咖啡").await;
    platform.invite(&owner, "lin@example.com", "developer", &[&coffee]).await;
    let mail = server.mail().await;
    assert_eq!(mail["from"], "invitations@example.com");
    assert_eq!(mail["to"], json!(["lin@example.com"]));
    assert_eq!(mail["defects"], json!([]));
    assert_eq!(mail["kind"], "multipart/alternative");
    let header = |name: &str| mail["headers"][name].as_str().unwrap().to_owned();
    assert_eq!(header("subject"), "An Owner 邀请您加入工作空间 acme");
    assert_eq!(header("from"), "Minisync 邀请 <invitations@example.com>");
    assert_eq!(header("to"), "A Person <lin@example.com>");
    assert_eq!(header("date"), "Mon, 23 Nov 2026 08:00:00 +0000");
    assert_eq!(header("auto-submitted"), "auto-generated");
    assert_eq!(header("x-auto-response-suppress"), "All");
    assert_eq!(header("content-language"), "zh-CN");
    assert!(header("message-id").ends_with("@minisync.example.com>"));
    let (text, html) = (&mail["parts"]["text/plain"], &mail["parts"]["text/html"]);
    let (text, html) = (text.as_str().unwrap(), html.as_str().unwrap());
    let link = text.lines().find(|line| line.starts_with("http")).unwrap();
    assert!(link.starts_with(&format!("{}/invitations/", platform.server.url())), "{link}");
    for part in [text, html] {
        assert!(part.contains("幸福咖啡") && part.contains(link), "{part}");
    }
    assert!(html.contains(&format!("<a href=\"{link}\"")), "{html}");
    let page = reqwest::get(link).await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("幸福咖啡"));
    assert_eq!(reqwest::get(&link[..link.len() - 1]).await.unwrap().status(), 404);
    assert_eq!(platform.server.shutdown().await.n_sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_rejected_holds_nobody_up() {
    let mut server =
        MailServer::start(&["--refuse", "nobody@example.com", "--delay", "wu@example.com"]);
    let platform = platform(server.smtp()).await;
    let owner = platform.acme().await;
    let nobody = platform.invite(&owner, "nobody@example.com", "master", &[]).await;
    let wu = platform.invite(&owner, "wu@example.com", "master", &[]).await;
    platform.invite(&owner, "mei@example.com", "master", &[]).await;
    assert_eq!(server.mail().await["to"], json!(["mei@example.com"]));
    let why = undelivered(&platform, &owner, &nobody, "no such person").await;
    assert!(why.starts_with("not delivered: ") && why.contains("550"), "{why}");
    let why = undelivered(&platform, &owner, &wu, "come back later").await;
    assert!(why.starts_with("queued since 2026-11-23T08:00:00Z, tried 1×: "), "{why}");
    platform.post(&platform.operator(), "/v1/clock", json!({ "advance": "1m" })).await;
    assert_eq!(server.mail().await["to"], json!(["wu@example.com"]));
    assert_eq!(platform.server.shutdown().await.n_sent, 2);
}

/// As they might be about a sender who is set up wrongly, or a text.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_waits_unless_it_is_the_recipient_who_is_refused() {
    const REFUSALS: [[&str; 2]; 4] = [
        ["--refuse-sender", "530 5.7.0 authentication required"],
        ["--refuse-sender", "550 not one of our senders"],
        ["--refuse-sender", "553 5.1.8 unknown domain"],
        ["--refuse-text", "554 5.7.1 this looks like spam"],
    ];
    for [how, answer] in REFUSALS {
        let mut server = MailServer::start(&[how, answer]);
        let smtp = server.smtp();
        let port = server.port.to_string();
        let platform = platform(smtp).await;
        let owner = platform.acme().await;
        let path = platform.invite(&owner, "mei@example.com", "master", &[]).await;
        let why = undelivered(&platform, &owner, &path, answer.split_at(4).1).await;
        assert!(why.starts_with("queued since "), "{why}");
        drop(server);
        server = MailServer::start(&["--port", &port]);
        platform.post(&platform.operator(), "/v1/clock", json!({ "advance": "1m" })).await;
        assert_eq!(server.mail().await["to"], json!(["mei@example.com"]));
        assert_eq!(platform.server.shutdown().await.n_sent, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_mail_is_no_harm_to_the_next_one_on_the_same_connection() {
    let mut server = MailServer::start(&["--refuse", "nobody@example.com"]);
    let closed = MailServer::start(&[]);
    let (smtp, port) = (server.smtp(), closed.port);
    drop(closed);
    // They all become due together once the server is the right one.
    let platform = platform(Smtp { url: format!("smtp://127.0.0.1:{port}"), ..smtp }).await;
    let owner = platform.acme().await;
    let mut path = String::new();
    for who in 0..12 {
        let email = format!("person{who}@example.com");
        path = platform.invite(&owner, &email, "master", &[]).await;
    }
    platform.invite(&owner, "nobody@example.com", "master", &[]).await;
    undelivered(&platform, &owner, &path, "tried 1×").await;
    drop(std::mem::replace(
        &mut server,
        MailServer::start(&["--port", &port.to_string(), "--refuse", "nobody@example.com"]),
    ));
    platform.post(&platform.operator(), "/v1/clock", json!({ "advance": "1h" })).await;
    let mut connections = std::collections::BTreeSet::new();
    for _ in 0..12 {
        connections.insert(server.mail().await["peer"].to_string());
    }
    assert!(connections.len() <= 5, "{connections:?}");
    let mails = platform.server.shutdown().await;
    assert_eq!((mails.n_sent, mails.n_waiting), (12, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_on_its_way_is_not_cut_off_by_the_end() {
    let mut server = MailServer::start(&["--hold"]);
    let smtp = server.smtp();
    let platform = Platform::with(Clock::new(), |config| Config {
        delivery: Some(Delivery::Smtp(smtp)),
        mail_grace: Duration::ZERO,
        ..config
    })
    .await;
    let owner = platform.acme().await;
    platform.invite(&owner, "mei@example.com", "master", &[]).await;
    server.mail().await;
    platform.invite(&owner, "lin@example.com", "master", &[]).await;
    let mut end = pin!(platform.server.shutdown());
    // The server has the mail, and has not said so.
    assert!(tokio::time::timeout(Duration::from_millis(300), &mut end).await.is_err());
    server.let_go();
    assert_eq!(end.await, Mails { n_sent: 1, n_waiting: 1, why: None });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_at_the_end_still_goes_out_within_the_grace() {
    let mut server = MailServer::start(&["--hold"]);
    let platform = platform(server.smtp()).await;
    let owner = platform.acme().await;
    platform.invite(&owner, "mei@example.com", "master", &[]).await;
    server.mail().await;
    for email in ["lin@example.com", "wu@example.com"] {
        platform.invite(&owner, email, "master", &[]).await;
    }
    for _ in 0..3 {
        server.let_go();
    }
    assert_eq!(platform.server.shutdown().await, Mails { n_sent: 3, n_waiting: 0, why: None });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_says_what_waits_and_why() {
    let closed = MailServer::start(&[]);
    let smtp = closed.smtp();
    drop(closed);
    let platform = platform(smtp).await;
    let owner = platform.acme().await;
    platform.invite(&owner, "mei@example.com", "master", &[]).await;
    let Mails { n_sent, n_waiting, why } = platform.server.shutdown().await;
    assert_eq!((n_sent, n_waiting), (0, 1));
    assert!(why.as_ref().unwrap().contains("Connection refused"), "{why:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_wait_for_a_server_that_is_down() {
    let server = MailServer::start(&[]);
    let smtp = server.smtp();
    let port = server.port.to_string();
    drop(server);
    let platform = platform(smtp).await;
    let owner = platform.acme().await;
    let path = platform.invite(&owner, "mei@example.com", "master", &[]).await;
    undelivered(&platform, &owner, &path, "tried 1×").await;
    let mut server = MailServer::start(&["--port", &port]);
    platform.post(&platform.operator(), "/v1/clock", json!({ "advance": "1m" })).await;
    assert_eq!(server.mail().await["to"], json!(["mei@example.com"]));
    assert_eq!(platform.server.shutdown().await.n_sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_holds_up_neither_requests_nor_the_end() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let smtp = Smtp {
        url: format!("smtp://{}", silent.local_addr().unwrap()),
        user: None,
        password: None,
        from: "invitations@example.com".to_owned(),
        root_certificate: None,
    };
    let platform = Platform::with(Clock::new(), |config| Config {
        delivery: Some(Delivery::Smtp(smtp)),
        mail_grace: Duration::ZERO,
        ..config
    })
    .await;
    let owner = platform.acme().await;
    platform.invite(&owner, "mei@example.com", "master", &[]).await;
    let (connection, _) = silent.accept().unwrap();
    platform.invite(&owner, "lin@example.com", "master", &[]).await;
    assert_eq!(platform.server.shutdown().await.n_sent, 0);
    drop(connection);
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_encrypted_and_signed_in_where_that_is_asked_for() {
    let mut server = MailServer::encrypted(&["--login", "minisync", "secret"]);
    let smtp = Smtp {
        url: format!("smtp://localhost:{}?tls=required", server.port),
        user: Some("minisync".to_owned()),
        password: Some("secret".to_owned()),
        root_certificate: Some(fixture("ca.pem")),
        ..server.smtp()
    };
    let trusting = platform(smtp.clone()).await;
    let owner = trusting.acme().await;
    trusting.invite(&owner, "mei@example.com", "master", &[]).await;
    let mail = server.mail().await;
    assert_eq!((&mail["isEncrypted"], &mail["user"]), (&json!(true), &json!("minisync")));
    assert_eq!(trusting.server.shutdown().await.n_sent, 1);

    // Nothing is sent to who cannot show who they are, or does not let us in; it waits.
    let (strange, wrong) = (
        Smtp { root_certificate: None, ..smtp.clone() },
        Smtp { password: Some("guess".to_owned()), ..smtp },
    );
    for (smtp, words) in [(strange, "certificate"), (wrong, "535")] {
        let platform = platform(smtp).await;
        let owner = platform.acme().await;
        let path = platform.invite(&owner, "mei@example.com", "master", &[]).await;
        let why = undelivered(&platform, &owner, &path, words).await;
        assert!(why.starts_with("queued since "), "{why}");
        assert_eq!(platform.server.shutdown().await.n_sent, 0);
    }
}
