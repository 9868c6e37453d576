//! Whose turn it is after an invitation ended without being accepted, or a membership by itself:
//! ours to ask again, or a person's.

use super::person::{Person, Turn};
use crate::{
    model::{ActualMember, Member},
    plan::{Lapse, Note, OnEnd},
};
use jiff::Timestamp;

impl Person<'_> {
    pub(super) fn turn_after_refusal(&self, found: &ActualMember) -> Turn {
        let policy = self.case.rules.policy.invitations;
        if self.is_asked_again() {
            return Turn::AskAgain;
        }
        match policy.on_refused {
            OnEnd::Report => Turn::LeaveIt(self.lapsed(Lapse::Refused)),
            OnEnd::AskAgain => self.given_up(found).map_or(Turn::AskAgain, Turn::LeaveIt),
        }
    }

    pub(super) fn turn_after_leaving(&self) -> Turn {
        if self.is_asked_again() || self.case.rules.policy.who_left == OnEnd::AskAgain {
            return Turn::AskAgain;
        }
        let Member { email, name, .. } = self.wanted.clone();
        Turn::LeaveIt(Note::Left { email, name })
    }

    pub(super) fn turn_after_expiry(&self, since: Timestamp, found: &ActualMember) -> Turn {
        let policy = self.case.rules.policy.invitations;
        if self.is_asked_again() {
            return Turn::AskAgain;
        }
        if policy.on_expired == OnEnd::Report {
            return Turn::LeaveIt(self.lapsed(Lapse::Expired));
        }
        if let Some(note) = self.given_up(found) {
            return Turn::LeaveIt(note);
        }
        let doubled = 2_i32.saturating_pow(n_resends(found));
        let rest = policy.resend_after.checked_mul(doubled);
        let at = rest.and_then(|rest| since.checked_add(rest).ok()).unwrap_or(Timestamp::MAX);
        // Platforms tell their time in whole seconds (RFC 9110, 6.6.1).
        if at.as_second() <= self.case.rules.now.as_second() {
            return Turn::AskAgain;
        }
        let Member { email, name, .. } = self.wanted.clone();
        Turn::LeaveIt(Note::Resting { email, name, at, sends: found.sends })
    }

    fn is_asked_again(&self) -> bool {
        self.case.rules.again.contains(&self.wanted.email)
    }

    fn lapsed(&self, how: Lapse) -> Note {
        let Member { email, name, .. } = self.wanted.clone();
        Note::InvitationLapsed { email, name, how }
    }

    fn given_up(&self, found: &ActualMember) -> Option<Note> {
        let Member { email, name, .. } = self.wanted.clone();
        (n_resends(found) >= self.case.rules.policy.invitations.max_resends)
            .then_some(Note::GaveUp { email, name, sends: found.sends })
    }
}

/// Whom we adopted was invited by somebody else: that counts as the first time.
fn n_resends(found: &ActualMember) -> u32 {
    found.sends.saturating_sub(1)
}
