//! What the manifests leave to others, for now.

use super::Case;
use crate::{
    model::{Exemptions, Field, Subject},
    plan::{Note, Plan},
};
use jiff::civil::Date;

/// The `ignore` of one program or person, today.
pub(super) struct Leave<'a> {
    subject: Subject,
    rules: &'a Exemptions,
    today: Date,
}

impl<'a> Leave<'a> {
    pub(super) fn new(case: &Case<'_>, subject: Subject, rules: &'a Exemptions) -> Self {
        Self { subject, rules, today: case.today }
    }

    pub(super) fn covers(&self, field: &Field) -> bool {
        is_left(self.rules, field, self.today)
    }

    pub(super) fn note(&self, field: Field) -> Note {
        let until = self.rules.get(&field).copied().flatten();
        Note::Ignored { subject: self.subject.clone(), field, until }
    }

    /// The rules that count no more.
    pub(super) fn ended(&self) -> Plan {
        let ended = self.rules.iter().filter_map(|(field, until)| {
            let until = until.filter(|until| *until < self.today)?;
            Some(Note::IgnoreEnded { subject: self.subject.clone(), field: field.clone(), until })
        });
        ended.map(Plan::note).collect()
    }
}

/// Whether the field may differ on that day.
pub(in crate::plan) fn is_left(rules: &Exemptions, field: &Field, today: Date) -> bool {
    rules.get(field).is_some_and(|until| until.is_none_or(|until| until >= today))
}
