//! Carrying out a plan: phase by phase, many steps at a time, every intent recorded before it is
//! asked and every ending after.
//!
//! No decision is made here. What depends on something that was not done is not tried; everything
//! else goes on.

use super::{
    Applied, ApplyError, Ending, Event, Intent, Outcome, Patience, Provider, ProviderError,
    Receipt, Stop, Store, StoreError, brake::Brake, with_retries,
};
use crate::{
    model::{Digest, ProgramId, ProgramKey, Revision, Subject, WorkspaceId},
    plan::{Action, Fingerprint, Phase, Plan, Step, Unmet},
};
use futures::{StreamExt as _, stream};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio::{
    join,
    sync::mpsc::{self, Receiver, Sender},
    time::timeout,
};

/// Intents and endings that are recorded in one go.
const MOST_AT_ONCE: usize = 256;

/// How long an ending waits for others to be recorded with: each write costs as much as many
/// records. A quick platform gives a hundred answers in that time, and a slow one does not give one.
/// Whoever dies meanwhile has left the intent, and the next run looks how it ended.
const GATHERING: Duration = Duration::from_millis(25);

/// What an apply works with.
#[derive(Debug)]
pub struct Site<'a, P, S> {
    pub workspace: &'a WorkspaceId,
    pub provider: &'a P,
    pub store: &'a S,
    /// Requests in flight at any time.
    pub concurrency: usize,
    pub patience: Patience,
    pub stop: &'a Stop,
    /// Of what is done in all workspaces, as people were shown it.
    pub whole: Option<&'a Digest>,
}

/// One apply under way.
struct Run<'a, P, S> {
    plan: &'a Plan,
    site: &'a Site<'a, P, S>,
    tell: &'a (dyn Fn(Event) + Sync),
    outcomes: Vec<Outcome>,
    progress: Progress,
    brake: &'a Brake,
}

/// What earlier steps of the same plan have left.
#[derive(Debug, Default)]
struct Progress {
    created: BTreeMap<ProgramKey, ProgramId>,
    /// The revisions of objects that we have changed ourselves: not staleness.
    revisions: BTreeMap<Subject, Revision>,
    unmet: Unmet,
}

/// A step whose turn has come: its place in the plan, and itself with everything filled in that
/// earlier steps have made.
struct Ready {
    at: usize,
    step: Step,
}

/// Ends with an error only when the ledger fails; then nothing more is asked of the platform, and
/// what was done until then is told.
pub async fn apply<P: Provider, S: Store>(
    plan: &Plan,
    site: &Site<'_, P, S>,
    tell: &(dyn Fn(Event) + Sync),
) -> Result<Applied, ApplyError> {
    let outcomes = vec![Outcome::NotStarted; plan.steps.len()];
    let (progress, brake) = (Progress::default(), Brake::default());
    let mut run = Run { plan, site, tell, outcomes, progress, brake: &brake };
    let result = run.whole().await;
    let applied = Applied { outcomes: run.outcomes };
    let finished = match result {
        Ok(()) => site.store.finish(site.workspace, &applied).await,
        Err(why) => Err(why),
    };
    match finished {
        Ok(()) => Ok(applied),
        Err(why) => Err(ApplyError { applied, why }),
    }
}

/// Splits the steps of a phase so that no round has two steps on one subject.
fn rounds(steps: &[Step], phase: &[usize]) -> Vec<Vec<usize>> {
    let mut n_before: BTreeMap<Subject, usize> = BTreeMap::new();
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for &at in phase {
        let round = n_before.entry(steps[at].action.subject()).or_default();
        if rounds.len() == *round {
            rounds.push(Vec::new());
        }
        rounds[*round].push(at);
        *round += 1;
    }
    rounds
}

