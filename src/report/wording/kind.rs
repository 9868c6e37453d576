//! What kinds of steps are called, one by one and counted.

use super::{count, grouped};
use crate::plan::{Action, Plan};
use std::collections::BTreeMap;

/// An action without what it is about; in the order in which people read of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Kind {
    AdoptProgram,
    CreateProgram,
    UpdateProgram,
    DeleteProgram,
    AdoptMember,
    Invite,
    Reinvite,
    Resend,
    ChangeRole,
    Unblock,
    Block,
    Withdraw,
    Remove,
}

/// The sign at the beginning of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Mark {
    Make,
    Change,
    Take,
    Again,
    Adopt,
    Wait,
    Person,
    None,
}

impl Mark {
    pub(in crate::report) fn sign(self) -> &'static str {
        match self {
            Self::Make => "+",
            Self::Change => "~",
            Self::Take => "-",
            Self::Again => "↺",
            Self::Adopt => "<",
            Self::Wait => "…",
            Self::Person => "!",
            Self::None => " ",
        }
    }
}

const PROGRAMS: [&str; 2] = ["program", "programs"];
const PEOPLE: [&str; 2] = ["person", "people"];
const INVITATIONS: [&str; 2] = ["invitation", "invitations"];
const ROLES: [&str; 2] = ["role", "roles"];

impl Kind {
    pub(in crate::report) fn of(action: &Action) -> Self {
        match action {
            Action::AdoptProgram { .. } => Self::AdoptProgram,
            Action::AdoptMember { .. } => Self::AdoptMember,
            Action::CreateProgram { .. } => Self::CreateProgram,
            Action::UpdateProgram { .. } => Self::UpdateProgram,
            Action::DeleteProgram { .. } => Self::DeleteProgram,
            Action::Invite { .. } => Self::Invite,
            Action::Reinvite { .. } => Self::Reinvite,
            Action::Resend { .. } => Self::Resend,
            Action::Withdraw { .. } => Self::Withdraw,
            Action::ChangeRole { .. } => Self::ChangeRole,
            Action::Block { .. } => Self::Block,
            Action::Unblock { .. } => Self::Unblock,
            Action::Remove { .. } => Self::Remove,
        }
    }

    pub(in crate::report) fn mark(self) -> Mark {
        match self {
            Self::AdoptProgram | Self::AdoptMember => Mark::Adopt,
            Self::CreateProgram | Self::Invite => Mark::Make,
            Self::UpdateProgram | Self::ChangeRole | Self::Block | Self::Unblock => Mark::Change,
            Self::DeleteProgram | Self::Withdraw | Self::Remove => Mark::Take,
            Self::Reinvite | Self::Resend => Mark::Again,
        }
    }

    /// `6 programs to create`
    pub(in crate::report) fn to_do(self, n: usize) -> String {
        let (noun, verb, _) = self.words();
        format!("{} to {verb}", count(n, noun[0], noun[1]))
    }

    /// What is counted, the verb, and the verb when it is done.
    fn words(self) -> ([&'static str; 2], &'static str, &'static str) {
        match self {
            Self::AdoptProgram => (PROGRAMS, "adopt", "adopted"),
            Self::CreateProgram => (PROGRAMS, "create", "created"),
            Self::UpdateProgram => (PROGRAMS, "update", "updated"),
            Self::DeleteProgram => (PROGRAMS, "delete", "deleted"),
            Self::AdoptMember => (PEOPLE, "adopt", "adopted"),
            Self::Invite => (PEOPLE, "invite", "invited"),
            Self::Reinvite => (PEOPLE, "invite afresh", "invited afresh"),
            Self::Resend => (INVITATIONS, "resend", "resent"),
            Self::ChangeRole => (ROLES, "change", "changed"),
            Self::Unblock => (PEOPLE, "unblock", "unblocked"),
            Self::Block => (PEOPLE, "block", "blocked"),
            Self::Withdraw => (INVITATIONS, "withdraw", "withdrawn"),
            Self::Remove => (PEOPLE, "remove", "removed"),
        }
    }
}

/// How many steps of each kind there are.
pub(in crate::report) fn kinds<'a>(plans: impl Iterator<Item = &'a Plan>) -> BTreeMap<Kind, usize> {
    let mut kinds = BTreeMap::new();
    for step in plans.flat_map(|plan| &plan.steps) {
        *kinds.entry(Kind::of(&step.action)).or_default() += 1;
    }
    kinds
}

/// `6 programs to create, 2 to update, 25 people to invite`
pub(in crate::report) fn to_do(kinds: &BTreeMap<Kind, usize>) -> String {
    listed(kinds, |verb, _| format!(" to {verb}"))
}

/// `6 programs created, 2 updated, 25 people invited`
pub(in crate::report) fn done(kinds: &BTreeMap<Kind, usize>) -> String {
    listed(kinds, |_, done| format!(" {done}"))
}

/// Each noun once, where it comes first.
fn listed(kinds: &BTreeMap<Kind, usize>, what: impl Fn(&str, &str) -> String) -> String {
    let mut parts = Vec::new();
    for noun in [PROGRAMS, PEOPLE, INVITATIONS, ROLES] {
        let of_noun = kinds.iter().filter(|(kind, _)| kind.words().0 == noun);
        for (at, (kind, n)) in of_noun.enumerate() {
            let (_, verb, done) = kind.words();
            let counted = if at == 0 { count(*n, noun[0], noun[1]) } else { grouped(*n) };
            parts.push(counted + &what(verb, done));
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Kind, done, to_do};
    use std::collections::BTreeMap;

    #[test]
    fn each_noun_is_said_once() {
        let kinds = BTreeMap::from([
            (Kind::CreateProgram, 6),
            (Kind::UpdateProgram, 1),
            (Kind::Invite, 1_025),
            (Kind::Resend, 1),
            (Kind::Remove, 2),
        ]);
        let text = "6 programs to create, 1 to update, 1,025 people to invite, 2 to remove, \
            1 invitation to resend";
        assert_eq!(to_do(&kinds), text);
        let text = "6 programs created, 1 updated, 1,025 people invited, 2 removed, \
            1 invitation resent";
        assert_eq!(done(&kinds), text);
    }
}
