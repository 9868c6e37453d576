//! A mini program as its users see it, in one of its languages.

use crate::{
    platform::sandbox::{Program, Translation},
    sandbox::console::{
        language::{Reader, language_name},
        time::When,
    },
};
use jiff::Timestamp;

pub(super) struct Card {
    pub(super) id: String,
    pub(super) name: Said,
    pub(super) tagline: Option<Said>,
    pub(super) description: Option<Said>,
    pub(super) logo: Option<String>,
    pub(super) industry: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) language_name: String,
    /// None of the reader's languages is among the program's, so that the default is shown.
    pub(super) is_fallback: bool,
    /// The reader's, as written.
    pub(super) wished: String,
    pub(super) default_language: String,
    pub(super) texts: Vec<Text>,
    pub(super) release_to: Vec<&'static str>,
    pub(super) created_by: String,
    pub(super) created: Option<When>,
}

/// What it is called in one language.
pub(super) struct Text {
    pub(super) tag: String,
    pub(super) language: String,
    pub(super) is_default: bool,
    pub(super) name: Said,
    pub(super) tagline: Option<Said>,
    pub(super) description: Option<Said>,
}

/// A text with the language that it is in, for whoever reads it aloud.
pub(super) struct Said {
    pub(super) text: String,
    pub(super) tag: String,
}

/// Its languages, the default first.
pub(super) fn tags(program: &Program) -> Vec<String> {
    std::iter::once(&program.default_language).chain(program.languages.keys()).cloned().collect()
}

impl Card {
    /// "Once the system language of a user's mobile device does not consistent with any system
    /// language that you add, the mini program will be displayed with the default language"
    /// (quickstart, Set basic information).
    pub(super) fn of(program: Program, reader: &Reader, now: Timestamp) -> Self {
        let tags = tags(&program);
        let choice = reader.choice(tags.iter().map(String::as_str)).map(str::to_owned);
        let is_fallback = choice.is_none();
        let language = choice.unwrap_or_else(|| program.default_language.clone());
        let shown = text(&program, &language);
        let texts = tags.iter().map(|tag| text(&program, tag)).collect();
        let listing = program.listing;
        let listed = |of: fn(&crate::platform::sandbox::Listing) -> &String| {
            listing.as_ref().map(|listing| of(listing).clone())
        };
        Self {
            logo: listed(|it| &it.logo),
            industry: listed(|it| &it.industry),
            phone: listed(|it| &it.phone),
            email: listed(|it| &it.email),
            id: program.id,
            name: shown.name,
            tagline: shown.tagline,
            description: shown.description,
            language_name: shown.language,
            is_fallback,
            wished: reader.written(),
            default_language: language_name(&program.default_language),
            texts,
            release_to: program.release_to.iter().map(|target| target_name(target)).collect(),
            created_by: program.created_by,
            created: When::past(&program.created_at, now),
        }
    }

    /// For a program without a logo: its first letter or digit, or a mark that means nothing.
    pub(super) fn initial(&self) -> String {
        let first = self.name.text.chars().find(|c| c.is_alphanumeric()).unwrap_or('•');
        first.to_uppercase().to_string()
    }
}

/// What a translation lacks is taken from the default language.
fn text(program: &Program, tag: &str) -> Text {
    let said = |tag: &str, text: String| Said { text, tag: tag.to_owned() };
    let own = |text| said(tag, text);
    let default = |text: &String| said(&program.default_language, text.clone());
    let of = |pick: fn(&Translation) -> &Option<String>| {
        program.languages.get(tag).and_then(|translation| pick(translation).clone()).map(own)
    };
    let listing = program.listing.as_ref();
    Text {
        tag: tag.to_owned(),
        language: language_name(tag),
        is_default: tag == program.default_language,
        name: of(|it| &it.name).unwrap_or_else(|| default(&program.name)),
        tagline: of(|it| &it.tagline).or_else(|| listing.map(|listing| default(&listing.tagline))),
        description: of(|it| &it.description)
            .or_else(|| listing.map(|listing| default(&listing.description))),
    }
}

/// As the quickstart calls it.
fn target_name(target: &str) -> &'static str {
    match target {
        "alipay-cn" => "Alipay China",
        _ => "somewhere else",
    }
}
