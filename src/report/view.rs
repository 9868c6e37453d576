//! What there is to report: references to what the other floors found out, gathered per command.

use crate::{
    diagnostic::{Diagnostic, Severity, Sources},
    model::{Desired, WorkspaceId},
};
use std::collections::{BTreeMap, BTreeSet};

/// What reading the manifests brought to light.
#[derive(Debug, Clone, Copy)]
pub struct CheckView<'a> {
    pub sources: &'a Sources,
    pub findings: &'a [Diagnostic],
    /// Empty when a finding is an error: then nobody can say what is asked for.
    pub desired: &'a BTreeMap<WorkspaceId, Desired>,
}

/// Numbers about findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    /// Files that have at least one.
    pub(super) files: usize,
}

impl Tally {
    pub(super) fn of(findings: &[Diagnostic]) -> Self {
        let count = |severity| findings.iter().filter(|found| found.severity == severity).count();
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            files: findings.iter().map(|found| found.primary.source).collect::<BTreeSet<_>>().len(),
        }
    }
}

/// By place, then by code: the order in which somebody would mend them.
pub(super) fn sorted(findings: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = findings.iter().collect();
    sorted.sort_by_key(|found| (found.primary, found.code));
    sorted
}
