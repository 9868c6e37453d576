//! Plans: what must change, why, and what was left alone.

use super::{
    Finding, Place, VERSION,
    danger::{Danger, Footholds, SelfGrant, Verdicts},
    drift::Drift,
    finding,
    note::Note,
    step::{Standing, Step},
};
use crate::report::{
    place::Places,
    view::{PlanView, WorkspaceView},
    wording::{
        note::Teller,
        summary::{self, Naming},
    },
};
use schemars::JsonSchema;
use serde::Serialize;

/// What `minisync plan` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// The worst of the workspaces' that could be read.
    pub standing: Standing,
    /// How things stand, for people.
    pub text: String,
    /// Of all that would be done, for `minisync apply --digest`; missing when there is nothing to
    /// do, or a workspace could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^sha256:[0-9a-f]{64}$"))]
    pub digest: Option<String>,
    pub findings: Vec<Finding>,
    /// In the order of their ids.
    pub workspaces: Vec<Workspace>,
    /// Workspaces that could not be read; nothing is known about them.
    pub unread: Vec<Unread>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Workspace {
    pub id: String,
    pub standing: Standing,
    /// Equal for plans that do the same.
    pub digest: String,
    /// In the order in which they are carried out.
    pub steps: Vec<Step>,
    /// What has changed outside git since the last run.
    pub drift: Vec<Drift>,
    pub notes: Vec<Note>,
    /// What `apply` refuses before it is allowed by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dangers: Vec<Danger>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footholds: Option<Footholds>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub self_grants: Vec<SelfGrant>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    pub workspace: String,
    pub message: String,
}

/// What a conversion looks things up in.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Context<'a> {
    pub(in crate::report) view: &'a PlanView<'a>,
    pub(in crate::report) workspace: &'a WorkspaceView<'a>,
    pub(in crate::report) teller: &'a Teller<'a>,
    pub(in crate::report) places: &'a Places<'a>,
}

impl Plan {
    pub(super) fn new(view: &PlanView<'_>) -> Self {
        let places = Places::new(view.sources);
        let workspaces = view.workspaces.iter();
        Self {
            version: VERSION,
            standing: view.standing().into(),
            text: text(view),
            digest: view.told_digest().map(ToString::to_string),
            findings: finding::findings(view.findings, &places),
            workspaces: workspaces
                .map(|workspace| Workspace::new(workspace, view, &places))
                .collect(),
            unread: unread(view),
        }
    }
}

impl Workspace {
    fn new(workspace: &WorkspaceView<'_>, view: &PlanView<'_>, places: &Places<'_>) -> Self {
        let plan = workspace.plan;
        let teller = Teller::new(workspace);
        let context = Context { view, workspace, teller: &teller, places };
        let Verdicts { dangers, footholds, self_grants } = Verdicts::within(context);
        Self {
            id: workspace.id.to_string(),
            standing: plan.standing().into(),
            digest: plan.digest().to_string(),
            steps: plan.steps.iter().map(|step| Step::new(step, context)).collect(),
            drift: workspace.drift.iter().map(|drift| Drift::new(drift, context)).collect(),
            notes: plan.notes.iter().map(|note| Note::new(note, context)).collect(),
            dangers,
            footholds,
            self_grants,
        }
    }
}

impl Context<'_> {
    /// Where the manifests ask for something.
    pub(super) fn place(&self, subject: &crate::model::Subject) -> Option<Place> {
        let span = self.view.place(self.workspace.id, subject)?;
        Some(Place::new(span, self.places))
    }
}

pub(super) fn text(view: &PlanView<'_>) -> String {
    let sentences = summary::sentences(view, Naming::Counted);
    sentences.iter().map(|sentence| sentence.plain()).collect::<Vec<_>>().join(" ")
}

pub(super) fn unread(view: &PlanView<'_>) -> Vec<Unread> {
    let unread = view.unread.iter();
    unread.map(|(id, why)| Unread { workspace: id.to_string(), message: why.clone() }).collect()
}
