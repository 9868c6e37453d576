//! Where the chain of coffee shops is kept, and what is found there afterwards.

use crate::{
    sandbox::kill::{OPERATOR, Process},
    stage::{MINISYNC, Stage, files},
};
use minisync::ledger::Ledger;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, LazyLock},
};
use tokio::runtime::Runtime;

const OWNER: &str = "wang.fang@example.com";

pub(super) trait Site {
    /// Programs, records of people and mails, when all is done.
    const COUNTS: (usize, usize, usize);

    fn new() -> Self;
    fn stage(&self) -> &Stage;
    fn apply(&self) -> Command;
    /// The folder of the sandbox.
    fn platform(&self) -> PathBuf;

    /// Everything that has to be the same, however one got there.
    fn state(&self) -> State {
        let ledger = self.stage().folder.path().join(".minisync/ledger.db");
        verify(&ledger);
        State { mails: self.mails(), ..State::of(&self.platform(), &ledger) }
    }

    /// Recipients.
    fn mails(&self) -> Vec<String> {
        mails(&self.platform().join("outbox"))
    }

    /// Looks once more.
    fn plan(&self) -> Command;
}

/// What is on the platform, who got mail, and what is remembered of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Names; and so is every program only once there.
    pub(super) programs: Vec<String>,
    /// Address, role, names of programs, where they stand, and how often they were invited.
    pub(super) members: Vec<(String, String, BTreeSet<String>, String, Value)>,
    /// Recipients.
    pub(super) mails: Vec<String>,
    /// What is managed and as what it was left, how often people were asked, and what is still in
    /// doubt: each fact by its key.
    pub(super) memory: BTreeMap<String, Value>,
}

impl State {
    fn of(platform: &Path, ledger: &Path) -> Self {
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
            memory: memory(ledger, name),
            members: members.collect(),
            programs: programs.iter().map(|(_, it)| text(&it["name"])).collect(),
            mails: Vec::new(),
        };
        state.members.sort_by(|a, b| a.0.cmp(&b.0));
        state.programs.sort();
        state
    }
}

/// What was asked of somebody who is known, and never answered, is noted until something else is
/// asked of them; it cannot be planned again, for the revision that it was about has passed.
fn is_over(intent: &str, memory: &BTreeMap<String, Value>) -> bool {
    let subject = intent.strip_prefix("intent ").and_then(|it| it.rsplit_once(' '));
    subject.is_some_and(|(subject, _)| memory.contains_key(subject))
}

/// But for moments, numbers of records and wishes, which each further run adds to. `name` is that
/// of the program with an id.
fn memory(ledger: &Path, name: impl Fn(&Value) -> String) -> BTreeMap<String, Value> {
    let facts = facts(&Connection::open(ledger).unwrap()).into_iter();
    let facts = facts.filter_map(|(key, value)| {
        let value = match key.split(' ').next().unwrap() {
            "reading" | "mark" => return None,
            "program" => json!(name(&value)),
            "seen" => value["fields"].clone(),
            "member" => value["sends"].clone(),
            _ => value,
        };
        Some((key, value))
    });
    let mut memory: BTreeMap<_, _> = facts.collect();
    let known = memory.clone();
    memory.retain(|key, _| !is_over(key, &known));
    memory
}

/// Those that are folded, and what the records after them make of them.
fn facts(rows: &Connection) -> BTreeMap<String, Value> {
    let texts = |query: &str| -> Vec<(String, String)> {
        let mut query = rows.prepare(query).unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let folded = texts("SELECT key, value FROM facts").into_iter();
    let mut facts: BTreeMap<String, Value> =
        folded.map(|(key, value)| (key, serde_json::from_str(&value).unwrap())).collect();
    let unfolded = "SELECT record, journal.hash FROM journal
        JOIN heads USING (platform, workspace)
        WHERE journal.number > folded ORDER BY journal.number";
    for (record, _) in texts(unfolded) {
        let record: Value = serde_json::from_str(&record).unwrap();
        for key in record["forget"].as_array().into_iter().flatten() {
            facts.remove(key.as_str().unwrap());
        }
        let held = record["remember"].as_object().into_iter().flatten();
        facts.extend(held.map(|(key, value)| (key.clone(), value.clone())));
    }
    facts
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
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    });
    let (platform, workspace) = place.unwrap();
    drop(rows);
    let clock = Arc::new(minisync::engine::clock::now);
    let ledger = Ledger::open(path, &platform, "it is there already", clock).unwrap();
    let workspace = workspace.parse().unwrap();
    let verified = ledger.verify(&workspace, None);
    Runtime::new().unwrap().block_on(verified).unwrap();
}

fn apply() -> Command {
    let mut command = Command::new(MINISYNC);
    command.args(["apply", "--yes", "--concurrency", "1"]);
    command
}

