//! What the ledger knows of one person or program: how they came to be ours, and what was asked.

use super::{
    Ledger,
    fact::Named,
    history::Asked,
    journal::{Event, Record},
    verify::VerifyError,
};
use crate::model::{Subject, WorkspaceId};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// In the order in which it happened, in one workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Story {
    pub chapters: Vec<Chapter>,
    /// Whether they are ours after all that.
    pub is_ours: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    pub at: Timestamp,
    pub run: String,
    /// What the run said of itself when it began.
    pub begun: Option<Begun>,
    pub turn: Turn,
    /// The mini programs that it gave, by the keys that they have now.
    pub programs: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    pub who: String,
    pub commit: Option<String>,
    /// As people were shown it; of the workspace alone where no record tells that.
    pub plan: String,
    pub saved: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    Asked(Asked),
    /// There, after a request whose answer was lost.
    Found,
    /// Not there any more: gone by themselves, or removed by somebody else.
    Gone,
    /// Not there any more, after a request for that whose answer was lost.
    GoneAsAsked,
    /// A mini program got its key of today; it had this one.
    Renamed {
        from: String,
    },
    /// An older ledger of this layout had it, and kept no journal.
    TakenOver {
        layout: u64,
    },
}

/// A journal as it is read. A program's chapters, and what people were given of it, go with it when
/// its key changes.
struct Telling<'a> {
    subjects: &'a BTreeSet<String>,
    begun: BTreeMap<String, Begun>,
    /// The chapters whose requests have no answer yet, by their keys.
    open: BTreeMap<String, usize>,
    /// Whose end was asked for, and nobody knows whether it came, by the keys of the requests.
    ends: BTreeMap<String, String>,
    /// Of the programs that are ours, by subject.
    ids: BTreeMap<String, Value>,
    ours: BTreeSet<String>,
    chapters: Vec<(String, Chapter)>,
}

const PROGRAM: &str = "program ";

/// What is asked when somebody, or something, is to go.
const ENDING: [&str; 3] = ["remove", "withdraw", "delete-program"];

impl Telling<'_> {
    fn read(&mut self, record: &Record) {
        let mut answered = None;
        match &record.event {
            Event::Begun { who, commit, plan, whole, saved, version: _, steps: _, fence: _ } => {
                let (who, commit, saved) = (who.clone(), commit.clone(), saved.clone());
                let plan = whole.as_ref().unwrap_or(plan).clone();
                self.begun.insert(record.run.clone(), Begun { who, commit, plan, saved });
            }
            Event::Intended { subject, what, step: _, key, granted, again } => {
                if self.may_be_about(subject) {
                    if ENDING.contains(&what.as_str()) {
                        self.ends.insert(key.clone(), subject.clone());
                    }
                    self.open.insert(key.clone(), self.chapters.len());
                    let asked = Asked {
                        at: record.at,
                        subject: subject.clone(),
                        what: what.clone(),
                        granted: granted.clone(),
                        again: *again,
                        ended: None,
                    };
                    self.write(record, subject, Turn::Asked(asked));
                }
            }
            Event::Ended { key, how, why } => {
                answered = self.open.remove(key);
                let chapter = answered.map(|at| &mut self.chapters[at].1);
                if let Some(Chapter { turn: Turn::Asked(asked), .. }) = chapter {
                    asked.ended = Some((record.at, *how, why.clone()));
                }
            }
            Event::Read => {
                for subject in &record.forget {
                    let was_asked = self.ends.values().any(|it| it == subject);
                    let turn = if was_asked { Turn::GoneAsAsked } else { Turn::Gone };
                    self.write(record, subject, turn);
                }
                for subject in record.remember.keys() {
                    if !self.ours.contains(subject) {
                        self.write(record, subject, Turn::Found);
                    }
                }
            }
            Event::Migrated { layout } => {
                for subject in record.remember.keys() {
                    self.write(record, subject, Turn::TakenOver { layout: *layout });
                }
            }
            Event::Finished { .. } | Event::Unlocked { .. } => {}
        }
        self.follow(record, answered);
    }

    /// Any program may have another key later.
    fn may_be_about(&self, subject: &str) -> bool {
        let is_program = |text: &str| text.starts_with(PROGRAM);
        self.subjects.contains(subject)
            || is_program(subject) && self.subjects.iter().any(|it| is_program(it))
    }

    fn write(&mut self, record: &Record, subject: &str, turn: Turn) {
        if !self.may_be_about(subject) {
            return;
        }
        let programs = match &turn {
            Turn::Asked(Asked { granted: Some(granted), .. }) => granted.programs.clone(),
            Turn::Asked(_)
            | Turn::Found
            | Turn::Gone
            | Turn::GoneAsAsked
            | Turn::Renamed { .. }
            | Turn::TakenOver { .. } => BTreeSet::new(),
        };
        let (at, run) = (record.at, record.run.clone());
        let begun = self.begun.get(&run).cloned();
        self.chapters.push((subject.to_owned(), Chapter { at, run, begun, turn, programs }));
    }

    /// What is ours after a record, and under which key. `answered`: the chapter that it ends.
    fn follow(&mut self, record: &Record, answered: Option<usize>) {
        for (subject, id) in record.remember.iter().filter(|(it, _)| it.starts_with(PROGRAM)) {
            let had = |old: &&String| record.forget.contains(*old) && self.ids[*old] == *id;
            if let Some(old) = self.ids.keys().find(had).cloned() {
                self.rename(&old, subject, answered);
            }
            self.ids.insert(subject.clone(), id.clone());
        }
        for subject in &record.forget {
            self.ids.remove(subject);
            self.ours.remove(subject);
            if let Ok(Named::Intent(_, key)) = Named::parsed(subject) {
                self.ends.remove(&key);
            }
        }
        let remembered = record.remember.keys().filter(|subject| self.may_be_about(subject));
        let remembered: Vec<String> = remembered.cloned().collect();
        self.ours.extend(remembered);
    }

    fn rename(&mut self, old: &str, new: &str, answered: Option<usize>) {
        let key = |subject: &str| subject.trim_start_matches(PROGRAM).to_owned();
        for (subject, chapter) in &mut self.chapters {
            if subject == old {
                new.clone_into(subject);
            }
            if chapter.programs.remove(&key(old)) {
                chapter.programs.insert(key(new));
            }
        }
        if let Some((_, chapter)) = answered.and_then(|at| self.chapters.get_mut(at)) {
            chapter.turn = Turn::Renamed { from: key(old) };
        }
    }
}

impl Ledger {
    /// Of somebody, or something, that the manifests know by each of these.
    pub async fn story(
        &self,
        workspace: &WorkspaceId,
        subjects: &[Subject],
    ) -> Result<Story, VerifyError> {
        let subjects = subjects.iter().map(ToString::to_string).collect();
        let mut reading = Telling {
            subjects: &subjects,
            begun: BTreeMap::new(),
            open: BTreeMap::new(),
            ends: BTreeMap::new(),
            ids: BTreeMap::new(),
            ours: BTreeSet::new(),
            chapters: Vec::new(),
        };
        self.records(workspace, |sealed| reading.read(&sealed.record)).await?;
        let is_ours = subjects.iter().any(|subject| reading.ours.contains(subject));
        let chapters = reading.chapters.into_iter();
        let chapters = chapters.filter(|(subject, _)| subjects.contains(subject));
        Ok(Story { chapters: chapters.map(|(_, chapter)| chapter).collect(), is_ours })
    }
}
