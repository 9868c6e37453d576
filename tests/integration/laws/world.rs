//! A platform's state with the ledger beside it, and how a plan is carried out on it.

use super::platform::Refusal;
use jiff::Timestamp;
use minisync::{
    model::{
        Allowance, Completeness, Desired, Email, MemberId, Memory, ProgramId, ProgramKey, Revision,
        Seen, SeenMember, SeenProgram, Subject,
    },
    plan::{Action, Plan, Rules, Step, plan, recognise},
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub(super) programs: BTreeMap<ProgramId, SeenProgram>,
    pub(super) members: Vec<SeenMember>,
    pub(super) memory: Memory,
    pub(super) rules: Rules,
    /// What a reading does not show; then it is not whole.
    pub(super) unseen: Unseen,
    pub(super) n_made: usize,
    /// How many more invitations the platform takes.
    pub(super) allowance: Option<u32>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Unseen {
    pub(super) programs: BTreeSet<ProgramId>,
    pub(super) members: BTreeSet<MemberId>,
    pub(super) is_partial: bool,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Done,
    Lost,
    /// Of an action that takes two requests, only the first arrives.
    Half,
    /// Done, and the run dies before the ledger hears of it.
    Unrecorded,
}

pub(super) fn some_fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Done),
        2 => Just(Fate::Lost),
        1 => Just(Fate::Half),
        1 => Just(Fate::Unrecorded),
    ]
}

/// One apply: what its own steps have done so far.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) created: BTreeMap<ProgramKey, ProgramId>,
    pub(super) touched: BTreeSet<Subject>,
    pub(super) undone: BTreeSet<Subject>,
}

impl World {
    pub(super) fn seen(&self) -> Seen {
        let Unseen { programs, members, is_partial } = &self.unseen;
        let completeness = if *is_partial { Completeness::Partial } else { Completeness::Whole };
        Seen {
            programs: self
                .programs
                .values()
                .filter(|it| !programs.contains(&it.id))
                .cloned()
                .collect(),
            members: self.members.iter().filter(|it| !members.contains(&it.id)).cloned().collect(),
            completeness,
            allowance: self.allowance.map(|left| Allowance {
                left,
                renews: Timestamp::UNIX_EPOCH,
                each_hour: 2,
            }),
            now: None,
        }
    }

    pub(super) fn look(&self, desired: &Desired) -> Plan {
        self.look_at(&self.seen(), desired)
    }

    pub(super) fn look_at(&self, seen: &Seen, desired: &Desired) -> Plan {
        let (actual, notes) = recognise(seen, desired, &self.memory);
        let mut plan = plan(desired, &actual, &self.rules);
        plan.notes.extend(notes);
        plan.notes.sort();
        plan
    }

    /// Everything arrives. Within a phase, the subjects' order depends on the seed alone.
    pub(super) fn apply(&mut self, plan: &Plan, seed: u64) -> Vec<Refusal> {
        self.apply_with(plan, seed, |_| Fate::Done, |_, _| {})
    }

    /// `after` sees the world after every step.
    pub(super) fn apply_with(
        &mut self,
        plan: &Plan,
        seed: u64,
        mut fate: impl FnMut(usize) -> Fate,
        mut after: impl FnMut(&Step, &Self),
    ) -> Vec<Refusal> {
        let mut steps: Vec<_> = plan.steps.iter().enumerate().collect();
        steps.sort_by_key(|(_, step)| (step.action.phase(), mixed(seed, &step.action.subject())));
        let mut run = Run::default();
        let mut refusals = Vec::new();
        for (at, step) in steps {
            let subject = step.action.subject();
            let fate = fate(at);
            let is_ready = step.action.needs().all(|key| run.created.contains_key(key))
                && !run.undone.contains(&subject)
                && step.action.leans_on().is_none_or(|it| !run.undone.contains(&it));
            if fate == Fate::Lost || !is_ready {
                run.undone.insert(subject);
                continue;
            }
            // Who did not get another program may still need this one.
            let is_excused = matches!(step.action, Action::DeleteProgram { .. })
                && run.undone.iter().any(|it| matches!(it, Subject::Member(_)));
            if let Err(refusal) = self.execute(step, fate, &mut run)
                && !is_excused
            {
                refusals.push(format!("{:?}: {refusal}", step.action));
            }
            run.touched.insert(subject);
            after(step, self);
        }
        refusals
    }

    pub(super) fn revision(&mut self) -> Revision {
        self.n_made += 1;
        Revision::new(format!("r{}", self.n_made))
    }

    pub(super) fn records(&self, email: &Email) -> impl Iterator<Item = &SeenMember> {
        self.members.iter().filter(move |it| it.email == *email)
    }

    /// What the ledger keeps of an action.
    pub(super) fn record(&mut self, action: &Action, run: &Run) {
        let Memory { programs, members, .. } = &mut self.memory;
        match action {
            Action::AdoptProgram { key, id } => {
                programs.retain(|_, known| known != id);
                programs.insert(key.clone(), id.clone());
            }
            Action::CreateProgram { program } => {
                programs.insert(program.key.clone(), run.created[&program.key].clone());
            }
            Action::DeleteProgram { key, .. } => {
                programs.remove(key);
            }
            Action::AdoptMember { email, .. } => {
                members.entry(email.clone()).or_default();
            }
            Action::Invite { email, .. }
            | Action::Reinvite { email, .. }
            | Action::Resend { email, .. } => {
                members.entry(email.clone()).or_default().sends += 1;
            }
            Action::Withdraw { email, .. } | Action::Remove { email, .. } => {
                members.remove(email);
            }
            Action::UpdateProgram { .. }
            | Action::ChangeRole { .. }
            | Action::Block { .. }
            | Action::Unblock { .. } => {}
        }
    }
}

/// An order that has nothing to do with the alphabet.
fn mixed(seed: u64, subject: &Subject) -> u64 {
    let fold = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{subject:?}").bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, fold)
}
