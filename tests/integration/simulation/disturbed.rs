//! The platform as a run meets it: far away, busy, and not always in its right mind.

use super::{
    fate::Fate,
    time::Time,
    toll::{Bounds, Picture, Toll},
};
use crate::interleaving::platform::Platform;
use jiff::SignedDuration;
use minisync::{
    engine::{IdempotencyKey, Provider, ProviderError, Receipt},
    model::{Completeness, Membership, Seen},
    plan::{Action, Capabilities, Step},
};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

pub(super) struct Disturbed {
    pub(super) platform: Arc<Platform>,
    pub(super) fate: Arc<Fate>,
    pub(super) time: Time,
    /// How much the platform's clock is ahead of ours.
    pub(super) skew: SignedDuration,
    /// What somebody else does while the run is under way.
    pub(super) meanwhile: Box<dyn Fn(&Platform) -> String + Send + Sync>,
    /// What was asked although it must not be.
    pub(super) wrongs: Arc<Mutex<Vec<String>>>,
    /// The last reading was not whole.
    pub(super) is_half_blind: AtomicBool,
    pub(super) seen: Mutex<Seen>,
    /// `None`: it has not looked yet.
    pub(super) bounds: Option<Bounds>,
    pub(super) toll: Mutex<Toll>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// It never arrived.
    LostBefore,
    /// It was done, and nobody said so.
    LostAfter,
    Limited(Option<u64>),
    GarbledAfter,
    Barred,
}

