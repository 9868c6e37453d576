//! Letters for invitations: written with them, or not at all.

use super::{Unavailable, desk::Desk};
use crate::{
    model::WorkspaceId,
    sandbox::{
        mail::{Fate, Letter, MessageId, Parcel},
        token::Token,
        world::{Change, Changes, LinkStanding, Member, MemberNo, Sending, State},
    },
};
use jiff::Timestamp;
use rusqlite::Result;

/// What is to be delivered, and when to look again if that is nothing.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Due {
    pub(in crate::sandbox) parcels: Vec<Parcel>,
    pub(in crate::sandbox) next: Option<Timestamp>,
}

/// A letter that is to be written, once the changes are taken.
pub(super) struct Task {
    member: MemberNo,
    token: Token,
    id: MessageId,
}

impl Desk {
    /// The letters that the changes call for; empty where no mail is sent.
    pub(super) fn tasks(&self, changes: &Changes) -> std::result::Result<Vec<Task>, Unavailable> {
        if self.letterhead.is_none() {
            return Ok(Vec::new());
        }
        let workspace = self.world.workspace(&changes.workspace);
        let is_sent = |member: &Member| {
            let before = workspace.and_then(|workspace| workspace.member(member.no));
            let times = |member: &Member| member.invited.as_ref().map(|invited| invited.times);
            matches!(member.state, State::Invited { .. }) && before.and_then(times) != times(member)
        };
        members(changes)
            .filter(|member| is_sent(member))
            .map(|member| {
                let random = |why: getrandom::Error| Unavailable(why.to_string());
                let token = Token::for_link().map_err(random)?;
                let id = MessageId::random(self.now).map_err(random)?;
                Ok(Task { member: member.no, token, id })
            })
            .collect()
    }

    /// Takes back what has not gone out and is not wanted any more.
    pub(super) fn call_back(&self, changes: &Changes) -> Result<()> {
        for change in &changes.changes {
            let (no, wanted) = match change {
                Change::Member(member) => (member.no, pending(member)),
                Change::MemberGone(no) => (*no, None),
                Change::Program(_) | Change::ProgramGone(_) | Change::Logo { .. } => continue,
            };
            self.rows.call_back(changes.workspace.as_str(), no, wanted)?;
        }
        Ok(())
    }

    /// Writes the letters of changes that were taken.
    pub(super) fn post(&mut self, workspace: &WorkspaceId, tasks: Vec<Task>) -> Result<()> {
        let Some(letterhead) = &self.letterhead else { return Ok(()) };
        for Task { member: no, token, id } in tasks {
            let Some(found) = self.world.workspace(workspace) else { continue };
            let Some(member) = found.member(no) else { continue };
            let Some(letter) = Letter::to(found, member, letterhead.link(&token)) else { continue };
            let sending = Sending {
                workspace: workspace.clone(),
                member: no,
                times: member.invited.as_ref().map_or(0, |invited| invited.times),
                email: member.email.clone(),
            };
            self.rows.put_link(token.hash(), &sending)?;
            let message_id = id.within(letterhead.domain());
            let message = letterhead.message(&letter, &message_id, self.now);
            self.rows.put_mail(&sending, &message_id, &message, self.now)?;
            self.has_mail = true;
        }
        Ok(())
    }

    /// What is to go out by now. Invitations that nobody can accept any more are not among it.
    pub(super) fn due(&mut self) -> Result<Due> {
        let now = self.now;
        let mut due = Due::default();
        for (parcel, sending) in self.rows.due(now)? {
            let standing =
                sending.map_or(LinkStanding::Gone, |sending| self.world.standing(&sending, now));
            match standing {
                LinkStanding::Open => due.parcels.push(parcel),
                LinkStanding::Expired => {
                    self.begin()?;
                    self.rows.give_up(parcel.id)?;
                }
                LinkStanding::Accepted
                | LinkStanding::Refused
                | LinkStanding::Withdrawn
                | LinkStanding::Replaced
                | LinkStanding::Gone => {
                    self.begin()?;
                    self.rows.drop_mail(parcel.id)?;
                }
            }
        }
        due.next = self.rows.next_due(now)?;
        Ok(due)
    }

    pub(super) fn settle(&mut self, fates: &[(i64, Fate)]) -> Result<()> {
        self.begin()?;
        for (id, fate) in fates {
            self.rows.settle(*id, fate, self.now)?;
        }
        Ok(())
    }
}

fn members(changes: &Changes) -> impl Iterator<Item = &Member> {
    changes.changes.iter().filter_map(|change| match change {
        Change::Member(member) => Some(&**member),
        Change::MemberGone(_)
        | Change::Program(_)
        | Change::ProgramGone(_)
        | Change::Logo { .. } => None,
    })
}

/// Which sending somebody may still answer.
fn pending(member: &Member) -> Option<u32> {
    match member.state {
        State::Invited { .. } => member.invited.as_ref().map(|invited| invited.times),
        State::Refused
        | State::Withdrawn
        | State::Active { .. }
        | State::Blocked { .. }
        | State::Left => None,
    }
}
