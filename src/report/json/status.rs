//! The three answers, workspace by workspace.

use super::{
    VERSION,
    note::Note,
    plan::{Context, Unread, text, unread},
    step::Standing,
    time,
};
use crate::report::{
    place::Places,
    view::{Census, PlanView, WorkspaceView},
    wording::{
        awaited::{Awaited, Burden, awaited},
        note::{self, Concern},
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
    /// What goes by itself, at a time that is known; the next first.
    pub later: Vec<Told>,
    /// What needs somebody to decide.
    pub needs_somebody: Vec<Told>,
    /// Access that ends by itself, soon.
    pub ending: Vec<Told>,
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
    /// Things that have changed outside git; what and since when, `plan` tells.
    pub drift: usize,
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
    /// The policy's `remindBefore` says so.
    pub is_urgent: bool,
    /// Keys of the programs that cannot be created before.
    pub holds_up: Vec<String>,
    /// Addresses of the people whose access waits for those programs.
    pub holds_up_people: Vec<String>,
    /// The address that keeps its access until this one has been accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moves_from: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    pub workspace: String,
    pub note: Note,
}

impl Status {
    pub(super) fn new(view: &PlanView<'_>) -> Self {
        Self {
            version: VERSION,
            standing: view.standing().into(),
            text: text(view),
            workspaces: view.workspaces.iter().map(WorkspaceStatus::from).collect(),
            waiting: awaited(view).iter().map(Waiting::from).collect(),
            later: told(view, Concern::Later),
            needs_somebody: told(view, Concern::NeedsSomebody),
            ending: told(view, Concern::Ending),
            unread: unread(view),
        }
    }
}

fn told(view: &PlanView<'_>, concern: Concern) -> Vec<Told> {
    let places = Places::new(view.sources);
    let told = note::told(view, concern).into_iter().map(|(teller, note)| {
        let workspace = teller.workspace();
        let context = Context { view, workspace, teller: &teller, places: &places };
        Told { workspace: workspace.id.to_string(), note: Note::new(note, context) }
    });
    told.collect()
}

impl From<&WorkspaceView<'_>> for WorkspaceStatus {
    fn from(workspace: &WorkspaceView<'_>) -> Self {
        let Census { programs, people, steps, waiting, open, drift } = workspace.census();
        let (id, standing) = (workspace.id.to_string(), workspace.plan.standing().into());
        Self { id, standing, programs, people, steps, waiting, open, drift }
    }
}

impl From<&Awaited<'_>> for Waiting {
    fn from(awaited: &Awaited<'_>) -> Self {
        let Awaited { workspace, email, name, term, is_urgent, burden } = awaited;
        let Burden { programs, people, moves_from } = burden;
        Self {
            workspace: workspace.id.to_string(),
            email: email.to_string(),
            name: (*name).to_owned(),
            sent: time(term.sent),
            expires: time(term.expires),
            is_urgent: *is_urgent,
            holds_up: programs.iter().map(ToString::to_string).collect(),
            holds_up_people: people.iter().map(ToString::to_string).collect(),
            moves_from: moves_from.map(ToString::to_string),
        }
    }
}
