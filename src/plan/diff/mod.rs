//! What must change, and why: the desired state against the actual one.
//!
//! Every difference becomes a step, or a note that says why there is none. What rests on not
//! having seen something, and what takes something away, needs a reading of everything.

mod allowance;
mod asking_again;
mod fields;
mod last_programs;
pub(super) mod leave;
mod members;
mod offer;
mod person;
mod programs;
mod unasked;

use super::{Action, Fingerprint, Missing, Note, Plan, Reason, Rules, Step};
use crate::model::{Actual, Completeness, Desired, Email, Member, ProgramKey, ProgramRef, Subject};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The steps that make the platform match, as far as the platform and its people let us.
pub fn plan(desired: &Desired, actual: &Actual, rules: &Rules) -> Plan {
    let case = Case::new(desired, actual, rules);
    let programs = programs::plan(&case);
    let created = programs.steps.iter().filter_map(created).cloned().collect();
    let mut plan = programs.and(members::plan(&case, &created));
    // Stable: steps on one subject in one phase stay in the order they must be carried out in.
    plan.steps.sort_by_cached_key(|step| (step.action.phase(), step.action.subject()));
    plan = last_programs::kept(&case, allowance::kept(&case, plan));
    if !case.is_whole() {
        plan.notes.push(Note::Incomplete);
    }
    plan.notes.extend(clocks(&case));
    plan.notes.sort();
    plan
}

/// Where somebody's access has ended by one clock and not by the other.
fn clocks(case: &Case<'_>) -> Option<Note> {
    let (there, ours) = (case.rules.day_there(), case.rules.own?);
    let mut members = case.desired.members.values();
    let is_in_doubt = members.any(|wanted| {
        wanted.has_ended(there) != wanted.has_ended(case.today)
            || wanted.role_on(there) != wanted.role_on(case.today)
    });
    is_in_doubt.then_some(Note::ClocksDisagree { theirs: case.rules.now, ours })
}

fn created(step: &Step) -> Option<&ProgramKey> {
    if let Action::CreateProgram { program } = &step.action { Some(&program.key) } else { None }
}

/// Both sides of the comparison, and what may be done about it.
struct Case<'a> {
    desired: &'a Desired,
    actual: &'a Actual,
    rules: &'a Rules,
    /// Addresses that people had before, and who they are now.
    previous: BTreeMap<&'a Email, &'a Member>,
    today: Date,
}

impl<'a> Case<'a> {
    fn new(desired: &'a Desired, actual: &'a Actual, rules: &'a Rules) -> Self {
        let moving = desired.members.values();
        let previous = moving.filter_map(|member| {
            let old = member.previously.as_ref()?;
            (!desired.members.contains_key(old)).then_some((old, member))
        });
        Self { desired, actual, rules, previous: previous.collect(), today: rules.today() }
    }

    fn is_whole(&self) -> bool {
        self.actual.completeness == Completeness::Whole
    }

    /// Whether policy never lets this person go.
    fn keeps(&self, email: &Email) -> bool {
        self.rules.policy.rails.keep_members.contains(email)
    }

    fn is_ambiguous(&self, subject: &Subject) -> bool {
        self.actual.ambiguous.contains(subject)
    }

    /// How a step names a desired program that exists, or that this plan creates.
    fn program(&self, key: &ProgramKey, created: &BTreeSet<ProgramKey>) -> Option<ProgramRef> {
        if created.contains(key) {
            return Some(ProgramRef::New(key.clone()));
        }
        let program = self.actual.programs.get(key)?;
        self.desired
            .programs
            .contains_key(key)
            .then(|| ProgramRef::Existing { key: Some(key.clone()), id: program.seen.id.clone() })
    }
}

/// Parts of a plan, put together.
impl Plan {
    fn step(action: Action, reason: Reason, against: Fingerprint) -> Self {
        Self { steps: vec![Step { action, reason, against }], notes: Vec::new() }
    }

    fn note(note: Note) -> Self {
        Self { steps: Vec::new(), notes: vec![note] }
    }

    fn unsupported(subject: Subject, missing: Missing) -> Self {
        Self::note(Note::Unsupported { subject, missing })
    }

    fn and(mut self, other: Self) -> Self {
        self.steps.extend(other.steps);
        self.notes.extend(other.notes);
        self
    }
}

impl FromIterator<Self> for Plan {
    fn from_iter<T: IntoIterator<Item = Self>>(parts: T) -> Self {
        parts.into_iter().fold(Self::default(), Self::and)
    }
}
