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

/// What was not done, with its place and the way out; what was done, folded away.
pub fn apply(view: &ApplyView<'_>) -> String {
    if view.is_idle() {
        return plan(view.plan);
    }
    let mut page = Page::default();
    let score = Score::of(view);
    let standing = if view.is_complete() { "complete" } else { "not complete" };
    let sentences = score.sentences().join("\n");
    page.add(&format!("### minisync apply: {standing}\n\n{sentences}\n"), 0);
    plan::unread(&mut page, view.plan);
    let gone = view.gone.iter().map(|gone| format!("- {}\n", phrase(&outcome::gone(gone))));
    page.add_rows("\n", gone, "");
    let places = Places::new(view.plan.sources);
    let undone = view.undone().into_iter().map(|ended| item(&ended, view, &places));
    page.add_rows(
        "
", undone, "",
    );
    let done = view.outcomes().filter(|ended| *ended.outcome == Outcome::Done);
    let done: Vec<Ended<'_>> = done.collect();
    let done = done.iter().map(|ended| step::sentence(&ended.step.action, ended.workspace));
    let done = done.map(|deed| {
        format!(
            "- {}
",
            phrase(&deed)
        )
    });
    page.add_rows(
        "
<details><summary>What was done</summary>

",
        done,
        "
</details>
",
    );
    page.finish()
}

fn item(ended: &Ended<'_>, view: &ApplyView<'_>, places: &Places<'_>) -> String {
    let Ended { workspace, step, outcome } = ended;
    let undone = outcome::undone_there(ended, view).map(|undone| phrase(&undone));
    let place = view.plan.place(workspace.id, &step.action.subject());
    let place = place.map(|span| format!("{}: ", code(&places.link(span)))).unwrap_or_default();
    let help = outcome::help(outcome).map(|help| format!("  - help: {help}\n"));
    format!("- {place}{}\n{}", undone.unwrap_or_default(), help.unwrap_or_default())
}
