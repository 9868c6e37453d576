//! What a platform that limits invitations takes now; the rest is queued, with the time it will go.
//!
//! Whoever is to be invited anew keeps the invitation they have until then.

use super::Case;
use crate::{
    model::Subject,
    plan::{Note, Plan, Step},
};
use jiff::{SignedDuration, Timestamp};

/// Takes the invitations that are too many now out of a plan whose steps are in order.
pub(super) fn kept(case: &Case<'_>, plan: Plan) -> Plan {
    let Some(allowance) = case.actual.allowance else { return plan };
    let Plan { steps, mut notes } = plan;
    let mut n_sent = 0_u32;
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
        false
    });
    let steps = steps.collect();
    Plan { steps, notes }
}

fn queued(case: &Case<'_>, step: &Step, at: Timestamp) -> Option<Note> {
    let Subject::Member(email) = step.action.subject() else { return None };
    let name = case.desired.members.get(&email)?.name.clone();
    Some(Note::Queued { email, name, at })
}
