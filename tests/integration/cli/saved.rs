//! Saved plans: what was agreed to is what is done, or less, or nothing.

use super::scene::{Run, Scene, told as told_by};
use crate::report::schema;
use minisync::report::saved::{self, SavedPlan};
use serde_json::Value;
use std::{fs, path::Path, process::Command};

pub(super) const ROSTER: &str = "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: { name: more }\nspec:\n  \
                      members: [{ name: Ann, email: ann@example.com, role: master }]\n";

/// With a plan in `plan.json`.
pub(super) fn planned() -> Scene {
    let scene = Scene::example("quickstart");
    let run = scene.run(&["plan", "--out", "plan.json"]);
    assert_eq!(run.status, 0, "{}", run.err);
    scene
}

pub(super) fn apply(scene: &Scene) -> Run {
    scene.run(&["apply", "--yes", "plan.json"])
}

fn refused(scene: &Scene, status: i32, words: &str) {
    let run = apply(scene);
    assert_eq!(run.status, status, "{}", run.err);
    assert!(run.err.contains(words), "{}", run.err);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    assert_eq!(scene.run(&["plan", "--detailed-exitcode"]).status, 2, "nothing was done");
}

fn read(scene: &Scene) -> SavedPlan {
    saved::parse(&fs::read(scene.path().join("plan.json")).unwrap()).unwrap()
}

/// A file that somebody wrote who knows how: its digests are in order.
fn forge(scene: &Scene, change: impl FnOnce(&mut SavedPlan)) {
    let mut plan = read(scene);
    change(&mut plan);
    scene.write("plan.json", &plan.sealed().text());
}

fn digest(scene: &Scene) -> String {
    let run = scene.run(&["plan", "--format", "json"]);
    let read: Value = serde_json::from_str(&run.out).unwrap();
    read["digest"].as_str().unwrap().to_owned()
}

#[test]
fn a_saved_plan_is_all_that_is_done() {
    let scene = planned();
    scene.write("more.yaml", ROSTER);
    assert_eq!(apply(&scene).status, 0);
    let plan = scene.run(&["plan"]);
    assert!(plan.out.contains("1 person to invite"), "{}", plan.out);
}

#[test]
fn the_command_that_is_told_does_it_when_it_is_pasted() {
    let scene = Scene::example("quickstart");
    scene.write(
        "minisync.yaml",
        "apiVersion: minisync.dev/v1\nkind: Project\n\
         environments: { local: { platform: sandbox }, staging: { platform: sandbox } }\n\
         environment: local\n",
    );
    let run = scene.run(&["plan", "--env", "staging", "--out", "my plan.json"]);
    let told = run.err.split('`').find(|it| it.starts_with("minisync apply")).unwrap();
    assert_eq!(told, "minisync apply --env staging 'my plan.json'");
    let binaries = Path::new(crate::stage::MINISYNC).parent().unwrap();
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &format!("{told} --yes")]).current_dir(scene.path());
    let pasted = told_by(&shell.env_clear().env("PATH", binaries).output().unwrap());
    assert_eq!(pasted.status, 0, "{}", pasted.err);
}

#[test]
fn a_stale_plan_does_nothing() {
    let scene = planned();
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    let again = apply(&scene);
    assert_eq!(again.status, 6, "{}", again.err);
    assert!(again.err.contains("the saved plan is stale"), "{}", again.err);
}

#[test]
fn what_is_left_of_a_saved_plan_is_done_and_the_rest_is_told() {
    let scene = planned();
    let roster = fs::read_to_string(scene.path().join("coffee.yaml")).unwrap();
    scene.write("coffee.yaml", &roster.replace("林伟", "林为"));
    let run = scene.run(&["apply", "--yes", "--format", "json", "plan.json"]);
    assert_eq!(run.status, 5, "{}", run.err);
    let read: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&read["counts"]["done"], &read["complete"]), (&1.into(), &false.into()));
    assert_eq!(read["gone"][0]["workspace"], "default");
    assert_eq!(read["gone"][0]["reason"], "changed");
}

