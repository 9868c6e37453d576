//! Whether what an earlier run asked for, and never heard of, is to be seen to be done.

use crate::{
    model::{Actual, Email, Membership, ProgramKey, Subject},
    report::{json::Action, saved::SavedStep},
};

/// Of a step about whom or what nothing is left to do; as far as the platform shows it. Whose program
/// it is, or what somebody was told, it does not show.
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
        Action::Invite | Action::AdoptMember => is_there,
        Action::Withdraw | Action::Remove => !is_there,
        Action::Block => matches!(membership, Some(Membership::Blocked(_))),
        Action::Unblock => matches!(membership, Some(Membership::Active(_))),
        Action::Reinvite
        | Action::Resend
        | Action::ChangeRole
        | Action::AdoptProgram
        | Action::CreateProgram
        | Action::UpdateProgram
        | Action::DeleteProgram => false,
    }
}

fn shows_of_program(action: Action, key: &ProgramKey, actual: &Actual) -> bool {
    let is_there = actual.programs.contains_key(key);
    match action {
        Action::AdoptProgram => is_there,
        Action::DeleteProgram => !is_there,
        Action::CreateProgram
        | Action::UpdateProgram
        | Action::AdoptMember
        | Action::Invite
        | Action::Reinvite
        | Action::Resend
        | Action::ChangeRole
        | Action::Unblock
        | Action::Block
        | Action::Withdraw
        | Action::Remove => false,
    }
}

#[cfg(test)]
mod tests {
    use super::shows_of_member;
    use crate::{
        model::{Actual, ActualMember, History, MemberId, Membership, Ownership, Revision, Role},
        report::json::Action,
    };
    use std::collections::BTreeSet;

    #[test]
    fn who_is_there_was_invited_and_not_removed() {
        let email: crate::model::Email = "ann@example.com".parse().expect("an address");
        let found = |membership| ActualMember {
            ownership: Ownership::Managed,
            id: MemberId::new("m1"),
            revision: Revision::new("1"),
            name: "Ann".into(),
            membership,
            history: History::default(),
            elsewhere: BTreeSet::new(),
            undelivered: None,
            sends: 1,
        };
        let shown = |membership: Option<_>| {
            let members = membership.map(|it| (email.clone(), found(it))).into_iter().collect();
            let actual = Actual { members, ..Actual::default() };
            [Action::Invite, Action::AdoptMember, Action::Remove, Action::Block, Action::ChangeRole]
                .map(|action| shows_of_member(action, &email, &actual))
        };
        let active = Membership::Active(Role::Master);
        assert_eq!(shown(Some(active)), [true, true, false, false, false]);
        assert_eq!(
            shown(Some(Membership::Blocked(Role::Master))),
            [true, true, false, true, false]
        );
        assert_eq!(shown(Some(Membership::Left(Role::Master))), [false, false, true, false, false]);
        assert_eq!(shown(None), [false, false, true, false, false]);
    }
}
