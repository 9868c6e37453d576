//! `kill -9` loses nothing that was answered.

use super::platform::{Answer, send};
use futures::future::join_all;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

pub(crate) const OPERATOR: &str = "an-operator's-token-for-this-test";

pub(crate) struct Process {
    child: Child,
    /// Who writes to nobody ends.
    _says: BufReader<ChildStdout>,
    pub(crate) url: String,
    client: Client,
}

impl Process {
    pub(crate) fn start(file: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_minisync"))
            .args(["sandbox", "serve", "--listen", "127.0.0.1:0", "--operator-token", OPERATOR])
            .arg("--data")
            .arg(file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut says = BufReader::new(child.stdout.take().unwrap());
        says.read_line(&mut line).unwrap();
        let url = line.split(' ').find(|word| word.starts_with("http://")).unwrap().to_owned();
        Self { child, _says: says, url, client: Client::new() }
    }

    fn request(&self, token: &str, method: Method, path: &str, key: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        request.bearer_auth(token).header("idempotency-key", key)
    }

    pub(crate) async fn post(&self, token: &str, path: &str, key: &str, body: Value) -> Answer {
        send(self.request(token, Method::POST, path, key).json(&body)).await
    }

    /// As a service is stopped: it may finish what it has begun.
    fn stop(mut self) {
        let mut kill = Command::new("kill");
        assert!(kill.arg("-TERM").arg(self.child.id().to_string()).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have been killed already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn invitation(n: usize) -> RequestOf {
    let body = json!({
        "name": "A Person", "email": format!("person{n}@example.com"), "role": "master",
    });
    RequestOf { key: format!("invite-{n}"), body }
}

struct RequestOf {
    key: String,
    body: Value,
}

const MEMBERS: &str = "/v1/workspaces/acme/members";

/// Invites eight at a time until the server is gone; whatever was answered.
async fn invite_until_killed(
    process: Process,
    owner: &str,
    first: usize,
    kill_after: usize,
) -> Vec<(usize, Value)> {
    let n_answered = AtomicUsize::new(0);
    let (client, url) = (process.client.clone(), process.url.clone());
    let process = std::sync::Mutex::new(Some(process));
    let lanes = (0..8).map(|lane| {
        let (client, url, process, n_answered) = (&client, &url, &process, &n_answered);
        async move {
            let mut answered = Vec::new();
            for n in (first + lane..).step_by(8) {
                let RequestOf { key, body } = invitation(n);
                let request = client.post(format!("{url}{MEMBERS}")).bearer_auth(owner);
                let Ok(answer) = request.header("idempotency-key", key).json(&body).send().await
                else {
                    break;
                };
                assert_eq!(answer.status(), 201);
                let Ok(body) = answer.json::<Value>().await else { break };
                answered.push((n, body));
                if n_answered.fetch_add(1, Ordering::SeqCst) == kill_after
                    && let Some(process) = process.lock().unwrap().take()
                {
                    process.kill();
                }
            }
            answered
        }
    });
    join_all(lanes).await.concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_answered_before_a_kill_is_there_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    let process = Process::start(&file);
    let acme = json!({ "id": "acme", "owner": { "name": "O", "email": "owner@example.com" } });
    assert_eq!(process.post(OPERATOR, "/v1/workspaces", "w", acme).await.status, 201);
    let body = json!({ "email": "owner@example.com" });
    let answer = process.post(OPERATOR, "/v1/tokens", "t", body).await;
    let owner = answer.body["token"].as_str().unwrap().to_owned();
    process.kill();

    let mut answered = Vec::new();
    for round in 0..3 {
        let process = Process::start(&file);
        let first = round * 1_000;
        answered.extend(invite_until_killed(process, &owner, first, 20 + 13 * round).await);
    }
    assert!(answered.len() >= 20 + 33 + 46, "{}", answered.len());

    let process = Process::start(&file);
    for (n, member) in answered {
        let path = format!("{MEMBERS}/{}", member["id"].as_str().unwrap());
        let found = send(process.request(&owner, Method::GET, &path, "")).await;
        assert_eq!((found.status.as_u16(), found.body), (200, member.clone()));
        // Nothing is done twice either.
        let RequestOf { key, body } = invitation(n);
        let again = process.post(&owner, MEMBERS, &key, body).await;
        assert_eq!((again.status.as_u16(), again.body), (201, member));
    }
    let page = send(process.request(&owner, Method::GET, MEMBERS, "")).await;
    process.stop();
    // One mail to each who was invited, and none to anybody else.
    let n_invited = page.body["total"].as_u64().unwrap() - 1;
    let mails = std::fs::read_dir(folder.path().join("outbox")).unwrap();
    let recipients: Vec<_> = mails
        .map(|mail| std::fs::read_to_string(mail.unwrap().path()).unwrap())
        .filter_map(|mail| Some(mail.lines().find(|line| line.starts_with("To: "))?.to_owned()))
        .collect();
    assert_eq!(recipients.len() as u64, n_invited);
    assert_eq!(recipients.iter().collect::<BTreeSet<_>>().len() as u64, n_invited);
}
