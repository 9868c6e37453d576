//! What may be done of a plan when only some of its steps were agreed to.
//!
//! Steps lean on each other: who comes back from being blocked gets the smaller role first, who
//! moves is invited at the new address before the old invitation goes, and a program is deleted
//! when nobody is left with it alone.

use super::{Phase, Plan, Step};
use crate::model::Subject;
use std::collections::BTreeSet;

/// Of the steps at the places that were agreed to, those that do not need one that was not.
pub fn part(plan: &Plan, agreed: &BTreeSet<usize>) -> BTreeSet<usize> {
    let left_out = plan.steps.iter().enumerate().filter(|(at, _)| !agreed.contains(at));
    let mut missing: BTreeSet<Subject> = left_out.map(|(_, it)| it.action.subject()).collect();
    let mut n_before = 0;
    while n_before < missing.len() {
        n_before = missing.len();
        let leaning = plan.steps.iter().filter(|it| leans(it, &missing));
        let leaning: Vec<Subject> = leaning.map(|it| it.action.subject()).collect();
        missing.extend(leaning);
    }
    let is_sound = |at: &usize| plan.steps.get(*at).is_some_and(|it| !leans(it, &missing));
    agreed.iter().copied().filter(is_sound).collect()
}

/// Whether it needs something that is missing.
fn leans(step: &Step, missing: &BTreeSet<Subject>) -> bool {
    let is_missing = |it: Subject| missing.contains(&it);
    let somebody_is = || missing.iter().any(|it| matches!(it, Subject::Member(_)));
    is_missing(step.action.subject())
        || step.action.leans_on().is_some_and(is_missing)
        || step.action.needs().any(|key| is_missing(Subject::Program(key.clone())))
        || step.action.phase() == Phase::Prune && somebody_is()
}
