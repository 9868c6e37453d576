//! YAML 1.2 as a tree in which every key and value knows its place.
//!
//! Why not a serde YAML crate: they stop at the first error, and most of them take the last of two
//! equal keys without a word. The parser is named only by `build` and,
//! for its errors, by `syntax`: it is young, and others have the same events.

mod build;
mod chunk;
mod findings;
mod scalar;
mod syntax;

pub(super) use build::read;
pub(super) use chunk::{Chunk, chunks};
pub(super) use findings::{CODES, NO_DOCUMENT};
pub(super) use scalar::quoted;
pub use scalar::written;

use crate::diagnostic::{Diagnostic, SourceId, Span};
use std::borrow::Cow;

/// A value, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'t> {
    /// Quotes and brackets included. Empty where the text has no value at all.
    pub span: Span,
    pub kind: Kind<'t>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind<'t> {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(Cow<'t, str>),
    List(Vec<Node<'t>>),
    /// In the order of the text; no key twice.
    Mapping(Vec<(Key<'t>, Node<'t>)>),
    /// Could not be read, and a finding says so.
    Broken,
}

/// A key of a mapping: always text, whatever a value of the same spelling would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key<'t> {
    pub text: Cow<'t, str>,
    pub span: Span,
}

/// The documents of a text as trees, for those who must know more than what the documents say.
pub fn documents<'t>(
    source: SourceId,
    text: &'t str,
    found: &mut Vec<Diagnostic>,
) -> Vec<Node<'t>> {
    chunks(source, text).into_iter().flat_map(|chunk| read(chunk, found)).collect()
}

impl<'t> Node<'t> {
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::Null
            | Kind::Bool(_)
            | Kind::Integer(_)
            | Kind::Float(_)
            | Kind::List(_)
            | Kind::Mapping(_)
            | Kind::Broken => None,
        }
    }

    pub fn mapping(&self) -> Option<&[(Key<'t>, Self)]> {
        match &self.kind {
            Kind::Mapping(entries) => Some(entries),
            Kind::Null
            | Kind::Bool(_)
            | Kind::Integer(_)
            | Kind::Float(_)
            | Kind::Text(_)
            | Kind::List(_)
            | Kind::Broken => None,
        }
    }

    /// The entry of a mapping with this key.
    pub fn entry(&self, key: &str) -> Option<&(Key<'t>, Self)> {
        self.mapping()?.iter().find(|(found, _)| found.text == key)
    }

    pub fn is_empty(&self) -> bool {
        self.kind == Kind::Null && self.span.start == self.span.end
    }
}
