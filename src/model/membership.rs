//! Where a person stands on the platform.

use super::Role;
use jiff::Timestamp;

/// `P` as in [`Role`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership<P> {
    Invited(Role<P>, Invitation),
    Active(Role<P>),
    Blocked(Role<P>),
    /// The platform used a word that we do not know; shown as it came, and never acted on.
    Unrecognised(String),
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
    Expired,
    Refused,
    Withdrawn,
}

impl<P> Membership<P> {
    pub fn role(&self) -> Option<&Role<P>> {
        match self {
            Self::Invited(role, _) | Self::Active(role) | Self::Blocked(role) => Some(role),
            Self::Unrecognised(_) => None,
        }
    }

    pub fn is_active(&self) -> bool {
        matches!(self, Self::Active(_))
    }
}
