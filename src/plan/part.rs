//! What may be done of a plan when only some of its steps were agreed to.
//!
//! Steps lean on each other: who comes back from being blocked gets the smaller role first, who
//! moves is invited at the new address before the old invitation goes, and a program is deleted
//! when nobody is left with it alone.

use super::{Plan, Step};
use crate::model::Subject;
use std::collections::BTreeSet;

/// Of the steps at the places that were agreed to, those that do not need one that was not.
pub fn part(plan: &Plan, agreed: &BTreeSet<usize>) -> BTreeSet<usize> {
    let left_out = plan.steps.iter().enumerate().filter(|(at, _)| !agreed.contains(at));
    let mut missing: BTreeSet<Subject> = left_out.map(|(_, it)| it.action.subject()).collect();
    let mut n_before = 0;
    while n_before < missing.len() {
        n_before = missing.len();
        let is_held_back = |it: &&Step| it.action.held_back_by(&missing).is_some();
        let leaning = plan.steps.iter().filter(is_held_back);
        let leaning: Vec<Subject> = leaning.map(|it| it.action.subject()).collect();
        missing.extend(leaning);
    }
    let is_sound = |at: &usize| {
        plan.steps.get(*at).is_some_and(|it| it.action.held_back_by(&missing).is_none())
    };
    agreed.iter().copied().filter(is_sound).collect()
}
