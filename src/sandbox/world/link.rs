//! What the link of an invitation's mail is still good for.

use super::{MemberNo, State, World};
use crate::model::{Email, WorkspaceId};
use jiff::Timestamp;

/// One sending of one invitation: what a link stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    pub workspace: WorkspaceId,
    pub member: MemberNo,
    /// The invitation's [`Invited::times`](super::Invited::times) when it was sent.
    pub times: u32,
    pub email: Email,
}

/// Never stored, so that it cannot be wrong: it follows from the membership as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkStanding {
    Open,
    Accepted,
    Refused,
    Expired,
    Withdrawn,
    /// A later mail to the same person has another link.
    Replaced,
    /// The membership is over.
    Gone,
}

impl World {
    pub fn standing(&self, sending: &Sending, now: Timestamp) -> LinkStanding {
        let Sending { workspace, member, times, email } = sending;
        let Some(workspace) = self.workspace(workspace) else { return LinkStanding::Gone };
        let Some(found) = workspace.member(*member) else {
            // Who is invited anew gets another number.
            let is_invited_anew = workspace.member_at(email).is_some_and(super::Member::is_live);
            return if is_invited_anew { LinkStanding::Replaced } else { LinkStanding::Gone };
        };
        let is_last = found.invited.as_ref().is_some_and(|invited| invited.times == *times);
        match found.state {
            State::Invited { .. } if !is_last => LinkStanding::Replaced,
            State::Invited { .. } if found.is_expired(now) => LinkStanding::Expired,
            State::Invited { .. } => LinkStanding::Open,
            State::Active { .. } | State::Blocked { .. } => LinkStanding::Accepted,
            State::Refused => LinkStanding::Refused,
            State::Withdrawn => LinkStanding::Withdrawn,
            State::Left => LinkStanding::Gone,
        }
    }
}
