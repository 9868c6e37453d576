//! The last line: how things stand, in one or two sentences.

use super::{
    count,
    kind::{kinds, to_do},
    note::{self, Concern},
    phrase::Phrase,
};
use crate::{
    model::{Email, ProgramKey},
    plan::{Note, Standing, Term},
    report::view::{PlanView, WorkspaceView},
};
use jiff::Timestamp;

/// People named in a sentence before the rest is counted.
const NAMED_PEOPLE: usize = 3;

/// Somebody who has been invited and has not answered.
#[derive(Debug, Clone)]
pub(in crate::report) struct Awaited<'a> {
    pub(in crate::report) workspace: &'a WorkspaceView<'a>,
    pub(in crate::report) email: &'a Email,
    pub(in crate::report) name: &'a str,
    pub(in crate::report) term: Term,
    /// Policy wants to be reminded of how little time is left.
    pub(in crate::report) is_urgent: bool,
    /// Programs that cannot be created before.
    pub(in crate::report) holds_up: Vec<&'a ProgramKey>,
}

impl Awaited<'_> {
    /// `Lin Wei <lin@example.com>`
    pub(in crate::report) fn person(&self) -> String {
        format!("{} <{}>", self.name, self.email)
    }

    /// `invited 2 days ago, 19 hours left; the program coffee waits for them`
    pub(in crate::report) fn text(&self, now: Timestamp) -> Phrase {
        note::waiting(self.term, &self.holds_up, now)
    }
}

/// Whose time is up first comes first.
pub(in crate::report) fn awaited<'a>(view: &'a PlanView<'a>) -> Vec<Awaited<'a>> {
    let mut awaited = Vec::new();
    for workspace in &view.workspaces {
        let mut held_up = note::held_up(workspace.plan);
        for note in &workspace.plan.notes {
            let Note::WaitingForMember { email, name, term, is_urgent } = note else { continue };
            let holds_up = held_up.remove(email).unwrap_or_default();
            let (term, is_urgent) = (*term, *is_urgent);
            awaited.push(Awaited { workspace, email, name, term, is_urgent, holds_up });
        }
    }
    awaited.sort_by_key(|awaited| (awaited.term.expires, awaited.email));
    awaited
}

/// `in sync`
pub(in crate::report) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::InSync => "in sync",
        Standing::Waiting => "waiting",
        Standing::Drifted => "drifted",
    }
}

/// Whether the sentence names the people who are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Naming {
    Named,
    /// They have been named above it.
    Counted,
}

impl Naming {
    /// So few that a sentence says it all.
    pub(in crate::report) fn suffices(view: &PlanView<'_>) -> bool {
        let awaited = awaited(view);
        let only_waiting = view.notes().all(|(_, note)| Concern::of(note) == Concern::Waiting);
        let no_steps = view.workspaces.iter().all(|workspace| workspace.plan.steps.is_empty());
        let n_told = view
            .workspaces
            .iter()
            .map(|workspace| note::worth_telling(workspace.plan, Concern::Waiting).len());
        only_waiting
            && no_steps
            && awaited.len() <= NAMED_PEOPLE
            && n_told.sum::<usize>() == awaited.len()
    }
}

/// How things stand: `Plan: 6 programs to create, 25 people to invite.`
pub(in crate::report) fn sentences(view: &PlanView<'_>, naming: Naming) -> Vec<Phrase> {
    let mut sentences = Vec::new();
    if view.standing() == Standing::Drifted {
        sentences.push(planned(view));
    }
    let awaited = awaited(view);
    if !awaited.is_empty() {
        sentences.push(waiting(&awaited, view, naming));
    }
    let n_open: usize = view.workspaces.iter().map(|workspace| workspace.census().open).sum();
    if n_open > 0 {
        let what = count(n_open, "thing needs", "things need");
        sentences.push(Phrase::words(format!("{what} somebody to decide.")));
    }
    if !view.unread.is_empty() {
        sentences.push(unread(view));
    } else if view.standing() == Standing::InSync {
        sentences.push(in_sync(view));
    } else if sentences.is_empty() {
        sentences.push(Phrase::words("Waiting for people."));
    }
    sentences
}

fn planned(view: &PlanView<'_>) -> Phrase {
    let kinds = kinds(view.workspaces.iter().map(|workspace| workspace.plan));
    let n_all = view.workspaces.len() + view.unread.len();
    let n_drifted =
        view.workspaces.iter().filter(|workspace| !workspace.plan.steps.is_empty()).count();
    let whereabouts = match n_all {
        1 => String::new(),
        _ => format!(", in {n_drifted} of {}", count(n_all, "workspace", "workspaces")),
    };
    Phrase::words(format!("Plan: {}{whereabouts}.", to_do(&kinds)))
}

fn waiting(awaited: &[Awaited<'_>], view: &PlanView<'_>, naming: Naming) -> Phrase {
    let n_people = count(view.n_people(), "person", "people");
    let what = match awaited.len() {
        n if n <= view.n_people() => format!("Waiting for {n} of {n_people}"),
        n => format!("Waiting for {}", count(n, "person", "people")),
    };
    if naming == Naming::Counted {
        return Phrase::words(what + ".");
    }
    let people = awaited
        .iter()
        .map(|awaited| Phrase::data(awaited.name).and(" (").then(awaited.text(view.now)).and(")"));
    Phrase::words(what + ": ").then(Phrase::short_list(people, NAMED_PEOPLE)).and(".")
}

fn unread(view: &PlanView<'_>) -> Phrase {
    let ids = view.unread.iter().map(|(id, _)| Phrase::data(id));
    let what = count(view.unread.len(), "workspace", "workspaces");
    Phrase::words(format!("{what} could not be read: "))
        .then(Phrase::short_list(ids, NAMED_PEOPLE))
        .and(".")
}

fn in_sync(view: &PlanView<'_>) -> Phrase {
    let programs = count(view.n_programs(), "program", "programs");
    Phrase::words(format!("In sync: {programs}, {}.", count(view.n_people(), "person", "people")))
}
