//! Where the chain of coffee shops is kept, and what is found there afterwards.

use crate::{
    sandbox::kill::{OPERATOR, Process},
    stage::{MINISYNC, Stage, files},
};
use minisync::ledger::{Ledger, Place};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};
use tokio::runtime::Runtime;

const OWNER: &str = "wang.fang@example.com";

pub(super) trait Site {
    fn new() -> Self;
    fn stage(&self) -> &Stage;
    fn apply(&self) -> Command;
    /// The folder of the sandbox.
    fn platform(&self) -> PathBuf;

    /// Everything that has to be the same, however one got there.
    fn state(&self) -> State {
        verify(&self.stage().folder.path().join(".minisync/ledger.db"));
        State::of(&self.platform())
    }
}

/// What is on the platform, and who got mail.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Names; and so is every program only once there.
    pub(super) programs: Vec<String>,
    /// Address, role, names of programs, where they stand, and how often they were invited.
    pub(super) members: Vec<(String, String, BTreeSet<String>, String, Value)>,
    /// Recipients.
    pub(super) mails: Vec<String>,
}

impl State {
    fn of(platform: &Path) -> Self {
        let rows = Connection::open(platform.join("sandbox.db")).unwrap();
        let all = |table: &str| -> Vec<(u64, Value)> {
            let mut query = rows.prepare(&format!("SELECT no, json FROM {table}")).unwrap();
            let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
            let rows = rows.unwrap().map(Result::unwrap);
            rows.map(|(no, json)| (no, serde_json::from_str(&json).unwrap())).collect()
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let programs = all("program");
        let name = |id: &Value| {
            let named = programs.iter().find(|(no, _)| *id == json!(format!("p{no}")));
            named.map(|(_, it)| text(&it["name"])).unwrap()
        };
        let members = all("member").into_iter().map(|(_, it)| {
            let held = it["programs"].as_array().into_iter().flatten().map(name).collect();
            let times = it["timesSent"].clone();
            (text(&it["email"]), text(&it["role"]), held, text(&it["status"]), times)
        });
        let mut state = Self {
            members: members.collect(),
            programs: programs.iter().map(|(_, it)| text(&it["name"])).collect(),
            mails: mails(&platform.join("outbox")),
        };
        state.members.sort_by(|a, b| a.0.cmp(&b.0));
        state.programs.sort();
        state
    }
}

fn mails(outbox: &Path) -> Vec<String> {
    let mails = files(outbox)
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "eml"));
    let mut recipients: Vec<_> = mails
        .map(|(_, bytes)| {
            let mail = String::from_utf8(bytes).unwrap();
            mail.lines().find(|line| line.starts_with("To: ")).unwrap().to_owned()
        })
        .collect();
    recipients.sort();
    recipients
}

/// The journal is whole, and the memory follows from it.
fn verify(path: &Path) {
    let rows = Connection::open(path).unwrap();
    let place = rows.query_row("SELECT platform, workspace FROM heads", [], |row| {
        Ok(Place { platform: row.get(0)?, workspace: row.get(1)? })
    });
    let Place { platform, workspace } = place.unwrap();
    drop(rows);
    let clock = Arc::new(minisync::engine::clock::now);
    let ledger = Ledger::open(path, &platform, "it is there already", clock).unwrap();
    let workspace = workspace.parse().unwrap();
    let verified = ledger.verify(&workspace, None);
    let verified = Runtime::new().unwrap().block_on(verified).unwrap();
    assert!(verified.head.number > 31);
}

fn apply() -> Command {
    let mut command = Command::new(MINISYNC);
    command.args(["apply", "--yes", "--concurrency", "1"]);
    command
}

/// Client and server in one process, that die together.
pub(super) struct Embedded(Stage);

impl Site for Embedded {
    fn new() -> Self {
        Self(Stage::of("examples/coffee-chain"))
    }

    fn stage(&self) -> &Stage {
        &self.0
    }

    fn apply(&self) -> Command {
        apply()
    }

    fn platform(&self) -> PathBuf {
        self.0.folder.path().join(".minisync")
    }
}

/// The server lives on when the client dies.
pub(super) struct Served {
    stage: Stage,
    folder: tempfile::TempDir,
    token: String,
    _server: Process,
}

impl Site for Served {
    fn new() -> Self {
        let (stage, folder) = (Stage::of("examples/coffee-chain"), tempfile::tempdir().unwrap());
        let server = Process::start(&folder.path().join("sandbox.db"));
        let token = Runtime::new().unwrap().block_on(async {
            let owner = json!({ "name": "王芳", "email": OWNER });
            let workspace = json!({ "id": "lucky-coffee", "owner": owner });
            server.post(OPERATOR, "/v1/workspaces", "w", workspace).await;
            let token = server.post(OPERATOR, "/v1/tokens", "t", json!({ "email": OWNER })).await;
            token.body["token"].as_str().unwrap().to_owned()
        });
        let path = stage.folder.path().join("minisync.yaml");
        let project = fs::read_to_string(&path).unwrap();
        let there = format!(
            "environments:\n  there: {{ platform: sandbox, url: \"{}\", \
             credential: {{ env: MY_TOKEN }} }}\nenvironment: there\n",
            server.url
        );
        fs::write(&path, format!("{project}{there}")).unwrap();
        Self { stage, folder, token, _server: server }
    }

    fn stage(&self) -> &Stage {
        &self.stage
    }

    fn apply(&self) -> Command {
        let mut command = apply();
        command.env("MY_TOKEN", &self.token);
        command
    }

    fn platform(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}
