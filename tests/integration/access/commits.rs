//! The commit that goes with every write.

use super::repository::{PROJECT, Repository, steady};
use crate::stage::MINISYNC;
use minisync::{
    platform::sandbox::{COMMIT_HEADER, NewWorkspace, Person},
    provider::{Api, Secret},
    sandbox::{self, Config, Server},
};
use reqwest::Method;
use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    process::Command,
    sync::{Arc, Mutex},
    thread,
};

/// Hands everything on, and keeps what the client said.
fn listening_in(to: String, heard: Arc<Mutex<Vec<u8>>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut server = TcpStream::connect(&to).unwrap();
            let (mut back, mut answers) =
                (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || {
                std::io::copy(&mut answers, &mut back).unwrap_or_default();
                back.shutdown(Shutdown::Both).unwrap_or_default();
            });
            let heard = heard.clone();
            thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(n) = client.read(&mut buffer) {
                    if n == 0 || server.write_all(&buffer[..n]).is_err() {
                        break;
                    }
                    heard.lock().unwrap().extend(&buffer[..n]);
                }
                server.shutdown(Shutdown::Both).unwrap_or_default();
            });
        }
    });
    url
}

async fn served() -> (Server, String) {
    let server = sandbox::serve(Config::new(Arc::new(minisync::engine::clock::now))).await.unwrap();
    let api = Api::new(server.url().parse().unwrap()).unwrap();
    let operator = Secret::new(server.operator_token().reveal());
    let owner = Person { name: "An Owner".into(), email: "owner@example.com".into() };
    let body = NewWorkspace { id: "acme".into(), owner };
    let request = api.request(Method::POST, &["workspaces"], &operator);
    api.send(request.header("Idempotency-Key", "w").json(&body)).await.unwrap();
    let request = api.request(Method::POST, &["tokens"], &operator);
    let body = serde_json::json!({ "email": "owner@example.com" });
    let request = request.header("Idempotency-Key", "t").json(&body);
    let token: serde_json::Value = api.json(request).await.unwrap();
    (server, token["token"].as_str().unwrap().to_owned())
}

/// What was said to the platform by a command: the lines that matter, each request's first.
fn requests(
    project: &Repository,
    token: &str,
    heard: &Mutex<Vec<u8>>,
    args: &[&str],
) -> Vec<String> {
    heard.lock().unwrap().clear();
    let mut command = Command::new("env");
    command.arg(format!("MY_TOKEN={token}")).arg(MINISYNC).args(args);
    let said = project.run(&mut command);
    assert_eq!(said.status, 0, "{}", said.stderr);
    let text = String::from_utf8_lossy(&heard.lock().unwrap()).into_owned();
    let mut requests: Vec<String> = Vec::new();
    for line in text.lines() {
        // A body ends where the next request begins, without a line end.
        if let Some((before, _)) = line.rsplit_once(" /v1/") {
            let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
            let method = methods.into_iter().find(|method| before.ends_with(method)).unwrap();
            requests.push(method.to_owned());
        }
        if let Some(commit) = line.strip_prefix(&format!("{COMMIT_HEADER}: ")) {
            let request = requests.last_mut().unwrap();
            *request = format!("{request} {}", steady(commit));
        }
    }
    requests.sort();
    requests.dedup();
    requests
}

#[tokio::test(flavor = "multi_thread")]
async fn every_write_of_apply_names_the_commit_and_no_reading_does() {
    let (server, token) = served().await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let to = server.url().trim_start_matches("http://").to_owned();
    let url = listening_in(to, heard.clone());
    let project = Repository::new();
    let environment = format!(
        "environments:\n  staging: {{ platform: sandbox, url: \"{url}\", \
         credential: {{ env: MY_TOKEN }} }}\nenvironment: staging\n"
    );
    project.write("minisync.yaml", &(PROJECT.to_owned() + &environment));
    project.commit("a platform");
    let head = project.git(&["rev-parse", "--short=10", "HEAD"]);
    assert_eq!(requests(&project, &token, &heard, &["plan"]), ["GET"]);
    project.write("notes.txt", "of no importance");
    let done = requests(&project, &token, &heard, &["apply", "--yes"]);
    assert_eq!(done, ["GET", "POST HASH"], "{head}");
    project.write("more.yaml", &super::repository::program("more"));
    let done = requests(&project, &token, &heard, &["apply", "--yes"]);
    assert_eq!(done.len(), 2, "{done:?}");
    assert!(done[1].ends_with("-dirty"), "{done:?}");
    server.shutdown().await;
}
