//! What was seen and left alone: who is waited for, what needs somebody, what is nobody's.

use super::{kind::Mark, phrase::Phrase, time};
use crate::{
    model::{Email, ProgramKey, ProgramRef, Subject},
    plan::{Lapse, Missing, Note, Plan, Stray, Term},
    report::view::WorkspaceView,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Under which heading a note stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Concern {
    Waiting,
    NeedsSomebody,
    Ending,
    LeftAlone,
}

impl Concern {
    pub(in crate::report) const ALL: [Self; 4] =
        [Self::Waiting, Self::NeedsSomebody, Self::Ending, Self::LeftAlone];

    pub(in crate::report) fn of(note: &Note) -> Self {
        match note {
            Note::WaitingForMember { .. }
            | Note::WaitingForMaster { .. }
            | Note::WaitingForProgram { .. }
            | Note::Resting { .. }
            | Note::Queued { .. }
            | Note::Moving { .. } => Self::Waiting,
            Note::GaveUp { .. }
            | Note::Left { .. }
            | Note::Undelivered { .. }
            | Note::InvitationLapsed { .. }
            | Note::Unsupported { .. }
            | Note::Ambiguous { .. }
            | Note::NameTaken { .. }
            | Note::LastProgram { .. }
            | Note::Withheld { .. }
            | Note::Unrecognised { .. } => Self::NeedsSomebody,
            Note::Ending { .. } => Self::Ending,
            Note::Unmanaged(_) | Note::NotPruned { .. } | Note::Protected { .. } => Self::LeftAlone,
        }
    }

    pub(in crate::report) fn heading(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::NeedsSomebody => "Needs somebody",
            Self::Ending => "Ends soon",
            Self::LeftAlone => "Left alone",
        }
    }

    pub(in crate::report) fn mark(self) -> Mark {
        match self {
            Self::Waiting => Mark::Wait,
            Self::NeedsSomebody => Mark::Person,
            Self::Ending | Self::LeftAlone => Mark::None,
        }
    }
}

/// Tells the notes of one workspace.
#[derive(Debug)]
pub(in crate::report) struct Teller<'a> {
    workspace: &'a WorkspaceView<'a>,
    now: Timestamp,
    held_up: HeldUp<'a>,
}

/// The programs that wait for a person to create them.
pub(in crate::report) type HeldUp<'a> = BTreeMap<&'a Email, Vec<&'a ProgramKey>>;

pub(in crate::report) fn held_up(plan: &Plan) -> HeldUp<'_> {
    let mut held_up = HeldUp::new();
    for (key, master) in plan.notes.iter().filter_map(as_waiting_for_master) {
        held_up.entry(master).or_default().push(key);
    }
    held_up
}

impl<'a> Teller<'a> {
    pub(in crate::report) fn new(workspace: &'a WorkspaceView<'a>, now: Timestamp) -> Self {
        Self { workspace, now, held_up: held_up(workspace.plan) }
    }

    /// Who or what a note is about.
    pub(in crate::report) fn thing(&self, note: &Note) -> String {
        match note {
            Note::WaitingForMember { email, name, .. }
            | Note::Resting { email, name, .. }
            | Note::Queued { email, name, .. }
            | Note::GaveUp { email, name, .. }
            | Note::Left { email, name }
            | Note::Undelivered { email, name, .. }
            | Note::InvitationLapsed { email, name, .. }
            | Note::Unmanaged(Stray::Member { email, name, .. }) => format!("{name} <{email}>"),
            Note::WaitingForMaster { key, .. }
            | Note::NotPruned { key, .. }
            | Note::LastProgram { key, .. }
            | Note::NameTaken { key, .. } => key.to_string(),
            Note::WaitingForProgram { email, .. }
            | Note::Protected { email }
            | Note::Unrecognised { email, .. }
            | Note::Moving { from: email, .. }
            | Note::Ending { email, .. }
            | Note::Unmanaged(Stray::Assignment { email, .. }) => self.workspace.person(email),
            Note::Unsupported { subject, .. }
            | Note::Ambiguous { subject, .. }
            | Note::Withheld { subject } => self.workspace.subject(subject),
            Note::Unmanaged(Stray::Program { name, .. }) => name.clone(),
        }
    }

