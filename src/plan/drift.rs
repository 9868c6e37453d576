//! What has changed outside git: what we manage is not as we last saw it, or as we left it.
//!
//! What people do themselves (accept, refuse, leave) and what time does (an invitation that runs
//! out) is no drift; nor is what the manifests leave to others.

use super::{
    Action, Plan, Rules, Step,
    diff::leave::is_left,
    sighting::{COMMA, fields_of, listed},
};
use crate::model::{
    Actual, ActualMember, Completeness, Desired, Email, Exemptions, Field, Fields, Invitation,
    LastChange, Membership, Memory, Ownership, ProgramId, ProgramKey, Sighting, Subject,
};
use jiff::{Timestamp, civil::Date};
use std::collections::{BTreeMap, BTreeSet};

/// One thing that somebody has changed, and not by way of the manifests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Under the key that it has now.
    pub subject: Subject,
    pub what: Outside,
    /// When it was last seen without the change.
    pub after: Timestamp,
    /// When it was seen with it.
    pub before: Timestamp,
    /// Who changed it last, and when, as far as the platform tells.
    pub last_change: LastChange,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outside {
    Removed,
    /// In the order of the fields; not empty.
    Changed(Vec<Edit>),
}

/// One field; `None`: it had no value, or has none. Mini programs are named by their keys, or by
/// their ids where they have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub field: Field,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// In the order of what they are about. `rules`: those by which `plan` was made, when `actual` was
/// read; what they let the plan leave to others today is no drift.
pub fn drifts(
    memory: &Memory,
    desired: &Desired,
    actual: &Actual,
    plan: &Plan,
    rules: &Rules,
) -> Vec<Drift> {
    let look = Look::new(memory, desired, actual, rules);
    let ours = perhaps_ours(memory, plan);
    let others = memory.sightings.iter().filter(|(it, _)| !ours.contains(it));
    let mut drifts: Vec<_> = others.filter_map(|(it, sighting)| look.drift(it, sighting)).collect();
    drifts.sort_by(|one, other| one.subject.cmp(&other.subject));
    drifts
}

/// What a step of ours may have changed of which nothing was heard.
fn perhaps_ours<'a>(memory: &'a Memory, plan: &Plan) -> BTreeSet<&'a Subject> {
    let again = asked_again(memory, plan);
    memory.unheard.keys().filter(|subject| !again.contains(subject)).collect()
}

/// Of what nothing was heard, where the same step is planned again, of the same state of its object:
/// it was not carried out so far.
pub fn asked_again(memory: &Memory, plan: &Plan) -> BTreeSet<Subject> {
    let is_again = |subject: &Subject, step: &Step| {
        memory.unheard.get(subject).is_some_and(|asked| asked.contains(&step.digest()))
    };
    let subjects = plan.steps.iter().map(|step| (step.action.subject(), step));
    subjects.filter(|(subject, step)| is_again(subject, step)).map(|(subject, _)| subject).collect()
}

/// What the step is there to undo, of the drifts in their order.
pub fn undone<'a>(drifts: &'a [Drift], step: &Step) -> Option<&'a Drift> {
    let subject = step.action.subject();
    let at = drifts.partition_point(|drift| drift.subject < subject);
    let same = drifts[at..].iter().take_while(|drift| drift.subject == subject);
    same.filter(|drift| drift.is_undone_by(&step.action)).last()
}

impl Drift {
    fn is_undone_by(&self, action: &Action) -> bool {
        let what = &self.what;
        let has = |field: Field| match what {
            Outside::Removed => false,
            Outside::Changed(edits) => edits.iter().any(|edit| edit.field == field),
        };
        match action {
            Action::CreateProgram { .. } | Action::Invite { .. } => *what == Outside::Removed,
            Action::UpdateProgram { changes, .. } => changes.iter().any(|it| has(it.field())),
            Action::ChangeRole { .. } | Action::Reinvite { .. } => {
                has(Field::Role) || has(Field::MiniPrograms)
            }
            Action::Block { .. } | Action::Unblock { .. } => has(Field::Blocked),
            Action::AdoptProgram { .. }
            | Action::AdoptMember { .. }
            | Action::DeleteProgram { .. }
            | Action::Resend { .. }
            | Action::Withdraw { .. }
            | Action::Remove { .. } => false,
        }
    }
}

/// One reading, held against the memory.
struct Look<'a> {
    memory: &'a Memory,
    desired: &'a Desired,
    actual: &'a Actual,
    now: Timestamp,
    today: Date,
    /// By the key that a program is remembered by.
    renamed: BTreeMap<&'a ProgramKey, &'a ProgramKey>,
    /// How assignments are told; programs that are not there are missing.
    names: BTreeMap<&'a str, &'a str>,
}

