//! The steps that are in a saved plan and in a fresh one.

use super::{Past, effect};
use crate::{
    cli::{show, survey::Survey, workplace::Workplace},
    ledger::Since,
    model::{Completeness, Subject},
    plan,
    report::{
        GoneStep, GoneWhy, WorkspaceView, json,
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
        let Some(saved) = saved else {
            kept.push(BTreeSet::new());
            continue;
        };
        let since = past.of(workspace.id);
        let is_seen = |step: &SavedStep| effect::shows(step, workspace.actual);
        let agreed = Agreed::new(saved, &fresh, &since, is_seen);
        let (places, left_out) = agreed.settled(saved, workspace);
        kept.push(places);
        gone.extend(left_out);
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
struct Agreed<'a> {
    /// Of the fresh steps, by their place, those that were saved.
    kept: BTreeMap<usize, &'a SavedStep>,
    gone: Vec<(&'a SavedStep, GoneWhy)>,
}

impl<'a> Agreed<'a> {
    /// `is_seen`: whether the platform shows that a step was done.
    fn new(
        saved: &'a SavedWorkspace,
        fresh: &[(Subject, SavedStep)],
        since: &Since,
        is_seen: impl Fn(&SavedStep) -> bool,
    ) -> Self {
        let mut by_subject = BTreeMap::<_, Vec<_>>::new();
        for (at, (subject, step)) in fresh.iter().enumerate() {
            by_subject.entry(subject).or_default().push((at, step));
        }
        let mut agreed = Self::default();
        let (mut done, mut unheard) = (since.done.clone(), since.unheard.clone());
        for step in &saved.steps {
            let about = step.step.subject.known();
            let about = about.as_ref();
            let near = about.and_then(|it| by_subject.get(it)).map_or(&[][..], Vec::as_slice);
            let was_done = is_among(&mut done, about);
            let was_unheard = !was_done && is_among(&mut unheard, about);
            let why = match found(step, near, since) {
                _ if was_done => match is_planned_again(step, near) {
                    // Somebody has undone it since.
                    true => GoneWhy::Changed,
                    false => GoneWhy::Done,
                },
                Some(_) if about.is_some_and(|it| since.touched.contains(it)) => GoneWhy::ActedOn,
                // Or it was asked for and had no effect.
                Some(at) => {
                    agreed.kept.insert(at, step);
                    continue;
                }
                None if was_unheard && near.is_empty() && is_seen(step) => GoneWhy::Done,
                None if was_unheard && !is_planned_again(step, near) => GoneWhy::Unheard,
                None if new_programs(step).any(|key| is_about(&since.unheard, key)) => {
                    GoneWhy::Parted
                }
                None => GoneWhy::Changed,
            };
            agreed.gone.push((step, why));
        }
        agreed
    }

    /// Which of the fresh steps are done, and what is left out of the saved ones.
    fn settled(
        mut self,
        saved: &SavedWorkspace,
        workspace: &WorkspaceView<'_>,
    ) -> (BTreeSet<usize>, Vec<GoneStep>) {
        let agreed = self.kept.keys().copied().collect();
        let places = plan::part(workspace.plan, &agreed);
        let parted = self.kept.iter().filter(|(at, _)| !places.contains(at));
        self.gone.extend(parted.map(|(_, step)| (*step, GoneWhy::Parted)));
        let gone = self.gone.into_iter().map(|(step, why)| GoneStep {
            workspace: saved.id.clone(),
            what: step.step.text.clone(),
            // What was not read cannot be said to have changed, or to be done.
            why: match (why, workspace.actual.completeness) {
                (GoneWhy::Changed | GoneWhy::Done, Completeness::Partial) => GoneWhy::Unread,
                (why, Completeness::Whole | Completeness::Partial) => why,
            },
        });
        (places, gone.collect())
    }
}

/// Takes the next step out of those that were done. Of one program or person they are done in the
/// order of the plan.
fn is_among(done: &mut BTreeMap<Subject, usize>, about: Option<&Subject>) -> bool {
    let of = about.and_then(|subject| done.get_mut(subject));
    of.filter(|n| **n > 0).map(|n| *n -= 1).is_some()
}

/// Where the step is among the fresh ones about the same subject, each with its place. What somebody
/// gets of programs that an earlier run of the plan has made is the same, though they have ids now:
/// of people, all that is asked for is told.
fn found(step: &SavedStep, near: &[(usize, &SavedStep)], since: &Since) -> Option<usize> {
    let made = made_since(step, since);
    let is_it = |it: &SavedStep| match it.digest == step.digest {
        true => is_told_alike(it, step),
        false => !made.is_empty() && is_told_alike(&without_ids(it, &made), step),
    };
    near.iter().find(|(_, it)| is_it(it)).map(|(at, _)| *at)
}

/// The keys of programs that had no ids when the step was saved, and that runs of the plan have made.
fn made_since<'a>(step: &'a SavedStep, since: &Since) -> BTreeSet<&'a str> {
    new_programs(step).filter(|key| is_about(&since.done, key)).collect()
}

/// The keys of programs that somebody gets by it and that had no ids when it was saved.
fn new_programs(step: &SavedStep) -> impl Iterator<Item = &str> {
    let after = step.step.after.iter();
    let roles =
        after.filter_map(|it| if let json::State::Role(role) = it { Some(role) } else { None });
    let programs = roles.flat_map(|role| &role.programs).filter(|it| it.id.is_none());
    programs.filter_map(|it| it.key.as_deref())
}

fn is_about(counted: &BTreeMap<Subject, usize>, key: &str) -> bool {
    key.parse().is_ok_and(|key| counted.contains_key(&Subject::Program(key)))
}

