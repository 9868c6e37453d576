//! The three answers at a glance: people first.

use super::{
    Extent, FAINT, Look,
    layout::{self, wrapped},
    line::{self, Line, NARROW},
    plan, styled,
};
use crate::report::{
    view::{Census, PlanView, WorkspaceView},
    wording::{
        self,
        note::{self, Concern},
        phrase::Phrase,
        summary::{self, Naming},
    },
};
use anstyle::Style;
use comfy_table::{ContentArrangement, Table, presets};
use std::time::Duration;

/// Lines of one concern in [`Extent::Brief`]; the rest is counted.
const BRIEF: usize = 50;
/// What is of no concern to anybody is in the plan.
const CONCERNS: [Concern; 4] =
    [Concern::Waiting, Concern::Later, Concern::NeedsSomebody, Concern::Ending];

/// What `status` says: who is waited for and whose time is up first, what goes by itself, what
/// needs somebody, what ends; then the workspaces where there are several, and at last the answer.
pub fn status(view: &PlanView<'_>, look: &Look) -> String {
    let mut text: String = CONCERNS.into_iter().map(|concern| group(view, concern, look)).collect();
    if view.workspaces.len() > 1 {
        text.push_str(&workspaces(view, look));
        text.push('\n');
    }
    text + &plan::unread(view, look) + &answer(view, look)
}

/// Who is waited for, and for how long at most: one line, for while it lasts.
pub fn vigil(view: &PlanView<'_>, left: Duration) -> String {
    let runs = layout::runs(&summary::vigil(view, left), Style::new());
    runs.into_iter().map(|run| run.text).collect()
}

/// Nothing when there is nothing of that concern.
fn group(view: &PlanView<'_>, concern: Concern, look: &Look) -> String {
    let told = note::told(view, concern);
    if told.is_empty() {
        return String::new();
    }
    let n_shown = match look.extent {
        Extent::Brief => told.len().min(BRIEF),
        Extent::Whole => told.len(),
    };
    let lines = told[..n_shown].iter().map(|(teller, note)| {
        let line = Line::of_note(note, teller);
        if view.workspaces.len() > 1 { line.within(teller.workspace().id.as_str()) } else { line }
    });
    let mut text = format!("  {}\n", styled(FAINT, concern.heading()));
    text.push_str(&line::written(&lines.collect::<Vec<_>>(), look));
    if n_shown < told.len() {
        let more = wording::not_shown(told.len() - n_shown, "line", "lines");
        text.push_str("    ");
        text.push_str(&styled(FAINT, &more));
        text.push('\n');
    }
    text.push('\n');
    text
}

/// What decides about the standing comes last.
fn answer(view: &PlanView<'_>, look: &Look) -> String {
    let sentences = summary::sentences(view, Naming::Counted);
    let lines = sentences.iter().enumerate().rev().map(|(at, sentence)| {
        let style = if at == 0 { plan::answer_style(view) } else { Style::new() };
        wrapped(&layout::runs(sentence, style), 0, 2, look)
    });
    lines.collect()
}

fn workspaces(view: &PlanView<'_>, look: &Look) -> String {
    if look.width < NARROW {
        return view.workspaces.iter().map(|workspace| compact(workspace, look)).collect();
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(look.width).unwrap_or(u16::MAX))
        .set_header(["Workspace", "Standing", "Programs", "People", "To do", "Waiting", "Open"])
        .add_rows(view.workspaces.iter().map(row));
    let lines = table.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.collect()
}

fn row(workspace: &WorkspaceView<'_>) -> [String; 7] {
    let Census { programs, people, steps, waiting, open, drift: _ } = workspace.census();
    let [programs, people, steps, waiting, open] =
        [programs, people, steps, waiting, open].map(wording::grouped);
    let standing = summary::standing(workspace.plan.standing()).to_owned();
    [workspace.id.to_string(), standing, programs, people, steps, waiting, open]
}

fn compact(workspace: &WorkspaceView<'_>, look: &Look) -> String {
    let line = Phrase::words("Workspace ")
        .and_data(workspace.id)
        .and(": ")
        .and(wording::census(workspace.census(), workspace.plan.standing()));
    wrapped(&layout::runs(&line, Style::new()), 0, 2, look)
}
