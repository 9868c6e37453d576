//! The three answers, workspace by workspace.

use super::{
    VERSION,
    note::time,
    plan::{Unread, text, unread},
    step::Standing,
};
use crate::report::{
    view::{PlanView, WorkspaceView},
    wording::{
        note::{self, Concern},
        summary::{self, Awaited},
    },
};
use schemars::JsonSchema;
use serde::Serialize;

/// What `minisync status` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// The worst of the workspaces' that could be read.
    pub standing: Standing,
    /// How things stand, for people.
    pub text: String,
    /// In the order of their ids.
    pub workspaces: Vec<WorkspaceStatus>,
    /// People who have an invitation to answer; whose time is up first comes first.
    pub waiting: Vec<Waiting>,
    /// Workspaces that could not be read; nothing is known about them.
    pub unread: Vec<Unread>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceStatus {
    pub id: String,
    pub standing: Standing,
    /// Asked for by the manifests.
    pub programs: usize,
    /// Asked for by the manifests.
    pub people: usize,
    /// To carry out.
    pub steps: usize,
    /// People who have an invitation to answer.
    pub waiting: usize,
    /// Things that need somebody to decide.
    pub open: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    pub workspace: String,
    pub email: String,
    pub name: String,
    #[schemars(extend("format" = "date-time"))]
    pub sent: String,
    #[schemars(extend("format" = "date-time"))]
    pub expires: String,
    /// Keys of the programs that cannot be created before.
    pub holds_up: Vec<String>,
}

impl Status {
    pub(super) fn new(view: &PlanView<'_>) -> Self {
        let awaited = summary::awaited(view);
        let workspaces = view.workspaces.iter().map(|workspace| {
            let waits = awaited.iter().filter(|awaited| awaited.workspace.id == workspace.id);
            WorkspaceStatus::new(workspace, waits.count())
        });
        Self {
            version: VERSION,
            standing: view.standing().into(),
            text: text(view),
            workspaces: workspaces.collect(),
            waiting: awaited.iter().map(Waiting::from).collect(),
            unread: unread(view),
        }
    }
}

impl WorkspaceStatus {
    fn new(workspace: &WorkspaceView<'_>, waiting: usize) -> Self {
        let WorkspaceView { id, plan, desired, actual: _ } = workspace;
        let open = plan.notes.iter().filter(|note| Concern::of(note) == Concern::NeedsSomebody);
        Self {
            id: id.to_string(),
            standing: plan.standing().into(),
            programs: desired.programs.len(),
            people: desired.members.len(),
            steps: plan.steps.len(),
            waiting,
            open: open.count(),
        }
    }
}

impl From<&Awaited<'_>> for Waiting {
    fn from(awaited: &Awaited<'_>) -> Self {
        let Awaited { workspace, note: _, email, name, sent, expires } = awaited;
        let holds_up = note::held_up(email, workspace);
        Self {
            workspace: workspace.id.to_string(),
            email: email.to_string(),
            name: (*name).to_owned(),
            sent: time(*sent),
            expires: time(*expires),
            holds_up: holds_up.iter().map(ToString::to_string).collect(),
        }
    }
}