#[test]
fn whoever_was_removed_after_planning_is_not_invited_again() {
    let scene = planned();
    let manifests = fs::read_to_string(scene.path().join("coffee.yaml")).unwrap();
    let (program, _) = manifests.split_once("\n---").unwrap();
    // Another run invites and takes it back: then everything looks as it did, and is asked for.
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    scene.write("coffee.yaml", program);
    let held: Value = serde_json::from_str(&scene.run(&["plan", "--format", "json"]).out).unwrap();
    let flag = held.pointer("/workspaces/0/dangers/0/allow").unwrap().as_str().unwrap();
    assert_eq!(scene.run(&["apply", "--yes", "--allow", flag]).status, 0);
    let n_mails = fs::read_dir(scene.path().join(".minisync/outbox")).unwrap().count();
    let gone = apply(&scene);
    assert_eq!(gone.status, 6, "{}", gone.err);
    scene.write("coffee.yaml", &manifests);
    let run = apply(&scene);
    assert_eq!(run.status, 6, "{}", run.err);
    assert!(run.err.contains("stale: invite 林伟"), "{}", run.err);
    let mails = fs::read_dir(scene.path().join(".minisync/outbox")).unwrap();
    assert_eq!(mails.count(), n_mails);
}

#[test]
fn a_plan_is_applied_once() {
    let scene = planned();
    assert_eq!(apply(&scene).status, 0);
    let again = apply(&scene);
    assert_eq!(again.status, 6, "{}", again.err);
    assert!(again.err.contains("has been applied already"), "{}", again.err);
}

#[test]
fn a_step_that_is_told_otherwise_is_not_done() {
    let scene = planned();
    forge(&scene, |plan| {
        for step in &mut plan.workspaces[0].steps {
            step.deed = "nothing at all".to_owned();
            step.step.text = "do nothing\u{1b}[2J".to_owned();
        }
    });
    let shown = scene.run(&["show", "plan.json"]);
    assert!(shown.out.contains("nothing at all"), "{}", shown.out);
    refused(&scene, 6, "the saved plan is stale");
    assert!(!apply(&scene).err.contains('\u{1b}'));
}

#[test]
fn a_plan_that_is_none_is_refused() {
    let scene = planned();
    let deep = "[".repeat(100_000);
    let other = r#"{"kind":"SavedPlan","version":99}"#;
    let huge = r#"{"kind":"SavedPlan","version":1e999}"#;
    let texts = ["", " \n", "{}", "[1]", "\u{0}\u{1}", "{\"version\":1}", other, huge, &deep];
    for text in texts {
        scene.write("plan.json", text);
        refused(&scene, 1, "cannot read the plan plan.json");
    }
    fs::write(scene.path().join("plan.json"), [0xff, 0xfe, 0x00]).unwrap();
    refused(&scene, 1, "cannot read the plan plan.json");
}

#[test]
fn a_plan_of_another_format_is_refused_in_words() {
    let scene = planned();
    scene.write("plan.json", r#"{"kind":"SavedPlan","version":2,"more":[]}"#);
    refused(&scene, 1, "it has version 2, and this minisync knows 1");
    let shown = scene.run(&["show", "plan.json"]);
    assert_eq!(shown.status, 1);
    assert!(shown.err.contains("it has version 2"), "{}", shown.err);
}

#[test]
fn an_altered_plan_is_refused() {
    let scene = planned();
    let text = fs::read_to_string(scene.path().join("plan.json")).unwrap();
    let edits = [
        ("the embedded sandbox", "another sandbox"),
        ("\"mark\": 0", "\"mark\": 1"),
        ("invite as developer", "invite as observer"),
        ("\"phase\": \"grant\"", "\"phase\": \"grant\", \"more\": 1"),
        ("\"reinvite\": []", "\"reinvite\": [\"ann@example.com\"]"),
        ("expiresAt\": \"2", "expiresAt\": \"3"),
    ];
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        scene.write("plan.json", &text.replace(from, to));
        refused(&scene, 4, "it is not as it was written");
    }
    scene.write("plan.json", &text.replace('\n', "\r\n"));
    assert_eq!(apply(&scene).status, 0, "line ends are not content");
}

#[test]
fn a_plan_for_one_platform_is_none_for_another() {
    let scene = planned();
    forge(&scene, |plan| plan.platform = "https://elsewhere.example.com".to_owned());
    refused(&scene, 6, "https://elsewhere.example.com");
}

#[test]
fn a_plan_for_other_workspaces_is_none_for_these() {
    let scene = planned();
    let roster = ROSTER.replace("spec:\n", "spec:\n  workspace: second\n");
    scene.write("more.yaml", &roster);
    refused(&scene, 6, "is for the workspaces `default`, and here they are `default`, `second`");
    forge(&scene, |plan| plan.workspaces.clear());
    refused(&scene, 6, "is for the workspaces none, and here they are `default`, `second`");
}

#[test]
fn a_plan_expires_by_the_time_of_the_platform() {
    let scene = Scene::example("quickstart");
    let plan = ["plan", "--out", "plan.json", "--expires-in", "8h"];
    assert_eq!(scene.run(&plan).status, 0);
    assert_eq!(scene.run(&["sandbox", "clock", "+9h"]).status, 0);
    refused(&scene, 6, "the saved plan has expired at");
    assert_eq!(scene.run(&plan).status, 0);
    assert_eq!(scene.run(&["sandbox", "clock", "+7h"]).status, 0);
    assert_eq!(apply(&scene).status, 0);
}

