//! What a text says, without where it says it: what an edit must keep.

use super::Refusal;
use crate::{
    diagnostic::SourceId,
    manifest::yaml::{Kind, Node, documents},
};
use std::collections::BTreeMap;

/// A value, however it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    /// By its bits: nothing is done to numbers.
    Float(u64),
    Text(String),
    List(Vec<Self>),
    Mapping(Vec<(String, Self)>),
}

/// All that is said in a text, comments in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) documents: Vec<Value>,
    pub(super) comments: Vec<String>,
}

impl Meaning {
    pub(super) fn of(text: &str) -> Result<Self, Refusal> {
        let nodes = tree(text)?;
        let documents = nodes.iter().map(value).collect();
        Ok(Self { documents, comments: comments(text, &nodes) })
    }
}

/// The documents of a text that is sound.
pub(super) fn tree(text: &str) -> Result<Vec<Node<'_>>, Refusal> {
    let mut found = Vec::new();
    let nodes = documents(SourceId(0), text, &mut found);
    if found.is_empty() { Ok(nodes) } else { Err(Refusal::Unreadable) }
}

pub(super) fn value(node: &Node<'_>) -> Value {
    match &node.kind {
        Kind::Null | Kind::Broken => Value::Null,
        Kind::Bool(said) => Value::Bool(*said),
        Kind::Integer(said) => Value::Integer(*said),
        Kind::Float(said) => Value::Float(said.to_bits()),
        Kind::Text(said) => Value::Text(said.to_string()),
        Kind::List(items) => Value::List(items.iter().map(value).collect()),
        Kind::Mapping(entries) => Value::Mapping(
            entries.iter().map(|(key, it)| (key.text.to_string(), value(it))).collect(),
        ),
    }
}

/// Whether a node is written in brackets. A list that stands no deeper than its key begins, to the
/// parser, with its first item.
pub(super) fn is_bracketed(text: &str, node: &Node<'_>) -> bool {
    let range = node.span.range();
    let first = match &node.kind {
        Kind::List(items) => items.first().map(|item| item.span.range().start),
        Kind::Mapping(_)
        | Kind::Null
        | Kind::Bool(_)
        | Kind::Integer(_)
        | Kind::Float(_)
        | Kind::Text(_)
        | Kind::Broken => None,
    };
    first != Some(range.start) && text[range].starts_with(['[', '{'])
}

/// Where scalars begin and end, keys included: a `#` in them is no comment.
pub(super) fn scalars(nodes: &[Node<'_>]) -> BTreeMap<usize, usize> {
    let mut found = BTreeMap::new();
    for node in nodes {
        add_scalars(node, &mut found);
    }
    found
}

fn add_scalars(node: &Node<'_>, found: &mut BTreeMap<usize, usize>) {
    match &node.kind {
        Kind::List(items) => {
            for item in items {
                add_scalars(item, found);
            }
        }
        Kind::Mapping(entries) => {
            for (key, value) in entries {
                found.insert(key.span.range().start, key.span.range().end);
                add_scalars(value, found);
            }
        }
        Kind::Null
        | Kind::Bool(_)
        | Kind::Integer(_)
        | Kind::Float(_)
        | Kind::Text(_)
        | Kind::Broken => {
            found.insert(node.span.range().start, node.span.range().end);
        }
    }
}

fn comments(text: &str, nodes: &[Node<'_>]) -> Vec<String> {
    let scalars = scalars(nodes);
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        if let Some(end) = scalars.get(&at).filter(|end| **end > at) {
            at = *end;
        } else if bytes[at] == b'#' && (at == 0 || bytes[at - 1].is_ascii_whitespace()) {
            let end = text[at..].find(['\r', '\n']).map_or(text.len(), |end| at + end);
            found.push(text[at..end].trim_end().to_owned());
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Meaning;

    #[test]
    fn comments_are_told_from_texts() {
        let text = "# a\nb: c # d\ne: 'f # g'\nh: |\n  # i\n  j\n# k\nl: m#n\n";
        let comments = Meaning::of(text).unwrap().comments;
        assert_eq!(comments, ["# a", "# d", "# k"]);
    }
}
