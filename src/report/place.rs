//! Places as people and programs count them: lines and columns from 1, columns in characters.

use super::visible::visible;
use crate::diagnostic::{SourceId, Sources, Span};
use std::cell::OnceCell;

/// Looks lines up by a table that is made once for each source that is asked about.
#[derive(Debug)]
pub(super) struct Places<'a> {
    sources: &'a Sources,
    line_starts: Vec<OnceCell<Vec<usize>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl<'a> Places<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self { sources, line_starts: vec![OnceCell::new(); sources.len()] }
    }

    /// As it is, for programs.
    pub(super) fn raw_path(&self, source: SourceId) -> &'a str {
        &self.sources.get(source).path
    }

    /// Safe to print.
    pub(super) fn path(&self, source: SourceId) -> String {
        visible(&self.sources.get(source).path).into_owned()
    }

    pub(super) fn text(&self, source: SourceId) -> &'a str {
        &self.sources.get(source).text
    }

    pub(super) fn start(&self, span: Span) -> Position {
        self.position(span.source, span.range().start)
    }

    pub(super) fn end(&self, span: Span) -> Position {
        self.position(span.source, span.range().end)
    }

    /// `path:line:column`, as editors and terminals make links of.
    pub(super) fn link(&self, span: Span) -> String {
        let Position { line, column } = self.start(span);
        format!("{}:{line}:{column}", self.path(span.source))
    }

    /// The byte that a line begins with; lines are counted from 1.
    pub(super) fn line_start(&self, source: SourceId, line: usize) -> usize {
        let starts = self.line_starts(source);
        starts.get(line - 1).copied().unwrap_or_else(|| self.text(source).len())
    }

    fn position(&self, source: SourceId, at: usize) -> Position {
        let text = self.text(source);
        let at = text.floor_char_boundary(at);
        let line = self.line_starts(source).partition_point(|start| *start <= at).max(1);
        let start = self.line_start(source, line).min(at);
        Position { line, column: text[start..at].chars().count() + 1 }
    }

    fn line_starts(&self, source: SourceId) -> &[usize] {
        self.line_starts[source.0 as usize].get_or_init(|| {
            let text = self.text(source);
            // No editor shows a byte order mark as a column.
            let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
            let after_ends = text.match_indices('\n').map(|(at, end)| at + end.len());
            std::iter::once(first).chain(after_ends).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Places, Position};
    use crate::diagnostic::{Source, SourceId, Sources, Span};

    fn position(text: &str, at: usize) -> (usize, usize) {
        let sources = Sources::new(vec![Source { path: "a.yaml".into(), text: text.into() }]);
        let span = Span::new(SourceId(0), at..at);
        let Position { line, column } = Places::new(&sources).start(span);
        (line, column)
    }

    #[test]
    fn columns_count_characters_and_lines_end_at_line_feeds() {
        let text = "name: 咖啡\r\nrole: x\n";
        assert_eq!(position(text, 0), (1, 1));
        assert_eq!(position(text, text.find('啡').unwrap()), (1, 8));
        assert_eq!(position(text, text.find('x').unwrap()), (2, 7));
        assert_eq!(position(text, text.len()), (3, 1));
        assert_eq!(position("", 0), (1, 1));
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        assert_eq!(position("\u{feff}kind: x", 9), (1, 7));
        assert_eq!(position("\u{feff}kind: x", 0), (1, 1));
    }

    #[test]
    fn a_place_beyond_the_text_is_its_end() {
        assert_eq!(position("a\nb", 99), (2, 2));
    }
}
