//! Carrying out what was planned: every workspace side by side, until it is done or somebody
//! interrupts.

use super::{
    apply::Order, connect::Connection, error::CliError, exit::ExitStatus, progress::Progress, show,
    survey::Survey,
};
use crate::{
    engine::{
        self, Applied, ApplyError, Outcome, Patience, Prospect, Stop, Store as _, StoreError,
    },
    model::WorkspaceId,
    plan::Action,
    report::{GoneStep, WorkspaceView, saved::PlanDigest},
};
use futures::{StreamExt as _, stream};
use std::{collections::BTreeMap, io::Write as _};
use tokio::task::JoinHandle;

/// Workspaces that are worked on at any time, each with its own requests in flight.
const CONCURRENT_WORKSPACES: usize = 8;

/// What became of the plans of all workspaces.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) applied: BTreeMap<WorkspaceId, Applied>,
    /// The ledger failed in the middle.
    broken: Option<StoreError>,
    /// Somebody interrupted.
    was_stopped: bool,
    /// It could not be renewed in time: what had not begun by then was left.
    lost_lock: bool,
}

/// A wish to stop that Ctrl-C or a service manager makes, for as long as this lives.
pub(super) struct Interrupt {
    pub(super) stop: Stop,
    listener: JoinHandle<()>,
}

impl Interrupt {
    pub(super) fn listen() -> Self {
        let stop = Stop::default();
        Self { listener: tokio::spawn(stop_on_interrupt(stop.clone())), stop }
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// The first Ctrl-C, or SIGTERM, asks to stop; the second stops at once.
async fn stop_on_interrupt(stop: Stop) {
    if super::interrupted().await.is_err() {
        return;
    }
    stop.ask();
    let message = "\nStopping: finishing what is in flight. The same once more stops at once.";
    writeln!(anstream::stderr(), "{message}").unwrap_or_default();
    if super::interrupted().await.is_ok() {
        super::stop_at_once();
    }
}

impl Order<'_> {
    pub(super) async fn work(
        &self,
        survey: &Survey,
        connection: &Connection,
        stop: &Stop,
    ) -> Result<Work, CliError> {
        for prospect in &survey.prospects {
            prospect.settle(self.ledger).await?;
        }
        if survey.n_steps() == 0 {
            return Ok(Work::default());
        }
        let progress = Progress::new(survey.n_steps(), self.site.global);
        let busy = survey.prospects.iter().filter(|it| !it.plan.steps.is_empty());
        let results: Vec<_> = stream::iter(busy)
            .map(|prospect| {
                let site = engine::Site {
                    workspace: &prospect.workspace,
                    provider: connection.provider(&prospect.workspace),
                    store: self.ledger,
                    concurrency: usize::from(self.args.concurrency),
                    patience: Patience::default(),
                    stop,
                    whole: survey.digest.as_ref().map(PlanDigest::digest),
                };
                apply_one(show::workspace_view(self.workplace, prospect), site, &progress)
            })
            .buffered(CONCURRENT_WORKSPACES)
            .collect()
            .await;
        progress.finish();
        let mut work: Work = results.into_iter().collect();
        work.was_stopped = stop.is_asked();
        work.lost_lock = !self.ledger.is_held();
        let n_mailed = survey.prospects.iter().map(|prospect| work.n_mailed(prospect)).sum::<u64>();
        self.n_invited.set(self.n_invited.get() + n_mailed);
        self.n_done.set(self.n_done.get() + work.n_done());
        Ok(work)
    }

    /// After it has been reported; a ledger that failed is what there is left to say. `gone`: what
    /// was saved and is left out.
    pub(super) fn status(
        &self,
        work: Work,
        survey: &Survey,
        gone: &[GoneStep],
    ) -> Result<ExitStatus, CliError> {
        let undone = self.undone(&work, survey);
        let is_complete =
            work.is_complete() && survey.is_whole() && gone.iter().all(GoneStep::is_done);
        let is_unbegun = work.is_unbegun();
        match work.broken {
            Some(why) => Err(CliError::new(undone, why.to_string())
                .help("mend that, then apply again: nothing is done twice")),
            None if is_unbegun && work.was_stopped => Ok(ExitStatus::Interrupted),
            None if is_unbegun && work.lost_lock => Err(CliError::new(
                undone,
                "the lock could not be renewed in time, so the rest was not begun",
            )
            .help("apply again: nothing is done twice")),
            None if is_complete => Ok(ExitStatus::Done),
            None => Ok(undone),
        }
    }

    /// Of a run in which not everything was done.
    fn undone(&self, work: &Work, survey: &Survey) -> ExitStatus {
        let mut outcomes = work.applied.values().flat_map(|applied| &applied.outcomes);
        let is_saved = self.agreement.is_some_and(|agreement| agreement.plan().is_some());
        if self.n_done.get() > 0 {
            ExitStatus::Partly
        } else if is_saved
            && survey.is_whole()
            && outcomes.all(|outcome| *outcome == Outcome::Stale)
        {
            ExitStatus::Stale
        } else {
            ExitStatus::Failed
        }
    }
}

async fn apply_one<P: engine::Provider, S: engine::Store>(
    view: WorkspaceView<'_>,
    site: engine::Site<'_, P, S>,
    progress: &Progress,
) -> (WorkspaceId, Result<Applied, ApplyError>) {
    let tell = |event| progress.tell(&view, &event);
    (view.id.clone(), engine::apply(view.plan, &site, &tell).await)
}

impl FromIterator<(WorkspaceId, Result<Applied, ApplyError>)> for Work {
    /// What was done in one workspace is told, whatever happened in another.
    fn from_iter<T: IntoIterator<Item = (WorkspaceId, Result<Applied, ApplyError>)>>(
        results: T,
    ) -> Self {
        let mut work = Self::default();
        for (workspace, result) in results {
            let applied = result.unwrap_or_else(|ApplyError { applied, why }| {
                work.broken = Some(why);
                applied
            });
            work.applied.insert(workspace, applied);
        }
        work
    }
}

impl Work {
    fn n_done(&self) -> usize {
        self.applied.values().map(Applied::n_done).sum()
    }

    /// Invitations that went out in one workspace.
    fn n_mailed(&self, prospect: &Prospect) -> u64 {
        let outcomes = self.applied.get(&prospect.workspace).map(|applied| &applied.outcomes);
        let steps = prospect.plan.steps.iter().zip(outcomes.into_iter().flatten());
        let mailed = steps.filter(|(step, outcome)| {
            **outcome == Outcome::Done
                && matches!(
                    step.action,
                    Action::Invite { .. } | Action::Reinvite { .. } | Action::Resend { .. }
                )
        });
        mailed.count() as u64
    }

    pub(super) fn is_complete(&self) -> bool {
        self.broken.is_none() && self.applied.values().all(Applied::is_complete)
    }

    /// Whether something was refused, or cannot be done from here: trying again will not help.
    pub(super) fn is_hopeless(&self) -> bool {
        let mut outcomes = self.applied.values().flat_map(|applied| &applied.outcomes);
        self.broken.is_some()
            || outcomes.any(|outcome| match outcome {
                Outcome::Failed(error) => !error.is_transient(),
                Outcome::Done | Outcome::Stale | Outcome::Blocked { .. } | Outcome::NotStarted => {
                    false
                }
            })
    }

    fn is_unbegun(&self) -> bool {
        let mut outcomes = self.applied.values().flat_map(|applied| &applied.outcomes);
        outcomes.any(|outcome| *outcome == Outcome::NotStarted)
    }
}
