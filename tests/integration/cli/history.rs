//! The ledger's journal at the command line: told, checked, carried elsewhere, unlocked.

use super::scene::{Run, Scene, told};
use crate::report::schema::must_be_valid;
use minisync::{
    engine::Store as _,
    ledger::{self, Ledger, Locked},
    plan::Plan,
};
use serde_json::Value;
use std::{fs, process::Stdio, sync::Arc};

const LEDGER: &str = ".minisync/ledger.db";

fn applied() -> Scene {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    scene
}

fn json(run: &Run) -> Value {
    must_be_valid(&run.out);
    serde_json::from_str(&run.out).unwrap()
}

fn tamper(scene: &Scene, sql: &str) {
    let ledger = rusqlite::Connection::open(scene.path().join(LEDGER)).unwrap();
    ledger.execute_batch(sql).unwrap();
}

/// A run on another machine that has begun to carry out a plan.
async fn at_work(scene: &Scene) -> Locked {
    let clock = Arc::new(minisync::engine::clock::now);
    let path = scene.path().join(LEDGER);
    let ledger = Ledger::open(&path, "the embedded sandbox", "unused", clock).unwrap();
    let run = ledger::Run {
        id: "feed".repeat(8),
        who: "lin@elsewhere".to_owned(),
        commit: None,
        saved: None,
        den: "elsewhere".to_owned(),
    };
    let workspace = "default".parse().unwrap();
    let locked = ledger.lock([&workspace], run).await.unwrap();
    locked.begin(&workspace, &Plan { steps: Vec::new(), notes: Vec::new() }, None).await.unwrap();
    locked
}

