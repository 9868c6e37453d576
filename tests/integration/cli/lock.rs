//! A ledger that several share, and the lock on it, as `apply` meets them.

use crate::{
    ledger::{
        Keep as _, run,
        server::{self, Schema},
    },
    sandbox::platform::{Clock, Platform},
    stage::{MINISYNC, Said, Stage},
};
use minisync::{
    ledger::Ledger,
    sandbox::{Config, Delivery},
};
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    os::unix::fs::PermissionsExt as _,
    process::{Child, ChildStderr, Command, Stdio},
    sync::Arc,
};

const PEOPLE: u32 = 20;

/// A project of the workspace `acme` on a served platform.
async fn project(platform: &Platform, ledger: &str) -> Stage {
    let stage = Stage::empty();
    let write = |name: &str, text: &str| fs::write(stage.folder.path().join(name), text).unwrap();
    write("token", &platform.token("owner@example.com").await.0);
    let url = platform.server.url();
    write(
        "minisync.yaml",
        &format!(
            "apiVersion: minisync.dev/v1\nkind: Project\nworkspace: acme\n\
             environments: {{ staging: {{ platform: sandbox, url: '{url}', credential: {{ file: token }} }} }}\n\
             ledger: '{ledger}'\n"
        ),
    );
    let people = (0..PEOPLE).map(|number| {
        format!("    - {{ name: Person {number}, email: p{number}@example.com, role: master }}\n")
    });
    let head = "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: { name: team }\n";
    write("team.yaml", &format!("{head}spec:\n  members:\n{}", people.collect::<String>()));
    stage
}

/// A command that goes on while we look.
struct Running {
    child: Child,
    err: BufReader<ChildStderr>,
}

impl Running {
    fn new(stage: &Stage, arguments: &[&str]) -> Self {
        let mut child = Command::new(MINISYNC)
            .args(arguments)
            .current_dir(&stage.folder)
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let err = BufReader::new(child.stderr.take().unwrap());
        Self { child, err }
    }

