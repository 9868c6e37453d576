//! Narratives on a terminal.

use super::{
    Look,
    layout::{runs, wrapped},
};
use crate::report::narrative::Narrative;
use anstyle::Style;

pub(in crate::report) fn narrative(narrative: &Narrative, look: &Look) -> String {
    let mut text = String::new();
    for entry in &narrative.entries {
        text.push_str(&wrapped(&runs(&entry.head, Style::new().bold()), 0, 4, look));
        for line in &entry.lines {
            text.push_str("    ");
            text.push_str(&wrapped(&runs(line, Style::new()), 4, 8, look));
        }
    }
    if !narrative.entries.is_empty() && !narrative.sentences.is_empty() {
        text.push('\n');
    }
    for sentence in &narrative.sentences {
        text.push_str(&wrapped(&runs(sentence, Style::new()), 0, 2, look));
    }
    text
}
