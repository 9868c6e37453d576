//! Invitations by mail, as files in a folder.

use super::platform::{Clock, Platform, Token, send};
use futures::{StreamExt as _, stream};
use jiff::SignedDuration;
use minisync::sandbox::{Config, Data, Delivery};
use reqwest::Method;
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

const MEMBERS: &str = "/v1/workspaces/acme/members";

/// A place for data and outbox, over several runs of a server.
struct Place {
    folder: tempfile::TempDir,
    clock: Clock,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), clock: Clock::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn start(&self) -> Platform {
        Platform::with(self.clock.clone(), |config| Config {
            data: Data::File(self.path("sandbox.db")),
            delivery: Some(Delivery::Folder(self.path("outbox"))),
            public_url: Some("https://sandbox.example.com/".parse().unwrap()),
            ..config
        })
        .await
    }

    /// No folder can be where a file is.
    fn block(&self) {
        fs::write(self.path("outbox"), "").unwrap();
    }

    fn unblock(&self) {
        fs::remove_file(self.path("outbox")).unwrap();
    }

    /// Every file of the outbox by name.
    fn mails(&self) -> BTreeMap<String, String> {
        files(&self.path("outbox"))
    }

    fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path("sandbox.db")).unwrap()
    }
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    let entries = entries.map(|entry| entry.unwrap());
    entries
        .map(|it| (it.file_name().into_string().unwrap(), fs::read_to_string(it.path()).unwrap()))
        .collect()
}

/// Where the one link of a mail's text leads.
fn link(mail: &str) -> String {
    let line = mail.lines().find(|line| line.starts_with("http")).unwrap();
    line.to_owned()
}

async fn undelivered(platform: &Platform, owner: &Token, path: &str) -> String {
    for _ in 0..10_000 {
        if let Some(why) = platform.get(owner, path).await.body["undelivered"].as_str() {
            return why.to_owned();
        }
    }
    panic!("the mail was never tried");
}

#[tokio::test]
async fn an_invitation_is_a_mail_in_the_outbox_in_the_language_of_its_program() {
    let place = Place::new();
    let platform = place.start().await;
    let owner = platform.acme().await;
    platform.invite(&owner, "chen@example.com", "master", &[]).await;
    let body = json!({ "name": "Good Tea", "releaseTo": [], "defaultLanguage": "en-US" });
    platform.post(&owner, "/v1/workspaces/acme/programs", body).await;
    platform.invite(&owner, "mei@example.com", "master", &[]).await;
    let coffee = platform.program(&owner, "幸福咖啡").await;
    platform.invite(&owner, "lin@example.com", "developer", &[&coffee]).await;
    assert_eq!(platform.server.shutdown().await.n_sent, 3);

    let mails = place.mails();
    assert_eq!(mails.len(), 3);
    for (name, mail) in &mails {
        let message_id =
            format!("Message-ID: <{}@minisync.sandbox.invalid>", &name[..name.len() - 4]);
        assert!(mail.contains(&message_id), "{name}: {mail}");
        assert!(mail.contains("Date: Mon, 23 Nov 2026 08:00:00 +0000\r\n"), "{mail}");
        assert!(mail.contains("Auto-Submitted: auto-generated\r\n"), "{mail}");
        assert!(mail.contains("An Owner <owner@example.com>"), "{mail}");
        assert!(!mail.contains("\r\nList-"), "{mail}");
    }
    let to =
        |who: &str| mails.values().find(|mail| mail.contains(&format!("<{who}>\r\n"))).unwrap();
    let (mei, lin) = (to("mei@example.com"), to("lin@example.com"));
    // Where there is no program yet: a master's will be Chinese.
    assert!(to("chen@example.com").contains("Content-Language: zh-CN\r\n"), "{mails:?}");
    assert!(mei.contains("Content-Language: en\r\n") && mei.contains("as a master."), "{mei}");
    assert!(mei.contains("until Thu, 26 Nov 2026 08:00 UTC"), "{mei}");
    assert!(lin.contains("Content-Language: zh-CN\r\n") && lin.contains("开发者"), "{lin}");
    assert!(lin.contains("  - 幸福咖啡\r\n") && lin.contains("2026-11-26 08:00"), "{lin}");
    for mail in [mei, lin] {
        let token = link(mail);
        let token = token.strip_prefix("https://sandbox.example.com/invitations/").unwrap();
        assert_eq!(token.len(), "msi_".len() + 64, "256 bits as hex");
    }
    assert_ne!(link(mei), link(lin));
}

