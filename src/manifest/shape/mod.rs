//! Every mistake of shape in a document: what its schema refuses, told with places.
//!
//! It walks the tree along the JSON Schema that the document types give, so that serde, editors and
//! these findings agree by construction. Runs only after serde has refused a document: serde stops
//! at the first mistake, and has no words for it.
//!
//! Lengths, patterns and `enum` are left to the rules. A closed set (an enum of ours) is written
//! `oneOf` with `const`.

mod findings;
mod mismatch;
mod root;

pub(super) use findings::{CODES, WRONG_FILE};
pub(super) use root::{Root, root};

use super::{
    quote::quoted,
    suggest::closest,
    yaml::{Key, Kind, Node},
};
use crate::diagnostic::{Diagnostic, Span};
use findings::{MISSING_KEY, UNKNOWN_KEY};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Adds every mistake of shape in a document.
pub(super) fn find(schema: &Value, text: &str, node: &Node<'_>, found: &mut Vec<Diagnostic>) {
    let place = Place {
        name: titled(schema).unwrap_or_else(|| "the document".to_owned()),
        span: node.entry("kind").map_or(node.span, |(key, _)| key.span),
    };
    Walk { root: schema, text, found, n_left: MAX_FINDINGS }.value(schema, node, &place);
}

/// Who makes more mistakes than this in one document has made one mistake many times.
const MAX_FINDINGS: usize = 1_000;

struct Walk<'a> {
    root: &'a Value,
    /// The whole source.
    text: &'a str,
    found: &'a mut Vec<Diagnostic>,
    n_left: usize,
}

/// What a value is called, and where to point when it is not what it should be as a whole.
struct Place {
    name: String,
    span: Span,
}

impl Walk<'_> {
    fn report(&mut self, found: Diagnostic) {
        if let Some(n_left) = self.n_left.checked_sub(1) {
            self.n_left = n_left;
            self.found.push(found);
        }
    }

    fn value(&mut self, schema: &Value, node: &Node<'_>, place: &Place) {
        if node.kind == Kind::Broken {
            return;
        }
        if let Some(constants) = constants(schema) {
            return self.constant(&constants, node, place);
        }
        if let Some(variants) = schema["oneOf"].as_array() {
            return self.variant(variants, node, place);
        }
        if let Some(forms) = schema["anyOf"].as_array() {
            return self.either(forms, node, place);
        }
        match (schema["type"].as_str(), &node.kind) {
            (Some("object"), Kind::Mapping(entries)) => self.mapping(schema, entries, place),
            (Some("array"), Kind::List(items)) => self.list(schema, items, place),
            (Some("string"), Kind::Text(_))
            | (Some("boolean"), Kind::Bool(_))
            | (Some("integer"), Kind::Integer(_))
            | (None, _) => {}
            (Some(wanted), _) => self.wrong_type(&[wanted], schema, node, place),
        }
    }

    fn list(&mut self, schema: &Value, items: &[Node<'_>], place: &Place) {
        let schema = &schema["items"];
        let name = titled(schema).unwrap_or_else(|| format!("an item of {}", place.name));
        for item in items {
            let span = item.mapping().and_then(|entries| entries.first());
            let span = span.map_or(item.span, |(key, _)| key.span);
            let span = if item.is_empty() { self.dash(item.span) } else { span };
            self.value(schema, item, &Place { name: name.clone(), span });
        }
    }

    /// The `-` of an item without a value.
    fn dash(&self, span: Span) -> Span {
        let end = self.text[..span.range().start].trim_end().len();
        let start = self.text[..end].char_indices().next_back().map_or(0, |(at, _)| at);
        Span::new(span.source, start..end)
    }

    fn mapping(&mut self, schema: &Value, entries: &[(Key<'_>, Node<'_>)], place: &Place) {
        let none = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&none);
        let present: BTreeSet<&str> = entries.iter().map(|(key, _)| key.text.as_ref()).collect();
        let mut meant = BTreeSet::new();
        for (key, value) in entries {
            let schema =
                properties.get(key.text.as_ref()).unwrap_or(&schema["additionalProperties"]);
            if schema == &Value::Bool(false) {
                let absent = properties.keys().map(String::as_str);
                let absent = absent.filter(|name| !present.contains(name) && !meant.contains(name));
                let absent = closest(&key.text, absent);
                self.unknown_key(key, absent, properties, place);
                meant.extend(absent);
            } else {
                let place = Place { name: quoted(&key.text), span: key.span };
                self.value(schema, value, &place);
            }
        }
        let required =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let absent = required.filter(|name| !present.contains(name) && !meant.contains(name));
        self.missing_keys(&absent.collect::<Vec<_>>(), properties, place);
    }

    fn unknown_key(
        &mut self,
        key: &Key<'_>,
        meant: Option<&str>,
        properties: &Map<String, Value>,
        place: &Place,
    ) {
        let message = match key.text.as_ref() {
            "" => format!("a key is missing before the `:` in {}", place.name),
            text => format!("unknown key {} in {}", quoted(text), place.name),
        };
        let found = Diagnostic::error(&UNKNOWN_KEY, key.span, message);
        let homes = homes(self.root, &key.text);
        let homes: Vec<_> = homes.iter().map(String::as_str).collect();
        let names: Vec<_> = properties.keys().map(String::as_str).collect();
        self.report(match (meant, homes.as_slice()) {
            (Some(meant), _) => found.help(format!("did you mean `{meant}`?")).fix(
                key.span,
                meant,
                format!("rename it to `{meant}`"),
            ),
            (None, []) => found.help(format!("known here: {}", listed(&names, "and"))),
            (None, homes) => {
                found.help(format!("{} belongs in {}", quoted(&key.text), listed(homes, "or")))
            }
        });
    }

    fn missing_keys(&mut self, names: &[&str], properties: &Map<String, Value>, place: &Place) {
        if names.is_empty() {
            return;
        }
        let message = format!("{} lacks {}", place.name, listed(names, "and"));
        let help = format!("add {}", described(names, properties));
        self.report(Diagnostic::error(&MISSING_KEY, place.span, message).help(help));
    }
}

