//! In a browser: what people see and do.

use super::{browser::Browser, command::Console, visitor::Site};
use crate::stage::Stage;
use jiff::SignedDuration;
use serde_json::json;

/// Somebody's blocking work beside a running server.
async fn in_browser(work: impl FnOnce(&mut Browser) + Send + 'static) {
    let done = tokio::task::spawn_blocking(move || work(&mut Browser::start())).await;
    if let Err(why) = done {
        std::panic::resume_unwind(why.into_panic());
    }
}

#[test]
fn from_apply_to_mail_to_browser_to_the_masters_program() {
    let stage = Stage::of("examples/master");
    let mut browser = Browser::start();
    let console = Console::open(&stage);
    // The console is open, and apply works with it all the same.
    let said = stage.minisync(&["apply", "--yes"]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(said.stdout.contains("1 person invited"), "{}", said.stdout);

    let link = console.link("mei.chen@example.com");
    assert_eq!(browser.open(&link), 200);
    assert_eq!(browser.said("heading"), "You are invited");
    assert!(browser.said("text").contains("王芳 (wang.fang@example.com)"));
    browser.press_button("Accept");
    browser.see("Welcome! You are a member of this workspace now.");
    browser.see("No mini program yet.");

    let said = stage.minisync(&["apply", "--yes"]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(said.stdout.contains("as 陈梅"), "{}", said.stdout);
    // Her open page shows it by itself.
    browser.see("幸福咖啡");

    browser.person(json!({ "locale": "zh-CN" }));
    browser.open(&console.link("lin.wei@example.com"));
    assert_eq!(browser.said("heading"), "您收到一份邀请");
    browser.press_button("接受");
    browser.see("幸福咖啡");
    assert_eq!(stage.minisync(&["plan", "--detailed-exitcode"]).status, 0);
    browser.expect_no_faults();
    drop(console);
    // Without it, all is as it was.
    assert_eq!(stage.minisync(&["plan", "--detailed-exitcode"]).status, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn lin_signs_in_and_sees_only_lins_programs() {
    let site = Site::start().await;
    let coffee = site.platform.program(&site.owner, "Good Coffee").await;
    site.platform.program(&site.owner, "Secret Tea").await;
    let (lin, _) =
        site.platform.member(&site.owner, "lin@example.com", "developer", &[&coffee]).await;
    let url = site.platform.server.url().to_owned();
    in_browser(move |browser| {
        browser.sign_in(&url, &lin.0);
        browser.see("Good Coffee");
        assert!(!browser.said("text").contains("Secret Tea"));
        browser.follow("Members");
        let text = browser.said("text");
        assert!(text.contains("lin@example.com") && !text.contains("owner@example.com"));
        browser.press_button("Sign out");
        assert_eq!(browser.said("heading"), "Sign in");
        browser.expect_no_faults();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_link_and_a_used_one_say_so() {
    let site = Site::start().await;
    site.platform.invite(&site.owner, "mei@example.com", "master", &[]).await;
    site.platform.invite(&site.owner, "lin@example.com", "master", &[]).await;
    let url = site.platform.server.url().to_owned();
    let used = format!("{url}{}", site.link("mei@example.com").await);
    let expired = format!("{url}{}", site.link("lin@example.com").await);
    let clock = site.platform.clock.clone();
    in_browser(move |browser| {
        browser.open(&used);
        browser.press_button("Accept");
        browser.see("Welcome!");
        assert_eq!(browser.open(&used), 410);
        assert_eq!(browser.said("heading"), "This invitation is accepted already");
        clock.advance(SignedDuration::from_hours(72));
        assert_eq!(browser.open(&expired), 410);
        assert_eq!(browser.said("heading"), "This invitation has expired");
        browser.expect_no_faults();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accepting_needs_neither_a_mouse_nor_scripts() {
    let site = Site::start().await;
    for email in ["mei@example.com", "lin@example.com"] {
        site.platform.invite(&site.owner, email, "master", &[]).await;
    }
    let url = site.platform.server.url().to_owned();
    let mei = format!("{url}{}", site.link("mei@example.com").await);
    let lin = format!("{url}{}", site.link("lin@example.com").await);
    in_browser(move |browser| {
        browser.open(&mei);
        let outline = browser.tell("tab_to", json!({ "name": "Accept" }));
        assert_ne!(outline, "none", "where the focus is must be seen");
        browser.tell("press", json!({ "key": "Enter" }));
        browser.see("Welcome!");

        browser.person(json!({ "javaScript": false, "width": 360 }));
        browser.open(&lin);
        browser.press_button("Accept");
        browser.tell("wait_for", json!({ "url": "**/console/acme/programs**" }));
        browser.follow("Members");
        browser.see("mei@example.com");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_stays_fresh_and_keeps_the_focus() {
    let site = Site::start().await;
    let lin = site.platform.invite(&site.owner, "lin@example.com", "master", &[]).await;
    let (url, token) = (site.platform.server.url().to_owned(), site.owner.0.clone());
    let id = format!("withdraw-{}", lin.rsplit_once('/').unwrap().1);
    let (seen, to_see) = tokio::sync::oneshot::channel();
    let browsing = in_browser(move |browser| {
        browser.sign_in(&url, &token);
        browser.open(&format!("{url}/console/acme/waiting"));
        browser.tell("place_focus", json!({ "id": id }));
        seen.send(()).unwrap();
        browser.see("wu@example.com");
        assert_eq!(browser.said("focus"), id);
        browser.expect_no_faults();
    });
    let changing = async {
        to_see.await.unwrap();
        // Whether the stream is open by now or not.
        site.platform.invite(&site.owner, "wu@example.com", "master", &[]).await;
    };
    tokio::join!(browsing, changing);
}

/// Every page, of a workspace with something of everything in it.
async fn furnished() -> (Site, Vec<String>, String) {
    let site = Site::start().await;
    let evil = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    let body = json!({ "name": "<b>&Coffee</b>", "releaseTo": ["alipay-cn"],
        "defaultLanguage": "zh-CN", "languages": { "en-US": { "name": "Lucky Coffee" } } });
    let program = site.platform.post(&site.owner, "/v1/workspaces/acme/programs", body).await.id();
    site.platform.member(&site.owner, "mei@example.com", "master", &[]).await;
    site.platform.invite(&site.owner, "old@example.com", "master", &[]).await;
    site.platform.clock.advance(SignedDuration::from_hours(80));
    let body = json!({ "name": evil, "role": "developer", "programs": [&program],
        "email": "somebody.with.a.very.long.name@subsidiary.of.a.large.company.example.com" });
    let answer = site.platform.post(&site.owner, "/v1/workspaces/acme/members", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let link =
        site.link("somebody.with.a.very.long.name@subsidiary.of.a.large.company.example.com").await;
    let here = [
        "start",
        "start/program",
        "start/member",
        "start/master",
        "start/done",
        "programs",
        "programs/new",
        "members",
        "members/invite",
        "waiting",
        "activity",
        "nothing",
    ];
    let mut pages: Vec<_> = here.iter().map(|page| format!("/console/acme/{page}")).collect();
    pages.push(format!("/console/acme/programs/{program}?language=fr-FR"));
    pages.extend(
        ["/console/account", "/sign-in", "/invitations/unknown", &*link].map(str::to_owned),
    );
    (site, pages, "/console/acme/members/invite".to_owned())
}

async fn expect_readable_pages(how: serde_json::Value) {
    let (site, pages, form) = furnished().await;
    let (url, token) = (site.platform.server.url().to_owned(), site.owner.0.clone());
    in_browser(move |browser| {
        browser.person(how);
        browser.sign_in(&url, &token);
        for page in pages {
            browser.open(&format!("{url}{page}"));
            browser.expect_readable(&page);
        }
        browser.open(&format!("{url}{form}"));
        browser.fill("Name", "<script>alert(3)</script>");
        browser.press_button("Invite");
        browser.see("to be mended");
        browser.expect_readable("a form that was refused");
        browser.open(&format!("{url}/console/acme/members"));
        assert!(browser.said("text").contains("<img src=x onerror=alert(1)><script>"));
        browser.expect_no_faults();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_readable_by_everybody_wide_and_light() {
    expect_readable_pages(json!({ "width": 1280, "dark": false })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_readable_by_everybody_narrow_and_dark() {
    expect_readable_pages(json!({ "width": 360, "dark": true })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_readable_by_everybody_narrow_and_light() {
    expect_readable_pages(json!({ "width": 360, "dark": false, "locale": "zh-CN" })).await;
}
