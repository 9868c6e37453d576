//! Narratives in Markdown: lists.

use super::{escape::phrase, page::Page};
use crate::report::narrative::Narrative;

/// For a comment: no longer than GitHub takes.
pub(in crate::report) fn narrative(narrative: &Narrative) -> String {
    let mut page = Page::default();
    let sentences: Vec<String> = narrative.sentences.iter().map(phrase).collect();
    page.add(&format!("### {}\n\n{}\n\n", phrase(&narrative.title), sentences.join("\n")), 0);
    for entry in &narrative.entries {
        let lines = entry.lines.iter().map(|line| format!("  - {}\n", phrase(line)));
        let block = format!("- {}\n{}", phrase(&entry.head), lines.collect::<String>());
        page.add(&block, 1 + entry.lines.len());
    }
    page.finish()
}
