//! Where each desired thing is written: beside the state, not in it, so that comparing states is
//! plain equality.

use crate::{
    diagnostic::Span,
    model::{Email, ProgramKey, Subject, WorkspaceId},
};
use std::collections::BTreeMap;

/// The places of every program and member, first one first; a person may be on several rosters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    subjects: BTreeMap<WorkspaceId, BTreeMap<Subject, Vec<Span>>>,
    grants: BTreeMap<WorkspaceId, BTreeMap<(Email, Option<ProgramKey>), Span>>,
}

impl Origins {
    pub fn record(&mut self, workspace: &WorkspaceId, subject: Subject, span: Span) {
        let subjects = self.subjects.entry(workspace.clone()).or_default();
        subjects.entry(subject).or_default().push(span);
    }

    pub fn of(&self, workspace: &WorkspaceId, subject: &Subject) -> &[Span] {
        let spans = self.subjects.get(workspace).and_then(|subjects| subjects.get(subject));
        spans.map_or(&[], Vec::as_slice)
    }

    /// `program`: an assignment to it; `None`: the role itself.
    pub fn record_grant(
        &mut self,
        workspace: &WorkspaceId,
        email: &Email,
        program: Option<ProgramKey>,
        span: Span,
    ) {
        let grants = self.grants.entry(workspace.clone()).or_default();
        grants.entry((email.clone(), program)).or_insert(span);
    }

    /// The first words that give somebody the role, or the assignment.
    pub fn grant(
        &self,
        workspace: &WorkspaceId,
        email: &Email,
        program: Option<&ProgramKey>,
    ) -> Option<Span> {
        self.grants.get(workspace)?.get(&(email.clone(), program.cloned())).copied()
    }
}
