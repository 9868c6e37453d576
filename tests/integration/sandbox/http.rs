//! What holds for every request: tokens, keys, entity tags, pages, problems.

use super::platform::{Answer, Platform, Token, send};
use minisync::sandbox::Config;
use reqwest::Method;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

const PROGRAMS: &str = "/v1/workspaces/acme/programs";

#[tokio::test]
async fn every_request_needs_a_token_that_is_known() {
    let platform = Platform::start().await;
    let url = format!("{}/v1/me", platform.server.url());
    for request in [
        reqwest::Client::new().get(&url),
        reqwest::Client::new().get(&url).bearer_auth("guess"),
        reqwest::Client::new().get(&url).header("authorization", "Basic eDp5"),
    ] {
        let answer = send(request).await;
        assert_eq!(answer.no(), "401 unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

#[tokio::test]
async fn a_repeated_request_has_one_effect_and_one_answer() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    let create = async |name: &str| {
        let body = json!({ "name": name, "releaseTo": [], "defaultLanguage": "en-US" });
        let request = platform.request(Method::POST, &owner, PROGRAMS);
        send(request.header("idempotency-key", "once").json(&body)).await
    };
    let first = create("Coffee").await;
    let second = create("Coffee").await;
    assert_eq!(first.status, 201);
    assert_eq!(second.status, 201);
    assert_eq!(first.body, second.body);
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(create("Tea").await.no(), "422 idempotency-key-reused");
    assert_eq!(platform.get(&owner, PROGRAMS).await.body["total"], 1);
}

#[tokio::test]
async fn a_token_asked_for_again_is_the_same_one() {
    let platform = Platform::start().await;
    let ask = async |email: &str| {
        let request = platform.request(Method::POST, &platform.operator(), "/v1/tokens");
        let request = request.header("idempotency-key", "once");
        send(request.json(&json!({ "email": email }))).await
    };
    let first = ask("a@example.com").await;
    assert_eq!(first.body, ask("a@example.com").await.body);
    assert_eq!(ask("b@example.com").await.no(), "422 idempotency-key-reused");
}

#[tokio::test]
async fn a_refusal_is_not_remembered() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    let path = format!("{PROGRAMS}/{}", platform.program(&owner, "Coffee").await);
    let create = async || {
        let body = json!({ "name": "Coffee", "releaseTo": [], "defaultLanguage": "en-US" });
        let request = platform.request(Method::POST, &owner, PROGRAMS);
        send(request.header("idempotency-key", "once").json(&body)).await
    };
    assert_eq!(create().await.no(), "409 /name name-taken");
    assert_eq!(platform.delete(&owner, &path).await.status, 204);
    assert_eq!(create().await.status, 201);
}

#[tokio::test]
async fn a_change_is_made_only_to_what_the_caller_has_seen() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    let path = format!("{PROGRAMS}/{}", platform.program(&owner, "Coffee").await);
    let seen = platform.get(&owner, &path).await.header("etag").to_owned();
    let edit = async |tag: &str, name: &str| {
        let request = platform.request(Method::PATCH, &owner, &path).header("if-match", tag);
        let request = request.header("idempotency-key", platform.fresh_key());
        send(request.json(&json!({ "name": name }))).await
    };
    assert_eq!(edit(&seen, "Good Coffee").await.status, 200);
    assert_eq!(edit(&seen, "Bad Coffee").await.no(), "412 changed-since");
    assert_eq!(edit("W/\"6\"", "Bad Coffee").await.no(), "412 changed-since");
    assert_eq!(edit("6", "Bad Coffee").await.no(), "412 changed-since");
    assert_eq!(edit("*", "Best Coffee").await.status, 200);

    let now = platform.get(&owner, &path).await.header("etag").to_owned();
    let again =
        |tag: &str| platform.request(Method::GET, &owner, &path).header("if-none-match", tag);
    assert_eq!(send(again(&now)).await.status, 304);
    assert_eq!(send(again(&format!("\"1\", W/{now}"))).await.status, 304);
    assert_eq!(send(again(&seen)).await.status, 200);
}

#[tokio::test]
async fn lists_come_in_pages_of_one_moment() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    for n in 0..5 {
        platform.program(&owner, &format!("Coffee {n}")).await;
    }
    let page = async |query: &str| platform.get(&owner, &format!("{PROGRAMS}{query}")).await;
    let names = |answer: &Answer| -> Vec<String> {
        let items = answer.body["items"].as_array().unwrap();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    let first = page("?pageSize=2").await;
    assert_eq!(names(&first), ["Coffee 0", "Coffee 1"]);
    assert_eq!((&first.body["total"], &first.body["pageSize"]), (&json!(5), &json!(2)));
    let last = page("?page=3&pageSize=2").await;
    assert_eq!(names(&last), ["Coffee 4"]);
    assert_eq!(last.body["revision"], first.body["revision"]);
    assert_eq!(names(&page("?page=1000000&pageSize=500").await), [""; 0]);
    for odd in [
        "?page=0",
        "?page=1000001",
        "?page=x",
        "?pageSize=501",
        "?page=1&page=1",
        "?size=1",
        "?page=%ff",
    ] {
        assert_eq!(page(odd).await.no(), "400 query-parameter", "{odd}");
    }
}

