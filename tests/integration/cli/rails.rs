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
fn what_is_held_is_told_once() {
    let scene = emptied();
    let danger = "4 people lose access";
    for (format, in_report, in_error) in [("human", 1, 0), ("markdown", 0, 1), ("json", 1, 1)] {
        let run = scene.run(&["apply", "--yes", "--format", format]);
        let told = [&run.out, &run.err].map(|it| it.matches(danger).count());
        assert_eq!(told, [in_report, in_error], "{format}: {}{}", run.out, run.err);
    }
}

#[test]
fn a_consent_fits_one_plan_one_number_and_one_workspace() {
    let scene = emptied();
    let flag = allowed(&plan(&scene));
    let digit = if flag.ends_with('0') { "1" } else { "0" };
    let other_plan = "is for another plan than this one, so nothing was done";
    let nothing = "allows nothing in this plan, so nothing was done";
    for (wrong, told) in [
        (format!("{}{digit}", &flag[..flag.len() - 1]), other_plan),
        (flag.replace(":4@", ":5@"), other_plan),
        (flag.replace(":4@", ":3@"), other_plan),
        (flag.replace("default", "other"), nothing),
        (flag.replace("remove-members", "shrunken"), nothing),
    ] {
        let run = scene.run(&["apply", "--yes", "--allow", &wrong]);
        assert_eq!(run.status, 4, "{wrong}: {}", run.err);
        assert!(run.err.contains(told), "{}", run.err);
    }
    let run = scene.run(&["apply", "--yes", "--allow", "remove-members=default:4@3f9"]);
    assert_eq!(run.status, 64, "{}", run.err);
}

#[test]
fn a_consent_is_good_for_once() {
    let scene = emptied();
    let flag = allowed(&plan(&scene));
    let run = scene.run(&["apply", "--yes", "--allow", &flag]);
    assert_eq!(run.status, 0, "{}", run.err);
    let again = scene.run(&["apply", "--yes", "--allow", &flag]);
    assert_eq!(again.status, 4, "{}", again.err);
    assert!(again.err.contains("allows nothing in this plan"), "{}", again.err);
}

#[test]
fn a_roster_of_one_whose_file_is_gone_is_held_too() {
    let scene = Scene::example("quickstart");
    let one =
        "    - { name: Ana, email: ana@example.com, role: developer, miniPrograms: [coffee] }\n";
    let head = "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: { name: partners }\n";
    scene.write("partners.yaml", &format!("{head}spec:\n  members:\n{one}"));
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    fs::rename(scene.path().join("partners.yaml"), scene.path().join("partners.ymal")).unwrap();
    let run = scene.run(&["apply", "--yes"]);
    assert_eq!(run.status, 4, "{}", run.err);
    let said = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let why = "the roster partners asks for nobody any more, which may be a slip";
    assert!(said.contains(why), "{}", run.out);
    let flag = allowed(&plan(&scene));
    assert_eq!(scene.run(&["apply", "--yes", "--allow", &flag]).status, 0);
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
}

const LEDGER: &str = ".minisync/ledger.db";

/// Twelve people, of whom another machine has left three and brought somebody, and renamed the
/// program; by the manifests one of the three goes.
fn shrunken() -> Scene {
    let scene = Scene::example("quickstart");
    let people = |who: &[&str]| {
        let member = |who: &&str| {
            format!(
                "    - {{ name: {who}, email: {who}@example.com, role: developer, miniPrograms: [coffee] }}\n"
            )
        };
        let people: String = who.iter().map(member).collect();
        let head = "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: { name: team }\n";
        scene.write("team.yaml", &format!("{head}spec:\n  members:\n{people}"));
    };
    let all = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "pa", "pb"];
    people(&all);
    for _ in 0..2 {
        assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    }
    let (ours, theirs) = (scene.path().join("ours.db"), scene.path().join(LEDGER));
    fs::copy(&theirs, &ours).unwrap();
    people(&["p0", "p1", "p2", "xu"]);
    let coffee = fs::read_to_string(scene.path().join("coffee.yaml")).unwrap();
    scene.write("coffee.yaml", &coffee.replace("幸福咖啡", "快乐咖啡"));
    let flag = allowed(&plan(&scene));
    let run = scene.run(&["apply", "--yes", "--allow", &flag]);
    assert_eq!(run.status, 0, "{}", run.err);
    fs::rename(&ours, &theirs).unwrap();
    scene.write("coffee.yaml", &coffee);
    people(&["p0", "p1"]);
    scene
}

