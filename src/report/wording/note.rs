//! What was seen and left alone: who is waited for, what needs somebody, what is nobody's.

use super::{awaited::Burdens, kind::Mark, phrase::Phrase, time};
use crate::{
    model::{Email, Field, ProgramKey, ProgramRef, Subject},
    plan::{Lapse, Missing, Note, Plan, Stray, Term},
    report::view::{PlanView, WorkspaceView},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::{collections::BTreeSet, rc::Rc};

/// Under which heading a note stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Concern {
    Waiting,
    /// Goes by itself, at a time that is known.
    Later,
    NeedsSomebody,
    Ending,
    LeftAlone,
}

impl Concern {
    pub(in crate::report) const ALL: [Self; 5] =
        [Self::Waiting, Self::Later, Self::NeedsSomebody, Self::Ending, Self::LeftAlone];

    pub(in crate::report) fn of(note: &Note) -> Self {
        match note {
            Note::WaitingForMember { .. }
            | Note::WaitingForMaster { .. }
            | Note::WaitingForProgram { .. }
            | Note::Moving { .. } => Self::Waiting,
            Note::Resting { .. } | Note::Queued { .. } => Self::Later,
            Note::GaveUp { .. }
            | Note::Left { .. }
            | Note::Undelivered { .. }
            | Note::InvitationLapsed { .. }
            | Note::Unsupported { .. }
            | Note::Ambiguous { .. }
            | Note::NameTaken { .. }
            | Note::LastProgram { .. }
            | Note::Lookalike { .. }
            | Note::Withheld { .. }
            | Note::Unrecognised { .. }
            | Note::Incomplete
            | Note::ClocksDisagree { .. } => Self::NeedsSomebody,
            Note::Ending { .. } => Self::Ending,
            Note::Unmanaged(_)
            | Note::NotPruned { .. }
            | Note::Ignored { .. }
            | Note::IgnoreEnded { .. }
            | Note::Protected { .. }
            | Note::Kept { .. } => Self::LeftAlone,
        }
    }

    pub(in crate::report) fn heading(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Later => "Later",
            Self::NeedsSomebody => "Needs somebody",
            Self::Ending => "Ends soon",
            Self::LeftAlone => "Left alone",
        }
    }

    pub(in crate::report) fn mark(self) -> Mark {
        match self {
            Self::Waiting | Self::Later => Mark::Wait,
            Self::NeedsSomebody => Mark::Person,
            Self::Ending | Self::LeftAlone => Mark::None,
        }
    }
}

/// Tells the notes of one workspace.
#[derive(Debug)]
pub(in crate::report) struct Teller<'a> {
    workspace: &'a WorkspaceView<'a>,
    burdens: Burdens<'a>,
}

impl<'a> Teller<'a> {
    pub(in crate::report) fn new(workspace: &'a WorkspaceView<'a>) -> Self {
        Self { workspace, burdens: Burdens::of(workspace.plan) }
    }

