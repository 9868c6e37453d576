//! Where each desired thing is written: beside the state, not in it, so that comparing states is
//! plain equality.

use crate::{
    diagnostic::Span,
    model::{Subject, WorkspaceId},
};
use std::collections::BTreeMap;

/// The places of every program and member, first one first; a person may be on several rosters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(BTreeMap<WorkspaceId, BTreeMap<Subject, Vec<Span>>>);

impl Origins {
    pub fn record(&mut self, workspace: &WorkspaceId, subject: Subject, span: Span) {
        self.0.entry(workspace.clone()).or_default().entry(subject).or_default().push(span);
    }

    pub fn of(&self, workspace: &WorkspaceId, subject: &Subject) -> &[Span] {
        self.0.get(workspace).and_then(|subjects| subjects.get(subject)).map_or(&[], Vec::as_slice)
    }
}
