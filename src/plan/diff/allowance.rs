//! What a platform that limits invitations takes now; the rest is queued, with the time it will go.
//!
//! Whoever is to be invited anew, or at another address, keeps the invitation they have until then.

use super::{Case, members::still_invited};
use crate::{
    model::Member,
    plan::{Action, Note, Plan, Step},
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// Takes the invitations that are too many now out of a plan whose steps are in order.
pub(super) fn kept(case: &Case<'_>, plan: Plan) -> Plan {
    let Some(allowance) = case.actual.allowance else { return plan };
    let Plan { steps, mut notes } = plan;
    let mut n_sent = 0_u32;
    let mut queued_ones = BTreeSet::new();
    let steps = steps.into_iter().filter(|step| {
        if !step.action.sends_invitation() {
            return true;
        }
        n_sent += 1;
        let Some(n_queued) = n_sent.checked_sub(allowance.left.saturating_add(1)) else {
            return true;
        };
        let hours = n_queued / allowance.each_hour.max(1);
        let wait = SignedDuration::from_hours(i64::from(hours));
        let at = allowance.renews.checked_add(wait).unwrap_or(Timestamp::MAX);
        notes.extend(queued(case, step, at));
        queued_ones.extend(step.action.member());
        false
    });
    let steps: Vec<_> = steps.collect();
    let is_early =
        |step: &Step| moved(case, step).is_some_and(|it| queued_ones.contains(&it.email));
    let (early, steps): (Vec<_>, Vec<_>) = steps.into_iter().partition(is_early);
    let kept = early
        .iter()
        .filter_map(|step| Some(still_invited(case, moved(case, step)?, &step.action.member()?)));
    Plan { steps, notes }.and(kept.collect())
}

/// Who has moved from the address whose invitation the step withdraws.
fn moved<'a>(case: &'a Case<'_>, step: &Step) -> Option<&'a Member> {
    let Action::Withdraw { email, .. } = &step.action else { return None };
    case.previous.get(email).copied()
}

fn queued(case: &Case<'_>, step: &Step, at: Timestamp) -> Option<Note> {
    let email = step.action.member()?;
    let name = case.desired.members.get(&email)?.name.clone();
    Some(Note::Queued { email, name, at })
}
