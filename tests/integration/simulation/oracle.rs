//! What must never be, and what must be in the end: told from the platform and the manifests, and
//! not from what the planner says of them.

use super::life::GUESTS;
use crate::interleaving::{
    platform::{Inner, OWNER},
    town::concerns,
};
use minisync::{
    model::{Desired, Digest, Email, Member, Role, Subject},
    plan::{Action, Note, Plan, Policy, Reason, Step},
    sandbox::world::{self, State},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

#[derive(Debug, Default)]
pub(super) struct Oracle {
    /// How often somebody was asked for the same wish.
    asked: BTreeMap<(Email, Option<Digest>), u32>,
    /// What of the platform's own account was taken into ours.
    n_taken: usize,
    /// The member records that runs have made.
    ours: BTreeSet<Email>,
    pub(super) surprises: Arc<Mutex<Vec<String>>>,
}

impl Oracle {
    pub(super) fn surprise(&self, what: String) {
        self.surprises.lock().unwrap().push(what);
    }

    /// Takes in what a run that wanted this has brought about.
    pub(super) fn account(&mut self, platform: &Inner, desired: &Desired) {
        let steps = &platform.done[self.n_taken..];
        self.n_taken = platform.done.len();
        for step in steps {
            match step.action.subject() {
                Subject::Member(who) => self.account_member(step, who, desired),
                Subject::Program(_) => self.account_program(step, platform),
            }
        }
    }

    fn account_member(&mut self, step: &Step, who: Email, desired: &Desired) {
        if who.as_str() == OWNER || GUESTS.contains(&who.as_str()) {
            self.surprise(format!("not ours: {:?}", step.action));
        }
        if matches!(step.action, Action::Remove { .. } | Action::Withdraw { .. }) {
            self.ours.remove(&who);
        }
        if !step.action.sends_invitation() {
            return;
        }
        self.ours.insert(who.clone());
        // An invitation that says something else now is not nagging.
        if step.reason != Reason::InvitationDiffers {
            let wish = desired.members.get(&who).map(Member::wish);
            *self.asked.entry((who, wish)).or_default() += 1;
        }
    }

    fn account_program(&self, step: &Step, platform: &Inner) {
        let (Action::UpdateProgram { id, .. } | Action::DeleteProgram { id, .. }) = &step.action
        else {
            return;
        };
        let stray = platform.programs().into_iter().find(|it| it.name == "Stray");
        if stray.is_some_and(|it| it.no.to_string() == id.to_string()) {
            self.surprise(format!("not ours: {:?}", step.action));
        }
    }

    pub(super) fn edited(&mut self, before: &Desired, after: &Desired) {
        self.asked.retain(|(who, _), _| {
            before.members.get(who).map(Member::wish) == after.members.get(who).map(Member::wish)
        });
    }

    /// Whoever joined, or is not there at all any more, begins anew.
    pub(super) fn start_counting_anew(&mut self, platform: &Inner) {
        let members = platform.members();
        let find = |who: &Email| members.iter().find(|it| it.email == *who);
        self.asked.retain(|(who, _), _| {
            find(who).is_some_and(|it| {
                matches!(it.state, State::Invited { .. } | State::Refused | State::Left)
            })
        });
        self.ours.retain(|who| find(who).is_some_and(world::Member::is_live));
    }

    pub(super) fn wrongs(&self, platform: &Inner, policy: &Policy) -> Vec<String> {
        let mut wrongs = self.surprises.lock().unwrap().clone();
        let mut live = BTreeSet::new();
        for member in platform.members().iter().filter(|it| it.is_live()) {
            if !live.insert(member.email.clone()) {
                wrongs.push(format!("two live records of {}", member.email));
            }
        }
        let most = 1 + policy.invitations.max_resends;
        let nagged = self.asked.iter().filter(|(_, n)| **n > most);
        wrongs.extend(nagged.map(|((who, _), n)| format!("{who} was asked {n} times")));
        if !platform.members().iter().any(|it| it.email.as_str() == OWNER && is_active(it)) {
            wrongs.push("the owner is not what they were".to_owned());
        }
        wrongs
    }

    /// What is neither as the manifests ask, nor told of.
    pub(super) fn unsettled(
        &self,
        platform: &Inner,
        desired: &Desired,
        plan: &Plan,
    ) -> Vec<String> {
        let today = platform.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let members = platform.members();
        let names: BTreeMap<_, _> =
            platform.programs().into_iter().map(|it| (it.no, it.name)).collect();
        let mut unsettled = Vec::new();
        for wanted in desired.members.values().filter(|it| it.email.as_str() != OWNER) {
            let found = members.iter().find(|it| it.email == wanted.email);
            let is_told = plan.notes.iter().any(|note| concerns(note, &wanted.email));
            let is_wanted = !wanted.has_ended(today) && !wanted.blocked;
            let is_right = match found {
                Some(found) if is_wanted => is_active(found) && has_role(found, wanted, &names),
                Some(found) if wanted.blocked => !is_active(found),
                Some(found) => !found.is_live() || found.is_expired(platform.now),
                None => !is_wanted,
            };
            if !is_right && !is_told {
                unsettled.push(format!("{wanted:?} is {found:?}, and nothing is said of it"));
            }
        }
        unsettled.extend(self.left_over(platform, desired, plan));
        unsettled.extend(unsettled_programs(platform, desired, plan));
        unsettled
    }

    fn left_over(&self, platform: &Inner, desired: &Desired, plan: &Plan) -> Vec<String> {
        let is_meant = |who: &Email| {
            desired.members.values().any(|it| it.email == *who || it.previously.as_ref() == Some(who))
        };
        let members = platform.members();
        let live = members.iter().filter(|it| it.is_live() && !it.is_expired(platform.now));
        let left = live.filter(|it| self.ours.contains(&it.email) && !is_meant(&it.email));
        left.filter(|it| !plan.notes.iter().any(|note| concerns(note, &it.email)))
            .map(|it| format!("{} is still there", it.email))
            .collect()
    }
}

fn is_active(member: &world::Member) -> bool {
    matches!(member.state, State::Active { .. })
}

fn has_role(
    found: &world::Member,
    wanted: &Member,
    names: &BTreeMap<world::ProgramNo, String>,
) -> bool {
    let held: BTreeSet<String> =
        found.role.assignments().filter_map(|no| names.get(no).cloned()).collect();
    match (&found.role, &wanted.role) {
        (Role::Developer(_), Role::Developer(keys)) => {
            keys.iter().all(|key| held.contains(&format!("The {key}")))
        }
        (found, wanted) => found.name() == wanted.name(),
    }
}

fn unsettled_programs(platform: &Inner, desired: &Desired, plan: &Plan) -> Vec<String> {
    let programs = platform.programs();
    let mut unsettled = Vec::new();
    for wanted in desired.programs.values() {
        let is_told = plan.notes.iter().any(|note| match note {
            Note::WaitingForMaster { key, .. } | Note::NameTaken { key, .. } => *key == wanted.key,
            _ => false,
        });
        let found = programs.iter().find(|it| it.name == wanted.name);
        let tagline = |it: &world::Program| it.listing.as_ref().map(|it| it.tagline.clone());
        let asked = wanted.listing.as_ref().map(|it| it.tagline.clone());
        if found.is_none_or(|found| tagline(found) != asked) && !is_told {
            unsettled.push(format!("{} is {found:?}, and nothing is said of it", wanted.key));
        }
    }
    unsettled
}
