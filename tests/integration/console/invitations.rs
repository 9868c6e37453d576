//! The page behind the link of an invitation's mail.

use super::visitor::{Page, Site, Visitor};
use jiff::SignedDuration;
use reqwest::StatusCode;

const MEI: &str = "mei@example.com";

/// Mei is invited as a master: the membership's path, and her link.
async fn invited(site: &Site) -> (String, String) {
    let path = site.platform.invite(&site.owner, MEI, "master", &[]).await;
    (path, site.link(MEI).await)
}

/// The form's hidden fields, and the answer.
fn accepting(form: &[(String, String)]) -> Vec<(&str, &str)> {
    let hidden = form.iter().map(|(name, value)| (&**name, &**value));
    hidden.chain([("answer", "accept")]).collect()
}

async fn answer(visitor: &mut Visitor, link: &str, answer: &str) -> Page {
    visitor.send(link, link, &[("answer", answer)]).await
}

async fn status(site: &Site, path: &str) -> String {
    site.platform.get(&site.owner, path).await.body["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn it_says_who_invites_as_what_to_which_programs_and_until_when() {
    let site = Site::start().await;
    let coffee = site.platform.program(&site.owner, "幸福咖啡").await;
    site.platform.program(&site.owner, "Secret Tea").await;
    site.platform.invite(&site.owner, "lin@example.com", "developer", &[&coffee]).await;
    let link = site.link("lin@example.com").await;
    let page = site.visitor().get(&link).await;
    assert_eq!(page.status, 200);
    for said in [
        "An Owner (owner@example.com)",
        "acme",
        "Developer",
        "幸福咖啡",
        "26 November 2026, 08:00 UTC",
    ] {
        assert!(page.has(said), "{said}: {}", page.text);
    }
    assert!(!page.has("Secret Tea"));
    let page = site.visitor().reading("zh-CN,zh;q=0.9,en;q=0.8").get(&link).await;
    for said in
        ["lang=\"zh-CN\"", "您收到一份邀请", "开发者", "2026年11月26日 08:00", "接受", "拒绝"]
    {
        assert!(page.has(said), "{said}: {}", page.text);
    }
}

#[tokio::test]
async fn accepting_signs_in_and_leads_to_the_console() {
    let site = Site::start().await;
    let (path, link) = invited(&site).await;
    let mut mei = site.visitor();
    // Looking is not answering: mail systems look at links, too.
    mei.get(&link).await;
    assert_eq!(status(&site, &path).await, "invited");
    let page = answer(&mut mei, &link, "accept").await;
    assert_eq!(
        (page.status.as_u16(), page.location()),
        (303, "/console/acme/programs?done=joined")
    );
    assert_eq!(status(&site, &path).await, "active");
    let page = mei.get(page.location()).await;
    assert!(page.has("Welcome!") && page.has(MEI) && page.has("Master"));
}

#[tokio::test]
async fn refusing_ends_it_without_signing_in() {
    let site = Site::start().await;
    let (path, link) = invited(&site).await;
    let mut mei = site.visitor();
    let page = answer(&mut mei, &link, "refuse").await;
    assert_eq!((page.status.as_u16(), page.heading()), (200, "You have refused the invitation"));
    assert_eq!(status(&site, &path).await, "refused");
    assert_eq!(mei.cookie("minisync"), None);
}

#[tokio::test]
async fn every_void_link_has_a_page_of_its_own() {
    let site = Site::start().await;
    let mut visitor = site.visitor();
    let said = async |visitor: &mut Visitor, link: &str| {
        let page = visitor.get(link).await;
        let mut zh = site.visitor().reading("zh");
        let chinese = zh.get(link).await;
        assert_eq!(chinese.status, page.status);
        assert!(chinese.has("lang=\"zh-CN\"") && chinese.heading() != page.heading());
        (page.status, page.heading().to_owned())
    };
    let gone = |text: &str| (StatusCode::GONE, text.to_owned());
    let unknown = said(&mut visitor, "/invitations/msi_unknown").await;
    assert_eq!(unknown, (StatusCode::NOT_FOUND, "There is no such invitation".to_owned()));

    let (path, first) = invited(&site).await;
    site.platform.clock.advance(SignedDuration::from_hours(72));
    assert_eq!(said(&mut visitor, &first).await, gone("This invitation has expired"));
    site.platform.clock.advance(SignedDuration::from_secs(1));
    let resent = site.platform.step(&site.owner, &format!("{path}/resend")).await;
    assert_eq!(resent.status, 200, "{}", resent.body);
    let second = site.link_after(MEI, &first).await;
    assert_eq!(said(&mut visitor, &first).await, gone("There is a newer invitation"));
    answer(&mut visitor, &second, "accept").await;
    assert_eq!(said(&mut visitor, &second).await, gone("This invitation is accepted already"));
    site.platform.delete(&site.owner, &path).await;
    assert_eq!(said(&mut visitor, &second).await, gone("This invitation is over"));

    for (email, step, text) in [
        ("lin@example.com", "refuse", "This invitation was refused"),
        ("wu@example.com", "withdraw", "This invitation was withdrawn"),
    ] {
        let path = site.platform.invite(&site.owner, email, "master", &[]).await;
        let link = site.link(email).await;
        if step == "refuse" {
            answer(&mut site.visitor(), &link, "refuse").await;
        } else {
            site.platform.step(&site.owner, &format!("{path}/{step}")).await;
        }
        assert_eq!(said(&mut visitor, &link).await, gone(text));
    }
}

#[tokio::test]
async fn an_answer_to_a_void_link_does_nothing() {
    let site = Site::start().await;
    let (path, link) = invited(&site).await;
    let mut mei = site.visitor();
    let form = mei.get(&link).await.form(&link);
    let sealed = accepting(&form);
    site.platform.step(&site.owner, &format!("{path}/withdraw")).await;
    let page = mei.post(&link, &sealed).await;
    assert_eq!(page.status, 410);
    assert_eq!(mei.cookie("minisync"), None);
    assert_eq!(mei.post(&link, &[("seal", "guess"), ("answer", "accept")]).await.status, 403);
    assert_eq!(mei.post("/invitations/unknown", &sealed).await.status, 403);
}

#[tokio::test]
async fn a_link_works_once_however_many_use_it_at_the_same_time() {
    let site = Site::start().await;
    let (path, link) = invited(&site).await;
    let mut visitors: Vec<Visitor> = (0..8).map(|_| site.visitor()).collect();
    let form = visitors[0].get(&link).await.form(&link);
    let sealed = accepting(&form);
    let pages =
        futures::future::join_all(visitors.iter_mut().map(|it| it.post(&link, &sealed))).await;
    let n_let_in = visitors.iter().filter(|it| it.cookie("minisync").is_some()).count();
    assert_eq!(n_let_in, 1);
    for page in pages {
        // The slow ones are led to the page that says so.
        assert!(page.status == 410 || page.status == 303, "{}", page.status);
    }
    assert_eq!(status(&site, &path).await, "active");
}

#[tokio::test]
async fn accepted_while_it_is_withdrawn_one_wins() {
    for _ in 0..8 {
        let site = Site::start().await;
        let (path, link) = invited(&site).await;
        let mut mei = site.visitor();
        let form = mei.get(&link).await.form(&link);
        let sealed = accepting(&form);
        let withdraw = format!("{path}/withdraw");
        let (page, withdrawn) =
            tokio::join!(mei.post(&link, &sealed), site.platform.step(&site.owner, &withdraw));
        let is_in = status(&site, &path).await == "active";
        assert_eq!(mei.cookie("minisync").is_some(), is_in, "{}", page.status);
        assert_eq!(withdrawn.status == 200, !is_in);
    }
}

#[tokio::test]
async fn what_is_accepted_is_what_was_read() {
    let site = Site::start().await;
    let coffee = site.platform.program(&site.owner, "Good Coffee").await;
    let tea = site.platform.program(&site.owner, "Old Tea").await;
    let path = site.platform.invite(&site.owner, MEI, "developer", &[&coffee, &tea]).await;
    let link = site.link(MEI).await;
    let mut mei = site.visitor();
    let form = mei.get(&link).await.form(&link);
    site.platform.delete(&site.owner, &format!("/v1/workspaces/acme/programs/{tea}")).await;
    let page = mei.post(&link, &accepting(&form)).await;
    assert_eq!((page.status.as_u16(), page.heading()), (412, "You are invited"));
    assert!(page.has("The invitation has changed since") && !page.has("Old Tea"), "{}", page.text);
    assert_eq!(status(&site, &path).await, "invited");
    let form = page.form(&link);
    assert_eq!(mei.post(&link, &accepting(&form)).await.status, 303);
    assert_eq!(status(&site, &path).await, "active");
}

/// Mei also owns the workspace `beta`.
async fn at_home_elsewhere(site: &Site) {
    let body = serde_json::json!({ "id": "beta", "owner": { "name": "Mei", "email": MEI } });
    let answer = site.platform.post(&site.platform.operator(), "/v1/workspaces", body).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn a_link_lets_into_its_workspace_and_nowhere_else() {
    let site = Site::start().await;
    at_home_elsewhere(&site).await;
    let (_, link) = invited(&site).await;
    let mut thief = site.visitor();
    answer(&mut thief, &link, "accept").await;
    let page = thief.get("/console/acme/members").await;
    assert!(page.status == 200 && !page.has("beta"), "{}", page.text);
    assert_eq!(thief.get("/console").await.location(), "/console/acme");
    let seal = page.form("/sign-out")[0].1.clone();
    for path in ["", "/start", "/programs", "/members", "/waiting", "/activity", "/programs/new"] {
        assert_eq!(thief.get(&format!("/console/beta{path}")).await.status, 404, "{path}");
    }
    let invite = "/console/beta/members/invite";
    let fields =
        [("seal", &*seal), ("name", "Eve"), ("email", "eve@example.com"), ("role", "master")];
    assert_eq!(thief.post(invite, &fields).await.status, 404);

    let page = thief.get("/console/account").await;
    assert!(page.has("Sign in with a token") && !page.has("Make a token"), "{}", page.text);
    let page = thief.post("/console/account", &[("seal", &seal)]).await;
    assert!(page.status == 403 && !page.has("msp_"), "{}", page.text);
}

#[tokio::test]
async fn whoever_is_signed_in_with_a_token_stays_so_when_they_follow_a_link() {
    let site = Site::start().await;
    at_home_elsewhere(&site).await;
    let (_, link) = invited(&site).await;
    let mut mei = site.signed_in(&site.platform.token(MEI).await).await;
    let page = answer(&mut mei, &link, "accept").await;
    assert_eq!(page.location(), "/console/acme/programs?done=joined");
    assert!(mei.get("/console/acme/programs").await.has("href=\"/console/beta\""));
    // Whoever becomes somebody else is that person here only.
    let (_, link) = {
        let path = site.platform.invite(&site.owner, "lin@example.com", "master", &[]).await;
        (path, site.link("lin@example.com").await)
    };
    answer(&mut mei, &link, "accept").await;
    assert!(mei.get("/console/acme/programs").await.has("lin@example.com"));
    assert_eq!(mei.get("/console/beta/programs").await.status, 404);
}
