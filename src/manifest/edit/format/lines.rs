//! What each line of a text is.

use super::{
    super::Refusal,
    blocks::{Block, blocks},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line<'t> {
    Blank,
    /// `---`, `...` or a directive.
    Marker(&'t str),
    Comment {
        column: usize,
        text: &'t str,
    },
    /// Dashes and then perhaps a value or a key.
    Structure(Structure<'t>),
    /// A further line of the block that began last.
    Within(&'t str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Structure<'t> {
    pub(super) dashes: Vec<usize>,
    /// Where it stands, and the rest of the line.
    pub(super) content: Option<(usize, &'t str)>,
    /// A comment after nothing but dashes.
    pub(super) comment: &'t str,
    /// What begins in this line and ends in another; whether nothing but it is the content.
    pub(super) block: Option<(Block, bool)>,
}

impl Structure<'_> {
    /// Of what stands first.
    pub(super) fn column(&self) -> (usize, bool) {
        match (self.dashes.first(), self.content) {
            (Some(dash), _) => (*dash, true),
            (None, Some((column, _))) => (column, false),
            (None, None) => (0, false),
        }
    }
}

pub(super) fn lines(text: &str) -> Result<Vec<Line<'_>>, Refusal> {
    let blocks = blocks(text)?;
    let mut blocks = blocks.iter().peekable();
    let (mut lines, mut start) = (Vec::new(), 0);
    let mut within = 0;
    for whole in text.split_inclusive('\n') {
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let end = start + whole.len();
        if start < within {
            lines.push(Line::Within(line));
        } else {
            let begun = blocks.next_if(|block| block.range.start < end);
            within = begun.map_or(0, |block| block.range.end);
            lines.push(classified(line, begun.map(|block| (block, block.range.start - start)))?);
        }
        // A block may end in the line where another begins; nobody writes that.
        if blocks.peek().is_some_and(|block| block.range.start < end) {
            return Err(Refusal::WouldChange);
        }
        start = end;
    }
    Ok(lines)
}

/// `block`: what begins in the line and ends in another, and where in the line.
fn classified<'t>(line: &'t str, block: Option<(&Block, usize)>) -> Result<Line<'t>, Refusal> {
    let text = line.trim_start_matches(' ');
    let column = line.len() - text.len();
    if text.trim().is_empty() {
        return Ok(Line::Blank);
    }
    if text.starts_with('#') {
        return Ok(Line::Comment { column, text: text.trim_end() });
    }
    if column == 0 && (is_marker(text, "---") || is_marker(text, "...") || text.starts_with('%')) {
        let rest = text.get(3..).unwrap_or_default().trim();
        let is_bare = rest.is_empty() || rest.starts_with('#') || text.starts_with('%');
        return if is_bare {
            Ok(Line::Marker(text.trim_end()))
        } else {
            Err(Refusal::BegunOnMarker)
        };
    }
    structure(line, block).map(Line::Structure)
}

fn is_marker(text: &str, marker: &str) -> bool {
    text.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

fn structure<'t>(line: &'t str, block: Option<(&Block, usize)>) -> Result<Structure<'t>, Refusal> {
    let (mut dashes, mut at) = (Vec::new(), 0);
    loop {
        at += line[at..].len() - line[at..].trim_start_matches(' ').len();
        let rest = &line[at..];
        if rest.starts_with('\t') {
            return Err(Refusal::Tabs);
        }
        if is_marker(rest, "?") || is_marker(rest, ":") {
            return Err(Refusal::ComplexKey);
        }
        if !is_marker(rest, "-") {
            break;
        }
        dashes.push(at);
        at += 1;
    }
    let rest = &line[at..];
    let is_bare = rest.trim().is_empty() || rest.starts_with('#');
    let (content, comment) = if is_bare { (None, rest.trim()) } else { (Some((at, rest)), "") };
    let block = block.map(|(block, start)| (block.clone(), start == at));
    Ok(Structure { dashes, content, comment, block })
}
