//! Languages: that they are some, and each there once.

use super::{Census, CheckInput, quote::quoted};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::{
        document::{MiniProgramSpec, Spanned},
        yaml,
    },
    model::LanguageTag,
};
use std::collections::BTreeMap;

pub(super) const CODES: &[CodeInfo] = &[TAG_FORM, DEFAULT_REPEATED, LANGUAGE_TWICE];

const TAG_FORM: CodeInfo = CodeInfo {
    code: Code(501),
    title: "a language is not written as a language tag",
    explanation: "A language is written as devices name it: a language, and where it matters a \
        script and a region, with hyphens between them: `zh-CN`, `en-US`, `zh-Hant-HK`. Regions are \
        no languages: `cn` is where `zh` is spoken.",
    source: "RFC 5646; quickstart, Set basic information",
};
const DEFAULT_REPEATED: CodeInfo = CodeInfo {
    code: Code(502),
    title: "the default language is repeated among the others",
    explanation: "The texts of the default language are those of `spec` itself. `languages` has the \
        others; the default is shown to everyone whose language is not among them.",
    source: "quickstart, Set basic information",
};
const LANGUAGE_TWICE: CodeInfo = CodeInfo {
    code: Code(503),
    title: "a language is there twice, in two spellings",
    explanation: "Language tags do not know upper and lower case: `en-us` and `en-US` are the same \
        language, and only one of the two texts could be shown.",
    source: "RFC 5646, 2.1.1 Formatting of Language Tags",
};

/// What people write for the languages that mini programs are made in.
const MISNOMERS: &[(&str, &str)] = &[
    ("chinese", "zh-CN"),
    ("cn", "zh-CN"),
    ("中文", "zh-CN"),
    ("简体中文", "zh-CN"),
    ("繁體中文", "zh-Hant"),
    ("english", "en-US"),
    ("us", "en-US"),
    ("gb", "en-GB"),
    ("en-uk", "en-GB"),
    ("英文", "en-US"),
    ("japanese", "ja-JP"),
    ("jp", "ja-JP"),
    ("korean", "ko-KR"),
    ("kr", "ko-KR"),
    ("indonesian", "id-ID"),
    ("vietnamese", "vi-VN"),
    ("vn", "vi-VN"),
    ("french", "fr-FR"),
    ("german", "de-DE"),
    ("spanish", "es-ES"),
    ("arabic", "ar-SA"),
    ("thai", "th-TH"),
];

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    for spec in input.programs.iter().map(|program| &program.document.spec) {
        let MiniProgramSpec { default_language, languages, .. } = spec;
        let tags = [default_language].into_iter().chain(languages.keys());
        found.extend(tags.filter_map(misformed));
        repeated(default_language, languages.keys(), found);
    }
}

/// The language that is meant, if a language is written at all.
pub(super) fn tag(written: &str) -> Option<LanguageTag> {
    if misnomer(written).is_some() { None } else { written.parse().ok() }
}

fn misnomer(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase().replace('_', "-");
    MISNOMERS.iter().find(|(name, _)| *name == text).map(|(_, tag)| *tag)
}

fn misformed(written: &Spanned<String>) -> Option<Diagnostic> {
    if tag(written).is_some() {
        return None;
    }
    let message = if written.trim().is_empty() {
        "the language is empty".to_owned()
    } else {
        format!("{} is not a language tag", quoted(written))
    };
    let finding = Diagnostic::error(&TAG_FORM, written.span, message);
    let hyphenated = written.trim().replace('_', "-").parse().ok();
    let meant =
        misnomer(written).map(str::to_owned).or(hyphenated.map(|tag: LanguageTag| tag.to_string()));
    Some(match meant {
        Some(tag) => finding.help(format!("it is written `{tag}`")).fix(
            written.span,
            yaml::written(&tag),
            format!("write `{tag}`"),
        ),
        None => finding.help("for example `zh-CN` or `en-US`"),
    })
}

fn repeated<'a>(
    default: &'a Spanned<String>,
    languages: impl Iterator<Item = &'a Spanned<String>>,
    found: &mut Vec<Diagnostic>,
) {
    let default_tag = tag(default);
    let mut first: BTreeMap<LanguageTag, &Spanned<String>> = BTreeMap::new();
    let mut languages: Vec<_> = languages.collect();
    languages.sort_by_key(|written| written.span);
    for (written, tag) in languages.into_iter().filter_map(|one| Some((one, tag(one)?))) {
        if Some(&tag) == default_tag.as_ref() {
            let message = format!("{} is the default language already", quoted(written));
            let finding = Diagnostic::error(&DEFAULT_REPEATED, written.span, message)
                .related(default.span, "its texts are those beside this")
                .help("leave it out here");
            found.push(finding);
        } else if let Some(known) = first.get(&tag) {
            let message = format!("{} is the same language as `{}`", quoted(written), known.value);
            let finding = Diagnostic::error(&LANGUAGE_TWICE, written.span, message)
                .related(known.span, "it is here already")
                .help("put the texts together under one of them");
            found.push(finding);
        } else {
            first.insert(tag, written);
        }
    }
}
