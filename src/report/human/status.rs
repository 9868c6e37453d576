//! The three answers at a glance.

use super::{
    Look,
    layout::{self, Run, wrapped},
    plan, styled,
};
use crate::report::{
    view::{PlanView, WorkspaceView},
    visible::visible,
    wording::{
        note::{self, Concern},
        summary::{self, Awaited, Naming},
    },
};
use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, Table, presets};

/// What `status` says: a table of the workspaces, then whom they wait for, whose time is up
/// first comes first.
pub fn status(view: &PlanView<'_>, look: &Look) -> String {
    let mut text = table(view, look);
    let awaited = summary::awaited(view);
    if !awaited.is_empty() {
        text.push('\n');
    }
    for awaited in &awaited {
        text.push_str(&person(awaited, view, look));
    }
    text.push('\n');
    text + &plan::unread(view, look) + &plan::summary(view, Naming::Counted, look)
}

fn table(view: &PlanView<'_>, look: &Look) -> String {
    let awaited = summary::awaited(view);
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(look.width).unwrap_or(u16::MAX))
        .set_header(["Workspace", "Standing", "Programs", "People", "To do", "Waiting", "Open"]);
    for workspace in &view.workspaces {
        let waits = |awaited: &&Awaited<'_>| awaited.workspace.id == workspace.id;
        table.add_row(row(workspace, awaited.iter().filter(waits).count()));
    }
    let lines = table.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.collect()
}

fn row(workspace: &WorkspaceView<'_>, n_awaited: usize) -> [String; 7] {
    let notes = workspace.plan.notes.iter();
    let n_open = notes.filter(|note| Concern::of(note) == Concern::NeedsSomebody).count();
    [
        visible(workspace.id.as_str()).into_owned(),
        summary::standing(workspace.plan.standing()).to_owned(),
        workspace.desired.programs.len().to_string(),
        workspace.desired.members.len().to_string(),
        workspace.plan.steps.len().to_string(),
        n_awaited.to_string(),
        n_open.to_string(),
    ]
}

fn person(awaited: &Awaited<'_>, view: &PlanView<'_>, look: &Look) -> String {
    let mark = styled(AnsiColor::Cyan.on_default(), "…");
    let who = note::thing(awaited.note, awaited.workspace);
    let mut runs = vec![Run::new(Style::new().bold(), &who), Run::new(Style::new(), "  ")];
    if view.workspaces.len() > 1 {
        runs.push(Run::new(super::FAINT, &format!("{}: ", awaited.workspace.id)));
    }
    let text = note::text(awaited.note, awaited.workspace, view.now);
    runs.extend(layout::runs(&text, Style::new()));
    format!(" {mark} {}", wrapped(&runs, 3, 5, look))
}
