//! Why somebody has what they have.

use super::{Authorship, Place};
use crate::report::history::json::Request;
use schemars::JsonSchema;
use serde::Serialize;

/// What `minisync explain member` and `explain program` say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explain {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// `member lin@example.com`, `program coffee`.
    pub subject: String,
    /// The mini program that was asked about with a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The lines of the manifests that ask for it now.
    pub wanted: Vec<Wanted>,
    /// What the ledger knows, oldest first.
    pub events: Vec<Event>,
    /// Every workspace that has to do with it.
    pub managed: Vec<Managed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Wanted {
    pub workspace: String,
    /// `developer of coffee`, `mini program`.
    pub what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<Authorship>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub workspace: String,
    #[schemars(extend("format" = "date-time"))]
    pub at: String,
    pub run: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Digest of the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Digest of the saved plan that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_plan: Option<String>,
    pub event: EventKind,
    /// Since then, and until now, they reach the mini program that was asked about.
    pub gave: bool,
    /// For people.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum EventKind {
    Request(Request),
    /// There, after a request whose answer was lost.
    Found,
    /// Not there any more, and not by us.
    Gone,
    /// Not there any more, after a request for that whose answer was lost.
    GoneAsAsked,
    /// The mini program got another key.
    Renamed {
        from: String,
    },
    /// From an older ledger, which kept no journal.
    TakenOver {
        layout: u64,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Managed {
    pub workspace: String,
    /// Whether it is ours.
    pub managed: bool,
    /// For people.
    pub text: String,
}