#[test]
fn a_plan_of_another_minisync_is_told_and_done() {
    let scene = planned();
    forge(&scene, |plan| plan.tool_version = "0.0.9".to_owned());
    let run = apply(&scene);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.err.contains("was made by minisync 0.0.9"), "{}", run.err);
}

#[test]
fn a_workspace_that_could_not_be_read_whole_is_no_stale_plan() {
    let scene = planned();
    let digest = digest(&scene);
    let partial = ["sandbox", "mishap", "add", "truncated-page=0:at=members:always"];
    assert_eq!(scene.run(&partial).status, 0);
    for args in [&["apply", "--yes", "plan.json"][..], &["apply", "--yes", "--digest", &digest]] {
        let run = scene.run(args);
        assert_eq!(run.status, 1, "{}", run.err);
        assert!(run.err.contains("could not be read whole"), "{}", run.err);
    }
}

#[test]
fn nothing_done_is_never_partly_done() {
    let scene = planned();
    let roster = fs::read_to_string(scene.path().join("coffee.yaml")).unwrap();
    scene.write("coffee.yaml", &roster.replace("林伟", "林为"));
    let barred = ["sandbox", "mishap", "add", "expired-token:writes:at=programs"];
    assert_eq!(scene.run(&barred).status, 0);
    let run = apply(&scene);
    assert_eq!(run.status, 1, "{}", run.err);
    assert_eq!(apply(&scene).status, 5);
}

#[test]
fn what_goes_with_a_step_that_is_left_out_is_left_out_too() {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    assert_eq!(scene.run(&["sandbox", "accept", "--all"]).status, 0);
    for companion in ["", "-wal", "-shm"] {
        fs::remove_file(scene.path().join(format!(".minisync/ledger.db{companion}")))
            .unwrap_or_default();
    }
    let text = fs::read_to_string(scene.path().join("coffee.yaml")).unwrap();
    let developer = "role: developer\n      miniPrograms: [coffee]";
    scene.write("coffee.yaml", &text.replace(developer, "role: master"));
    assert_eq!(scene.run(&["plan", "--out", "plan.json"]).status, 0);
    scene.write(
        "coffee.yaml",
        &text.replace(developer, &format!("blocked: true\n      {developer}")),
    );
    let run = scene.run(&["apply", "--yes", "--format", "json", "plan.json"]);
    assert_eq!(run.status, 5, "{}", run.err);
    assert!(run.err.contains("left out: adopt 林伟"), "{}", run.err);
    let told: Value = serde_json::from_str(&run.out).unwrap();
    let reasons: Vec<_> =
        told["gone"].as_array().unwrap().iter().map(|it| it["reason"].as_str().unwrap()).collect();
    assert_eq!((reasons, &told["counts"]["done"]), (vec!["changed", "parted"], &Value::from(1)));
}

#[test]
fn a_reviewer_reads_what_is_held_and_what_lets_it_through() {
    let scene = planned();
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    let people = ["ana", "bo", "cy"]
        .map(|who| format!("    - {{ name: {who}, email: {who}@example.com, role: master }}\n"));
    let head = ROSTER.split("members:").next().unwrap();
    scene.write("more.yaml", &format!("{head}members:\n{}", people.concat()));
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    fs::remove_file(scene.path().join("more.yaml")).unwrap();
    assert_eq!(scene.run(&["plan", "--out", "plan.json"]).status, 0);
    let danger = &read(&scene).workspaces[0].dangers[0];
    assert_eq!((danger.n, danger.subjects.len()), (3, 3));
    for format in ["human", "markdown"] {
        let shown = scene.run(&["show", "plan.json", "--format", format]).out;
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains("3 people lose access"), "{shown}");
        assert!(shown.contains(&format!("--allow {}", danger.allow)), "{shown}");
    }
    assert_eq!(apply(&scene).status, 4);
    let run = scene.run(&["apply", "--yes", "plan.json", "--allow", &danger.allow]);
    assert_eq!(run.status, 0, "{}", run.err);
}

