//! What may be done of a plan when only some of its steps were agreed to.
//!
//! Steps lean on each other: who comes back from being blocked gets the smaller role first, who
//! moves is invited at the new address before the old invitation goes, and a program is deleted
//! when nobody is left with it alone.

use super::{Action, Phase, Plan, Reason};
use crate::model::{Desired, Subject};
use std::collections::{BTreeMap, BTreeSet};

/// Of the steps at the places that were agreed to, those that do not need one that was not.
pub fn part(plan: &Plan, desired: &Desired, agreed: &BTreeSet<usize>) -> BTreeSet<usize> {
    let missing = plan.steps.iter().enumerate().filter(|(at, _)| !agreed.contains(at));
    let missing: BTreeSet<Subject> = missing.map(|(_, step)| step.action.subject()).collect();
    let somebody_is_missing = missing.iter().any(|it| matches!(it, Subject::Member(_)));
    let moved = desired.members.values().filter_map(|it| Some((it.previously.as_ref()?, it)));
    let moved_to: BTreeMap<_, _> = moved.map(|(old, it)| (old, &it.email)).collect();
    let is_sound = |at: &usize| {
        let step = &plan.steps[*at];
        let subject = step.action.subject();
        let is_split = missing.contains(&subject);
        let is_deletion = step.action.phase() == Phase::Prune;
        let new_address = match (&step.action, step.reason) {
            (Action::Withdraw { email, .. } | Action::Remove { email, .. }, Reason::Moved) => {
                moved_to.get(email).copied()
            }
            (_, _) => None,
        };
        let loses_both =
            new_address.is_some_and(|it| missing.contains(&Subject::Member(it.clone())));
        !(is_split || loses_both || is_deletion && somebody_is_missing)
    };
    agreed.iter().copied().filter(|at| *at < plan.steps.len()).filter(is_sound).collect()
}
