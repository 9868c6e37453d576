//! Whether what an earlier run asked for, and never heard of, is to be seen to be done.

use crate::{
    model::{Actual, Membership, Subject},
    report::{json::Action, saved::SavedStep},
};

/// Of a step about whom or what nothing is left to do; as far as the platform shows it. Whose program
/// it is, or what somebody was told, it does not show.
pub(super) fn shows(step: &SavedStep, actual: &Actual) -> bool {
    let about = step.step.subject.known();
    about.is_some_and(|about| shows_about(step.step.action, &about, actual))
}

fn shows_about(action: Action, about: &Subject, actual: &Actual) -> bool {
    let membership = match about {
        Subject::Member(email) => actual.members.get(email).map(|found| &found.membership),
        Subject::Program(_) => None,
    };
    let is_there = match about {
        Subject::Member(_) => membership.is_some_and(|it| !it.is_over()),
        Subject::Program(key) => actual.programs.contains_key(key),
    };
    match action {
        Action::AdoptProgram | Action::AdoptMember | Action::Invite => is_there,
        Action::DeleteProgram | Action::Withdraw | Action::Remove => !is_there,
        Action::Block => matches!(membership, Some(Membership::Blocked(_))),
        Action::Unblock => matches!(membership, Some(Membership::Active(_))),
        Action::CreateProgram
        | Action::UpdateProgram
        | Action::Reinvite
        | Action::Resend
        | Action::ChangeRole => false,
    }
}

#[cfg(test)]
mod tests {
    use super::shows_about;
    use crate::{
        model::{
            Actual, ActualMember, History, MemberId, Membership, Ownership, Revision, Role, Subject,
        },
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
                .map(|action| shows_about(action, &Subject::Member(email.clone()), &actual))
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
