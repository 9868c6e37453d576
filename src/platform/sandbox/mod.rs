//! Requests, responses and errors of the sandbox's own API, version 1.
//!
//! Lists are paged by number (`?page=2&pageSize=200`, from 1), so that all pages after the first
//! can be asked for at once; a page says how many things there are and which state of the
//! workspace it shows. Every object has an entity tag; every write takes an `Idempotency-Key`;
//! every error is an RFC 9457 problem.

mod service;

pub use service::{Activity, Clock, ClockMove, Mishap, Mishaps, NewMishap};

#[cfg(feature = "sandbox")]
use super::documented;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Largest and usual number of things on a page.
pub const MAX_PAGE_SIZE: u32 = 500;
pub const DEFAULT_PAGE_SIZE: u32 = 100;

/// The header in which a write says which commit of the manifests asks for it; for the log.
pub const COMMIT_HEADER: &str = "minisync-commit";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Workspace {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::WorkspaceId))]
    pub id: String,
    pub revision: u64,
    pub owner: Person,
    /// Missing where invitations are not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowance: Option<Allowance>,
}

/// How many more invitations a workspace may send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Allowance {
    /// Now.
    pub left: u32,
    /// In every hour that begins on the hour, in UTC.
    pub each_hour: u32,
    /// When the next hour begins.
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::Time))]
    pub renews_at: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewWorkspace {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::WorkspaceId))]
    pub id: String,
    pub owner: Person,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Person {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::PersonName))]
    pub name: String,
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::EmailAddress))]
    pub email: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    pub items: Vec<T>,
    pub page: u32,
    pub page_size: u32,
    pub total: u64,
    /// The workspace's revision: pages with different ones are of different moments.
    pub revision: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Program {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::ProgramId))]
    pub id: String,
    /// Also the entity tag, `"7"`.
    pub revision: u64,
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::ProgramName))]
    pub name: String,
    #[cfg_attr(feature = "sandbox", schema(value_type = BTreeSet<documented::ReleaseTarget>))]
    pub release_to: BTreeSet<String>,
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::LanguageTag))]
    pub default_language: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
    #[serde(default)]
    #[cfg_attr(feature = "sandbox", schema(value_type = BTreeMap<documented::LanguageTag, Translation>))]
    pub languages: BTreeMap<String, Translation>,
    /// Address of who created it.
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::EmailAddress))]
    pub created_by: String,
    /// RFC 3339.
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::Time))]
    pub created_at: String,
    /// Who changed it last: an address, or `operator`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::Time>))]
    pub changed_at: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Listing {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::Tagline))]
    pub tagline: String,
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::Description))]
    pub description: String,
    /// SHA-256 of an uploaded logo, lower-case hex.
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::LogoDigest))]
    pub logo: String,
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::Industry))]
    pub industry: String,
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::Phone))]
    pub phone: String,
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::EmailAddress))]
    pub email: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Translation {
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::ProgramName>))]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::Tagline>))]
    pub tagline: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::Description>))]
    pub description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "sandbox", schema(example = json!({
    "name": "幸福咖啡", "releaseTo": ["alipay-cn"], "defaultLanguage": "zh-CN"
})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewProgram {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::ProgramName))]
    pub name: String,
    #[cfg_attr(feature = "sandbox", schema(value_type = Vec<documented::ReleaseTarget>))]
    pub release_to: BTreeSet<String>,
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::LanguageTag))]
    pub default_language: String,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub listing: Option<Listing>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "sandbox", schema(value_type = BTreeMap<documented::LanguageTag, Translation>))]
    pub languages: BTreeMap<String, Translation>,
}

/// What is missing stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "sandbox", schema(example = json!({ "name": "Lucky Coffee" })))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProgramPatch {
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::ProgramName>))]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<Vec<documented::ReleaseTarget>>))]
    pub release_to: Option<BTreeSet<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub listing: Option<ListingPatch>,
    /// `null` drops a language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "sandbox", schema(schema_with = documented::language_edits))]
    pub languages: BTreeMap<String, Option<Translation>>,
}

/// On a program without a listing, every field is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListingPatch {
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::Tagline>))]
    pub tagline: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::Description>))]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::LogoDigest>))]
    pub logo: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::Industry>))]
    pub industry: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::Phone>))]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::EmailAddress>))]
    pub email: Option<String>,
}

/// `PUT …/logos/{digest}`: what was uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Logo {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::LogoDigest))]
    pub digest: String,
    pub media_type: String,
}

/// A membership, from the invitation on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Member {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::MemberId))]
    pub id: String,
    /// Also the entity tag, `"7"`.
    pub revision: u64,
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::PersonName))]
    pub name: String,
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::EmailAddress))]
    pub email: String,
    pub role: Role,
    /// Ids of the assigned programs; only developers have some.
    #[serde(default)]
    #[cfg_attr(feature = "sandbox", schema(value_type = BTreeSet<documented::ProgramId>))]
    pub programs: BTreeSet<String>,
    pub status: MemberStatus,
    /// RFC 3339; missing for the owner, who was never invited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::Time>))]
    pub invited_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::Time>))]
    pub expires_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::Time>))]
    pub active_since: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::EmailAddress>))]
    pub invited_by: Option<String>,
    /// How often the invitation was sent; 0 for the owner.
    #[serde(default)]
    pub times_sent: u32,
    /// Why the invitation's mail could not be delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undelivered: Option<String>,
    /// Who changed it last: an address, or `operator`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::Time>))]
    pub changed_at: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Owner,
    Master,
    Developer,
}

/// A word that the client does not know is kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberStatus {
    Invited,
    Expired,
    Refused,
    Withdrawn,
    Active,
    Blocked,
    /// Was active, and left by themselves.
    Left,
    #[serde(untagged)]
    Other(String),
}

/// `POST …/members`: invites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "sandbox", schema(example = json!({
    "name": "Lin Wei", "email": "lin@example.com", "role": "developer", "programs": ["p2"]
})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMember {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::PersonName))]
    pub name: String,
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::EmailAddress))]
    pub email: String,
    pub role: Role,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Vec<documented::ProgramId>))]
    pub programs: BTreeSet<String>,
}

/// `PATCH …/members/{id}`: role and assignments of somebody who has accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "sandbox", schema(example = json!({ "role": "developer", "programs": ["p2"] })))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MemberPatch {
    pub role: Role,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Vec<documented::ProgramId>))]
    pub programs: BTreeSet<String>,
}

/// `POST /v1/tokens`, by the sandbox's operator: a token that speaks for one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewToken {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::EmailAddress))]
    pub email: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Token {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::EmailAddress))]
    pub email: String,
    /// Shown this once; only its hash is kept.
    pub token: String,
}

/// `GET /v1/me`: whom the token speaks for, and where that person is expected or at home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// Missing for the sandbox's operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "sandbox", schema(value_type = Option<documented::EmailAddress>))]
    pub email: Option<String>,
    pub memberships: Vec<Mine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Mine {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::WorkspaceId))]
    pub workspace: String,
    pub member: Member,
}

/// RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Every rule that was broken, not only the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<BrokenRule>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BrokenRule {
    /// JSON pointer into the request's body; empty for the whole.
    pub field: String,
    /// Stable, kebab-case: `name-length`, `invitation-pending`.
    pub rule: String,
    pub message: String,
}

/// For what may be missing but not `null`: an edit to nothing would be taken for no edit.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}