#[test]
fn runs_are_told_and_those_that_only_looked_when_asked_for() {
    let scene = applied();
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    let run = scene.run(&["history"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains(", 2 steps done\n    by somebody@"), "{}", run.out);
    assert!(!run.out.contains("only looked"), "{}", run.out);
    let all = json(&scene.run(&["history", "--all", "--format", "json"]));
    let first = all["runs"].as_array().unwrap().last().unwrap();
    assert_eq!((&first["ended"]["kind"], &first["done"]), (&"finished".into(), &2.into()));
    let none = json(&scene.run(&["history", "--limit", "0", "--format", "json"]));
    assert_eq!((&none["runs"], &none["older"]), (&Value::Array(vec![]), &1.into()));
}

#[test]
fn a_run_is_shown_by_the_beginning_of_its_id() {
    let scene = applied();
    let runs = json(&scene.run(&["history", "--format", "json"]));
    let id = runs["runs"][0]["id"].as_str().unwrap();
    let run = scene.run(&["history", "show", &id[..7]]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains("done: create coffee\n"), "{}", run.out);
    assert!(
        run.out.contains("done: invite lin.wei@example.com as developer of coffee"),
        "{}",
        run.out
    );
    let shown = json(&scene.run(&["history", "show", id, "--format", "json"]));
    assert_eq!(shown["steps"][1]["granted"]["programs"][0], "coffee");
    let mistyped = format!("{}xy", &id[..6]);
    let run = scene.run(&["history", "show", &mistyped]);
    assert_eq!(run.status, 64);
    assert!(run.err.contains(&format!("did you mean `{}`", &id[..8])), "{}", run.err);
}

#[test]
fn the_run_of_a_plan_is_found_by_the_digest_that_was_shown() {
    let scene = Scene::example("quickstart");
    let plan = json(&scene.run(&["plan", "--format", "json"]));
    let digest = plan["digest"].as_str().unwrap();
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    let shown = &digest["sha256:".len()..][..16];
    for asked in [digest, shown] {
        let found = json(&scene.run(&["history", "--plan", asked, "--format", "json"]));
        assert_eq!(found["runs"][0]["plans"][0]["whole"], digest, "{found}");
    }
    let run = scene.run(&["history"]);
    assert!(run.out.contains(&format!("plan {}", &digest[.."sha256:".len() + 10])), "{}", run.out);
    let other = scene.run(&["history", "--plan", "sha256:0000000000000000"]);
    assert!(other.out.contains("no run"), "{}", other.out);
}

#[test]
fn a_slip_in_a_workspace_is_told() {
    let run = applied().run(&["history", "--workspace", "defualt"]);
    assert_eq!(run.status, 64);
    assert!(run.err.contains("did you mean `default`?"), "{}", run.err);
}

#[test]
fn a_project_without_a_past_has_a_history_too() {
    let scene = Scene::example("quickstart");
    for command in ["history", "verify"] {
        let arguments: &[&str] =
            if command == "history" { &["history"] } else { &["history", "verify"] };
        let run = scene.run(arguments);
        assert_eq!(run.status, 0, "{}", run.err);
        assert!(run.out.contains("no run") || run.out.contains("no journal"), "{}", run.out);
    }
    let export = scene.run(&["history", "export"]);
    assert_eq!(
        (export.status, export.out.as_str()),
        (1, ""),
        "nobody would take it: {}",
        export.err
    );
    assert!(export.err.contains("nothing was applied so far"), "{}", export.err);
    assert_eq!(scene.run(&["unlock"]).status, 0);
    assert_eq!(scene.run(&["explain", "program", "coffee"]).status, 0);
    assert!(!scene.path().join(".minisync").exists(), "whoever only reads makes nothing");
    assert_eq!(scene.run(&["plan"]).status, 0);
    assert!(!scene.path().join(LEDGER).exists());
}

#[test]
fn a_tampered_ledger_is_found_out_with_the_place() {
    let scene = Scene::example("quickstart");
    let report = json(&scene.run(&["apply", "--yes", "--format", "json"]));
    let head = report["workspaces"][0]["journal"]["hash"].as_str().unwrap().to_owned();
    let run = scene.run(&["history", "verify", "--expect", &head]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains(&format!("head {head}")), "{}", run.out);
    let other = format!("sha256:{}", "0".repeat(64));
    let verified = scene.run(&["history", "verify", "--expect", &other, "--format", "json"]);
    assert_eq!((verified.status, &json(&verified)["expected"][0]["found"]), (1, &false.into()));
    assert_eq!(scene.run(&["history", "verify", "--expect", "abc"]).status, 64);

    tamper(
        &scene,
        "UPDATE journal SET record = replace(record, 'developer', 'master') WHERE number = 5",
    );
    let run = scene.run(&["history", "verify"]);
    assert_eq!(run.status, 1);
    assert!(run.out.contains("record 5 is not what was written"), "{}", run.out);
    let verified = json(&scene.run(&["history", "verify", "--format", "json"]));
    assert_eq!(verified["sound"], false);
    let run = scene.run(&["history"]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("`minisync history verify` says where"), "{}", run.err);
    assert_eq!(scene.run(&["history", "export", "ledger.jsonl"]).status, 1);
    assert!(!scene.path().join("ledger.jsonl").exists(), "half of an export");
}

#[test]
fn a_journal_whose_end_is_missing_is_not_told_as_if_it_were_whole() {
    for (sql, words) in [
        ("DELETE FROM journal WHERE number = (SELECT max(number) FROM journal)", "its head says"),
        ("UPDATE heads SET hash = 'ab'", "does not fit its last record"),
        ("DELETE FROM heads", "the journal goes on after record 0"),
    ] {
        let scene = applied();
        tamper(&scene, sql);
        let unsound = "does not end as its head says";
        for (arguments, words) in [
            (&["history"][..], words),
            (&["history", "export"], words),
            (&["explain", "program", "coffee"], unsound),
            (&["plan"], unsound),
            (&["status"], unsound),
            (&["apply", "--yes"], unsound),
        ] {
            let run = scene.run(arguments);
            assert_eq!(run.status, 1, "{sql}: {arguments:?}: {}", run.out);
            let told = run.out + &run.err;
            assert!(told.contains(words), "{arguments:?}: {told}");
        }
    }
}

#[test]
fn a_ledger_of_a_newer_minisync_wants_a_newer_minisync() {
    let scene = applied();
    tamper(&scene, "PRAGMA user_version = 99");
    for arguments in [&["plan"][..], &["apply", "--yes"], &["history"]] {
        let run = scene.run(arguments);
        assert_eq!(run.status, 1, "{arguments:?}: {}", run.out);
        let way_out = "help: install the minisync that wrote it, or a later one";
        assert!(run.err.contains(way_out), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn a_ledger_moves_by_a_file_and_only_into_an_empty_one() {
    let scene = applied();
    let run = scene.run(&["history", "export", "ledger.jsonl"]);
    assert_eq!((run.status, run.out.as_str()), (0, ""), "{}", run.err);
    let text = fs::read_to_string(scene.path().join("ledger.jsonl")).unwrap();
    assert_eq!(scene.run(&["history", "export"]).out, text);
    assert_eq!(scene.run(&["history", "import", "ledger.jsonl"]).status, 0, "it is there already");
    let occupied = applied();
    occupied.write("ledger.jsonl", &text);
    let refused = occupied.run(&["history", "import", "ledger.jsonl"]);
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("only an empty one takes over another"), "{}", refused.err);

    let other = Scene::example("quickstart");
    other.write("broken.jsonl", &text.replacen("coffee", "coffea", 1));
    let broken = other.run(&["history", "import", "broken.jsonl"]);
    assert_eq!(broken.status, 1);
    assert!(broken.err.contains("is not what was written"), "{}", broken.err);
    let total = text.replace(r#""records":"#, r#""records":1"#);
    other.write("miscounted.jsonl", &total);
    let miscounted = other.run(&["history", "import", "miscounted.jsonl"]);
    let says = "its end says that it holds 17 records of 1 workspace, and it holds 7 records";
    assert!(miscounted.err.contains(says), "{}", miscounted.err);
    other.write("newer.jsonl", &text.replacen("\"version\":1", "\"version\":7", 1));
    let newer = other.run(&["history", "import", "newer.jsonl"]);
    assert!(newer.err.contains("install a newer minisync"), "{}", newer.err);
    other.write("ledger.jsonl", &text);
    let run = other.run(&["history", "import", "ledger.jsonl"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert_eq!(other.run(&["history"]).out, scene.run(&["history"]).out);
    assert_eq!(other.run(&["history", "export"]).out, text);
}

#[tokio::test]
async fn a_lock_is_taken_away_only_with_consent_and_its_run_writes_nothing_more() {
    let scene = applied();
    let nobody = scene.run(&["unlock"]);
    assert_eq!((nobody.status, nobody.out.as_str()), (0, "Nobody holds a lock.\n"));
    let locked = at_work(&scene).await;
    let busy = scene.run(&["apply", "--yes"]);
    assert_eq!(busy.status, 1);
    assert!(busy.err.contains("`minisync unlock`"), "{}", busy.err);
    assert!(scene.run(&["history"]).out.contains("feedfeedfe"), "the run is told");
    let underway = scene.run(&["history", "show", "feed"]);
    assert!(underway.out.contains("under way"), "{}", underway.out);

    let asked = told(&scene.command(&["unlock"]).stdin(Stdio::null()).output().unwrap());
    assert_eq!(asked.status, 4, "{}", asked.err);
    assert!(asked.err.contains("pass `--yes` to unlock without being asked"), "{}", asked.err);
    assert!(asked.out.contains("is locked by lin@elsewhere, just now"), "{}", asked.out);
    assert!(locked.is_held());
    let run = scene.run(&["unlock", "--yes", "--workspace", "default"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains("Unlocked workspace `default`."), "{}", run.out);
    let last = "for up to 10 seconds it may still ask the platform for what it had begun";
    assert!(run.err.contains(last), "{}", run.err);
    let workspace = "default".parse().unwrap();
    let plan = Plan { steps: Vec::new(), notes: Vec::new() };
    let why = locked.begin(&workspace, &plan, None).await.unwrap_err().why;
    assert!(why.contains("the lock was lost"), "{why}");
    let lost = scene.run(&["history"]).out;
    assert!(lost.contains("lost its lock to somebody@"), "{lost}");
    assert!(lost.contains("took the lock of default away from run feedfeedfe"), "{lost}");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
}

#[tokio::test]
async fn a_run_that_was_killed_is_told_to_have_ended_in_the_middle() {
    let scene = applied();
    at_work(&scene).await.release().await.unwrap();
    let run = scene.run(&["history"]);
    assert!(run.out.contains("ended in the middle"), "{}", run.out);
}
