//! What can be done by hand, with the words of the quickstart.

use super::visitor::{Site, Visitor};
use jiff::SignedDuration;
use reqwest::Method;

const NEW: &str = "/console/acme/programs/new";

#[tokio::test]
async fn an_owner_goes_through_the_quickstart() {
    let site = Site::start().await;
    let mut owner = site.owner().await;
    let page = owner.get("/console").await;
    assert_eq!(page.location(), "/console/acme");
    let page = owner.get("/console/acme").await;
    assert_eq!(page.location(), "/console/acme/start");
    let page = owner.get("/console/acme/start").await;
    assert!(page.has("Invite the Master to create one") && page.has("Skip for now"));

    let step_1 = "/console/acme/start/program";
    let page = owner.get(step_1).await;
    for said in [
        "Default Language",
        "Mini Program Name",
        "Release To",
        "Alipay China",
        "Next",
        "Skip for now",
    ] {
        assert!(page.has(said), "{said}");
    }
    let fields =
        [("language", "zh-CN"), ("name", "幸福咖啡"), ("release", "alipay-cn"), ("then", "next")];
    let page = owner.send(step_1, step_1, &fields).await;
    assert_eq!(page.location(), "/console/acme/start/member");
    let programs = site.platform.get(&site.owner, "/v1/workspaces/acme/programs").await.body;
    assert_eq!(programs["items"][0]["name"], "幸福咖啡");
    assert_eq!(programs["items"][0]["releaseTo"][0], "alipay-cn");

    let step_2 = "/console/acme/start/member";
    let fields = [("name", "Lin Wei"), ("email", "lin@example.com"), ("role", "developer")];
    let page = owner.send(step_2, step_2, &fields).await;
    assert_eq!(page.status, 422);
    assert!(
        page.has("A developer needs at least one mini program.") && page.has("value=\"Lin Wei\"")
    );
    let page = owner.send(step_2, step_2, &[&fields[..], &[("program", "p2")]].concat()).await;
    assert_eq!(page.location(), "/console/acme/start/done");
    let page = owner.get("/console/acme/start/done").await;
    assert!(page.has("Enter Console"));
    assert_eq!(owner.get("/console/acme").await.location(), "/console/acme/programs");
}

#[tokio::test]
async fn an_owner_may_leave_it_to_a_master() {
    let site = Site::start().await;
    let mut owner = site.owner().await;
    let path = "/console/acme/start/master";
    let fields = [("name", "Mei Chen"), ("email", "mei@example.com")];
    let page = owner.send(path, path, &fields).await;
    assert_eq!(page.location(), "/console/acme/start/done");
    let page = owner.get("/console/acme/waiting").await;
    assert!(page.has("mei@example.com") && page.has("3 days left"), "{}", page.text);
}

async fn master(site: &Site) -> Visitor {
    let (mei, _) = site.platform.member(&site.owner, "mei@example.com", "master", &[]).await;
    site.signed_in(&mei).await
}

