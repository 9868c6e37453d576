//! What was seen and left alone: who is waited for, what needs somebody, what is nobody's.

use super::{kind::Mark, phrase::Phrase, time};
use crate::{
    model::{Email, ProgramKey, ProgramRef, Subject},
    plan::{Lapse, Missing, Note, Plan, Stray},
    report::view::WorkspaceView,
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Under which heading a note stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Concern {
    Waiting,
    NeedsSomebody,
    LeftAlone,
}

impl Concern {
    pub(in crate::report) const ALL: [Self; 3] =
        [Self::Waiting, Self::NeedsSomebody, Self::LeftAlone];

    pub(in crate::report) fn of(note: &Note) -> Self {
        match note {
            Note::WaitingForMember { .. }
            | Note::WaitingForMaster { .. }
            | Note::WaitingForProgram { .. } => Self::Waiting,
            Note::InvitationLapsed { .. }
            | Note::Unsupported { .. }
            | Note::Ambiguous { .. }
            | Note::NameTaken { .. }
            | Note::Withheld { .. }
            | Note::Unrecognised { .. } => Self::NeedsSomebody,
            Note::Unmanaged(_) | Note::NotPruned { .. } | Note::Protected { .. } => Self::LeftAlone,
        }
    }

    pub(in crate::report) fn heading(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::NeedsSomebody => "Needs somebody",
            Self::LeftAlone => "Left alone",
        }
    }

    pub(in crate::report) fn mark(self) -> Mark {
        match self {
            Self::Waiting => Mark::Wait,
            Self::NeedsSomebody => Mark::Person,
            Self::LeftAlone => Mark::None,
        }
    }
}

/// Who or what a note is about.
pub(in crate::report) fn thing(note: &Note, workspace: &WorkspaceView<'_>) -> String {
    match note {
        Note::WaitingForMember { email, name, .. } | Note::InvitationLapsed { email, name, .. } => {
            format!("{name} <{email}>")
        }
        Note::WaitingForMaster { key, .. }
        | Note::NotPruned { key, .. }
        | Note::NameTaken { key, .. } => key.to_string(),
        Note::WaitingForProgram { email, .. }
        | Note::Protected { email }
        | Note::Unrecognised { email, .. } => workspace.person(email),
        Note::Unsupported { subject, .. }
        | Note::Ambiguous { subject, .. }
        | Note::Withheld { subject } => workspace.subject(subject),
        Note::Unmanaged(Stray::Program { name, .. }) => name.clone(),
        Note::Unmanaged(Stray::Member { email, name, .. }) => format!("{name} <{email}>"),
        Note::Unmanaged(Stray::Assignment { email, .. }) => workspace.person(email),
    }
}

/// What there is to say of the thing.
pub(in crate::report) fn text(
    note: &Note,
    workspace: &WorkspaceView<'_>,
    now: Timestamp,
) -> Phrase {
    match note {
        Note::WaitingForMember { email, sent, expires, .. } => {
            waiting(email, (*sent, *expires), workspace, now)
        }
        Note::WaitingForMaster { master, .. } => Phrase::words("waits for ")
            .and_data(workspace.person(master))
            .and(" to accept, who is to create it"),
        Note::WaitingForProgram { programs, .. } => Phrase::words("has to wait for ")
            .then(Phrase::short_list(programs.iter().map(Phrase::data), 6))
            .and(if programs.len() == 1 {
                ", which does not exist yet"
            } else {
                ", which do not exist yet"
            }),
        Note::InvitationLapsed { how, .. } => Phrase::words(lapse(*how)),
        Note::Unsupported { missing, .. } => unsupported(missing, workspace),
        Note::Unmanaged(stray) => unmanaged(stray, workspace),
        Note::NotPruned { name, .. } => Phrase::data(name)
            .and(", which no manifest asks for any more, is kept: the policy does not prune"),
        Note::Ambiguous { candidates, .. } => Phrase::words("could be any of ")
            .then(Phrase::short_list(candidates.iter().map(Phrase::data), 4))
            .and(", so nothing is done about it"),
        Note::NameTaken { name, by, .. } => Phrase::words("cannot be called ")
            .and_data(name)
            .and(" yet: the program ")
            .and_data(by)
            .and(" is called so"),
        Note::Protected { .. } => {
            Phrase::words("is the owner or the account we act as, and is never changed")
        }
        Note::Withheld { .. } => {
            Phrase::words("is left as it is, because not everything could be read")
        }
        Note::Unrecognised { said, .. } => Phrase::words("is `")
            .and_data(said)
            .and("` to the platform, a word that we do not know"),
    }
}

