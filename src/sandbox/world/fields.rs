//! What a single field may hold.

use crate::{
    model::{
        Email, LanguageTag, ReleaseTarget, WorkspaceId,
        text::{self, Bounds, Fit},
    },
    sandbox::rule::{Findings, Rule},
};
use std::collections::BTreeSet;

/// A value parsed by `FromStr`, or a finding that quotes the error.
macro_rules! parsed {
    ($name:ident -> $type:ty, $rule:ident) => {
        pub(super) fn $name(findings: &mut Findings, field: &str, text: &str) -> Option<$type> {
            text.parse::<$type>()
                .map_err(|error| findings.add(field, Rule::$rule, format!("`{text}` {error}")))
                .ok()
        }
    };
}

parsed!(workspace_id -> WorkspaceId, WorkspaceId);
parsed!(email -> Email, EmailForm);
parsed!(release_target -> ReleaseTarget, ReleaseTarget);

/// Only the canonical spelling, so that one language cannot be there twice.
pub(super) fn language(findings: &mut Findings, field: &str, text: &str) -> Option<LanguageTag> {
    match text.parse::<LanguageTag>() {
        Ok(tag) if tag.as_str() == text => Some(tag),
        Ok(tag) => {
            findings.add(field, Rule::LanguageTag, format!("`{text}` is written `{tag}`"));
            None
        }
        Err(error) => {
            findings.add(field, Rule::LanguageTag, format!("`{text}` {error}"));
            None
        }
    }
}

pub(super) fn release_targets(
    findings: &mut Findings,
    field: &str,
    texts: &BTreeSet<String>,
) -> BTreeSet<ReleaseTarget> {
    texts.iter().filter_map(|text| release_target(findings, field, text)).collect()
}

/// "Enter a name for your mini program between 3 and 30 characters. One Chinese character counts
/// as two characters" (quickstart).
pub(super) fn program_name(findings: &mut Findings, field: &str, name: &str) {
    let width = text::weighted(name);
    if !text::NAME.contains(width) {
        let Bounds { min, max } = text::NAME;
        let message = format!("the name is {width} wide; {min} to {max} is allowed");
        findings.add(field, Rule::NameLength, message);
    }
    printable(findings, field, Rule::NameCharacters, name);
}

/// The documents name no limit; this one keeps a mail's first lines readable.
const PERSON_NAME_MAX: usize = 100;

pub(super) fn person_name(findings: &mut Findings, field: &str, name: &str) {
    let length = text::plain(name);
    if length > PERSON_NAME_MAX {
        let message =
            format!("the name has {length} characters, and {PERSON_NAME_MAX} is the limit");
        findings.add(field, Rule::PersonName, message);
    }
    printable(findings, field, Rule::PersonName, name);
}

/// Names are shown in consoles and mails: nothing in them may be invisible or reorder the rest.
fn printable(findings: &mut Findings, field: &str, rule: Rule, name: &str) {
    if name.trim().is_empty() {
        findings.add(field, rule, "the name is blank");
    }
    if let Some(odd) = name.chars().find(|c| c.is_control() || is_bidi_control(*c)) {
        let message = format!("the name has the character U+{:04X} in it", u32::from(odd));
        findings.add(field, rule, message);
    }
}

/// Unicode's `Bidi_Control` property (UAX #9).
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

pub(super) fn tagline(findings: &mut Findings, field: &str, tagline: &str) {
    fitting(findings, field, (Rule::TaglineLength, "tagline"), (text::TAGLINE, tagline));
}

pub(super) fn description(findings: &mut Findings, field: &str, description: &str) {
    let measure = (text::DESCRIPTION, description);
    fitting(findings, field, (Rule::DescriptionLength, "description"), measure);
}

fn fitting(
    findings: &mut Findings,
    field: &str,
    (rule, what): (Rule, &str),
    (bounds, value): (Bounds, &str),
) {
    let (length, verdict) = match bounds.fit(value) {
        Fit::Fits | Fit::Disputed => return,
        Fit::TooShort => (text::weighted(value), "short"),
        Fit::TooLong => (text::plain(value), "long"),
    };
    let message = format!(
        "the {what} is too {verdict}: {length} characters, and {} to {} are allowed",
        bounds.min, bounds.max
    );
    findings.add(field, rule, message);
}

pub(super) fn industry(findings: &mut Findings, field: &str, industry: &str) {
    if industry.trim().is_empty() {
        findings.add(field, Rule::IndustryBlank, "the industry is blank");
    }
}

/// "Enter your landline number in the format of XXXX-XXXXXXX" (quickstart).
pub(super) fn phone(findings: &mut Findings, field: &str, phone: &str) {
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let is_landline =
        phone.split_once('-').is_some_and(|(area, rest)| digits(area, 4) && digits(rest, 7));
    if !is_landline {
        findings.add(field, Rule::PhoneForm, format!("`{phone}` is not of the form XXXX-XXXXXXX"));
    }
}
