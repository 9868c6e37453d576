//! Who can act in a workspace: before a plan, and after it.

use crate::{
    model::{Actual, Email, Membership, ProgramKey, ProgramRef, Role},
    plan::{Action, Plan, Rules},
};
use std::collections::{BTreeMap, BTreeSet};

/// Who can invite people and create programs, with whoever is only invited left out: an invitation
/// can do nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foothold {
    /// The owner and the active masters.
    pub inviters: BTreeSet<Email>,
    /// Of them, the account we act as and the masters we can act as.
    pub creators: BTreeSet<Email>,
}

/// Who can act now, and who can when everything in the plan is done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Footholds {
    pub before: Foothold,
    pub after: Foothold,
}

pub fn footholds(plan: &Plan, actual: &Actual, rules: &Rules) -> Footholds {
    let masters = masters(actual);
    let after: BTreeSet<Email> =
        masters.difference(&lost(plan, &masters)).chain(&gained(plan, actual)).cloned().collect();
    let owners: BTreeSet<Email> = active(actual, &Role::Owner).collect();
    let foothold = |masters: &BTreeSet<Email>| {
        let creates = rules.capabilities.creates_programs;
        let owners_creating = owners.iter().filter(|owner| rules.protected.contains(owner));
        let creators = owners_creating.cloned().chain(creators(masters, rules));
        Foothold {
            inviters: owners.union(masters).cloned().collect(),
            creators: creators.filter(|_| creates).collect(),
        }
    };
    Footholds { before: foothold(&masters), after: foothold(&after) }
}

/// Who is an active master, as far as it is certain who they are.
pub(super) fn masters(actual: &Actual) -> BTreeSet<Email> {
    active(actual, &Role::Master).collect()
}

fn active<'a>(actual: &'a Actual, role: &'a Role<ProgramKey>) -> impl Iterator<Item = Email> + 'a {
    let is_it = move |membership: &Membership<_>| matches!(membership, Membership::Active(it) if it == role);
    actual
        .members
        .iter()
        .filter(move |(_, found)| is_it(&found.membership))
        .map(|(email, _)| email.clone())
}

/// As whom we can create programs.
pub(super) fn creators(masters: &BTreeSet<Email>, rules: &Rules) -> BTreeSet<Email> {
    let can_act = |master: &&Email| {
        rules.capabilities.acts_as.includes(master) || rules.protected.contains(*master)
    };
    masters.iter().filter(can_act).cloned().collect()
}

/// Of the masters, who stops being an active one.
pub(super) fn lost(plan: &Plan, masters: &BTreeSet<Email>) -> BTreeSet<Email> {
    let ends = |action: &Action| match action {
        Action::Reinvite { .. }
        | Action::Withdraw { .. }
        | Action::Block { .. }
        | Action::Remove { .. } => true,
        Action::ChangeRole { to, .. } => *to != Role::Master,
        Action::AdoptProgram { .. }
        | Action::AdoptMember { .. }
        | Action::CreateProgram { .. }
        | Action::UpdateProgram { .. }
        | Action::DeleteProgram { .. }
        | Action::Invite { .. }
        | Action::Resend { .. }
        | Action::Unblock { .. } => false,
    };
    let ended = plan.steps.iter().filter(|step| ends(&step.action));
    ended.filter_map(|step| step.action.member()).filter(|email| masters.contains(email)).collect()
}

/// Who becomes an active master.
fn gained(plan: &Plan, actual: &Actual) -> BTreeSet<Email> {
    let actions = || plan.steps.iter().map(|step| &step.action);
    let changes: BTreeMap<Email, &Role<ProgramRef>> =
        actions().filter_map(|action| Some((action.member()?, new_role(action)?))).collect();
    let is_master_after = |email: &Email| match changes.get(email) {
        Some(to) => **to == Role::Master,
        None => {
            let found = actual.members.get(email).and_then(|found| found.membership.role());
            found == Some(&Role::Master)
        }
    };
    let gaining = actions().filter(|action| match action {
        Action::ChangeRole { before_unblock, .. } => !before_unblock,
        Action::Unblock { .. } => true,
        Action::AdoptProgram { .. }
        | Action::AdoptMember { .. }
        | Action::CreateProgram { .. }
        | Action::UpdateProgram { .. }
        | Action::DeleteProgram { .. }
        | Action::Invite { .. }
        | Action::Reinvite { .. }
        | Action::Resend { .. }
        | Action::Withdraw { .. }
        | Action::Block { .. }
        | Action::Remove { .. } => false,
    });
    let members =
        gaining.filter_map(Action::member).filter(|email| actual.members.contains_key(email));
    members.filter(is_master_after).collect()
}

fn new_role(action: &Action) -> Option<&Role<ProgramRef>> {
    if let Action::ChangeRole { to, .. } = action { Some(to) } else { None }
}
