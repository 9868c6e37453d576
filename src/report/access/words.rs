//! How it is said: standings, places, authors.

use super::{
    history::{Authorship, Commit},
    reach::{Grant, Person, Program, Right, State, label, name_of},
};
use crate::{
    diagnostic::Span,
    model::Completeness,
    report::{
        place::Places,
        view::{PlanView, WorkspaceView},
        wording::{phrase::Phrase, time},
    },
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// `yes`, `invited, 2 days left`, `no, only in the manifests`.
pub(super) fn on_platform(grant: &Grant<'_>, now: Timestamp) -> Phrase {
    let Some(record) = grant.person.record.as_ref() else {
        return Phrase::words("no, only in the manifests");
    };
    if let State::Unrecognised(said) = record.state {
        return Phrase::words("unclear: it says ").and_quoted(said);
    }
    if !grant.on_platform {
        let phrase = Phrase::words("no, only in the manifests");
        return match lapsed(record.state, now) {
            Some(why) => phrase.and(" (").and(why).and(")"),
            None => phrase,
        };
    }
    let phrase = state(record.state, now);
    let phrase = if grant.in_manifests || grant.is_owner() {
        phrase
    } else {
        phrase.and(", and only there")
    };
    if record.is_doubtful {
        return phrase.and(" (the platform has this address more than once)");
    }
    phrase
}

/// `active`, `invited, 2 days left`, `blocked`.
pub(super) fn state(state: State<'_>, now: Timestamp) -> Phrase {
    match state {
        State::Active => Phrase::words("yes"),
        State::Invited { expires, .. } => {
            Phrase::words(format!("invited, {}", time::left(expires, now)))
        }
        State::Blocked => Phrase::words("blocked"),
        State::Unrecognised(said) => Phrase::words("").and_quoted(said),
        State::Expired { .. } | State::Refused | State::Withdrawn | State::Left => {
            Phrase::words("no")
        }
    }
}

/// What was there once.
pub(super) fn lapsed(state: State<'_>, now: Timestamp) -> Option<String> {
    match state {
        State::Expired { since } => {
            Some(format!("the invitation expired {}", time::ago(since, now)))
        }
        State::Refused => Some("the invitation was refused".to_owned()),
        State::Withdrawn => Some("the invitation was withdrawn".to_owned()),
        State::Left => Some("they left".to_owned()),
        State::Active | State::Invited { .. } | State::Blocked | State::Unrecognised(_) => None,
    }
}

/// `coffee (幸福咖啡)`
pub(super) fn program(program: &Program, workspace: &WorkspaceView<'_>) -> Phrase {
    match (program, name_of(program, workspace)) {
        (Program::Key(key), Some(name)) => Phrase::data(key).and(" (").and_data(name).and(")"),
        (Program::Id(id), Some(name)) => Phrase::data(name).and(" (").and_data(id).and(")"),
        (Program::Key(_) | Program::Id(_), None) => Phrase::data(label(program, workspace)),
    }
}

/// `coffee (幸福咖啡)`, `every mini program`.
pub(super) fn reached(right: &Right, workspace: &WorkspaceView<'_>) -> Phrase {
    match right.program() {
        Some(program) => self::program(program, workspace),
        None => Phrase::words("every mini program"),
    }
}

pub(super) fn until(grant: &Grant<'_>) -> Phrase {
    grant.until.map_or_else(Phrase::default, |day| Phrase::words(day.to_string()))
}

/// `team.yaml:8`: the line is what matters.
pub(super) fn place(span: Option<Span>, places: &Places<'_>) -> Phrase {
    let told = |span: Span| {
        Phrase::data(format!("{}:{}", places.path(span.source), places.start(span).line))
    };
    span.map_or_else(Phrase::default, told)
}

/// `2026-11-24 by Mei (3f9c2a1b0d): adds Lin`
pub(super) fn author(authorship: Option<&Authorship>) -> Phrase {
    match authorship {
        None => Phrase::default(),
        Some(Authorship::Commit(commit)) => {
            let Commit { hash, author, email: _, at, subject, is_edge } = commit;
            let phrase = Phrase::data(hash).and(" ").and(day(*at)).and(" ").and_data(author);
            let phrase = if *is_edge { phrase.and(" or before (shallow clone)") } else { phrase };
            phrase.and(": ").and_data(subject)
        }
        Some(Authorship::Uncommitted) => Phrase::words("not committed"),
        Some(Authorship::Untracked) => Phrase::words("file not in git"),
        Some(Authorship::Unknown) => Phrase::words("no git repository"),
    }
}

pub(super) fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// To the second, in UTC.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What the answer does not hold, and why.
pub(super) fn gaps(view: &PlanView<'_>, people: &[Person<'_>]) -> Vec<Phrase> {
    let unread = view.unread.iter().map(|(workspace, why)| {
        Phrase::words("Nothing is known of workspace ").and_data(workspace).and(": ").and_data(why)
    });
    let partial = view.workspaces.iter();
    let partial = partial.filter(|it| it.actual.completeness == Completeness::Partial).map(|it| {
        let phrase = Phrase::words("Workspace ").and_data(it.id);
        phrase.and(" changed while it was read: somebody may be missing here.")
    });
    let unclear = people.iter().filter_map(|person| {
        let said = person.unrecognised()?;
        let phrase = Phrase::words("The platform says ").and_quoted(said).and(" of ");
        let phrase = phrase.and_data(person.told());
        Some(phrase.and(", a word that minisync does not know: what they reach is not known."))
    });
    let doubtful: BTreeSet<_> = people
        .iter()
        .filter(|person| person.record.as_ref().is_some_and(|record| record.is_doubtful))
        .map(|person| (person.workspace.id, person.email))
        .collect();
    let doubtful = doubtful.into_iter().map(|(workspace, email)| {
        let phrase = Phrase::words("Workspace ").and_data(workspace).and(" has ").and_data(email);
        phrase.and(" more than once, and does not tell which of the records counts.")
    });
    unread.chain(partial).chain(unclear).chain(doubtful).collect()
}
