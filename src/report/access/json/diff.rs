//! What differs.

use super::{Gaps, GrantedRole};
use crate::report::{
    access::{
        diff::{self, Between, Comparison},
        reach, words,
    },
    json::VERSION,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// What `minisync access diff` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    pub between: Sides,
    /// By workspace, then by address.
    pub changes: Vec<AccessChange>,
    pub gaps: Gaps,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Sides {
    PlatformAndManifests,
    /// As they were asked for; without `to`, it is the files on disk.
    Revisions {
        from: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
}

/// What is different for somebody: `gets` is what the second side gives and the first does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessChange {
    pub workspace: String,
    pub email: String,
    pub name: String,
    pub kind: AccessChangeKind,
    pub gets: Vec<Right>,
    pub loses: Vec<Right>,
    /// Whether they are blocked on the second side, where that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
    /// What stays with another last day.
    pub until: Vec<UntilChange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moves_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moves_to: Option<String>,
    /// When the invitation ends that waits for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub expires: Option<String>,
    /// On the platform, and not by minisync.
    pub is_found: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AccessChangeKind {
    /// On the second side only.
    New,
    Changed,
    /// On the first side only.
    Gone,
    /// The same on both sides, as soon as they accept.
    Waiting,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Right {
    pub role: GrantedRole,
    /// Key, or the platform's name where it has none; missing: every one of the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The last day, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    pub until: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UntilChange {
    /// With the last day that it had before.
    pub right: Right,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    pub to: Option<String>,
}

impl Diff {
    pub(in crate::report::access) fn new(comparison: &Comparison) -> Self {
        let between = match comparison.between.clone() {
            Between::PlatformAndManifests => Sides::PlatformAndManifests,
            Between::Revisions(from, to) => Sides::Revisions { from, to },
        };
        let changes = comparison.changes();
        let changes = changes.into_iter().map(|change| AccessChange::new(change, comparison));
        Self {
            version: VERSION,
            between,
            changes: changes.collect(),
            gaps: comparison.json_gaps.clone(),
        }
    }
}

impl AccessChange {
    fn new(change: diff::Change, comparison: &Comparison) -> Self {
        let right = |(right, until): (reach::Right, Option<Date>)| Right {
            role: GrantedRole::from(&right),
            program: right.program().map(|program| comparison.label(program)),
            until: until.map(|day| day.to_string()),
        };
        let until = change.until.into_iter().map(|(what, from, to)| UntilChange {
            right: right((what, from)),
            to: to.map(|day| day.to_string()),
        });
        Self {
            workspace: change.workspace.to_string(),
            email: change.email.to_string(),
            name: change.name,
            kind: match change.kind {
                diff::Kind::New => AccessChangeKind::New,
                diff::Kind::Changed => AccessChangeKind::Changed,
                diff::Kind::Gone => AccessChangeKind::Gone,
                diff::Kind::Waiting => AccessChangeKind::Waiting,
            },
            until: until.collect(),
            gets: change.gets.into_iter().map(right).collect(),
            loses: change.loses.into_iter().map(right).collect(),
            blocked: change.blocked,
            moves_from: change.moves_from.map(|email| email.to_string()),
            moves_to: change.moves_to.map(|email| email.to_string()),
            expires: change.expires.map(words::moment),
            is_found: change.is_found,
        }
    }
}
