//! The life of a membership, move by move.

use super::{
    About, Changes, Invited, Member, Move, State,
    access::Sight,
    members::{expiry, refuse_owner},
};
use crate::{
    model::{self, Stage},
    sandbox::rule::{Refusal, Rule},
};
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
            Move::Leave => {
                let mover = self.invitee(found)?;
                refuse_owner(found, "let go")?;
                mover
            }
            Move::Resend | Move::Withdraw => self.manager()?,
            Move::Block | Move::Unblock => {
                let mover = self.manager()?;
                refuse_owner(found, "blocked")?;
                mover
            }
        };
        found.expect_unchanged(expected, now)?;
        let state = after(found, to, now)?;
        let invited = match (to, &found.invited) {
            (Move::Resend, Some(before)) => {
                self.not_exhausted(now)?;
                let times = before.times.saturating_add(1);
                Some(Invited { at: now, by: mover.email.clone(), times })
            }
            (
                Move::Resend
                | Move::Withdraw
                | Move::Accept
                | Move::Refuse
                | Move::Block
                | Move::Unblock
                | Move::Leave,
                before,
            ) => before.clone(),
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

/// Every legal move, and a no for each of the others.
fn after(member: &Member, to: Move, now: Timestamp) -> Result<State, Refusal> {
    let stage = member.stage(now);
    let next = stage.after(to.into()).ok_or_else(|| forbidden(member, stage, to))?;
    let since = match member.state {
        State::Active { since } | State::Blocked { since } => since,
        State::Invited { .. } | State::Refused | State::Withdrawn | State::Left => now,
    };
    Ok(match next {
        Stage::Pending => State::Invited { expires: expiry(now) },
        Stage::Active => State::Active { since },
        Stage::Blocked => State::Blocked { since },
        Stage::Refused => State::Refused,
        Stage::Withdrawn => State::Withdrawn,
        Stage::Left => State::Left,
        Stage::Nobody | Stage::Expired => return Err(forbidden(member, stage, to)),
    })
}

fn forbidden(member: &Member, stage: Stage, to: Move) -> Refusal {
    let email = &member.email;
    match (stage, to, member.state) {
        (Stage::Expired, Move::Accept | Move::Refuse, _) => Refusal::new(
            Rule::InvitationExpired,
            format!("the invitation of `{email}` has expired; ask for it to be resent"),
        ),
        (Stage::Pending, Move::Resend, State::Invited { expires }) => Refusal::new(
            Rule::InvitationPending,
            format!("the invitation of `{email}` is good until {expires}"),
        ),
        _ => Refusal::new(
            Rule::MembershipState,
            format!("`{email}` {}, so {} is not possible", stands(member), to.as_str()),
        ),
    }
}

fn stands(member: &Member) -> &'static str {
    match member.state {
        State::Invited { .. } => "has not accepted the invitation",
        State::Refused => "refused the invitation",
        State::Withdrawn => "is not invited any more",
        State::Active { .. } => "is a member",
        State::Blocked { .. } => "is blocked",
        State::Left => "has left",
    }
}

impl Move {
    /// In the order of a membership's life.
    pub const ALL: [Self; 7] = [
        Self::Resend,
        Self::Withdraw,
        Self::Accept,
        Self::Refuse,
        Self::Block,
        Self::Unblock,
        Self::Leave,
    ];

    /// The last segment of its path.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resend => "resend",
            Self::Withdraw => "withdraw",
            Self::Accept => "accept",
            Self::Refuse => "refuse",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Leave => "leave",
        }
    }
}

impl From<Move> for model::Move {
    fn from(to: Move) -> Self {
        match to {
            Move::Resend => Self::Resend,
            Move::Withdraw => Self::Withdraw,
            Move::Accept => Self::Accept,
            Move::Refuse => Self::Refuse,
            Move::Block => Self::Block,
            Move::Unblock => Self::Unblock,
            Move::Leave => Self::Leave,
        }
    }
}
