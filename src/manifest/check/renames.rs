//! Mini programs whose key has changed: the previous one leads to one program, and to no other.

use super::{Census, CheckInput, census::Programs};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::document::{MiniProgramMetadata, Spanned},
};
use std::collections::BTreeMap;

pub(super) const CODES: &[CodeInfo] = &[SAME_KEY, STILL_WRITTEN, CLAIMED_TWICE];

const SAME_KEY: CodeInfo = CodeInfo {
    code: Code(205),
    title: "a mini program's previous key is the one it has",
    explanation: "`metadata.previously` is the key that a mini program had before, and \
        `metadata.name` the one that takes its place.",
    source: "a decision of minisync",
};
const STILL_WRITTEN: CodeInfo = CodeInfo {
    code: Code(206),
    title: "a mini program's previous key is the key of another one",
    explanation: "`metadata.previously` says that what is known under the old key goes on under the \
        new one. A document of the same workspace with the old key is another wish for the same \
        mini program.",
    source: "a decision of minisync",
};
const CLAIMED_TWICE: CodeInfo = CodeInfo {
    code: Code(207),
    title: "two mini programs had the same key before",
    explanation: "What is known under the previous key goes on under one new key. Of two mini \
        programs, nobody could say which.",
    source: "a decision of minisync",
};

pub(super) fn check(_: &CheckInput<'_>, census: &Census<'_>, found: &mut Vec<Diagnostic>) {
    for programs in census.programs.values() {
        let mut first = BTreeMap::new();
        for metadata in programs.values().flatten().map(|program| &program.document.metadata) {
            let Some(old) = &metadata.previously else { continue };
            found.extend(misplaced(programs, metadata, old));
            let (key, known) = *first.entry(old.as_str()).or_insert((metadata.name.as_str(), old));
            if key != metadata.name.as_str() {
                found.push(claimed_twice(key, known, metadata, old));
            }
        }
    }
}

/// A key that this mini program cannot have had before.
fn misplaced(
    programs: &Programs<'_>,
    metadata: &MiniProgramMetadata,
    old: &Spanned<String>,
) -> Option<Diagnostic> {
    let MiniProgramMetadata { name, .. } = metadata;
    if name.value == old.value {
        let message = format!("`{}` is the key that this mini program has", old.value);
        let finding = Diagnostic::error(&SAME_KEY, old.span, message)
            .related(name.span, "here it is its key")
            .help("leave `previously` out, or write the key it had before");
        return Some(finding);
    }
    let other = programs.get(old.as_str())?.first()?;
    let message = format!("`{}` is a key still, and so cannot become `{}`", old.value, name.value);
    let finding = Diagnostic::error(&STILL_WRITTEN, old.span, message)
        .related(other.document.metadata.name.span, "here it is written")
        .help("take that document away, or leave `previously` out");
    Some(finding)
}

fn claimed_twice(
    first: &str,
    known: &Spanned<String>,
    again: &MiniProgramMetadata,
    old: &Spanned<String>,
) -> Diagnostic {
    let message = format!("`{}` cannot become `{first}` and `{}`", old.value, again.name.value);
    Diagnostic::error(&CLAIMED_TWICE, old.span, message)
        .related(known.span, format!("here it becomes `{first}`"))
        .help("keep `previously` with the mini program whose key it was")
}
