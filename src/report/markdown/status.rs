//! The three answers as a table.

use super::{
    escape::{cell, code, phrase},
    page::Page,
    plan::{heading, unread},
};
use crate::report::{
    view::PlanView,
    wording::{
        note::{self, Concern},
        summary::{self, Awaited},
    },
};

const HEAD: &str = "
| Workspace | Standing | Programs | People | To do | Waiting | Open |
|-|-|-:|-:|-:|-:|-:|
";

pub fn status(view: &PlanView<'_>) -> String {
    let mut page = Page::default();
    page.add(&heading("status", view), 0);
    unread(&mut page, view);
    let awaited = summary::awaited(view);
    page.add_rows(HEAD, &rows(view, &awaited), "");
    let people: Vec<String> = awaited.iter().map(|awaited| person(awaited, view)).collect();
    page.add_rows("\n**Waiting**\n\n| | | |\n|-|-|-|\n", &people, "");
    page.finish()
}

fn rows(view: &PlanView<'_>, awaited: &[Awaited<'_>]) -> Vec<String> {
    let rows = view.workspaces.iter().map(|workspace| {
        let notes = workspace.plan.notes.iter();
        let n_open = notes.filter(|note| Concern::of(note) == Concern::NeedsSomebody).count();
        let waits = awaited.iter().filter(|awaited| awaited.workspace.id == workspace.id);
        format!(
            "| {} | {} | {} | {} | {} | {} | {n_open} |\n",
            code(workspace.id.as_str()),
            summary::standing(workspace.plan.standing()),
            workspace.desired.programs.len(),
            workspace.desired.members.len(),
            workspace.plan.steps.len(),
            waits.count(),
        )
    });
    rows.collect()
}

fn person(awaited: &Awaited<'_>, view: &PlanView<'_>) -> String {
    let Awaited { workspace, note, .. } = awaited;
    let text = phrase(&note::text(note, workspace, view.now));
    let cells = [code(&note::thing(note, workspace)), code(workspace.id.as_str()), text];
    format!("| {} |\n", cells.map(|text| cell(&text)).join(" | "))
}