#[cfg(unix)]
#[tokio::test]
async fn mails_and_what_holds_them_are_for_the_owners_eyes_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let platform = place.start().await;
    let owner = platform.acme().await;
    platform.invite(&owner, "mei@example.com", "master", &[]).await;
    platform.server.shutdown().await;
    let mail = place.path("outbox").join(place.mails().keys().next().unwrap());
    for path in [mail, place.path("sandbox.db")] {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
    }
    // The link itself is kept nowhere but in the mail.
    let bytes: Option<Vec<u8>> =
        place.database().query_row("SELECT bytes FROM mail", [], |row| row.get(0)).unwrap();
    assert_eq!(bytes, None);
}

#[cfg(unix)]
#[tokio::test]
async fn a_data_file_that_others_can_read_is_closed_to_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.start().await.server.shutdown().await;
    let path = place.path("sandbox.db");
    let beside = ["sandbox.db-wal", "sandbox.db-shm"].map(|name| place.path(name));
    let database = place.database();
    let _: i64 = database.query_row("SELECT count(*) FROM mail", [], |row| row.get(0)).unwrap();
    let files = || beside.iter().chain([&path]);
    for path in files() {
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    let platform = place.start().await;
    for path in files() {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
    }
    platform.server.shutdown().await;
}

#[tokio::test]
async fn a_mail_that_was_sent_and_not_recorded_is_sent_again_as_the_same_mail() {
    let place = Place::new();
    place.block();
    let platform = place.start().await;
    let owner = platform.acme().await;
    let path = platform.invite(&owner, "mei@example.com", "master", &[]).await;
    undelivered(&platform, &owner, &path).await;
    platform.server.shutdown().await;
    place.unblock();
    let database = place.database();
    database.execute_batch("CREATE TEMP TABLE before AS SELECT * FROM mail").unwrap();

    place.clock.advance(SignedDuration::from_mins(1));
    place.start().await.server.shutdown().await;
    let sent = place.mails();
    assert_eq!(sent.len(), 1);

    // As if the process had died in between.
    database.execute_batch("DELETE FROM mail; INSERT INTO mail SELECT * FROM before").unwrap();
    assert_eq!(place.start().await.server.shutdown().await.n_sent, 1);
    assert_eq!(place.mails(), sent);
}

