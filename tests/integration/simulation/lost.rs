//! What lives have found: an answer to a later try says nothing of an earlier one that was lost, and
//! neither does half a reading.

use crate::interleaving::{
    manifests::{Manifests, PEOPLE, Wish, email},
    platform::{Platform, workspace},
};
use minisync::{
    engine::{self, IdempotencyKey, Patience, Provider, ProviderError, Receipt, Site, Stop},
    ledger::Ledger,
    model::{Completeness, Desired, Seen},
    plan::{Action, Capabilities, InvitationPolicy, OnEnd, Plan, Policy, Rules, Step},
};
use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

/// Does what it is asked for the first time and does not say so; then it turns everybody away.
struct Hasty<'a> {
    platform: &'a Platform,
    n_asked: AtomicUsize,
    no: ProviderError,
}

impl Provider for Hasty<'_> {
    fn capabilities(&self) -> Capabilities {
        self.platform.capabilities()
    }

    async fn observe(&self) -> Result<Seen, ProviderError> {
        self.platform.observe().await
    }

    async fn execute(&self, step: &Step, key: &IdempotencyKey) -> Result<Receipt, ProviderError> {
        match self.n_asked.fetch_add(1, Ordering::Relaxed) {
            0 => {
                self.platform.execute(step, key).await?;
                Err(ProviderError::Unreachable("no answer".into()))
            }
            _ => Err(self.no.clone()),
        }
    }
}

/// Whoever reads it cannot know whether that was everything.
struct Torn<'a>(&'a Platform);

impl Provider for Torn<'_> {
    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    async fn observe(&self) -> Result<Seen, ProviderError> {
        Ok(Seen { completeness: Completeness::Partial, ..self.0.observe().await? })
    }

    async fn execute(&self, step: &Step, key: &IdempotencyKey) -> Result<Receipt, ProviderError> {
        self.0.execute(step, key).await
    }
}

/// A roster with one master.
fn desired() -> Desired {
    let wish =
        Wish { is_master: true, programs: 0, is_blocked: false, has_moved: false, until: None };
    Manifests { wishes: [(PEOPLE[1], wish)].into(), programs: [].into() }.desired()
}

async fn planned(provider: &impl Provider, ledger: &Ledger, rules: &Rules) -> Plan {
    let memory = ledger.load(&workspace()).await.unwrap();
    engine::look(&workspace(), &desired(), provider, &memory, rules).await.unwrap().plan
}

/// Tries each step again so often.
async fn carry_out(plan: &Plan, provider: &impl Provider, ledger: &Ledger, retries: usize) {
    let (workspace, pause) = (workspace(), Duration::from_millis(1));
    let run = crate::ledger::run(&fastrand::u64(..).to_string());
    let locked = ledger.lock([&workspace], run).await.unwrap();
    let site = Site {
        workspace: &workspace,
        provider,
        store: &locked,
        concurrency: 1,
        patience: Patience { retries, first_pause: pause, longest_pause: pause },
        stop: &Stop::default(),
        whole: None,
    };
    drop(engine::apply(plan, &site, &|_| {}).await.unwrap());
    locked.release().await.unwrap();
}

/// How often they were asked, as far as it is remembered.
async fn sends(ledger: &Ledger) -> Option<u32> {
    let memory = ledger.load(&workspace()).await.unwrap();
    memory.members.get(&email(PEOPLE[1])).map(|known| known.sends)
}

/// Runs against it so many times, trying each time so often; whether the invited is known for ours
/// in the end.
async fn is_remembered(no: ProviderError, n_runs: usize, retries: usize) -> bool {
    let platform = Platform::new(None);
    let ledger = crate::ledger::open(Path::new(":memory:"), "sandbox");
    let plan = planned(&platform, &ledger, &Rules::default()).await;
    let hasty = Hasty { platform: &platform, n_asked: AtomicUsize::new(0), no };
    for _ in 0..n_runs {
        carry_out(&plan, &hasty, &ledger, retries).await;
    }
    sends(&ledger).await.is_some()
}

#[tokio::test(start_paused = true)]
async fn whoever_may_have_been_invited_is_not_forgotten_when_the_next_try_is_turned_away() {
    let limited = ProviderError::Limited { retry_after: Some(Duration::from_secs(300)) };
    let denied = ProviderError::Denied("masters only".to_owned());
    let barred = ProviderError::Barred("the token is none any more".to_owned());
    for no in [limited, denied, barred] {
        assert!(is_remembered(no.clone(), 1, 3).await, "{no:?} at once");
        assert!(is_remembered(no.clone(), 2, 0).await, "{no:?} by another run");
    }
}

#[tokio::test(start_paused = true)]
async fn an_invitation_whose_answer_was_lost_counts_when_it_is_sent_again_after_half_a_reading() {
    let platform = Platform::new(None);
    let ledger = crate::ledger::open(Path::new(":memory:"), "sandbox");
    let invitations = InvitationPolicy { on_expired: OnEnd::AskAgain, ..Default::default() };
    let policy = Policy { invitations, ..Policy::default() };
    let rules = Rules { policy, ..Rules::default() };
    let no = ProviderError::Unreachable("no answer".into());
    let hasty = Hasty { platform: &platform, n_asked: AtomicUsize::new(0), no };
    carry_out(&planned(&hasty, &ledger, &rules).await, &hasty, &ledger, 0).await;
    platform.lock().pass(80);
    let torn = Torn(&platform);
    let plan = planned(&torn, &ledger, &rules).await;
    assert!(matches!(plan.steps[..], [Step { action: Action::Resend { .. }, .. }]), "{plan:?}");
    carry_out(&plan, &torn, &ledger, 0).await;
    assert_eq!(sends(&ledger).await, Some(2));
}
