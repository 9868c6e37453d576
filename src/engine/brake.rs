//! When a run asks for nothing more.

use super::{ProviderError, Receipt, retry::asks_too_much};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// After so many answers in a row that did not come, or were only to come back later, each tried
/// again and again, the platform is taken to be gone: what has not begun is left to another run. So
/// it is when our credential is not accepted any more, or when we are to come back so late that no
/// run waits for it.
const MOST_IN_VAIN: usize = 16;

/// What keeps a run from asking anything more, whatever is out already.
#[derive(Debug, Default)]
pub(super) struct Brake {
    /// Answers in a row that did not come, or were only to come back later.
    n_in_vain: AtomicUsize,
    /// How something ended could not be recorded.
    is_on: AtomicBool,
}

impl Brake {
    pub(super) fn put_on(&self) {
        self.is_on.store(true, Ordering::Relaxed);
    }

    pub(super) fn holds(&self) -> bool {
        self.is_on.load(Ordering::Relaxed) || self.n_in_vain.load(Ordering::Relaxed) >= MOST_IN_VAIN
    }

    pub(super) fn heed(&self, result: &Result<Receipt, ProviderError>) {
        match result {
            Err(ProviderError::Barred(_)) => self.give_up(),
            Err(error) if asks_too_much(error) => self.give_up(),
            Err(ProviderError::Unreachable(_) | ProviderError::Limited { .. }) => {
                self.n_in_vain.fetch_add(1, Ordering::Relaxed);
            }
            Ok(_) | Err(_) => {
                // What was asked at the same time may still come: what is over stays over.
                let anew = |n_before: usize| (n_before < MOST_IN_VAIN).then_some(0);
                let update =
                    self.n_in_vain.fetch_update(Ordering::Relaxed, Ordering::Relaxed, anew);
                update.unwrap_or_default();
            }
        }
    }

    fn give_up(&self) {
        self.n_in_vain.store(MOST_IN_VAIN, Ordering::Relaxed);
    }
}
