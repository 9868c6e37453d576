//! The steps that are in a saved plan and in a fresh one.

use super::Past;
use crate::{
    cli::{show, survey::Survey, workplace::Workplace},
    model::Subject,
    report::{
        GoneStep, GoneWhy,
        saved::{SavedPlan, SavedStep, SavedWorkspace, steps},
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
    let (mut gone, mut kept) = (Vec::new(), Vec::new());
    let view = show::plan_view(workplace, survey);
    for workspace in &view.workspaces {
        let subjects = workspace.plan.steps.iter().map(|step| step.action.subject());
        let fresh: Vec<_> = subjects.zip(steps(&view, workspace)).collect();
        let saved = saved.workspaces.iter().find(|it| it.id == workspace.id.as_str());
        let agreed = Agreed::new(saved, &fresh, past.touched(workspace.id));
        kept.push(agreed.kept);
        gone.extend(agreed.gone);
    }
    survey.digest = Some(saved.work_digest());
    for (prospect, kept) in survey.prospects.iter_mut().zip(kept) {
        let mut at = 0..;
        prospect.plan.steps.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
    }
    gone
}

/// What two plans of one workspace have in common.
#[derive(Debug, Default, PartialEq, Eq)]
struct Agreed {
    /// Which of the fresh steps, by their place.
    kept: BTreeSet<usize>,
    gone: Vec<GoneStep>,
}

impl Agreed {
    fn new(
        saved: Option<&SavedWorkspace>,
        fresh: &[(Subject, SavedStep)],
        touched: &BTreeSet<Subject>,
    ) -> Self {
        let by_digest: BTreeMap<_, _> =
            fresh.iter().enumerate().map(|(at, it)| (it.1.digest.as_str(), (at, it))).collect();
        let mut agreed = Self::default();
        let Some(saved) = saved else { return agreed };
        for step in &saved.steps {
            let why = match by_digest.get(step.digest.as_str()) {
                Some((_, (subject, _))) if touched.contains(subject) => GoneWhy::ActedOn,
                // Told alike as well: what a reviewer read is what was agreed to.
                Some((at, (_, fresh))) if fresh == step => {
                    agreed.kept.insert(*at);
                    continue;
                }
                Some(_) | None => GoneWhy::Changed,
            };
            let (workspace, what) = (saved.id.clone(), step.step.text.clone());
            agreed.gone.push(GoneStep { workspace, what, why });
        }
        agreed
    }
}

#[cfg(test)]
mod tests {
    use super::Agreed;
    use crate::{
        model::Subject,
        report::{
            GoneWhy,
            saved::{SavedStep, SavedWorkspace},
        },
    };
    use std::collections::BTreeSet;

    fn subject(name: &str) -> Subject {
        format!("member {name}@example.com").parse().unwrap()
    }

    fn step(name: &str) -> SavedStep {
        let step = serde_json::json!({
            "action": "invite", "phase": "grant", "reason": "missing", "changes": [],
            "undoesDrift": false,
            "subject": { "kind": "member", "email": format!("{name}@example.com") },
            "text": format!("invite {name}"),
        });
        SavedStep {
            digest: format!("{name:0>64}"),
            sign: "+".into(),
            thing: name.into(),
            deed: "invite as master".into(),
            because: "new".into(),
            step: serde_json::from_value(step).unwrap(),
        }
    }

    /// Places that are kept, and why the others are not.
    fn agreed(
        saved: &[&str],
        fresh: Vec<(Subject, SavedStep)>,
        touched: &[&str],
    ) -> (Vec<usize>, Vec<GoneWhy>) {
        let saved = SavedWorkspace {
            id: "acme".into(),
            digest: String::new(),
            mark: 7,
            steps: saved.iter().map(|name| step(name)).collect(),
        };
        let touched: BTreeSet<_> = touched.iter().map(|name| subject(name)).collect();
        let Agreed { kept, gone } = Agreed::new(Some(&saved), &fresh, &touched);
        (kept.into_iter().collect(), gone.into_iter().map(|gone| gone.why).collect())
    }

    fn fresh(names: &[&str]) -> Vec<(Subject, SavedStep)> {
        names.iter().map(|name| (subject(name), step(name))).collect()
    }

    #[test]
    fn only_what_both_plans_hold_is_done() {
        let found = agreed(&["ann", "lin"], fresh(&["lin", "mei"]), &[]);
        assert_eq!(found, (vec![0], vec![GoneWhy::Changed]));
    }

    #[test]
    fn whom_another_run_has_acted_on_is_left_alone_though_all_looks_as_it_did() {
        let found = agreed(&["ann", "lin"], fresh(&["ann", "lin"]), &["lin", "mei"]);
        assert_eq!(found, (vec![0], vec![GoneWhy::ActedOn]));
    }

    #[test]
    fn what_a_reviewer_read_otherwise_is_not_done() {
        let other =
            (subject("ann"), SavedStep { deed: "invite as developer".into(), ..step("ann") });
        assert_eq!(agreed(&["ann"], vec![other], &[]), (vec![], vec![GoneWhy::Changed]));
    }
}
