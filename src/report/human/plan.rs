//! A plan, so that a stranger understands what will happen to what, and why.

use super::{
    ERROR, Extent, FAINT, GOOD, Look, WARNING,
    layout::{self, wrapped},
    second_look::held,
    section::Section,
    styled,
};
use crate::{
    plan::Standing,
    report::{
        saved::PlanDigest,
        view::PlanView,
        wording::{
            phrase::Phrase,
            summary::{self, Naming},
        },
    },
};
use anstyle::Style;

/// Lines of all workspaces together in [`Extent::Brief`]; workspaces beyond have one line each.
const BUDGET: usize = 240;

/// Each workspace that has something to tell, then how things stand. A wait for a few people is
/// one sentence.
pub fn plan(view: &PlanView<'_>, look: &Look) -> String {
    if Naming::suffices(view) {
        return unread(view, look) + &summary(view, Naming::Named, look);
    }
    let mut text = String::new();
    let mut n_lines = 0;
    for workspace in &view.workspaces {
        let section = Section::new(workspace, look);
        if section.is_empty() {
            continue;
        }
        let section = if look.extent == Extent::Brief && n_lines > BUDGET {
            section.counted()
        } else {
            section.whole()
        };
        n_lines += section.lines().count();
        text.push_str(&section);
    }
    if n_lines > 0 && !text.ends_with("\n\n") {
        text.push('\n');
    }
    let standing = held(view, look) + &unread(view, look) + &summary(view, Naming::Counted, look);
    text + &standing + &digest(view)
}

/// What `apply --digest` is given. Nothing stands right behind it: people double-click on it.
fn digest(view: &PlanView<'_>) -> String {
    let line = |digest: &PlanDigest| styled(FAINT, &format!("Plan {}", digest.short())) + "\n";
    view.told_digest().map(line).unwrap_or_default()
}

/// How things stand.
pub(super) fn summary(view: &PlanView<'_>, naming: Naming, look: &Look) -> String {
    let sentences = summary::sentences(view, naming);
    let lines = sentences.iter().enumerate().map(|(at, sentence)| {
        let style = if at == 0 { answer_style(view) } else { Style::new() };
        wrapped(&layout::runs(sentence, style), 0, 2, look)
    });
    lines.collect()
}

pub(super) fn answer_style(view: &PlanView<'_>) -> Style {
    match view.standing() {
        _ if !view.unread.is_empty() => WARNING,
        Standing::InSync => GOOD,
        Standing::Waiting | Standing::Drifted => WARNING,
    }
}

/// The workspaces that could not be read, and why.
pub(super) fn unread(view: &PlanView<'_>, look: &Look) -> String {
    let mut text = String::new();
    for (id, why) in &view.unread {
        let phrase = Phrase::words("workspace ").and_data(id).and(": ").and_data(why);
        text.push_str(&styled(ERROR, "error: "));
        text.push_str(&wrapped(&layout::runs(&phrase, Style::new()), 7, 7, look));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