const FAULTS: [(usize, Fault); 6] = [
    (3, Fault::LostBefore),
    (4, Fault::LostAfter),
    (2, Fault::Limited(None)),
    (2, Fault::Limited(Some(7))),
    (1, Fault::Limited(Some(300))),
    (2, Fault::GarbledAfter),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Misreading {
    /// Everything is there, and nobody can know: the pages are of different moments.
    Torn,
    Truncated,
    Repeated,
    Outdated,
    Reordered,
    UnknownWord,
    NoClock,
}

const MISREADINGS: [Misreading; 9] = [
    Misreading::Torn,
    Misreading::Torn,
    Misreading::Torn,
    Misreading::Truncated,
    Misreading::Repeated,
    Misreading::Outdated,
    Misreading::Reordered,
    Misreading::UnknownWord,
    Misreading::NoClock,
];

impl Disturbed {
    pub(super) fn last_seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn wrong(&self, wrong: Option<String>) {
        self.wrongs.lock().unwrap().extend(wrong);
    }

    fn fault(&self) -> Fault {
        let (n, weather) = (self.fate.request(), self.fate.weather);
        if weather.barred_from.is_some_and(|from| n >= from) {
            return Fault::Barred;
        }
        self.fate.draw(|chance| match weather.one_request_in {
            0 => Fault::None,
            often if chance.one_in(often) => chance.weighed(&FAULTS),
            _ => Fault::None,
        })
    }

    /// On the way there and back.
    async fn travel(&self) {
        let millis = self.fate.draw(|chance| chance.pick(&[1, 20, 300, 900, 4_000]));
        tokio::time::sleep(Duration::from_millis(millis)).await;
        if self.fate.moment().await {
            self.set_clock();
            self.fate.tell(format!("    meanwhile: {}", (self.meanwhile)(&self.platform)));
        }
        self.set_clock();
    }

    fn set_clock(&self) {
        self.platform.lock().now = self.time.now() + self.skew;
    }

    async fn disturbed<T>(
        &self,
        what: &str,
        request: impl AsyncFnOnce() -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let fault = self.fault();
        if fault != Fault::None {
            self.fate.tell(format!("    {what}: {fault:?}"));
        }
        self.travel().await;
        let lost = || Err(ProviderError::Unreachable("no answer".into()));
        let result = match fault {
            Fault::None => request().await,
            Fault::LostBefore => lost(),
            Fault::LostAfter => request().await.and_then(|_| lost()),
            Fault::Limited(pause) => {
                Err(ProviderError::Limited { retry_after: pause.map(Duration::from_secs) })
            }
            Fault::GarbledAfter => {
                request().await.and(Err(ProviderError::Garbled("{\"id\": ".to_owned())))
            }
            Fault::Barred => Err(ProviderError::Barred("the token has expired".to_owned())),
        };
        self.travel().await;
        result
    }

    fn misread(&self, mut seen: Seen) -> Seen {
        let often = self.fate.weather.one_reading_in;
        if often == 0 || !self.fate.draw(|chance| chance.one_in(often)) {
            return seen;
        }
        let how = self.fate.draw(|chance| chance.pick(&MISREADINGS));
        self.fate.tell(format!("    misread: {how:?}"));
        match how {
            Misreading::Torn => seen.completeness = Completeness::Partial,
            Misreading::Truncated => {
                seen.completeness = Completeness::Partial;
                seen.members.retain(|_| !self.fate.draw(|chance| chance.one_in(3)));
                seen.programs.retain(|_| !self.fate.draw(|chance| chance.one_in(3)));
            }
            Misreading::Repeated => {
                seen.completeness = Completeness::Partial;
                seen.members.extend(seen.members.clone());
                seen.programs.extend(seen.programs.first().cloned());
            }
            // Somebody is on two pages, differently.
            Misreading::Outdated => {
                seen.completeness = Completeness::Partial;
                if let Some(last) = seen.members.last().cloned() {
                    let revision = minisync::model::Revision::new("0");
                    seen.members.push(minisync::model::SeenMember { revision, ..last });
                }
            }
            Misreading::Reordered => {
                seen.members.reverse();
                seen.programs.reverse();
            }
            Misreading::UnknownWord => {
                let n = self.fate.draw(|chance| chance.below(8));
                if let Some(member) = seen.members.iter_mut().skip(1).nth(n) {
                    member.membership = Membership::Unrecognised("suspended".to_owned());
                }
            }
            Misreading::NoClock => seen.now = None,
        }
        seen
    }

    fn take_in(&self, step: &Step, before: &Picture) {
        let after = Picture::of(&self.platform.lock());
        let bounds = self.bounds.as_ref().expect("it has looked");
        let wrongs = self.toll.lock().unwrap().add(step, (before, &after), bounds);
        self.wrongs.lock().unwrap().extend(wrongs);
    }

    /// What must not even be asked.
    fn check(&self, step: &Step) {
        let removes = matches!(
            step.action,
            Action::Remove { .. } | Action::Withdraw { .. } | Action::DeleteProgram { .. }
        );
        if self.fate.is_late() {
            self.wrong(Some(format!("asked after its lock had ended: {:?}", step.action)));
        }
        if removes && self.is_half_blind.load(Ordering::Relaxed) {
            let wrong = format!("removed after an incomplete read: {:?}", step.action);
            self.wrong(Some(wrong));
        }
    }
}

impl Provider for Disturbed {
    fn capabilities(&self) -> Capabilities {
        self.platform.capabilities()
    }

    async fn observe(&self) -> Result<Seen, ProviderError> {
        let seen = self.disturbed("read", async || self.platform.observe().await).await?;
        let seen = self.misread(seen);
        self.seen.lock().unwrap().clone_from(&seen);
        self.is_half_blind.store(seen.completeness == Completeness::Partial, Ordering::Relaxed);
        Ok(seen)
    }

    async fn execute(&self, step: &Step, key: &IdempotencyKey) -> Result<Receipt, ProviderError> {
        self.check(step);
        let what = format!("{} {}", step.action.word(), step.action.subject());
        self.disturbed(&what, async || {
            let before = Picture::of(&self.platform.lock());
            let result = self.platform.execute(step, key).await;
            self.take_in(step, &before);
            let told = result.as_ref().map_or_else(ToString::to_string, |_| "done".to_owned());
            self.fate.tell(format!("    {what}: {told}"));
            result
        })
        .await
    }
}
