//! The last line: how things stand, in one or two sentences.

use super::{
    awaited::{Awaited, awaited},
    count, drift, grouped,
    kind::{kinds, to_do},
    note::{self, Concern},
    phrase::Phrase,
    time,
};
use crate::{plan::Standing, report::view::PlanView};
use std::time::Duration;

/// People named in a sentence before the rest is counted.
const NAMED_PEOPLE: usize = 3;

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
        let no_steps = view
            .workspaces
            .iter()
            .all(|workspace| workspace.plan.steps.is_empty() && workspace.drift.is_empty());
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
        sentences.extend(held(view));
    }
    let awaited = awaited(view);
    if !awaited.is_empty() {
        sentences.push(waiting(&awaited, view, naming));
    }
    sentences.extend(later(view));
    let is_open_only = sentences.is_empty();
    sentences.extend(open(view, is_open_only));
    if !view.unread.is_empty() {
        sentences.push(unread(view));
    } else if view.standing() == Standing::InSync {
        sentences.push(in_sync(view));
    } else if sentences.is_empty() {
        let n = view.notes().filter(|(_, note)| note.keeps_waiting()).count();
        sentences.push(Phrase::words(count(n, "thing has", "things have") + " to wait."));
    }
    sentences.extend(drift::sentence(view));
    sentences
}

/// `1 danger has to be allowed by name first.`
fn held(view: &PlanView<'_>) -> Option<Phrase> {
    let n = view.dangers().count();
    let what = count(n, "danger has", "dangers have");
    (n > 0).then(|| Phrase::words(format!("{what} to be allowed by name first.")))
}

/// `2 invitations go out with the first `apply` at 14:05 UTC, in 2 hours.`
fn later(view: &PlanView<'_>) -> Option<Phrase> {
    let notes = view.notes().filter(|(_, note)| Concern::of(note) == Concern::Later);
    let due = notes.map(|(workspace, note)| (note::due(note), workspace.now));
    let due: Vec<_> = due.collect();
    let (at, now) = due.iter().min()?;
    let when = time::at(*at, *now);
    Some(Phrase::words(match due.len() {
        1 => format!("1 invitation goes out with the first `apply` {when}."),
        n => format!("{} invitations go out with the first `apply` {when}.", grouped(n)),
    }))
}

/// `alone`: nothing else keeps from being in sync.
fn open(view: &PlanView<'_>, alone: bool) -> Option<Phrase> {
    let n = view.workspaces.iter().map(|workspace| workspace.census().open).sum();
    let alone = if alone { "Nobody is waited for: " } else { "" };
    let what = count(n, "thing needs", "things need");
    (n > 0).then(|| Phrase::words(format!("{alone}{what} somebody to decide.")))
}

/// `Waiting for Mei Chen (2 days left) and 3 more, for 29 minutes at most.`
pub(in crate::report) fn vigil(view: &PlanView<'_>, left: Duration) -> Phrase {
    let people = awaited(view).into_iter().map(|awaited| {
        let left = time::left(awaited.term.expires, awaited.workspace.now);
        Phrase::data(awaited.name).and(format!(" ({left})"))
    });
    let people = Phrase::short_list(people, NAMED_PEOPLE);
    let what = if people.is_empty() {
        later(view).map(|later| later.and(" ")).unwrap_or_default().and("Waiting")
    } else {
        Phrase::words("Waiting for ").then(people).and(",")
    };
    let vigil = what.and(format!(" for {} at most.", time::length(left)));
    if view.unread.is_empty() { vigil } else { unread(view).and(" ").then(vigil) }
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
        n if n <= view.n_people() => format!("Waiting for {} of {n_people}", grouped(n)),
        n => format!("Waiting for {}", count(n, "person", "people")),
    };
    if naming == Naming::Counted {
        return Phrase::words(what).then(urgent(awaited)).and(".");
    }
    let people = awaited
        .iter()
        .map(|awaited| Phrase::data(awaited.name).and(" (").then(awaited.text()).and(")"));
    Phrase::words(what + ": ").then(Phrase::short_list(people, NAMED_PEOPLE)).and(".")
}

/// `; little time is left for Lin Wei and Mei Chen`
fn urgent(awaited: &[Awaited<'_>]) -> Phrase {
    let urgent = awaited.iter().filter(|awaited| awaited.is_urgent);
    let names = urgent.map(|awaited| Phrase::data(awaited.name));
    let names = Phrase::short_list(names, NAMED_PEOPLE);
    match names.is_empty() {
        true => names,
        false => Phrase::words("; little time is left for ").then(names),
    }
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
