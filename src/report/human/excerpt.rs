//! The lines of a source that a finding is about, safe to print, with its places moved along.

use crate::{
    diagnostic::Span,
    report::{place::Places, visible::in_place},
};
use std::ops::Range;

/// Lines that are longer lose what is far from every place, in bytes.
const LONG_LINE: usize = 600;
/// How much of a long line is kept on each side of a place, in bytes.
const AROUND: usize = 160;
/// Two places further apart are shown apart, in bytes.
const REACH: u32 = 32 * 1024;
const SAME_LINE_REACH: u32 = 240;

/// Whole lines of one source.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub(super) text: String,
    pub(super) first_line: usize,
    /// From which byte of the source on the bytes of the excerpt follow which; in order.
    moves: Vec<(usize, usize)>,
}

impl Excerpt {
    /// `spans` are of one source, and not none.
    pub(super) fn new(spans: &[Span], places: &Places<'_>) -> Self {
        let source = spans[0].source;
        let first_line = spans.iter().map(|span| places.start(*span).line).min().unwrap_or(1);
        let last_line = spans.iter().map(|span| places.end(*span).line).max().unwrap_or(1);
        let mut excerpt = Self { text: String::new(), first_line, moves: Vec::new() };
        let source_text = places.text(source);
        for line in first_line..=last_line {
            let start = places.line_start(source, line);
            let end = places.line_start(source, line + 1);
            let bare = source_text[start..end].trim_end_matches('\n');
            let bare = bare.strip_suffix('\r').unwrap_or(bare);
            excerpt.line(source_text, start..start + bare.len(), spans);
            if start + bare.len() < end {
                excerpt.skip_to(end - 1);
                excerpt.text.push('\n');
                excerpt.skip_to(end);
            }
        }
        excerpt
    }

    /// Whether two places can be seen together.
    pub(super) fn has_room_for(one: Span, other: Span, places: &Places<'_>) -> bool {
        let distance = one.start.abs_diff(other.start);
        let reach = if one.source != other.source {
            0
        } else if places.start(one).line == places.start(other).line {
            SAME_LINE_REACH
        } else {
            REACH
        };
        distance < reach
    }

    /// Where a span lies in `text`.
    pub(super) fn range(&self, span: Span) -> Range<usize> {
        let start = self.moved(span.range().start);
        let end = self.moved(span.range().end).max(start);
        // A line end under carets would draw them onto the next line.
        start..start + self.text[start..end].trim_end_matches('\n').len()
    }

    fn moved(&self, at: usize) -> usize {
        let next = self.moves.partition_point(|(from, _)| *from <= at);
        let limit = self.moves.get(next).map_or(self.text.len(), |(_, to)| *to);
        let (from, to) = next.checked_sub(1).map_or((at, 0), |before| self.moves[before]);
        self.text.floor_char_boundary((to + (at - from)).min(limit))
    }

    fn line(&mut self, source: &str, line: Range<usize>, spans: &[Span]) {
        let mut at = line.start;
        for kept in kept(source, line.clone(), spans) {
            if kept.start > at {
                self.skip_to(at);
                self.text.push('…');
            }
            self.copy(source, kept.clone());
            at = kept.end;
        }
        if at < line.end {
            self.skip_to(at);
            self.text.push('…');
        }
    }

    fn copy(&mut self, source: &str, part: Range<usize>) {
        self.skip_to(part.start);
        for (at, c) in source[part.clone()].char_indices() {
            let shown = in_place(c);
            self.text.push(shown);
            if shown.len_utf8() != c.len_utf8() {
                self.skip_to(part.start + at + c.len_utf8());
            }
        }
    }

    fn skip_to(&mut self, at: usize) {
        self.moves.push((at, self.text.len()));
    }
}

/// The parts of a line that are shown: all of it, or what is around the places.
fn kept(source: &str, line: Range<usize>, spans: &[Span]) -> Vec<Range<usize>> {
    if line.len() <= LONG_LINE {
        return vec![line];
    }
    let mut ends: Vec<usize> = spans
        .iter()
        .flat_map(|span| [span.range().start, span.range().end])
        .filter(|at| (line.start..=line.end).contains(at))
        .collect();
    ends.sort_unstable();
    if ends.is_empty() {
        ends.push(line.start);
    }
    let mut kept: Vec<Range<usize>> = Vec::new();
    for at in ends {
        let start = source.floor_char_boundary(at.saturating_sub(AROUND)).max(line.start);
        let end = source.floor_char_boundary(at + AROUND).min(line.end);
        match kept.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            Some(_) | None => kept.push(start..end),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::Excerpt;
    use crate::{
        diagnostic::{Source, SourceId, Sources, Span},
        report::{place::Places, visible::in_place},
    };
    use proptest::{prelude::Strategy, property_test, sample::Index};

    fn text() -> impl Strategy<Value = String> {
        "[a咖\t\r\n\u{1b}\u{202e}👩]{0,40}|[a咖\u{1b}]{700,900}"
    }

    #[property_test]
    fn carets_stand_under_the_text_they_are_about(
        #[strategy = text()] text: String,
        one: Index,
        other: Index,
    ) {
        let (one, other) = (one.index(text.len() + 1), other.index(text.len() + 1));
        let start = text.floor_char_boundary(one.min(other));
        let end = text.floor_char_boundary(one.max(other));
        let sources = Sources::new(vec![Source { path: "a".into(), text: text.as_str().into() }]);
        let span = Span::new(SourceId(0), start..end);
        let excerpt = Excerpt::new(&[span], &Places::new(&sources));
        let pointed_at = &excerpt.text[excerpt.range(span)];
        let meant: String = text[start..end].replace("\r\n", "\n").chars().map(in_place).collect();
        let meant = meant.trim_end_matches(['\n', '␍']);
        if let Some((head, tail)) = pointed_at.split_once('…') {
            assert!(meant.starts_with(head) && meant.ends_with(tail), "{pointed_at:?} {meant:?}");
        } else {
            assert_eq!(pointed_at.trim_end_matches(['\n', '␍']), meant);
        }
    }
}
