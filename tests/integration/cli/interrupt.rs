//! Ctrl-C or SIGTERM, in the middle of an apply.

use super::scene::Scene;
use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
};

fn interrupt(child: &Child, signal: &str) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

#[test]
fn what_is_in_flight_is_finished_and_the_next_run_does_the_rest() {
    for signal in ["-INT", "-TERM"] {
        interrupted(signal);
    }
}

fn interrupted(signal: &str) {
    let scene = Scene::example("coffee-chain");
    let mut child = scene
        .command(&["apply", "--yes", "--concurrency", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut progress = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("done: create") {
        line.clear();
        assert_ne!(progress.read_line(&mut line).unwrap(), 0, "no step was done");
    }
    interrupt(&child, signal);
    let mut rest = String::new();
    progress.read_to_string(&mut rest).unwrap();
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest}");
    let told = "Stopping: finishing what is in flight. The same once more stops at once.\n";
    assert!(rest.contains(told), "{rest}");
    assert!(out.contains("not begun"), "{out}");
    let again = scene.run(&["apply", "--yes"]);
    assert_eq!(again.status, 0, "{}", again.err);
    let status = scene.run(&["status", "--detailed-exitcode"]);
    assert_eq!(status.status, 3, "{}", status.out);
    assert!(status.out.contains("Waiting for 25 of 25 people"), "{}", status.out);
}
