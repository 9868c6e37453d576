//! The steps that are in a saved plan and in a fresh one.

use super::Past;
use crate::{
    cli::{show, survey::Survey, workplace::Workplace},
    report::{
        GoneStep, GoneWhy,
        saved::{SavedPlan, SavedStep, steps},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Leaves only the saved steps in the plans, and tells the saved steps that are left out.
pub(in crate::cli) fn keep(
    saved: &SavedPlan,
    workplace: &Workplace,
    survey: &mut Survey,
    past: &Past,
) -> Vec<GoneStep> {
    let mut judged: BTreeMap<(String, String), Option<GoneWhy>> = BTreeMap::new();
    let choices: Vec<Vec<bool>> = {
        let view = show::plan_view(workplace, survey);
        let plans = view.workspaces.iter().map(|workspace| {
            let wanted = saved_steps(saved, workspace.id.as_str());
            let fresh = steps(&view, workspace);
            let pairs = workspace.plan.steps.iter().zip(&fresh);
            let choices = pairs.map(|(step, fresh)| {
                // Told alike as well: what a reviewer read is what was agreed to.
                let is_saved = wanted.get(fresh.digest.as_str()) == Some(&fresh);
                let is_touched = past.has_touched(workspace.id, &step.action.subject());
                if is_saved {
                    let id = (workspace.id.to_string(), fresh.digest.clone());
                    judged.insert(id, is_touched.then_some(GoneWhy::ActedOn));
                }
                is_saved && !is_touched
            });
            choices.collect()
        });
        plans.collect()
    };
    survey.digest = Some(saved.work_digest());
    for (prospect, choices) in survey.prospects.iter_mut().zip(choices) {
        let mut choices = choices.into_iter();
        prospect.plan.steps.retain(|_| choices.next().unwrap_or(false));
    }
    let unread: BTreeSet<&str> = survey.failures.keys().map(|id| id.as_str()).collect();
    gone(saved, &judged, &unread)
}

fn saved_steps<'a>(saved: &'a SavedPlan, workspace: &str) -> BTreeMap<&'a str, &'a SavedStep> {
    let workspace = saved.workspaces.iter().find(|it| it.id == workspace);
    let steps = workspace.into_iter().flat_map(|workspace| &workspace.steps);
    steps.map(|step| (step.digest.as_str(), step)).collect()
}

/// Nothing is known of the workspaces that could not be read, and that is told by itself.
fn gone(
    saved: &SavedPlan,
    judged: &BTreeMap<(String, String), Option<GoneWhy>>,
    unread: &BTreeSet<&str>,
) -> Vec<GoneStep> {
    let mut gone = Vec::new();
    let read = saved.workspaces.iter().filter(|workspace| !unread.contains(workspace.id.as_str()));
    for workspace in read {
        for step in &workspace.steps {
            let why = match judged.get(&(workspace.id.clone(), step.digest.clone())) {
                Some(None) => continue,
                Some(Some(why)) => *why,
                None => GoneWhy::Changed,
            };
            let (workspace, what) = (workspace.id.clone(), step.step.text.clone());
            gone.push(GoneStep { workspace, what, why });
        }
    }
    gone
}
