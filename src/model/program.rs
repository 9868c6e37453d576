//! A mini program as the manifests ask for it.

use super::{Email, Exemptions, LanguageTag, Logo, ProgramKey, ReleaseTarget};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MiniProgram {
    pub key: ProgramKey,
    /// The key that this program had before.
    pub previously: Option<ProgramKey>,
    pub name: String,
    pub release_to: BTreeSet<ReleaseTarget>,
    pub default_language: LanguageTag,
    /// The master who creates it; `None`: the account we act as.
    pub created_by: Option<Email>,
    /// All or nothing: "All the above parameters are required when creating or modifying the
    /// mini program" (quickstart).
    pub listing: Option<Listing>,
    /// Further system languages; the default language is never among them.
    pub languages: BTreeMap<LanguageTag, Translation>,
    pub ignore: Exemptions,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    pub tagline: String,
    pub description: String,
    pub logo: Logo,
    pub industry: String,
    pub customer_service: CustomerService,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerService {
    /// A landline, `XXXX-XXXXXXX`.
    pub phone: String,
    pub email: Email,
}

/// What a mini program is called in one more language; what is missing is shown in the default
/// language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Translation {
    pub name: Option<String>,
    pub tagline: Option<String>,
    pub description: Option<String>,
}
