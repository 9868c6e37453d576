//! What must never be, and what must be in the end: told from the platform and the manifests, and
//! not from what the planner says of them.

use super::others::GUESTS;
use crate::interleaving::{
    platform::{Deed, Inner, OWNER},
    town::concerns,
};
use minisync::{
    model::{Desired, Digest, Email, Member, Memory, MiniProgram, ProgramKey, Role, Subject},
    plan::{Action, Note, Plan, Policy, Reason, Step, Stray},
    sandbox::world::{self, ProgramNo, State},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

/// What was on its way when its run froze may arrive when others have looked in vain for it: then
/// it is nobody's, and told as such. Nothing on the wire turns it away: its lock was its own when it
/// was asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Late(pub(super) bool);

#[derive(Debug, Default)]
pub(super) struct Oracle {
    /// How often somebody was asked for the same wish.
    asked: BTreeMap<(Email, Option<Digest>), u32>,
    /// What of the platform's own account was taken into ours.
    n_taken: usize,
    /// The programs that runs have made, and that are there.
    made: BTreeMap<ProgramKey, BTreeSet<ProgramNo>>,
    /// Whom runs have asked in, and who is there.
    ours: BTreeSet<Email>,
    pub(super) surprises: Arc<Mutex<Vec<String>>>,
}

impl Oracle {
    pub(super) fn surprise(&self, what: String) {
        self.surprises.lock().unwrap().push(what);
    }

    /// Takes in what has happened, and what a run that wanted this has brought about.
    pub(super) fn account(&mut self, platform: &Inner, desired: &Desired, late: Late) {
        let deeds = &platform.done[self.n_taken..];
        self.n_taken = platform.done.len();
        for deed in deeds {
            let step = match deed {
                Deed::Step(step) => step,
                Deed::Others(asked) => {
                    self.asked.retain(|(who, _), _| asked.contains(who));
                    continue;
                }
            };
            match step.action.subject() {
                Subject::Member(who) if late.0 => self.check(step, &who),
                Subject::Member(who) => self.account_member(step, who, desired),
                Subject::Program(_) => self.account_program(step, platform, late),
            }
        }
    }

    fn check(&self, step: &Step, who: &Email) {
        if who.as_str() == OWNER || GUESTS.contains(&who.as_str()) {
            self.surprise(format!("not ours: {:?}", step.action));
        }
    }

    fn account_member(&mut self, step: &Step, who: Email, desired: &Desired) {
        self.check(step, &who);
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

    fn account_program(&mut self, step: &Step, platform: &Inner, late: Late) {
        if let Action::CreateProgram { program } = &step.action {
            self.account_creation(program, platform, late);
        }
        let (Action::UpdateProgram { id, .. } | Action::DeleteProgram { id, .. }) = &step.action
        else {
            return;
        };
        let stray = platform.programs().into_iter().find(|it| it.name == "Stray");
        if stray.is_some_and(|it| it.no.to_string() == id.to_string()) {
            self.surprise(format!("not ours: {:?}", step.action));
        }
    }

    fn account_creation(&mut self, program: &MiniProgram, platform: &Inner, Late(is_late): Late) {
        let programs = platform.programs();
        let made = self.made.entry(program.key.clone()).or_default();
        made.retain(|no| programs.iter().any(|it| it.no == *no));
        // Names are unique: the other one was asked for when the manifests had another name.
        if is_late && !made.is_empty() {
            return;
        }
        made.extend(programs.iter().find(|it| it.name == program.name).map(|it| it.no));
        if made.len() > 1 {
            self.surprise(format!("a second program for {}", program.key));
        }
    }

    pub(super) fn edited(&mut self, before: &Desired, after: &Desired) {
        self.asked.retain(|(who, _), _| {
            before.members.get(who).map(Member::wish) == after.members.get(who).map(Member::wish)
        });
    }

    /// A program that was made by a run which did not live to write it down is found by the name that
    /// it was asked for under, as long as the manifests ask for it under any: after that, it is
    /// nobody's, and told as such. `before`: what it was made for, or what they said until now.
    pub(super) fn renamed(&mut self, before: &Desired, after: &Desired, memory: &Memory) {
        let name = |desired: &Desired, key: &ProgramKey| {
            desired.programs.get(key).map(|it| it.name.clone())
        };
        self.made.retain(|key, _| {
            let is_asked = after.programs.contains_key(key);
            name(before, key) == name(after, key)
                || memory.programs.contains_key(key)
                || is_asked && memory.unanswered.contains_key(key)
        });
    }

    /// Whoever is gone is not ours any more.
    pub(super) fn let_go(&mut self, platform: &Inner) {
        let members = platform.members();
        self.ours.retain(|who| members.iter().any(|it| it.email == *who && it.is_live()));
    }

    pub(super) fn wrongs(&self, platform: &Inner, policy: &Policy) -> Vec<String> {
        let mut wrongs = self.surprises.lock().unwrap().clone();
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
        (plan, memory): (&Plan, &Memory),
        policy: &Policy,
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
                Some(found) if is_wanted => {
                    is_active(found) && has_role(found, wanted, desired, &names)
                }
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
        unsettled.extend(untold(platform, desired, plan, memory));
        unsettled.extend(self.unpruned(platform, desired, plan, policy));
        unsettled
    }

    /// What runs have made and nobody asks for any more.
    fn unpruned(
        &self,
        platform: &Inner,
        desired: &Desired,
        plan: &Plan,
        policy: &Policy,
    ) -> Vec<String> {
        let programs = platform.programs();
        let is_there = |no: &ProgramNo| programs.iter().any(|it| it.no == *no);
        let is_told = |wanted: &ProgramKey| {
            // Where a rail held the deletion, it may be all that somebody has by now.
            plan.notes.iter().any(|note| {
                matches!(note, Note::NotPruned { key, .. } if key == wanted && !policy.prune)
                    || matches!(note, Note::LastProgram { key, .. } if key == wanted)
            })
        };
        let left = self.made.iter().filter(|(key, nos)| {
            !desired.programs.contains_key(*key) && nos.iter().any(is_there) && !is_told(key)
        });
        left.map(|(key, _)| format!("{key} is still there, and nothing is said of it")).collect()
    }

    fn left_over(&self, platform: &Inner, desired: &Desired, plan: &Plan) -> Vec<String> {
        let is_meant = |who: &Email| {
            desired
                .members
                .values()
                .any(|it| it.email == *who || it.previously.as_ref() == Some(who))
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
    desired: &Desired,
    names: &BTreeMap<ProgramNo, String>,
) -> bool {
    let held: BTreeSet<String> =
        found.role.assignments().filter_map(|no| names.get(no).cloned()).collect();
    match (&found.role, &wanted.role) {
        (Role::Developer(_), Role::Developer(keys)) => {
            let asked = keys.iter().map(|key| desired.programs[key].name.clone());
            held == asked.collect()
        }
        (found, wanted) => found.name() == wanted.name(),
    }
}

fn unsettled_programs(platform: &Inner, desired: &Desired, plan: &Plan) -> Vec<String> {
    let programs = platform.programs();
    let mut unsettled = Vec::new();
    for wanted in desired.programs.values() {
        let is_told = plan.notes.iter().any(|note| {
            matches!(
                note,
                Note::WaitingForMaster { key, .. } | Note::NameTaken { key, .. }
                    if *key == wanted.key
            )
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

/// Programs that nobody asks for under that name, and that nothing is said of.
fn untold(platform: &Inner, desired: &Desired, plan: &Plan, memory: &Memory) -> Vec<String> {
    let asked: BTreeSet<&str> = desired.programs.values().map(|it| it.name.as_str()).collect();
    let programs = platform.programs().into_iter();
    let unasked = programs.filter(|it| !asked.contains(it.name.as_str()));
    let untold = unasked.filter(|it| !plan.notes.iter().any(|note| tells_of(note, it.no, memory)));
    untold.map(|it| format!("nobody asks for {it:?}, and nothing is said of it")).collect()
}

fn tells_of(note: &Note, no: ProgramNo, memory: &Memory) -> bool {
    let id = if let Note::Unmanaged(Stray::Program { id, .. })
    | Note::NotPruned { id, .. }
    | Note::LastProgram { id, .. } = note
    {
        Some(id)
    } else if let Note::NameTaken { key, .. } = note {
        // Another has the name that it should get.
        memory.programs.get(key)
    } else {
        None
    };
    id.is_some_and(|id| id.to_string() == no.to_string())
}
