//! Findings.

use super::VERSION;
use crate::{
    diagnostic::{self, Diagnostic, Span},
    report::{
        place::{self, Places},
        view::{CheckView, Tally, sorted},
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `minisync check` found in the manifests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    pub summary: Summary,
    /// By place, then by code.
    pub findings: Vec<Finding>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    pub errors: usize,
    pub warnings: usize,
    /// Files that were read.
    pub files: usize,
    /// Asked for by the manifests; 0 when there are errors.
    pub programs: usize,
    /// Asked for by the manifests; 0 when there are errors.
    pub people: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable; `minisync explain CODE` says more.
    #[schemars(regex(pattern = "^MS[0-9]{4}$"))]
    pub code: String,
    pub severity: Severity,
    pub message: String,
    pub place: Place,
    /// Other places that matter.
    pub related: Vec<Related>,
    /// The way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    Error,
    Warning,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Related {
    pub place: Place,
    pub message: String,
}

/// An edit that resolves the finding: put `replacement` in the place's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    pub title: String,
    pub place: Place,
    pub replacement: String,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Relative to the project, `/` between parts.
    pub path: String,
    pub start: Position,
    /// Just after the last character.
    pub end: Position,
    pub bytes: Bytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// From 1.
    #[schemars(range(min = 1))]
    pub line: usize,
    /// From 1, in characters (Unicode scalar values).
    #[schemars(range(min = 1))]
    pub column: usize,
}

/// From 0, of the file's UTF-8 text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bytes {
    pub start: u32,
    /// Just after the last byte.
    pub end: u32,
}

impl Check {
    pub(super) fn new(view: &CheckView<'_>) -> Self {
        let places = Places::new(view.sources);
        let tally = Tally::of(view.findings);
        Self {
            version: VERSION,
            summary: Summary {
                errors: tally.errors,
                warnings: tally.warnings,
                files: view.sources.len(),
                programs: view.desired.values().map(|desired| desired.programs.len()).sum(),
                people: view.desired.values().map(|desired| desired.members.len()).sum(),
            },
            findings: findings(view.findings, &places),
        }
    }
}

pub(super) fn findings(findings: &[Diagnostic], places: &Places<'_>) -> Vec<Finding> {
    sorted(findings).into_iter().map(|found| Finding::new(found, places)).collect()
}

impl Finding {
    fn new(found: &Diagnostic, places: &Places<'_>) -> Self {
        let Diagnostic { code, severity, message, primary, is_secret: _, related, help, fix } =
            found;
        let related = related
            .iter()
            .map(|(span, why)| Related { place: Place::new(*span, places), message: why.clone() });
        Self {
            code: code.to_string(),
            severity: Severity::from(*severity),
            message: message.clone(),
            place: Place::new(*primary, places),
            related: related.collect(),
            help: help.clone(),
            fix: fix.as_ref().map(|fix| Fix::new(fix, places)),
        }
    }
}

impl From<diagnostic::Severity> for Severity {
    fn from(severity: diagnostic::Severity) -> Self {
        match severity {
            diagnostic::Severity::Error => Self::Error,
            diagnostic::Severity::Warning => Self::Warning,
        }
    }
}

impl Fix {
    fn new(fix: &diagnostic::Fix, places: &Places<'_>) -> Self {
        let diagnostic::Fix { title, span, replacement } = fix;
        Self {
            title: title.clone(),
            place: Place::new(*span, places),
            replacement: replacement.clone(),
        }
    }
}

impl Place {
    pub(in crate::report) fn new(span: Span, places: &Places<'_>) -> Self {
        Self {
            path: places.raw_path(span.source).to_owned(),
            start: places.start(span).into(),
            end: places.end(span).into(),
            bytes: Bytes { start: span.start, end: span.end },
        }
    }
}

impl From<place::Position> for Position {
    fn from(position: place::Position) -> Self {
        let place::Position { line, column } = position;
        Self { line, column }
    }
}
