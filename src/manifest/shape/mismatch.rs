//! Values of the wrong type, or outside of a closed set.

use super::{
    Place, Walk,
    findings::{API_VERSION, UNKNOWN_VALUE, WRONG_TYPE},
    listed,
};
use crate::{
    diagnostic::{Diagnostic, Span},
    manifest::{
        document,
        percentage::percent,
        quote::quoted,
        suggest::closest,
        yaml::{self, Kind, Node},
    },
};
use serde_json::Value;

const NO_VALUE: &str = "write a value, or take the key out";

impl Walk<'_> {
    pub(super) fn wrong_type(
        &mut self,
        wanted: &[&str],
        schema: &Value,
        node: &Node<'_>,
        place: &Place,
    ) {
        let words: Vec<_> = wanted.iter().copied().map(wording).collect();
        let mut found = self.mismatch(&words.join(" or "), node, place);
        let written = self.written(node.span);
        match (wanted[0], &node.kind) {
            (_, Kind::Null) => found = found.help(NO_VALUE),
            ("string", Kind::Integer(_)) if let Some(share) = share(schema, written) => {
                let title = format!("write `{share}`");
                found = found.help(title.clone()).fix(node.span, share, title);
            }
            // Quotes alone would make a text of it that means nothing.
            ("string", Kind::Integer(_) | Kind::Float(_))
                if let Some(example) = exemplary(schema) =>
            {
                found = found.help(format!("for example `{example}`"));
            }
            ("string", Kind::Bool(_) | Kind::Integer(_) | Kind::Float(_)) => {
                if let Some(written) = written {
                    found = found.help("put it in quotes to make it text").fix(
                        node.span,
                        yaml::quoted(written),
                        "put it in quotes",
                    );
                }
            }
            ("boolean", Kind::Text(text)) => {
                if let Some(meant) = truth(text) {
                    found = found
                        .help(format!("write `{meant}`: in YAML 1.2, `{text}` is text"))
                        .fix(node.span, meant, format!("write `{meant}`"));
                }
            }
            ("integer", Kind::Text(text)) if place.name == "`most`" && percent(text).is_some() => {
                found = found.help(format!(
                    "it counts people or mini programs, such as `20`; `share: {text}` beside it is \
                     a part of them"
                ));
            }
            ("array", Kind::Text(_)) if takes_text(&schema["items"]) => {
                if let Some(written) = written {
                    found = found.help(format!("write a list: `[{written}]`")).fix(
                        node.span,
                        format!("[{written}]"),
                        "make it a list",
                    );
                }
            }
            _ => {}
        }
        self.report(found);
    }

    pub(super) fn constant(&mut self, known: &[&str], node: &Node<'_>, place: &Place) {
        let Some(text) = node.text() else {
            let found = self.mismatch(&listed(known, "or"), node, place);
            self.report(found);
            return;
        };
        if known.contains(&text) {
            return;
        }
        let is_version = place.name == "`apiVersion`";
        let info = if is_version { &API_VERSION } else { &UNKNOWN_VALUE };
        let message = if is_version {
            format!("this minisync does not read {}", quoted(text))
        } else {
            format!("{} cannot be {}", place.name, quoted(text))
        };
        let found = Diagnostic::error(info, node.span, message);
        // The only possible value needs no likeness.
        let meant = closest(text, known.iter().copied());
        let meant = meant.or(if let [only] = known { Some(only) } else { None });
        self.report(match meant {
            Some(meant) => found.help(format!("did you mean `{meant}`?")).fix(
                node.span,
                meant,
                format!("write `{meant}`"),
            ),
            None => found.help(format!("it is {}", listed(known, "or"))),
        });
    }

    /// Text or a mapping: which of them is meant, the node says.
    pub(super) fn either(&mut self, forms: &[Value], node: &Node<'_>, place: &Place) {
        let kind = match node.kind {
            Kind::Text(_) => "string",
            Kind::Mapping(_) => "object",
            Kind::Null
            | Kind::Bool(_)
            | Kind::Integer(_)
            | Kind::Float(_)
            | Kind::List(_)
            | Kind::Broken => "",
        };
        match forms.iter().find(|form| form["type"] == kind) {
            Some(form) => {
                let name = super::titled(form).unwrap_or_else(|| place.name.clone());
                self.value(form, node, &Place { name, span: place.span });
            }
            None => {
                let wanted: Vec<_> = forms.iter().filter_map(|it| it["type"].as_str()).collect();
                self.wrong_type(&wanted, &forms[0], node, place);
            }
        }
    }

    /// A mapping in one of several forms: told apart by a key with a constant, or by its only key.
    pub(super) fn variant(&mut self, variants: &[Value], node: &Node<'_>, place: &Place) {
        match discriminator(variants) {
            Some(key) => self.tagged(key, variants, node, place),
            None => self.by_only_key(variants, node, place),
        }
    }

    fn tagged(&mut self, tag: &str, variants: &[Value], node: &Node<'_>, place: &Place) {
        let known = |schema: &Value| schema["properties"][tag]["const"].as_str().map(str::to_owned);
        let Some((key, value)) = node.entry(tag) else {
            // Any form tells that the tag is missing; the other keys differ.
            return match node.mapping() {
                Some(_) => self.mapping(&only(&variants[0], tag), &[], place),
                None => self.wrong_type(&["object"], &variants[0], node, place),
            };
        };
        let meant = variants.iter().find(|schema| known(schema).as_deref() == value.text());
        if let Some(schema) = meant {
            return self.mapping(schema, node.mapping().unwrap_or_default(), place);
        }
        let names: Vec<_> = variants.iter().filter_map(known).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        if value.kind != Kind::Broken {
            let place = Place { name: format!("`{tag}`"), span: key.span };
            self.constant(&names, value, &place);
        }
    }

    fn by_only_key(&mut self, variants: &[Value], node: &Node<'_>, place: &Place) {
        let all: serde_json::Map<_, _> = variants
            .iter()
            .filter_map(|schema| schema["properties"].as_object())
            .flatten()
            .map(|(name, schema)| (name.clone(), schema.clone()))
            .collect();
        let names: Vec<_> = all.keys().map(String::as_str).collect();
        let Some(entries) = node.mapping() else {
            let forms: Vec<_> = names.iter().map(|name| format!("{{ {name}: … }}")).collect();
            let forms: Vec<_> = forms.iter().map(String::as_str).collect();
            let found = self.mismatch(&listed(&forms, "or"), node, place);
            // Such a mapping refers to a secret: what stands in its place may be the secret itself.
            self.report(found.help(super::described(&names, &all)).secret());
            return;
        };
        let schema = serde_json::json!({ "properties": all, "additionalProperties": false });
        self.mapping(&schema, entries, place);
        let n_known = entries.iter().filter(|(key, _)| names.contains(&key.text.as_ref())).count();
        if n_known == 1 || entries.len() > n_known {
            return;
        }
        let message = match n_known {
            0 => format!("{} lacks {}", place.name, listed(&names, "or")),
            _ => format!("{} has {}, and only one may be", place.name, listed(&names, "and")),
        };
        let info = if n_known == 0 { &super::MISSING_KEY } else { &super::UNKNOWN_KEY };
        self.report(Diagnostic::error(info, place.span, message));
    }

    fn mismatch(&self, wanted: &str, node: &Node<'_>, place: &Place) -> Diagnostic {
        if node.is_empty() {
            let message = format!("{} has no value, and {wanted} is needed", place.name);
            return Diagnostic::error(&WRONG_TYPE, place.span, message).help(NO_VALUE);
        }
        let message = format!("{} is {}, and {wanted} is needed", place.name, type_of(node));
        Diagnostic::error(&WRONG_TYPE, node.span, message)
    }

    /// A scalar as it is written; nothing for an alias, which cannot be quoted.
    fn written(&self, span: Span) -> Option<&str> {
        let written = &self.text[span.range()];
        let single = !written.is_empty() && !written.contains('\n');
        (single && !written.starts_with('*')).then_some(written)
    }
}