#[test]
fn only_an_earlier_plan_is_written_over() {
    let scene = planned();
    assert_eq!(scene.run(&["plan", "--out", "plan.json"]).status, 0);
    scene.write("plan.json", "not a plan");
    scene.write("package.json", r#"{"name":"shop","version":"1.0.0"}"#);
    scene.write("other.json.sig", "somebody's notes");
    for (name, told) in [
        ("plan.json", "plan.json is there already, and is no saved plan"),
        ("package.json", "package.json is there already, and is no saved plan"),
        ("other.json", "other.json.sig is there already, and is no signature of one"),
    ] {
        let run = scene.run(&["plan", "--out", name]);
        assert_eq!((run.status, run.out.as_str()), (1, ""), "{name}");
        assert!(run.err.contains(told), "{}", run.err);
    }
    assert!(fs::read_to_string(scene.path().join("package.json")).unwrap().contains("shop"));
    assert!(!scene.path().join("other.json").exists());
}

#[test]
fn a_plan_is_none_for_a_ledger_that_knows_less() {
    let scene = planned();
    forge(&scene, |plan| plan.workspaces[0].mark = 7);
    refused(&scene, 6, "was made with a ledger that knew more of `default`");
}

#[test]
fn a_digest_is_of_what_would_be_done_and_of_nothing_else() {
    let (here, there) = (Scene::example("quickstart"), Scene::example("quickstart"));
    assert_eq!(there.run(&["sandbox", "clock", "+5h"]).status, 0);
    let first = digest(&here);
    assert_eq!(first, digest(&there));
    assert_eq!(here.run(&["plan", "--out", "plan.json", "--expires-in", "1h"]).status, 0);
    assert_eq!(first, read(&here).digest);
    let human = here.run(&["plan"]).out;
    assert!(human.ends_with(&format!("\nPlan {}\n", &first[.."sha256:".len() + 32])), "{human}");
    assert!(here.run(&["plan", "--format", "markdown"]).out.contains(&format!("Plan `{first}`")));
    let manifest = fs::read_to_string(here.path().join("coffee.yaml")).unwrap();
    here.write("coffee.yaml", &format!("{manifest}# A comment.\n"));
    assert_ne!(first, digest(&here));
}

#[test]
fn exactly_the_plan_with_that_digest_is_done() {
    let scene = Scene::example("quickstart");
    let agreed = digest(&scene);
    let apply = |digest: &str| scene.run(&["apply", "--yes", "--digest", digest]);
    for usage in [&agreed[.."sha256:".len() + 31], "sha256:", "sha256:XYZ0123456789", ""] {
        assert_eq!(apply(usage).status, 64, "{usage}");
    }
    scene.write("more.yaml", ROSTER);
    let run = apply(&agreed);
    assert_eq!(run.status, 6, "{}", run.err);
    assert!(run.err.contains(&digest(&scene)), "{}", run.err);
    fs::remove_file(scene.path().join("more.yaml")).unwrap();
    assert_eq!(apply(&agreed[.."sha256:".len() + 32]).status, 0);
    let again = apply(&agreed);
    assert_eq!(again.status, 6, "{}", again.err);
}

#[test]
fn agreements_that_contradict_each_other_are_none() {
    let scene = planned();
    let digest = digest(&scene);
    for args in [
        &["apply", "plan.json", "--digest", &digest][..],
        &["apply", "--digest", &digest, "--wait", "1m"],
        &["apply", "plan.json", "--wait", "1m"],
        &["apply", "--require-signed", "signers"],
        &["plan", "--sign", "key"],
        &["plan", "--expires-in", "1h"],
        &["plan", "--out", "plan.json", "--expires-in", "0s"],
        &["plan", "--out", "plan.txt"],
    ] {
        assert_eq!(scene.run(args).status, 64, "{args:?}");
    }
}

#[test]
fn a_saved_plan_keeps_to_its_schema_and_can_be_shown_anywhere() {
    let scene = planned();
    let text = fs::read_to_string(scene.path().join("plan.json")).unwrap();
    schema::must_keep_to(&saved::schema(), &text);
    assert_eq!(read(&scene).text(), text);
    let elsewhere = Scene::example("quickstart");
    fs::remove_file(elsewhere.path().join("coffee.yaml")).unwrap();
    elsewhere.write("plan.json", &text);
    for format in ["human", "markdown", "github"] {
        let shown = elsewhere.run(&["show", "plan.json", "--format", format]);
        assert_eq!(shown.status, 0, "{}", shown.err);
        assert!(shown.out.contains("the embedded sandbox"), "{}", shown.out);
        assert!(shown.out.contains(&read(&scene).digest), "{}", shown.out);
    }
    let shown = elsewhere.run(&["show", "plan.json", "--format", "json"]);
    schema::must_be_valid(&shown.out);
    let shown: Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(shown["plan"], serde_json::from_str::<Value>(&text).unwrap());
    assert_eq!(shown["signature"]["kind"], "missing");
    assert!(!elsewhere.path().join(".minisync").exists());
}
