//! Mishaps, as they are asked for and as they look from outside.

use super::platform::{Answer, Clock, Platform, Token, send};
use minisync::sandbox::Config;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const PATH: &str = "/v1/mishaps";
const MEMBERS: &str = "/v1/workspaces/acme/members";

async fn add(platform: &Platform, mishap: &str) -> Answer {
    platform.post(&platform.operator(), PATH, json!({ "mishap": mishap })).await
}

async fn waiting(platform: &Platform) -> Value {
    platform.get(&platform.operator(), PATH).await.body["items"].clone()
}

fn invitation(platform: &Platform, owner: &Token, key: &str) -> RequestBuilder {
    let body = json!({ "name": "Mei", "email": "mei@example.com", "role": "master" });
    let request = platform.request(Method::POST, owner, MEMBERS);
    request.header("idempotency-key", key).json(&body)
}

#[tokio::test]
async fn a_mishap_waits_for_its_requests_and_is_gone() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    let added = add(&platform, "unavailable:at=members:after=1,times=2").await;
    let mishap = "unavailable:at=members:after=1:times=2";
    let told = json!({ "mishap": mishap, "toPass": 1, "left": 2 });
    assert_eq!((added.status.as_u16(), added.body), (201, told.clone()));
    assert_eq!(waiting(&platform).await, json!([told]));
    let statuses = async |path: &str| {
        let mut statuses = Vec::new();
        for _ in 0..4 {
            statuses.push(platform.get(&owner, path).await.status.as_u16());
        }
        statuses
    };
    assert_eq!(statuses("/v1/workspaces/acme").await, [200; 4]);
    assert_eq!(statuses(MEMBERS).await, [200, 503, 503, 200]);
    assert_eq!(waiting(&platform).await, json!([]));
}

#[tokio::test]
async fn nothing_happens_to_the_operator_or_to_the_console() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    add(&platform, "expired-token:always").await;
    assert_eq!(platform.get(&owner, "/v1/me").await.no(), "401 unauthenticated");
    assert_eq!(platform.get(&platform.operator(), "/v1/me").await.status, 200);
    for path in ["/healthz", "/openapi.json", "/console"] {
        assert_ne!(platform.get(&owner, path).await.status, 401, "{path}");
    }
    assert_eq!(platform.get(&owner, PATH).await.no(), "403 operator-only");
    let wish = json!({ "mishap": "reset" });
    assert_eq!(platform.post(&owner, PATH, wish).await.no(), "403 operator-only");
    assert_eq!(platform.delete(&owner, PATH).await.no(), "403 operator-only");
    assert_eq!(platform.delete(&platform.operator(), PATH).await.status, 204);
    assert_eq!(platform.get(&owner, "/v1/me").await.status, 200);
}

#[tokio::test]
async fn an_answer_that_gets_lost_belongs_to_something_that_was_done() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    add(&platform, "lost-answer").await;
    let lost = invitation(&platform, &owner, "once").send().await;
    assert!(lost.is_err_and(|why| !why.is_timeout() && !why.is_connect()));
    let again = send(invitation(&platform, &owner, "once")).await;
    assert_eq!((again.status.as_u16(), again.header("idempotency-replayed")), (201, "true"));
    let (_, path) = platform.member(&owner, "lin@example.com", "master", &[]).await;
    add(&platform, "lost-answer").await;
    let gone = platform.request(Method::DELETE, &owner, &path).header("idempotency-key", "two");
    assert!(gone.send().await.is_err(), "an answer without a body gets lost as well");
    assert_eq!(platform.get(&owner, &path).await.status, 404);
}

#[tokio::test]
async fn a_reset_comes_in_the_middle_of_an_answer() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    add(&platform, "reset").await;
    let mut cut = platform.request(Method::GET, &owner, MEMBERS).send().await.unwrap();
    assert_eq!(cut.status(), 200);
    let whole = cut.content_length().unwrap();
    let mut n_bytes = 0;
    let end = loop {
        match cut.chunk().await {
            Ok(Some(chunk)) => n_bytes += chunk.len() as u64,
            end => break end,
        }
    };
    assert!(end.is_err() && n_bytes > 0 && n_bytes < whole, "{n_bytes} of {whole}");
}

#[tokio::test]
async fn a_limit_says_when_to_come_back_only_if_it_is_told_to() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    add(&platform, "limited:retry-after=1500ms").await;
    add(&platform, "limited").await;
    add(&platform, "unavailable=502").await;
    let first = platform.get(&owner, MEMBERS).await;
    assert_eq!((first.no().as_str(), first.header("retry-after")), ("429 rate-limit", "2"));
    let second = platform.get(&owner, MEMBERS).await;
    assert!(second.no() == "429 rate-limit" && !second.headers.contains_key("retry-after"));
    let third = platform.get(&owner, MEMBERS).await;
    assert_eq!((third.status.as_u16(), third.header("content-type")), (502, "text/html"));
}

#[tokio::test]
async fn a_clock_is_off_in_what_is_said_and_not_in_what_is_done() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    add(&platform, "clock-skew=-1h").await;
    let off = send(invitation(&platform, &owner, "once")).await;
    assert_eq!(off.header("date"), "Mon, 23 Nov 2026 07:00:00 GMT");
    assert_eq!(off.body["invitedAt"], "2026-11-23T08:00:00Z");
    let right = platform.get(&owner, MEMBERS).await;
    assert_eq!(right.header("date"), "Mon, 23 Nov 2026 08:00:00 GMT");
}

#[tokio::test]
async fn a_slow_answer_is_whole_in_the_end() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    let whole = platform.get(&owner, MEMBERS).await.body;
    add(&platform, "slow-body=1ms").await;
    assert_eq!(platform.get(&owner, MEMBERS).await.body, whole);
}

#[tokio::test]
async fn what_is_no_mishap_is_refused_with_a_way_out() {
    let platform = Platform::start().await;
    let refused = add(&platform, "lost-anser").await;
    assert_eq!(refused.no(), "422 /mishap mishap-form");
    let said = "there is no mishap `lost-anser`; did you mean `lost-answer`?";
    assert_eq!(refused.body["detail"], said);
}

#[tokio::test]
async fn asked_for_twice_under_one_key_it_happens_once() {
    let platform = Platform::start().await;
    let ask = |mishap: &str| {
        let request = platform.request(Method::POST, &platform.operator(), PATH);
        send(request.header("idempotency-key", "k").json(&json!({ "mishap": mishap })))
    };
    assert_eq!(ask("reset").await.status, 201);
    assert_eq!(ask("reset").await.header("idempotency-replayed"), "true");
    assert_eq!(ask("limited").await.no(), "422 idempotency-key-reused");
    assert_eq!(waiting(&platform).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_waits_outlasts_the_server_unless_it_begins_with_others() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    let platform = Platform::on(&file, Clock::new()).await;
    let owner = platform.acme().await;
    add(&platform, "unavailable:times=3").await;
    assert_eq!(platform.get(&owner, MEMBERS).await.status, 503);
    drop(platform);
    let platform = Platform::on(&file, Clock::new()).await;
    assert_eq!(waiting(&platform).await[0]["left"], 2);
    drop(platform);
    let platform = Platform::with(Clock::new(), |config| Config {
        data: minisync::sandbox::Data::File(file.clone()),
        mishaps: vec!["expired-token:always".parse().unwrap()],
        ..config
    })
    .await;
    let told = json!([{ "mishap": "expired-token:always", "toPass": 0 }]);
    assert_eq!(waiting(&platform).await, told);
}
