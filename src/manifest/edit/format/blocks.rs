//! What goes on over several lines, where another indentation is not another structure.

use super::super::{
    Refusal,
    meaning::{is_bracketed, scalars, tree},
};
use crate::manifest::yaml::{Kind, Node};
use std::{collections::BTreeMap, ops::Range};

/// How the lines of a value depend on where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `|` and `>`: everything right of its indentation is content.
    Literal {
        is_indented_by_number: bool,
    },
    Quoted,
    /// Text without quotes, and what is in brackets.
    Loose,
}

/// A value of several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) range: Range<usize>,
    pub(super) form: Form,
}

/// By where they begin; none within another.
pub(super) fn blocks(text: &str) -> Result<Vec<Block>, Refusal> {
    let nodes = tree(text)?;
    let mut ranges = scalars(&nodes);
    for node in &nodes {
        add_collections(text, node, &mut ranges);
    }
    let mut blocks: Vec<Block> = Vec::new();
    for (start, end) in ranges {
        let start = header(text, start).filter(|_| start < end).unwrap_or(start);
        let is_within = blocks.last().is_some_and(|block| start < block.range.end);
        if text[start..end].contains('\n') && !is_within {
            blocks.push(Block { range: start..end, form: form(&text[start..end]) });
        }
    }
    Ok(blocks)
}

/// Where the `|` or `>` of a content stands that begins there: in the last line before it that is
/// not blank, with nothing but its signs and a comment after it.
fn header(text: &str, content: usize) -> Option<usize> {
    let before = text[..content].trim_end();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = &before[start..];
    let is_header = |(at, _): &(usize, &str)| {
        let signs = line[at + 1..].split_once(" #").map_or(&line[at + 1..], |(signs, _)| signs);
        let is_sign = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-');
        let begins = line[..*at].ends_with(' ') || *at == 0;
        begins && signs.trim_end().chars().all(is_sign)
    };
    let is_apart = text[before.len()..content].contains('\n');
    let at = line.match_indices(['|', '>']).find(is_header).filter(|_| is_apart);
    at.map(|(at, _)| start + at)
}

fn form(written: &str) -> Form {
    match written.as_bytes().first() {
        Some(b'|' | b'>') => {
            let head = written.lines().next().unwrap_or_default();
            let head = head.split('#').next().unwrap_or_default();
            Form::Literal { is_indented_by_number: head.contains(|c: char| c.is_ascii_digit()) }
        }
        Some(b'"' | b'\'') => Form::Quoted,
        Some(_) | None => Form::Loose,
    }
}

fn add_collections(text: &str, node: &Node<'_>, ranges: &mut BTreeMap<usize, usize>) {
    let range = node.span.range();
    if is_bracketed(text, node) {
        ranges.insert(range.start, range.end);
        return;
    }
    match &node.kind {
        Kind::List(items) => {
            for item in items {
                add_collections(text, item, ranges);
            }
        }
        Kind::Mapping(entries) => {
            for (_, value) in entries {
                add_collections(text, value, ranges);
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