/// The key that has a constant in every form.
fn discriminator(variants: &[Value]) -> Option<&str> {
    let constants = |schema: &Value, key: &str| schema["properties"][key]["const"].is_string();
    let first = variants.first()?["properties"].as_object()?;
    let key = first.keys().find(|key| variants.iter().all(|schema| constants(schema, key)));
    key.map(String::as_str)
}

/// A schema that knows nothing but that a key is required.
fn only(schema: &Value, key: &str) -> Value {
    let described = &schema["properties"][key];
    serde_json::json!({ "properties": { key: described }, "required": [key] })
}

fn takes_text(schema: &Value) -> bool {
    schema["type"] == "string"
        || schema["anyOf"].as_array().is_some_and(|forms| forms.iter().any(takes_text))
}

/// A number with the sign that makes a share of it, where one is wanted.
fn share(schema: &Value, written: Option<&str>) -> Option<String> {
    let share = format!("{}%", written?);
    (schema["pattern"] == document::SHARE && percent(&share).is_some()).then_some(share)
}

/// An example of a day, a duration or a share, where one is wanted.
fn exemplary(schema: &Value) -> Option<&str> {
    let is_exemplary = schema["format"] == "date"
        || [document::DURATION, document::SHARE].iter().any(|form| schema["pattern"] == *form);
    schema["examples"][0].as_str().filter(|_| is_exemplary)
}

fn wording(wanted: &str) -> &str {
    match wanted {
        "string" => "text",
        "boolean" => "`true` or `false`",
        "integer" => "a whole number",
        "array" => "a list",
        "object" => "a mapping",
        other => other,
    }
}

fn type_of(node: &Node<'_>) -> &'static str {
    match node.kind {
        Kind::Null => "null",
        Kind::Bool(true) => "the truth value `true`",
        Kind::Bool(false) => "the truth value `false`",
        Kind::Integer(_) | Kind::Float(_) => "a number",
        Kind::Text(_) => "text",
        Kind::List(_) => "a list",
        Kind::Mapping(_) => "a mapping",
        Kind::Broken => "unreadable",
    }
}

fn truth(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "yes" | "on" | "y" | "true" => Some("true"),
        "no" | "off" | "n" | "false" => Some("false"),
        _ => None,
    }
}
