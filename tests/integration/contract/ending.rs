//! Plans that are ended in the middle of a round, with requests under way.

use super::site::{Site, key, members, n_with, programs};
use minisync::{
    engine::{
        self, Applied, Ending, Found, IdempotencyKey, Intent, Outcome, Patience, Provider,
        ProviderError, Receipt, Stop, Store, StoreError,
    },
    ledger::Locked,
    model::{Desired, Digest, MemberId, Revision, Seen, WorkspaceId},
    plan::{Capabilities, Plan, Step},
    provider::SandboxProvider,
};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

const PEOPLE: [&str; 6] = [
    "a@example.com",
    "b@example.com",
    "c@example.com",
    "d@example.com",
    "e@example.com",
    "f@example.com",
];

fn six_people() -> Desired {
    let people: Vec<(&str, &[&str])> = PEOPLE.iter().map(|it| (*it, &[][..])).collect();
    Desired { members: members(&people), ..Desired::default() }
}

/// Does what it is asked; the answers but the first one come when something has happened.
struct Platform<'a> {
    provider: &'a SandboxProvider,
    n_asked: AtomicUsize,
    /// Asked for with the answer to that request, from 0.
    stop: Stop,
    stops_at: usize,
    /// What the other answers wait for.
    gate: Option<Stop>,
}

impl<'a> Platform<'a> {
    fn new(provider: &'a SandboxProvider, gate: Option<&Stop>) -> Self {
        let (n_asked, stop) = (AtomicUsize::default(), Stop::default());
        Self { provider, n_asked, stop, stops_at: 0, gate: gate.cloned() }
    }
}

impl Provider for Platform<'_> {
    fn capabilities(&self) -> Capabilities {
        self.provider.capabilities()
    }

    async fn observe(&self) -> Result<Seen, ProviderError> {
        self.provider.observe().await
    }

    async fn execute(&self, step: &Step, key: &IdempotencyKey) -> Result<Receipt, ProviderError> {
        let n_before = self.n_asked.fetch_add(1, Ordering::SeqCst);
        let result = self.provider.execute(step, key).await;
        if n_before == self.stops_at {
            self.stop.ask();
        } else if let Some(gate) = &self.gate {
            gate.asked().await;
        }
        result
    }
}

enum Trouble {
    /// No ending can be recorded, from the first one on: this is asked for then.
    Breaks(Stop),
    /// Recording an ending takes until this is asked for.
    Waits(Stop),
    /// The lock is not ours any more once this is asked for.
    Lost(Stop),
}

struct Troubled<'a> {
    store: &'a Locked,
    trouble: Trouble,
}

impl Store for Troubled<'_> {
    fn is_held(&self) -> bool {
        match &self.trouble {
            Trouble::Lost(lost) => !lost.is_asked(),
            Trouble::Breaks(_) | Trouble::Waits(_) => self.store.is_held(),
        }
    }

    async fn keep(&self, workspace: &WorkspaceId, found: &Found) -> Result<(), StoreError> {
        self.store.keep(workspace, found).await
    }

    async fn begin(
        &self,
        workspace: &WorkspaceId,
        plan: &Plan,
        whole: Option<&Digest>,
    ) -> Result<(), StoreError> {
        self.store.begin(workspace, plan, whole).await
    }

    async fn intend(
        &self,
        workspace: &WorkspaceId,
        steps: &[&Step],
    ) -> Result<Vec<Intent>, StoreError> {
        self.store.intend(workspace, steps).await
    }

    async fn record(
        &self,
        workspace: &WorkspaceId,
        endings: &[Ending<'_>],
    ) -> Result<(), StoreError> {
        match &self.trouble {
            Trouble::Breaks(broken) => {
                broken.ask();
                let (ledger, why) = ("it".to_owned(), "the disk is full".to_owned());
                return Err(StoreError { ledger, why });
            }
            Trouble::Waits(until) => until.asked().await,
            Trouble::Lost(_) => {}
        }
        self.store.record(workspace, endings).await
    }

    async fn finish(&self, workspace: &WorkspaceId, applied: &Applied) -> Result<(), StoreError> {
        self.store.finish(workspace, applied).await
    }
}

/// Gone, but for the first request: that one is answered when so many others were in vain.
#[derive(Default)]
struct Dying {
    n_asked: AtomicUsize,
    n_in_vain: usize,
    /// Asked for with every answer that does not come.
    lost: Stop,
    gate: Stop,
}

impl Provider for Dying {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    async fn observe(&self) -> Result<Seen, ProviderError> {
        Ok(Seen::default())
    }

