//! The three answers at a glance.

use super::{
    Extent, FAINT, Look,
    layout::{self, Run, wrapped},
    plan, styled,
};
use crate::report::{
    view::{Census, PlanView, WorkspaceView},
    wording::{
        self,
        kind::Mark,
        summary::{self, Awaited, Naming},
    },
};
use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, Table, presets};

/// People shown in [`Extent::Brief`]; the rest is counted.
const BRIEF: usize = 50;

/// What `status` says: a table of the workspaces, then whom they wait for, whose time is up
/// first comes first.
pub fn status(view: &PlanView<'_>, look: &Look) -> String {
    let awaited = summary::awaited(view);
    let n_shown = match look.extent {
        Extent::Brief => awaited.len().min(BRIEF),
        Extent::Whole => awaited.len(),
    };
    let mut text = table(view, look);
    if !awaited.is_empty() {
        text.push('\n');
    }
    text.extend(awaited[..n_shown].iter().map(|awaited| person(awaited, view, look)));
    if n_shown < awaited.len() {
        let more = wording::not_shown(awaited.len() - n_shown, "person", "people");
        text.push_str("   ");
        text.push_str(&styled(FAINT, &more));
        text.push('\n');
    }
    text.push('\n');
    text + &plan::unread(view, look) + &plan::summary(view, Naming::Counted, look)
}

fn table(view: &PlanView<'_>, look: &Look) -> String {
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
    let Census { programs, people, steps, waiting, open } = workspace.census();
    let [programs, people, steps, waiting, open] =
        [programs, people, steps, waiting, open].map(wording::grouped);
    let standing = summary::standing(workspace.plan.standing()).to_owned();
    [workspace.id.to_string(), standing, programs, people, steps, waiting, open]
}

fn person(awaited: &Awaited<'_>, view: &PlanView<'_>, look: &Look) -> String {
    let mark = styled(AnsiColor::Cyan.on_default(), Mark::Wait.sign());
    let mut runs = vec![Run::new(Style::new().bold(), &awaited.person())];
    if view.workspaces.len() > 1 {
        runs.push(Run::new(FAINT, &format!(" in {}", awaited.workspace.id)));
    }
    runs.push(Run::new(Style::new(), ": "));
    runs.extend(layout::runs(&awaited.text(view.now), Style::new()));
    format!(" {mark} {}", wrapped(&runs, 3, 5, look))
}
