//! A step as a saved plan tells it.

use crate::{
    plan,
    report::{
        json::{Context, Step},
        place::Places,
        view::{PlanView, WorkspaceView},
        wording::{kind::Kind, note::Teller, step},
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedStep {
    /// Equal for steps that ask for the same, of the same state of their object.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    pub digest: String,
    /// `+`, `~`, `-`, `↺` or `<`.
    pub sign: String,
    /// What it is about, for people.
    pub thing: String,
    /// What happens to it, for people.
    pub deed: String,
    /// Why, for people.
    pub because: String,
    /// The same for programs; without its place, for manifests move.
    pub step: Step,
}

/// In the order of the plan.
pub fn steps(view: &PlanView<'_>, workspace: &WorkspaceView<'_>) -> Vec<SavedStep> {
    let (teller, places) = (Teller::new(workspace), Places::new(view.sources));
    let context = Context { view, workspace, teller: &teller, places: &places };
    workspace.plan.steps.iter().map(|step| saved(step, context)).collect()
}

fn saved(step: &plan::Step, context: Context<'_>) -> SavedStep {
    let workspace = context.workspace;
    SavedStep {
        digest: step.digest().to_string(),
        sign: Kind::of(&step.action).mark().sign().to_owned(),
        thing: workspace.subject(&step.action.subject()),
        deed: step::deed(&step.action, workspace).plain(),
        because: step::reason(step.reason).to_owned(),
        step: Step { place: None, ..Step::new(step, context) },
    }
}
