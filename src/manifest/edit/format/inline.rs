//! Spaces within a line: after colons, and in brackets and braces that are closed on their line.

use super::super::{
    Refusal,
    meaning::{is_bracketed, tree},
};
use crate::manifest::yaml::{Kind, Node};
use std::ops::Range;

pub(super) fn spaced(text: &str) -> Result<String, Refusal> {
    let mut edits = Vec::new();
    for node in &tree(text)? {
        add_edits(text, node, &mut edits);
    }
    // An alias repeats places.
    edits.sort_by_key(|(range, _): &(Range<usize>, String)| range.start);
    edits.dedup();
    let (mut spaced, mut at) = (String::with_capacity(text.len()), 0);
    for (range, replacement) in edits {
        if range.start < at {
            return Err(Refusal::WouldChange);
        }
        spaced.push_str(&text[at..range.start]);
        spaced.push_str(&replacement);
        at = range.end;
    }
    Ok(spaced + &text[at..])
}

fn add_edits(text: &str, node: &Node<'_>, edits: &mut Vec<(Range<usize>, String)>) {
    let range = node.span.range();
    if is_bracketed(text, node) {
        let written = in_one_line(text, node).filter(|written| *written != text[range.clone()]);
        edits.extend(written.map(|written| (range, written)));
        return;
    }
    match &node.kind {
        Kind::List(items) => {
            for item in items {
                add_edits(text, item, edits);
            }
        }
        Kind::Mapping(entries) => {
            for (key, value) in entries {
                let gap = key.span.range().end..value.span.range().start;
                let written = text.get(gap.clone()).unwrap_or_default();
                let is_plain = written.trim_matches(' ') == ":" && !value.is_empty();
                if is_plain && written != ": " {
                    edits.push((gap, ": ".to_owned()));
                }
                add_edits(text, value, edits);
            }
        }
        Kind::Null
        | Kind::Bool(_)
        | Kind::Integer(_)
        | Kind::Float(_)
        | Kind::Text(_)
        | Kind::Broken => {}
    }
}

/// `None` where it is not in one line, or has more in it than values.
fn in_one_line(text: &str, node: &Node<'_>) -> Option<String> {
    let source = &text[node.span.range()];
    if source.contains(['\n', '#', '&', '*', '!', '?']) || node.is_empty() {
        return None;
    }
    match &node.kind {
        Kind::List(items) => {
            let items: Option<Vec<_>> = items.iter().map(|item| in_one_line(text, item)).collect();
            source.starts_with('[').then_some(format!("[{}]", items?.join(", ")))
        }
        Kind::Mapping(entries) if entries.is_empty() => Some("{}".to_owned()),
        Kind::Mapping(entries) => {
            let entry = |(key, value): &(_, Node<'_>)| {
                let key: &crate::manifest::yaml::Key<'_> = key;
                Some(format!("{}: {}", &text[key.span.range()], in_one_line(text, value)?))
            };
            let entries: Option<Vec<_>> = entries.iter().map(entry).collect();
            source.starts_with('{').then_some(format!("{{ {} }}", entries?.join(", ")))
        }
        Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) | Kind::Text(_) => {
            Some(source.to_owned())
        }
        Kind::Broken => None,
    }
}
