//! A generated project and a sandbox server of its own, with a counter between them.

use crate::{counter::Counter, fleet, fleet::Size};
use serde_json::json;
use std::{
    fs,
    io::{self, BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

pub(crate) const MINISYNC: &str = env!("CARGO_BIN_EXE_minisync");
const OPERATOR: &str = "operator-of-the-bench";
const OWNER: &str = "wang.fang@example.com";

type Error = Box<dyn std::error::Error>;

#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) counter: Counter,
    token: String,
    server: Child,
}

impl Site {
    /// Everything is there but the programs and the people.
    pub(crate) fn new(size: Size, latency: Duration) -> Result<Self, Error> {
        let folder = tempfile::tempdir()?;
        fleet::write(folder.path(), size)?;
        let (server, address) = serve(folder.path(), latency)?;
        let counter = Counter::before(address)?;
        point(folder.path(), counter.address)?;
        let token = tokio::runtime::Runtime::new()?.block_on(furnish(address, size.workspaces))?;
        Ok(Self { folder, counter, token, server })
    }

    /// A command in the project, `minisync …` as one would type it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(MINISYNC);
        command
            .arg("--quiet")
            .args(arguments)
            .current_dir(&self.folder)
            .env("MINISYNC_TOKEN", &self.token);
        command
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let ended = self.server.kill().and_then(|()| self.server.wait());
        ended.expect("the server runs until it is killed");
    }
}

fn serve(folder: &Path, latency: Duration) -> io::Result<(Child, SocketAddr)> {
    let mut server = Command::new(MINISYNC)
        .args(["sandbox", "serve", "--listen", "127.0.0.1:0", "--operator-token", OPERATOR])
        .args(["--latency", &latency.as_millis().to_string(), "--data"])
        .arg(folder.join("sandbox.db"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut line = String::new();
    let output = server.stdout.take().expect("the output is piped");
    BufReader::new(output).read_line(&mut line)?;
    // `Sandbox at http://127.0.0.1:34567 keeping …`
    let address = line.split("http://").nth(1).and_then(|rest| rest.split_whitespace().next());
    let address = address.and_then(|text| text.trim_end_matches('/').parse().ok());
    address.map(|address| (server, address)).ok_or_else(|| io::Error::other(line))
}

/// Points the project at the counter.
fn point(folder: &Path, address: SocketAddr) -> io::Result<()> {
    let path = folder.join("minisync.yaml");
    let environment = format!(
        "environments:\n  served:\n    platform: sandbox\n    url: http://{address}\n    \
         credential: {{ env: MINISYNC_TOKEN }}\nenvironment: served\n"
    );
    fs::write(&path, fs::read_to_string(&path)? + &environment)
}

/// Makes the workspaces; gives their owner's token.
async fn furnish(address: SocketAddr, n_workspaces: usize) -> Result<String, Error> {
    let client = reqwest::Client::new();
    for index in 0..n_workspaces {
        let id = fleet::workspace_id(index);
        let body = json!({ "id": id, "owner": { "name": "王芳", "email": OWNER } });
        let request = client.post(format!("http://{address}/v1/workspaces")).json(&body);
        let request = request.bearer_auth(OPERATOR).header("Idempotency-Key", id);
        request.send().await?.error_for_status()?;
    }
    let request =
        client.post(format!("http://{address}/v1/tokens")).json(&json!({ "email": OWNER }));
    let request = request.bearer_auth(OPERATOR).header("Idempotency-Key", "token");
    let answer: serde_json::Value = request.send().await?.error_for_status()?.json().await?;
    Ok(answer["token"].as_str().ok_or("no token")?.to_owned())
}
