//! What may be done of a plan when only some of its steps were agreed to.
//!
//! Steps lean on each other: who comes back from being blocked gets the smaller role first, who
//! moves is invited at the new address before the old invitation goes, and a program is deleted
//! when nobody is left with it alone.

use super::{Plan, Step, Unmet};
use std::collections::BTreeSet;

/// Of the steps at the places that were agreed to, those that do not need one that was not.
pub fn part(plan: &Plan, agreed: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut unmet = Unmet::default();
    for (_, step) in plan.steps.iter().enumerate().filter(|(at, _)| !agreed.contains(at)) {
        unmet.add(&step.action);
    }
    let mut is_said = true;
    while is_said {
        is_said = false;
        for Step { action, .. } in &plan.steps {
            is_said |= unmet.holds_back(action).is_some() && unmet.add(action);
        }
    }
    let is_sound = |at: &usize| {
        plan.steps.get(*at).is_some_and(|step| unmet.holds_back(&step.action).is_none())
    };
    agreed.iter().copied().filter(is_sound).collect()
}
