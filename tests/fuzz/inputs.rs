//! What is done with the bytes that somebody may hand us: none may panic, hang or eat the memory.

use minisync::{
    diagnostic::{Source, Sources},
    ledger::{Head, Place, Reader, Record},
    manifest::{self, Context, Loaded, edit},
    model::{Desired, Member, Role, WorkspaceId, image},
    report::{
        Format, Look,
        saved::{self, SavedPlan, Signature},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// As a manifest and as a project file; what is found must lie in the text. And as a text that is
/// formatted, and added to.
pub(crate) fn manifests(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for path in ["team.yaml", "minisync.yaml"] {
        drop(asked(path, &text));
    }
    formatted(&text);
    added_to(&text);
}

/// What a text asks for, when it is sound.
fn asked(path: &str, text: &str) -> Option<BTreeMap<WorkspaceId, Desired>> {
    let sources = Sources::new(vec![Source { path: path.into(), text: text.into() }]);
    let loaded = manifest::parse(&sources).load(&Context::default());
    spans(&sources, &loaded);
    Some(loaded.into_valid().ok()?.workspaces)
}

/// It asks for the same, and is in form.
fn formatted(text: &str) {
    if let Ok(once) = edit::format(text) {
        assert_eq!(edit::format(&once).as_deref(), Ok(once.as_str()));
        assert_eq!(asked("team.yaml", text), asked("team.yaml", &once));
    }
}

/// Whoever is added is asked for beside all the others.
fn added_to(text: &str) {
    let lin = Member {
        email: "lin@example.com".parse().expect("an address"),
        name: "Lin".to_owned(),
        role: Role::Master,
        blocked: false,
        previously: None,
        until: None,
        assignments_until: BTreeMap::new(),
        ignore: BTreeMap::new(),
    };
    let Ok(more) = edit::with_members(text, 0, std::slice::from_ref(&lin)) else { return };
    let (Some(before), Some(after)) = (asked("team.yaml", text), asked("team.yaml", &more)) else {
        return;
    };
    let people = |asked: &BTreeMap<WorkspaceId, Desired>| -> BTreeSet<_> {
        asked.values().flat_map(|it| it.members.keys().cloned()).collect()
    };
    let mut expected = people(&before);
    expected.insert(lin.email);
    assert_eq!(people(&after), expected);
}

/// What is read as a saved plan is written as one, and read the same. And as one whose digests are
/// in order, whoever wrote it: it is told in every way.
pub(crate) fn saved_plans(bytes: &[u8]) {
    if let Ok(plan) = saved::parse(bytes) {
        let again = saved::parse(plan.text().as_bytes());
        assert_eq!(again.ok(), Some(plan));
    }
    let Ok(plan) = serde_json::from_slice::<SavedPlan>(bytes) else { return };
    let plan = plan.sealed();
    if let Ok(again) = saved::parse(plan.text().as_bytes()) {
        assert_eq!(again, plan);
    }
    for format in [Format::Human, Format::Json, Format::Markdown, Format::Github] {
        let told = minisync::report::show(&plan, &Signature::Missing, format, &Look::default());
        assert!(!told.is_empty());
    }
}

/// As it is; and every record in it sealed anew, so that what lies behind the hashes is reached.
pub(crate) fn ledgers(bytes: &[u8]) {
    taken_in(bytes);
    let place = Place { platform: "fuzz".to_owned(), workspace: "acme".parse().unwrap() };
    let mut head = Head::start("fuzz", &place);
    let mut export =
        r#"{"format":"minisync ledger","version":1,"ledger":"fuzz"}"#.to_owned() + "\n";
    for line in bytes.split(|byte| *byte == b'\n') {
        let Ok(line) = serde_json::from_slice::<serde_json::Value>(line) else { continue };
        let Ok(mut record) = serde_json::from_value::<Record>(line["record"].clone()) else {
            continue;
        };
        record.number = head.number + 1;
        let (platform, text) = (&place.platform, record.text());
        let hash = image::digest(format!("{}\n{text}", head.hash).as_bytes());
        head = Head { number: record.number, hash: hash.clone() };
        let place = format!(r#""platform":"{platform}","workspace":"acme""#);
        let line = [r"{", &place, r#","record":"#, &text, r#","hash":""#, hash.as_str(), "\"}\n"];
        export += &line.concat();
    }
    taken_in(export.as_bytes());
}

fn taken_in(export: &[u8]) {
    let Ok(mut reader) = Reader::new(export) else { return };
    let n_lines = export.split(|byte| *byte == b'\n').count();
    assert!(reader.by_ref().take_while(Result::is_ok).count() <= n_lines);
}

fn spans(sources: &Sources, loaded: &Loaded) {
    for found in loaded.diagnostics() {
        let places = found.related.iter().map(|(span, _)| *span).chain([found.primary]);
        for span in places {
            let text = &sources.get(span.source).text;
            assert!(text.get(span.range()).is_some(), "{found:?} is not in the text");
        }
    }
}
