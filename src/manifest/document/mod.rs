//! The file format: what people write, with the place of every value.
//!
//! The only serde and schemars types below the surfaces, because they *are* the format: their
//! documentation is what editors show. A value that a rule judges (an address, a tag, a key) is
//! kept as text, so that one bad address does not stop the load; only closed sets are enums.

mod assignment;
mod entries;
mod ignore;
mod mini_program;
mod policy;
mod project;
mod roster;
mod spanned;

pub use assignment::AssignmentText;
pub use entries::Entries;
pub use ignore::IgnoreText;
pub use mini_program::{
    CustomerServiceText, ListingText, MiniProgramDocument, MiniProgramKind, MiniProgramMetadata,
    MiniProgramSpec, ReleaseTargetText, TranslationText,
};
pub(super) use policy::{DURATION, SHARE};
pub use policy::{
    InvitationPolicyText, LimitText, MemberPolicyText, OnEndText, OnExpiredText, PlanPolicyText,
    PolicyText, RailsText,
};
pub use project::{
    Environment, MailText, OwnerText, ProjectDocument, ProjectKind, SandboxEnvironment, Secret,
};
pub use roster::{MemberText, RoleText, RosterDocument, RosterKind, RosterSpec};
pub use spanned::Spanned;
pub(super) use spanned::TOKEN as SPANNED;

/// How the name of an enum begins whose variant is named by one of its keys.
pub(super) const TAGGED: &str = "tag:";

use crate::diagnostic::Span;
use schemars::JsonSchema;
use serde::Deserialize;

/// A document, and the place of the whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<D> {
    pub document: D,
    pub span: Span,
}

/// The version of the file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ApiVersion {
    /// The first version of minisync's manifests.
    #[serde(rename = "minisync.dev/v1")]
    V1,
}

/// How this document is called.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metadata {
    /// The key by which this project knows the document: lower-case letters, digits and `-`, at
    /// most 63 characters. It never changes and is never shown to customers.
    #[schemars(length(min = 1, max = 63), regex(pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    #[schemars(example = &"coffee")]
    pub name: Spanned<String>,
    /// Free labels for your own tools; minisync does not read them.
    #[serde(default)]
    pub labels: Entries<String>,
    /// Free annotations for your own tools; minisync does not read them.
    #[serde(default)]
    pub annotations: Entries<String>,
}
