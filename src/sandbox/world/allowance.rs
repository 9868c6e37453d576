//! How many invitations a workspace may still send in this hour.
//!
//! Hours begin on the hour, in UTC. What counts is the invitations that are on record.

use super::{Workspace, access::Sight};
use crate::{
    platform::sandbox as wire,
    sandbox::rule::{Refusal, Rule},
};
use jiff::{SignedDuration, Timestamp};
use std::num::NonZeroU32;

const HOUR: i64 = 3600;

impl Sight<'_> {
    pub(super) fn allowance(self, now: Timestamp) -> Option<wire::Allowance> {
        self.each_hour.map(|each_hour| allowance(self.workspace, each_hour, now))
    }

    pub(super) fn not_exhausted(self, now: Timestamp) -> Result<(), Refusal> {
        match self.exhausted(now) {
            Some(message) => Err(Refusal::new(Rule::InvitationLimit, message)),
            None => Ok(()),
        }
    }

    /// Why no more invitations go out in this hour.
    pub(super) fn exhausted(self, now: Timestamp) -> Option<String> {
        let allowance = self.allowance(now).filter(|allowance| allowance.left == 0)?;
        let wire::Allowance { left: _, each_hour, renews_at } = allowance;
        Some(format!("{each_hour} invitations an hour are the limit; the next go at {renews_at}"))
    }
}

fn allowance(workspace: &Workspace, each_hour: NonZeroU32, now: Timestamp) -> wire::Allowance {
    let begun = hour(now);
    let sent = workspace.n_invited_since(begun);
    wire::Allowance {
        left: each_hour.get().saturating_sub(u32::try_from(sent).unwrap_or(u32::MAX)),
        each_hour: each_hour.get(),
        renews_at: next_hour(now).to_string(),
    }
}

/// When the next invitations may go.
pub fn next_hour(now: Timestamp) -> Timestamp {
    hour(now).checked_add(SignedDuration::from_secs(HOUR)).unwrap_or(Timestamp::MAX)
}

fn hour(now: Timestamp) -> Timestamp {
    let second = now.as_second();
    Timestamp::from_second(second - second.rem_euclid(HOUR)).unwrap_or(Timestamp::MIN)
}
