//! Several dangers in one plan: each is allowed by its own word.

use super::scene::Scene;
use serde_json::Value;
use std::fs;

const PROJECT: &str = "apiVersion: minisync.dev/v1\nkind: Project\nworkspace: default\n\
                       policy: { prune: true }\n";

fn program(key: &str) -> String {
    format!(
        "---\napiVersion: minisync.dev/v1\nkind: MiniProgram\nmetadata: {{ name: {key} }}\nspec:\n  \
         name: Coffee_{key}\n  defaultLanguage: zh-CN\n  releaseTo: [alipay-cn]\n"
    )
}

fn member(who: &str) -> String {
    format!(
        "    - {{ name: {who}, email: {who}@example.com, role: developer, \
         miniPrograms: [coffee] }}\n"
    )
}

/// Two programs and two people are there and managed, and no manifest asks for them any more.
fn emptied() -> Scene {
    let scene = Scene::example("quickstart");
    scene.write("minisync.yaml", PROJECT);
    let people: String = ["ana", "bo"].map(member).concat();
    let roster = "---\napiVersion: minisync.dev/v1\nkind: Roster\nmetadata: { name: team }\n";
    let programs = ["one", "two"].map(program).concat();
    scene.write("more.yaml", &format!("{programs}{roster}spec:\n  members:\n{people}"));
    let run = scene.run(&["apply", "--yes"]);
    assert_eq!(run.status, 0, "{}", run.err);
    fs::remove_file(scene.path().join("more.yaml")).unwrap();
    scene
}

#[test]
fn every_danger_is_allowed_by_its_own_word() {
    let scene = emptied();
    let plan: Value = serde_json::from_str(&scene.run(&["plan", "--format", "json"]).out).unwrap();
    let dangers = plan.pointer("/workspaces/0/dangers").unwrap().as_array().unwrap();
    let allow = |at: usize| dangers[at]["allow"].as_str().unwrap();
    assert!(allow(0).starts_with("remove-members=default:2@"), "{}", allow(0));
    assert!(allow(1).starts_with("delete-programs=default:2@"), "{}", allow(1));
    let apply = |allowed: &[&str]| {
        let flags = allowed.iter().flat_map(|it| ["--allow", it]);
        scene.run(&["apply", "--yes"].into_iter().chain(flags).collect::<Vec<_>>())
    };
    let none = apply(&[]);
    assert_eq!(none.status, 4);
    assert!(none.err.contains("2 dangers are not allowed"), "{}", none.err);
    assert!(none.err.contains(&format!("`--allow {} --allow {}`", allow(0), allow(1))));
    for (given, missing) in [(0, 1), (1, 0)] {
        let run = apply(&[allow(given)]);
        assert_eq!(run.status, 4);
        assert!(run.err.contains("a danger is not allowed"), "{}", run.err);
        assert!(run.err.contains(&format!("pass `--allow {}`", allow(missing))), "{}", run.err);
    }
    let stale = "remove-members=default:2@000000";
    let run = apply(&[stale]);
    assert_eq!(run.status, 4);
    let told = format!("for this one it is `--allow {}`", allow(0));
    assert!(run.err.contains("is for another plan than this one"), "{}", run.err);
    assert!(run.err.contains(&told), "{}", run.err);
    let both = apply(&[allow(1), allow(0)]);
    assert_eq!(both.status, 0, "{}", both.err);
}
