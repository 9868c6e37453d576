//! What lives have found: an answer to a later try says nothing of an earlier one that was lost.

use crate::interleaving::{
    manifests::{Manifests, PEOPLE, Wish, email},
    platform::{Platform, workspace},
};
use minisync::{
    engine::{self, IdempotencyKey, Patience, Provider, ProviderError, Receipt, Site, Stop},
    model::Seen,
    plan::{Capabilities, Rules, Step},
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

/// Runs against it so many times, trying each time so often; whether the invited is known for ours
/// in the end.
async fn is_remembered(no: ProviderError, n_runs: usize, retries: usize) -> bool {
    let (platform, workspace) = (Platform::new(None), workspace());
    let wish =
        Wish { is_master: true, programs: 0, is_blocked: false, has_moved: false, until: None };
    let wishes = [(PEOPLE[1], wish)].into();
    let desired = Manifests { wishes, programs: [].into() }.desired();
    let ledger = crate::ledger::open(Path::new(":memory:"), "sandbox");
    let memory = ledger.load(&workspace).await.unwrap();
    let rules = Rules::default();
    let looked = engine::look(&workspace, &desired, &platform, &memory, &rules).await.unwrap();
    let hasty = Hasty { platform: &platform, n_asked: AtomicUsize::new(0), no };
    for n in 0..n_runs {
        let locked = ledger.lock([&workspace], crate::ledger::run(&n.to_string())).await.unwrap();
        let pause = Duration::from_millis(1);
        let site = Site {
            workspace: &workspace,
            provider: &hasty,
            store: &locked,
            concurrency: 1,
            patience: Patience { retries, first_pause: pause, longest_pause: pause },
            stop: &Stop::default(),
            whole: None,
        };
        drop(engine::apply(&looked.plan, &site, &|_| {}).await.unwrap());
        locked.release().await.unwrap();
    }
    let memory = ledger.load(&workspace).await.unwrap();
    memory.members.contains_key(&email(PEOPLE[1]))
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
