//! Nobody gets in who should not, and nobody is made to do what they did not mean.

use super::visitor::{Site, Visitor};
use crate::sandbox::platform::Token;
use jiff::SignedDuration;
use minisync::sandbox::Config;
use reqwest::Method;

const INVITE: &str = "/console/acme/members/invite";
const MASTER: [(&str, &str); 3] =
    [("name", "Mei Chen"), ("email", "mei@example.com"), ("role", "master")];

async fn n_members(site: &Site) -> u64 {
    site.platform.get(&site.owner, "/v1/workspaces/acme/members").await.body["total"]
        .as_u64()
        .unwrap()
}

#[tokio::test]
async fn every_page_says_what_it_may_load_and_is_kept_nowhere() {
    let site = Site::start().await;
    site.platform.invite(&site.owner, "mei@example.com", "master", &[]).await;
    let link = site.link("mei@example.com").await;
    let mut owner = site.owner().await;
    let paths = [
        "/",
        "/sign-in",
        "/console",
        "/console/account",
        "/console/acme",
        "/console/acme/start",
        "/console/acme/start/program",
        "/console/acme/start/member",
        "/console/acme/start/master",
        "/console/acme/start/done",
        "/console/acme/programs",
        "/console/acme/programs/new",
        "/console/acme/programs/p99",
        "/console/acme/members",
        INVITE,
        "/console/acme/waiting",
        "/console/acme/activity",
        "/console/nobody/members",
        "/console/acme/nothing",
        "/invitations/unknown",
        &link,
    ];
    for path in paths {
        let page = owner.get(path).await;
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        for part in ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{path}");
        let is_link = path.starts_with("/invitations");
        let referrer = if is_link { "no-referrer" } else { "same-origin" };
        assert_eq!(page.header("referrer-policy"), referrer, "{path}");
        assert!(!page.has(" style=") && !page.has(" onclick="), "{path}");
    }
}

#[tokio::test]
async fn without_a_session_there_is_nothing_but_the_sign_in() {
    let site = Site::start().await;
    let mut visitor = site.visitor();
    for path in ["/console", "/console/account", "/console/acme/members", "/console/events"] {
        let page = visitor.get(path).await;
        assert_eq!(
            (page.status.as_u16(), page.location()),
            (303, &*format!("/sign-in?back={path}"))
        );
    }
    let page = visitor.post(INVITE, &MASTER).await;
    assert_eq!(page.location(), "/sign-in?back=/console");
    assert_eq!(n_members(&site).await, 1);
    let page = visitor.get("/sign-in?back=https://evil.example/").await;
    assert_eq!(page.form("/sign-in")[1], ("back".to_owned(), "/console".to_owned()));
}

#[tokio::test]
async fn only_a_persons_own_token_signs_in() {
    let site = Site::start().await;
    let mut visitor = site.visitor();
    let operator = site.platform.operator();
    for token in ["", "guess", &operator.0] {
        let page = visitor.send("/sign-in", "/sign-in", &[("token", token)]).await;
        assert_eq!(page.status, 403);
        assert!(page.has("role=\"alert\"") && visitor.cookie("minisync").is_none());
    }
    let page = visitor
        .send("/sign-in?back=/console/acme/members", "/sign-in", &[("token", &site.owner.0)])
        .await;
    assert_eq!((page.status.as_u16(), page.location()), (303, "/console/acme/members"));
}

#[tokio::test]
async fn a_session_is_a_cookie_that_scripts_and_other_sites_do_not_get() {
    let site = Site::start().await;
    let mut visitor = site.visitor();
    let page = visitor.send("/sign-in", "/sign-in", &[("token", &site.owner.0)]).await;
    let word = visitor.cookie("minisync").unwrap();
    assert_eq!(word.len(), 64, "256 bits");
    let expected = format!("minisync={word}; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200");
    assert_eq!(page.header("set-cookie"), expected);

    let site = Site::with(|config| Config {
        public_url: Some("https://console.example.com".parse().unwrap()),
        ..config
    })
    .await;
    let mut visitor = site.visitor();
    let page = visitor.send("/sign-in", "/sign-in", &[("token", &site.owner.0)]).await;
    assert!(page.header("set-cookie").starts_with("__Host-minisync="));
    assert!(page.header("set-cookie").ends_with("; Secure"), "{}", page.header("set-cookie"));
}

