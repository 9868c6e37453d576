//! What runs did: journals, read as people ask about them.

use super::{
    Ledger,
    journal::{Event, Granted, How, Record, Sealed},
    storage::Top,
    verify::VerifyError,
};
use crate::model::WorkspaceId;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Runs by their ids, made of journals that are read one after the other.
#[derive(Debug, Default)]
pub struct History {
    pub runs: BTreeMap<String, PastRun>,
    /// Those that held a lock when its journal was looked at.
    pub alive: BTreeSet<String>,
    /// Where the answer belongs that a key waits for: the plan and the step.
    open: BTreeMap<(WorkspaceId, String), (usize, usize)>,
}

/// A run, in all its workspaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRun {
    pub id: String,
    /// Of its first record, and of its last.
    pub from: Timestamp,
    pub to: Timestamp,
    pub who: Option<String>,
    pub commit: Option<String>,
    /// Of minisync.
    pub version: Option<String>,
    /// The saved plan that it carried out, by its digest.
    pub saved: Option<String>,
    pub plans: Vec<PastPlan>,
    /// The workspaces whose lock it took away, and from which runs.
    pub unlocked: Vec<(WorkspaceId, String)>,
    /// It took over an older ledger, of this layout.
    pub migrated: Option<u64>,
}

/// What a run did in one workspace; more than one where it waited and went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPlan {
    pub workspace: WorkspaceId,
    pub at: Timestamp,
    pub digest: String,
    /// Of the plan for all workspaces that it is a part of.
    pub whole: Option<String>,
    /// As many as were planned.
    pub steps: u64,
    /// Those whose turn came.
    pub asked: Vec<Asked>,
    /// How many were done, and how many not.
    pub finished: Option<(u64, u64)>,
    /// Who took the lock away.
    pub lost_to: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub at: Timestamp,
    pub subject: String,
    pub what: String,
    pub granted: Option<Granted>,
    /// Asked before under the same key, and nobody knew how that ended.
    pub again: bool,
    /// When, how and why; `None`: the run ended before it knew.
    pub ended: Option<(Timestamp, How, Option<String>)>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// To its end, whatever came of the steps.
    Finished,
    Underway,
    LostLock {
        to: String,
    },
    /// No record tells how: it was killed, or its machine was lost.
    Died,
}

impl PastPlan {
    /// `is_alive`: its run holds the lock at this moment.
    pub fn end(&self, is_alive: bool) -> End {
        match (&self.finished, &self.lost_to) {
            (Some(_), _) => End::Finished,
            (None, Some(to)) => End::LostLock { to: to.clone() },
            (None, None) if is_alive => End::Underway,
            (None, None) => End::Died,
        }
    }

    /// Of the plan that people were shown.
    fn shown_digest(&self) -> &str {
        self.whole.as_ref().unwrap_or(&self.digest)
    }

    pub fn n_done(&self) -> u64 {
        let is_done = |asked: &&Asked| matches!(asked.ended, Some((_, How::Done, _)));
        self.asked.iter().filter(is_done).count() as u64
    }

    pub fn n_undone(&self) -> u64 {
        self.steps.max(self.asked.len() as u64) - self.n_done()
    }
}

impl PastRun {
    /// Of all its plans, the worst.
    pub fn end(&self, is_alive: bool) -> End {
        let ends = self.plans.iter().map(|plan| plan.end(is_alive));
        ends.max().unwrap_or(if is_alive { End::Underway } else { End::Finished })
    }

    /// Whether it did more than to look.
    pub fn is_of_note(&self) -> bool {
        !self.plans.is_empty() || !self.unlocked.is_empty() || self.migrated.is_some()
    }

    pub fn n_done(&self) -> u64 {
        self.plans.iter().map(PastPlan::n_done).sum()
    }

    pub fn n_undone(&self) -> u64 {
        self.plans.iter().map(PastPlan::n_undone).sum()
    }

    /// As people were shown them; of a workspace alone where no record tells that.
    pub fn digests(&self) -> BTreeSet<&str> {
        self.plans.iter().map(PastPlan::shown_digest).collect()
    }

    /// Whether it carried out a plan whose digest begins so: one of its own, or a saved one.
    pub fn has_plan(&self, digits: &str) -> bool {
        let digits = digits.strip_prefix("sha256:").unwrap_or(digits);
        let plans = self.plans.iter().flat_map(|plan| [Some(&plan.digest), plan.whole.as_ref()]);
        let mut all = plans.chain([self.saved.as_ref()]).flatten();
        all.any(|digest| digest.strip_prefix("sha256:").unwrap_or(digest).starts_with(digits))
    }
}

