//! Who is waited for, and what cannot go on without them.

use super::{note, phrase::Phrase};
use crate::{
    model::{Email, ProgramKey},
    plan::{Note, Plan, Term},
    report::view::{PlanView, WorkspaceView},
};
use std::collections::{BTreeMap, BTreeSet};

/// Things named before the rest is counted.
const NAMED: usize = 4;

/// What hangs on one person's answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::report) struct Burden<'a> {
    /// They are to create these.
    pub(in crate::report) programs: BTreeSet<&'a ProgramKey>,
    /// Their access waits for those programs.
    pub(in crate::report) people: BTreeSet<&'a Email>,
    /// The address that keeps its access until the answer.
    pub(in crate::report) moves_from: Option<&'a Email>,
}

/// Of everybody in a workspace who has an invitation to answer.
#[derive(Debug, Clone, Default)]
pub(in crate::report) struct Burdens<'a> {
    people: BTreeMap<&'a Email, Burden<'a>>,
    /// By the programs that they are to create.
    masters: BTreeMap<&'a ProgramKey, &'a Email>,
}

/// Somebody who has been invited and has not answered.
#[derive(Debug, Clone)]
pub(in crate::report) struct Awaited<'a> {
    pub(in crate::report) workspace: &'a WorkspaceView<'a>,
    pub(in crate::report) email: &'a Email,
    pub(in crate::report) name: &'a str,
    pub(in crate::report) term: Term,
    /// Policy wants to be reminded of how little time is left.
    pub(in crate::report) is_urgent: bool,
    pub(in crate::report) burden: Burden<'a>,
}

/// Whose time is up first comes first.
pub(in crate::report) fn awaited<'a>(view: &'a PlanView<'a>) -> Vec<Awaited<'a>> {
    let mut awaited = Vec::new();
    for workspace in &view.workspaces {
        let mut burdens = Burdens::of(workspace.plan);
        for note in &workspace.plan.notes {
            let Note::WaitingForMember { email, name, term, is_urgent } = note else { continue };
            let burden = burdens.people.remove(email).unwrap_or_default();
            let (term, is_urgent) = (*term, *is_urgent);
            awaited.push(Awaited { workspace, email, name, term, is_urgent, burden });
        }
    }
    awaited.sort_by_key(|awaited| (awaited.term.expires, awaited.email));
    awaited
}

impl Awaited<'_> {
    /// `invited 2 days ago, 19 hours left; the program coffee waits for them`
    pub(in crate::report) fn text(&self) -> Phrase {
        let Self { workspace, term, is_urgent, burden, .. } = self;
        note::term(*term, *is_urgent, workspace.now).then(burden.text(workspace))
    }
}

impl Burden<'_> {
    /// `; the program coffee waits for them, and with it Lin Wei <lin@example.com>`
    pub(in crate::report) fn text(&self, workspace: &WorkspaceView<'_>) -> Phrase {
        let Self { programs, people, moves_from } = self;
        let mut text = Phrase::default();
        if !programs.is_empty() {
            let (before, after, with) = match programs.len() {
                1 => ("; the program ", " waits for them", ", and with it "),
                _ => ("; the programs ", " wait for them", ", and with them "),
            };
            let programs = Phrase::short_list(programs.iter().map(Phrase::data), NAMED);
            text = text.and(before).then(programs).and(after);
            let people = people.iter().map(|email| Phrase::data(workspace.person(email)));
            let people = Phrase::short_list(people, NAMED);
            if !people.is_empty() {
                text = text.and(with).then(people);
            }
        }
        match moves_from {
            Some(old) => text.and("; ").and_data(old).and(" keeps its access until then"),
            None => text,
        }
    }
}

impl<'a> Burdens<'a> {
    pub(in crate::report) fn of(plan: &'a Plan) -> Self {
        let people = plan.notes.iter().filter_map(as_awaited).collect();
        let mut burdens = Self { people, masters: BTreeMap::new() };
        for note in &plan.notes {
            if let Note::WaitingForMaster { key, master, .. } = note
                && let Some(burden) = burdens.people.get_mut(master)
            {
                burden.programs.insert(key);
                burdens.masters.insert(key, master);
            }
            if let Note::Moving { from, to } = note
                && let Some(burden) = burdens.people.get_mut(to)
            {
                burden.moves_from = Some(from);
            }
        }
        for note in &plan.notes {
            let Note::WaitingForProgram { email, programs } = note else { continue };
            for master in programs.iter().filter_map(|key| burdens.masters.get(key)) {
                burdens.people.entry(master).or_default().people.insert(email);
            }
        }
        burdens
    }

    pub(in crate::report) fn on(&self, email: &Email) -> Option<&Burden<'a>> {
        self.people.get(email)
    }

    /// Whether all that a note has to say stands beside somebody who is waited for.
    pub(in crate::report) fn tell(&self, note: &Note) -> bool {
        if let Note::WaitingForProgram { programs, .. } = note {
            !programs.is_empty() && programs.iter().all(|key| self.masters.contains_key(key))
        } else if let Note::WaitingForMaster { master: email, .. }
        | Note::Moving { to: email, .. } = note
        {
            self.people.contains_key(email)
        } else {
            false
        }
    }
}

fn as_awaited(note: &Note) -> Option<(&Email, Burden<'_>)> {
    if let Note::WaitingForMember { email, .. } = note {
        Some((email, Burden::default()))
    } else {
        None
    }
}
