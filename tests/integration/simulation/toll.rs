//! What one run takes from people, and whom it asks, told from the platform as it is before and
//! after each step, and held against what the run has read.

use crate::interleaving::platform::Inner;
use minisync::{
    model::{Completeness, Email, Invitation, Membership, Reading, Role, Seen},
    plan::{Action, Rails, Step},
    sandbox::world::{Member, ProgramNo, State},
};
use std::collections::{BTreeMap, BTreeSet};

/// What a run went by.
#[derive(Debug)]
pub(super) struct Bounds {
    pub(super) seen: Seen,
    /// Of an earlier run.
    pub(super) reading: Option<Reading>,
    /// `None`: somebody has allowed it.
    pub(super) rails: Option<Rails>,
}

/// The platform, as far as people and programs go.
#[derive(Debug)]
pub(super) struct Picture {
    reach: BTreeMap<Email, Reach>,
    programs: BTreeSet<ProgramNo>,
    /// Who can accept, and what.
    asked: BTreeMap<Email, (Role<ProgramNo>, String)>,
    n_done: usize,
}

#[derive(Debug, Default)]
struct Reach {
    has_joined: bool,
    is_master: bool,
    programs: BTreeSet<ProgramNo>,
}

/// All that a run has taken so far.
#[derive(Debug, Default)]
pub(super) struct Toll {
    people: BTreeSet<Email>,
    masters: BTreeSet<Email>,
    n_deleted: usize,
}

impl Picture {
    pub(super) fn of(platform: &Inner) -> Self {
        let programs: BTreeSet<_> = platform.programs().into_iter().map(|it| it.no).collect();
        let members = platform.members();
        let is_asked = |it: &&Member| {
            matches!(it.state, State::Invited { .. }) && !it.is_expired(platform.now)
        };
        let mut reach = BTreeMap::<_, Reach>::new();
        for member in &members {
            let has_joined = matches!(member.state, State::Active { .. });
            if !has_joined && !is_asked(&member) {
                continue;
            }
            let found = reach.entry(member.email.clone()).or_default();
            found.has_joined |= has_joined;
            found.is_master |= has_joined && member.role == Role::Master;
            match &member.role {
                Role::Owner | Role::Master => found.programs.extend(programs.iter().copied()),
                Role::Developer(held) => found.programs.extend(held.iter().copied()),
            }
        }
        let asked = members.iter().filter(is_asked);
        let asked = asked.map(|it| (it.email.clone(), (it.role.clone(), it.name.clone())));
        Self { reach, programs, asked: asked.collect(), n_done: platform.done.len() }
    }

    /// Who has less afterwards, and nothing instead; whoever has joined must keep all of it, if
    /// `strictly`.
    fn losers(&self, after: &Self, strictly: bool) -> BTreeSet<Email> {
        let lost = |(who, had): (&Email, &Reach)| {
            let Some(has) = after.reach.get(who) else { return true };
            let kept: BTreeSet<_> = had.programs.intersection(&after.programs).copied().collect();
            let has_less = match strictly {
                true => !kept.is_subset(&has.programs),
                false => has.programs.is_subset(&kept) && has.programs != kept,
            };
            had.has_joined && (!has.has_joined || has_less)
        };
        self.reach.iter().filter(|it| lost(*it)).map(|(who, _)| who.clone()).collect()
    }

    /// Whether somebody was sent an invitation who had one that said just the same.
    fn asks_twice(&self, step: &Step, after: &Self) -> bool {
        let (Action::Invite { email, .. }
        | Action::Reinvite { email, .. }
        | Action::Resend { email, .. }) = &step.action
        else {
            return false;
        };
        after.n_done > self.n_done
            && self.asked.contains_key(email)
            && self.asked.get(email) == after.asked.get(email)
    }
}

impl Toll {
    /// What must not have been, after one more step.
    pub(super) fn add(
        &mut self,
        step: &Step,
        (before, after): (&Picture, &Picture),
        bounds: &Bounds,
    ) -> Vec<String> {
        let losers = before.losers(after, false);
        let n_deleted = before.programs.difference(&after.programs).count();
        let is_master =
            |who: &Email, it: &Picture| it.reach.get(who).is_some_and(|it| it.is_master);
        let was_master = before.reach.keys().filter(|who| is_master(who, before));
        self.masters.extend(was_master.filter(|who| !is_master(who, after)).cloned());
        self.people.extend(losers);
        self.n_deleted += n_deleted;
        let mut wrongs = bounds.broken_by(self);
        let strict = before.losers(after, true);
        if bounds.seen.completeness == Completeness::Partial && n_deleted + strict.len() > 0 {
            wrongs.push(format!("after an incomplete read, {strict:?} lost something"));
        }
        if before.asks_twice(step, after) {
            wrongs.push("asked somebody who had that very invitation".to_owned());
        }
        wrongs.into_iter().map(|wrong| format!("{wrong}: {:?}", step.action)).collect()
    }
}

impl Bounds {
    /// As the rails are told to people; shares no code with them.
    fn broken_by(&self, toll: &Toll) -> Vec<String> {
        let Some(rails) = &self.rails else { return Vec::new() };
        let mut wrongs = Vec::new();
        let (n_lost, of) = (toll.people.len(), self.people().len());
        if is_much(n_lost, of, rails) {
            wrongs.push(format!("{n_lost} of {of} people lost something, and nobody allowed it"));
        }
        let (n_deleted, of) = (toll.n_deleted, self.seen.programs.len());
        if is_much(n_deleted, of, rails) {
            wrongs.push(format!("{n_deleted} of {of} programs went, and nobody allowed it"));
        }
        let was = self.masters().len();
        let left = was.saturating_sub(toll.masters.len());
        if !toll.masters.is_empty() && (left == 0 || left < rails.least_masters as usize) {
            wrongs.push(format!("{left} of {was} masters are left, and nobody allowed it"));
        }
        if n_lost + n_deleted > 0 && self.has_fallen() {
            wrongs.push("much less was read than before, and nobody looked".to_owned());
        }
        wrongs
    }

    /// Whoever was read to be there, but the owner.
    fn people(&self) -> BTreeSet<&Email> {
        let is_there = |it: &Membership<_>| {
            !matches!(
                it,
                Membership::Left(_)
                    | Membership::Invited(_, Invitation::Refused | Invitation::Withdrawn)
                    | Membership::Active(Role::Owner)
            )
        };
        let there = self.seen.members.iter().filter(|it| is_there(&it.membership));
        there.map(|it| &it.email).collect()
    }

    fn masters(&self) -> BTreeSet<&Email> {
        let is_master = |it: &Membership<_>| *it == Membership::Active(Role::Master);
        let masters = self.seen.members.iter().filter(|it| is_master(&it.membership));
        masters.map(|it| &it.email).collect()
    }

    fn has_fallen(&self) -> bool {
        let fallen = |was: u32, is: usize| is * 2 < was as usize && is + 2 <= was as usize;
        self.reading.is_some_and(|was| {
            fallen(was.members, self.people().len() + 1)
                || fallen(was.programs, self.seen.programs.len())
        })
    }
}

fn is_much(n: usize, of: usize, rails: &Rails) -> bool {
    let share: usize = rails.removals.share.to_string().trim_end_matches('%').parse().unwrap();
    n > rails.removals.most as usize || (n >= 2 && 100 * n > share * of)
}
