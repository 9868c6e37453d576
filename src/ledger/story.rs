//! What the ledger knows of one person or program: how they came to be ours, and what was asked.

use super::{
    Ledger,
    history::Asked,
    journal::{Event, Record},
    verify::VerifyError,
};
use crate::model::{Subject, WorkspaceId};
use jiff::Timestamp;
use std::collections::BTreeMap;

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
    /// An older ledger of this layout had it, and kept no journal.
    TakenOver {
        layout: u64,
    },
}

/// A journal as it is read.
struct Reading<'a> {
    subject: &'a str,
    begun: BTreeMap<String, Begun>,
    /// The chapters whose requests have no answer yet, by their keys.
    open: BTreeMap<String, usize>,
    story: Story,
}

impl Reading<'_> {
    fn read(&mut self, record: &Record) {
        let is_remembered = record.remember.contains_key(self.subject);
        let is_forgotten = record.forget.contains(self.subject);
        let turn = match &record.event {
            Event::Begun { who, commit, plan, whole, saved, version: _, steps: _, fence: _ } => {
                let (who, commit, saved) = (who.clone(), commit.clone(), saved.clone());
                let plan = whole.as_ref().unwrap_or(plan).clone();
                let begun = Begun { who, commit, plan, saved };
                self.begun.insert(record.run.clone(), begun);
                None
            }
            Event::Intended { subject, what, step: _, key, granted, again } => {
                (subject == self.subject).then(|| {
                    self.open.insert(key.clone(), self.story.chapters.len());
                    Turn::Asked(Asked {
                        at: record.at,
                        subject: subject.clone(),
                        what: what.clone(),
                        granted: granted.clone(),
                        again: *again,
                        ended: None,
                    })
                })
            }
            Event::Ended { key, how, why } => {
                let chapter = self.open.remove(key).map(|at| &mut self.story.chapters[at]);
                if let Some(Chapter { turn: Turn::Asked(asked), .. }) = chapter {
                    asked.ended = Some((record.at, *how, why.clone()));
                }
                None
            }
            Event::Read if is_forgotten => Some(Turn::Gone),
            Event::Read if is_remembered && !self.story.is_ours => Some(Turn::Found),
            Event::Migrated { layout } if is_remembered => {
                Some(Turn::TakenOver { layout: *layout })
            }
            Event::Read
            | Event::Migrated { .. }
            | Event::Finished { .. }
            | Event::Unlocked { .. } => None,
        };
        self.story.is_ours = is_remembered || self.story.is_ours && !is_forgotten;
        let (at, run) = (record.at, record.run.clone());
        let begun = self.begun.get(&run).cloned();
        self.story.chapters.extend(turn.map(|turn| Chapter { at, run, begun, turn }));
    }
}

impl Ledger {
    pub async fn story(
        &self,
        workspace: &WorkspaceId,
        subject: &Subject,
    ) -> Result<Story, VerifyError> {
        let subject = subject.to_string();
        let mut reading = Reading {
            subject: &subject,
            begun: BTreeMap::new(),
            open: BTreeMap::new(),
            story: Story::default(),
        };
        self.records(workspace, |sealed| reading.read(&sealed.record)).await?;
        Ok(reading.story)
    }
}
