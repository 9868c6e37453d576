//! What holds steps back when others of the same plan were not done, or will not be.

use super::{Action, Phase};
use crate::model::Subject;
use std::collections::BTreeSet;

/// Whom or what such steps were about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unmet {
    all: BTreeSet<Subject>,
    /// Who was to have less afterwards.
    to_have_less: BTreeSet<Subject>,
}

impl Unmet {
    /// Whether it says anything that was not known.
    pub fn add(&mut self, action: &Action) -> bool {
        let has_less = matches!(
            action,
            Action::ChangeRole { .. }
                | Action::Reinvite { .. }
                | Action::Withdraw { .. }
                | Action::Remove { .. }
        );
        let subject = action.subject();
        let is_said = has_less && self.to_have_less.insert(subject.clone());
        self.all.insert(subject) || is_said
    }

    /// Whom or what it needs of them: itself, what it leans on, a program that it names, and, for
    /// what is deleted, everybody who was to have less. A deletion comes when nobody is left with it
    /// alone, and no step about a person says what they had.
    pub fn holds_back(&self, action: &Action) -> Option<Subject> {
        let programs = action.needs().cloned().map(Subject::Program);
        let needed = std::iter::once(action.subject()).chain(action.leans_on()).chain(programs);
        let needed = needed.into_iter().find(|it| self.all.contains(it));
        needed.or_else(|| match action.phase() {
            Phase::Prune => self.to_have_less.first().cloned(),
            Phase::Take | Phase::Configure | Phase::Grant | Phase::Revoke => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Unmet;
    use crate::{
        model::{Email, MemberId, ProgramId, Role, Subject},
        plan::Action,
    };

    fn email() -> Email {
        "lin@example.com".parse().expect("an address")
    }

    #[test]
    fn a_deletion_waits_for_whoever_was_to_have_less_and_for_nobody_else() {
        let key = "coffee".parse().expect("a key");
        let delete = Action::DeleteProgram { key, id: ProgramId::new("p1") };
        let mut unmet = Unmet::default();
        unmet.add(&Action::Invite { email: email(), name: "Lin".into(), role: Role::Master });
        assert_eq!(unmet.holds_back(&delete), None);
        unmet.add(&Action::Remove { email: email(), id: MemberId::new("m1"), moved_to: None });
        assert_eq!(unmet.holds_back(&delete), Some(Subject::Member(email())));
    }
}
