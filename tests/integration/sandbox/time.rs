//! A clock that the operator moves, what happens then, and who did it.

use super::platform::{Clock, Platform, send};
use jiff::SignedDuration;
use minisync::{platform::sandbox::COMMIT_HEADER, sandbox::Config};
use reqwest::Method;
use serde_json::json;
use std::path::Path;

const CLOCK: &str = "/v1/clock";
const MEMBERS: &str = "/v1/workspaces/acme/members";
const ACTIVITY: &str = "/v1/workspaces/acme/activity";

async fn movable(file: Option<&Path>) -> Platform {
    Platform::with(Clock::new(), |config| Config {
        data: file.map_or(config.data, |file| minisync::sandbox::Data::File(file.to_owned())),
        controllable_clock: true,
        ..config
    })
    .await
}

async fn advance(platform: &Platform, by: &str) -> super::platform::Answer {
    platform.post(&platform.operator(), CLOCK, json!({ "advance": by })).await
}

#[tokio::test]
async fn three_days_pass_when_the_operator_says_so() {
    let platform = movable(None).await;
    let owner = platform.acme().await;
    let path = platform.invite(&owner, "mei@example.com", "master", &[]).await;
    let moved = advance(&platform, "3d").await;
    assert_eq!(moved.body, json!({ "now": "2026-11-26T08:00:00Z", "offset": "PT72H" }));
    assert_eq!(platform.get(&platform.operator(), CLOCK).await.body, moved.body);
    let expired = platform.get(&owner, &path).await;
    assert_eq!(expired.body["status"], "expired");
    assert_eq!(expired.header("date"), "Thu, 26 Nov 2026 08:00:00 GMT");
    let back = advance(&platform, "-1h").await;
    assert_eq!(back.body["now"], "2026-11-26T07:00:00Z");
    assert_eq!(platform.get(&owner, &path).await.body["status"], "invited");
}

#[tokio::test]
async fn a_move_is_made_once_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    let platform = movable(Some(&file)).await;
    for _ in 0..2 {
        let request = platform.request(Method::POST, &platform.operator(), CLOCK);
        let request = request.header("idempotency-key", "once");
        let moved = send(request.json(&json!({ "advance": "1h 30m" }))).await;
        assert_eq!(moved.body["offset"], "PT1H30M");
    }
    platform.server.shutdown().await;
    // Also where nobody may move it any more.
    let platform = Platform::on(&file, Clock::new()).await;
    let me = platform.get(&platform.operator(), "/v1/me").await;
    assert_eq!(me.header("date"), "Mon, 23 Nov 2026 09:30:00 GMT");
}

#[tokio::test]
async fn a_clock_is_moved_by_the_operator_alone_and_only_where_it_can_be() {
    let platform = Platform::start().await;
    assert_eq!(platform.get(&platform.operator(), CLOCK).await.no(), "404 not-found");
    assert_eq!(advance(&platform, "3d").await.no(), "404 not-found");
    let platform = movable(None).await;
    let owner = platform.acme().await;
    assert_eq!(platform.get(&owner, CLOCK).await.no(), "403 operator-only");
    let body = json!({ "advance": "3d" });
    assert_eq!(platform.post(&owner, CLOCK, body).await.no(), "403 operator-only");
    for odd in ["", "3", "three days", "1mo", "300y", "9999999999h", "3d,,"] {
        assert_eq!(advance(&platform, odd).await.no(), "422 /advance clock-move", "{odd}");
    }
    for _ in 0..2 {
        advance(&platform, "36000d").await;
    }
    assert_eq!(advance(&platform, "36000d").await.no(), "422 /advance clock-move");
    assert_eq!(platform.get(&owner, "/v1/me").await.status, 200);
}

#[tokio::test]
async fn a_clock_that_goes_back_locks_nobody_out() {
    let platform = Platform::with(Clock::new(), |config| Config {
        controllable_clock: true,
        limit: Some(5.try_into().unwrap()),
        ..config
    })
    .await;
    for _ in 0..4 {
        platform.get(&platform.operator(), "/v1/me").await;
    }
    advance(&platform, "-3d").await;
    assert_eq!(platform.get(&platform.operator(), "/v1/me").await.status, 200);
}

