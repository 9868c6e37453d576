//! What a rail holds, who can act after a plan, and who gives something to themselves.

use super::{Place, plan::Context, step::Subject};
use crate::{
    model::Email,
    plan,
    report::{
        self,
        place::Places,
        view::{PlanView, WorkspaceView},
        wording::{self, note::Teller},
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Something that `apply` refuses to do before it is allowed by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Danger {
    pub rail: Rail,
    /// Where `minisync.yaml` sets the rail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// How many people or programs it is about.
    pub n: usize,
    /// Of so many in the workspace that are managed, the owner not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<usize>,
    /// What was left, or would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<usize>,
    pub subjects: Vec<Subject>,
    /// What `apply --allow` takes to let exactly this through.
    pub allow: String,
    /// For people.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Rail {
    RemoveMembers,
    DeletePrograms,
    FewerMasters,
    Shrunken,
    LockOut,
}

/// Who can act before the plan and after it; there when the plan changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Footholds {
    pub before: Foothold,
    pub after: Foothold,
}

/// By their addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Foothold {
    pub inviters: Vec<String>,
    pub creators: Vec<String>,
}

/// Somebody who wrote themselves the lines that give them something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SelfGrant {
    pub email: String,
    /// Missing when it is not committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    pub place: Place,
    /// For people.
    pub text: String,
}

/// What rails and people have to say to a plan.
#[derive(Debug)]
pub(in crate::report) struct Verdicts {
    pub(in crate::report) dangers: Vec<Danger>,
    pub(in crate::report) footholds: Option<Footholds>,
    pub(in crate::report) self_grants: Vec<SelfGrant>,
}

impl Verdicts {
    pub(in crate::report) fn new(view: &PlanView<'_>, workspace: &WorkspaceView<'_>) -> Self {
        let (teller, places) = (Teller::new(workspace), Places::new(view.sources));
        Self::within(Context { view, workspace, teller: &teller, places: &places })
    }

    pub(super) fn within(context: Context<'_>) -> Self {
        let Context { view, workspace, .. } = context;
        let grants = view.self_grants().filter(|(it, _)| it.id == workspace.id);
        Self {
            dangers: workspace.dangers().iter().map(|it| Danger::new(it, context)).collect(),
            footholds: workspace.footholds().map(Footholds::from),
            self_grants: grants.map(|(_, grant)| SelfGrant::new(grant, context)).collect(),
        }
    }
}

impl Danger {
    pub(super) fn new(danger: &plan::Danger, context: Context<'_>) -> Self {
        let (rail, of, left) = match danger {
            plan::Danger::RemoveMembers { of, .. } => (Rail::RemoveMembers, Some(*of), None),
            plan::Danger::DeletePrograms { of, .. } => (Rail::DeletePrograms, Some(*of), None),
            plan::Danger::FewerMasters { left, .. } => (Rail::FewerMasters, None, Some(*left)),
            plan::Danger::Shrunken { is, .. } => {
                (Rail::Shrunken, None, Some(usize::try_from(*is).unwrap_or(usize::MAX)))
            }
            plan::Danger::LockOut { .. } => (Rail::LockOut, None, Some(0)),
        };
        Self {
            rail,
            setting: danger.rail().setting().map(str::to_owned),
            n: danger.n(),
            of,
            left,
            subjects: danger.subjects().iter().map(|it| Subject::new(it, context)).collect(),
            allow: wording::danger::consent(danger, context.workspace),
            text: wording::danger::text(danger, context.workspace).plain(),
        }
    }
}

impl From<plan::Footholds> for Footholds {
    fn from(footholds: plan::Footholds) -> Self {
        let plan::Footholds { before, after } = footholds;
        Self { before: before.into(), after: after.into() }
    }
}

impl From<plan::Foothold> for Foothold {
    fn from(foothold: plan::Foothold) -> Self {
        let plan::Foothold { inviters, creators } = foothold;
        let addresses = |people: BTreeSet<Email>| people.iter().map(Email::to_string).collect();
        Self { inviters: addresses(inviters), creators: addresses(creators) }
    }
}

impl SelfGrant {
    fn new(grant: &report::SelfGrant, context: Context<'_>) -> Self {
        Self {
            email: grant.email.to_string(),
            commit: grant.commit.clone(),
            place: Place::new(grant.place, context.places),
            text: wording::self_grant::text(grant, context.workspace).plain(),
        }
    }
}
