//! Every text that people see: that there is one, and that all of it can be seen.

use super::{Census, CheckInput, quote::quoted};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::{
        document::{MiniProgramDocument, Spanned},
        yaml,
    },
    model::text::is_hidden,
};
use std::fmt;

pub(super) const CODES: &[CodeInfo] = &[EMPTY, EDGES, HIDDEN];

const EMPTY: CodeInfo = CodeInfo {
    code: Code(301),
    title: "a text is empty",
    explanation: "\"All the above parameters are required when creating or modifying the mini \
        program\", and a member is invited by name. An optional text is left out as a whole: the \
        default language then shows instead.",
    source: "quickstart, Create a mini program by a master; Add members",
};
const EDGES: CodeInfo = CodeInfo {
    code: Code(302),
    title: "a text begins or ends with white space",
    explanation: "Platforms cut such white space off, and what they answer would never be what the \
        manifest asks for: every plan would want to change it again. The line end that YAML leaves \
        behind a block (`|`, `>`) does not count.",
    source: "a decision of minisync",
};
const HIDDEN: CodeInfo = CodeInfo {
    code: Code(303),
    title: "a text has a character in it that cannot be seen, or reorders others",
    explanation: "Control characters, bidirectional controls and invisible characters make a name \
        look like another, in the console, in mails and in reviews of manifests. The joiners that \
        emoji and some scripts are written with are allowed, and so are line ends in descriptions.",
    source: "Unicode Technical Standard 39 and UAX 9 (Bidi_Control)",
};

/// What a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Name,
    Tagline,
    Description,
    Industry,
    Person,
}

/// A text with its place and its use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) field: Field,
    /// Where it is a translation.
    pub(super) language: Option<&'a str>,
    pub(super) written: &'a Spanned<String>,
}

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let programs = input.programs.iter().flat_map(|program| texts(&program.document));
    for text in programs.chain(people(input)) {
        found.extend(hidden(text).or_else(|| empty(text)).or_else(|| edges(text)));
    }
}

/// The texts of a mini program, translations included.
pub(super) fn texts(program: &MiniProgramDocument) -> impl Iterator<Item = Text<'_>> {
    let own = |field, written| Text { field, language: None, written };
    let name = own(Field::Name, &program.spec.name);
    let listing = program.spec.listing.iter().flat_map(move |listing| {
        [
            own(Field::Tagline, &listing.tagline),
            own(Field::Description, &listing.description),
            own(Field::Industry, &listing.industry),
        ]
    });
    let translations = program.spec.languages.iter().flat_map(|(tag, texts)| {
        [
            (Field::Name, &texts.name),
            (Field::Tagline, &texts.tagline),
            (Field::Description, &texts.description),
        ]
        .into_iter()
        .filter_map(move |(field, written)| {
            Some(Text { field, language: Some(tag), written: written.as_ref()? })
        })
    });
    [name].into_iter().chain(listing).chain(translations)
}

fn people<'a>(input: &CheckInput<'a>) -> impl Iterator<Item = Text<'a>> {
    let members = input.rosters.iter().flat_map(|roster| &roster.document.spec.members);
    let owner = input.project.and_then(|project| Some(&project.owner.as_ref()?.name));
    let names = members.map(|member| &member.name).chain(owner);
    names.map(|written| Text { field: Field::Person, language: None, written })
}

impl<'a> Text<'a> {
    /// What the platform gets: YAML's blocks leave a line end behind that nobody means.
    pub(super) fn value(self) -> &'a str {
        self.written.trim_end_matches('\n')
    }

    /// With the text itself.
    pub(super) fn quoted(self) -> String {
        let language = self.language.map(|language| format!(" in `{language}`"));
        format!("{} {}{}", self.field, quoted(self.value()), language.unwrap_or_default())
    }

    pub(super) fn is_blank(self) -> bool {
        self.written.trim().is_empty()
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "the name",
            Self::Tagline => "the tagline",
            Self::Description => "the description",
            Self::Industry => "the industry",
            Self::Person => "the person's name",
        })
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.field)?;
        self.language.map_or(Ok(()), |language| write!(f, " in `{language}`"))
    }
}

fn empty(text: Text<'_>) -> Option<Diagnostic> {
    let finding = Diagnostic::error(&EMPTY, text.written.span, format!("{text} is empty"));
    let help = match text.language {
        Some(_) => "leave it out, and the default language is shown instead",
        None => "fill it in",
    };
    text.is_blank().then(|| finding.help(help))
}

fn edges(text: Text<'_>) -> Option<Diagnostic> {
    let value = text.value();
    let trimmed = value.trim();
    let wh = match (value.starts_with(char::is_whitespace), value.ends_with(char::is_whitespace)) {
        (false, false) => return None,
        (true, false) => "begins",
        (false, true) => "ends",
        (true, true) => "begins and ends",
    };
    let message = format!("{} {wh} with white space", text.quoted());
    let finding = Diagnostic::error(&EDGES, text.written.span, message)
        .help("platforms cut it off, and every plan would want it back")
        .fix(text.written.span, yaml::written(trimmed), "take the white space away");
    Some(finding)
}

fn hidden(text: Text<'_>) -> Option<Diagnostic> {
    let is_odd = |c: char| is_hidden(c) && !(c == '\n' && text.field == Field::Description);
    let odd = text.value().chars().find(|c| is_odd(*c))?;
    let what = match odd {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => "a line end in it".to_owned(),
        '\t' => "a tab in it".to_owned(),
        c if c.is_control() => format!("a control character in it: U+{:04X}", u32::from(c)),
        c if is_bidi(c) => {
            format!("a character in it that reorders the text around it: U+{:04X}", u32::from(c))
        }
        c => format!("a character in it that cannot be seen: U+{:04X}", u32::from(c)),
    };
    let finding = Diagnostic::error(&HIDDEN, text.written.span, format!("{text} has {what}"));
    let clean = cleaned(text.value(), is_odd);
    Some(if clean.is_empty() {
        finding.help("write a text that can be read")
    } else {
        finding.help(format!("without it, it is {}", quoted(&clean))).fix(
            text.written.span,
            yaml::written(&clean),
            "take it away",
        )
    })
}

/// One space for what separated words, nothing for the rest.
fn cleaned(text: &str, is_odd: impl Fn(char) -> bool) -> String {
    let spaced = text.chars().filter_map(|c| match c {
        c if !is_odd(c) => Some(c),
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        _ => None,
    });
    spaced.collect::<String>().trim().to_owned()
}

/// Unicode's `Bidi_Control` property.
fn is_bidi(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