    /// What there is to say of the thing.
    pub(in crate::report) fn text(&self, note: &Note) -> Phrase {
        match note {
            Note::WaitingForMember { email, term, .. } => {
                let held_up = self.held_up.get(email).map_or(&[][..], Vec::as_slice);
                waiting(*term, held_up, self.now)
            }
            Note::Resting { at, .. } => Phrase::words(format!(
                "did not accept in time; the invitation is sent again {}",
                time::when(*at, self.now)
            )),
            Note::Queued { at, .. } => Phrase::words(format!(
                "is invited {}: the platform takes no more invitations before",
                time::when(*at, self.now)
            )),
            Note::Moving { to, .. } => {
                Phrase::words("keeps this address until ").and_data(to).and(" has been accepted")
            }
            Note::Ending { program: None, until, .. } => {
                Phrase::words(format!("is removed after {until}"))
            }
            Note::Ending { program: Some(key), until, .. } => {
                Phrase::words("loses ").and_data(key).and(format!(" after {until}"))
            }
            Note::GaveUp { sends, .. } => Phrase::words(format!(
                "was invited {}, and is not asked again: the policy's `maxResends` is reached",
                super::count(usize::try_from(*sends).unwrap_or(usize::MAX), "time", "times")
            )),
            Note::Left { .. } => {
                Phrase::words("left by themselves, and policy does not pull anybody back")
            }
            Note::Undelivered { why, .. } => {
                Phrase::words("was invited, and the mail could not be delivered: ").and_data(why)
            }
            Note::WaitingForMaster { master, .. } => Phrase::words("waits for ")
                .and_data(self.workspace.person(master))
                .and(" to accept, who is to create it"),
            Note::WaitingForProgram { programs, .. } => waiting_for(programs),
            Note::InvitationLapsed { how, .. } => Phrase::words(lapse(*how)),
            Note::Unsupported { missing, .. } => unsupported(missing, self.workspace),
            Note::Unmanaged(stray) => unmanaged(stray, self.workspace),
            Note::NotPruned { name, .. } => Phrase::data(name)
                .and(", which no manifest asks for any more, is kept: the policy does not prune"),
            Note::LastProgram { name, of, .. } => Phrase::data(name)
                .and(", which no manifest asks for any more, is kept: it is all that ")
                .then(Phrase::short_list(
                    of.iter().map(|email| Phrase::data(self.workspace.person(email))),
                    NAMED,
                ))
                .and(if of.len() == 1 { " develops" } else { " develop" }),
            Note::Ambiguous { candidates, .. } => Phrase::words("could be any of ")
                .then(Phrase::short_list(candidates.iter().map(Phrase::data), NAMED))
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
            Note::Unrecognised { said, .. } => Phrase::words("is ")
                .and_quoted(said)
                .and(" to the platform, a word that we do not know"),
        }
    }
}

/// Things named in a note before the rest is counted.
const NAMED: usize = 4;

/// `invited 2 days ago, 19 hours left; the program coffee waits for them`
pub(in crate::report) fn waiting(
    Term { sent, expires }: Term,
    held_up: &[&ProgramKey],
    now: Timestamp,
) -> Phrase {
    let times = format!("invited {}, {}", time::ago(sent, now), time::left(expires, now));
    let (before, after) = match held_up.len() {
        0 => return Phrase::words(times),
        1 => ("; the program ", " waits for them"),
        _ => ("; the programs ", " wait for them"),
    };
    let programs = Phrase::short_list(held_up.iter().map(Phrase::data), NAMED);
    Phrase::words(times).and(before).then(programs).and(after)
}

fn waiting_for(programs: &BTreeSet<ProgramKey>) -> Phrase {
    let verb = if programs.len() == 1 { "does" } else { "do" };
    Phrase::words("has to wait for ")
        .then(Phrase::short_list(programs.iter().map(Phrase::data), NAMED))
        .and(format!(", which {verb} not exist yet"))
}

fn as_waiting_for_master(note: &Note) -> Option<(&ProgramKey, &Email)> {
    if let Note::WaitingForMaster { key, master, .. } = note { Some((key, master)) } else { None }
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
    if let Note::WaitingForMember { email, term, .. } = note {
        Some((email, term.expires))
    } else {
        None
    }
}

fn lapse(how: Lapse) -> &'static str {
    match how {
        Lapse::Expired => "did not accept the invitation in time",
        Lapse::Refused => "refused the invitation",
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
        | Note::Resting { email, .. }
        | Note::Queued { email, .. }
        | Note::Moving { to: email, .. }
        | Note::Ending { email, .. }
        | Note::GaveUp { email, .. }
        | Note::Left { email, .. }
        | Note::Undelivered { email, .. }
        | Note::Protected { email }
        | Note::Unrecognised { email, .. } => Some(Subject::Member(email.clone())),
        Note::WaitingForMaster { key, .. }
        | Note::NotPruned { key, .. }
        | Note::LastProgram { key, .. }
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
