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
            let ours = since.applied.iter().filter(|(plan, _)| *plan == saved.digest);
            let finished = ours.map(|(_, at)| *at).next_back();
            parts.push(Part { has_steps: !workspace.steps.is_empty(), finished });
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
    has_steps: bool,
    /// When a run did it all.
    finished: Option<Timestamp>,
}

/// When the last part was carried out. A run that ends early may not have come to where there is
/// nothing to do.
fn applied(parts: &[Part]) -> Option<Timestamp> {
    let is_whole = parts.iter().all(|part| part.finished.is_some() || !part.has_steps);
    parts.iter().filter_map(|part| part.finished).max().filter(|_| is_whole)
}

#[cfg(test)]
mod tests {
    use super::{Part, applied};
    use jiff::Timestamp;

    #[test]
    fn a_plan_was_applied_when_all_that_it_has_to_do_was_done() {
        let at = |second| Timestamp::constant(second, 0);
        let done = |second| (true, Some(at(second)));
        let (undone, idle, passed) = ((true, None), (false, None), (false, Some(at(9))));
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
        ] {
            let parts = parts.iter().map(|&(has_steps, finished)| Part { has_steps, finished });
            assert_eq!(applied(&parts.collect::<Vec<_>>()), expected);
        }
    }
}
