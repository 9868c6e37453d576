//! Where a person stands on the platform.

use super::{Email, Role};
use jiff::Timestamp;

/// `P` as in [`Role`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership<P> {
    Invited(Role<P>, Invitation),
    Active(Role<P>),
    Blocked(Role<P>),
    /// Was active, and went of their own accord.
    Left(Role<P>),
    /// The platform used a word that we do not know; shown as it came, and never acted on.
    Unrecognised(String),
}

/// When something was last changed and by whom, as far as the platform tells. For people only: no plan
/// depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastChange {
    pub at: Option<Timestamp>,
    pub by: Option<Email>,
}

/// How a membership came about, as far as the platform tells. For people only: no plan depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Active since; as long as nobody has accepted: invited at.
    pub since: Option<Timestamp>,
    pub invited_by: Option<Email>,
    pub last_change: LastChange,
}

/// An invitation that nobody has accepted yet. Who accepts becomes [`Membership::Active`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invitation {
    /// Waits for the person. "A member invitation is valid for 3 days since you send it" (platform
    /// docs, Add a member to a workspace).
    Pending {
        sent: Timestamp,
        expires: Timestamp,
    },
    Expired {
        since: Timestamp,
    },
    Refused,
    Withdrawn,
}

impl<P> Membership<P> {
    pub fn role(&self) -> Option<&Role<P>> {
        match self {
            Self::Invited(role, _)
            | Self::Active(role)
            | Self::Blocked(role)
            | Self::Left(role) => Some(role),
            Self::Unrecognised(_) => None,
        }
    }

    /// Whether nothing is left of it, so that whoever is invited begins anew.
    pub fn is_over(&self) -> bool {
        match self {
            Self::Invited(_, Invitation::Refused | Invitation::Withdrawn) | Self::Left(_) => true,
            Self::Invited(_, Invitation::Pending { .. } | Invitation::Expired { .. })
            | Self::Active(_)
            | Self::Blocked(_)
            | Self::Unrecognised(_) => false,
        }
    }

    pub fn is_active(&self) -> bool {
        matches!(self, Self::Active(_))
    }
}

/// Where a membership stands, without its details; [`Stage::after`] is its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Never invited, or removed.
    Nobody,
    Pending,
    Expired,
    Refused,
    Withdrawn,
    Active,
    Blocked,
    Left,
}

/// A step in the life of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Move {
    Invite,
    /// The three days are over; nobody does this.
    Expire,
    Resend,
    Withdraw,
    Accept,
    Refuse,
    Block,
    Unblock,
    Leave,
    Remove,
}

impl Stage {
    /// Where the move leads; `None`: the platform forbids it.
    ///
    /// A sent invitation cannot be edited, and there is at most one for an address: whoever is to
    /// get another role is withdrawn and invited again (platform docs, Add a member to a workspace).
    pub fn after(self, step: Move) -> Option<Self> {
        match (self, step) {
            (Self::Nobody | Self::Refused | Self::Withdrawn | Self::Left, Move::Invite)
            | (Self::Expired, Move::Resend) => Some(Self::Pending),
            (Self::Pending, Move::Expire) => Some(Self::Expired),
            (Self::Pending | Self::Expired, Move::Withdraw) => Some(Self::Withdrawn),
            (Self::Pending, Move::Accept) | (Self::Blocked, Move::Unblock) => Some(Self::Active),
            (Self::Pending, Move::Refuse) => Some(Self::Refused),
            (Self::Active, Move::Block) => Some(Self::Blocked),
            (Self::Active, Move::Leave) => Some(Self::Left),
            (Self::Active | Self::Blocked | Self::Refused | Self::Left, Move::Remove) => {
                Some(Self::Nobody)
            }
            (
                Self::Nobody
                | Self::Pending
                | Self::Expired
                | Self::Refused
                | Self::Withdrawn
                | Self::Active
                | Self::Blocked
                | Self::Left,
                Move::Invite
                | Move::Expire
                | Move::Resend
                | Move::Withdraw
                | Move::Accept
                | Move::Refuse
                | Move::Block
                | Move::Unblock
                | Move::Leave
                | Move::Remove,
            ) => None,
        }
    }
}
