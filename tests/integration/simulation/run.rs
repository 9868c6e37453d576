//! One `apply`, as the program does it, in a world where it may not come to an end.

use super::{disturbed::Disturbed, fate::End, mortal::Mortal, time::Process, toll::Bounds};
use crate::interleaving::platform::workspace;
use minisync::{
    engine::{self, Outcome, Patience, Prospect, Provider, ProviderError, Site, Stop},
    engine::{IdempotencyKey, Receipt},
    ledger::{Ledger, LockError, Run},
    model::{Desired, Seen},
    plan::{Capabilities, Plan, Rules, Step, dangers},
};
use std::{future::poll_fn, pin::Pin, sync::Arc, task::Poll};

pub(super) struct Job {
    pub(super) disturbed: Disturbed,
    pub(super) ledger: Ledger,
    pub(super) desired: Arc<Desired>,
    pub(super) rules: Rules,
    pub(super) run: Run,
    pub(super) concurrency: usize,
    /// Somebody lets through whatever a rail holds.
    pub(super) is_allowed: bool,
}

/// How a run ended by itself.
#[derive(Debug)]
pub(super) enum Told {
    /// Somebody else has the lock.
    Held,
    /// Nothing was seen.
    Blind(ProviderError),
    LedgerFailed,
    /// A rail holds, and nothing was done.
    Withheld,
    Applied(Plan, Vec<Outcome>),
}

/// A run that is under way.
pub(super) struct Running {
    process: Process,
    work: Pin<Box<dyn Future<Output = Told>>>,
    fate: Arc<super::fate::Fate>,
    pub(super) desired: Arc<Desired>,
}

impl Running {
    pub(super) fn begin(process: Process, job: Job) -> Self {
        let (fate, desired) = (job.disturbed.fate.clone(), job.desired.clone());
        Self { process, work: Box::pin(carry_out(job)), fate, desired }
    }

    /// Until it ends by itself, or is stopped.
    pub(super) fn go_on(&mut self) -> Result<Told, End> {
        let (work, fate) = (&mut self.work, &self.fate);
        self.process.run(poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(told) => Poll::Ready(Ok(told)),
            Poll::Pending => fate.ended().map_or(Poll::Pending, |end| Poll::Ready(Err(end))),
        }))
    }

    pub(super) fn wake(&self) {
        self.fate.wake();
    }

    /// Another run has got the lock that this one had.
    pub(super) fn overtake(&self) {
        self.fate.overtake();
    }

    /// Whether another run has got its lock meanwhile.
    pub(super) fn is_late(&self) -> bool {
        self.fate.is_late()
    }

    pub(super) fn log(&self) -> Vec<String> {
        self.fate.take_log()
    }
}

async fn carry_out(job: Job) -> Told {
    let Job { mut disturbed, ledger, desired, rules, run, concurrency, is_allowed } = job;
    let workspace = workspace();
    let locked = match ledger.lock([&workspace], run).await {
        Ok(locked) => locked,
        Err(LockError::Held { .. }) => return Told::Held,
        Err(LockError::Store(why)) => panic!("{why}"),
    };
    let memory = ledger.load(&workspace).await.unwrap();
    let looked = engine::look(&workspace, &desired, &disturbed, &memory, &rules).await;
    let prospect = match looked {
        Ok(prospect) => prospect,
        Err(why) => {
            locked.release().await.unwrap();
            return Told::Blind(why);
        }
    };
    let seen = disturbed.last_seen();
    disturbed.wrong(differs(&prospect, seen.clone(), &desired, &memory, &rules).await);
    for step in &prospect.plan.steps {
        disturbed.fate.tell(format!("    planned: {:?} ({:?})", step.action, step.reason));
    }
    let held = dangers(&prospect.plan, &desired, &prospect.actual, &prospect.rules);
    if !held.is_empty() && !is_allowed {
        disturbed.fate.tell(format!("    held: {held:?}"));
        locked.release().await.unwrap();
        return Told::Withheld;
    }
    let rails = (!is_allowed).then(|| rules.policy.rails.clone());
    disturbed.bounds = Some(Bounds { seen, reading: memory.reading, rails });
    let store = Mortal { store: locked, fate: &disturbed.fate };
    if prospect.settle(&store).await.is_err() {
        return Told::LedgerFailed;
    }
    let site = Site {
        workspace: &workspace,
        provider: &disturbed,
        store: &store,
        concurrency,
        patience: Patience::default(),
        stop: &Stop::default(),
        whole: None,
    };
    match engine::apply(&prospect.plan, &site, &|_| {}).await {
        Ok(applied) => {
            store.store.release().await.unwrap();
            Told::Applied(prospect.plan, applied.outcomes)
        }
        Err(_) => Told::LedgerFailed,
    }
}

/// The same manifests and the same platform make the same plan, whatever the order.
async fn differs(
    prospect: &Prospect,
    mut seen: Seen,
    desired: &Desired,
    memory: &minisync::model::Memory,
    rules: &Rules,
) -> Option<String> {
    seen.members.reverse();
    seen.programs.reverse();
    let again = engine::look(&workspace(), desired, &Still(seen), memory, rules).await.unwrap();
    let is_same = again.plan == prospect.plan && again.plan.digest() == prospect.plan.digest();
    (!is_same).then(|| format!("another plan: {:?} and {:?}", prospect.plan, again.plan))
}

/// A platform that answers what it answered before.
struct Still(Seen);

impl Provider for Still {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    async fn observe(&self) -> Result<Seen, ProviderError> {
        Ok(self.0.clone())
    }

    async fn execute(&self, _: &Step, _: &IdempotencyKey) -> Result<Receipt, ProviderError> {
        Err(ProviderError::Local("only to look at".to_owned()))
    }
}
