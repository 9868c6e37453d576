//! The OpenAPI document.

use super::platform::Platform;
use std::{env, fs};

#[test]
fn the_checked_in_document_is_current() {
    let current = minisync::sandbox::openapi();
    let path = "schema/sandbox.openapi.json";
    if env::var_os("MINISYNC_BLESS").is_some_and(|value| value == "1") {
        fs::create_dir_all("schema").unwrap();
        fs::write(path, current).unwrap();
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    assert!(kept == current, "run the tests with MINISYNC_BLESS=1 to write {path} anew");
}

#[tokio::test]
async fn the_document_is_served() {
    let platform = Platform::start().await;
    let url = format!("{}/openapi.json", platform.server.url());
    let served = reqwest::get(url).await.unwrap().text().await.unwrap();
    assert_eq!(served, minisync::sandbox::openapi());
}
