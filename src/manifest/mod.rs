//! Text in, desired state out. Reading never fails: what is wrong becomes findings.

mod origins;

pub use origins::Origins;

use crate::{
    diagnostic::{Diagnostic, Severity},
    model::{Desired, WorkspaceId},
};
use std::collections::BTreeMap;

/// What was read: the findings, and the desired state as far as it could be made out.
#[derive(Debug, Clone)]
pub struct Loaded {
    diagnostics: Vec<Diagnostic>,
    valid: Valid,
}

/// Manifests without a finding of severity error: only these can be planned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Valid {
    pub workspaces: BTreeMap<WorkspaceId, Desired>,
    pub origins: Origins,
}

impl Loaded {
    /// Sorted by place, then code.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The findings again when one of them is an error.
    pub fn into_valid(self) -> Result<Valid, Vec<Diagnostic>> {
        if self.diagnostics.iter().any(|found| found.severity == Severity::Error) {
            Err(self.diagnostics)
        } else {
            Ok(self.valid)
        }
    }
}