impl<P: Provider, S: Store> Run<'_, P, S> {
    async fn whole(&mut self) -> Result<(), StoreError> {
        self.site.store.begin(self.site.workspace, self.plan, self.site.whole).await?;
        let all = &self.plan.steps;
        for phase in Phase::ALL {
            let steps: Vec<usize> =
                (0..all.len()).filter(|at| all[*at].action.phase() == phase).collect();
            if steps.is_empty() || self.site.stop.is_asked() {
                continue;
            }
            (self.tell)(Event::PhaseStarted { phase, n_steps: steps.len() });
            for round in rounds(all, &steps) {
                self.round(&round).await?;
            }
        }
        Ok(())
    }

    /// Three things at a time: intending, asking and recording.
    async fn round(&mut self, round: &[usize]) -> Result<(), StoreError> {
        let (site, brake) = (self.site, self.brake);
        if site.stop.is_asked() {
            return Ok(());
        }
        let ready = self.ready(round);
        let (to_ask, intended) = mpsc::channel(MOST_AT_ONCE);
        let (answers, answered) = mpsc::channel(MOST_AT_ONCE);
        let ((), intending, recording) = join!(
            ask_all(site, intended, answers, (self.tell, brake)),
            intend(site, &ready, to_ask, brake),
            self.record_all(answered),
        );
        // What was held back was not even intended.
        for &Ready { at, .. } in &ready {
            if self.outcomes[at] == Outcome::NotStarted {
                self.end(at, Outcome::NotStarted);
            }
        }
        intending.and(recording)
    }

    /// Records what has ended, beside what is asked meanwhile.
    async fn record_all(&mut self, mut answered: Receiver<Answered<'_>>) -> Result<(), StoreError> {
        let mut recorded = Ok(());
        loop {
            let batch = together(&mut answered).await;
            if batch.is_empty() {
                return recorded;
            }
            if recorded.is_ok() {
                // What is out is waited for all the same: it may be done.
                recorded = record(self.site, &batch).await.inspect_err(|_| self.brake.put_on());
            }
            // What was done was done, recorded or not.
            for (ready, _, result) in batch {
                self.settle(ready, result);
            }
        }
    }

    /// The steps of a round that can be asked; those that cannot have their outcome at once.
    fn ready(&mut self, round: &[usize]) -> Vec<Ready> {
        let mut ready = Vec::new();
        for &at in round {
            let step = &self.plan.steps[at];
            match self.progress.prepared(step) {
                Ok(step) => ready.push(Ready { at, step }),
                Err(by) => self.end(at, Outcome::Blocked { by }),
            }
        }
        ready
    }

    fn settle(&mut self, ready: &Ready, result: Option<Result<Receipt, ProviderError>>) {
        let outcome = match result {
            None => Outcome::NotStarted,
            Some(Ok(receipt)) => {
                self.progress.remember(&ready.step, &receipt);
                Outcome::Done
            }
            Some(Err(ProviderError::Stale)) => Outcome::Stale,
            Some(Err(error)) => Outcome::Failed(error),
        };
        self.end(ready.at, outcome);
    }

    fn end(&mut self, at: usize, outcome: Outcome) {
        if outcome != Outcome::Done {
            self.progress.unmet.add(&self.plan.steps[at].action);
        }
        if outcome != Outcome::NotStarted {
            (self.tell)(Event::StepEnded { step: at, outcome: outcome.clone() });
        }
        self.outcomes[at] = outcome;
    }
}

impl Progress {
    /// The step with the ids and revisions that earlier steps made, or what it waits for in vain.
    fn prepared(&self, step: &Step) -> Result<Step, Subject> {
        let subject = step.action.subject();
        if let Some(unmet) = self.unmet.holds_back(&step.action) {
            return Err(unmet);
        }
        if let Some(key) = step.action.needs().find(|key| !self.created.contains_key(key)) {
            return Err(Subject::Program(key.clone()));
        }
        let mut step = step.clone();
        if let Some(revision) = self.revisions.get(&subject) {
            step.against = Fingerprint::At(revision.clone());
        }
        step.action.name_created(&self.created);
        Ok(step)
    }

    fn remember(&mut self, step: &Step, receipt: &Receipt) {
        if let Some(revision) = receipt.revision() {
            self.revisions.insert(step.action.subject(), revision.clone());
        }
        if let (Action::CreateProgram { program }, Receipt::Program { id, .. }) =
            (&step.action, receipt)
        {
            self.created.insert(program.key.clone(), id.clone());
        }
    }
}

/// A step that may be asked for.
type Intended<'a> = (&'a Ready, Intent);

/// How one step ended.
type Answered<'a> = (&'a Ready, Intent, Option<Result<Receipt, ProviderError>>);

