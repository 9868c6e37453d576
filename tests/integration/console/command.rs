//! `minisync sandbox console`, as a program.

use super::visitor::latest_link;
use crate::stage::{MINISYNC, Stage};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// A console that serves a stage's embedded sandbox.
pub(super) struct Console {
    running: Child,
    pub(super) url: String,
    pub(super) token: String,
    folder: PathBuf,
}

impl Console {
    pub(super) fn open(stage: &Stage) -> Self {
        let mut running = Command::new(MINISYNC)
            .args(["sandbox", "console", "--listen", "127.0.0.1:0"])
            .current_dir(&stage.folder)
            .env_clear()
            .env("HOME", stage.folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
        let mut line = || lines.next().unwrap().unwrap();
        let url = line().strip_prefix("Console at ").unwrap().replace("/console", "");
        let token = line().rsplit_once(' ').unwrap().1.to_owned();
        Self { running, url, token, folder: stage.folder.path().join(".minisync") }
    }

    /// The latest link that somebody got by mail, as if the mail led here.
    pub(super) fn link(&self, email: &str) -> String {
        let outbox = self.folder.join("outbox");
        for _ in 0..10_000 {
            if let Some(link) = latest_link(&outbox, email) {
                return format!("{}{link}", self.url);
            }
            std::thread::yield_now();
        }
        panic!("no mail for {email}");
    }

    /// As Ctrl-C does.
    fn interrupt(&mut self) {
        let id = self.running.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        self.running.wait().unwrap();
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        if self.running.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.interrupt();
        }
    }
}

#[test]
fn a_console_tells_other_commands_where_it_is_and_takes_that_back() {
    let stage = Stage::of("examples/master");
    let mut console = Console::open(&stage);
    let note = console.folder.join("console.json");
    assert_eq!(fs::metadata(&note).unwrap().permissions().mode() & 0o777, 0o600);
    for command in
        [&["apply", "--yes"][..], &["plan"], &["status"], &["sandbox", "accept", "--all"]]
    {
        let said = stage.minisync(command);
        assert_eq!(said.status, 0, "{command:?}: {}", said.stderr);
    }
    let said = stage.minisync(&["sandbox", "token", "mei.chen@example.com"]);
    assert!(said.stdout.starts_with("msp_") && said.stdout.lines().count() == 1, "{}", said.stdout);
    let second = stage.minisync(&["sandbox", "console", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status, 1);
    assert!(second.stderr.contains("another console is open already"), "{}", second.stderr);
    assert!(note.exists(), "the first one's note stays");
    assert!(console.token.starts_with("msp_"));
    console.interrupt();
    assert!(!note.exists());
    assert_eq!(stage.minisync(&["status"]).status, 0);
}

#[test]
fn who_applies_beside_a_console_is_told_of_the_mails_that_go_out_for_it() {
    let stage = Stage::of("examples/master");
    let console = Console::open(&stage);
    let applied = stage.minisync(&["apply", "--yes"]);
    assert!(applied.stderr.ends_with("\n1 mail in .minisync/outbox\n"), "{}", applied.stderr);
    console.link("mei.chen@example.com");
    fs::write(console.folder.join("outbox/another.eml"), "another's").unwrap();
    let again = stage.minisync(&["apply", "--yes"]);
    assert!(!again.stderr.contains("mail"), "{}", again.stderr);
}

#[test]
fn whoever_waits_beside_a_console_joins_it_though_the_usual_port_is_taken() {
    let stage = Stage::of("examples/master");
    let console = Console::open(&stage);
    // Whoever has it already does as well.
    let _taken = TcpListener::bind("127.0.0.1:8723");
    let waited = stage.minisync(&["apply", "--yes", "--wait", "200ms", "--every", "100ms"]);
    assert_eq!(waited.status, 3, "{}", waited.stderr);
    let reception = format!("People can answer at {}", console.url);
    assert!(waited.stderr.contains(&reception), "{}", waited.stderr);
}

#[test]
fn the_note_of_a_console_that_was_killed_is_no_harm() {
    let stage = Stage::of("examples/master");
    let mut console = Console::open(&stage);
    console.running.kill().unwrap();
    console.running.wait().unwrap();
    assert!(console.folder.join("console.json").exists());
    let said = stage.minisync(&["apply", "--yes"]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    let console = Console::open(&stage);
    assert_eq!(stage.minisync(&["status"]).status, 0);
    drop(console);
    assert!(!stage.folder.path().join(".minisync/console.json").exists());
}