#[tokio::test]
async fn no_word_is_given_back_that_is_not_ours() {
    let site = Site::start().await;
    let long = "a".repeat(65);
    for odd in ["x", "\"><script>", &long, &"A".repeat(64)] {
        let visitor = site.visitor();
        let request = visitor.request(Method::GET, "/sign-in");
        let request = request.header("cookie", format!("minisync-visit={odd}"));
        let answer = request.send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        assert!(!cookie.contains(&format!("={odd};")), "{odd}: {cookie}");
    }
}

#[tokio::test]
async fn a_session_ends_with_the_day_or_with_the_sign_out() {
    let site = Site::start().await;
    let (mut owner, mut copy) = (site.owner().await, site.visitor());
    copy.take_cookies_of(&owner);
    let page = owner.send("/console/acme/members", "/sign-out", &[]).await;
    assert_eq!(page.location(), "/sign-in");
    // What was copied meanwhile is of no use either.
    assert_eq!(copy.get("/console/acme/members").await.status, 303);

    let mut owner = site.owner().await;
    site.platform.clock.advance(SignedDuration::from_hours(12) - SignedDuration::from_secs(1));
    assert_eq!(owner.get("/console/acme/members").await.status, 200);
    site.platform.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(owner.get("/console/acme/members").await.status, 303);
}

#[tokio::test]
async fn a_form_without_its_seal_does_nothing() {
    let site = Site::start().await;
    let mut owner = site.owner().await;
    let mut other = site.owner().await;
    let seal_of_another = other.get(INVITE).await.form(INVITE)[0].1.clone();
    for seal in ["", "guess", &seal_of_another] {
        let page = owner.post(INVITE, &[&MASTER[..], &[("seal", seal)]].concat()).await;
        assert_eq!(page.status, 403, "{seal}");
    }
    let page = owner.post("/sign-out", &[]).await;
    assert_eq!(page.status, 403);
    let page = site.visitor().post("/sign-in", &[("token", &site.owner.0)]).await;
    assert_eq!(page.status, 403);
    assert_eq!(n_members(&site).await, 1);
}

