//! What happened, told one thing after the other: entries with lines below them, then sentences.

use super::wording::phrase::Phrase;

#[derive(Debug, Clone, Default)]
pub(super) struct Narrative {
    pub(super) title: Phrase,
    pub(super) entries: Vec<Entry>,
    /// After the entries.
    pub(super) sentences: Vec<Phrase>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub(super) head: Phrase,
    pub(super) lines: Vec<Phrase>,
}
