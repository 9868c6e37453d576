//! The role that a person can be given, and the one they have, as steps name them.

use super::{Case, programs};
use crate::model::{ActualMember, Member, Membership, ProgramKey, ProgramRef, Role};
use std::collections::BTreeSet;

/// What can be offered to a person now.
pub(super) struct Offer {
    /// With what they have in programs that nobody manages; `None`: a developer of nothing.
    pub(super) role: Option<Role<ProgramRef>>,
    /// The programs that do not exist yet.
    pub(super) waiting: BTreeSet<ProgramKey>,
}

impl Offer {
    pub(super) fn new(
        case: &Case<'_>,
        wanted: &Member,
        found: Option<&ActualMember>,
        created: &BTreeSet<ProgramKey>,
    ) -> Self {
        let keys = match wanted.role_on(case.today) {
            Role::Owner => return Self { role: Some(Role::Owner), waiting: BTreeSet::new() },
            Role::Master => return Self { role: Some(Role::Master), waiting: BTreeSet::new() },
            Role::Developer(keys) => keys,
        };
        let standing = found.into_iter().filter(|found| !found.membership.is_over());
        let mut programs: BTreeSet<_> = standing.flat_map(elsewhere).collect();
        let mut waiting = BTreeSet::new();
        for key in keys {
            if let Some(program) = case.program(&key, created) {
                programs.insert(program);
                continue;
            }
            programs.extend(found.and_then(|found| kept(case, &key, found)));
            waiting.insert(key);
        }
        Self { role: (!programs.is_empty()).then_some(Role::Developer(programs)), waiting }
    }

    /// The role, when nothing is missing from it.
    pub(super) fn whole(&self) -> Option<&Role<ProgramRef>> {
        self.role.as_ref().filter(|_| self.waiting.is_empty())
    }
}

/// What they have of a program that may be the one they are to have: nobody loses access over a key
/// that was renamed.
fn kept(case: &Case<'_>, key: &ProgramKey, found: &ActualMember) -> Option<ProgramRef> {
    let (Membership::Invited(role, _) | Membership::Active(role) | Membership::Blocked(role)) =
        &found.membership
    else {
        return None;
    };
    let Role::Developer(held) = role else { return None };
    let old = programs::perhaps(case, key).filter(|old| held.contains(old))?;
    let id = case.actual.programs.get(&old)?.seen.id.clone();
    Some(ProgramRef::Existing { key: Some(old), id })
}

fn elsewhere(found: &ActualMember) -> impl Iterator<Item = ProgramRef> {
    found.elsewhere.iter().map(|id| ProgramRef::Existing { key: None, id: id.clone() })
}

/// The role somebody has, as steps name it.
pub(super) fn held(
    case: &Case<'_>,
    role: &Role<ProgramKey>,
    found: &ActualMember,
) -> Role<ProgramRef> {
    match role {
        Role::Owner => Role::Owner,
        Role::Master => Role::Master,
        Role::Developer(keys) => {
            let known = keys.iter().filter_map(|key| {
                let id = case.actual.programs.get(key)?.seen.id.clone();
                Some(ProgramRef::Existing { key: Some(key.clone()), id })
            });
            Role::Developer(known.chain(elsewhere(found)).collect())
        }
    }
}
