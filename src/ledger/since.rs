//! What has happened in a workspace since some moment: whether a plan of then is still to be done.

use super::{
    Ledger,
    journal::{Event, Record},
    storage::{Fault, Line},
};
use crate::{
    engine::StoreError,
    model::{Subject, WorkspaceId},
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Records that are read at a time.
const CHUNK: usize = 4096;

/// What runs have done since a [`mark`](crate::model::Memory::mark).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Since {
    /// Whom or what something was asked about.
    pub touched: BTreeSet<Subject>,
    /// Saved plans that were carried out whole, by their digests, and when.
    pub applied: Vec<(String, Timestamp)>,
}

impl Ledger {
    pub async fn since(&self, workspace: &WorkspaceId, mark: u64) -> Result<Since, StoreError> {
        let (mut since, mut under_way, mut after) = (Since::default(), None, mark);
        loop {
            let records = self.after(workspace, after).await.map_err(|fault| self.error(&fault))?;
            let Some(last) = records.last() else { return Ok(since) };
            after = last.number;
            for record in &records {
                since.take_in(record, &mut under_way);
            }
        }
    }

    async fn after(&self, workspace: &WorkspaceId, number: u64) -> Result<Vec<Record>, Fault> {
        let place = self.place(workspace);
        let lines = self.storage.lines(&place, number, CHUNK).await?;
        let read = |line: Line| serde_json::from_str(&line.text).map_err(|_| Fault::Odd(line.text));
        lines.into_iter().map(read).collect()
    }
}

impl Since {
    /// `under_way`: the saved plan that the run of the last records carries out.
    fn take_in(&mut self, record: &Record, under_way: &mut Option<String>) {
        match &record.event {
            Event::Begun { saved, .. } => under_way.clone_from(saved),
            Event::Intended { subject, .. } => self.touched.extend(subject.parse::<Subject>().ok()),
            Event::Finished { undone: 0, .. } => {
                self.applied.extend(under_way.take().map(|saved| (saved, record.at)));
            }
            Event::Finished { .. }
            | Event::Ended { .. }
            | Event::Read
            | Event::Unlocked { .. }
            | Event::Migrated { .. } => {}
        }
    }
}
