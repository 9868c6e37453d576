//! The three answers as a table.

use super::{
    escape::code,
    page::Page,
    plan::{NOTES, heading, note_row, unread},
};
use crate::report::{
    view::{Census, PlanView, WorkspaceView},
    wording::{
        note::{self, Concern},
        summary,
    },
};

const HEAD: &str = "
| Workspace | Standing | Programs | People | To do | Waiting | Open |
|-|-|-:|-:|-:|-:|-:|
";

/// One table for each concern, people first, and one of the workspaces.
pub fn status(view: &PlanView<'_>) -> String {
    let mut page = Page::default();
    page.add(&heading("status", view), 0);
    unread(&mut page, view);
    for concern in [Concern::Waiting, Concern::Later, Concern::NeedsSomebody, Concern::Ending] {
        let told = note::told(view, concern);
        let several = view.workspaces.len() > 1;
        let rows = told.iter().map(|(teller, note)| note_row(note, teller, several));
        page.add_rows(&format!("\n**{}**\n{NOTES}", concern.heading()), rows, "");
    }
    page.add_rows(HEAD, view.workspaces.iter().map(row), "");
    page.finish()
}

fn row(workspace: &WorkspaceView<'_>) -> String {
    let Census { programs, people, steps, waiting, open, drift: _ } = workspace.census();
    let (id, standing) = (code(workspace.id.as_str()), workspace.plan.standing());
    let standing = summary::standing(standing);
    format!("| {id} | {standing} | {programs} | {people} | {steps} | {waiting} | {open} |\n")
}