#[tokio::test]
async fn every_error_is_a_problem() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    let post = |body: &str, kind: &str| {
        platform
            .request(Method::POST, &owner, PROGRAMS)
            .header("idempotency-key", "k")
            .header("content-type", kind)
            .body(body.to_owned())
    };
    let json = "application/json";
    assert_eq!(send(post("{", json)).await.no(), "400 json-syntax");
    assert_eq!(send(post("{} {}", json)).await.no(), "422 json-shape");
    assert_eq!(send(post("null", json)).await.no(), "422 json-shape");
    let odd = r#"{"name":"Coffee","releaseTo":[7],"defaultLanguage":"zh-CN"}"#;
    assert_eq!(send(post(odd, json)).await.no(), "422 /releaseTo/0 json-shape");
    assert_eq!(send(post("{}", "text/plain")).await.no(), "415 media-type");
    assert_eq!(send(post(&" ".repeat(2 << 20), json)).await.no(), "413 too-large");
    let keyless = platform.request(Method::POST, &owner, PROGRAMS).json(&json!({}));
    assert_eq!(send(keyless).await.no(), "400 idempotency-key-missing");
    for key in ["", "a b", "幸福", &"k".repeat(256)] {
        let request = platform.request(Method::POST, &owner, PROGRAMS).json(&json!({}));
        let answer = send(request.header("idempotency-key", key)).await;
        assert_eq!(answer.no(), "400 idempotency-key-form", "{key}");
    }
    assert_eq!(platform.get(&owner, "/v2").await.no(), "404 not-found");
    assert_eq!(platform.get(&owner, "/v1/workspaces/%ff").await.no(), "400 path");
    let wrong = platform.write(Method::PUT, &owner, PROGRAMS, None).await;
    assert_eq!(wrong.no(), "405 method");
    assert_eq!(wrong.header("allow"), "GET,HEAD,POST");
}

#[tokio::test]
async fn what_a_caller_may_not_see_is_not_there() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    let stranger = platform.token("stranger@example.com").await;
    platform.program(&owner, "Coffee").await;
    for path in ["", "/programs", "/programs/p2", "/members", "/members/m1"] {
        let path = format!("/v1/workspaces/acme{path}");
        assert_eq!(platform.get(&owner, &path).await.status, 200, "{path}");
        assert_eq!(platform.get(&stranger, &path).await.no(), "404 not-found", "{path}");
    }
    let nobody = Token(String::new());
    assert_eq!(platform.get(&nobody, "/v1/workspaces/acme").await.no(), "401 unauthenticated");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let platform = Platform::with(super::platform::Clock::new(), |config| Config {
        limit: Some(2.try_into().unwrap()),
        ..config
    })
    .await;
    let operator = platform.operator();
    assert_eq!(platform.get(&operator, "/v1/me").await.status, 200);
    assert_eq!(platform.get(&operator, "/v1/me").await.status, 200);
    let limited = platform.get(&operator, "/v1/me").await;
    assert_eq!(limited.no(), "429 rate-limit");
    assert_eq!(limited.header("retry-after"), "1");
    platform.clock.advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(platform.get(&operator, "/v1/me").await.status, 200);
}

#[tokio::test]
async fn a_shutdown_answers_what_is_in_flight_and_nothing_after() {
    let arrived = Arc::new(Notify::new());
    let clock = Arc::new({
        let arrived = Arc::clone(&arrived);
        move || {
            arrived.notify_one();
            jiff::Timestamp::UNIX_EPOCH
        }
    });
    let server = minisync::sandbox::serve(Config {
        // The limit asks for the time, and so tells us that a request is in; then comes the latency.
        limit: Some(1_000.try_into().unwrap()),
        latency: Duration::from_millis(100),
        ..Config::new(clock)
    })
    .await
    .unwrap();
    // It has asked once already, to begin with.
    arrived.notified().await;
    let url = format!("{}/v1/me", server.url());
    let request = reqwest::Client::new().get(&url).bearer_auth(server.operator_token().reveal());
    let in_flight = tokio::spawn(send(request));
    arrived.notified().await;
    server.shutdown().await;
    assert_eq!(in_flight.await.unwrap().status, 200);
    assert!(reqwest::get(&url).await.unwrap_err().is_connect());
}