    async fn execute(&self, _: &Step, _: &IdempotencyKey) -> Result<Receipt, ProviderError> {
        let n_before = self.n_asked.fetch_add(1, Ordering::SeqCst);
        if n_before == 0 && self.n_in_vain > 0 {
            self.gate.asked().await;
            let (id, revision) = (MemberId::new("m1"), Revision::new("r1"));
            return Ok(Receipt::Member { id, revision });
        }
        if n_before == self.n_in_vain {
            self.gate.ask();
        }
        self.lost.ask();
        Err(ProviderError::Unreachable("nobody is there".into()))
    }
}

/// Does what it is asked, and nobody hears of it.
struct Mute<'a> {
    provider: &'a SandboxProvider,
    stop: Stop,
}

impl Provider for Mute<'_> {
    fn capabilities(&self) -> Capabilities {
        self.provider.capabilities()
    }

    async fn observe(&self) -> Result<Seen, ProviderError> {
        self.provider.observe().await
    }

    async fn execute(&self, step: &Step, key: &IdempotencyKey) -> Result<Receipt, ProviderError> {
        self.provider.execute(step, key).await?;
        self.stop.ask();
        Err(ProviderError::Unreachable("no answer".into()))
    }
}

fn site<'a, P, S>(
    workspace: &'a WorkspaceId,
    (provider, store): (&'a P, &'a S),
    stop: &'a Stop,
    concurrency: usize,
) -> engine::Site<'a, P, S> {
    let patience = Patience::default();
    engine::Site { workspace, provider, store, concurrency, patience, stop, whole: None }
}

#[tokio::test]
async fn what_was_out_when_the_ledger_failed_is_told_as_it_ended() {
    let here = Site::new().await;
    let desired = six_people();
    let prospect = here.look(&desired).await;
    let locked = here.ledger.lock([&here.workspace], crate::ledger::run("one")).await.unwrap();
    let (broken, never) = (Stop::default(), Stop::default());
    let platform = Platform::new(&here.provider, Some(&broken));
    let store = Troubled { store: &locked, trouble: Trouble::Breaks(broken) };
    let site = site(&here.workspace, (&platform, &store), &never, 3);
    let failed = engine::apply(&prospect.plan, &site, &|_| {}).await.unwrap_err();
    assert_eq!(failed.why.why, "the disk is full");
    let n_done = here.members().await.len() - 1;
    assert_eq!(failed.applied.n_done(), n_done, "{:#?}", failed.applied.outcomes);
    assert!((2..PEOPLE.len()).contains(&n_done), "something was out, and not all of it: {n_done}");
    locked.release().await.unwrap();
    here.apply_all(&desired).await;
    assert_eq!(here.members().await.len(), 1 + PEOPLE.len());
}

#[tokio::test]
async fn nothing_waits_until_the_ending_of_something_else_is_recorded() {
    let here = Site::new().await;
    let desired = six_people();
    let prospect = here.look(&desired).await;
    let locked = here.ledger.lock([&here.workspace], crate::ledger::run("one")).await.unwrap();
    let platform = Platform { stops_at: PEOPLE.len() - 1, ..Platform::new(&here.provider, None) };
    let store = Troubled { store: &locked, trouble: Trouble::Waits(platform.stop.clone()) };
    let never = Stop::default();
    let site = site(&here.workspace, (&platform, &store), &never, 1);
    let applied = engine::apply(&prospect.plan, &site, &|_| {}).await.unwrap();
    assert_eq!(applied.n_done(), PEOPLE.len());
    locked.release().await.unwrap();
    here.ledger.verify(&here.workspace, None).await.unwrap();
    assert!(here.look(&desired).await.plan.steps.is_empty());
}

#[tokio::test]
async fn a_program_that_was_never_heard_of_is_found_by_the_name_it_was_asked_for() {
    let here = Site::new().await;
    let mut desired = Desired { programs: programs(&["coffee"]), ..Desired::default() };
    let prospect = here.look(&desired).await;
    let locked = here.ledger.lock([&here.workspace], crate::ledger::run("one")).await.unwrap();
    let platform = Mute { provider: &here.provider, stop: Stop::default() };
    let site = site(&here.workspace, (&platform, &locked), &platform.stop, 1);
    let applied = engine::apply(&prospect.plan, &site, &|_| {}).await.unwrap();
    assert_eq!(applied.n_done(), 0);
    locked.release().await.unwrap();
    desired.programs.get_mut(&key("coffee")).unwrap().name = "Happy-coffee".into();
    here.apply_all(&desired).await;
    let there = here.look(&desired).await;
    let names: Vec<_> = there.actual.programs.values().map(|it| it.seen.name.as_str()).collect();
    assert_eq!(names, ["Happy-coffee"]);
    assert!(there.actual.unmanaged_programs.is_empty(), "a second one");
    assert!(there.plan.steps.is_empty(), "{:#?}", there.plan);
    let memory = here.ledger.load(&here.workspace).await.unwrap();
    assert!(memory.unanswered.is_empty(), "{memory:?}");
    here.ledger.verify(&here.workspace, None).await.unwrap();
}

