//! What is said of invitations.

use super::{count, kind::Mark, note, phrase::Phrase, step, time};
use crate::{
    plan::Note,
    report::invitation::{Group, Invitation, InvitationsView, State},
};

impl Group {
    pub(in crate::report) const ALL: [Self; 3] = [Self::Waiting, Self::Later, Self::Ended];

    pub(in crate::report) fn heading(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting for an answer",
            Self::Later => "Later",
            Self::Ended => "Ended",
        }
    }
}

impl Invitation<'_> {
    /// Ended ones that somebody has to decide about stand out.
    pub(in crate::report) fn mark(&self) -> Mark {
        match self.state.group() {
            Group::Waiting if self.undelivered.is_some() => Mark::Person,
            Group::Waiting | Group::Later => Mark::Wait,
            Group::Ended if self.note.is_some() => Mark::Person,
            Group::Ended => Mark::None,
        }
    }

    /// `Lin Wei <lin@example.com>`
    pub(in crate::report) fn person(&self) -> String {
        self.workspace.person(self.email)
    }

    /// `as developer of coffee: invited 2 days ago, 19 hours left; sent 1 of 3 times, by Mei Chen`
    pub(in crate::report) fn text(&self, view: &InvitationsView<'_>) -> Phrase {
        let role = step::role_of(&self.role, self.workspace);
        let text = Phrase::words("as ").then(role).and(": ").then(self.standing());
        let mut text = text.and("; ").and(self.sends(view.most_sends()));
        if let Some(by) = self.invited_by {
            text = text.and(", by ").and_data(
                self.workspace.name(by).filter(|name| !name.is_empty()).unwrap_or(by.as_str()),
            );
        }
        match self.undelivered {
            Some(why) => text.and("; the mail has not arrived: ").and_data(why),
            None => text,
        }
    }

    fn standing(&self) -> Phrase {
        let now = self.workspace.now;
        Phrase::words(match self.state {
            State::Pending { term, is_urgent } => return note::term(term, is_urgent, now),
            State::Queued { at } => format!("goes {}", time::at(at, now)),
            State::Resting { at } => format!("expired, and is sent again {}", time::at(at, now)),
            State::Expired { since } => format!("expired {}", time::ago(since, now)),
            State::GaveUp => "given up".to_owned(),
            State::Refused => "refused".to_owned(),
            State::Left => "left after accepting".to_owned(),
            State::Withdrawn => "withdrawn".to_owned(),
        })
    }

    fn sends(&self, most: u32) -> String {
        match (self.sends, self.state) {
            (0, State::Queued { .. }) => "not sent yet".to_owned(),
            (0, _) => "not sent by us, or for something else".to_owned(),
            (sends, _) if sends > most => format!("sent {sends} times"),
            (sends, _) => format!("sent {sends} of {most} times"),
        }
    }

    /// The way out, where somebody has to decide.
    pub(in crate::report) fn help(&self) -> Option<Phrase> {
        let bounced = self.undelivered.map(|why| Note::Undelivered {
            email: self.email.clone(),
            name: self.name.to_owned(),
            why: why.to_owned(),
        });
        super::way_out::help(bounced.as_ref().or(self.note)?)
    }
}

/// `3 invitations: 2 wait for an answer, 1 ended.`
pub(in crate::report) fn summary(invitations: &[Invitation<'_>]) -> String {
    let n = |group| invitations.iter().filter(|it| it.state.group() == group).count();
    let parts: Vec<String> = [
        (n(Group::Waiting), "waits for an answer", "wait for an answer"),
        (n(Group::Later), "goes later", "go later"),
        (n(Group::Ended), "has ended", "have ended"),
    ]
    .into_iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, one, many)| count(n, one, many))
    .collect();
    match invitations.len() {
        0 => "No invitation.".to_owned(),
        all => format!("{}: {}.", count(all, "invitation", "invitations"), parts.join(", ")),
    }
}