#[tokio::test]
async fn a_mail_that_cannot_be_delivered_waits_longer_each_time_and_says_so() {
    let place = Place::new();
    place.block();
    let platform = place.start().await;
    let owner = platform.acme().await;
    let path = platform.invite(&owner, "mei@example.com", "master", &[]).await;
    let why = undelivered(&platform, &owner, &path).await;
    let since = "queued since 2026-11-23T08:00:00Z, tried 1×: cannot write to ";
    assert!(why.starts_with(since), "{why}");
    let listed = platform.get(&owner, MEMBERS).await.body["items"][1]["undelivered"].clone();
    assert_eq!(listed, json!(why));
    let tagged = platform.get(&owner, &path).await;
    assert_ne!(tagged.header("etag"), format!("\"{}\"", tagged.body["revision"]));
    platform.server.shutdown().await;

    let pause = || -> i64 {
        let sql = "SELECT next_at FROM mail WHERE state = 'queued'";
        place.database().query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let start: i64 = "2026-11-23T08:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
    assert_eq!(pause() - start, 60_000);
    let mut now = start;
    for expected in [2, 4, 8, 16, 32, 60, 60] {
        let wait = pause() - now;
        place.clock.advance(SignedDuration::from_millis(wait));
        now += wait;
        place.start().await.server.shutdown().await;
        assert_eq!(pause() - now, expected * 60_000);
    }
}

#[tokio::test]
async fn a_mail_that_nobody_can_use_any_more_is_not_sent() {
    let place = Place::new();
    place.block();
    let platform = place.start().await;
    let owner = platform.acme().await;
    let withdrawn = platform.invite(&owner, "mei@example.com", "master", &[]).await;
    let accepted = platform.invite(&owner, "lin@example.com", "master", &[]).await;
    let expired = platform.invite(&owner, "wu@example.com", "master", &[]).await;
    for path in [&withdrawn, &accepted, &expired] {
        undelivered(&platform, &owner, path).await;
    }
    let tag = platform.get(&owner, &withdrawn).await.header("etag").to_owned();
    let withdraw = platform
        .request(Method::POST, &owner, &format!("{withdrawn}/withdraw"))
        .header("if-match", tag)
        .header("idempotency-key", platform.fresh_key());
    assert_eq!(send(withdraw).await.status, 200);
    let lin = platform.token("lin@example.com").await;
    assert_eq!(platform.step(&lin, &format!("{accepted}/accept")).await.status, 200);
    platform.server.shutdown().await;

    place.unblock();
    place.clock.advance(SignedDuration::from_hours(72));
    let platform = place.start().await;
    let why = undelivered(&platform, &owner, &expired).await;
    assert_eq!(platform.server.shutdown().await.n_sent, 0);
    assert!(place.mails().is_empty());
    assert!(why.starts_with("not delivered: the invitation expired before it could be"), "{why}");
    let n_rows: i64 =
        place.database().query_row("SELECT count(*) FROM mail", [], |row| row.get(0)).unwrap();
    assert_eq!(n_rows, 1);
}

#[tokio::test]
async fn whoever_is_invited_afresh_gets_one_mail_if_the_first_is_not_out() {
    let place = Place::new();
    place.block();
    let platform = place.start().await;
    let owner = platform.acme().await;
    let path = platform.invite(&owner, "mei@example.com", "master", &[]).await;
    undelivered(&platform, &owner, &path).await;
    let coffee = platform.program(&owner, "Good Coffee").await;
    let body = json!({
        "name": "Mei", "email": "mei@example.com", "role": "developer", "programs": [coffee],
    });
    let afresh = platform.post(&owner, &format!("{path}/reinvite"), body).await;
    assert_eq!(afresh.status, 201, "{}", afresh.body);
    assert_eq!(platform.get(&owner, &path).await.no(), "404 not-found");
    platform.server.shutdown().await;

    place.unblock();
    place.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(place.start().await.server.shutdown().await.n_sent, 1);
    let mails = place.mails();
    assert!(mails.len() == 1 && mails.values().all(|it| it.contains("Good Coffee")), "{mails:?}");
}

#[tokio::test]
async fn a_clock_that_goes_back_keeps_no_mail_waiting() {
    let place = Place::new();
    place.block();
    let platform = place.start().await;
    let owner = platform.acme().await;
    let path = platform.invite(&owner, "mei@example.com", "master", &[]).await;
    undelivered(&platform, &owner, &path).await;
    platform.server.shutdown().await;
    place.unblock();
    // Also to where mail has no dates.
    place.clock.advance(SignedDuration::from_hours(-60 * 365 * 24));
    let platform = place.start().await;
    platform.invite(&owner, "lin@example.com", "master", &[]).await;
    assert_eq!(platform.server.shutdown().await.n_sent, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_invitations_are_ten_thousand_mails() {
    let place = Place::new();
    let platform = place.start().await;
    let owner = platform.acme().await;
    let (platform_of, owner) = (&platform, &owner);
    let invitations = (0..10_000).map(|n| async move {
        platform_of.invite(owner, &format!("person{n}@example.com"), "master", &[]).await
    });
    stream::iter(invitations).buffer_unordered(64).collect::<Vec<_>>().await;
    platform.server.shutdown().await;
    let mails = place.mails();
    let links: std::collections::BTreeSet<_> = mails.values().map(|mail| link(mail)).collect();
    assert_eq!((mails.len(), links.len()), (10_000, 10_000));
}

#[tokio::test]
async fn a_resent_invitation_is_another_mail_with_another_link() {
    let place = Place::new();
    let platform = place.start().await;
    let owner = platform.acme().await;
    let path = platform.invite(&owner, "mei@example.com", "master", &[]).await;
    platform.server.shutdown().await;
    place.clock.advance(SignedDuration::from_hours(72));
    let platform = place.start().await;
    assert_eq!(platform.step(&owner, &format!("{path}/resend")).await.status, 200);
    platform.server.shutdown().await;
    let links: Vec<_> = place.mails().values().map(|mail| link(mail)).collect();
    assert_eq!(links.len(), 2);
    assert_ne!(links[0], links[1]);
}
