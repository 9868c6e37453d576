//! A field before and after, the words that differ marked.

use super::{
    Look,
    layout::{Run, width, wrapped},
};
use crate::report::wording::field::Field;
use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const NAME: Style = Style::new().dimmed();
const PLAIN: Style = Style::new();

/// Texts that have less in common are shown one after the other.
const ALIKE: f32 = 0.4;
/// Unchanged text between two changes that is shown whole, in characters.
const UNCHANGED: usize = 24;

/// One field, with a line end.
pub(super) fn field(field: &Field, indent: usize, look: &Look) -> String {
    let mut runs = vec![Run::new(NAME, &field.name), Run::new(PLAIN, ": ")];
    let change = match (&field.before, &field.after) {
        (Some(before), Some(after)) => both(before, after, look),
        (Some(before), None) => vec![Run::new(REMOVED, &bracketed("[-", before, "-]"))],
        (None, Some(after)) => vec![Run::new(ADDED, &bracketed("{+", after, "+}"))],
        (None, None) => Vec::new(),
    };
    runs.extend(change);
    " ".repeat(indent) + &wrapped(&runs, indent, indent + 2, look)
}

fn both(before: &str, after: &str, look: &Look) -> Vec<Run> {
    let arrow = vec![Run::new(REMOVED, before), Run::new(PLAIN, " → "), Run::new(ADDED, after)];
    let diff = TextDiff::from_unicode_words(before, after);
    if width(&arrow) <= look.width / 2 || diff.ratio() < ALIKE {
        return arrow;
    }
    words(&diff)
}

/// `每天一杯[-好-]{+香浓+}咖啡`: readable without colours too.
fn words(diff: &TextDiff<'_, '_, str>) -> Vec<Run> {
    let mut parts: Vec<(ChangeTag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        match parts.last_mut() {
            Some((tag, text)) if *tag == change.tag() => text.push_str(change.value()),
            Some(_) | None => parts.push((change.tag(), change.value().to_owned())),
        }
    }
    let n_parts = parts.len();
    let runs = parts.iter().enumerate().map(|(at, (tag, text))| match tag {
        ChangeTag::Equal => Run::new(PLAIN, &shortened(text, at, n_parts)),
        ChangeTag::Delete => Run::new(REMOVED, &bracketed("[-", text, "-]")),
        ChangeTag::Insert => Run::new(ADDED, &bracketed("{+", text, "+}")),
    });
    runs.collect()
}

fn bracketed(open: &str, text: &str, close: &str) -> String {
    format!("{open}{text}{close}")
}

/// Unchanged text, without what is far from every change.
fn shortened(text: &str, at: usize, n_parts: usize) -> String {
    let n_chars = text.chars().count();
    if n_chars <= UNCHANGED {
        return text.to_owned();
    }
    let after_a_change = if at == 0 { 0 } else { UNCHANGED / 2 };
    let before_a_change = if at + 1 == n_parts { 0 } else { UNCHANGED / 2 };
    let head: String = text.chars().take(after_a_change).collect();
    let tail: String = text.chars().skip(n_chars - before_a_change).collect();
    // Whole words only, where there are spaces.
    let head = head.rfind(' ').map_or(&head[..], |at| &head[..=at]);
    let tail = tail.find(' ').map_or(&tail[..], |at| &tail[at..]);
    format!("{head}…{tail}")
}
