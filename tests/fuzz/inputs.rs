//! What is done with the bytes that somebody may hand us: none may panic, hang or eat the memory.

use minisync::{
    diagnostic::{Source, Sources},
    ledger::{Head, Place, Reader, Record},
    manifest::{self, Context, Loaded},
    report::saved,
};

/// As a manifest and as a project file; what is found must lie in the text.
pub(crate) fn manifests(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for path in ["team.yaml", "minisync.yaml"] {
        let sources = Sources::new(vec![Source { path: path.into(), text: text.as_ref().into() }]);
        let loaded = manifest::parse(&sources).load(&Context::default());
        spans(&sources, &loaded);
        drop(loaded.into_valid());
    }
}

/// What is read as a saved plan is written as one, and read the same.
pub(crate) fn saved_plans(bytes: &[u8]) {
    if let Ok(plan) = saved::parse(bytes) {
        let again = saved::parse(plan.text().as_bytes());
        assert_eq!(again.ok(), Some(plan));
    }
}

/// As it is; and every record in it sealed anew, so that what lies behind the hashes is reached.
pub(crate) fn ledgers(bytes: &[u8]) {
    taken_in(bytes);
    let place = Place { platform: "fuzz".to_owned(), workspace: "acme".to_owned() };
    let mut head = Head::start("fuzz", &place);
    let mut export =
        r#"{"format":"minisync ledger","version":1,"ledger":"fuzz"}"#.to_owned() + "\n";
    for line in bytes.split(|byte| *byte == b'\n') {
        let Ok(line) = serde_json::from_slice::<serde_json::Value>(line) else { continue };
        let Ok(mut record) = serde_json::from_value::<Record>(line["record"].clone()) else {
            continue;
        };
        record.number = head.number + 1;
        let sealed = head.after(record);
        head = sealed.head();
        let (platform, text) = (&place.platform, sealed.record.text());
        let hash = &sealed.hash;
        export += &format!(
            r#"{{"platform":"{platform}","workspace":"acme","record":{text},"hash":"{hash}"}}"#
        );
        export += "\n";
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