impl History {
    /// The next record of a workspace.
    pub fn read(&mut self, workspace: &WorkspaceId, record: &Record) {
        let Record { at, run: id, event, .. } = record;
        if let Event::Unlocked { from, who } = event {
            self.lose(workspace, from, who);
        }
        let run = self.runs.entry(id.clone()).or_insert_with(|| PastRun::new(id, *at));
        (run.from, run.to) = (run.from.min(*at), run.to.max(*at));
        match event {
            Event::Begun { who, commit, version, plan, whole, saved, steps, fence: _ } => {
                run.who = Some(who.clone());
                run.version = Some(version.clone());
                run.commit.clone_from(commit);
                run.saved.clone_from(saved);
                let begun = PastPlan::new(workspace, *at, plan, *steps);
                run.plans.push(PastPlan { whole: whole.clone(), ..begun });
            }
            Event::Intended { subject, what, step: _, key, granted, again } => {
                let (at_plan, plan) = run.plan_in(workspace, *at);
                let asked = Asked {
                    at: *at,
                    subject: subject.clone(),
                    what: what.clone(),
                    granted: granted.clone(),
                    again: *again,
                    ended: None,
                };
                self.open.insert((workspace.clone(), key.clone()), (at_plan, plan.asked.len()));
                plan.asked.push(asked);
            }
            Event::Ended { key, how, why } => {
                let place = self.open.remove(&(workspace.clone(), key.clone()));
                let asked = place.and_then(|(plan, at)| run.plans.get_mut(plan)?.asked.get_mut(at));
                if let Some(asked) = asked {
                    asked.ended = Some((*at, *how, why.clone()));
                }
            }
            Event::Finished { done, undone } => {
                run.plan_in(workspace, *at).1.finished = Some((*done, *undone));
            }
            Event::Unlocked { who, from } => {
                run.who = Some(who.clone());
                run.unlocked.push((workspace.clone(), from.clone()));
            }
            Event::Migrated { layout } => run.migrated = Some(*layout),
            Event::Read => {}
        }
    }

    fn lose(&mut self, workspace: &WorkspaceId, from: &str, to: &str) {
        let plans = self.runs.get_mut(from).into_iter().flat_map(|run| &mut run.plans);
        for plan in plans.filter(|plan| plan.workspace == *workspace && plan.finished.is_none()) {
            plan.lost_to = Some(to.to_owned());
        }
    }
}

impl PastRun {
    fn new(id: &str, at: Timestamp) -> Self {
        Self {
            id: id.to_owned(),
            from: at,
            to: at,
            who: None,
            commit: None,
            version: None,
            saved: None,
            plans: Vec::new(),
            unlocked: Vec::new(),
            migrated: None,
        }
    }

    /// Its last one there, and which that is.
    fn plan_in(&mut self, workspace: &WorkspaceId, at: Timestamp) -> (usize, &mut PastPlan) {
        let last = self.plans.iter().rposition(|plan| plan.workspace == *workspace);
        let last = last.unwrap_or_else(|| {
            self.plans.push(PastPlan::new(workspace, at, "", 0));
            self.plans.len() - 1
        });
        (last, &mut self.plans[last])
    }
}

impl PastPlan {
    fn new(workspace: &WorkspaceId, at: Timestamp, digest: &str, steps: u64) -> Self {
        Self {
            workspace: workspace.clone(),
            at,
            digest: digest.to_owned(),
            whole: None,
            steps,
            asked: Vec::new(),
            finished: None,
            lost_to: None,
        }
    }
}

impl Ledger {
    /// Of these workspaces, each journal checked while it is read.
    pub async fn history(&self, workspaces: &[WorkspaceId]) -> Result<History, VerifyError> {
        let mut history = History::default();
        for workspace in workspaces {
            let place = self.place(workspace);
            // Whoever ends, or begins, while we read was alive, or was not there.
            let Top { head, lease } = self.top(&place).await?;
            history.alive.extend(lease.map(|lease| lease.holder.run));
            let read = |sealed: Sealed| history.read(workspace, &sealed.record);
            self.records_to(&place, &head, read).await?;
        }
        Ok(history)
    }
}