#[tokio::test]
async fn a_stop_in_the_middle_of_a_round_begins_nothing_more() {
    let here = Site::new().await;
    let desired = six_people();
    let prospect = here.look(&desired).await;
    let locked = here.ledger.lock([&here.workspace], crate::ledger::run("one")).await.unwrap();
    let platform = Platform::new(&here.provider, None);
    let site = site(&here.workspace, (&platform, &locked), &platform.stop, 1);
    let applied = engine::apply(&prospect.plan, &site, &|_| {}).await.unwrap();
    assert_eq!(applied.n_done(), 1, "{:#?}", applied.outcomes);
    assert_eq!(n_with(&applied, |it| *it == Outcome::NotStarted), PEOPLE.len() - 1);
    assert_eq!(here.members().await.len(), 2);
}

#[tokio::test]
async fn a_lock_that_is_lost_in_the_middle_of_a_round_begins_nothing_more() {
    let here = Site::new().await;
    let prospect = here.look(&six_people()).await;
    let locked = here.ledger.lock([&here.workspace], crate::ledger::run("one")).await.unwrap();
    let (platform, never) = (Platform::new(&here.provider, None), Stop::default());
    let store = Troubled { store: &locked, trouble: Trouble::Lost(platform.stop.clone()) };
    let site = site(&here.workspace, (&platform, &store), &never, 1);
    let applied = engine::apply(&prospect.plan, &site, &|_| {}).await.unwrap();
    assert_eq!(applied.n_done(), 1, "{:#?}", applied.outcomes);
    assert_eq!(n_with(&applied, |it| *it == Outcome::NotStarted), PEOPLE.len() - 1);
    assert_eq!(here.members().await.len(), 2);
}

const NO_PAUSE: Patience =
    Patience { retries: 0, first_pause: Duration::ZERO, longest_pause: Duration::ZERO };

#[tokio::test]
async fn a_lock_that_is_lost_between_two_tries_lets_nobody_try_again() {
    let here = Site::new().await;
    let prospect = here.look(&six_people()).await;
    let locked = here.ledger.lock([&here.workspace], crate::ledger::run("one")).await.unwrap();
    let (platform, never) = (Dying::default(), Stop::default());
    let store = Troubled { store: &locked, trouble: Trouble::Lost(platform.lost.clone()) };
    let site = engine::Site {
        patience: Patience { retries: 3, ..NO_PAUSE },
        ..site(&here.workspace, (&platform, &store), &never, 1)
    };
    let applied = engine::apply(&prospect.plan, &site, &|_| {}).await.unwrap();
    assert_eq!(platform.n_asked.into_inner(), 1, "{:#?}", applied.outcomes);
}

#[tokio::test]
async fn what_is_given_up_stays_so_whatever_is_answered_late() {
    const IN_VAIN: usize = 16;
    let here = Site::new().await;
    let people: Vec<_> = (0..3 * IN_VAIN).map(|n| format!("p{n}@example.com")).collect();
    let people: Vec<(&str, &[&str])> = people.iter().map(|it| (it.as_str(), &[][..])).collect();
    let desired = Desired { members: members(&people), ..Desired::default() };
    let prospect = here.look(&desired).await;
    let locked = here.ledger.lock([&here.workspace], crate::ledger::run("one")).await.unwrap();
    let platform = Dying { n_in_vain: IN_VAIN, ..Dying::default() };
    let never = Stop::default();
    let site = engine::Site {
        patience: NO_PAUSE,
        ..site(&here.workspace, (&platform, &locked), &never, 2)
    };
    let applied = engine::apply(&prospect.plan, &site, &|_| {}).await.unwrap();
    assert_eq!(applied.n_done(), 1, "it was answered late: {:#?}", applied.outcomes);
    assert_eq!(platform.n_asked.into_inner(), 1 + IN_VAIN);
}
