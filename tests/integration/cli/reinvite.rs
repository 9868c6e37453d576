//! Asking somebody once more, whom nothing else would ask.

use super::scene::Scene;

const LIN: &str = "lin.wei@example.com";

/// Lin was invited, and refused.
fn refused() -> Scene {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    assert_eq!(scene.run(&["sandbox", "refuse", LIN]).status, 0);
    scene
}

#[test]
fn who_refused_is_left_alone_and_the_way_out_is_told() {
    let scene = refused();
    let status = scene.run(&["status", "--detailed-exitcode"]);
    assert_eq!(status.status, 3, "{}", status.err);
    assert!(status.out.contains(&format!("`minisync apply --reinvite {LIN}`")), "{}", status.out);
    assert!(status.out.contains("Nobody is waited for: 1 thing needs"), "{}", status.out);
}

#[test]
fn who_refused_is_asked_again_when_the_operator_says_so() {
    let scene = refused();
    let plan = scene.run(&["plan", "--reinvite", LIN]);
    assert!(plan.out.contains("refused before, and asked again"), "{}", plan.out);
    assert_eq!(scene.run(&["apply", "--yes", "--reinvite", LIN]).status, 0);
    let status = scene.run(&["status"]);
    assert!(status.out.contains("Waiting for 1 of 1 person"), "{}", status.out);
}

#[test]
fn a_saved_plan_knows_who_is_to_be_asked_again() {
    let scene = refused();
    assert_eq!(scene.run(&["plan", "--reinvite", LIN, "--out", "plan.json"]).status, 0);
    let apply = scene.run(&["apply", "--yes", "plan.json"]);
    assert_eq!(apply.status, 0, "{}", apply.err);
    assert!(apply.out.contains("Applied: 1 person invited."), "{}", apply.out);
}

#[test]
fn a_slip_in_an_address_asks_nobody() {
    let scene = refused();
    let run = scene.run(&["plan", "--reinvite", "lin.wie@example.com"]);
    assert_eq!(run.status, 64);
    assert!(run.err.contains("nobody on the rosters has the address"), "{}", run.err);
    assert!(run.err.contains(&format!("did you mean `{LIN}`?")), "{}", run.err);
    assert_eq!(scene.run(&["apply", "--yes", "--reinvite", "lin"]).status, 64);
}

#[test]
fn who_has_an_invitation_is_not_asked_twice() {
    let scene = Scene::example("quickstart");
    assert_eq!(scene.run(&["apply", "--yes"]).status, 0);
    let apply = scene.run(&["apply", "--yes", "--reinvite", LIN]);
    assert_eq!(apply.status, 0);
    assert!(apply.err.contains(&format!("{LIN} is not asked again")), "{}", apply.err);
    assert!(apply.out.contains("Waiting for 1 of 1 person"), "{}", apply.out);
}
