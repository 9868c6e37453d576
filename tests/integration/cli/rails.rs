//! What `apply` refuses before it is allowed by name.

use super::scene::Scene;
use serde_json::Value;
use std::fs;

/// Five people are invited, four of them on a roster of their own, which is gone.
fn emptied() -> Scene {
    let scene = Scene::example("quickstart");
    let people: String = ["ana", "bo", "cy", "di"]
        .iter()
        .map(|who| {
            format!(
                "    - {{ name: {who}, email: {who}@example.com, role: developer, \
                 miniPrograms: [coffee] }}\n"
            )
        })
        .collect();
    let head = "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: { name: team }\n";
    scene.write("team.yaml", &format!("{head}spec:\n  members:\n{people}"));
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    fs::remove_file(scene.path().join("team.yaml")).unwrap();
    scene
}

fn plan(scene: &Scene) -> Value {
    serde_json::from_str(&scene.run(&["plan", "--format", "json"]).out).unwrap()
}

fn allowed(plan: &Value) -> String {
    plan.pointer("/workspaces/0/dangers/0/allow").unwrap().as_str().unwrap().to_owned()
}

#[test]
fn a_refused_apply_tells_programs_all_of_it_and_does_nothing() {
    let scene = emptied();
    let before = plan(&scene);
    let run = scene.run(&["apply", "--yes", "--format", "json"]);
    assert_eq!(run.status, 4, "{}", run.err);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report.pointer("/counts/done").unwrap(), 0);
    let danger = report.pointer("/workspaces/0/dangers/0").unwrap();
    assert_eq!((&danger["rail"], &danger["n"]), (&"removeMembers".into(), &4.into()));
    assert_eq!(danger["setting"], "policy.rails.removals");
    assert!(run.err.contains(&format!("--allow {}", allowed(&before))), "{}", run.err);
    assert_eq!(plan(&scene), before);
}

#[test]
fn a_consent_fits_one_plan_one_number_and_one_workspace() {
    let scene = emptied();
    let flag = allowed(&plan(&scene));
    let digit = if flag.ends_with('0') { "1" } else { "0" };
    for wrong in [
        format!("{}{digit}", &flag[..flag.len() - 1]),
        flag.replace(":4@", ":5@"),
        flag.replace(":4@", ":3@"),
        flag.replace("default", "other"),
        flag.replace("remove-members", "shrunken"),
    ] {
        let run = scene.run(&["apply", "--yes", "--allow", &wrong]);
        assert_eq!(run.status, 4, "{wrong}: {}", run.err);
        assert!(run.err.contains("nothing was done"), "{}", run.err);
    }
    let run = scene.run(&["apply", "--yes", "--allow", "remove-members=default:4@3f9"]);
    assert_eq!(run.status, 64, "{}", run.err);
}

#[test]
fn a_longer_digest_will_do_and_is_good_for_once() {
    let scene = emptied();
    let json = plan(&scene);
    let digest = json.pointer("/workspaces/0/digest").unwrap().as_str().unwrap();
    let flag = format!("remove-members=default:4@{digest}");
    let run = scene.run(&["apply", "--yes", "--allow", &flag]);
    assert_eq!(run.status, 0, "{}", run.err);
    let again = scene.run(&["apply", "--yes", "--allow", &flag]);
    assert_eq!(again.status, 4, "{}", again.err);
    assert!(again.err.contains("allows nothing in this plan"), "{}", again.err);
}

#[test]
fn a_saved_plan_and_a_wait_are_held_as_well() {
    let scene = emptied();
    assert_eq!(scene.run(&["plan", "--out", "plan.json"]).status, 0);
    let waiting: &[&str] = &["apply", "--yes", "--wait", "1s", "--every", "100ms"];
    for args in [&["apply", "--yes", "plan.json"], waiting] {
        let run = scene.run(args);
        assert_eq!(run.status, 4, "{args:?}: {}", run.err);
    }
}

#[test]
fn what_an_apply_took_away_itself_is_no_shrinking() {
    let scene = emptied();
    let flag = allowed(&plan(&scene));
    assert_eq!(scene.run(&["apply", "--yes", "--allow", &flag]).status, 0);
    let text = fs::read_to_string(scene.path().join("coffee.yaml")).unwrap();
    scene.write("coffee.yaml", text.split("\n---").next().unwrap());
    let json = plan(&scene);
    assert_eq!(json.pointer("/workspaces/0/steps/0/action").unwrap(), "withdraw");
    assert_eq!(json.pointer("/workspaces/0/dangers"), None);
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
}
