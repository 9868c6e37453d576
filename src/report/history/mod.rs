//! What runs did, by the ledger's journals, and whether those are as they were written.

pub(in crate::report) mod json;
mod verify;
pub(in crate::report) mod words;

pub use verify::{Inspected, VerifyView, verify};

use super::{
    human::{self, Look},
    json::{Report, written},
    markdown::narrative as markdown,
    narrative::{Entry, Narrative},
    wording::{self, phrase::Phrase},
};
use crate::ledger::{ImportError, PastPlan, PastRun, Total};
use std::collections::BTreeSet;

/// Workspaces that a line of a run names.
const FEW: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Human,
    Json,
    Markdown,
}

#[derive(Debug, Clone)]
pub struct HistoryView<'a> {
    /// Newest first.
    pub runs: Vec<&'a PastRun>,
    /// Older ones that are not among them.
    pub n_older: usize,
    /// The runs that hold a lock at this moment.
    pub alive: &'a BTreeSet<String>,
}

/// One run, step by step.
#[derive(Debug, Clone, Copy)]
pub struct RunView<'a> {
    pub run: &'a PastRun,
    /// It holds a lock at this moment.
    pub is_alive: bool,
}

/// `12 records of 2 workspaces`
pub fn transferred(total: Total) -> String {
    let figure = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let records = wording::count(figure(total.records), "record", "records");
    format!("{records} of {}", wording::count(figure(total.journals), "workspace", "workspaces"))
}

/// Why an export could not be taken over.
pub fn not_imported(why: &ImportError) -> String {
    match why {
        ImportError::Miscounted { said, found } => {
            let (said, found) = (transferred(*said), transferred(*found));
            format!("its end says that it holds {said}, and it holds {found}")
        }
        ImportError::Foreign(_)
        | ImportError::Newer(_)
        | ImportError::Garbage { .. }
        | ImportError::TooLong { .. }
        | ImportError::Broken { .. }
        | ImportError::Cut { .. }
        | ImportError::Beyond { .. }
        | ImportError::Io(_)
        | ImportError::Store(_) => why.to_string(),
    }
}

/// What `history` says.
pub fn history(view: &HistoryView<'_>, format: Format, look: &Look) -> String {
    match format {
        Format::Human => human::narrative(&narrative(view), look),
        Format::Markdown => markdown::narrative(&narrative(view)),
        Format::Json => written(&Report::History(json::History::new(view))),
    }
}

/// What `history show` says.
pub fn show(view: &RunView<'_>, format: Format, look: &Look) -> String {
    match format {
        Format::Human => human::narrative(&run_narrative(view), look),
        Format::Markdown => markdown::narrative(&run_narrative(view)),
        Format::Json => written(&Report::HistoryShow(json::HistoryShow::new(view))),
    }
}

fn narrative(view: &HistoryView<'_>) -> Narrative {
    let entries = view.runs.iter().map(|run| {
        let is_alive = view.alive.contains(&run.id);
        Entry { head: head(run, is_alive), lines: about(run) }
    });
    let mut sentences = Vec::new();
    if view.runs.is_empty() && view.n_older == 0 {
        sentences.push(Phrase::words("The ledger tells of no run here."));
    }
    if view.n_older > 0 {
        let older = match view.runs.is_empty() {
            true => wording::count(view.n_older, "run", "runs"),
            false => wording::count(view.n_older, "older run", "older runs"),
        };
        let them = if view.n_older == 1 { "it" } else { "them" };
        sentences.push(Phrase::words(format!("{older}; `--all` shows {them}")));
    }
    Narrative { title: Phrase::words("minisync history"), entries: entries.collect(), sentences }
}

/// `3f9c2a1b0d 2026-11-24T13:20:00Z, 24 steps done, 7 not done, ended in the middle`
fn head(run: &PastRun, is_alive: bool) -> Phrase {
    let phrase = Phrase::data(words::short(&run.id)).and(" ");
    phrase.and(words::moment(run.from)).and(", ").then(words::came_to(run, is_alive))
}

fn about(run: &PastRun) -> Vec<Phrase> {
    let mut lines = Vec::new();
    if let Some(who) = &run.who {
        let mut phrase = Phrase::words("by ").and_data(who);
        if let Some(commit) = &run.commit {
            phrase = phrase.and(", commit ").and_data(commit);
        }
        let digests = run.digests();
        phrase = match digests.len() {
            0 => phrase,
            1 => {
                let short = digests.iter().map(|digest| words::short(digest)).collect::<String>();
                phrase.and(", plan ").and_data(short)
            }
            n => phrase.and(format!(", {n} plans")),
        };
        if let Some(saved) = &run.saved {
            phrase = phrase.and(", saved plan ").and_data(words::short(saved));
        }
        lines.push(phrase);
    }
    let workspaces: BTreeSet<_> = run.plans.iter().map(|plan| &plan.workspace).collect();
    if !workspaces.is_empty() {
        let names = workspaces.into_iter().map(Phrase::data);
        lines.push(Phrase::words("in ").then(Phrase::short_list(names, FEW)));
    }
    for (workspace, from) in &run.unlocked {
        let phrase = Phrase::words("took the lock of ").and_data(workspace).and(" away from run ");
        lines.push(phrase.and_data(words::short(from)));
    }
    lines
}

fn run_narrative(view: &RunView<'_>) -> Narrative {
    let RunView { run, is_alive } = *view;
    let top = Entry { head: Phrase::words("Run ").and_data(&run.id), lines: told(run) };
    let plans = run.plans.iter().map(|plan| Entry {
        head: plan_head(plan),
        lines: plan.asked.iter().map(words::asked).chain(not_begun(plan)).collect(),
    });
    let title = Phrase::words("minisync history show");
    let entries = std::iter::once(top).chain(plans).collect();
    Narrative { title, entries, sentences: vec![words::came_to(run, is_alive).and(".")] }
}

fn told(run: &PastRun) -> Vec<Phrase> {
    let time = Phrase::words("from ").and(words::moment(run.from));
    let mut lines = vec![time.and(" to ").and(words::moment(run.to))];
    lines.extend(about(run));
    if let Some(version) = &run.version {
        lines.push(Phrase::words("with minisync ").and_data(version));
    }
    lines
}

fn plan_head(plan: &PastPlan) -> Phrase {
    let n_steps = usize::try_from(plan.steps).unwrap_or(usize::MAX);
    let steps = wording::count(n_steps, "step", "steps");
    let phrase = Phrase::words("Workspace ").and_data(&plan.workspace);
    phrase.and(format!(": {steps}, plan ")).and_data(words::short(&plan.digest))
}

fn not_begun(plan: &PastPlan) -> Option<Phrase> {
    let n_asked = plan.asked.len() as u64;
    let n = usize::try_from(plan.steps.saturating_sub(n_asked)).unwrap_or(usize::MAX);
    (n > 0).then(|| Phrase::words(format!("not begun: {}", wording::count(n, "step", "steps"))))
}
