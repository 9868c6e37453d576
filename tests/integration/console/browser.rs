//! Chromium, driven by playwright-core.

use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

pub(super) struct Browser {
    driver: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Browser {
    pub(super) fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let install = Command::new(root.join("tests/tools/install")).output().unwrap();
        assert!(install.status.success(), "{}", String::from_utf8_lossy(&install.stderr));
        let mut driver = Command::new("node")
            .arg(root.join("tests/integration/console/driver.mjs"))
            .arg(root.join("target/tools/node"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|why| panic!("node: {why}"));
        let to = driver.stdin.take();
        let from = BufReader::new(driver.stdout.take().unwrap());
        let mut browser = Self { driver, to, from };
        browser.person(json!({}));
        browser
    }

    /// Somebody with a browser of their own; how it is set up.
    pub(super) fn person(&mut self, how: Value) {
        self.tell("person", how);
    }

    pub(super) fn open(&mut self, url: &str) -> u64 {
        self.tell("open", json!({ "url": url })).as_u64().unwrap()
    }

    pub(super) fn press_button(&mut self, name: &str) {
        self.tell("click", json!({ "role": "button", "name": name }));
    }

    pub(super) fn follow(&mut self, name: &str) {
        self.tell("click", json!({ "role": "link", "name": name }));
    }

    pub(super) fn fill(&mut self, label: &str, text: &str) {
        self.tell("fill", json!({ "label": label, "text": text }));
    }

    pub(super) fn sign_in(&mut self, url: &str, token: &str) {
        self.open(&format!("{url}/sign-in"));
        self.fill("Token", token);
        self.press_button("Sign in");
        self.tell("wait_for", json!({ "url": "**/console**" }));
    }

    pub(super) fn see(&mut self, text: &str) {
        self.tell("see", json!({ "text": text }));
    }

    pub(super) fn said(&mut self, what: &str) -> String {
        self.tell(what, json!({})).as_str().unwrap().to_owned()
    }

    /// Dialogs, script errors and what the page's policy stopped: all of it a fault.
    pub(super) fn expect_no_faults(&mut self) {
        assert_eq!(self.tell("faults", json!({})), json!([]));
    }

    /// Readable by everybody, as far as axe-core can tell, and no wider than the window.
    pub(super) fn expect_readable(&mut self, what: &str) {
        assert_eq!(self.tell("axe", json!({})), json!([]), "{what}");
        let overflow = self.tell("overflow", json!({}));
        assert_eq!(overflow, json!(0), "{what} is wider than the window");
    }

    pub(super) fn tell(&mut self, command: &str, mut how: Value) -> Value {
        how["command"] = command.into();
        let to = self.to.as_mut().unwrap();
        writeln!(to, "{how}").unwrap();
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        let mut answer: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{how}"));
        assert!(answer.get("no").is_none(), "{how}: {answer}");
        answer["ok"].take()
    }
}

impl Drop for Browser {
    /// Without more to do, the driver closes its browser and ends.
    fn drop(&mut self) {
        drop(self.to.take());
        drop(self.driver.wait());
    }
}
