//! Builds the tree from the parser's events.

use super::{
    Chunk, Key, Kind, Node,
    findings::{
        ALIAS_BOMB, DUPLICATE_KEY, KEY_IS_NOT_TEXT, MERGE_KEY, SYNTAX, TAG, TOO_DEEP, UNKNOWN_ALIAS,
    },
    scalar, syntax,
};
use crate::{
    diagnostic::{Diagnostic, Span},
    manifest::quote::quoted,
};
use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, StrInput, Tag};
use std::{borrow::Cow, collections::BTreeMap};

/// Deepest nesting; far more than any manifest needs, far less than the stack holds.
const MAX_DEPTH: usize = 64;

/// What aliases may repeat, in bytes: see [`Builder::afford`].
const REPLAY_BASE: usize = 64 * 1024;
const REPLAY_FACTOR: usize = 100;
/// However large the text is.
const REPLAY_MOST: usize = 64 * 1024 * 1024;

/// What a node costs besides its text, in bytes.
const NODE_COST: usize = 64;

/// The documents of a piece of text, as far as they could be read.
pub(in crate::manifest) fn read<'t>(
    chunk: Chunk<'t>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Node<'t>> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.emit_unresolved_aliases = true;
    let mut builder = Builder {
        parser: Parser::new_from_str_with_options(chunk.text, options),
        chunk,
        anchors: BTreeMap::new(),
        budget: (REPLAY_BASE + REPLAY_FACTOR * chunk.text.len()).min(REPLAY_MOST),
        found,
    };
    let mut documents = Vec::new();
    while let Ok(Some(document)) = builder.document() {
        documents.push(document);
    }
    documents
}

struct Builder<'t, 'f> {
    parser: Parser<'t, StrInput<'t>>,
    chunk: Chunk<'t>,
    anchors: BTreeMap<usize, Node<'t>>,
    budget: usize,
    found: &'f mut Vec<Diagnostic>,
}

/// Reading ends here, and a finding says why.
struct Stop;