    pub(in crate::report) fn workspace(&self) -> &'a WorkspaceView<'a> {
        self.workspace
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
            | Note::Lookalike { key, .. }
            | Note::NameTaken { key, .. } => key.to_string(),
            Note::WaitingForProgram { email, .. }
            | Note::Protected { email }
            | Note::Unrecognised { email, .. }
            | Note::Moving { from: email, .. }
            | Note::Ending { email, .. }
            | Note::Unmanaged(Stray::Assignment { email, .. }) => self.workspace.person(email),
            Note::Unsupported { subject, .. }
            | Note::Ambiguous { subject, .. }
            | Note::Ignored { subject, .. }
            | Note::IgnoreEnded { subject, .. }
            | Note::Withheld { subject }
            | Note::Kept { subject } => self.workspace.subject(subject),
            Note::Unmanaged(Stray::Program { name, .. }) => name.clone(),
            Note::Incomplete | Note::ClocksDisagree { .. } => self.workspace.id.to_string(),
        }
    }

    /// What there is to say of the thing.
    pub(in crate::report) fn text(&self, note: &Note) -> Phrase {
        let now = self.workspace.now;
        match note {
            Note::WaitingForMember { email, term, is_urgent, .. } => {
                let burden = self.burdens.on(email);
                let burden = burden.map(|burden| burden.text(self.workspace));
                self::term(*term, *is_urgent, now).then(burden.unwrap_or_default())
            }
            Note::Resting { at, sends, .. } => resting(*at, *sends, now),
            Note::Queued { at, .. } => queued(*at, now),
            Note::Moving { to, .. } => {
                Phrase::words("keeps this address until ").and_data(to).and(" has been accepted")
            }
            Note::Ending { program, until, .. } => ending(program.as_ref(), *until),
            Note::GaveUp { sends, .. } => Phrase::words(format!(
                "was invited {} and never accepted, and `maxResends` allows no more",
                times(*sends)
            )),
            Note::Left { .. } => {
                Phrase::words("left by themselves, and policy does not pull anybody back")
            }
            Note::Undelivered { why, .. } => {
                Phrase::words("was invited, and the mail has not arrived: ").and_data(why)
            }
            Note::WaitingForMaster { master, term, .. } => {
                waiting_for_master(self.workspace.person(master), *term, now)
            }
            Note::WaitingForProgram { programs, .. } => waiting_for(programs),
            Note::InvitationLapsed { how, .. } => Phrase::words(lapse(*how)),
            Note::Unsupported { missing, .. } => unsupported(missing, self.workspace),
            Note::Unmanaged(stray) => unmanaged(stray, self.workspace),
            Note::NotPruned { name, .. } => Phrase::data(name)
                .and(", which no manifest asks for any more, is kept: the policy does not prune"),
            Note::LastProgram { name, of, .. } => last_program(name, of, self.workspace),
            Note::Ambiguous { candidates, .. } => Phrase::words("could be any of ")
                .then(Phrase::short_list(candidates.iter().map(Phrase::data), NAMED))
                .and(", so nothing is done about it"),
            Note::NameTaken { name, by, .. } => Phrase::words("cannot be called ")
                .and_data(name)
                .and(" yet: the program ")
                .and_data(by)
                .and(" is called so"),
            Note::Lookalike { name, .. } => Phrase::words("looks like ")
                .and_data(name)
                .and(", which is in no manifest: it may be the same, renamed by hand"),
            Note::Ignored { field, until, .. } => ignored(field, *until),
            Note::IgnoreEnded { field, until, .. } => Phrase::data(field)
                .and(format!(" was ignored until {until}, and the manifest counts again")),
            Note::Protected { .. } => {
                Phrase::words("is the owner or the account we act as, and is never changed")
            }
            Note::Kept { subject } => Phrase::words(kept(subject)),
            Note::Withheld { .. } => {
                Phrase::words("is left as it is, because not everything could be read")
            }
            Note::Unrecognised { said, .. } => unrecognised(said),
            Note::Incomplete => Phrase::words("could not be read whole, so nothing is taken away"),
            Note::ClocksDisagree { theirs, ours } => clocks(*theirs, *ours),
        }
    }
}

fn clocks(theirs: Timestamp, ours: Timestamp) -> Phrase {
    let (theirs, ours) = (time::moment(theirs), time::moment(ours));
    Phrase::words(format!(
        "says that it is {theirs} UTC, and this machine says {ours}: what has a last day does not \
         end before it has passed by both"
    ))
}

fn unrecognised(said: &str) -> Phrase {
    Phrase::words("is ").and_quoted(said).and(" to the platform, a word that we do not know")
}

fn ending(program: Option<&ProgramKey>, until: Date) -> Phrase {
    match program {
        None => Phrase::words(format!("is removed after {until}")),
        Some(key) => Phrase::words("loses ").and_data(key).and(format!(" after {until}")),
    }
}

/// Things named in a note before the rest is counted.
const NAMED: usize = 4;

/// `invited 2 days ago, 19 hours left`; urgent: `only 9 hours left`
pub(in crate::report) fn term(
    Term { sent, expires }: Term,
    is_urgent: bool,
    now: Timestamp,
) -> Phrase {
    let only = if is_urgent && expires > now { "only " } else { "" };
    Phrase::words(format!("invited {}, {only}{}", time::ago(sent, now), time::left(expires, now)))
}

