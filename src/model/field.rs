//! The fields of programs and memberships, under the names that manifests have for them.

use super::LanguageTag;
use jiff::civil::Date;
use std::{collections::BTreeMap, fmt, str::FromStr};

/// A field that may change by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Name,
    ReleaseTo,
    DefaultLanguage,
    Tagline,
    Description,
    Logo,
    Industry,
    Phone,
    Email,
    Language(LanguageTag),
    Role,
    MiniPrograms,
    Blocked,
}

/// Fields that may differ from the manifests, each until the end of a day in UTC; `None`: for good.
pub type Exemptions = BTreeMap<Field, Option<Date>>;

/// Every field that has a value, as text: what two observations are compared by.
pub type Fields = BTreeMap<Field, String>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no field that minisync compares")]
pub struct UnknownField;

const LANGUAGE: &str = "languages.";

/// Every field but the languages.
const FIELDS: [(Field, &str); 12] = [
    (Field::Name, "name"),
    (Field::ReleaseTo, "releaseTo"),
    (Field::DefaultLanguage, "defaultLanguage"),
    (Field::Tagline, "listing.tagline"),
    (Field::Description, "listing.description"),
    (Field::Logo, "listing.logo"),
    (Field::Industry, "listing.industry"),
    (Field::Phone, "listing.customerService.phone"),
    (Field::Email, "listing.customerService.email"),
    (Field::Role, "role"),
    (Field::MiniPrograms, "miniPrograms"),
    (Field::Blocked, "blocked"),
];

impl Field {
    /// What a manifest may ask for of a mini program: the names in full, but for the languages.
    pub const OF_PROGRAMS: [Self; 9] = [
        Self::Name,
        Self::ReleaseTo,
        Self::DefaultLanguage,
        Self::Tagline,
        Self::Description,
        Self::Logo,
        Self::Industry,
        Self::Phone,
        Self::Email,
    ];

    /// Whether it is a field of the listing, which is made as a whole.
    pub fn is_of_listing(&self) -> bool {
        match self {
            Self::Tagline
            | Self::Description
            | Self::Logo
            | Self::Industry
            | Self::Phone
            | Self::Email => true,
            Self::Name
            | Self::ReleaseTo
            | Self::DefaultLanguage
            | Self::Language(_)
            | Self::Role
            | Self::MiniPrograms
            | Self::Blocked => false,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Language(tag) = self {
            return write!(f, "{LANGUAGE}{tag}");
        }
        let known = FIELDS.iter().find(|(field, _)| field == self);
        f.write_str(known.map_or("", |(_, name)| name))
    }
}

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, UnknownField> {
        if let Some(tag) = text.strip_prefix(LANGUAGE) {
            return tag.parse().map(Self::Language).map_err(|_| UnknownField);
        }
        let known = FIELDS.iter().find(|(_, name)| *name == text);
        known.map(|(field, _)| field.clone()).ok_or(UnknownField)
    }
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, Field};

    #[test]
    fn every_field_is_read_as_it_is_written() {
        let language = Field::Language("en-US".parse().unwrap());
        let all = FIELDS.iter().map(|(field, _)| field.clone()).chain([language]);
        for field in all {
            assert_eq!(field.to_string().parse(), Ok(field));
        }
        assert!("members".parse::<Field>().is_err());
    }
}
