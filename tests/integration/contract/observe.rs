//! Reading.

use super::site::{Site, email, members, programs};
use axum::{
    Json, Router,
    extract::{Path, Query},
    routing::get,
};
use minisync::{
    engine::Provider as _,
    model::{Completeness, Desired},
    provider::{Api, Masters, SandboxProvider, Secret},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::PathBuf};

#[tokio::test]
async fn every_page_is_read() {
    let site = Site::new().await;
    let people: Vec<String> = (0..1203).map(|n| format!("p{n}@example.com")).collect();
    let people: Vec<(&str, &[&str])> =
        people.iter().map(|person| (person.as_str(), ["coffee"].as_slice())).collect();
    let desired = Desired {
        programs: programs(&["coffee"]),
        members: members(&people),
        ..Desired::default()
    };
    site.apply_all(&desired).await;
    let seen = site.provider.observe().await.unwrap();
    assert_eq!(seen.completeness, Completeness::Whole);
    assert_eq!(seen.members.len(), 1204, "with the owner");
    assert!(site.look(&desired).await.plan.steps.is_empty());
}

#[tokio::test]
async fn an_empty_workspace_has_its_owner() {
    let seen = Site::new().await.provider.observe().await.unwrap();
    assert_eq!(seen.programs, []);
    assert_eq!(
        seen.members.iter().map(|it| &it.email).collect::<Vec<_>>(),
        [&email(super::site::OWNER)]
    );
}

/// The revision and the total that a platform tells on each page.
#[derive(Debug, Clone, Copy)]
struct Moments {
    programs: u64,
    first: (u64, u64),
    second: (u64, u64),
}

/// A platform with one program and two people, a page each.
async fn completeness(moments: Moments) -> Completeness {
    let page = move |Path(list): Path<String>, Query(query): Query<BTreeMap<String, String>>| async move {
        let (items, (revision, total)): (Value, _) = match (list.as_str(), query["page"].as_str()) {
            ("programs", _) => (
                json!([{ "id": "p1", "revision": 1, "name": "Lucky", "releaseTo": [],
                         "defaultLanguage": "zh-CN", "createdBy": "m1@example.com",
                         "createdAt": "2026-11-23T08:00:00Z" }]),
                (moments.programs, 1),
            ),
            (_, "1") => (json!([person("m1", "owner")]), moments.first),
            _ => (json!([person("m2", "master")]), moments.second),
        };
        Json(json!({ "items": items, "page": 1, "pageSize": 1, "total": total,
                     "revision": revision }))
    };
    let workspace = json!({ "id": "acme", "revision": 7,
                            "owner": { "name": "A", "email": "m1@example.com" } });
    let routes = Router::new()
        .route("/v1/workspaces/acme", get(move || async move { Json(workspace) }))
        .route("/v1/workspaces/acme/{list}", get(page));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let provider = SandboxProvider::new(
        Api::new(url.parse().unwrap()).unwrap(),
        "acme".parse().unwrap(),
        Secret::new("token"),
        Masters::Known(BTreeMap::new()),
        PathBuf::new(),
    );
    let seen = provider.observe().await.unwrap();
    assert_eq!((seen.programs.len(), seen.members.len()), (1, 2));
    seen.completeness
}

fn person(id: &str, role: &str) -> Value {
    json!({ "id": id, "revision": 1, "name": "A", "email": format!("{id}@example.com"),
            "role": role, "status": "active" })
}

#[tokio::test]
async fn pages_of_different_moments_are_no_whole_reading() {
    let (same, whole) = ((7, 2), Completeness::Whole);
    let moments = Moments { programs: 7, first: same, second: same };
    assert_eq!(completeness(moments).await, whole);
    for torn in [
        // Somebody went and somebody came between two pages, so that the number is right.
        Moments { second: (8, 2), ..moments },
        Moments { second: (7, 3), ..moments },
        // Between the two lists.
        Moments { programs: 6, ..moments },
    ] {
        assert_eq!(completeness(torn).await, Completeness::Partial, "{torn:?}");
    }
}