#[tokio::test]
async fn a_form_that_comes_from_elsewhere_does_nothing() {
    let site = Site::start().await;
    let mut owner = site.owner().await;
    let hidden = owner.get(INVITE).await.form(INVITE);
    let fields: Vec<_> =
        hidden.iter().map(|(name, value)| (&**name, &**value)).chain(MASTER).collect();
    let foreign = [
        ("origin", "https://evil.example"),
        ("origin", "http://127.0.0.1:1"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ];
    for (name, value) in foreign {
        let request = owner.form(INVITE, &fields).header(name, value);
        assert_eq!(owner.told(request).await.status, 403, "{name}: {value}");
    }
    assert_eq!(n_members(&site).await, 1);
    let request = owner
        .form(INVITE, &fields)
        .header("origin", site.platform.server.url())
        .header("sec-fetch-site", "same-origin");
    assert_eq!(owner.told(request).await.status, 303);
    assert_eq!(n_members(&site).await, 2);
}

/// Wu, who develops one of two programs.
async fn developer(site: &Site) -> (Visitor, String, Token) {
    let coffee = site.platform.program(&site.owner, "Good Coffee").await;
    site.platform.program(&site.owner, "Secret Tea").await;
    let (wu, path) =
        site.platform.member(&site.owner, "wu@example.com", "developer", &[&coffee]).await;
    (site.signed_in(&wu).await, path.rsplit_once('/').unwrap().1.to_owned(), wu)
}

#[tokio::test]
async fn a_developer_sees_the_own_programs_and_nothing_else() {
    let site = Site::start().await;
    let (mut wu, _, _) = developer(&site).await;
    site.platform.invite(&site.owner, "mei@example.com", "master", &[]).await;
    let programs = wu.get("/console/acme/programs").await;
    assert!(programs.has("Good Coffee") && !programs.has("Secret Tea"));
    assert!(!programs.has("Create Mini Program"));
    let members = wu.get("/console/acme/members").await;
    assert!(members.has("wu@example.com") && !members.has("mei@example.com"));
    assert!(!members.has("owner@example.com") && !members.has("Invite a member"));
    for hidden in ["/console/acme/programs/p3", "/console/other/programs"] {
        assert_eq!(wu.get(hidden).await.status, 404, "{hidden}");
    }
    for forbidden in
        ["waiting", "activity", "start", "start/program", "programs/new", "members/invite"]
    {
        let page = wu.get(&format!("/console/acme/{forbidden}")).await;
        assert_eq!(page.status, 403, "{forbidden}");
        assert!(!page.has("mei@example.com"));
    }
}

#[tokio::test]
async fn a_developer_can_do_nothing_to_others() {
    let site = Site::start().await;
    let (mut wu, own, _) = developer(&site).await;
    let mei = site.platform.invite(&site.owner, "mei@example.com", "master", &[]).await;
    let mei = mei.rsplit_once('/').unwrap().1.to_owned();
    let page = wu.get("/console/acme/members").await;
    let seal = page.form(&format!("/console/acme/members/{own}/leave"))[0].1.clone();
    let sealed = [("seal", &*seal)];
    for step in ["withdraw", "resend", "accept", "refuse", "block", "unblock", "remove", "leave"] {
        for id in [&*mei, "m1"] {
            let page = wu.post(&format!("/console/acme/members/{id}/{step}"), &sealed).await;
            assert_eq!(page.status, 404, "{step} {id}");
        }
    }
    let page = wu.post(INVITE, &[&MASTER[..], &sealed].concat()).await;
    assert_eq!(page.status, 403);
    let fields = [("name", "My Own"), ("language", "zh-CN")];
    for path in ["/console/acme/start/program", "/console/acme/programs/new"] {
        assert_eq!(wu.post(path, &[&fields[..], &sealed].concat()).await.status, 403, "{path}");
    }
    assert_eq!(n_members(&site).await, 3);
    let leave = format!("/console/acme/members/{own}/leave");
    let page = wu.send("/console/acme/members", &leave, &[]).await;
    assert_eq!(page.location(), "/console");
    assert_eq!(wu.get("/console/acme/programs").await.status, 404);
}

#[tokio::test]
async fn an_open_page_hears_of_changes_until_the_session_or_the_server_ends() {
    let site = Site::start().await;
    let mut owner = site.owner().await;
    let mut events = owner.request(Method::GET, "/console/events").send().await.unwrap();
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    site.platform.invite(&site.owner, "mei@example.com", "master", &[]).await;
    let news = events.chunk().await.unwrap().unwrap();
    assert!(news.starts_with(b"event: changed\n"), "{news:?}");
    assert!(!String::from_utf8_lossy(&news).contains("mei"));
    owner.send("/console/acme/members", "/sign-out", &[]).await;
    while let Some(rest) = events.chunk().await.unwrap() {
        assert!(rest.starts_with(b"event: changed\n"), "{rest:?}");
    }

    let owner = site.owner().await;
    let mut events = owner.request(Method::GET, "/console/events").send().await.unwrap();
    // As of what it is now; a page that is older is not fresh.
    assert!(events.chunk().await.unwrap().is_some());
    site.platform.server.shutdown().await;
    assert_eq!(events.chunk().await.unwrap(), None);
}