fn plan() -> Command {
    let mut command = Command::new(MINISYNC);
    command.args(["plan", "--format", "json", "--detailed-exitcode"]);
    command
}

/// Client and server in one process, that die together.
pub(super) struct Embedded(Stage);

impl Site for Embedded {
    const COUNTS: (usize, usize, usize) = (6, 26, 25);

    fn new() -> Self {
        Self(Stage::of("examples/coffee-chain"))
    }

    fn stage(&self) -> &Stage {
        &self.0
    }

    fn apply(&self) -> Command {
        apply()
    }

    fn plan(&self) -> Command {
        plan()
    }

    fn platform(&self) -> PathBuf {
        self.0.folder.path().join(".minisync")
    }
}

/// The chain some days later: most have accepted, and much is to be taken, changed and sent again.
pub(super) struct Later(Stage);

impl Later {
    fn prepared() -> Stage {
        let stage = Stage::of("examples/coffee-chain");
        let done = |arguments: &[&str]| {
            let said = stage.minisync(arguments);
            assert_eq!(said.status, 0, "{said:?}");
            said.stdout
        };
        done(&["apply", "--yes", "--quiet"]);
        let invited: Value =
            serde_json::from_str(&done(&["invitations", "--format", "json"])).unwrap();
        let everybody = invited["invitations"].as_array().unwrap();
        let everybody = everybody.iter().map(|it| it["email"].as_str().unwrap());
        let slow = ["dewi@agency.example.org", "luo.lan@example.cn"];
        let accepting: Vec<_> = everybody.filter(|email| !slow.contains(email)).collect();
        done(&[&["sandbox", "accept"][..], &accepting].concat());
        done(&["sandbox", "clock", "+4d"]);
        for (roster, person, says) in EDITS {
            let path = stage.folder.path().join(format!("rosters/{roster}.yaml"));
            let text = fs::read_to_string(&path).unwrap();
            let edited = text.lines().filter_map(|line| match line.split_once(person) {
                Some((head, _)) => says.map(|says| format!("{head}{person}, {says} }}\n")),
                None => Some(format!("{line}\n")),
            });
            fs::write(path, edited.collect::<String>()).unwrap();
        }
        edit(&stage, "minisync.yaml", "owner:", "policy: { prune: true }\nowner:");
        edit(&stage, "programs/coffee.yaml", "A good cup", "Another good cup");
        fs::remove_file(stage.folder.path().join("programs/rewards.yaml")).unwrap();
        stage
    }
}

/// What the rosters say of people from then on: of each kind of step, one or more.
const EDITS: [(&str, &str, Option<&str>); 9] = [
    ("partners", "jonas@agency.example.org", None),
    ("partners", "dewi@agency.example.org", Some("role: developer, miniPrograms: [beans]")),
    ("shops", "liu.yang@example.com", Some("role: master")),
    ("shops", "zhou.jie@example.com", Some("role: developer, miniPrograms: [coffee]")),
    ("shops", "wu.min@example.com", Some("role: developer, miniPrograms: [delivery, coffee]")),
    (
        "shops",
        "ma.chao@example.com",
        Some("role: developer, miniPrograms: [bakery], blocked: true"),
    ),
    ("shops", "hu.bo@example.com", Some("role: developer, miniPrograms: [coffee]")),
    ("shops", "guo.xue@example.com", Some("role: developer, miniPrograms: [coffee]")),
    ("shops", "he.qiang@example.com", Some("role: developer, miniPrograms: [coffee]")),
];

fn edit(stage: &Stage, name: &str, from: &str, to: &str) {
    let path = stage.folder.path().join(name);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{from}");
    fs::write(path, text.replace(from, to)).unwrap();
}

impl Site for Later {
    const COUNTS: (usize, usize, usize) = (5, 25, 27);

    fn new() -> Self {
        static PREPARED: LazyLock<Stage> = LazyLock::new(Later::prepared);
        let stage = Stage::empty();
        for (path, bytes) in files(PREPARED.folder.path()) {
            let copy = stage.folder.path().join(path);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::write(copy, bytes).unwrap();
        }
        Self(stage)
    }

    fn stage(&self) -> &Stage {
        &self.0
    }

    fn apply(&self) -> Command {
        apply()
    }

    fn plan(&self) -> Command {
        plan()
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
    const COUNTS: (usize, usize, usize) = Embedded::COUNTS;

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

    fn plan(&self) -> Command {
        let mut command = plan();
        command.env("MY_TOKEN", &self.token);
        command
    }

    fn platform(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// The server hands them over when it comes to it.
    fn mails(&self) -> Vec<String> {
        let rows = Connection::open(self.platform().join("sandbox.db")).unwrap();
        let mut query = rows.prepare("SELECT recipient FROM mail ORDER BY recipient").unwrap();
        let mails = query.query_map([], |row| row.get(0)).unwrap();
        mails.map(Result::unwrap).collect()
    }
}