#[tokio::test]
async fn who_has_sent_enough_invitations_is_told_when_the_next_may_go() {
    let platform = Platform::with(Clock::new(), |config| Config {
        invitations_per_hour: Some(2.try_into().unwrap()),
        ..config
    })
    .await;
    let owner = platform.acme().await;
    platform.clock.advance(SignedDuration::from_mins(20));
    platform.invite(&owner, "mei@example.com", "master", &[]).await;
    let path = platform.invite(&owner, "lin@example.com", "master", &[]).await;
    let body = json!({ "name": "Wu", "email": "wu@example.com", "role": "master" });
    let no = platform.post(&owner, MEMBERS, body.clone()).await;
    assert_eq!(no.no(), "429 invitation-limit");
    assert_eq!(no.header("retry-after"), "2401");
    let acme = platform.get(&owner, "/v1/workspaces/acme").await.body;
    let renews = "2026-11-23T09:00:00Z";
    assert_eq!(acme["allowance"], json!({ "left": 0, "eachHour": 2, "renewsAt": renews }));
    // Nor does a new invitation take the place of the old one, which stays.
    let afresh = json!({ "name": "Lin", "email": "lin@example.com", "role": "master" });
    let no = platform.post(&owner, &format!("{path}/reinvite"), afresh).await;
    assert_eq!(no.no(), "429 invitation-limit");
    assert_eq!(no.header("retry-after"), "2401");
    assert_eq!(platform.get(&owner, &path).await.body["status"], "invited");
    // Withdrawing gives nothing back: it went out all the same.
    assert_eq!(platform.step(&owner, &format!("{path}/withdraw")).await.status, 200);
    assert_eq!(platform.post(&owner, MEMBERS, body.clone()).await.no(), "429 invitation-limit");
    platform.clock.advance(SignedDuration::from_secs(2_401));
    assert_eq!(platform.post(&owner, MEMBERS, body).await.status, 201);
}

#[tokio::test]
async fn what_was_done_is_told_with_who_did_it_and_by_which_commit() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    let invite = async |commit: &str, email: &str| {
        let request = platform.request(Method::POST, &owner, MEMBERS);
        let request = request.header("idempotency-key", platform.fresh_key());
        let body = json!({ "name": "Mei", "email": email, "role": "master" });
        send(request.header(COMMIT_HEADER, commit).json(&body)).await
    };
    assert_eq!(invite("3f9c2ab-dirty", "Mei@example.com").await.status, 201);
    assert_eq!(invite("main; DROP", "lin@example.com").await.status, 201);
    assert_eq!(invite("3f9c2ab", "lin@example.com").await.status, 409);
    let body = json!({ "name": "Mei Chen", "email": "Mei@example.com", "role": "master" });
    let afresh = platform.post(&owner, &format!("{MEMBERS}/m2/reinvite"), body).await;
    assert_eq!(
        (afresh.status.as_u16(), afresh.header("location")),
        (201, "/v1/workspaces/acme/members/m4")
    );
    let mei = platform.token("mei@example.com").await;
    platform.step(&mei, &format!("{MEMBERS}/m4/accept")).await;
    platform.delete(&owner, &format!("{MEMBERS}/m4")).await;

    let told = platform.get(&owner, &format!("{ACTIVITY}?pageSize=5")).await.body;
    assert_eq!(told["total"], 6);
    let line = |it: &serde_json::Value| {
        let text = |key: &str| it[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} {} {}", text("actor"), text("verb"), text("subject"), text("commit"))
    };
    let lines: Vec<_> = told["items"].as_array().unwrap().iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "owner@example.com remove-member Mei Chen <mei@example.com> -",
            "mei@example.com accept Mei Chen <mei@example.com> -",
            "owner@example.com reinvite Mei Chen <mei@example.com> -",
            "owner@example.com invite Mei <lin@example.com> -",
            "owner@example.com invite Mei <mei@example.com> 3f9c2ab-dirty",
        ]
    );
    assert_eq!(platform.get(&platform.operator(), ACTIVITY).await.body["total"], 6);
    let lin = platform.token("lin@example.com").await;
    assert_eq!(platform.get(&lin, ACTIVITY).await.no(), "403 not-joined");
    assert_eq!(platform.get(&mei, ACTIVITY).await.no(), "404 not-found");
}
