//! Waiting for people, until they have answered or the time is up.

use super::scene::{Scene, told};
use minisync::{
    engine::clock,
    platform::sandbox as wire,
    provider::{Api, Secret, fresh_key, issue_token},
    sandbox::{self, Config, Server},
};
use reqwest::Method;
use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStderr, Command, Stdio},
    sync::Arc,
};

const MEI: &str = "mei.chen@example.com";
const LIN: &str = "lin.wei@example.com";

/// A sandbox that others serve, and people who can be made to answer.
struct Platform {
    server: Server,
    api: Api,
    operator: Secret,
}

impl Platform {
    async fn new() -> Self {
        let server = sandbox::serve(Config::new(Arc::new(clock::now))).await.unwrap();
        let api = Api::new(server.url().parse().unwrap()).unwrap();
        let operator = Secret::new(server.operator_token().reveal());
        let platform = Self { server, api, operator };
        let owner = wire::Person { name: "An Owner".into(), email: "owner@example.com".into() };
        let body = wire::NewWorkspace { id: "acme".into(), owner };
        let request = platform
            .api
            .request(Method::POST, &["workspaces"], &platform.operator)
            .header("Idempotency-Key", fresh_key().unwrap().as_str())
            .json(&body);
        platform.api.send(request).await.unwrap();
        platform
    }

    async fn token(&self, who: &str) -> Secret {
        issue_token(&self.api, &self.operator, &who.parse().unwrap()).await.unwrap()
    }

    /// The way a token gets into the environment of a command.
    async fn written_token(&self, who: &str) -> String {
        let body = wire::NewToken { email: who.into() };
        let request = self.api.request(Method::POST, &["tokens"], &self.operator).json(&body);
        let request = request.header("Idempotency-Key", fresh_key().unwrap().as_str());
        self.api.json::<wire::Token>(request).await.unwrap().token
    }

    async fn accept(&self, who: &str) {
        let path = ["workspaces", "acme", "members"];
        let request = self.api.request(Method::GET, &path, &self.operator);
        let members: wire::Page<wire::Member> = self.api.json(request).await.unwrap();
        let member = members.items.iter().find(|member| member.email == who).unwrap();
        let path = ["workspaces", "acme", "members", &member.id, "accept"];
        let request = self.api.request(Method::POST, &path, &self.token(who).await);
        let request = request.header("Idempotency-Key", fresh_key().unwrap().as_str());
        self.api.send(request).await.unwrap();
    }

    /// The example in which a master creates, for this platform.
    async fn command(&self, scene: &Scene, args: &[&str]) -> Command {
        let url = self.server.url();
        scene.write(
            "minisync.yaml",
            &format!(
                "apiVersion: minisync.dev/v1\nkind: Project\nworkspace: acme\nenvironments:\n  \
                 here:\n    platform: sandbox\n    url: \"{url}\"\n    \
                 credential: {{ env: OWNER_TOKEN }}\n    \
                 masters: {{ {MEI}: {{ env: MEI_TOKEN }} }}\n"
            ),
        );
        let mut command = scene.command(args);
        command.env("OWNER_TOKEN", self.written_token("owner@example.com").await);
        command.env("MEI_TOKEN", self.written_token(MEI).await);
        command
    }
}

fn spawned(command: &mut Command) -> (Child, BufReader<ChildStderr>) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let talk = BufReader::new(child.stderr.take().unwrap());
    (child, talk)
}

fn read_until(talk: &mut BufReader<ChildStderr>, words: &str) {
    let (mut line, mut all) = (String::new(), String::new());
    while !line.contains(words) {
        line.clear();
        assert_ne!(talk.read_line(&mut line).unwrap(), 0, "no `{words}` in {all}");
        all.push_str(&line);
    }
}