/// Records what is to be asked for, not far ahead of the requests.
async fn intend<'a, P, S: Store>(
    site: &Site<'_, P, S>,
    ready: &'a [Ready],
    to_ask: Sender<Intended<'a>>,
    brake: &Brake,
) -> Result<(), StoreError> {
    for some in ready.chunks(MOST_AT_ONCE) {
        if site.stop.is_asked() || brake.holds() {
            break;
        }
        let some = some.iter().filter(|ready| !brake.holds_back(&ready.step.action));
        let (some, steps): (Vec<_>, Vec<_>) = some.map(|ready| (ready, &ready.step)).unzip();
        let intents = site.store.intend(site.workspace, &steps).await;
        for intended in some.into_iter().zip(intents.inspect_err(|_| brake.put_on())?) {
            to_ask.send(intended).await.unwrap_or_default();
        }
    }
    Ok(())
}

/// So many at a time, whatever comes first.
async fn ask_all<'a, P: Provider, S: Store>(
    site: &Site<'_, P, S>,
    mut intended: Receiver<Intended<'a>>,
    answers: Sender<Answered<'a>>,
    (tell, brake): (&(dyn Fn(Event) + Sync), &Brake),
) {
    let mut answering = stream::poll_fn(|context| intended.poll_recv(context))
        .map(|(ready, intent)| async move {
            let result = ask(site, ready, &intent, tell, brake).await;
            (ready, intent, result)
        })
        .buffer_unordered(site.concurrency.max(1));
    while let Some(answer) = answering.next().await {
        answers.send(answer).await.unwrap_or_default();
    }
}

/// The next answer, and those that come right after it; none: there are no more.
async fn together<T>(answered: &mut Receiver<T>) -> Vec<T> {
    let mut batch = Vec::new();
    answered.recv_many(&mut batch, 1).await;
    let more = async {
        while batch.len() < MOST_AT_ONCE && answered.recv_many(&mut batch, 1).await > 0 {}
    };
    timeout(GATHERING, more).await.unwrap_or_default();
    batch
}

async fn record<P, S: Store>(
    site: &Site<'_, P, S>,
    batch: &[Answered<'_>],
) -> Result<(), StoreError> {
    let endings: Vec<Ending<'_>> = batch
        .iter()
        .map(|(ready, intent, result)| Ending {
            intent,
            step: &ready.step,
            result: result.as_ref(),
        })
        .collect();
    site.store.record(site.workspace, &endings).await
}

/// `None`: the run was stopped, or lost its lock, before its turn came.
async fn ask<P: Provider, S: Store>(
    site: &Site<'_, P, S>,
    ready: &Ready,
    intent: &Intent,
    tell: &(dyn Fn(Event) + Sync),
    brake: &Brake,
) -> Option<Result<Receipt, ProviderError>> {
    let may_ask = site.store.is_held() && !site.stop.is_asked();
    if !may_ask || brake.holds_back(&ready.step.action) {
        return None;
    }
    let step = ready.at;
    tell(Event::StepStarted { step });
    if let Some(receipt) = adopted(&ready.step) {
        return Some(Ok(receipt));
    }
    let is_in_doubt = AtomicBool::new(intent.is_repeated);
    let retrying = |error: &ProviderError, after| {
        is_in_doubt.fetch_or(!error.is_certain(), Ordering::Relaxed);
        tell(Event::Retrying { step, after, why: error.to_string() });
    };
    // A pause between two tries may be longer than the lock lasts.
    let attempt = async || match site.store.is_held() {
        true => site.provider.execute(&ready.step, &intent.key).await,
        false => Err(ProviderError::Unreachable("the lock was lost meanwhile".into())),
    };
    let result = with_retries(site.patience, site.stop, retrying, attempt).await;
    brake.heed(&ready.step.action, &result);
    Some(match is_in_doubt.into_inner() {
        true => result.map_err(ProviderError::after_a_lost_try),
        false => result,
    })
}

/// Adopting asks the ledger only.
fn adopted(step: &Step) -> Option<Receipt> {
    let Fingerprint::At(revision) = &step.against else { return None };
    match &step.action {
        Action::AdoptProgram { id, .. } => {
            Some(Receipt::Program { id: id.clone(), revision: revision.clone() })
        }
        Action::AdoptMember { id, .. } => {
            Some(Receipt::Member { id: id.clone(), revision: revision.clone() })
        }
        Action::CreateProgram { .. }
        | Action::UpdateProgram { .. }
        | Action::DeleteProgram { .. }
        | Action::Invite { .. }
        | Action::Reinvite { .. }
        | Action::Resend { .. }
        | Action::Withdraw { .. }
        | Action::ChangeRole { .. }
        | Action::Block { .. }
        | Action::Unblock { .. }
        | Action::Remove { .. } => None,
    }
}