    fn until(&mut self, words: &str) -> String {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert_ne!(self.err.read_line(&mut line).unwrap(), 0, "it never said `{words}`");
        }
        line
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    fn ended(mut self) -> Said {
        let mut stderr = String::new();
        self.err.read_to_string(&mut stderr).unwrap();
        let status = self.child.wait().unwrap().code().unwrap();
        Said { status, stdout: String::new(), stderr }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_apply_that_wakes_up_writes_and_asks_nothing_any_more() {
    let outbox = tempfile::tempdir().unwrap();
    let delivery = Some(Delivery::Folder(outbox.path().to_owned()));
    let platform = Platform::with(Clock::new(), |config| Config { delivery, ..config }).await;
    platform.acme().await;
    let schema = Schema::new().await;
    let here = project(&platform, &schema.url()).await;
    let there = project(&platform, &schema.url()).await;
    let mut frozen = Running::new(&here, &["apply", "--yes", "--concurrency", "1"]);
    frozen.until("done: invite");
    frozen.signal("-STOP");
    let refused = there.minisync(&["apply", "--yes"]);
    assert_eq!(refused.status, 1, "{refused:?}");
    assert!(refused.stderr.contains("another run is at work in workspace `acme`"), "{refused:?}");
    schema.tamper("UPDATE leases SET expires = 0").await;
    let other = there.minisync(&["apply", "--yes"]);
    assert_eq!(other.status, 0, "{other:?}");
    let url = platform.server.url().trim_end_matches('/').to_owned();
    let ledger = schema.open(&url, Arc::new(minisync::engine::clock::now)).await;
    let acme = "acme".parse().unwrap();
    let head = ledger.verify(&acme, None).await.unwrap().head;
    frozen.signal("-CONT");
    let frozen = frozen.ended();
    assert_ne!(frozen.status, 0, "{frozen:?}");
    assert!(frozen.stderr.contains("the lock was lost to another run"), "{frozen:?}");
    assert_eq!(ledger.verify(&acme, None).await.unwrap().head, head, "it wrote");
    assert_eq!(platform.server.shutdown().await.n_sent, u64::from(PEOPLE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_is_waited_for_as_long_as_was_said() {
    let platform = Platform::start().await;
    platform.acme().await;
    let stage = project(&platform, "ledger.db").await;
    let url = platform.server.url().trim_end_matches('/').to_owned();
    let path = stage.folder.path().join("ledger.db");
    let ledger = Ledger::open(&path, &url, "one", Arc::new(minisync::engine::clock::now)).unwrap();
    let acme = "acme".parse().unwrap();
    let locked = ledger.lock([&acme], run("mei")).await.unwrap();
    let said = stage.minisync(&["apply", "--yes"]);
    assert_eq!(said.status, 1, "{said:?}");
    assert!(said.stderr.contains("`--lock-timeout 5m`"), "{said:?}");
    let said = stage.minisync(&["apply", "--yes", "--lock-timeout", "1s"]);
    assert_eq!(said.status, 1, "{said:?}");
    assert_eq!(said.stderr.matches("Waiting until ").count(), 1, "{said:?}");
    let mut waiting = Running::new(&stage, &["apply", "--yes", "--lock-timeout", "1m"]);
    let line = waiting.until("Waiting until ");
    assert!(line.contains("UTC at most: another run is at work in workspace `acme`: mei@example"));
    locked.release().await.unwrap();
    assert_eq!(waiting.ended().status, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_of_the_ledgers_server_comes_from_where_its_clients_keep_it() {
    let platform = Platform::start().await;
    platform.acme().await;
    let schema = Schema::new().await;
    server::locked_user(&schema).await;
    let query = format!("options=-c%20search_path%3D{}", schema.name());
    let stage = project(&platform, &server::url("locked", &query)).await;
    let said = stage.minisync(&["plan"]);
    assert_eq!(said.status, 1, "{said:?}");
    assert!(said.stderr.contains("set $PGPASSWORD, or write it into ~/.pgpass"), "{said:?}");
    let file = stage.folder.path().join(".pgpass");
    fs::write(&file, "*:*:*:locked:open sesame\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let said = stage.minisync(&["plan"]);
    assert!(said.stderr.contains("others can read the passwords in"), "{said:?}");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let said = stage.minisync(&["plan"]);
    assert_eq!(said.status, 0, "{said:?}");
    assert!(!format!("{said:?}").contains("sesame"), "{said:?}");
}

/// The same owner's second workspace.
async fn beans(platform: &Platform) {
    let owner = serde_json::json!({ "name": "An Owner", "email": "owner@example.com" });
    let workspace = serde_json::json!({ "id": "beans", "owner": owner });
    let answer = platform.post(&platform.operator(), "/v1/workspaces", workspace).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_project_keeps_in_a_shared_ledger_is_left_alone() {
    let platform = Platform::start().await;
    platform.acme().await;
    beans(&platform).await;
    let schema = Schema::new().await;
    let ours = project(&platform, &schema.url()).await;
    let theirs = project(&platform, &schema.url()).await;
    let file = theirs.folder.path().join("minisync.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("workspace: acme", "workspace: beans")).unwrap();
    assert_eq!(ours.minisync(&["apply", "--yes"]).status, 0);
    let said = theirs.minisync(&["apply", "--yes"]);
    assert_eq!(said.status, 0, "{said:?}");
    assert!(said.stderr.contains("workspace `acme`, which no manifest here names"), "{said:?}");
    let said = ours.minisync(&["plan", "--detailed-exitcode"]);
    assert_eq!(said.status, 3, "everybody was invited, and nobody removed: {said:?}");
    // Who is to be removed from a workspace names it.
    let roster = "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: { name: team }\n\
                  spec: { members: [] }\n";
    fs::write(ours.folder.path().join("team.yaml"), roster).unwrap();
    let said = ours.minisync(&["plan", "--detailed-exitcode"]);
    assert_eq!(said.status, 2, "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_no_manifest_names_any_more_is_told_to_be_taken_in() {
    let platform = Platform::start().await;
    platform.acme().await;
    beans(&platform).await;
    let stage = project(&platform, "ledger.db").await;
    assert_eq!(stage.minisync(&["apply", "--yes"]).status, 0);
    let roster = fs::read_to_string(stage.folder.path().join("team.yaml")).unwrap();
    let elsewhere = roster.replace("spec:\n", "spec:\n  workspace: beans\n");
    fs::write(stage.folder.path().join("team.yaml"), elsewhere).unwrap();
    let said = stage.minisync(&["plan"]);
    assert!(said.stderr.contains("No manifest names workspace `acme` any more"), "{said:?}");
    assert!(said.stdout.contains("p1@example.com"), "{said:?}");
}

#[test]
fn what_is_remembered_of_the_embedded_sandbox_stays_beside_it() {
    let stage = Stage::of("examples/coffee-chain");
    let path = stage.folder.path().join("minisync.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}\nledger: postgres://127.0.0.1:1/nowhere\n")).unwrap();
    let said = stage.minisync(&["apply", "--yes"]);
    assert_eq!(said.status, 0, "{said:?}");
    assert!(stage.folder.path().join(".minisync/ledger.db").exists());
    for (command, says) in [
        (&["history"][..], "steps done"),
        (&["history", "verify"], "each as it was written"),
        (&["history", "export"], "\"end\""),
        (&["explain", "program", "academy"], "is managed by minisync"),
        (&["unlock"], "Nobody holds a lock."),
    ] {
        let said = stage.minisync(command);
        assert_eq!(said.status, 0, "{command:?}: {said:?}");
        assert!(said.stdout.contains(says), "{command:?}: {said:?}");
    }
}
