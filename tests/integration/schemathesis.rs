//! The sandbox against its own OpenAPI document, asked by somebody else's generator (schemathesis):
//! no server error, no undocumented answer, nothing wrong accepted, nothing right refused.

use crate::sandbox::platform::{Platform, Token};
use std::{path::Path, process::Command};

#[tokio::test(flavor = "multi_thread")]
async fn the_document_holds_for_an_owner() {
    let platform = Platform::start().await;
    let owner = platform.acme().await;
    // Program `p2` and member `m3`, as the document's examples have them.
    let coffee = platform.program(&owner, "Good Coffee").await;
    platform.member(&owner, "wu@example.com", "developer", &[&coffee]).await;
    for n in 0..8 {
        platform.program(&owner, &format!("Coffee {n}")).await;
        let email = format!("mei{n}@example.com");
        if n % 2 == 0 {
            platform.invite(&owner, &email, "developer", &[&coffee]).await;
        } else {
            platform.member(&owner, &email, "master", &[]).await;
        }
    }
    examine(&platform, owner, "owner.toml").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_holds_for_the_operator() {
    let platform = Platform::start().await;
    platform.acme().await;
    examine(&platform, platform.operator(), "operator.toml").await;
}

async fn examine(platform: &Platform, token: Token, config: &'static str) {
    let document = format!("{}/openapi.json", platform.server.url());
    let report = tokio::task::spawn_blocking(move || run(&document, &token, config)).await.unwrap();
    assert!(report.is_ok(), "{}", report.unwrap_err());
}

fn run(document: &str, token: &Token, config: &str) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let install = Command::new(root.join("tests/tools/install")).output().unwrap();
    if !install.status.success() {
        return Err(String::from_utf8_lossy(&install.stderr).into_owned());
    }
    let tools = root.join("tests/tools/schemathesis");
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(root.join("target/tools/venv/bin/st"))
        .current_dir(folder.path())
        .env("SCHEMATHESIS_HOOKS", tools.join("hooks.py"))
        .arg("--config-file")
        .arg(tools.join(config))
        .args(["run", document, "--checks", "all", "--max-examples", "5", "--no-color"])
        // The same requests every time.
        .args(["--seed", "1", "--generation-deterministic"])
        .args(["--header", &format!("Authorization: Bearer {}", token.0)])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(()) } else { Err(said) }
}
