//! Notes.

use super::{Place, plan::Context, step::Subject, time};
use crate::{
    model,
    plan::{self, Missing, Stray},
    report::wording,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Something that was seen, and left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    pub concern: Concern,
    pub fact: Fact,
    /// Where the manifests ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// For people.
    pub text: String,
    /// The way out, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Concern {
    /// People who were invited have to answer.
    Waiting,
    /// Time's: it goes by itself.
    Later,
    /// Somebody has to decide.
    NeedsSomebody,
    /// Time's: access ends by itself.
    Ending,
    /// Nobody's.
    LeftAlone,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fact {
    WaitingForMember {
        email: String,
        name: String,
        #[schemars(extend("format" = "date-time"))]
        sent: String,
        #[schemars(extend("format" = "date-time"))]
        expires: String,
        /// The policy's `remindBefore` says so.
        is_urgent: bool,
    },
    /// `sent` and `expires` are of the master's invitation, where one waits for them.
    WaitingForMaster {
        key: String,
        master: String,
        #[schemars(extend("format" = "date-time"))]
        #[serde(skip_serializing_if = "Option::is_none")]
        sent: Option<String>,
        #[schemars(extend("format" = "date-time"))]
        #[serde(skip_serializing_if = "Option::is_none")]
        expires: Option<String>,
    },
    /// An expired invitation rests until `at`, and is sent again then.
    Resting {
        email: String,
        name: String,
        #[schemars(extend("format" = "date-time"))]
        at: String,
        sends: u32,
    },
    /// The platform takes no more invitations before `at`.
    Queued {
        email: String,
        name: String,
        #[schemars(extend("format" = "date-time"))]
        at: String,
    },
    /// The old address keeps its access until the new one has been accepted.
    Moving {
        from: String,
        to: String,
    },
    /// `until` is the last day, of the program or of everything.
    Ending {
        email: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        program: Option<String>,
        #[schemars(extend("format" = "date"))]
        until: String,
    },
    GaveUp {
        email: String,
        name: String,
        sends: u32,
    },
    Left {
        email: String,
        name: String,
    },
    Undelivered {
        email: String,
        name: String,
        why: String,
    },
    WaitingForProgram {
        email: String,
        programs: Vec<String>,
    },
    InvitationLapsed {
        email: String,
        name: String,
        how: Lapse,
    },
    /// `missing` names what the platform cannot do: kebab-case words that may grow in number.
    Unsupported {
        subject: Subject,
        missing: String,
    },
    UnmanagedProgram {
        id: String,
        name: String,
    },
    UnmanagedMember {
        id: String,
        email: String,
        name: String,
    },
    UnmanagedAssignment {
        email: String,
        program: String,
    },
    NotPruned {
        key: String,
        id: String,
        name: String,
    },
    LastProgram {
        key: String,
        id: String,
        name: String,
        of: Vec<String>,
    },
    Ambiguous {
        subject: Subject,
        candidates: Vec<String>,
    },
    NameTaken {
        key: String,
        name: String,
        by: String,
    },
    /// A program that is to be created looks like this one.
    Lookalike {
        key: String,
        id: String,
        name: String,
    },
    /// `until` is the last day; missing: for good.
    Ignored {
        subject: Subject,
        field: String,
        #[schemars(extend("format" = "date"))]
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<String>,
    },
    /// `until` has passed, and the manifest counts again.
    IgnoreEnded {
        subject: Subject,
        field: String,
        #[schemars(extend("format" = "date"))]
        until: String,
    },
    Protected {
        email: String,
    },
    Withheld {
        subject: Subject,
    },
    /// The policy's `keepMembers` or `keepPrograms` names it.
    Kept {
        subject: Subject,
    },
    Unrecognised {
        email: String,
        said: String,
    },
    /// Not everything could be read: somebody or something may be there that is not told of.
    Incomplete,
    /// The platform's time and ours, of which one is wrong: nothing ends by either alone.
    ClocksDisagree {
        #[schemars(extend("format" = "date-time"))]
        theirs: String,
        #[schemars(extend("format" = "date-time"))]
        ours: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Lapse {
    Expired,
    Refused,
}

impl Note {
    pub(super) fn new(note: &plan::Note, context: Context<'_>) -> Self {
        let thing = context.teller.thing(note);
        let text = context.teller.text(note).plain();
        let subject = wording::note::subject(note);
        Self {
            concern: match wording::note::Concern::of(note) {
                wording::note::Concern::Waiting => Concern::Waiting,
                wording::note::Concern::Later => Concern::Later,
                wording::note::Concern::NeedsSomebody => Concern::NeedsSomebody,
                wording::note::Concern::Ending => Concern::Ending,
                wording::note::Concern::LeftAlone => Concern::LeftAlone,
            },
            fact: fact(note, context),
            place: subject.and_then(|subject| context.place(&subject)),
            text: format!("{thing}: {text}"),
            help: wording::way_out::help(note).map(|help| help.plain()),
        }
    }
}

fn fact(note: &plan::Note, context: Context<'_>) -> Fact {
    let about = |subject: &model::Subject| Subject::new(subject, context);
    match note.clone() {
        plan::Note::WaitingForMember { email, name, term, is_urgent } => {
            waiting_for_member(&email, name, term, is_urgent)
        }
        plan::Note::WaitingForMaster { key, master, term } => {
            waiting_for_master(&key, &master, term)
        }
        plan::Note::Resting { email, name, at, sends } => {
            Fact::Resting { email: email.to_string(), name, at: time(at), sends }
        }
        plan::Note::Queued { email, name, at } => {
            Fact::Queued { email: email.to_string(), name, at: time(at) }
        }
        plan::Note::Moving { from, to } => moving(&from, &to),
        plan::Note::Ending { email, program, until } => ending(&email, program.as_ref(), until),
        plan::Note::GaveUp { email, name, sends } => {
            Fact::GaveUp { email: email.to_string(), name, sends }
        }
        plan::Note::Left { email, name } => Fact::Left { email: email.to_string(), name },
        plan::Note::Undelivered { email, name, why } => {
            Fact::Undelivered { email: email.to_string(), name, why }
        }
        plan::Note::WaitingForProgram { email, programs } => {
            Fact::WaitingForProgram { email: email.to_string(), programs: texts(&programs) }
        }
        plan::Note::InvitationLapsed { email, name, how } => {
            Fact::InvitationLapsed { email: email.to_string(), name, how: how.into() }
        }
        plan::Note::Unsupported { subject, missing: what } => {
            Fact::Unsupported { subject: about(&subject), missing: missing(&what).to_owned() }
        }
        plan::Note::Unmanaged(stray) => unmanaged(stray),
        plan::Note::NotPruned { key, id, name } => {
            Fact::NotPruned { key: key.to_string(), id: id.to_string(), name }
        }
        plan::Note::LastProgram { key, id, name, of } => last_program(&key, &id, name, &of),
        plan::Note::Ambiguous { subject, candidates } => {
            Fact::Ambiguous { subject: about(&subject), candidates: texts(&candidates) }
        }
        plan::Note::NameTaken { key, name, by, was: _ } => {
            Fact::NameTaken { key: key.to_string(), name, by: by.to_string() }
        }
        plan::Note::Lookalike { key, id, name } => {
            Fact::Lookalike { key: key.to_string(), id: id.to_string(), name }
        }
        plan::Note::Ignored { subject, field, until } => ignored(about(&subject), &field, until),
        plan::Note::IgnoreEnded { subject, field, until } => {
            ignore_ended(about(&subject), &field, until)
        }
        plan::Note::Protected { email } => Fact::Protected { email: email.to_string() },
        plan::Note::Withheld { subject } => Fact::Withheld { subject: about(&subject) },
        plan::Note::Kept { subject } => Fact::Kept { subject: about(&subject) },
        plan::Note::Unrecognised { email, said } => unrecognised(&email, said),
        plan::Note::Incomplete => Fact::Incomplete,
        plan::Note::ClocksDisagree { theirs, ours } => clocks_disagree(theirs, ours),
    }
}

fn clocks_disagree(theirs: jiff::Timestamp, ours: jiff::Timestamp) -> Fact {
    Fact::ClocksDisagree { theirs: time(theirs), ours: time(ours) }
}

fn texts<T: ToString>(things: &BTreeSet<T>) -> Vec<String> {
    things.iter().map(ToString::to_string).collect()
}

fn ending(email: &model::Email, program: Option<&model::ProgramKey>, until: Date) -> Fact {
    let program = program.map(ToString::to_string);
    Fact::Ending { email: email.to_string(), program, until: until.to_string() }
}

fn unrecognised(email: &model::Email, said: String) -> Fact {
    Fact::Unrecognised { email: email.to_string(), said }
}

fn moving(from: &model::Email, to: &model::Email) -> Fact {
    Fact::Moving { from: from.to_string(), to: to.to_string() }
}

fn ignored(subject: Subject, field: &model::Field, until: Option<Date>) -> Fact {
    let until = until.map(|until| until.to_string());
    Fact::Ignored { subject, field: field.to_string(), until }
}

fn ignore_ended(subject: Subject, field: &model::Field, until: Date) -> Fact {
    Fact::IgnoreEnded { subject, field: field.to_string(), until: until.to_string() }
}

fn waiting_for_member(
    email: &model::Email,
    name: String,
    term: plan::Term,
    is_urgent: bool,
) -> Fact {
    Fact::WaitingForMember {
        email: email.to_string(),
        name,
        sent: time(term.sent),
        expires: time(term.expires),
        is_urgent,
    }
}

fn waiting_for_master(
    key: &model::ProgramKey,
    master: &model::Email,
    term: Option<plan::Term>,
) -> Fact {
    Fact::WaitingForMaster {
        key: key.to_string(),
        master: master.to_string(),
        sent: term.map(|term| time(term.sent)),
        expires: term.map(|term| time(term.expires)),
    }
}

fn last_program(
    key: &model::ProgramKey,
    id: &model::ProgramId,
    name: String,
    of: &BTreeSet<model::Email>,
) -> Fact {
    Fact::LastProgram {
        key: key.to_string(),
        id: id.to_string(),
        name,
        of: of.iter().map(ToString::to_string).collect(),
    }
}

fn unmanaged(stray: Stray) -> Fact {
    match stray {
        Stray::Program { id, name } => Fact::UnmanagedProgram { id: id.to_string(), name },
        Stray::Member { id, email, name } => {
            Fact::UnmanagedMember { id: id.to_string(), email: email.to_string(), name }
        }
        Stray::Assignment { email, program } => {
            Fact::UnmanagedAssignment { email: email.to_string(), program: program.to_string() }
        }
    }
}

fn missing(missing: &Missing) -> &'static str {
    match missing {
        Missing::CreatingPrograms => "creating-programs",
        Missing::DeletingPrograms => "deleting-programs",
        Missing::ChangingDefaultLanguage { .. } => "changing-default-language",
        Missing::RemovingListing => "removing-listing",
        Missing::ChangingRoles => "changing-roles",
        Missing::Resending => "resending",
        Missing::Withdrawing => "withdrawing",
        Missing::Blocking => "blocking",
        Missing::ActingAs(_) => "acting-as",
    }
}

impl From<plan::Lapse> for Lapse {
    fn from(lapse: plan::Lapse) -> Self {
        match lapse {
            plan::Lapse::Expired => Self::Expired,
            plan::Lapse::Refused => Self::Refused,
        }
    }
}
