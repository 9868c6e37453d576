//! What is done with the bytes that somebody may hand us: none may panic, hang or eat the memory.

use minisync::{
    diagnostic::{Source, Sources},
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

fn spans(sources: &Sources, loaded: &Loaded) {
    for found in loaded.diagnostics() {
        let places = found.related.iter().map(|(span, _)| *span).chain([found.primary]);
        for span in places {
            let text = &sources.get(span.source).text;
            assert!(text.get(span.range()).is_some(), "{found:?} is not in the text");
        }
    }
}
