//! Wrong input, missing credentials, platforms out of order.

use super::scene::{Run, Scene, told};
use crate::sandbox::platform::{Platform, Token};
use serde_json::json;
use std::{
    fs::{self, Permissions},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
};

/// A project whose environment is at `url`.
fn remote(url: &str) -> Scene {
    let scene = Scene::example("quickstart");
    scene.write(
        "minisync.yaml",
        &format!(
            "apiVersion: minisync.dev/v1\nkind: Project\nenvironments:\n  \
             staging: {{ platform: sandbox, url: \"{url}\", credential: {{ env: MY_TOKEN }} }}\n"
        ),
    );
    scene
}

/// A server on loopback that says the same to everybody.
fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let mut request = [0; 4096];
            if stream.read(&mut request).is_ok() {
                stream.write_all(answer.as_bytes()).unwrap_or_default();
            }
        }
    });
    url
}

/// Two teams of one project: `acme` is our owner's, and `other` is somebody else's who lets us in
/// as a master; the path of that membership, and the somebody.
async fn two_customers(platform: &Platform) -> (Scene, String, Token) {
    let ours = platform.acme().await;
    let owner = json!({ "name": "Somebody", "email": "somebody@example.com" });
    let body = json!({ "id": "other", "owner": owner });
    assert_eq!(platform.post(&platform.operator(), "/v1/workspaces", body).await.status, 201);
    let somebody = platform.token("somebody@example.com").await;
    let us = json!({ "name": "Us", "email": "owner@example.com", "role": "master" });
    let invited = platform.post(&somebody, "/v1/workspaces/other/members", us).await;
    let path = format!("/v1/workspaces/other/members/{}", invited.id());
    assert_eq!(platform.step(&ours, &format!("{path}/accept")).await.status, 200);
    let scene = remote(platform.server.url());
    fs::remove_file(scene.path().join("coffee.yaml")).unwrap();
    scene.write("token", &ours.0);
    let project = fs::read_to_string(scene.path().join("minisync.yaml")).unwrap();
    scene.write("minisync.yaml", &project.replace("{ env: MY_TOKEN }", "{ file: token }"));
    for (team, person) in [("acme", "ann"), ("other", "bob")] {
        let roster = format!(
            "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: {{ name: {team} }}\nspec:\n  \
             workspace: {team}\n  \
             members: [{{ name: {person}, email: {person}@example.com, role: master }}]\n"
        );
        scene.write(&format!("{team}.yaml"), &roster);
    }
    (scene, path, somebody)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_lets_us_in_no_more_stops_no_other() {
    let platform = Platform::start().await;
    let (scene, membership, somebody) = two_customers(&platform).await;
    assert_eq!(scene.run(&["plan", "--detailed-exitcode"]).status, 2);
    assert_eq!(platform.delete(&somebody, &membership).await.status, 204);
    let plan = scene.run(&["plan"]);
    assert_eq!(plan.status, 1, "{}{}", plan.out, plan.err);
    assert!(plan.out.contains("+ ann <ann@example.com>"), "{}", plan.out);
    let why = plan.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(why.contains("error: workspace other: cannot use it: "), "{why}");
    assert!(why.contains("is our account in it?"), "{why}");
    let applied = scene.run(&["apply", "--yes"]);
    assert_eq!(applied.status, 5, "{}{}", applied.out, applied.err);
    assert!(applied.out.contains("Applied: 1 person invited."), "{}", applied.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_only_we_remember_stops_no_other() {
    let platform = Platform::start().await;
    let (scene, membership, somebody) = two_customers(&platform).await;
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    fs::remove_file(scene.path().join("other.yaml")).unwrap();
    assert_eq!(platform.delete(&somebody, &membership).await.status, 204);
    scene.write(
        "acme.yaml",
        &fs::read_to_string(scene.path().join("acme.yaml")).unwrap().replace("ann", "ada"),
    );
    let applied = scene.run(&["apply", "--yes"]);
    assert_eq!(applied.status, 5, "{}{}", applied.out, applied.err);
    assert!(applied.out.contains("1 person invited"), "{}", applied.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_moment_at_the_first_requests_is_passed_over() {
    let platform = Platform::start().await;
    let (scene, ..) = two_customers(&platform).await;
    for mishap in ["limited", "unavailable", "reset"] {
        for at in ["me", "workspaces/acme"] {
            let body = json!({ "mishap": format!("{mishap}:at={at}:times=1") });
            let armed = platform.post(&platform.operator(), "/v1/mishaps", body).await;
            assert_eq!(armed.status, 201, "{}", armed.body);
            let plan = scene.run(&["plan"]);
            assert_eq!(plan.status, 0, "{mishap} at {at}: {}{}", plan.out, plan.err);
        }
    }
}

fn plan_with_token(scene: &Scene) -> Run {
    told(&scene.command(&["plan"]).env("MY_TOKEN", "some-token").output().unwrap())
}

#[test]
fn a_missing_credential_is_named() {
    let run = remote("http://127.0.0.1:1").run(&["plan"]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("$MY_TOKEN is not set"), "{}", run.err);
    assert!(run.err.contains("help: set MY_TOKEN"), "{}", run.err);
}

#[test]
fn a_platform_that_is_not_there_is_said_to_be_so() {
    // A port that was just free: nobody listens.
    let url = format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let run = plan_with_token(&remote(&url));
    assert_eq!(run.status, 1);
    assert!(run.err.contains("cannot reach"), "{}", run.err);
}

#[test]
fn a_web_page_is_no_platform() {
    let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    let run = plan_with_token(&remote(&server(page)));
    assert_eq!(run.status, 1);
    assert!(run.err.contains("a web page instead of data"), "{}", run.err);
}

#[test]
fn a_wrong_token_is_said_and_never_shown() {
    let denied = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n";
    let run = plan_with_token(&remote(&server(denied)));
    assert_eq!(run.status, 1);
    assert!(run.err.contains("does not accept our credential"), "{}", run.err);
    assert!(!run.err.contains("some-token") && !run.out.contains("some-token"));
}

#[test]
fn a_credential_that_is_no_token_is_refused_and_not_repeated() {
    let scene = remote("http://127.0.0.1:1");
    let run = told(&scene.command(&["plan"]).env("MY_TOKEN", "my secret").output().unwrap());
    assert_eq!(run.status, 1);
    assert!(run.err.contains("is not a token"), "{}", run.err);
    assert!(!run.err.contains("secret") && !run.out.contains("secret"), "{}", run.err);
}

#[test]
fn an_unknown_environment_lists_the_known_ones() {
    let run = remote("http://127.0.0.1:1").run(&["plan", "--env", "prod"]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("there is no environment `prod`"), "{}", run.err);
    assert!(run.err.contains("staging"), "{}", run.err);
}

#[test]
fn without_somebody_to_ask_nothing_is_done() {
    let scene = Scene::example("quickstart");
    let run = told(&scene.command(&["apply"]).stdin(Stdio::null()).output().unwrap());
    assert_eq!(run.status, 4);
    assert!(run.err.contains("--yes"), "{}", run.err);
    assert_eq!(scene.run(&["plan", "--detailed-exitcode"]).status, 2);
}

#[test]
fn findings_of_severity_error_stop_a_plan() {
    let scene = Scene::example("quickstart");
    scene.write("broken.yaml", "apiVersion: minisync.dev/v1\nkind: Rooster\n");
    let run = scene.run(&["plan"]);
    assert_eq!((run.status, run.out.as_str()), (1, ""));
    assert!(run.err.contains("unknown kind `Rooster`"), "{}", run.err);
    assert!(run.err.contains("broken.yaml:2:7"), "{}", run.err);
}

#[test]
fn nothing_to_work_with_says_what_was_looked_for() {
    let scene = Scene::example("quickstart");
    fs::remove_file(scene.path().join("coffee.yaml")).unwrap();
    let run = scene.run(&["check"]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("no manifest in"), "{}", run.err);
    assert!(run.err.contains("`.yaml`"), "{}", run.err);
}

#[test]
fn a_command_line_without_sense_is_64() {
    let scene = Scene::example("quickstart");
    for args in [&["plan", "--format", "xml"][..], &["plam"], &["explain", "MS9999"]] {
        assert_eq!(scene.run(args).status, 64, "{args:?}");
    }
    assert!(scene.run(&["plam"]).err.contains("plan"));
}

#[test]
fn a_ledger_that_fails_in_the_middle_hides_nothing_of_what_was_done() {
    let scene = Scene::example("coffee-chain");
    // Nobody is there to say yes, and the ledger is made.
    assert_eq!(scene.run(&["apply"]).status, 4);
    let ledger = scene.filled_ledger("member");
    let slow = "latency=100ms:writes:at=members:always";
    assert_eq!(scene.run(&["sandbox", "mishap", "add", slow]).status, 0);
    let run = scene.run(&["apply", "--yes", "--concurrency", "1"]);
    assert_eq!(run.status, 5, "{}", run.err);
    assert!(run.err.contains("cannot use the ledger"), "{}", run.err);
    assert!(run.err.contains("the disk is full"), "{}", run.err);
    // Another request may have been out by then: what is told is what was done.
    let n_mails = fs::read_dir(scene.path().join(".minisync/outbox")).unwrap().count();
    let people = if n_mails == 1 { "1 person".to_owned() } else { format!("{n_mails} people") };
    let done = format!("Applied: 6 programs created, {people} invited.");
    assert!(run.out.contains(&done), "{}", run.out);
    assert!(run.out.contains(&format!("Of 31 steps, {} not begun.", 25 - n_mails)), "{}", run.out);
    assert!(n_mails < 5, "{}", run.out);
    ledger.execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(scene.run(&["sandbox", "mishap", "clear"]).status, 0);
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    assert_eq!(scene.run(&["plan", "--detailed-exitcode"]).status, 3);
}

#[test]
fn where_nobody_can_be_asked_nothing_is_done() {
    let scene = Scene::example("quickstart");
    let refused = |args: &[&str], verb: &str| {
        let run = scene.run(args);
        assert_eq!(run.status, 4, "{}", run.err);
        let help = format!("pass `--yes` to {verb} without being asked");
        for told in ["nobody is there to ask, so nothing was done", &help] {
            assert!(run.err.contains(told), "{}", run.err);
        }
    };
    refused(&["apply"], "apply");
    assert_eq!(scene.run(&["plan", "--detailed-exitcode"]).status, 2);
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    refused(&["sandbox", "reset"], "reset");
    assert_eq!(scene.run(&["plan", "--detailed-exitcode"]).status, 3);
    assert_eq!(scene.run(&["sandbox", "reset", "--yes"]).status, 0);
    assert_eq!(scene.run(&["plan", "--detailed-exitcode"]).status, 2);
}

#[test]
fn two_runs_at_once_do_not_meet() {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["plan"]).status, 0);
    let lock = fs::File::create(scene.path().join(".minisync/apply.lock")).unwrap();
    lock.lock().unwrap();
    let run = scene.run(&["apply", "--yes"]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("another minisync is at work"), "{}", run.err);
    lock.unlock().unwrap();
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
}

#[test]
fn who_is_at_work_in_a_project_is_told_until_it_ends() {
    let scene = Scene::example("quickstart");
    let mut waiting = scene.command(&["apply", "--yes", "--wait", "1m"]);
    let mut waiting = waiting.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(waiting.stderr.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("embedded sandbox"));
    let who = format!("process {}, since 2", waiting.id());
    // While it is waited for, and at the end.
    for (patience, n_told) in [(&[][..], 1), (&["--lock-timeout", "300ms"], 2)] {
        let run = scene.run(&[&["apply", "--yes"], patience].concat());
        assert_eq!(run.status, 1);
        assert_eq!(run.err.matches(&who).count(), n_told, "{}", run.err);
        assert!(run.err.contains("this lock ends with that process"), "{}", run.err);
    }
    waiting.kill().unwrap();
    waiting.wait().unwrap();
    let run = scene.run(&["apply", "--yes"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let left = fs::read_to_string(scene.path().join(".minisync/apply.lock")).unwrap();
    assert_eq!(left, "");
}

#[test]
fn a_folder_that_cannot_be_written_is_said_to_be_so() {
    let scene = Scene::example("quickstart");
    fs::write(scene.path().join(".minisync"), "a file where a folder should be").unwrap();
    for (args, told) in
        [(&["plan"][..], "cannot use the ledger"), (&["apply", "--yes"], "cannot keep anything in")]
    {
        let run = scene.run(args);
        assert_eq!(run.status, 1);
        assert!(run.err.contains(told), "{}", run.err);
        assert!(run.err.contains("help:"), "{}", run.err);
    }
}

#[test]
fn what_is_kept_for_us_is_not_for_git() {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["plan"]).status, 0);
    let ignored = fs::read_to_string(scene.path().join(".minisync/.gitignore")).unwrap();
    assert_eq!(ignored, "*\n");
}

#[test]
fn a_pipe_that_is_closed_early_is_no_error() {
    let scene = Scene::example("coffee-chain");
    let program = assert_cmd::cargo::cargo_bin!("minisync").display().to_string();
    let script = format!(
        "'{program}' plan --all --format json 2>&1 >/dev/full; '{program}' schema | head -c 10"
    );
    let run = told(
        &Command::new("bash").args(["-c", &script]).current_dir(scene.path()).output().unwrap(),
    );
    assert!(run.out.contains("cannot write to standard output"), "{}", run.out);
    assert!(!run.err.contains("panicked"), "{}", run.err);
}

#[test]
fn init_writes_what_passes_and_overwrites_nothing() {
    let scene = Scene::example("quickstart");
    let folder = scene.path().join("new");
    let run = scene.run(&["init", "new", "--yes", "--ci", "github,gitlab"]);
    assert_eq!(run.status, 0, "{}", run.err);
    for name in [".github/workflows/minisync.yml", ".gitlab-ci.yml", "minisync.yaml"] {
        let mode = fs::metadata(folder.join(name)).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, Permissions::from_mode(0o644).mode() & 0o777, "{name}");
    }
    let check = scene.run(&["check", "new", "--deny-warnings"]);
    assert_eq!(check.status, 0, "{}{}", check.out, check.err);
    let again = scene.run(&["init", "new", "--yes"]);
    assert_eq!(again.status, 4);
    assert!(again.err.contains("would overwrite"), "{}", again.err);
}

#[test]
fn annotations_name_files_as_the_repository_does() {
    let scene = Scene::example("quickstart");
    fs::create_dir_all(scene.path().join(".git")).unwrap();
    let below = scene.path().join("teams/coffee");
    fs::create_dir_all(&below).unwrap();
    fs::write(below.join("minisync.yaml"), "apiVersion: minisync.dev/v1\nkind: Project\n").unwrap();
    fs::write(below.join("a.yaml"), "apiVersion: minisync.dev/v1\nkind: Rooster\n").unwrap();
    for command in ["check", "plan"] {
        let run = scene.run(&[command, "--format", "github", "teams/coffee"]);
        assert_eq!(run.status, 1);
        assert!(run.out.contains("file=teams/coffee/a.yaml,line=2,endLine=2,col=7"), "{}", run.out);
    }
}

#[test]
fn a_workspace_that_no_manifest_names_any_more_is_not_forgotten() {
    let scene = Scene::example("quickstart");
    let roster = |workspace: &str| {
        format!(
            "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: {{ name: r }}\nspec:\n  \
             workspace: {workspace}\n  \
             members: [{{ name: Ann, email: ann@example.com, role: master }}]\n"
        )
    };
    scene.write("roster.yaml", &roster("second"));
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    fs::remove_file(scene.path().join("roster.yaml")).unwrap();
    let plan = scene.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(plan.status, 2, "{}{}", plan.out, plan.err);
    assert!(plan.out.contains("Workspace second"), "{}", plan.out);
    // That nothing at all is asked for there may be a slip.
    assert_eq!(scene.run(&["apply", "--yes"]).status, 4);
    let json: serde_json::Value =
        serde_json::from_str(&scene.run(&["plan", "--format", "json"]).out).unwrap();
    let flag = json.pointer("/workspaces/1/dangers/0/allow").unwrap().as_str().unwrap();
    let run = scene.run(&["apply", "--yes", "--allow", flag]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert_eq!(scene.run(&["plan", "--detailed-exitcode"]).status, 3);
}

#[test]
fn a_reset_empties_the_sandbox_and_nobody_is_remembered() {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    let asked = told(&scene.command(&["sandbox", "reset"]).stdin(Stdio::null()).output().unwrap());
    assert_eq!(asked.status, 4, "{}", asked.err);
    assert_eq!(scene.run(&["sandbox", "reset", "--yes"]).status, 0);
    let plan = scene.run(&["plan"]);
    assert!(plan.out.contains("1 program to create, 1 person to invite"), "{}", plan.out);
}

#[test]
fn a_password_in_an_address_is_refused_and_not_repeated() {
    for url in ["http://ann:s3cret@127.0.0.1:1", "http://127.0.0.1:1/?token=s3cret"] {
        let scene = remote(url);
        let run = plan_with_token(&scene);
        assert_eq!(run.status, 1);
        assert!(run.err.contains("must not hold a user, a password"), "{}", run.err);
        let history = scene.run(&["history"]);
        assert_eq!(history.status, 1);
        assert!(history.err.contains("holds a user, a password"), "{}", history.err);
        for run in [run, history] {
            assert!(!run.err.contains("s3cret") && !run.out.contains("s3cret"), "{}", run.err);
        }
    }
}

#[test]
fn a_secret_in_the_project_file_is_found_and_not_shown() {
    for written in [
        "url: https://x.example.com, credential: hunter2",
        "url: https://x.example.com, credential: { env: hunter2! }",
        "url: 'https://x.example.com/?token=hunter2'",
        "mail: { smtp: 'smtp://ann:hunter2@mail.example.com' }",
    ] {
        let scene = Scene::example("quickstart");
        let project = format!(
            "apiVersion: minisync.dev/v1\nkind: Project\n\
             environments: {{ staging: {{ platform: sandbox, {written} }} }}\n"
        );
        fs::write(scene.path().join("minisync.yaml"), project).unwrap();
        for format in ["human", "json", "markdown", "github"] {
            let run = scene.run(&["check", "--format", format]);
            assert_eq!(run.status, 1, "{}", run.out);
            assert!(!(run.out + &run.err).contains("hunter2"), "{written} as {format}");
        }
    }
}

/// With nobody at the other end of standard output.
fn unread(scene: &Scene, args: &[&str]) -> Run {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = scene.command(args);
    told(
        &command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap(),
    )
}

#[test]
fn an_apply_that_nobody_reads_does_all_or_says_that_it_did_not() {
    let scene = Scene::example("quickstart");
    let run = unread(&scene, &["apply", "--yes"]);
    assert_eq!(run.status, 1, "{}", run.err);
    assert!(run.err.contains("nobody reads what is told any more"), "{}", run.err);
    assert_eq!(scene.run(&["status", "--detailed-exitcode"]).status, 2, "nothing was done");
    // Programs are told at the end, when all is done.
    assert_eq!(unread(&scene, &["apply", "--yes", "--format", "json"]).status, 0);
    assert_eq!(scene.run(&["status", "--detailed-exitcode"]).status, 3);
    assert_eq!(unread(&scene, &["plan"]).status, 0);
}

#[test]
fn what_nobody_reads_is_done_and_judged_all_the_same() {
    let scene = Scene::example("quickstart");
    assert_eq!(unread(&scene, &["plan", "--out", "plan.json"]).status, 0);
    assert_eq!(scene.run(&["show", "plan.json"]).status, 0, "it is there, and whole");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    assert_eq!(unread(&scene, &["status", "--detailed-exitcode"]).status, 3);
    fs::write(scene.path().join("a.yaml"), "kind:   Roster\n").unwrap();
    fs::write(scene.path().join("b.yaml"), "kind:   Roster\n").unwrap();
    assert_eq!(unread(&scene, &["fmt"]).status, 0);
    assert_eq!(unread(&scene, &["check"]).status, 1);
    for name in ["a.yaml", "b.yaml"] {
        let text = fs::read_to_string(scene.path().join(name)).unwrap();
        assert_eq!(text, "kind: Roster\n", "{name}");
    }
}

#[test]
fn no_word_from_outside_steers_the_terminal() {
    let scene = Scene::example("quickstart");
    let run = scene.run(&["plan", "--out", "a\u{1b}[2Jb.txt"]);
    assert_eq!(run.status, 64);
    assert!(run.err.contains("a␛[2Jb.txt"), "{}", run.err);
    assert!(!run.err.contains('\u{1b}'), "{:?}", run.err);
}

/// As nobody in particular.
fn git(scene: &Scene, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=A", "-c", "user.email=a@example.com"]).args(arguments);
    git.current_dir(scene.path()).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let run = told(&git.output().unwrap());
    assert_eq!(run.status, 0, "{arguments:?}: {}", run.err);
    run.out
}

fn commit_all(scene: &Scene) {
    git(scene, &["add", "--all"]);
    git(scene, &["commit", "--quiet", "--message", "more"]);
}

#[test]
fn a_commit_is_clean_only_with_the_logos_that_its_manifests_name() {
    let scene = Scene::example("master");
    let entries = fs::read_dir(scene.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let entries: Vec<_> = entries.collect();
    fs::create_dir(scene.path().join("shop")).unwrap();
    for name in entries {
        let to =
            if name == "logos" { "pictures".into() } else { PathBuf::from("shop").join(&name) };
        fs::rename(scene.path().join(&name), scene.path().join(to)).unwrap();
    }
    let manifest = fs::read_to_string(scene.path().join("shop/coffee.yaml")).unwrap();
    scene.write("shop/coffee.yaml", &manifest.replace("logo: logos/", "logo: ../pictures/"));
    git(&scene, &["init", "--quiet"]);
    scene.write(".gitignore", "plan.json\n");
    let is_dirty = || {
        let plan = scene.run(&["plan", "shop", "--out", "plan.json", "--quiet"]);
        assert_eq!(plan.status, 0, "{}{}", plan.out, plan.err);
        let plan = fs::read_to_string(scene.path().join("plan.json")).unwrap();
        let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
        plan["commit"]["dirty"].as_bool().unwrap()
    };
    commit_all(&scene);
    assert!(!is_dirty());
    let logo = scene.path().join("pictures/coffee.png");
    let image = fs::read(&logo).unwrap();
    fs::write(&logo, [image.as_slice(), &[0]].concat()).unwrap();
    assert!(is_dirty(), "it is another one");
    git(&scene, &["add", "--all"]);
    assert!(is_dirty(), "it is not committed");
    commit_all(&scene);
    assert!(!is_dirty());
    git(&scene, &["rm", "--quiet", "--cached", "pictures/coffee.png"]);
    git(&scene, &["commit", "--quiet", "--message", "without it"]);
    assert!(is_dirty(), "it is in no commit");
    scene.write(".gitignore", "plan.json\npictures/\n");
    commit_all(&scene);
    assert!(is_dirty(), "git does not even look at it");
}

#[test]
fn what_is_applied_after_a_wait_is_told_as_the_commit_that_was_read() {
    let scene = Scene::example("quickstart");
    git(&scene, &["init", "--quiet"]);
    commit_all(&scene);
    let read = git(&scene, &["rev-parse", "--short=10", "HEAD"]);
    assert_eq!(scene.run(&["plan"]).status, 0);
    let lock = fs::File::create(scene.path().join(".minisync/apply.lock")).unwrap();
    lock.lock().unwrap();
    let mut apply = scene.command(&["apply", "--yes", "--lock-timeout", "5m"]);
    let mut apply = apply.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(apply.stderr.take().unwrap()).lines();
    lines
        .find(|line| line.as_ref().unwrap().contains("another minisync is at work"))
        .unwrap()
        .unwrap();
    scene.write("more.yaml", "apiVersion: minisync.dev/v1\nkind: Roster\n");
    commit_all(&scene);
    lock.unlock().unwrap();
    for line in lines {
        drop(line.unwrap());
    }
    assert!(apply.wait().unwrap().success());
    let history = scene.run(&["history", "--format", "json"]);
    let history: serde_json::Value = serde_json::from_str(&history.out).unwrap();
    assert_eq!(history["runs"][0]["commit"], read.trim());
}

#[test]
fn a_file_whose_name_has_several_lines_is_told_on_one() {
    let scene = Scene::example("quickstart");
    let text = fs::read_to_string(scene.path().join("coffee.yaml")).unwrap();
    scene.write("a\n::error::b.yaml", &text.replace("  name:", "  name:  "));
    fs::remove_file(scene.path().join("coffee.yaml")).unwrap();
    scene.write("c\n::error::d.yaml", "kind: Roster\n? a\n: b\n");
    let fmt = scene.run(&["fmt", "--check"]);
    let is_command = |line: &str| line.starts_with("::");
    assert!(fmt.out.contains("would format a⏎::error::b.yaml\n"), "{}", fmt.out);
    assert!(!fmt.out.lines().chain(fmt.err.lines()).any(is_command), "{}{}", fmt.out, fmt.err);
}