/// `3 times`; whom somebody else invited was invited once.
pub(in crate::report) fn times(sends: u32) -> String {
    match sends {
        0 | 1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}

fn resting(at: Timestamp, sends: u32, now: Timestamp) -> Phrase {
    Phrase::words(format!(
        "was invited {} and did not accept in time; the invitation is sent again {}",
        times(sends),
        time::at(at, now)
    ))
}

fn queued(at: Timestamp, now: Timestamp) -> Phrase {
    let when = time::at(at, now);
    Phrase::words(format!("is invited {when}: the platform takes no more invitations before"))
}

fn waiting_for_master(master: String, term: Option<Term>, now: Timestamp) -> Phrase {
    let by = Phrase::words("is to be created by ").and_data(master);
    match term {
        None => by.and(", who is no master yet"),
        Some(term) => {
            by.and(", who has to accept first (").then(self::term(term, false, now)).and(")")
        }
    }
}

fn waiting_for(programs: &BTreeSet<ProgramKey>) -> Phrase {
    let verb = if programs.len() == 1 { "does" } else { "do" };
    Phrase::words("has to wait for ")
        .then(Phrase::short_list(programs.iter().map(Phrase::data), NAMED))
        .and(format!(", which {verb} not exist yet"))
}

/// The notes of one concern, whose time is up first comes first. What hangs on somebody is told of
/// beside that person where there is such a line.
pub(in crate::report) fn worth_telling(plan: &Plan, concern: Concern) -> Vec<&Note> {
    let burdens = Burdens::of(plan);
    let notes = plan.notes.iter().filter(|note| Concern::of(note) == concern);
    let mut notes: Vec<&Note> = notes.filter(|note| !burdens.tell(note)).collect();
    notes.sort_by_key(|note| due(note));
    notes
}

/// The same of every workspace, with who tells it.
pub(in crate::report) fn told<'a>(
    view: &'a PlanView<'a>,
    concern: Concern,
) -> Vec<(Rc<Teller<'a>>, &'a Note)> {
    let mut told = Vec::new();
    for workspace in &view.workspaces {
        let teller = Rc::new(Teller::new(workspace));
        let notes = worth_telling(workspace.plan, concern).into_iter();
        told.extend(notes.map(|note| (Rc::clone(&teller), note)));
    }
    // Stable: what time does not decide stays in the order of the workspaces.
    told.sort_by_key(|(_, note)| due(note));
    told
}

/// When time decides about it; what time does not decide comes last.
pub(in crate::report) fn due(note: &Note) -> Timestamp {
    if let Note::WaitingForMember { term, .. } = note {
        term.expires
    } else if let Note::Resting { at, .. } | Note::Queued { at, .. } = note {
        *at
    } else if let Note::Ending { until, .. } = note {
        until.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |day| day.timestamp())
    } else {
        Timestamp::MAX
    }
}

fn ignored(field: &Field, until: Option<Date>) -> Phrase {
    let phrase = Phrase::words("keeps its ").and_data(field).and(", which the manifest ignores");
    match until {
        Some(until) => phrase.and(format!(" until {until}")),
        None => phrase,
    }
}

fn last_program(name: &str, of: &BTreeSet<Email>, workspace: &WorkspaceView<'_>) -> Phrase {
    let people = of.iter().map(|email| Phrase::data(workspace.person(email)));
    Phrase::data(name)
        .and(", which no manifest asks for any more, is kept: it is all that ")
        .then(Phrase::short_list(people, NAMED))
        .and(if of.len() == 1 { " develops" } else { " develop" })
}

fn kept(subject: &Subject) -> &'static str {
    match subject {
        Subject::Program(_) => "is kept, though no manifest asks for it: `keepPrograms` names it",
        Subject::Member(_) => "is kept as they are: `keepMembers` names them",
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
        Missing::CreatingPrograms => "this platform lets nobody create programs from outside",
        Missing::DeletingPrograms => "this platform lets nobody delete programs from outside",
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
        | Note::Lookalike { key, .. }
        | Note::NameTaken { key, .. } => Some(Subject::Program(key.clone())),
        Note::Unsupported { subject, .. }
        | Note::Ambiguous { subject, .. }
        | Note::Ignored { subject, .. }
        | Note::IgnoreEnded { subject, .. }
        | Note::Withheld { subject }
        | Note::Kept { subject } => Some(subject.clone()),
        Note::Unmanaged(Stray::Member { email, .. } | Stray::Assignment { email, .. }) => {
            Some(Subject::Member(email.clone()))
        }
        Note::Unmanaged(Stray::Program { .. }) | Note::Incomplete | Note::ClocksDisagree { .. } => {
            None
        }
    }
}
