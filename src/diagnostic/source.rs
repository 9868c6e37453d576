//! Texts with names, and places in them.

use std::{ops::Range, sync::Arc};

/// Index into [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A text that was read, from disk or from an editor's buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// As people should see it: relative to the project, `/` between parts.
    pub path: String,
    pub text: Arc<str>,
}

/// All texts of one load, in the order of their paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(Vec<Source>);

/// A range of bytes in one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub source: SourceId,
    pub start: u32,
    pub end: u32,
}

impl Sources {
    /// Sorts, so that the order of arrival cannot be seen.
    pub fn new(mut sources: Vec<Source>) -> Self {
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        Self(sources)
    }

    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(&self.0)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// With stars, byte for byte, in the place of what nobody may see.
    #[must_use]
    pub fn hiding(&self, secrets: impl IntoIterator<Item = Span>) -> Self {
        let mut hidden = self.clone();
        for span in secrets {
            let source = &mut hidden.0[span.source.0 as usize];
            let (before, rest) = source.text.split_at(span.range().start);
            let (secret, after) = rest.split_at(span.range().len());
            let stars: String =
                secret.bytes().map(|byte| if byte == b'\n' { '\n' } else { '*' }).collect();
            source.text = [before, &stars, after].concat().into();
        }
        hidden
    }

    /// Line and column of a span's start, both from 1; the column counts characters, and not the
    /// byte order mark, which no editor shows.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let before = &self.get(span.source).text[..span.start as usize];
        let before = before.strip_prefix('\u{feff}').unwrap_or(before);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// `path:line:column`, as editors and terminals make links of.
    pub fn place(&self, span: Span) -> String {
        let (line, column) = self.position(span);
        format!("{}:{line}:{column}", self.get(span.source).path)
    }
}

impl Span {
    pub fn new(source: SourceId, range: Range<usize>) -> Self {
        // Sources are limited to 50 MB when they are read.
        let offset = |at: usize| u32::try_from(at).expect("sources are smaller than 4 GiB");
        Self { source, start: offset(range.start), end: offset(range.end) }
    }

    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, SourceId, Sources, Span};

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let text = "\u{feff}a: 幸福\nb: 1\n";
        let sources = Sources::new(vec![Source { path: "a.yaml".into(), text: text.into() }]);
        let place = |start| sources.place(Span::new(SourceId(0), start..start));
        assert_eq!(place(0), "a.yaml:1:1");
        assert_eq!(place(3), "a.yaml:1:1");
        assert_eq!(place(text.find('福').unwrap()), "a.yaml:1:5");
        assert_eq!(place(text.find('b').unwrap()), "a.yaml:2:1");
    }
}
