//! An editor, as far as `yaml-language-server` can tell.

use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

const SERVER: &str = "target/tools/node/node_modules/.bin/yaml-language-server";
/// Where the cursor is, in a text of a test.
const CURSOR: char = '‸';
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Editor {
    server: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    n_sent: u64,
    n_opened: u64,
    diagnostics: BTreeMap<String, Value>,
}

impl Editor {
    pub(super) fn start() -> Self {
        let root = std::env::current_dir().unwrap();
        let mut server = Command::new(root.join(SERVER))
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|why| panic!("{SERVER}: {why}; run tests/tools/install"));
        let to = server.stdin.take().unwrap();
        let from = listen(server.stdout.take().unwrap());
        let diagnostics = BTreeMap::new();
        let mut editor = Self { server, to, from, n_sent: 0, n_opened: 0, diagnostics };
        let can = json!({
            "textDocument": {
                "completion": { "completionItem": { "snippetSupport": true } },
                "hover": { "contentFormat": ["markdown"] },
                "publishDiagnostics": {},
            },
            "workspace": { "configuration": true },
        });
        let who = json!({ "processId": null, "rootUri": uri(""), "capabilities": can });
        editor.ask("initialize", &who);
        editor.tell("initialized", &json!({}));
        editor
    }

    pub(super) fn completion(&mut self, text: &str) -> Vec<Value> {
        let place = self.open(text);
        let answer = self.ask("textDocument/completion", &place);
        answer["items"].as_array().or(answer.as_array()).cloned().unwrap_or_default()
    }

    pub(super) fn hover(&mut self, text: &str) -> String {
        let place = self.open(text);
        let answer = self.ask("textDocument/hover", &place);
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    /// The underlined text and the message of each, in the order of the text.
    pub(super) fn diagnostics(&mut self, text: &str) -> Vec<(String, String)> {
        let place = self.open(text);
        let uri = place["textDocument"]["uri"].as_str().unwrap();
        // What is shown before the schema has arrived is nothing.
        while self.diagnostics.get(uri).is_none_or(|found| found == &json!([])) {
            self.receive();
        }
        let mut found: Vec<Value> = self.diagnostics[uri].as_array().unwrap().clone();
        found.sort_by_key(|one| one["range"]["start"]["line"].as_u64());
        let says = |one: &Value| one["message"].as_str().unwrap().to_owned();
        found.iter().map(|one| (underlined(text, &one["range"]), says(one))).collect()
    }

    /// Opens a text that is on no disk, beside the examples; gives the place of the cursor.
    fn open(&mut self, text: &str) -> Value {
        self.n_opened += 1;
        let uri = uri(&format!("examples/quickstart/unsaved-{}.yaml", self.n_opened));
        let before = text.split(CURSOR).next().unwrap_or_default();
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count();
        let text = text.replace(CURSOR, "");
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
        let position = json!({ "line": line, "character": column });
        json!({ "textDocument": { "uri": uri }, "position": position })
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.n_sent += 1;
        let id = self.n_sent;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message["id"] == id && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
        }
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.to.flush().unwrap();
    }

    /// The next message; what the server asks of an editor is answered on the way.
    fn receive(&mut self) -> Value {
        let message = self.from.recv_timeout(PATIENCE).expect("the server answers");
        let params = &message["params"];
        match message["method"].as_str() {
            Some("workspace/configuration") => {
                let items = params["items"].as_array().unwrap();
                let answer: Value = items.iter().map(|item| settings(&item["section"])).collect();
                self.answer(&message["id"], &answer);
            }
            Some("custom/schema/request") => self.answer(&message["id"], &json!([])),
            Some("textDocument/publishDiagnostics") => {
                let uri = params["uri"].as_str().unwrap().to_owned();
                self.diagnostics.insert(uri, params["diagnostics"].clone());
            }
            Some(_) if message.get("id").is_some() => self.answer(&message["id"], &Value::Null),
            Some(_) | None => {}
        }
        message
    }

    fn answer(&mut self, id: &Value, result: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }
}

/// What is offered, sorted.
pub(super) fn labels(offers: &[Value]) -> Vec<String> {
    let mut labels: Vec<String> =
        offers.iter().map(|offer| offer["label"].as_str().unwrap().to_owned()).collect();
    labels.sort();
    labels
}

/// The keys among what is offered; the rest are whole mappings to start from.
pub(super) fn keys(mut offers: Vec<Value>) -> Vec<String> {
    const PROPERTY: u64 = 10;
    offers.retain(|offer| offer["kind"] == PROPERTY);
    labels(&offers)
}

/// The schema store is on the network, and everything here must come from our own schemas.
fn settings(section: &Value) -> Value {
    match section.as_str() {
        Some("yaml") => json!({
            "validate": true, "hover": true, "completion": true,
            "schemaStore": { "enable": false, "url": "" },
        }),
        Some(_) | None => json!({}),
    }
}

fn uri(path: &str) -> String {
    let root = std::env::current_dir().unwrap();
    format!("file://{}/{path}", root.display())
}

fn underlined(text: &str, range: &Value) -> String {
    let offset = |place: &Value| -> usize {
        let (line, column) =
            (place["line"].as_u64().unwrap(), place["character"].as_u64().unwrap());
        let before = text.split_inclusive('\n').take(line.try_into().unwrap());
        before.map(|line| line.encode_utf16().count()).sum::<usize>()
            + usize::try_from(column).unwrap()
    };
    let units: Vec<u16> = text.encode_utf16().collect();
    String::from_utf16(&units[offset(&range["start"])..offset(&range["end"])]).unwrap()
}

/// Reads the server's messages on a thread that ends with the server.
fn listen(output: ChildStdout) -> Receiver<Value> {
    let (give, take) = channel();
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        while let Some(message) = read(&mut output) {
            if give.send(message).is_err() {
                break;
            }
        }
    });
    take
}

/// One message: headers, an empty line, and as many bytes as the headers say.
fn read(output: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line == "\r\n" {
            break;
        }
        if let Some(number) = line.strip_prefix("Content-Length: ") {
            length = number.trim().parse().ok();
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
