//! When a run asks for nothing more.

use super::{ProviderError, Receipt, retry::asks_too_much};
use crate::plan::Action;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// After so many answers in a row that did not come, or were only to come back later, each tried
/// again and again, the platform is taken to be gone: what has not begun is left to another run. So
/// it is when our credential is not accepted any more, or when we are to come back so late that no
/// run waits for it; where that was said to an invitation, invitations only are left: platforms take
/// so many of them in an hour.
const MOST_IN_VAIN: usize = 16;

/// What keeps a run from asking anything more, whatever is out already.
#[derive(Debug, Default)]
pub(super) struct Brake {
    /// Answers in a row that did not come, or were only to come back later.
    n_in_vain: AtomicUsize,
    /// How something ended could not be recorded.
    is_on: AtomicBool,
    /// No invitation is taken for longer than a run waits.
    invites_no_more: AtomicBool,
}

impl Brake {
    pub(super) fn put_on(&self) {
        self.is_on.store(true, Ordering::Relaxed);
    }

    pub(super) fn holds(&self) -> bool {
        self.is_on.load(Ordering::Relaxed) || self.n_in_vain.load(Ordering::Relaxed) >= MOST_IN_VAIN
    }

    pub(super) fn holds_back(&self, action: &Action) -> bool {
        self.holds() || action.sends_invitation() && self.invites_no_more.load(Ordering::Relaxed)
    }

    pub(super) fn heed(&self, action: &Action, result: &Result<Receipt, ProviderError>) {
        match result {
            Err(ProviderError::Barred(_)) => self.give_up(),
            Err(error) if asks_too_much(error) => match action.sends_invitation() {
                true => self.invites_no_more.store(true, Ordering::Relaxed),
                false => self.give_up(),
            },
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

#[cfg(test)]
mod tests {
    use super::Brake;
    use crate::{
        engine::ProviderError,
        model::{MemberId, Role},
        plan::Action,
    };
    use std::time::Duration;

    #[test]
    fn whoever_takes_no_more_invitations_is_asked_everything_else() {
        let email = "lin@example.com".parse().expect("an address");
        let invite = Action::Invite { email, name: "Lin".into(), role: Role::Master };
        let email = "mei@example.com".parse().expect("an address");
        let block = Action::Block { email, id: MemberId::new("m1") };
        let later = || Err(ProviderError::Limited { retry_after: Some(Duration::from_secs(3600)) });
        let brake = Brake::default();
        brake.heed(&invite, &later());
        assert!(brake.holds_back(&invite) && !brake.holds_back(&block) && !brake.holds());
        brake.heed(&block, &later());
        assert!(brake.holds_back(&block) && brake.holds());
    }
}
