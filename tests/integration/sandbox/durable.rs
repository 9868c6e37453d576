//! What was answered is on the disk.

use super::platform::{Clock, Platform, send};
use minisync::sandbox::{Config, Data, OpenError, ServeError, serve};
use reqwest::Method;
use serde_json::json;
use std::path::Path;

#[tokio::test]
async fn a_server_that_was_cut_off_comes_back_with_everything_it_had_answered() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kept/sandbox.db");
    let clock = Clock::new();
    let platform = Platform::on(&file, clock.clone()).await;
    let owner = platform.acme().await;
    let coffee = platform.program(&owner, "幸福咖啡").await;
    let (lin, path) = platform.member(&owner, "lin@example.com", "developer", &[&coffee]).await;
    platform.invite(&owner, "mei@example.com", "master", &[]).await;
    let everything = async |platform: &Platform| {
        let mut all = Vec::new();
        for part in ["", "/programs", "/members"] {
            all.push(platform.get(&owner, &format!("/v1/workspaces/acme{part}")).await.body);
        }
        all.push(platform.get(&lin, "/v1/me").await.body);
        all
    };
    let before = everything(&platform).await;
    drop(platform);

    let platform = Platform::on(&file, clock).await;
    assert_eq!(everything(&platform).await, before);
    assert_eq!(platform.delete(&owner, &path).await.status, 204);
    // Nothing gets an id that something had before.
    let again = platform.invite(&owner, "lin@example.com", "master", &[]).await;
    assert_ne!(again, path);
    platform.server.shutdown().await;
}

#[tokio::test]
async fn an_answer_is_remembered_across_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    let platform = Platform::on(&file, Clock::new()).await;
    let owner = platform.acme().await;
    let create = async |platform: &Platform| {
        let body = json!({ "name": "Coffee", "releaseTo": [], "defaultLanguage": "en-US" });
        let path = "/v1/workspaces/acme/programs";
        let request = platform.request(Method::POST, &owner, path);
        send(request.header("idempotency-key", "once").json(&body)).await
    };
    let first = create(&platform).await;
    drop(platform);
    let platform = Platform::on(&file, Clock::new()).await;
    let second = create(&platform).await;
    assert_eq!(first.body, second.body);
    assert_eq!(second.header("idempotency-replayed"), "true");
}

async fn refused(file: &Path) -> OpenError {
    let config = Config { data: Data::File(file.to_owned()), ..Clock::new().config() };
    match serve(config).await.unwrap_err() {
        ServeError::Open(error) => error,
        error @ (ServeError::Listen { .. } | ServeError::Random(_) | ServeError::Smtp(_)) => {
            panic!("{error}")
        }
    }
}

#[tokio::test]
async fn a_data_file_is_used_by_one_server_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    let platform = Platform::on(&file, Clock::new()).await;
    assert!(matches!(refused(&file).await, OpenError::InUse(path) if path == file));
    platform.server.shutdown().await;
    Platform::on(&file, Clock::new()).await.server.shutdown().await;
}

#[tokio::test]
async fn a_file_that_is_not_ours_or_is_newer_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    std::fs::write(&file, "not a database, but a text of some length".repeat(100)).unwrap();
    assert!(matches!(refused(&file).await, OpenError::Foreign(_)));
    std::fs::remove_file(&file).unwrap();

    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(connection);
    assert!(matches!(refused(&file).await, OpenError::Foreign(_)));
    std::fs::remove_file(&file).unwrap();

    Platform::on(&file, Clock::new()).await.server.shutdown().await;
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.execute_batch("PRAGMA user_version = 7").unwrap();
    drop(connection);
    let error = refused(&file).await;
    assert!(matches!(error, OpenError::Newer { found: 7, .. }), "{error}");
    assert!(error.to_string().contains("written by a newer minisync"), "{error}");
}

#[tokio::test]
async fn while_nothing_can_be_written_down_nothing_is_promised() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    let platform = Platform::on(&file, Clock::new()).await;
    let owner = platform.acme().await;
    let create = async || {
        let body = json!({ "name": "Coffee", "releaseTo": [], "defaultLanguage": "en-US" });
        let request = platform.request(Method::POST, &owner, "/v1/workspaces/acme/programs");
        send(request.header("idempotency-key", "once").json(&body)).await
    };
    let somebody = rusqlite::Connection::open(&file).unwrap();
    somebody.execute_batch("BEGIN IMMEDIATE").unwrap();
    let no = create().await;
    assert_eq!(no.no(), "503 unavailable");
    assert_eq!(no.header("retry-after"), "1");
    let programs = platform.get(&owner, "/v1/workspaces/acme/programs").await;
    assert_eq!(programs.body["total"], 0);
    somebody.execute_batch("ROLLBACK").unwrap();
    assert_eq!(create().await.status, 201);
}