/// `invited 2 days ago, 19 hours left; the program coffee waits for them`
fn waiting(
    email: &Email,
    (sent, expires): (Timestamp, Timestamp),
    workspace: &WorkspaceView<'_>,
    now: Timestamp,
) -> Phrase {
    let times = format!("invited {}, {}", time::ago(sent, now), time::left(expires, now));
    let programs = held_up(email, workspace);
    let (before, after) = match programs.len() {
        0 => return Phrase::words(times),
        1 => ("; the program ", " waits for them"),
        _ => ("; the programs ", " wait for them"),
    };
    let programs = Phrase::short_list(programs.into_iter().map(Phrase::data), 4);
    Phrase::words(times).and(before).then(programs).and(after)
}

/// The programs that wait for a person to create them.
pub(in crate::report) fn held_up<'a>(
    email: &Email,
    workspace: &WorkspaceView<'a>,
) -> Vec<&'a ProgramKey> {
    let programs = workspace.plan.notes.iter().filter_map(|note| {
        let (key, master) = as_waiting_for_master(note)?;
        (master == email).then_some(key)
    });
    programs.collect()
}

fn as_waiting_for_master(note: &Note) -> Option<(&ProgramKey, &Email)> {
    if let Note::WaitingForMaster { key, master } = note { Some((key, master)) } else { None }
}

/// The notes of one concern, whose time is up first comes first. A program that waits for
/// somebody is told of beside that person where there is such a line.
pub(in crate::report) fn worth_telling(plan: &Plan, concern: Concern) -> Vec<&Note> {
    let awaited: BTreeSet<&Email> =
        plan.notes.iter().filter_map(as_awaited).map(|(email, _)| email).collect();
    let mut notes: Vec<&Note> = plan
        .notes
        .iter()
        .filter(|note| Concern::of(note) == concern)
        .filter(|note| {
            as_waiting_for_master(note).is_none_or(|(_, master)| !awaited.contains(master))
        })
        .collect();
    notes.sort_by_key(|note| as_awaited(note).map_or(Timestamp::MAX, |(_, expires)| expires));
    notes
}

fn as_awaited(note: &Note) -> Option<(&Email, Timestamp)> {
    if let Note::WaitingForMember { email, expires, .. } = note {
        Some((email, *expires))
    } else {
        None
    }
}

fn lapse(how: Lapse) -> &'static str {
    match how {
        Lapse::Expired => "did not accept the invitation in time",
        Lapse::Refused => "refused the invitation",
        Lapse::Withdrawn => "was invited, and the invitation was taken back on the platform",
    }
}

fn unsupported(missing: &Missing, workspace: &WorkspaceView<'_>) -> Phrase {
    Phrase::words(match missing {
        Missing::CreatingPrograms => {
            "this platform lets nobody create programs from outside; create it in its console"
        }
        Missing::DeletingPrograms => {
            "this platform lets nobody delete programs from outside; delete it in its console"
        }
        Missing::ChangingDefaultLanguage { from, to } => {
            return Phrase::words("the default language stays ")
                .and_data(from)
                .and(" and cannot become ")
                .and_data(to)
                .and(": it is settled when a program is created");
        }
        Missing::RemovingListing => "a listing that has been made cannot be taken away",
        Missing::ChangingRoles => "this platform cannot change roles",
        Missing::Resending => "this platform cannot resend invitations",
        Missing::Withdrawing => "this platform cannot withdraw invitations",
        Missing::Blocking => "this platform cannot block anybody",
        Missing::ActingAs(master) => {
            return Phrase::words("there is no credential to create it as ")
                .and_data(workspace.person(master));
        }
    })
}

fn unmanaged(stray: &Stray, workspace: &WorkspaceView<'_>) -> Phrase {
    match stray {
        Stray::Program { id, .. } => {
            Phrase::words("program ").and_data(id).and(" is in no manifest")
        }
        Stray::Member { .. } => Phrase::words("is on no roster"),
        Stray::Assignment { program, .. } => {
            let program = ProgramRef::Existing { key: None, id: program.clone() };
            Phrase::words("also has access to ")
                .and_data(workspace.program(&program))
                .and(", which is in no manifest")
        }
    }
}

/// What a note is about, where that has a place in a manifest.
pub(in crate::report) fn subject(note: &Note) -> Option<Subject> {
    match note {
        Note::WaitingForMember { email, .. }
        | Note::WaitingForProgram { email, .. }
        | Note::InvitationLapsed { email, .. }
        | Note::Protected { email }
        | Note::Unrecognised { email, .. } => Some(Subject::Member(email.clone())),
        Note::WaitingForMaster { key, .. }
        | Note::NotPruned { key, .. }
        | Note::NameTaken { key, .. } => Some(Subject::Program(key.clone())),
        Note::Unsupported { subject, .. }
        | Note::Ambiguous { subject, .. }
        | Note::Withheld { subject } => Some(subject.clone()),
        Note::Unmanaged(Stray::Member { email, .. } | Stray::Assignment { email, .. }) => {
            Some(Subject::Member(email.clone()))
        }
        Note::Unmanaged(Stray::Program { .. }) => None,
    }
}
