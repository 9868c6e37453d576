//! `kind: MiniProgram`.
//!
//! The schema's lengths are those that no way of counting accepts, and one more at the upper end:
//! a block (`|`, `>`) ends with a line end that does not count.

use super::{ApiVersion, Entries, IgnoreText, Spanned};
use crate::model::ReleaseTarget;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::borrow::Cow;

/// A mini program that should exist on the platform.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(title = "Mini program")]
pub struct MiniProgramDocument {
    /// The version of the file format.
    pub api_version: ApiVersion,
    /// What this document describes.
    pub kind: MiniProgramKind,
    /// How this document is called.
    pub metadata: MiniProgramMetadata,
    /// The mini program as it should be.
    pub spec: MiniProgramSpec,
}

/// How this document is called.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MiniProgramMetadata {
    /// The key by which this project knows the document: lower-case letters, digits and `-`, at
    /// most 63 characters. It is never shown to customers; whoever changes it writes the old one
    /// into `previously`.
    #[schemars(length(min = 1, max = 63), regex(pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    #[schemars(example = &"coffee")]
    pub name: Spanned<String>,
    /// The key that the mini program had before: what is known under that key is taken over under
    /// the new one.
    #[serde(default)]
    #[schemars(length(min = 1, max = 63), regex(pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    #[schemars(example = &"coffee-shop")]
    pub previously: Option<Spanned<String>>,
    /// Free labels for your own tools; minisync does not read them.
    #[serde(default)]
    pub labels: Entries<String>,
    /// Free annotations for your own tools; minisync does not read them.
    #[serde(default)]
    pub annotations: Entries<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum MiniProgramKind {
    /// A mini program: its name, its languages and what customers see of it.
    MiniProgram,
}

/// The mini program as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MiniProgramSpec {
    /// The name that customers see, in the default language: 3 to 30 characters, where a Chinese
    /// character counts as two.
    #[schemars(length(min = 2, max = 31), example = &"幸福咖啡")]
    pub name: Spanned<String>,
    /// The workspace where the mini program lives. Left out: the default workspace that
    /// `minisync.yaml` names.
    #[serde(default)]
    #[schemars(length(min = 1, max = 63), regex(pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    pub workspace: Option<Spanned<String>>,
    /// Where the mini program is released to.
    #[schemars(length(min = 1), example = ["alipay-cn"])]
    pub release_to: Spanned<Vec<Spanned<ReleaseTargetText>>>,
    /// The language of the texts in `spec`, as a language tag. It is also what a customer sees
    /// whose device language is not among `languages`. A mini program made by a master is Chinese.
    #[schemars(regex(pattern = "^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$"))]
    #[schemars(example = &"zh-CN", example = &"en-US")]
    pub default_language: Spanned<String>,
    /// The e-mail address of the master who creates the mini program; a roster must list them
    /// with `role: master`. Left out: the owner creates it.
    #[serde(default)]
    #[schemars(regex(pattern = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), example = &"mei@example.com")]
    pub created_by: Option<Spanned<String>>,
    /// What customers and reviewers see of the mini program. All of it or nothing: the owner may
    /// let it follow later, a master needs it from the start.
    #[serde(default)]
    pub listing: Option<Spanned<ListingText>>,
    /// Further system languages, by language tag. The default language is not repeated here.
    #[serde(default)]
    pub languages: Entries<TranslationText>,
    /// Fields that others look after for now: they may differ from what is written here.
    #[serde(default)]
    pub ignore: Vec<IgnoreText>,
}

/// What customers and reviewers see; every field is required.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListingText {
    /// One line that says what the mini program is for: 10 to 30 characters.
    #[schemars(length(min = 5, max = 31), example = &"每天一杯好咖啡，幸福每一天")]
    pub tagline: Spanned<String>,
    /// What the mini program does: 20 to 200 characters.
    #[schemars(length(min = 10, max = 201))]
    pub description: Spanned<String>,
    /// The path of the logo, relative to this file: a square JPEG or PNG image of at most 256 KB
    /// inside the repository.
    #[schemars(length(min = 1), example = &"logos/coffee.png")]
    pub logo: Spanned<String>,
    /// The industry, as the platform's search box names it.
    #[schemars(length(min = 1), example = &"餐饮/咖啡")]
    pub industry: Spanned<String>,
    /// How customers reach you.
    pub customer_service: CustomerServiceText,
}

/// How customers reach you.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerServiceText {
    /// A landline number in the form `XXXX-XXXXXXX`.
    #[schemars(regex(pattern = "^[0-9]{4}-[0-9]{7}$"), example = &"0571-8888888")]
    pub phone: Spanned<String>,
    /// The address that customers write to.
    #[schemars(regex(pattern = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), example = &"care@example.com")]
    pub email: Spanned<String>,
}

/// The texts in one more language. What is left out is shown in the default language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TranslationText {
    /// The name in this language: 3 to 30 characters, where a Chinese character counts as two.
    #[serde(default)]
    #[schemars(length(min = 2, max = 31), example = &"Lucky Coffee")]
    pub name: Option<Spanned<String>>,
    /// The tagline in this language: 10 to 30 characters.
    #[serde(default)]
    #[schemars(length(min = 5, max = 31))]
    pub tagline: Option<Spanned<String>>,
    /// The description in this language: 20 to 200 characters.
    #[serde(default)]
    #[schemars(length(min = 10, max = 201))]
    pub description: Option<Spanned<String>>,
}

/// A release target as written. Text here, because a target that this version does not know is
/// the business of a rule; the schema lists the known ones, so that editors offer them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct ReleaseTargetText(pub String);

impl JsonSchema for ReleaseTargetText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ReleaseTarget".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let known = ReleaseTarget::ALL.map(ReleaseTarget::as_str);
        json_schema!({ "type": "string", "enum": known })
    }
}
