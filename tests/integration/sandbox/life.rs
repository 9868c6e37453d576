//! The life of a workspace: programs, invitations, memberships.

use super::{
    platform::{Platform, send},
    scene::logo,
};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

const MEMBERS: &str = "/v1/workspaces/acme/members";
const PROGRAMS: &str = "/v1/workspaces/acme/programs";

#[tokio::test]
async fn an_owner_creates_and_invites_and_the_invited_join() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    let coffee = platform.program(&owner, "幸福咖啡").await;
    let path = platform.invite(&owner, "Lin@Example.com", "developer", &[&coffee]).await;

    let invited = platform.get(&owner, &path).await;
    assert_eq!(invited.body["status"], "invited");
    assert_eq!(invited.body["email"], "lin@example.com");
    assert_eq!(invited.body["invitedAt"], "2026-11-23T08:00:00Z");
    assert_eq!(invited.body["expiresAt"], "2026-11-26T08:00:00Z");
    assert_eq!(invited.body["invitedBy"], "owner@example.com");

    let lin = platform.token("lin@example.com").await;
    let me = platform.get(&lin, "/v1/me").await;
    assert_eq!(me.body["memberships"][0]["workspace"], "acme");
    assert_eq!(me.body["memberships"][0]["member"]["status"], "invited");
    assert_eq!(platform.get(&lin, PROGRAMS).await.body["total"], 0);

    let joined = platform.step(&lin, &format!("{path}/accept")).await;
    assert_eq!((joined.status.as_u16(), &joined.body["status"]), (200, &json!("active")));
    assert_eq!(platform.get(&lin, PROGRAMS).await.body["items"][0]["name"], "幸福咖啡");
    assert_eq!(platform.get(&owner, MEMBERS).await.body["total"], 2);
    assert_eq!(platform.get(&lin, MEMBERS).await.body["total"], 1);
}

#[tokio::test]
async fn an_invitation_runs_out_after_three_days_and_can_be_resent() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    let path = platform.invite(&owner, "mei@example.com", "master", &[]).await;
    let mei = platform.token("mei@example.com").await;
    let body = json!({ "name": "Mei", "email": "mei@example.com", "role": "master" });

    let again = platform.post(&owner, MEMBERS, body.clone()).await;
    assert_eq!(again.no(), "409 /email invitation-pending");
    let early = platform.step(&owner, &format!("{path}/resend")).await;
    assert_eq!(early.no(), "409 invitation-pending");
    let before = platform.get(&owner, &path).await;

    platform.clock.advance(SignedDuration::from_hours(72));
    let expired = platform.get(&owner, &path).await;
    assert_eq!(expired.body["status"], "expired");
    assert_ne!(expired.header("etag"), before.header("etag"));
    assert_eq!(platform.post(&owner, MEMBERS, body).await.no(), "409 /email invitation-expired");
    let late = platform.step(&mei, &format!("{path}/accept")).await;
    assert_eq!(late.no(), "409 invitation-expired");

    let resent = platform.step(&owner, &format!("{path}/resend")).await;
    assert_eq!(resent.body["status"], "invited");
    assert_eq!(resent.body["expiresAt"], "2026-11-29T08:00:00Z");
    assert_ne!(resent.header("etag"), expired.header("etag"));
    assert_eq!(platform.step(&mei, &format!("{path}/accept")).await.body["status"], "active");
}

#[tokio::test]
async fn a_logo_comes_back_as_it_was_uploaded_to_whoever_sees_its_program() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    let (bytes, digest) = logo();
    let path = format!("/v1/workspaces/acme/logos/{digest}");
    let put = async || {
        let request = platform.request(Method::PUT, &owner, &path).body(bytes.clone());
        let request = request.header("content-type", "image/png");
        send(request.header("idempotency-key", platform.fresh_key())).await
    };
    let first = put().await;
    assert_eq!((first.status.as_u16(), first.header("location")), (201, path.as_str()));
    assert_eq!(first.body, json!({ "digest": digest, "mediaType": "image/png" }));
    assert_eq!(put().await.status, 200);

    let mut listed = json!(super::scene::program("Coffee"));
    assert_eq!(platform.post(&owner, PROGRAMS, listed.clone()).await.id(), "p2");
    listed["name"] = json!("Tea");
    listed["listing"] = json!(null);
    let no = platform.post(&owner, PROGRAMS, listed.clone()).await;
    assert_eq!(no.no(), "422 /listing json-shape");
    listed.as_object_mut().unwrap().remove("listing");
    assert_eq!(platform.post(&owner, PROGRAMS, listed).await.id(), "p3");
    let (lin, _) = platform.member(&owner, "lin@example.com", "developer", &["p2"]).await;
    let (wu, _) = platform.member(&owner, "wu@example.com", "developer", &["p3"]).await;

    assert_eq!(platform.get(&wu, &path).await.no(), "404 not-found");
    let request = platform.request(Method::GET, &lin, &path);
    let got = request.send().await.unwrap();
    assert_eq!(got.headers()["content-type"], "image/png");
    let etag = got.headers()["etag"].clone();
    assert_eq!(got.bytes().await.unwrap(), bytes);
    let again = platform.request(Method::GET, &lin, &path).header("if-none-match", etag);
    assert_eq!(send(again).await.status, 304);
}
