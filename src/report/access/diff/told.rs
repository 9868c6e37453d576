//! How differences are told: safely, for who is said to lose something may only look like it.

use super::{Between, Change, Comparison, Kind};
use crate::{
    model::WorkspaceId,
    report::{
        access::{
            reach::{Right, told},
            sheet::{Sheet, Table},
        },
        wording::{count, list, phrase::Phrase, time},
    },
};
use jiff::civil::Date;
use std::collections::BTreeMap;

pub(in crate::report::access) fn sheet(comparison: &Comparison) -> Sheet {
    let changes = comparison.changes();
    let mut tables: BTreeMap<&WorkspaceId, Table> = BTreeMap::new();
    for change in &changes {
        let table = tables.entry(&change.workspace).or_insert_with(|| Table {
            caption: Phrase::words("Workspace ").and_data(&change.workspace),
            head: vec!["", "Who", "Difference"],
            rows: Vec::new(),
        });
        let mark = match change.kind {
            Kind::New => "+",
            Kind::Changed => "~",
            Kind::Gone => "-",
            Kind::Waiting => "…",
        };
        let who = Phrase::data(told(&change.name, &change.email));
        table.rows.push(vec![Phrase::words(mark), who, comparison.words(change)]);
    }
    let mut sentences = vec![comparison.summary(&changes)];
    sentences.extend(comparison.gaps.iter().cloned());
    let title = Phrase::words("minisync access diff");
    Sheet { title, tables: tables.into_values().collect(), sentences }
}

impl Change {
    /// One role for another, up or down.
    fn is_promotion(&self) -> bool {
        let role = |rights: &[(Right, Option<Date>)]| rights.first().map(|(right, _)| right.role());
        role(&self.gets).zip(role(&self.loses)).is_some_and(|(gets, loses)| gets != loses)
    }
}

impl Comparison {
    /// `master`, `developer of coffee and tea until 2027-01-31`.
    fn rights(&self, rights: &[(Right, Option<Date>)]) -> Phrase {
        let mut by_day: BTreeMap<(&str, Option<Date>), Vec<Phrase>> = BTreeMap::new();
        for (right, until) in rights {
            let programs = by_day.entry((right.role(), *until)).or_default();
            programs.extend(right.program().map(|program| Phrase::data(self.label(program))));
        }
        let parts = by_day.into_iter().map(|((role, until), programs)| {
            let phrase = Phrase::words(role);
            let phrase = if programs.is_empty() {
                phrase
            } else {
                phrase.and(" of ").then(Phrase::list(programs))
            };
            until.map_or(phrase.clone(), |day| phrase.and(format!(" until {day}")))
        });
        Phrase::list(parts)
    }

    fn words(&self, change: &Change) -> Phrase {
        let (gets, loses) = (self.rights(&change.gets), self.rights(&change.loses));
        let is_platform = self.between == Between::PlatformAndManifests;
        let mut parts = Vec::new();
        let mut part = |before: &'static str, rights: &Phrase, after: &'static str| {
            if !rights.is_empty() {
                parts.push(Phrase::words(before).then(rights.clone()).and(after));
            }
        };
        match (change.is_promotion(), is_platform) {
            // Who becomes a master loses nothing with the assignments.
            (true, true) => {
                part("", &gets, " in the manifests");
                part("", &loses, " on the platform");
            }
            (true, false) => part("", &gets.clone().and(" instead of ").then(loses.clone()), ""),
            (false, true) => {
                part("in the manifests, not on the platform: ", &gets, "");
                part("on the platform, not in the manifests: ", &loses, "");
            }
            (false, false) => {
                part("gets ", &gets, "");
                part("loses ", &loses, "");
            }
        }
        match (change.blocked, is_platform) {
            (Some(true), true) => parts.push(Phrase::words("to be blocked, and is not")),
            (Some(false), true) => parts.push(Phrase::words("blocked, and not to be")),
            (Some(true), false) => parts.push(Phrase::words("is blocked")),
            (Some(false), false) => parts.push(Phrase::words("is not blocked any more")),
            (None, _) => {}
        }
        parts.extend(change.until.iter().map(|(right, from, to)| {
            let phrase = self.rights(&[(right.clone(), None)]);
            match (from, to) {
                (None, Some(to)) => phrase.and(format!(" only until {to}")),
                (Some(from), Some(to)) => phrase.and(format!(" until {to} instead of {from}")),
                (Some(from), None) => {
                    phrase.and(format!(" without an end instead of until {from}"))
                }
                (None, None) => phrase,
            }
        }));
        let moves = [("moves from ", &change.moves_from), ("moves to ", &change.moves_to)];
        for (words, email) in moves {
            parts.extend(email.iter().map(|email| Phrase::words(words).and_data(email)));
        }
        if let Some(expires) = change.expires {
            let left = time::left(expires, self.now);
            parts.push(Phrase::words(format!("invited, has not accepted yet, {left}")));
        }
        if change.kind == Kind::Gone && change.is_found {
            parts.push(Phrase::words("found there, and left alone by minisync"));
        }
        let mut phrase = Phrase::default();
        for (at, part) in parts.into_iter().enumerate() {
            phrase = phrase.and(if at > 0 { "; " } else { "" }).then(part);
        }
        phrase
    }

    fn summary(&self, changes: &[Change]) -> Phrase {
        let n = |kind| changes.iter().filter(|change| change.kind == kind).count();
        let kinds = [
            (n(Kind::New), "person is new", "people are new"),
            (n(Kind::Changed), "person changes", "people change"),
            (n(Kind::Gone), "person is gone", "people are gone"),
        ];
        let counts = kinds.into_iter().filter(|(n, ..)| *n > 0);
        let counts: Vec<String> = counts.map(|(n, one, many)| count(n, one, many)).collect();
        let counts =
            if counts.is_empty() { "nobody's access changes".into() } else { list(&counts) };
        match &self.between {
            Between::Revisions(from, to) => {
                let phrase = Phrase::words("From ").and_quoted(from).and(" to ");
                let phrase = match to {
                    Some(to) => phrase.and_quoted(to),
                    None => phrase.and("the files as they are"),
                };
                phrase.and(format!(": {counts}."))
            }
            Between::PlatformAndManifests => {
                let n_different = changes.len() - n(Kind::Waiting);
                let different = match n_different {
                    0 if self.gaps.is_empty() => {
                        "The manifests and the platform agree about everybody.".to_owned()
                    }
                    0 => "The manifests and the platform agree about everybody who could be \
                          compared."
                        .to_owned(),
                    n => format!(
                        "The manifests and the platform differ about {}.",
                        count(n, "person", "people")
                    ),
                };
                let waiting = match n(Kind::Waiting) {
                    0 => String::new(),
                    n => format!(" {} to accept.", count(n, "person has", "people have")),
                };
                Phrase::words(different + &waiting)
            }
        }
    }
}
