//! What pages show.

use super::visitor::Site;
use jiff::SignedDuration;
use serde_json::json;

async fn coffee(site: &Site) -> String {
    let body = json!({
        "name": "幸福咖啡", "releaseTo": ["alipay-cn"], "defaultLanguage": "zh-CN",
        "languages": { "en-US": { "name": "Lucky Coffee" }, "ja-JP": { "name": "コーヒー" } },
    });
    let answer = site.platform.post(&site.owner, "/v1/workspaces/acme/programs", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    format!("/console/acme/programs/{}", answer.id())
}

#[tokio::test]
async fn a_preview_follows_the_readers_language_and_falls_back_to_the_default() {
    let site = Site::start().await;
    let path = coffee(&site).await;
    let cases = [
        ("en-GB,en;q=0.9", "", "Lucky Coffee", "Shown in English (en-US)."),
        ("fr, ja;q=0.5", "", "コーヒー", "Shown in Japanese (ja-JP)."),
        ("en", "?language=zh-TW", "幸福咖啡", "Shown in Chinese, simplified (zh-CN)."),
        (
            "en",
            "?language=fr-FR",
            "幸福咖啡",
            "fr-FR is not among its languages, so it is shown in the default language, Chinese, simplified (zh-CN).",
        ),
        (
            "",
            "",
            "幸福咖啡",
            "Your browser names no language, so it is shown in the default language",
        ),
    ];
    for (language, query, name, note) in cases {
        let mut owner = site.owner().await.reading(language);
        let page = owner.get(&format!("{path}{query}")).await;
        assert_eq!(page.heading(), name, "{language} {query}");
        let words = page.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(note), "{language} {query}: {words}");
    }
    let mut owner = site.owner().await.reading("en");
    let page = owner.get("/console/acme/programs").await;
    assert!(page.has("Lucky Coffee") && page.has("ja-JP") && page.has("Alipay China"));
}

#[tokio::test]
async fn no_data_becomes_markup() {
    let site = Site::start().await;
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    let body = json!({ "name": "<b>\"'&Coffee</b>", "releaseTo": [], "defaultLanguage": "en-US" });
    let program = site.platform.post(&site.owner, "/v1/workspaces/acme/programs", body).await;
    assert_eq!(program.status, 201, "{}", program.body);
    let body = json!({
        "name": evil, "email": "lin@example.com", "role": "developer", "programs": [program.id()],
    });
    let answer = site.platform.post(&site.owner, "/v1/workspaces/acme/members", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let link = site.link("lin@example.com").await;
    let mut owner = site.owner().await;
    // The first letter stands in for a logo.
    assert!(owner.get("/console/acme/programs").await.has("aria-hidden=\"true\">B</span>"));
    let paths = [
        "/console/acme/programs",
        "/console/acme/programs/p2",
        "/console/acme/programs/p2?language=<script>alert(1)</script>",
        "/console/acme/members",
        "/console/acme/members/invite",
        "/console/acme/waiting",
        "/console/acme/activity",
        "/console/<script>alert(1)</script>/members",
        "/console/acme/programs/<script>alert(1)</script>",
        "/sign-in?back=\"><script>alert(1)</script>",
        &link,
    ];
    for path in paths {
        let page = owner.get(path).await;
        for markup in ["<script>", "<img src=x", "<b>", "\"'>"] {
            assert!(!page.has(markup), "{path}: {}", page.text);
        }
    }
    assert!(owner.get("/console/acme/members").await.has("&#60;script&#62;alert(1)"));
    let path = "/console/acme/members/invite";
    let page =
        owner.send(path, path, &[("name", evil), ("email", "<b>@x"), ("role", "master")]).await;
    assert!(page.status == 422 && !page.has("<script>alert") && !page.has("<b>"), "{}", page.text);
}

#[tokio::test]
async fn what_dies_first_waits_first() {
    let site = Site::start().await;
    for email in ["first@example.com", "second@example.com"] {
        site.platform.invite(&site.owner, email, "master", &[]).await;
        site.platform.clock.advance(SignedDuration::from_hours(30));
    }
    let page = site.owner().await.get("/console/acme/waiting").await;
    let at = |text: &str| page.text.find(text).unwrap();
    assert!(at("first@example.com") < at("second@example.com"));
    assert!(page.has("12 hours left") && page.has("42 hours left"), "{}", page.text);
}

#[tokio::test]
async fn a_long_wait_is_shown_page_by_page() {
    let site = Site::start().await;
    for n in 0..101 {
        site.platform.invite(&site.owner, &format!("p{n:03}@example.com"), "master", &[]).await;
        site.platform.clock.advance(SignedDuration::from_secs(1));
    }
    let mut owner = site.owner().await;
    let first = owner.get("/console/acme/waiting").await;
    assert!(first.has("p000@example.com") && first.has("p099@example.com"));
    assert!(!first.has("p100@example.com") && first.has("Page 1 of 2, 101 in all"));
    let second = owner.get("/console/acme/waiting?page=2").await;
    assert!(second.has("p100@example.com") && !second.has("p099@example.com"));
    // What can be accepted comes before what has expired.
    site.platform.clock.advance(SignedDuration::from_hours(72) - SignedDuration::from_secs(50));
    let mut owner = site.owner().await;
    let first = owner.get("/console/acme/waiting").await;
    assert!(first.has("p100@example.com") && first.has("For you to resend or withdraw"));
}

#[tokio::test]
async fn somebody_at_home_in_two_workspaces_chooses_and_switches() {
    let site = Site::start().await;
    let body =
        json!({ "id": "beta", "owner": { "name": "An Owner", "email": "owner@example.com" } });
    site.platform.post(&site.platform.operator(), "/v1/workspaces", body).await;
    let mut owner = site.owner().await;
    let page = owner.get("/console").await;
    assert!(page.has("href=\"/console/acme\"") && page.has("href=\"/console/beta\""));
    let page = owner.get("/console/beta/programs").await;
    assert!(page.has("Switch workspace") && page.has("href=\"/console/acme\""));
}

#[tokio::test]
async fn a_mail_that_is_not_out_is_shown_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let site = Site::with(|config| minisync::sandbox::Config {
        delivery: Some(minisync::sandbox::Delivery::Folder(file)),
        ..config
    })
    .await;
    let path = site.platform.invite(&site.owner, "mei@example.com", "master", &[]).await;
    while site.platform.get(&site.owner, &path).await.body["undelivered"].is_null() {}
    let page = site.owner().await.get("/console/acme/waiting").await;
    assert!(page.has("Mails that are not out") && page.has("Queued"), "{}", page.text);
    assert!(page.has("Next try:"), "{}", page.text);
}
