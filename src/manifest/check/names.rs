//! Names of mini programs: how long, of which characters, and nobody else's.

use super::{
    Census, CheckInput,
    quote::quoted,
    texts::{Field, Text, texts},
};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic, Severity},
    manifest::document::MiniProgramDocument,
    model::{
        LanguageTag,
        text::{self, Bounds, is_hidden},
    },
};
use std::collections::BTreeMap;

pub(super) const CODES: &[CodeInfo] = &[LENGTH, CHARACTERS, TAKEN];

const LENGTH: CodeInfo = CodeInfo {
    code: Code(304),
    title: "a name is shorter than 3 or longer than 30",
    explanation: "\"Enter a name for your mini program between 3 and 30 characters. One Chinese \
        character counts as two characters, and one letter or number counts as one character.\" \
        Other wide characters (full-width letters, kana, hangul, emoji) count as two as well.",
    source: "quickstart, Create a mini program by a master",
};
const CHARACTERS: CodeInfo = CodeInfo {
    code: Code(305),
    title: "a name has a character in it that names may not have",
    explanation: "Alipay China takes Chinese characters, Latin letters, digits, `_`, `+` and `-` in \
        a name. What no documented way of creating a mini program takes is an error. What they \
        disagree on is a warning: `+` and `-`, which some of them refuse; a space; and, where the \
        default language is not Chinese, letters of other scripts. Translations may have letters \
        of every script, and spaces.",
    source: "Alipay Open Platform, alipay.open.mini.baseinfo.modify (app_name), \
        alipay.open.mini.baseinfo.name.check and alipay.open.agent.mini.create",
};
const TAKEN: CodeInfo = CodeInfo {
    code: Code(306),
    title: "two mini programs of a workspace have the same name",
    explanation: "A name is given once: the platform refuses the second mini program that asks for \
        it. Whether somebody else has the name already is known only to the platform, and is asked \
        when a plan is made.",
    source: "Alipay Open Platform, error MINI_APP_NAME_DUPLICATE",
};

pub(super) fn check(input: &CheckInput<'_>, census: &Census<'_>, found: &mut Vec<Diagnostic>) {
    for program in input.programs {
        let names =
            texts(&program.document).filter(|text| text.field == Field::Name && !text.is_blank());
        for name in names {
            found.extend(misfit(name));
            found.extend(odd_character(name, is_chinese(&program.document)));
        }
    }
    for (workspace, programs) in &census.programs {
        let mut first: BTreeMap<&str, &MiniProgramDocument> = BTreeMap::new();
        let documents = programs.values().flatten().map(|program| &program.document);
        let mut documents: Vec<_> = documents.collect();
        documents.sort_by_key(|document| document.spec.name.span);
        for document in documents {
            let known = *first.entry(document.spec.name.trim()).or_insert(document);
            // The same key twice is told already, and is one mini program.
            if known.metadata.name.value != document.metadata.name.value {
                found.push(taken(workspace, document, known));
            }
        }
    }
}

fn is_chinese(program: &MiniProgramDocument) -> bool {
    program.spec.default_language.parse().is_ok_and(|tag: LanguageTag| tag.is_chinese())
}

fn misfit(name: Text<'_>) -> Option<Diagnostic> {
    let Bounds { min, max } = text::NAME;
    let width = text::weighted(name.value().trim());
    let message = if width < min {
        format!("{} is {width} wide, and {min} is the least", name.quoted())
    } else if width > max {
        format!("{} is {width} wide, and {max} is the limit", name.quoted())
    } else {
        return None;
    };
    let help = "a Chinese character counts as 2, a letter or digit as 1";
    Some(Diagnostic::error(&LENGTH, name.written.span, message).help(help))
}

/// The worst of the characters that are not taken everywhere.
fn odd_character(name: Text<'_>, is_chinese: bool) -> Option<Diagnostic> {
    let judge =
        |c| if name.language.is_some() { in_translation(c) } else { in_name(c, is_chinese) };
    // Hidden characters and white space at the edges have findings of their own.
    let shown = name.value().trim().chars().filter(|c| !is_hidden(*c));
    let odd = shown.filter_map(|c| Some((judge(c)?, c)));
    let (severity, c) = odd.min_by_key(|(severity, _)| *severity)?;
    let what = if c == ' ' { "a space".to_owned() } else { format!("`{c}`") };
    let why = match severity {
        Severity::Error => "which names may not have",
        Severity::Warning => "which not every documented way of creating a mini program takes",
    };
    let message = format!("{} has {what} in it, {why}", name.quoted());
    let finding =
        Diagnostic { severity, ..Diagnostic::error(&CHARACTERS, name.written.span, message) };
    Some(finding.help("Chinese characters, Latin letters, digits and `_` are taken everywhere"))
}

fn in_name(c: char, is_chinese: bool) -> Option<Severity> {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => None,
        c if is_han(c) => None,
        '+' | '-' => Some(Severity::Warning),
        ' ' if is_chinese => Some(Severity::Warning),
        ' ' => None,
        c if !is_chinese && is_letter(c) => Some(Severity::Warning),
        _ => Some(Severity::Error),
    }
}

fn in_translation(c: char) -> Option<Severity> {
    let is_taken = is_letter(c) || matches!(c, ' ' | '_' | '+' | '-');
    (!is_taken).then_some(Severity::Warning)
}

fn is_letter(c: char) -> bool {
    // The joiners and marks of scripts that are written with them.
    c.is_alphanumeric() || matches!(c, '\u{200c}' | '\u{200d}' | '\u{300}'..='\u{36f}')
}

/// Unified ideographs with their extensions, compatibility ideographs, 〇 and 々.
fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' | '〇' | '々')
}

fn taken(
    workspace: &str,
    document: &MiniProgramDocument,
    first: &MiniProgramDocument,
) -> Diagnostic {
    let (name, key) = (&document.spec.name, &first.metadata.name);
    let message = format!(
        "the name {} belongs to `{}` already, in workspace `{workspace}`",
        quoted(name.trim()),
        key.value
    );
    Diagnostic::error(&TAKEN, name.span, message)
        .related(first.spec.name.span, format!("`{}` has it", key.value))
        .help("give each its own name, or leave one of them out")
}

#[cfg(test)]
mod tests {
    use super::{in_name, in_translation};
    use crate::diagnostic::Severity;

    #[test]
    fn what_ways_disagree_on_is_a_warning() {
        for c in ['咖', '龘', '𠮷', 'a', '7', '_'] {
            assert_eq!(in_name(c, true), None, "{c}");
        }
        for (c, chinese, other) in [
            ('+', Severity::Warning, Some(Severity::Warning)),
            (' ', Severity::Warning, None),
            ('é', Severity::Error, Some(Severity::Warning)),
            ('カ', Severity::Error, Some(Severity::Warning)),
            ('!', Severity::Error, Some(Severity::Error)),
            ('☕', Severity::Error, Some(Severity::Error)),
        ] {
            assert_eq!((in_name(c, true), in_name(c, false)), (Some(chinese), other), "{c}");
        }
        assert_eq!(in_translation('é'), None);
        assert_eq!(in_translation('☕'), Some(Severity::Warning));
    }
}