/// The values of a closed set.
fn constants(schema: &Value) -> Option<Vec<&str>> {
    let constant = |schema: &'_ Value| schema["const"].as_str().map(|_| ());
    match schema["oneOf"].as_array() {
        Some(options) => {
            options.iter().all(|option| constant(option).is_some()).then_some(())?;
            options.iter().map(|option| option["const"].as_str()).collect()
        }
        None => schema["const"].as_str().map(|constant| vec![constant]),
    }
}

/// `a member`, from the title `Member`.
fn titled(schema: &Value) -> Option<String> {
    let title = schema["title"].as_str()?.to_lowercase();
    let article = if title.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    Some(format!("{article} {title}"))
}

/// The paths of the mappings where a key is known.
fn homes(schema: &Value, key: &str) -> Vec<String> {
    let mut homes = Vec::new();
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        if inner["properties"].get(key).is_some() {
            homes.push(name.clone());
        }
        homes.extend(self::homes(inner, key).into_iter().map(|path| format!("{name}.{path}")));
    }
    homes
}

/// `` `a`, `b` and `c` ``.
fn listed(names: &[&str], word: &str) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {word} {last}", most.join(", ")),
    }
}

/// Keys with what they are: `` `a`: this; `b`: that ``.
fn described(names: &[&str], properties: &Map<String, Value>) -> String {
    let line = |name: &&str| {
        let description = properties.get(*name).and_then(|it| it["description"].as_str());
        format!("`{name}`: {}", first_sentence(description.unwrap_or_default()))
    };
    names.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// Without its stop, and with a small letter, to go on after a colon.
fn first_sentence(text: &str) -> String {
    let sentence = text.split(". ").next().unwrap_or_default().trim_end_matches('.');
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}