impl<'a> Look<'a> {
    fn new(memory: &'a Memory, desired: &'a Desired, actual: &'a Actual, rules: &Rules) -> Self {
        let known = actual.programs.iter();
        let renamed = known.clone().filter_map(|(key, it)| Some((it.known_as.as_ref()?, key)));
        let strangers = actual.unmanaged_programs.keys().map(ProgramId::as_str);
        let names = strangers.map(|id| (id, id));
        let names = names.chain(known.clone().map(|(key, it)| (it.seen.id.as_str(), key.as_str())));
        Self {
            memory,
            desired,
            actual,
            now: rules.now,
            today: rules.today(),
            renamed: renamed.collect(),
            names: names.collect(),
        }
    }

    fn drift(&self, remembered: &Subject, sighting: &Sighting) -> Option<Drift> {
        let subject = self.subject(remembered);
        let is_managed = self.is_managed(remembered) || sighting.until.is_some();
        if self.actual.ambiguous.contains(&subject) || !is_managed {
            return None;
        }
        let what = match fields_of(self.actual, &subject) {
            Some(fields) => Outside::Changed(self.edits(&subject, &sighting.fields, &fields)?),
            None => self.is_removed(&subject).then_some(Outside::Removed)?,
        };
        let read = self.memory.reading.map(|reading| reading.at);
        let after = sighting.until.or(read).unwrap_or(sighting.at);
        let after = sighting.at.max(after).min(self.now);
        // What changed before we looked is not what we are to tell of.
        let last_change =
            self.last_change(&subject).filter(|it| it.at.is_none_or(|at| at >= after));
        let last_change = last_change.cloned().unwrap_or_default();
        Some(Drift { subject, what, after, before: self.now, last_change })
    }

    fn subject(&self, remembered: &Subject) -> Subject {
        match remembered {
            Subject::Program(key) => {
                Subject::Program(self.renamed.get(key).copied().unwrap_or(key).clone())
            }
            Subject::Member(email) => Subject::Member(email.clone()),
        }
    }

    fn is_managed(&self, remembered: &Subject) -> bool {
        match remembered {
            Subject::Program(key) => self.memory.programs.contains_key(key),
            Subject::Member(email) => self.memory.members.contains_key(email),
        }
    }

    /// Whether something that nothing is left of was taken away by somebody else than its person.
    fn is_removed(&self, subject: &Subject) -> bool {
        match (subject, self.actual.completeness) {
            (Subject::Program(_), completeness) => completeness == Completeness::Whole,
            (Subject::Member(email), completeness) => match self.member(email) {
                None => completeness == Completeness::Whole,
                Some(found) => {
                    matches!(found.membership, Membership::Invited(_, Invitation::Withdrawn))
                }
            },
        }
    }

    fn member(&self, email: &Email) -> Option<&'a ActualMember> {
        self.actual.members.get(email).filter(|it| it.ownership == Ownership::Managed)
    }

    fn last_change(&self, subject: &Subject) -> Option<&'a LastChange> {
        match subject {
            Subject::Program(key) => Some(&self.actual.programs.get(key)?.seen.last_change),
            Subject::Member(email) => Some(&self.member(email)?.history.last_change),
        }
    }

    /// `None`: nothing is different.
    fn edits(&self, subject: &Subject, from: &Fields, to: &Fields) -> Option<Vec<Edit>> {
        let nothing = Exemptions::new();
        let rules = match subject {
            Subject::Program(key) => self.desired.programs.get(key).map(|it| &it.ignore),
            Subject::Member(email) => self.desired.members.get(email).map(|it| &it.ignore),
        };
        let rules = rules.unwrap_or(&nothing);
        let fields: BTreeSet<&Field> = from.keys().chain(to.keys()).collect();
        let edits = fields.into_iter().map(|field| Edit {
            field: field.clone(),
            from: self.told(field, from),
            to: self.told(field, to),
        });
        let edits: Vec<Edit> =
            edits.filter(|it| it.from != it.to && !is_left(rules, &it.field, self.today)).collect();
        (!edits.is_empty()).then_some(edits)
    }

    /// A program that is there no more is nobody's any more: that is told of the program.
    fn told(&self, field: &Field, fields: &Fields) -> Option<String> {
        let text = fields.get(field)?;
        if *field != Field::MiniPrograms {
            return Some(text.clone());
        }
        listed(text.split(COMMA).filter_map(|id| self.names.get(id).copied()))
    }
}
