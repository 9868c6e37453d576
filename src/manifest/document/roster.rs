//! `kind: Roster`.

use super::{ApiVersion, AssignmentText, IgnoreText, Metadata, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;

/// People who should be in a workspace. Several rosters add up.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(title = "Roster")]
pub struct RosterDocument {
    /// The version of the file format.
    pub api_version: ApiVersion,
    /// What this document describes.
    pub kind: RosterKind,
    /// How this document is called.
    pub metadata: Metadata,
    /// The people, and what they may do.
    pub spec: RosterSpec,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum RosterKind {
    /// A roster: people who should be in a workspace, with their roles and mini programs.
    Roster,
}

/// The people, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RosterSpec {
    /// The workspace these people belong to. Left out: the default workspace that
    /// `minisync.yaml` names.
    #[serde(default)]
    #[schemars(length(min = 1, max = 63), regex(pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    pub workspace: Option<Spanned<String>>,
    /// The people. The owner is not listed: they are there before everyone else.
    pub members: Vec<MemberText>,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(title = "Member")]
pub struct MemberText {
    /// The person's name, as colleagues and the invitation show it.
    #[schemars(length(min = 1), example = &"Mei Chen")]
    pub name: Spanned<String>,
    /// The person's e-mail address: where the invitation goes, and how minisync knows them.
    #[schemars(regex(pattern = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), example = &"mei@example.com")]
    pub email: Spanned<String>,
    /// The address this person had before. The new one is invited first; the old one goes when the
    /// invitation has been accepted.
    #[serde(default)]
    #[schemars(regex(pattern = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), example = &"mei@old.example.com")]
    pub previously: Option<Spanned<String>>,
    /// What the person may do in the workspace.
    pub role: Spanned<RoleText>,
    /// The keys of the mini programs (their `metadata.name`) that a developer works on: at least
    /// one. A master reaches them all and lists none. For an assignment that ends by itself, write
    /// `{ program: coffee, until: 2027-01-31 }` instead of the key.
    #[serde(default)]
    #[schemars(example = ["coffee"])]
    pub mini_programs: Option<Spanned<Vec<AssignmentText>>>,
    /// The last day of the membership, in UTC: the day after, it ends by itself. Left out: it does
    /// not end.
    #[serde(default)]
    #[schemars(extend("format" = "date"), example = &"2027-01-31")]
    pub until: Option<Spanned<String>>,
    /// Keeps the membership and takes the access, until it is false again.
    #[serde(default)]
    pub blocked: bool,
    /// What others look after for now, `role` or `miniPrograms`: it may differ from what is written
    /// here.
    #[serde(default)]
    pub ignore: Vec<IgnoreText>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum RoleText {
    /// Reaches every mini program of the workspace, may create some and may invite people.
    Master,
    /// Develops and releases the mini programs in `miniPrograms`: at least one.
    Developer,
}