fn ended(mut child: Child, mut talk: BufReader<ChildStderr>) -> (Option<i32>, String, String) {
    let (mut out, mut rest) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    talk.read_to_string(&mut rest).unwrap();
    (child.wait().unwrap().code(), out, rest)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_apply_sees_it_through_from_the_first_invitation_to_the_last_answer() {
    let (platform, scene) = (Platform::new().await, Scene::example("master"));
    let args = ["apply", "--yes", "--wait", "1m", "--every", "100ms"];
    let (child, mut talk) = spawned(&mut platform.command(&scene, &args).await);
    read_until(&mut talk, "Waiting for 陈梅 (3 days left), for 1 minute at most.");
    platform.accept(MEI).await;
    read_until(&mut talk, "done: create coffee");
    read_until(&mut talk, "Waiting for 林伟");
    platform.accept(LIN).await;
    let (status, out, rest) = ended(child, talk);
    assert_eq!(status, Some(0), "{out}{rest}");
    assert!(out.ends_with("In sync: 1 program, 2 people.\n"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_get_one_report_of_all_that_was_done() {
    let (platform, scene) = (Platform::new().await, Scene::example("master"));
    let args = ["apply", "--yes", "--format", "json", "--wait", "1m", "--every", "100ms"];
    let (child, mut talk) = spawned(&mut platform.command(&scene, &args).await);
    read_until(&mut talk, "Waiting for 陈梅");
    platform.accept(MEI).await;
    read_until(&mut talk, "Waiting for 林伟");
    platform.accept(LIN).await;
    let (status, out, rest) = ended(child, talk);
    assert_eq!(status, Some(0), "{out}{rest}");
    let read: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&read["counts"]["done"], &read["complete"]), (&3.into(), &true.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_meanwhile_ends_the_wait_and_everything_is_told() {
    let (platform, scene) = (Platform::new().await, Scene::example("master"));
    let args = ["apply", "--yes", "--format", "json", "--wait", "1m", "--every", "100ms"];
    let (child, mut talk) = spawned(&mut platform.command(&scene, &args).await);
    read_until(&mut talk, "Waiting for 陈梅");
    let _ledger = scene.filled_ledger("program");
    platform.accept(MEI).await;
    let (status, out, rest) = ended(child, talk);
    assert_eq!(status, Some(5), "{out}{rest}");
    assert!(rest.contains("the disk is full"), "{rest}");
    let read: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&read["counts"]["steps"], &read["counts"]["notStarted"]), (&3.into(), &1.into()));
}

#[test]
fn when_the_time_is_up_the_status_is_3_and_says_who_is_missing() {
    let scene = Scene::example("quickstart");
    let run = scene.run(&["apply", "--yes", "--wait", "200ms", "--every", "100ms"]);
    assert_eq!(run.status, 3, "{}", run.err);
    assert!(run.err.contains("The time is up."), "{}", run.err);
    assert!(run.out.ends_with("Waiting for 1 of 1 person.\n"), "{}", run.out);
    let json = scene.run(&["apply", "--yes", "--wait", "0s", "--format", "json"]);
    assert_eq!(json.status, 3, "{}", json.err);
    serde_json::from_str::<serde_json::Value>(&json.out).unwrap();
}

#[test]
fn with_nobody_to_wait_for_there_is_no_waiting() {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    assert_eq!(scene.run(&["sandbox", "refuse", LIN]).status, 0);
    let run = scene.run(&["apply", "--yes", "--wait", "1h"]);
    assert_eq!(run.status, 3, "{}", run.err);
    assert!(run.out.ends_with("Nobody is waited for: 1 thing needs somebody to decide.\n"));
}

#[test]
fn nobody_waits_for_what_nobody_agreed_to() {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    // There is nothing to do before somebody answers.
    let run = scene.run(&["apply", "--wait", "1h"]);
    assert_eq!(run.status, 4, "{}", run.err);
    assert!(run.err.contains("nobody is there to ask"), "{}", run.err);
    assert_eq!(scene.run(&["sandbox", "accept", LIN]).status, 0);
    assert_eq!(scene.run(&["apply", "--wait", "1h"]).status, 0, "nothing is waited for");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_told_when_the_ledger_fails_between_two_passes() {
    let (platform, scene) = (Platform::new().await, Scene::example("master"));
    let args = ["apply", "--yes", "--format", "json", "--wait", "1m", "--every", "100ms"];
    let (child, mut talk) = spawned(&mut platform.command(&scene, &args).await);
    read_until(&mut talk, "Waiting for 陈梅");
    let _ledger = scene.filled_ledger("member");
    platform.accept(MEI).await;
    let (status, out, rest) = ended(child, talk);
    assert_eq!(status, Some(5), "{out}{rest}");
    let read: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&read["counts"]["done"], &read["complete"]), (&1.into(), &true.into()));
    assert!(rest.contains("the disk is full"), "{rest}");
}

#[test]
fn a_rail_that_holds_meanwhile_does_not_hide_what_was_done() {
    let scene = Scene::example("quickstart");
    let tomorrow =
        jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date().tomorrow().unwrap();
    let people = ["ann", "bo"].map(|who| {
        format!(
            "    - {{ name: {who}, email: {who}@example.com, role: master, until: {tomorrow} }}
"
        )
    });
    let head = "apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: more }
";
    scene.write(
        "more.yaml",
        &format!(
            "{head}spec:
  members:
{}",
            people.concat()
        ),
    );
    let args = ["apply", "--yes", "--wait", "1m", "--every", "100ms"];
    let (child, mut talk) = spawned(&mut scene.command(&args));
    read_until(&mut talk, "Waiting for ");
    assert_eq!(scene.run(&["sandbox", "clock", "+2d"]).status, 0);
    let (status, out, rest) = ended(child, talk);
    assert_eq!(status, Some(5), "{out}{rest}");
    assert!(out.contains("2 people lose access"), "{out}");
    assert!(rest.contains("nothing was done of this plan"), "{rest}");
}

#[test]
fn whoever_interrupts_a_wait_loses_nothing() {
    let scene = Scene::example("quickstart");
    let (child, mut talk) = spawned(&mut scene.command(&["apply", "--yes", "--wait", "1h"]));
    read_until(&mut talk, "Waiting for 林伟");
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let (status, out, rest) = ended(child, talk);
    assert_eq!(status, Some(130), "{rest}");
    assert!(rest.contains("`minisync apply` goes on from here"), "{rest}");
    assert!(out.ends_with("Waiting for 1 of 1 person.\n"), "{out}");
    assert_eq!(scene.run(&["status", "--detailed-exitcode"]).status, 3);
}

#[test]
fn a_wait_that_makes_no_sense_is_64() {
    let scene = Scene::example("quickstart");
    scene.write("plan.json", "{}");
    for args in [
        &["apply", "--wait", "soon"][..],
        &["apply", "--wait", "-5m"],
        &["apply", "--every", "1s"],
        &["apply", "--wait", "1m", "--every", "1ms"],
        &["apply", "--wait", "1m", "plan.json"],
    ] {
        let run = told(&scene.command(args).output().unwrap());
        assert_eq!(run.status, 64, "{args:?}: {}", run.err);
    }
}
