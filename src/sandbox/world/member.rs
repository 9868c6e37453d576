//! A membership as the sandbox keeps it, from the invitation on.

use super::{MemberNo, ProgramNo, Touch};
use crate::{
    model::{Email, Role, Stage},
    platform::sandbox::{self as wire, MemberStatus},
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Whatever is in here has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub no: MemberNo,
    /// The workspace's when this was last changed; see [`Member::revision_at`].
    pub revision: u64,
    pub name: String,
    pub email: Email,
    pub role: Role<ProgramNo>,
    /// `None` for the owner, whom nobody invited.
    pub invited: Option<Invited>,
    pub state: State,
    /// As in [`Program`](super::Program).
    pub touch: Option<Touch>,
}

/// The invitation as it was last sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    pub at: Timestamp,
    pub by: Email,
    /// From 1.
    pub times: u32,
}

/// Where a membership stands. *Expired* is not among them: whether an invitation has run out is a
/// question of the time at which one looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Invited { expires: Timestamp },
    Refused,
    Withdrawn,
    Active { since: Timestamp },
    Blocked { since: Timestamp },
    Left,
}

/// A stored field that does not hold what was written there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the field `{0}` holds something else than was written there")]
pub struct Damaged(pub &'static str);

impl Member {
    pub fn is_expired(&self, now: Timestamp) -> bool {
        matches!(self.state, State::Invited { expires } if expires <= now)
    }

    /// When the invitation dies, while there is one.
    pub fn expires(&self) -> Option<Timestamp> {
        match self.state {
            State::Invited { expires } => Some(expires),
            State::Refused
            | State::Withdrawn
            | State::Active { .. }
            | State::Blocked { .. }
            | State::Left => None,
        }
    }

    /// The revision as it shows: an invitation that has run out is another thing to look at.
    pub fn revision_at(&self, now: Timestamp) -> u64 {
        self.revision + u64::from(self.is_expired(now))
    }

    /// Where it stands at that time.
    pub fn stage(&self, now: Timestamp) -> Stage {
        match self.state {
            State::Invited { .. } if self.is_expired(now) => Stage::Expired,
            State::Invited { .. } => Stage::Pending,
            State::Refused => Stage::Refused,
            State::Withdrawn => Stage::Withdrawn,
            State::Active { .. } => Stage::Active,
            State::Blocked { .. } => Stage::Blocked,
            State::Left => Stage::Left,
        }
    }

    /// Whether it gives access, or may come to.
    pub fn is_live(&self) -> bool {
        match self.state {
            State::Invited { .. } | State::Active { .. } | State::Blocked { .. } => true,
            State::Refused | State::Withdrawn | State::Left => false,
        }
    }

    /// As it shows at that time.
    pub fn to_wire(&self, now: Timestamp) -> wire::Member {
        let (status, expires, since) = match self.state {
            State::Invited { expires } if expires <= now => {
                (MemberStatus::Expired, Some(expires), None)
            }
            State::Invited { expires } => (MemberStatus::Invited, Some(expires), None),
            State::Refused => (MemberStatus::Refused, None, None),
            State::Withdrawn => (MemberStatus::Withdrawn, None, None),
            State::Active { since } => (MemberStatus::Active, None, Some(since)),
            State::Blocked { since } => (MemberStatus::Blocked, None, Some(since)),
            State::Left => (MemberStatus::Left, None, None),
        };
        let (role, programs) = role_to_wire(&self.role);
        wire::Member {
            id: self.no.to_string(),
            revision: self.revision_at(now),
            name: self.name.clone(),
            email: self.email.to_string(),
            role,
            programs,
            status,
            invited_at: self.invited.as_ref().map(|invited| invited.at.to_string()),
            expires_at: expires.map(|at| at.to_string()),
            active_since: since.map(|at| at.to_string()),
            invited_by: self.invited.as_ref().map(|invited| invited.by.to_string()),
            times_sent: self.invited.as_ref().map_or(0, |invited| invited.times),
            undelivered: None,
            changed_by: self.touch.as_ref().map(|touch| touch.by.clone()),
            changed_at: self.touch.as_ref().map(|touch| touch.at.to_string()),
        }
    }

    /// The way back from [`Member::to_wire`] before anything ran out: rows are kept as the API
    /// shows them.
    pub fn from_wire(member: wire::Member) -> Result<Self, Damaged> {
        let state = state_from_wire(&member)?;
        let invited = match (&member.invited_at, &member.invited_by) {
            (Some(at), Some(by)) => {
                let by = by.parse().map_err(|_| Damaged("invitedBy"))?;
                Some(Invited { at: time(at)?, by, times: member.times_sent.max(1) })
            }
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err(Damaged("invitedBy")),
        };
        Ok(Self {
            no: member.id.parse().map_err(|_| Damaged("id"))?,
            revision: member.revision,
            email: member.email.parse().map_err(|_| Damaged("email"))?,
            role: role_from_wire(member.role, &member.programs)?,
            touch: Touch::from_wire(member.changed_at.as_ref(), member.changed_by)?,
            name: member.name,
            invited,
            state,
        })
    }
}

fn state_from_wire(member: &wire::Member) -> Result<State, Damaged> {
    let moment = |field: &'static str, value: &Option<String>| {
        value.as_deref().ok_or(Damaged(field)).and_then(time)
    };
    Ok(match member.status {
        MemberStatus::Invited => {
            State::Invited { expires: moment("expiresAt", &member.expires_at)? }
        }
        MemberStatus::Refused => State::Refused,
        MemberStatus::Withdrawn => State::Withdrawn,
        MemberStatus::Active => {
            State::Active { since: moment("activeSince", &member.active_since)? }
        }
        MemberStatus::Blocked => {
            State::Blocked { since: moment("activeSince", &member.active_since)? }
        }
        MemberStatus::Left => State::Left,
        MemberStatus::Expired | MemberStatus::Other(_) => return Err(Damaged("status")),
    })
}

fn role_to_wire(role: &Role<ProgramNo>) -> (wire::Role, BTreeSet<String>) {
    let programs = role.assignments().map(ToString::to_string).collect();
    match role {
        Role::Owner => (wire::Role::Owner, programs),
        Role::Master => (wire::Role::Master, programs),
        Role::Developer(_) => (wire::Role::Developer, programs),
    }
}

fn role_from_wire(
    role: wire::Role,
    programs: &BTreeSet<String>,
) -> Result<Role<ProgramNo>, Damaged> {
    Ok(match role {
        wire::Role::Owner => Role::Owner,
        wire::Role::Master => Role::Master,
        wire::Role::Developer => Role::Developer(
            programs
                .iter()
                .map(|id| id.parse().map_err(|_| Damaged("programs")))
                .collect::<Result<_, _>>()?,
        ),
    })
}

pub(super) fn time(text: &str) -> Result<Timestamp, Damaged> {
    text.parse().map_err(|_| Damaged("time"))
}
