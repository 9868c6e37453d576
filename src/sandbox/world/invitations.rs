//! The life of a membership, move by move.

use super::{
    About, Changes, Invited, Member, Move, State,
    access::Sight,
    members::{expiry, refuse_owner},
};
use crate::sandbox::rule::{Refusal, Rule};
use jiff::Timestamp;

impl Sight<'_> {
    pub(super) fn move_member(
        self,
        id: &str,
        to: Move,
        expected: Option<&[u64]>,
        now: Timestamp,
    ) -> Result<Changes, Refusal> {
        let found = self.member(id)?;
        let mover = match to {
            Move::Accept | Move::Refuse => self.invitee(found)?,
            Move::Resend | Move::Withdraw => self.manager()?,
            Move::Block | Move::Unblock => {
                let mover = self.manager()?;
                refuse_owner(found, "blocked")?;
                mover
            }
        };
        found.expect_unchanged(expected, now)?;
        let state = after(found, to, now)?;
        let invited = match to {
            Move::Resend => Some(Invited { at: now, by: mover.email.clone() }),
            Move::Withdraw | Move::Accept | Move::Refuse | Move::Block | Move::Unblock => {
                found.invited.clone()
            }
        };
        let moved = Member { state, invited, ..found.clone() };
        Ok(Changes::to(self.workspace, About::Member(found.no)).member(moved))
    }

    fn invitee(self, member: &Member) -> Result<&Member, Refusal> {
        if self.own().is_some_and(|own| own.no == member.no) {
            return Ok(member);
        }
        let message = format!("only `{}` can answer this invitation", member.email);
        Err(Refusal::new(Rule::InviteeOnly, message))
    }
}

/// The state machine: every legal move, and a no for each of the others.
fn after(member: &Member, to: Move, now: Timestamp) -> Result<State, Refusal> {
    let is_expired = member.is_expired(now);
    match (to, member.state) {
        (Move::Accept, State::Invited { .. }) if !is_expired => Ok(State::Active { since: now }),
        (Move::Refuse, State::Invited { .. }) if !is_expired => Ok(State::Refused),
        (Move::Withdraw, State::Invited { .. }) => Ok(State::Withdrawn),
        (Move::Resend, State::Invited { .. }) if is_expired => {
            Ok(State::Invited { expires: expiry(now) })
        }
        (Move::Block, State::Active { since }) => Ok(State::Blocked { since }),
        (Move::Unblock, State::Blocked { since }) => Ok(State::Active { since }),
        (Move::Accept | Move::Refuse, State::Invited { .. }) => Err(Refusal::new(
            Rule::InvitationExpired,
            format!("the invitation of `{}` has expired; ask for it to be resent", member.email),
        )),
        (Move::Resend, State::Invited { expires }) => Err(Refusal::new(
            Rule::InvitationPending,
            format!("the invitation of `{}` is good until {expires}", member.email),
        )),
        (Move::Resend | Move::Withdraw | Move::Accept | Move::Refuse, _)
        | (Move::Block | Move::Unblock, _) => Err(Refusal::new(
            Rule::MembershipState,
            format!("`{}` {}, so {} is not possible", member.email, stands(member), to.as_str()),
        )),
    }
}

fn stands(member: &Member) -> &'static str {
    match member.state {
        State::Invited { .. } => "has not accepted the invitation",
        State::Refused => "refused the invitation",
        State::Withdrawn => "is not invited any more",
        State::Active { .. } => "is a member",
        State::Blocked { .. } => "is blocked",
    }
}

impl Move {
    /// In the order of a membership's life.
    pub const ALL: [Self; 6] =
        [Self::Resend, Self::Withdraw, Self::Accept, Self::Refuse, Self::Block, Self::Unblock];

    /// The last segment of its path.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resend => "resend",
            Self::Withdraw => "withdraw",
            Self::Accept => "accept",
            Self::Refuse => "refuse",
            Self::Block => "block",
            Self::Unblock => "unblock",
        }
    }
}