fn rails(plan: &Value) -> Vec<&str> {
    let dangers = plan.pointer("/workspaces/0/dangers").and_then(Value::as_array);
    dangers.into_iter().flatten().map(|danger| danger["rail"].as_str().unwrap()).collect()
}

#[test]
fn who_only_adopts_has_neither_answered_for_a_fall_nor_undone_a_change() {
    let scene = shrunken();
    let before = plan(&scene);
    assert!(rails(&before).contains(&"shrunken"), "{before:#}");
    let drift = before.pointer("/workspaces/0/drift").unwrap();
    assert!(drift.to_string().contains("快乐咖啡"), "{before:#}");
    let adopt = scene.run(&["adopt", "member", "xu@example.com"]);
    assert_eq!(adopt.status, 0, "{}{}", adopt.out, adopt.err);
    let after = plan(&scene);
    assert!(rails(&after).contains(&"shrunken"), "{after:#}");
    let drift = after.pointer("/workspaces/0/drift").unwrap();
    assert!(drift.to_string().contains("快乐咖啡"), "{after:#}");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 4);
}

fn project(scene: &Scene, policy: &str) {
    let head = "apiVersion: minisync.dev/v1\nkind: Project\n";
    scene.write("minisync.yaml", &format!("{head}policy: {{ {policy} }}\n"));
}

#[test]
fn what_is_kept_and_nobody_has_heard_of_may_be_a_slip() {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    let kept = |people: &str, programs: &str| {
        project(
            &scene,
            &format!("rails: {{ keepMembers: [{people}], keepPrograms: [{programs}] }}"),
        );
        let run = scene.run(&["plan"]);
        assert_eq!(run.status, 0, "{}", run.err);
        run.err
    };
    let told = kept("lin.wie@example.com", "cofee");
    assert!(told.contains("did you mean lin.wei@example.com?"), "{told}");
    assert!(told.contains("`keepPrograms` names cofee") && told.contains("coffee?"), "{told}");
    let told = kept("lin.wei@example.com", "coffee");
    assert!(!told.contains("names"), "{told}");
}

#[test]
fn a_key_that_was_changed_without_a_word_is_pointed_at() {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    project(&scene, "prune: true");
    let text = fs::read_to_string(scene.path().join("coffee.yaml")).unwrap();
    let text = text.replace("  name: coffee\n", "  name: cafe\n").replace("[coffee]", "[cafe]");
    scene.write("coffee.yaml", &text);
    let run = scene.run(&["plan"]);
    assert!(run.out.contains("`previously: coffee`"), "{}", run.out);
}

#[test]
fn the_clock_of_a_sandbox_of_ones_own_counts_alone() {
    let scene = Scene::example("quickstart");
    let text = fs::read_to_string(scene.path().join("coffee.yaml")).unwrap();
    let in_five_days = minisync::engine::clock::now() + jiff::SignedDuration::from_hours(5 * 24);
    let until = in_five_days.to_zoned(jiff::tz::TimeZone::UTC).date();
    scene.write("coffee.yaml", &format!("{text}      until: {until}\n"));
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    assert_eq!(scene.run(&["sandbox", "accept", "--all"]).status, 0);
    assert_eq!(scene.run(&["sandbox", "clock", "+10d"]).status, 0);
    assert_eq!(plan(&scene).pointer("/workspaces/0/steps/0/action").unwrap(), "remove");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
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
    assert_eq!(rails(&json), ["removeMembers"]);
    assert_eq!(scene.run(&["apply", "--yes", "--allow", &allowed(&json)]).status, 0);
}
