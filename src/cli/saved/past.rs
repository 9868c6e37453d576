//! What the ledger knows of the time since a plan was saved.

use crate::{
    cli::{connect::Connection, error::CliError},
    ledger::Since,
    model::WorkspaceId,
    report::saved::SavedPlan,
};
use jiff::Timestamp;
use std::{borrow::Cow, collections::BTreeMap};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Past {
    /// When this very plan was carried out to its end.
    pub(super) applied: Option<Timestamp>,
    /// By workspace.
    since: BTreeMap<WorkspaceId, Since>,
}

impl Past {
    pub(in crate::cli) async fn read(
        connection: &Connection,
        saved: &SavedPlan,
    ) -> Result<Self, CliError> {
        let mut past = Self::default();
        let mut parts = Vec::new();
        for workspace in &saved.workspaces {
            let Ok(id) = workspace.id.parse::<WorkspaceId>() else { continue };
            let since = connection.ledger.since(&id, workspace.mark, &saved.digest).await?;
            let n_left = workspace.steps.len().saturating_sub(since.done.values().sum());
            parts.push(Part { n_steps: workspace.steps.len(), n_left, finished: since.finished });
            past.since.insert(id, since);
        }
        past.applied = applied(&parts);
        Ok(past)
    }

    pub(super) fn of(&self, workspace: &WorkspaceId) -> Cow<'_, Since> {
        self.since.get(workspace).map_or_else(Cow::default, Cow::Borrowed)
    }
}

/// A plan in one of its workspaces.
struct Part {
    n_steps: usize,
    /// What no run is known to have done.
    n_left: usize,
    /// When a run did all that it was to do.
    finished: Option<Timestamp>,
}

/// When the last part was carried out. A run that ends early may not have come to where there is
/// nothing to do, and one that could not read all may have left out steps.
fn applied(parts: &[Part]) -> Option<Timestamp> {
    let is_over = |it: &Part| it.n_steps == 0 || it.n_left == 0 && it.finished.is_some();
    let is_whole = parts.iter().all(is_over);
    parts.iter().filter_map(|part| part.finished).max().filter(|_| is_whole)
}

#[cfg(test)]
mod tests {
    use super::{Part, applied};
    use jiff::Timestamp;

    #[test]
    fn a_plan_was_applied_when_all_that_it_has_to_do_was_done() {
        let at = |second| Timestamp::constant(second, 0);
        let done = |second| (2, 0, Some(at(second)));
        let (undone, idle, passed) = ((2, 1, None), (0, 0, None), (0, 0, Some(at(9))));
        let (parted, unheard) = ((2, 1, Some(at(5))), (2, 0, None));
        for (parts, expected) in [
            (&[][..], None),
            (&[idle, idle], None),
            (&[undone], None),
            (&[done(7)], Some(at(7))),
            (&[done(8), done(7)], Some(at(8))),
            (&[done(7), undone], None),
            (&[undone, passed], None),
            (&[done(7), idle], Some(at(7))),
            (&[idle, done(7), idle], Some(at(7))),
            (&[done(7), parted], None),
            (&[unheard], None),
        ] {
            let parts = parts.iter();
            let parts =
                parts.map(|&(n_steps, n_left, finished)| Part { n_steps, n_left, finished });
            assert_eq!(applied(&parts.collect::<Vec<_>>()), expected);
        }
    }
}
