//! Whether what an earlier run asked for, and never heard of, is to be seen to be done.

use crate::{
    model::{Actual, Email, Membership, ProgramKey, Subject},
    report::{json::Action, saved::SavedStep},
};

/// As far as the platform shows it. Whose program it is, or what somebody was told, it does not show.
pub(super) fn shows(step: &SavedStep, actual: &Actual) -> bool {
    match step.step.subject.known() {
        Some(Subject::Member(email)) => shows_of_member(step.step.action, &email, actual),
        Some(Subject::Program(key)) => shows_of_program(step.step.action, &key, actual),
        None => false,
    }
}

fn shows_of_member(action: Action, email: &Email, actual: &Actual) -> bool {
    let membership = actual.members.get(email).map(|found| &found.membership);
    let is_there = membership.is_some_and(|it| !it.is_over());
    match action {
        Action::Invite => is_there,
        Action::Withdraw | Action::Remove => !is_there,
        Action::Block => matches!(membership, Some(Membership::Blocked(_))),
        Action::Unblock => matches!(membership, Some(Membership::Active(_))),
        Action::AdoptMember
        | Action::Reinvite
        | Action::Resend
        | Action::ChangeRole
        | Action::AdoptProgram
        | Action::CreateProgram
        | Action::UpdateProgram
        | Action::DeleteProgram => false,
    }
}

fn shows_of_program(action: Action, key: &ProgramKey, actual: &Actual) -> bool {
    action == Action::DeleteProgram && !actual.programs.contains_key(key)
}
