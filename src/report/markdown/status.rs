//! The three answers as a table.

use super::{
    escape::{cell, code, phrase},
    page::Page,
    plan::{heading, unread},
};
use crate::report::{
    view::{Census, PlanView, WorkspaceView},
    wording::summary::{self, Awaited},
};

const HEAD: &str = "
| Workspace | Standing | Programs | People | To do | Waiting | Open |
|-|-|-:|-:|-:|-:|-:|
";

/// A table of the workspaces and one of the people they wait for.
pub fn status(view: &PlanView<'_>) -> String {
    let mut page = Page::default();
    page.add(&heading("status", view), 0);
    unread(&mut page, view);
    page.add_rows(HEAD, view.workspaces.iter().map(row), "");
    let awaited = summary::awaited(view);
    let people = awaited.iter().map(|awaited| person(awaited, view));
    page.add_rows("\n**Waiting**\n\n| | | |\n|-|-|-|\n", people, "");
    page.finish()
}

fn row(workspace: &WorkspaceView<'_>) -> String {
    let Census { programs, people, steps, waiting, open } = workspace.census();
    let (id, standing) = (code(workspace.id.as_str()), workspace.plan.standing());
    let standing = summary::standing(standing);
    format!("| {id} | {standing} | {programs} | {people} | {steps} | {waiting} | {open} |\n")
}

fn person(awaited: &Awaited<'_>, view: &PlanView<'_>) -> String {
    let text = phrase(&awaited.text(view.now));
    let cells = [code(&awaited.person()), code(awaited.workspace.id.as_str()), text];
    format!("| {} |\n", cells.map(|text| cell(&text)).join(" | "))
}
