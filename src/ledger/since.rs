//! What has happened in a workspace after a record that somebody remembers.

use super::{
    Ledger,
    journal::{Broken, Record},
    storage::Fault,
};
use crate::{engine::StoreError, model::WorkspaceId};

/// Records that are read at a time.
const CHUNK: usize = 4096;

impl Ledger {
    /// In order; not held against what is before them, which [`Ledger::verify`] does.
    pub async fn since(
        &self,
        workspace: &WorkspaceId,
        mark: u64,
    ) -> Result<Vec<Record>, StoreError> {
        let place = self.place(workspace);
        let (mut records, mut after) = (Vec::new(), mark);
        loop {
            let lines = self.storage.lines(&place, after, CHUNK).await;
            let lines = lines.map_err(|fault| self.error(&fault))?;
            if lines.is_empty() {
                return Ok(records);
            }
            for line in lines {
                let record: Record = serde_json::from_str(&line.text).map_err(|why| {
                    let broken = Broken::Unreadable { number: after + 1, why: why.to_string() };
                    self.error(&Fault::Broken(broken))
                })?;
                after = record.number;
                records.push(record);
            }
        }
    }
}