fn without_ids(step: &SavedStep, of: &BTreeSet<&str>) -> SavedStep {
    let mut step = step.clone();
    if let Some(json::State::Role(role)) = &mut step.step.after {
        let is_named = |it: &json::Assignment| it.key.as_deref().is_some_and(|it| of.contains(it));
        for assignment in role.programs.iter_mut().filter(|it| is_named(it)) {
            assignment.id = None;
        }
    }
    step
}

/// Whether the like of it is to be done, so that it was not, or was undone.
fn is_planned_again(step: &SavedStep, near: &[(usize, &SavedStep)]) -> bool {
    near.iter().any(|(_, it)| it.step.action == step.step.action)
}

/// What a reviewer read is what was agreed to; whether somebody has meanwhile seen a change that it
/// undoes makes no difference to what is done.
fn is_told_alike(fresh: &SavedStep, saved: &SavedStep) -> bool {
    let undoes_drift = saved.step.undoes_drift;
    let step = json::Step { undoes_drift, ..fresh.step.clone() };
    SavedStep { step, digest: saved.digest.clone(), ..fresh.clone() } == *saved
}

#[cfg(test)]
mod tests {
    use super::Agreed;
    use crate::{
        ledger::Since,
        model::Subject,
        report::{
            GoneWhy,
            saved::{SavedStep, SavedWorkspace},
        },
    };

    fn subject(name: &str) -> Subject {
        format!("member {name}@example.com").parse().unwrap()
    }

    fn step(name: &str) -> SavedStep {
        step_to("invite", name)
    }

    fn step_to(action: &str, name: &str) -> SavedStep {
        let step = serde_json::json!({
            "action": action, "phase": "grant", "reason": "missing", "changes": [],
            "undoesDrift": false,
            "subject": { "kind": "member", "email": format!("{name}@example.com") },
            "text": format!("{action} {name}"),
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
        let touched = touched.iter().map(|name| subject(name)).collect();
        agreed_since(saved, fresh, &Since { touched, ..Since::default() })
    }

    fn agreed_since(
        saved: &[&str],
        fresh: Vec<(Subject, SavedStep)>,
        since: &Since,
    ) -> (Vec<usize>, Vec<GoneWhy>) {
        let saved = saved_of(saved);
        let Agreed { kept, gone } = Agreed::new(&saved, &fresh, since, |_| false);
        (kept.into_keys().collect(), gone.into_iter().map(|(_, why)| why).collect())
    }

    fn saved_of(names: &[&str]) -> SavedWorkspace {
        SavedWorkspace {
            id: "acme".into(),
            digest: String::new(),
            mark: 7,
            steps: names.iter().map(|name| step(name)).collect(),
            dangers: Vec::new(),
            footholds: None,
            self_grants: Vec::new(),
        }
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
    fn what_an_earlier_run_did_is_done_unless_it_is_to_be_done_again() {
        let since = Since { done: [(subject("ann"), 1)].into(), ..Since::default() };
        assert_eq!(agreed_since(&["ann"], Vec::new(), &since), (vec![], vec![GoneWhy::Done]));
        let again =
            SavedStep { digest: "7".into(), deed: "invite as developer".into(), ..step("ann") };
        let found = agreed_since(&["ann"], vec![(subject("ann"), again)], &since);
        assert_eq!(found, (vec![], vec![GoneWhy::Changed]));
    }

    #[test]
    fn what_was_asked_without_an_effect_is_done() {
        let since = Since { unheard: [(subject("ann"), 1)].into(), ..Since::default() };
        assert_eq!(agreed_since(&["ann"], fresh(&["ann"]), &since), (vec![0], vec![]));
        assert_eq!(agreed_since(&["ann"], Vec::new(), &since), (vec![], vec![GoneWhy::Unheard]));
        let saved = saved_of(&["ann"]);
        let Agreed { gone, .. } = Agreed::new(&saved, &[], &since, |_| true);
        assert_eq!(gone[0].1, GoneWhy::Done);
        // She is there as something else.
        let other = [(subject("ann"), step_to("reinvite", "ann"))];
        let Agreed { gone, .. } = Agreed::new(&saved, &other, &since, |_| true);
        assert_eq!(gone[0].1, GoneWhy::Unheard);
        let touched = Since { touched: [subject("ann")].into(), ..since };
        let found = agreed_since(&["ann"], fresh(&["ann"]), &touched);
        assert_eq!(found, (vec![], vec![GoneWhy::ActedOn]));
    }

    #[test]
    fn what_is_left_to_do_of_somebody_is_done_though_more_was_done_of_them() {
        let since = Since { done: [(subject("ann"), 1)].into(), ..Since::default() };
        let second = step_to("unblock", "ann");
        let mut saved = saved_of(&["ann"]);
        saved.steps.push(second.clone());
        let fresh = [(subject("ann"), second)];
        let Agreed { kept, gone } = Agreed::new(&saved, &fresh, &since, |_| false);
        assert_eq!(kept.into_keys().collect::<Vec<_>>(), [0]);
        assert_eq!(gone.into_iter().map(|(_, why)| why).collect::<Vec<_>>(), [GoneWhy::Done]);
    }

    #[test]
    fn what_a_reviewer_read_otherwise_is_not_done() {
        let other =
            (subject("ann"), SavedStep { deed: "invite as developer".into(), ..step("ann") });
        assert_eq!(agreed(&["ann"], vec![other], &[]), (vec![], vec![GoneWhy::Changed]));
        let mut seen = step("ann");
        seen.step.undoes_drift = true;
        assert_eq!(agreed(&["ann"], vec![(subject("ann"), seen)], &[]), (vec![0], vec![]));
    }
}
