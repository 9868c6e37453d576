//! What became of a plan: every step that was not done, at its place in the manifests, then how
//! much was done and how to go on.

use super::{
    ERROR, Extent, FAINT, GOOD, Look, WARNING,
    finding::{self, Finding},
    layout::{self, wrapped},
    styled,
};
use crate::{
    diagnostic::Severity,
    engine::{Event, Outcome},
    model::Email,
    plan::Step,
    report::{
        place::Places,
        view::{ApplyView, Ended, GoneStep, WorkspaceView},
        wording::{
            self,
            outcome::{self, Score},
            phrase::Phrase,
            step, time,
        },
    },
};
use anstyle::Style;
use std::collections::BTreeMap;

/// Steps that failed for the same reason and are shown in [`Extent::Brief`]; the rest is counted.
const ALIKE: usize = 5;

/// Each step that was not done, at its place in the manifests, then how much was done. With
/// nothing to do: how things stand.
pub fn apply(view: &ApplyView<'_>, look: &Look) -> String {
    if view.is_idle() {
        return super::plan(view.plan, look);
    }
    let places = Places::new(view.plan.sources);
    let mut text = String::new();
    let mut n_alike: BTreeMap<String, usize> = BTreeMap::new();
    for undone in view.undone() {
        let n_before = n_alike.entry(cause(&undone)).or_default();
        *n_before += 1;
        if look.extent == Extent::Whole || *n_before <= ALIKE {
            text.push_str(&not_done(&undone, view, &places, look));
            text.push_str("\n\n");
        }
    }
    let n_more: usize = n_alike.values().map(|n| n.saturating_sub(ALIKE)).sum();
    if look.extent == Extent::Brief && n_more > 0 {
        let more = wording::not_shown(n_more, "step that was not done", "steps that were not done");
        text.push_str(&styled(FAINT, &more));
        text.push_str("\n\n");
    }
    text + &super::plan::unread(view.plan, look) + &summary(view, look)
}

/// What happens while it runs, for those who cannot see a bar: one line an event, or none.
pub fn progress(event: &Event, workspace: &WorkspaceView<'_>) -> Option<String> {
    let deed = |at: usize| {
        let step = workspace.plan.steps.get(at)?;
        Some(step::sentence(&step.action, workspace))
    };
    let line = match event {
        Event::PhaseStarted { .. } | Event::StepStarted { .. } => return None,
        Event::Retrying { step, after, why } => Phrase::words("again in ")
            .and(time::pause(*after))
            .and(": ")
            .then(deed(*step)?)
            .and(": ")
            .and_data(why),
        Event::StepEnded { step, outcome } => {
            let ended = workspace.plan.steps.get(*step)?;
            match outcome::undone(ended, outcome, workspace) {
                Some(undone) => undone,
                None => Phrase::words("done: ").then(deed(*step)?),
            }
        }
    };
    Some(said(&line))
}

/// What steps that failed alike have in common.
fn cause(undone: &Ended<'_>) -> String {
    match undone.outcome {
        Outcome::Failed(error) => error.to_string(),
        Outcome::Blocked { by } => format!("{by:?}"),
        Outcome::Stale => "stale".to_owned(),
        Outcome::Done | Outcome::NotStarted => String::new(),
    }
}

fn not_done(ended: &Ended<'_>, view: &ApplyView<'_>, places: &Places<'_>, look: &Look) -> String {
    let Ended { workspace, step, outcome } = ended;
    let message = outcome::undone_there(ended, view).map(|phrase| phrase.plain());
    let found = Finding {
        code: None,
        severity: severity(outcome),
        message: &message.unwrap_or_default(),
        primary: view.plan.place(workspace.id, &step.action.subject()),
        related: &[],
        help: outcome::help(outcome),
        fix: None,
    };
    finding::render(&found, places, look)
}

fn severity(outcome: &Outcome) -> Severity {
    match outcome {
        Outcome::Failed(_) => Severity::Error,
        Outcome::Done | Outcome::Stale | Outcome::Blocked { .. } | Outcome::NotStarted => {
            Severity::Warning
        }
    }
}

fn summary(view: &ApplyView<'_>, look: &Look) -> String {
    let score = Score::of(view);
    let style = match (score.failed, view.is_complete()) {
        (0, true) => GOOD,
        (0, false) => WARNING,
        _ => ERROR,
    };
    let mut text = String::new();
    for (at, sentence) in score.sentences().into_iter().enumerate() {
        let style = if at == 0 { style } else { Style::new() };
        let runs = layout::runs(&Phrase::words(sentence), style);
        text.push_str(&wrapped(&runs, 0, 2, look));
    }
    text
}

/// A step of a saved plan that is left out.
pub fn gone(gone: &GoneStep) -> String {
    said(&outcome::gone(gone))
}

/// Somebody whom there is no way to invite once more.
pub fn not_asked_again(email: &Email) -> String {
    said(&Phrase::data(email).and(
        " is not asked again: they have joined, have an invitation to answer, or have to wait for \
         something else",
    ))
}

/// Somebody or something that policy never lets go, and that nobody has heard of.
pub fn keeps_nothing(setting: &str, named: &str, close: Option<&str>) -> String {
    let told = Phrase::words("").and_quoted(setting).and(" names ").and_data(named);
    let told = told.and(", which is neither in the manifests nor on the platform");
    said(&match close {
        Some(close) => told.and("; did you mean ").and_data(close).and("?"),
        None => told,
    })
}

/// On one line, and safe to print.
pub(super) fn said(phrase: &Phrase) -> String {
    layout::runs(phrase, Style::new()).into_iter().map(|run| run.text).collect()
}

/// Names a step for a bar: `invite Lin Wei <lin@example.com> as developer of coffee`.
pub fn deed(step: &Step, workspace: &WorkspaceView<'_>) -> String {
    said(&step::sentence(&step.action, workspace))
}