impl<'t> Builder<'t, '_> {
    fn document(&mut self) -> Result<Option<Node<'t>>, Stop> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(None),
                (Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _) => {}
                (event, span) => {
                    // Anchors are a document's own.
                    self.anchors.clear();
                    return self.node(event, span, 0).map(Some);
                }
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'t>, granit_parser::Span), Stop> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(self.syntax_error(&error)),
            None => Ok((Event::StreamEnd, granit_parser::Span::default())),
        }
    }

    fn node(
        &mut self,
        event: Event<'t>,
        at: granit_parser::Span,
        depth: usize,
    ) -> Result<Node<'t>, Stop> {
        let span = self.span(&at);
        if depth == MAX_DEPTH {
            let message = format!("lists and mappings are nested more than {MAX_DEPTH} deep");
            return Err(self.stop(Diagnostic::error(&TOO_DEEP, span, message)));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let kind = self.scalar(text, style, tag.as_deref(), &at);
                self.anchored(anchor, Node { span: self.trimmed(span), kind })
            }
            Event::SequenceStart(_, anchor, tag) => {
                let fits = self.accepts(tag.as_deref(), "seq", &at);
                let mut node = self.list(span, depth)?;
                node.kind = if fits { node.kind } else { Kind::Broken };
                self.anchored(anchor, node)
            }
            Event::MappingStart(_, anchor, tag) => {
                let fits = self.accepts(tag.as_deref(), "map", &at);
                let mut node = self.mapping(span, depth)?;
                node.kind = if fits { node.kind } else { Kind::Broken };
                self.anchored(anchor, node)
            }
            Event::Alias(id) => self.alias(id, span, depth),
            Event::UnresolvedAlias(name) => Ok(self.unknown_alias(&name, span)),
            other @ (Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd
            | Event::Anchor(..)
            | Event::Comment(..)
            | _) => unreachable!("the parser gives nodes where nodes are due, not {other:?}"),
        }
    }

    fn list(&mut self, open: Span, depth: usize) -> Result<Node<'t>, Stop> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, close) => {
                    let last = items.last().map(|item: &Node<'_>| item.span);
                    let span = self.extent(open, last, &close);
                    return Ok(Node { span, kind: Kind::List(items) });
                }
                (event, at) => items.push(self.node(event, at, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, open: Span, depth: usize) -> Result<Node<'t>, Stop> {
        let mut entries = Vec::new();
        loop {
            let (event, at) = self.next()?;
            if event == Event::MappingEnd {
                let last = entries.last().map(|(_, value): &(_, Node<'_>)| value.span);
                let span = self.extent(open, last, &at);
                self.refuse_duplicates(&mut entries);
                return Ok(Node { span, kind: Kind::Mapping(entries) });
            }
            let key = self.key(event, at, depth + 1)?;
            let (event, at) = self.next()?;
            let value = self.node(event, at, depth + 1)?;
            entries.extend(key.map(|key| (key, value)));
        }
    }

    /// `None` when a finding says why there is no key.
    fn key(
        &mut self,
        event: Event<'t>,
        at: granit_parser::Span,
        depth: usize,
    ) -> Result<Option<Key<'t>>, Stop> {
        if let Event::Scalar(text, style, 0, None) = event {
            let span = self.span(&at);
            // An absent key is given as `~`, too.
            let absent = style == ScalarStyle::Plain && span.start == span.end;
            let text = if absent { Cow::Borrowed("") } else { text };
            if style == ScalarStyle::Plain && text == "<<" {
                self.found.push(
                    Diagnostic::error(&MERGE_KEY, span, "merge keys (`<<`) are not supported")
                        .help("write the keys out, or use an alias for a whole value"),
                );
                return Ok(None);
            }
            return Ok(Some(Key { text, span }));
        }
        let is_alias = matches!(event, Event::Alias(_));
        let node = self.node(event, at, depth)?;
        let text = match node.kind {
            Kind::Text(text) => text,
            Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) if !is_alias => {
                self.source_text(node.span).into()
            }
            Kind::Null
            | Kind::Bool(_)
            | Kind::Integer(_)
            | Kind::Float(_)
            | Kind::List(_)
            | Kind::Mapping(_) => {
                let message = "a key must be text, and this one stands for something else";
                self.found.push(Diagnostic::error(&KEY_IS_NOT_TEXT, node.span, message));
                return Ok(None);
            }
            Kind::Broken => return Ok(None),
        };
        Ok(Some(Key { text, span: node.span }))
    }

    fn scalar(
        &mut self,
        text: Cow<'t, str>,
        style: ScalarStyle,
        tag: Option<&Tag>,
        at: &granit_parser::Span,
    ) -> Kind<'t> {
        // An absent value is given as `~`.
        let absent = at.is_empty() && style == ScalarStyle::Plain;
        let text = if absent { Cow::Borrowed("") } else { text };
        let plain = style == ScalarStyle::Plain;
        let kind = if plain { scalar::resolved(text.clone()) } else { Kind::Text(text.clone()) };
        let Some(tag) = tag else { return kind };
        let name = match &kind {
            _ if tag.core_suffix() == Some("str") || tag.parts() == ("", "!") => {
                return Kind::Text(text);
            }
            Kind::Null => "null",
            Kind::Bool(_) => "bool",
            Kind::Integer(_) => "int",
            Kind::Float(_) => "float",
            Kind::Text(_) | Kind::List(_) | Kind::Mapping(_) | Kind::Broken => "str",
        };
        if self.accepts(Some(tag), name, at) { kind } else { Kind::Broken }
    }

    /// Whether a tag says no more than what the node is anyway.
    fn accepts(&mut self, tag: Option<&Tag>, name: &str, at: &granit_parser::Span) -> bool {
        let Some(tag) = tag else { return true };
        if tag.core_suffix() == Some(name) || tag.parts() == ("", "!") {
            return true;
        }
        let span = self.span(&at.tag_span().unwrap_or(*at));
        let message = format!("the tag {} is not supported", quoted(self.source_text(span)));
        self.found.push(
            Diagnostic::error(&TAG, span, message).help("write the value itself, without a tag"),
        );
        false
    }

    fn refuse_duplicates(&mut self, entries: &mut Vec<(Key<'t>, Node<'t>)>) {
        let mut order: Vec<_> = (0..entries.len()).collect();
        order.sort_by(|a, b| entries[*a].0.text.cmp(&entries[*b].0.text));
        let same = |pair: &[usize]| entries[pair[0]].0.text == entries[pair[1]].0.text;
        if !order.windows(2).any(same) {
            return;
        }
        let mut first = BTreeMap::new();
        entries.retain(|(key, _)| match first.get(&key.text) {
            None => {
                first.insert(key.text.clone(), key.span);
                true
            }
            Some(earlier) => {
                let message = format!("{} is given twice", quoted(&key.text));
                self.found.push(
                    Diagnostic::error(&DUPLICATE_KEY, key.span, message)
                        .related(*earlier, "first given here")
                        .help("keep the one that is meant"),
                );
                false
            }
        });
    }

    fn anchored(&mut self, anchor: usize, node: Node<'t>) -> Result<Node<'t>, Stop> {
        if anchor != 0 {
            self.afford(&node, node.span)?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn alias(&mut self, id: usize, span: Span, depth: usize) -> Result<Node<'t>, Stop> {
        let Some(node) = self.anchors.get(&id).cloned() else {
            let message = format!("the alias {} repeats itself", quoted(self.source_text(span)));
            return Err(self.stop(Diagnostic::error(&ALIAS_BOMB, span, message)));
        };
        if depth + height(&node) > MAX_DEPTH {
            let message = format!("aliases nest lists and mappings more than {MAX_DEPTH} deep");
            return Err(self.stop(Diagnostic::error(&TOO_DEEP, span, message)));
        }
        self.afford(&node, span)?;
        Ok(Node { span, ..node })
    }

    fn unknown_alias(&mut self, name: &str, span: Span) -> Node<'t> {
        let (alias, anchor) = (quoted(&format!("*{name}")), quoted(&format!("&{name}")));
        let message = format!("the alias {alias} repeats nothing: no {anchor} comes before it");
        let help = "put text that begins with `*` in quotes";
        self.found.push(Diagnostic::error(&UNKNOWN_ALIAS, span, message).help(help));
        Node { span, kind: Kind::Broken }
    }

    /// Anchored values count too: each is kept a second time.
    fn afford(&mut self, node: &Node<'_>, span: Span) -> Result<(), Stop> {
        let cost = cost(node);
        if cost > self.budget {
            let message = "the aliases of this document repeat too much";
            let found = Diagnostic::error(&ALIAS_BOMB, span, message).help("write the values out");
            return Err(self.stop(found));
        }
        self.budget -= cost;
        Ok(())
    }

    fn stop(&mut self, found: Diagnostic) -> Stop {
        self.found.push(found);
        Stop
    }

    fn syntax_error(&mut self, error: &ScanError) -> Stop {
        let at = error.marker().byte_offset().unwrap_or(0).min(self.chunk.text.len());
        let (at, message, help) = syntax::worded(self.chunk.text, at, error.kind());
        let width = self.chunk.text[at..].chars().next().filter(|c| !matches!(c, '\r' | '\n'));
        let end = at + width.map_or(0, char::len_utf8);
        let too_deep = *error.kind() == ErrorKind::RecursionLimitExceeded;
        let info = if too_deep { &TOO_DEEP } else { &SYNTAX };
        let mut found = Diagnostic::error(info, self.range(at, end), message);
        found.help = help.map(str::to_owned);
        self.stop(found)
    }

    fn span(&self, span: &granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or_default();
        self.range(range.start, range.end)
    }

    fn range(&self, start: usize, end: usize) -> Span {
        Span::new(self.chunk.source, self.chunk.base + start..self.chunk.base + end)
    }

    fn source_text(&self, span: Span) -> &'t str {
        let range = span.range();
        &self.chunk.text[range.start - self.chunk.base..range.end - self.chunk.base]
    }

    /// Block scalars are given with the line ends that follow them.
    fn trimmed(&self, span: Span) -> Span {
        let blank = self.source_text(span).len() - self.source_text(span).trim_end().len();
        let range = span.range();
        Span::new(span.source, range.start..range.end - blank)
    }

    /// A list or mapping in brackets ends with its bracket, another with its last value.
    fn extent(&self, open: Span, last: Option<Span>, close: &granit_parser::Span) -> Span {
        let close = self.span(close);
        let end = if open.start == open.end { last.unwrap_or(open).end } else { close.end };
        Span { end: end.max(open.end), ..open }
    }
}

fn cost(node: &Node<'_>) -> usize {
    NODE_COST
        + match &node.kind {
            Kind::Null | Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_) | Kind::Broken => 0,
            Kind::Text(text) => text.len(),
            Kind::List(items) => items.iter().map(cost).sum(),
            Kind::Mapping(entries) => {
                entries.iter().map(|(key, value)| key.text.len() + cost(value)).sum()
            }
        }
}

fn height(node: &Node<'_>) -> usize {
    1 + match &node.kind {
        Kind::Null
        | Kind::Bool(_)
        | Kind::Integer(_)
        | Kind::Float(_)
        | Kind::Text(_)
        | Kind::Broken => 0,
        Kind::List(items) => items.iter().map(height).max().unwrap_or(0),
        Kind::Mapping(entries) => entries.iter().map(|(_, value)| height(value)).max().unwrap_or(0),
    }
}
