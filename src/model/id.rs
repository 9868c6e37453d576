//! Names that have been checked once, by `FromStr`, so that nobody checks them again.

use std::{fmt, str::FromStr};

/// Longest key a person may choose, in characters: Kubernetes' label length, so that keys can
/// become labels, file names and host names.
const KEY_MAX: usize = 63;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    #[error("is empty")]
    Empty,
    #[error("is {0} characters long, and {KEY_MAX} is the limit")]
    TooLong(usize),
    #[error("has `{0}` in it, and only a-z, 0-9 and `-` may be")]
    Character(char),
    #[error("begins or ends with `-`")]
    Edge,
}

fn checked_key(text: &str) -> Result<&str, IdError> {
    let n_chars = text.chars().count();
    if n_chars == 0 {
        return Err(IdError::Empty);
    }
    if let Some(odd) = text.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        return Err(IdError::Character(odd));
    }
    if n_chars > KEY_MAX {
        return Err(IdError::TooLong(n_chars));
    }
    if text.starts_with('-') || text.ends_with('-') {
        return Err(IdError::Edge);
    }
    Ok(text)
}

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                checked_key(text).map(|text| Self(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

key! {
    /// `metadata.name` of a mini program: our own, stable name for it; customers never see it.
    ProgramKey
}
key! {
    /// `metadata.name` of a roster.
    RosterName
}
key! {
    /// A workspace, as the platform knows it.
    WorkspaceId
}

macro_rules! opaque {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            pub fn new(said: impl Into<String>) -> Self {
                Self(said.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

opaque! {
    /// A mini program's id, chosen by the platform; opaque to us.
    ProgramId
}
opaque! {
    /// A membership's id, chosen by the platform; opaque to us.
    MemberId
}
opaque! {
    /// The version of one object on the platform (an entity tag); only equality means anything.
    Revision
}
opaque! {
    /// SHA-256 of some content, as lower-case hex.
    Digest
}

/// A mini program as a step names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProgramRef {
    /// It exists; `key` is missing when no manifest manages it.
    Existing { key: Option<ProgramKey>, id: ProgramId },
    /// An earlier step of the same plan creates it; its receipt brings the id.
    New(ProgramKey),
}

impl ProgramRef {
    pub fn key(&self) -> Option<&ProgramKey> {
        match self {
            Self::Existing { key, .. } => key.as_ref(),
            Self::New(key) => Some(key),
        }
    }
}

/// What a step, a note or a manifest's line is about, within a workspace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Program(ProgramKey),
    Member(Email),
}

const PROGRAM: &str = "program ";
const MEMBER: &str = "member ";

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program(key) => write!(f, "{PROGRAM}{key}"),
            Self::Member(email) => write!(f, "{MEMBER}{email}"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is neither `program KEY` nor `member EMAIL`")]
pub struct SubjectError;

impl FromStr for Subject {
    type Err = SubjectError;

    fn from_str(text: &str) -> Result<Self, SubjectError> {
        let program = text.strip_prefix(PROGRAM).and_then(|key| key.parse().ok());
        let member = || text.strip_prefix(MEMBER).and_then(|email| email.parse().ok());
        program.map(Self::Program).or_else(|| member().map(Self::Member)).ok_or(SubjectError)
    }
}

/// An address, folded so that equal people are equal: lower case, the domain in its ASCII form
/// (IDNA).
///
/// Mail systems may treat the part before the `@` as case-sensitive (RFC 5321, 2.4), but none of
/// the platforms do, and two spellings of one person would be two invitations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an e-mail address")]
pub struct EmailError;

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        email_address::EmailAddress::parse_with_options(text, options).map_err(|_| EmailError)?;
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
        // A quoted local part may hold anything, line ends included; no platform takes one.
        if local.starts_with('"') {
            return Err(EmailError);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| EmailError)?;
        Ok(Self(format!("{}@{domain}", local.to_lowercase())))
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A language tag (RFC 5646) in its canonical case: `zh-CN`, `en-US`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageTag(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a language tag")]
pub struct LanguageTagError;

impl LanguageTag {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_chinese(&self) -> bool {
        self.0 == "zh" || self.0.starts_with("zh-")
    }
}

impl FromStr for LanguageTag {
    type Err = LanguageTagError;

    fn from_str(text: &str) -> Result<Self, LanguageTagError> {
        oxilangtag::LanguageTag::parse_and_normalize(text)
            .map(|tag| Self(tag.into_inner()))
            .map_err(|_| LanguageTagError)
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a mini program can be released to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReleaseTarget {
    AlipayCn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a known release target")]
pub struct UnknownReleaseTarget;

impl ReleaseTarget {
    pub const ALL: [Self; 1] = [Self::AlipayCn];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::AlipayCn => "alipay-cn",
        }
    }
}

impl FromStr for ReleaseTarget {
    type Err = UnknownReleaseTarget;

    fn from_str(text: &str) -> Result<Self, UnknownReleaseTarget> {
        Self::ALL.into_iter().find(|target| target.as_str() == text).ok_or(UnknownReleaseTarget)
    }
}

impl fmt::Display for ReleaseTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Email, IdError, LanguageTag, ProgramKey};

    #[test]
    fn equal_people_have_equal_addresses() {
        let email = |text: &str| text.parse::<Email>().map(|email| email.to_string());
        assert_eq!(email("Lin.Wei@Example.COM").unwrap(), "lin.wei@example.com");
        assert_eq!(email("lin@例子.中国").unwrap(), "lin@xn--fsqu00a.xn--fiqs8s");
        for odd in [
            "",
            "lin",
            "lin@",
            "@x.cn",
            "lin@localhost",
            "a b@x.cn",
            "Lin <lin@x.cn>",
            "\"a b\"@x.cn",
        ] {
            assert!(email(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_key_says_what_is_wrong_with_it() {
        let key = |text: &str| text.parse::<ProgramKey>().map(|key| key.to_string());
        assert_eq!(key("coffee-2"), Ok("coffee-2".into()));
        assert_eq!(key(""), Err(IdError::Empty));
        assert_eq!(key("Coffee"), Err(IdError::Character('C')));
        assert_eq!(key("-coffee"), Err(IdError::Edge));
        assert_eq!(key(&"c".repeat(64)), Err(IdError::TooLong(64)));
    }

    #[test]
    fn a_language_tag_has_one_spelling() {
        assert_eq!("ZH-cn".parse::<LanguageTag>().unwrap().as_str(), "zh-CN");
        assert!("zh_CN".parse::<LanguageTag>().is_err());
    }
}
