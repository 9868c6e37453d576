//! What became of a plan.

use super::{
    escape::{code, phrase},
    page::Page,
    plan,
};
use crate::{
    engine::Outcome,
    report::{
        place::Places,
        view::{ApplyView, Ended},
        wording::{
            outcome::{self, Score},
            step,
        },
    },
};

pub fn apply(view: &ApplyView<'_>) -> String {
    let mut page = Page::default();
    let score = Score::of(view);
    let complete = score.is_complete() && view.plan.unread.is_empty();
    let standing = if complete { "complete" } else { "not complete" };
    let sentences = score.sentences().join("\n");
    page.add(&format!("### minisync apply: {standing}\n\n{sentences}\n"), 0);
    plan::unread(&mut page, view.plan);
    let places = Places::new(view.plan.sources);
    let undone: Vec<String> =
        view.undone().iter().filter_map(|ended| item(ended, view, &places)).collect();
    page.add_rows("\n", &undone, "");
    let done = view.outcomes().filter(|ended| *ended.outcome == Outcome::Done);
    let done: Vec<String> = done
        .map(|ended| {
            format!("- {}\n", phrase(&step::sentence(&ended.step.action, ended.workspace)))
        })
        .collect();
    page.add_rows("\n<details><summary>What was done</summary>\n\n", &done, "\n</details>\n");
    page.finish()
}

fn item(ended: &Ended<'_>, view: &ApplyView<'_>, places: &Places<'_>) -> Option<String> {
    let Ended { workspace, step, outcome } = ended;
    let undone = phrase(&outcome::undone(step, outcome, workspace)?);
    let place = view.plan.place(workspace.id, &step.action.subject());
    let place = place.map(|span| format!("{}: ", code(&places.link(span)))).unwrap_or_default();
    let help = outcome::help(outcome).map(|help| format!("  - help: {help}\n"));
    Some(format!("- {place}{undone}\n{}", help.unwrap_or_default()))
}
