//! `ignore`: which fields may be left to others. One whose last day has passed is no finding: what
//! day it is, nobody knows here.

use super::{Census, CheckInput, quote::quoted};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::{document::IgnoreText, suggest, yaml},
    model::Field,
};
use std::collections::BTreeMap;

pub(super) const CODES: &[CodeInfo] = &[NO_FIELD, FIELD_TWICE];

const NO_FIELD: CodeInfo = CodeInfo {
    code: Code(801),
    title: "`ignore` names a field that cannot be ignored",
    explanation: "What `ignore` leaves alone is a field that minisync compares: of a mini program \
        its name, where it is released to, its default language, a field of its listing, or one of \
        its languages as a whole; of a person their role or their mini programs. Whether somebody \
        is a member at all, and whether they are blocked, is never left to chance.",
    source: "a decision of minisync",
};
const FIELD_TWICE: CodeInfo = CodeInfo {
    code: Code(802),
    title: "`ignore` names a field twice",
    explanation: "A field is ignored until one day, or for good. Of two days, readers of the file \
        would see one and miss the other.",
    source: "a decision of minisync",
};

/// What `ignore` may name of a person.
const OF_PEOPLE: [Field; 2] = [Field::Role, Field::MiniPrograms];

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    for program in input.programs {
        let languages = program.document.spec.languages.keys();
        let languages = languages.filter_map(|tag| Some(Field::Language(tag.parse().ok()?)));
        let fields: Vec<Field> = Field::OF_PROGRAMS.into_iter().chain(languages).collect();
        rules(&program.document.spec.ignore, "a mini program", &fields, found);
    }
    for member in input.rosters.iter().flat_map(|roster| &roster.document.spec.members) {
        rules(&member.ignore, "a person", &OF_PEOPLE, found);
    }
}

fn rules(written: &[IgnoreText], what: &str, fields: &[Field], found: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::new();
    for IgnoreText { field, .. } in written {
        if !is_known(field, fields) {
            found.push(unknown(field, what, fields));
        }
        let known = *first.entry(field.as_str()).or_insert(field);
        if known.span != field.span {
            let message = format!("{} is ignored twice", quoted(field));
            let finding = Diagnostic::error(&FIELD_TWICE, field.span, message)
                .related(known.span, "here first")
                .help("keep the line that is meant");
            found.push(finding);
        }
    }
}

/// Of a mini program any language will do: one that others have added is in no manifest.
fn is_known(written: &str, fields: &[Field]) -> bool {
    written.parse::<Field>().is_ok_and(|field| match &field {
        Field::Language(_) => fields.contains(&Field::Name),
        Field::Name
        | Field::ReleaseTo
        | Field::DefaultLanguage
        | Field::Tagline
        | Field::Description
        | Field::Logo
        | Field::Industry
        | Field::Phone
        | Field::Email
        | Field::Role
        | Field::MiniPrograms
        | Field::Blocked => fields.contains(&field),
    })
}

fn unknown(
    field: &crate::manifest::document::Spanned<String>,
    what: &str,
    fields: &[Field],
) -> Diagnostic {
    let message = format!("{} is no field of {what} that can be ignored", quoted(field));
    let finding = Diagnostic::error(&NO_FIELD, field.span, message);
    let names: Vec<String> = fields.iter().map(ToString::to_string).collect();
    let last = |name: &'_ str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let nested = names.iter().find(|name| last(name) == field.as_str());
    let meant = nested.map(String::as_str);
    match meant.or_else(|| suggest::closest(field, names.iter().map(String::as_str))) {
        Some(name) => finding.help(format!("did you mean `{name}`?")).fix(
            field.span,
            yaml::written(name),
            format!("write `{name}`"),
        ),
        None => finding.help(format!("one of {}", listed(&names))),
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
