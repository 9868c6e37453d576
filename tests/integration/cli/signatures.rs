//! Signed plans, with the real `ssh-keygen`.

use super::scene::{Run, Scene, told};
use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

/// A project, and the keys of Ann, who may sign, and of a stranger.
fn scene() -> Scene {
    let scene = Scene::example("quickstart");
    for name in ["ann", "stranger"] {
        let made = keygen(&scene, &["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name]);
        assert_eq!(made.status, 0, "{}", made.err);
    }
    scene.write("signers", &signers(&scene, ""));
    scene
}

fn signers(scene: &Scene, options: &str) -> String {
    let key = fs::read_to_string(scene.path().join("ann.pub")).unwrap();
    format!("ann@example.com {options}{key}")
}

fn keygen(scene: &Scene, args: &[&str]) -> Run {
    let mut command = Command::new("ssh-keygen");
    command.args(args).current_dir(scene.path()).stdin(Stdio::null());
    told(&command.output().expect("tests/tools/install installs ssh-keygen"))
}

fn plan(scene: &Scene, key: &[&str]) {
    let run = scene.run(&[&["plan", "--out", "plan.json"], key].concat());
    assert_eq!(run.status, 0, "{}", run.err);
}

fn apply(scene: &Scene) -> Run {
    scene.run(&["apply", "--yes", "plan.json", "--require-signed", "signers"])
}

fn refused(scene: &Scene, words: &str) {
    let run = apply(scene);
    assert_eq!(run.status, 4, "{}", run.err);
    assert!(run.err.contains(words), "{}", run.err);
    assert_eq!(scene.run(&["plan", "--detailed-exitcode"]).status, 2, "nothing was done");
}

fn show(scene: &Scene, args: &[&str]) -> String {
    let run = scene.run(&[&["show", "plan.json"], args].concat());
    assert_eq!(run.status, 0, "{}", run.err);
    run.out
}

#[test]
fn what_an_allowed_signer_signed_is_done() {
    let scene = scene();
    plan(&scene, &["--sign", "ann"]);
    let shown = show(&scene, &["--signers", "signers"]);
    assert_eq!(scene.run(&["show", "plan.json", "--signers", "none"]).status, 1);
    assert!(shown.contains("by ann@example.com, with the key SHA256:"), "{shown}");
    assert!(show(&scene, &[]).contains("`--signers FILE`"));
    let run = apply(&scene);
    assert_eq!(run.status, 0, "{}", run.err);
}

#[test]
fn a_reviewer_signs_with_ssh_keygen_alone() {
    let scene = scene();
    plan(&scene, &[]);
    assert!(show(&scene, &[]).contains("signature  none"));
    let signed = keygen(&scene, &["-Y", "sign", "-n", "minisync-plan", "-f", "ann", "plan.json"]);
    assert_eq!(signed.status, 0, "{}", signed.err);
    assert_eq!(apply(&scene).status, 0);
}

#[test]
fn what_nobody_signed_is_refused() {
    let scene = scene();
    plan(&scene, &[]);
    refused(&scene, "plan.json must be signed, and nobody has signed it");
    assert_eq!(scene.run(&["show", "plan.json", "--signers", "signers"]).status, 1);
}

#[test]
fn what_a_stranger_signed_is_refused() {
    let scene = scene();
    plan(&scene, &["--sign", "stranger"]);
    refused(&scene, "that signed it is not in signers");
    let shown = scene.run(&["show", "plan.json", "--signers", "signers"]);
    assert_eq!(shown.status, 1, "{}", shown.err);
    assert!(shown.out.contains("not good: the key SHA256:"), "{}", shown.out);
}

#[cfg(unix)]
#[test]
fn signers_may_come_through_a_pipe_and_must_be_some() {
    let scene = scene();
    plan(&scene, &["--sign", "ann"]);
    for (signers, told) in [("", "nobody is named in it"), ("ann", "nobody is named in it")] {
        let name = if signers.is_empty() { "nobody" } else { signers };
        fs::File::options().create(true).append(true).open(scene.path().join(name)).unwrap();
        let run = scene.run(&["apply", "--yes", "plan.json", "--require-signed", name]);
        assert_eq!(run.status, 1, "{}", run.err);
        assert!(run.err.contains(told), "{}", run.err);
    }
    let mut command = scene.command(&["apply", "--yes", "plan.json"]);
    command.args(["--require-signed", "/dev/stdin"]).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let text = fs::read(scene.path().join("signers")).unwrap();
    child.stdin.take().unwrap().write_all(&text).unwrap();
    let run = told(&child.wait_with_output().unwrap());
    assert_eq!(run.status, 0, "{}", run.err);
}

#[test]
fn what_was_signed_for_something_else_is_refused() {
    let scene = scene();
    plan(&scene, &[]);
    let signed = keygen(&scene, &["-Y", "sign", "-n", "file", "-f", "ann", "plan.json"]);
    assert_eq!(signed.status, 0, "{}", signed.err);
    refused(&scene, "was made for something else than `minisync-plan`");
}

#[test]
fn who_may_sign_something_else_may_not_sign_this() {
    let scene = scene();
    plan(&scene, &["--sign", "ann"]);
    for options in ["namespaces=\"git\" ", "valid-before=\"20200101\" "] {
        scene.write("signers", &signers(&scene, options));
        refused(&scene, "plan.json must be signed, and ");
    }
}

#[test]
fn what_was_altered_after_it_was_signed_is_refused() {
    let scene = scene();
    plan(&scene, &["--sign", "ann"]);
    let text = fs::read_to_string(scene.path().join("plan.json")).unwrap();
    scene.write("plan.json", &format!("{text}\n"));
    refused(&scene, "it is not as it was signed");
    scene.write("plan.json", &text);
    scene.write("plan.json.sig", "-----BEGIN SSH SIGNATURE-----\nnonsense\n");
    refused(&scene, "its signature is none that counts");
}

#[test]
fn a_signature_does_not_outlive_its_plan() {
    let scene = scene();
    plan(&scene, &["--sign", "ann"]);
    let run = scene.run(&["plan", "--out", "plan.json"]);
    assert!(run.err.contains("plan.json.sig is gone"), "{}", run.err);
    refused(&scene, "nobody has signed it");
}

#[test]
fn a_key_that_is_none_saves_no_plan() {
    let scene = scene();
    let run = scene.run(&["plan", "--out", "plan.json", "--sign", "nowhere"]);
    assert_eq!(run.status, 1, "{}", run.err);
    assert!(run.err.contains("could not be signed with nowhere"), "{}", run.err);
    assert!(!scene.path().join("plan.json").exists());
}

#[test]
fn a_project_can_ask_for_signatures_always() {
    let scene = scene();
    let project = "apiVersion: minisync.dev/v1\nkind: Project\n\
                   policy: { plans: { signers: signers } }\n";
    scene.write("minisync.yaml", project);
    plan(&scene, &[]);
    for args in [&["apply", "--yes"][..], &["apply", "--yes", "plan.json"]] {
        let run = scene.run(args);
        assert_eq!(run.status, 4, "{}", run.err);
    }
    plan(&scene, &["--sign", "ann"]);
    let run = scene.run(&["apply", "--yes", "plan.json"]);
    assert_eq!(run.status, 0, "{}", run.err);
}

#[test]
fn signers_that_are_kept_elsewhere_are_asked_for_where_they_count() {
    let scene = scene();
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("signers");
    let head = "apiVersion: minisync.dev/v1\nkind: Project\n";
    let project = format!("{head}policy: {{ plans: {{ signers: {} }} }}\n", path.display());
    scene.write("minisync.yaml", &project);
    assert_eq!(scene.run(&["check"]).status, 0);
    plan(&scene, &["--sign", "ann"]);
    let apply = || scene.run(&["apply", "--yes", "plan.json"]);
    let run = apply();
    assert_eq!(run.status, 1, "{}", run.err);
    assert!(run.err.contains("`policy.plans.signers` in minisync.yaml names /"), "{}", run.err);
    fs::copy(scene.path().join("signers"), &path).unwrap();
    assert_eq!(apply().status, 0);
}
