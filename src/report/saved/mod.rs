//! Saved plans: what was looked at and agreed to, as a file that people and programs can read.
//!
//! The format has a version and a schema (`schema/saved-plan.schema.json`), and is canonical: the
//! same plan at the same time is the same bytes. Nobody carries out what stands in such a file:
//! `apply` plans afresh, and does what both say in the same words. So no edit of a file can ask for
//! what the manifests do not, nor tell a reviewer of something else than what is done.

mod digest;
mod parse;
mod signature;
mod step;

pub use digest::{DigestPrefix, PlanDigest, PrefixError, Scope, manifests};
pub use parse::{ParseError, is_saved_plan, parse};
pub use signature::Signature;
pub use step::{SavedStep, steps};

use super::{PlanView, WorkspaceView, json};
use crate::model::{Digest, Email};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Grows when an older minisync could misread what a newer one writes.
pub const VERSION: u32 = 1;

/// What stands before every digest in the file: 64 digits follow.
const SHA256: &str = "^sha256:[0-9a-f]{64}$";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(title = "A saved plan of minisync")]
pub struct SavedPlan {
    pub kind: Kind,
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// Of all that would be done: platform, manifests, and of each workspace its id, digest and
    /// mark. Nothing else changes it, and no clock.
    #[schemars(regex(pattern = SHA256))]
    pub digest: String,
    /// What the platform is told by: an address, or that it is embedded.
    pub platform: String,
    /// Of every manifest and `minisync.yaml`: their paths and texts.
    #[schemars(regex(pattern = SHA256))]
    pub manifests: String,
    /// What was checked out; missing: the project is not in git.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<Commit>,
    /// Of the minisync that made it.
    pub tool_version: String,
    /// By the platform's time, where it tells.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub made_at: Timestamp,
    /// From here on it is refused, by the platform's time.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub expires_at: Timestamp,
    /// Whom the operator wanted invited once more.
    pub reinvite: Vec<String>,
    /// In the order of their ids; also those where there is nothing to do.
    pub workspaces: Vec<SavedWorkspace>,
    /// Of this file as it is with an empty text here: shows what was altered by accident. Against
    /// somebody who alters it on purpose, sign it.
    #[schemars(regex(pattern = SHA256))]
    pub checksum: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Kind {
    SavedPlan,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Commit {
    pub hash: String,
    /// Whether the files differed from the commit.
    pub dirty: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedWorkspace {
    pub id: String,
    /// Equal for plans that do the same.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub digest: String,
    /// The ledger's number for the last thing that was to be done here; 0: there was none.
    pub mark: u64,
    /// In the order in which they are carried out.
    pub steps: Vec<SavedStep>,
    /// What `apply` refuses before it is allowed by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dangers: Vec<json::Danger>,
    /// Who can act before the plan and after it; there when the plan changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footholds: Option<json::Footholds>,
    /// Who wrote the lines themselves that give them something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub self_grants: Vec<json::SelfGrant>,
}

/// What a saved plan tells beside the plan.
#[derive(Debug, Clone)]
pub struct Circumstances<'a> {
    pub scope: Scope<'a>,
    pub commit: Option<Commit>,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
    pub again: &'a BTreeSet<Email>,
}

impl SavedPlan {
    pub fn new(view: &PlanView<'_>, circumstances: &Circumstances<'_>) -> Self {
        let Circumstances { scope, commit, made_at, expires_at, again } = circumstances;
        let workspaces =
            view.workspaces.iter().map(|workspace| SavedWorkspace::new(view, workspace));
        let plan = Self {
            kind: Kind::SavedPlan,
            version: VERSION,
            digest: String::new(),
            platform: scope.platform.to_owned(),
            manifests: digest::prefixed(scope.manifests),
            commit: commit.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            made_at: *made_at,
            expires_at: *expires_at,
            reinvite: again.iter().map(ToString::to_string).collect(),
            workspaces: workspaces.collect(),
            checksum: String::new(),
        };
        plan.sealed()
    }

    /// With the digest and the checksum that it has to have.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.digest = self.work_digest().to_string();
        self.checksum = self.own_checksum();
        self
    }

    /// As it stands in a file.
    pub fn text(&self) -> String {
        json::canonical(self)
    }

    pub fn n_steps(&self) -> usize {
        self.workspaces.iter().map(|workspace| workspace.steps.len()).sum()
    }

    /// What [`SavedPlan::digest`] has to be.
    pub fn work_digest(&self) -> PlanDigest {
        let manifests = self.manifests.strip_prefix("sha256:").unwrap_or(&self.manifests);
        let scope = Scope { platform: &self.platform, manifests: &Digest::new(manifests) };
        let workspaces = self.workspaces.iter();
        scope.digest(workspaces.map(|it| (it.id.as_str(), it.digest.as_str(), it.mark)))
    }

    /// What [`SavedPlan::checksum`] has to be.
    fn own_checksum(&self) -> String {
        let open = Self { checksum: String::new(), ..self.clone() };
        digest::prefixed(&crate::model::image::digest(open.text().as_bytes()))
    }
}

impl SavedWorkspace {
    fn new(view: &PlanView<'_>, workspace: &WorkspaceView<'_>) -> Self {
        let json::Verdicts { dangers, footholds, self_grants } =
            json::Verdicts::new(view, workspace);
        Self {
            id: workspace.id.to_string(),
            digest: workspace.plan.digest().to_string(),
            mark: workspace.mark,
            steps: steps(view, workspace),
            dangers,
            footholds,
            self_grants,
        }
    }
}

/// The JSON Schema (2020-12) of a saved plan.
pub fn schema() -> serde_json::Value {
    json::schema_of::<SavedPlan>("A saved plan of minisync")
}