/// A form with a file, as browsers send it.
async fn upload(mei: &mut Visitor, texts: &[(&str, &str)], file: &[u8]) -> super::visitor::Page {
    let hidden = mei.get(NEW).await.form(NEW);
    let texts = hidden.iter().map(|(name, value)| (&**name, &**value)).chain(texts.iter().copied());
    let mut body = Vec::new();
    for (name, value) in texts {
        let part =
            format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    body.extend(
        b"--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"logo\"\r\n\r\n",
    );
    body.extend(file);
    body.extend(b"\r\n--line--\r\n");
    let request = mei
        .request(Method::POST, NEW)
        .header("content-type", "multipart/form-data; boundary=line")
        .body(body);
    mei.told(request).await
}

const WHOLE: [(&str, &str); 7] = [
    ("name", "幸福咖啡"),
    ("release", "alipay-cn"),
    ("tagline", "每天一杯好咖啡，幸福每一天"),
    ("description", "在线点单，到店即取。现磨咖啡、季节特调和手工甜点，附近门店一目了然。"),
    ("industry", "餐饮/咖啡"),
    ("phone", "0571-8888888"),
    ("email", "care@example.com"),
];

#[tokio::test]
async fn a_master_fills_in_the_whole_form() {
    let site = Site::start().await;
    let mut mei = master(&site).await;
    // The short form is for the owner.
    assert_eq!(mei.get("/console/acme/start/program").await.location(), NEW);
    let page = mei.get(NEW).await;
    for said in [
        "Chinese, simplified",
        "Tagline",
        "Between 20 and 200 characters.",
        "No more than 256 KB. The ratio of length to width must be 1 to 1.",
        "Mini Program Industry",
        "XXXX-XXXXXXX",
        "Customer Service Contact Email",
    ] {
        assert!(page.has(said), "{said}");
    }
    let logo = std::fs::read("examples/master/logos/coffee.png").unwrap();
    let page = upload(&mut mei, &WHOLE, &logo).await;
    assert_eq!(page.location(), "/console/acme/programs?done=created", "{}", page.text);
    let found = site.platform.get(&site.owner, "/v1/workspaces/acme/programs").await.body;
    let program = &found["items"][0];
    assert_eq!(program["createdBy"], "mei@example.com");
    assert_eq!(program["defaultLanguage"], "zh-CN");
    let digest = program["listing"]["logo"].as_str().unwrap();
    let page = mei.get("/console/acme/programs").await;
    assert!(page.has(&format!("/console/acme/logos/{digest}")));
    let image = mei.get(&format!("/console/acme/logos/{digest}")).await;
    assert_eq!(image.header("content-type"), "image/png");
}

#[tokio::test]
async fn every_broken_rule_is_told_at_its_field_and_nothing_is_lost() {
    let site = Site::start().await;
    let mut mei = master(&site).await;
    let texts = [
        ("name", "山"),
        ("tagline", "短"),
        ("description", "short <b>"),
        ("phone", "123"),
        ("email", "care"),
    ];
    let page = upload(&mut mei, &texts, b"GIF89a").await;
    assert_eq!(page.status, 422);
    for said in [
        "7 things are to be mended.",
        "The name is 2 wide; 3 to 30 is allowed.",
        "The tagline is too short",
        "The description is too short",
        "The industry is blank.",
        "“123” is not of the form XXXX-XXXXXXX.",
        "“care” is not",
        "The logo is neither a JPEG nor a PNG image.",
    ] {
        assert!(page.has(said), "{said}: {}", page.text);
    }
    assert!(page.has("value=\"山\"") && page.has("short &#60;b&#62;"), "{}", page.text);

    // A logo that is right is kept, while the rest is mended.
    let logo = std::fs::read("examples/master/logos/coffee.png").unwrap();
    let page = upload(&mut mei, &texts, &logo).await;
    let kept = page.form(NEW).into_iter().find(|(name, _)| name == "logo").unwrap().1;
    let page = upload(&mut mei, &[&WHOLE[..], &[("logo", &kept)]].concat(), b"").await;
    assert_eq!(page.status, 303, "{}", page.text);
    let page = upload(&mut mei, &[("name", "Another")], b"").await;
    assert!(page.has("Choose a logo."));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_has_one_effect() {
    let site = Site::start().await;
    let mut owner = site.owner().await;
    let path = "/console/acme/start/program";
    let hidden = owner.get(path).await.form(path);
    let fields: Vec<_> = hidden
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .chain([("language", "zh-CN"), ("name", "Good Coffee")])
        .collect();
    for _ in 0..2 {
        assert_eq!(owner.post(path, &fields).await.status, 303);
    }
    let found = site.platform.get(&site.owner, "/v1/workspaces/acme/programs").await.body;
    assert_eq!(found["total"], 1);
}

#[tokio::test]
async fn whoever_may_resends_withdraws_blocks_unblocks_and_removes() {
    let site = Site::start().await;
    let (_, mei) = site.platform.member(&site.owner, "mei@example.com", "master", &[]).await;
    let lin = site.platform.invite(&site.owner, "lin@example.com", "master", &[]).await;
    let mut owner = site.owner().await;
    let status =
        async |path: &str| site.platform.get(&site.owner, path).await.body["status"].clone();
    let step = async |owner: &mut Visitor, member: &str, step: &str| {
        let path = format!("{}/{step}", member.replace("/v1/workspaces", "/console"));
        let page = owner.send("/console/acme/members", &path, &[]).await;
        assert_eq!(page.location(), format!("/console/acme/members?done={step}"), "{}", page.text);
        assert!(owner.get(page.location()).await.has("class=\"notice\" role=\"status\""));
    };
    step(&mut owner, &mei, "block").await;
    assert_eq!(status(&mei).await, "blocked");
    step(&mut owner, &mei, "unblock").await;
    assert_eq!(status(&mei).await, "active");
    step(&mut owner, &mei, "remove").await;
    assert_eq!(site.platform.get(&site.owner, &mei).await.status, 404);

    site.platform.clock.advance(SignedDuration::from_hours(73));
    let mut owner = site.owner().await;
    assert!(owner.get("/console/acme/waiting").await.has("expired 1 hour ago"));
    step(&mut owner, &lin, "resend").await;
    assert_eq!(status(&lin).await, "invited");
    step(&mut owner, &lin, "withdraw").await;
    assert!(!owner.get("/console/acme/members").await.has("lin@example.com"));
    let activity = owner.get("/console/acme/activity").await;
    for said in ["withdrew the invitation of", "sent the invitation again to", "blocked", "removed"]
    {
        assert!(activity.has(said), "{said}");
    }
}

#[tokio::test]
async fn what_changed_since_the_page_was_shown_is_left_alone() {
    let site = Site::start().await;
    let (_, mei) = site.platform.member(&site.owner, "mei@example.com", "master", &[]).await;
    let mut owner = site.owner().await;
    let path = format!("{}/remove", mei.replace("/v1/workspaces", "/console"));
    let hidden = owner.get("/console/acme/members").await.form(&path);
    site.platform.step(&site.owner, &format!("{mei}/block")).await;
    let fields: Vec<_> = hidden.iter().map(|(name, value)| (&**name, &**value)).collect();
    let page = owner.post(&path, &fields).await;
    assert_eq!((page.status.as_u16(), page.heading()), (412, "Somebody was faster"));
    assert_eq!(site.platform.get(&site.owner, &mei).await.body["status"], "blocked");
}

#[tokio::test]
async fn somebody_invited_can_also_answer_after_signing_in() {
    let site = Site::start().await;
    let path = site.platform.invite(&site.owner, "mei@example.com", "master", &[]).await;
    let mut mei = site.signed_in(&site.platform.token("mei@example.com").await).await;
    let page = mei.get("/console").await;
    assert!(page.has("owner@example.com") && page.has("3 days left"));
    // Until then, the workspace is not there.
    assert_eq!(mei.get("/console/acme/programs").await.status, 404);
    let accept = format!("{}/accept", path.replace("/v1/workspaces", "/console"));
    let page = mei.send("/console", &accept, &[]).await;
    assert_eq!(page.location(), "/console/acme/programs?done=joined");
}

#[tokio::test]
async fn a_token_that_somebody_makes_signs_them_in_and_speaks_for_them() {
    let site = Site::start().await;
    let mut owner = site.owner().await;
    let page = owner.send("/console/account", "/console/account", &[]).await;
    let token = page.text.split("value=\"msp_").nth(1).unwrap().split('"').next().unwrap();
    let token = crate::sandbox::platform::Token(format!("msp_{token}"));
    let me = site.platform.get(&token, "/v1/me").await.body;
    assert_eq!(me["email"], "owner@example.com");
    site.signed_in(&token).await;
    assert!(!owner.get("/console/account").await.has("msp_"));
}
