//! A plan as tables, with the fields of updates folded away.

use super::{
    check,
    escape::{block, cell, code, html, phrase},
    page::Page,
};
use crate::{
    plan::{Drift, Note, Step},
    report::{
        place::Places,
        view::{PlanView, WorkspaceView},
        visible::visible,
        wording::{
            self, danger, drift,
            field::{Field, fields},
            kind::Kind,
            note::{self, Concern, Teller},
            self_grant, step,
            summary::{self, Naming},
            way_out,
        },
    },
};

/// The head of a table of steps or notes.
pub(super) const NOTES: &str = "\n| | | | |\n|-|-|-|-|\n";

/// A table for each workspace, with fields folded away, and one for each concern of its notes.
pub fn plan(view: &PlanView<'_>) -> String {
    let mut page = Page::default();
    page.add(&heading("plan", view), 0);
    if let Some(digest) = view.told_digest() {
        page.add(&format!("\nPlan {}\n", code(&digest.to_string())), 0);
    }
    check::findings(&mut page, view.findings, &Places::new(view.sources));
    unread(&mut page, view);
    for workspace in &view.workspaces {
        self::workspace(&mut page, workspace, view);
    }
    page.finish()
}

fn workspace(page: &mut Page, workspace: &WorkspaceView<'_>, view: &PlanView<'_>) {
    let mut head = format!("\n#### Workspace {}\n", code(workspace.id.as_str()));
    let steps = &workspace.plan.steps;
    table(page, &mut head, "", steps.iter().map(|step| step_row(step, workspace)));
    for step in steps {
        changes(page, step, workspace);
    }
    let drifts = workspace.drift.iter().map(|drift| drift_row(drift, workspace));
    table(page, &mut head, &format!("\n**{}**\n", drift::HEADING), drifts);
    for (title, rows) in second_look(workspace, view) {
        table(page, &mut head, &format!("\n**{title}**\n"), rows.into_iter());
    }
    let teller = Teller::new(workspace);
    for concern in Concern::ALL {
        let notes = note::worth_telling(workspace.plan, concern);
        let title = format!("\n**{}**\n", concern.heading());
        table(
            page,
            &mut head,
            &title,
            notes.into_iter().map(|note| note_row(note, &teller, false)),
        );
    }
}

/// What a rail holds, who can act after the plan, and who gives something to themselves.
fn second_look(
    workspace: &WorkspaceView<'_>,
    view: &PlanView<'_>,
) -> [(&'static str, Vec<String>); 3] {
    let dangers = workspace.dangers().into_iter().map(|held| {
        let (text, help) = (danger::text(&held, workspace), danger::help(&held, workspace));
        row(["`!`", &code(held.rail().name()), &phrase(&text), &phrase(&help)])
    });
    let footholds = workspace.footholds().map(|it| danger::footing(&it, workspace));
    let footing = footholds.into_iter().flatten();
    let grants = view.self_grants().filter(|(it, _)| it.id == workspace.id).map(|(_, grant)| {
        let text = phrase(&self_grant::text(grant, workspace));
        row(["`!`", &code(&workspace.person(&grant.email)), &text, ""])
    });
    [
        ("Held until it is allowed", dangers.collect()),
        (
            "Who can act after this",
            footing.map(|(power, it)| row(["", power, &phrase(&it), ""])).collect(),
        ),
        ("Given to themselves", grants.collect()),
    ]
}

/// `### minisync plan: drifted`, and the sentences below it.
pub(super) fn heading(command: &str, view: &PlanView<'_>) -> String {
    let standing = summary::standing(view.standing());
    let sentences = summary::sentences(view, Naming::Named);
    let sentences: Vec<String> = sentences.iter().map(phrase).collect();
    format!("### minisync {command}: {standing}\n\n{}\n", sentences.join("\n"))
}

pub(super) fn unread(page: &mut Page, view: &PlanView<'_>) {
    let items = view
        .unread
        .iter()
        .map(|(id, why)| format!("- workspace {}: {}\n", code(id.as_str()), code(why)));
    page.add_rows("\nNothing is known about:\n\n", items, "");
}

/// Rows under a heading that is written once, before the first of them.
fn table(
    page: &mut Page,
    head: &mut String,
    title: &str,
    rows: impl ExactSizeIterator<Item = String>,
) {
    if rows.len() > 0 {
        let head = std::mem::take(head) + title + NOTES;
        page.add_rows(&head, rows, "");
    }
}

fn step_row(step: &Step, workspace: &WorkspaceView<'_>) -> String {
    let mark = Kind::of(&step.action).mark().sign();
    let thing = code(&workspace.subject(&step.action.subject()));
    let deed = phrase(&step::deed(&step.action, workspace));
    row([&format!("`{mark}`"), &thing, &deed, &drift::reason(step, workspace)])
}

fn drift_row(drift: &Drift, workspace: &WorkspaceView<'_>) -> String {
    let thing = code(&workspace.subject(&drift.subject));
    row(["", &thing, &phrase(&drift::told(drift, workspace)), ""])
}

/// `whereabouts`: with the workspace.
pub(super) fn note_row(note: &Note, teller: &Teller<'_>, whereabouts: bool) -> String {
    let mark = Concern::of(note).mark().sign();
    let mark = if mark.trim().is_empty() { String::new() } else { format!("`{mark}`") };
    let mut thing = code(&teller.thing(note));
    if whereabouts {
        thing.push_str(" in ");
        thing.push_str(&code(teller.workspace().id.as_str()));
    }
    let help = way_out::help(note).map(|help| phrase(&help)).unwrap_or_default();
    row([&mark, &thing, &phrase(&teller.text(note)), &help])
}

pub(super) fn row(cells: [&str; 4]) -> String {
    format!("| {} |\n", cells.map(cell).join(" | "))
}

/// The fields of an update, folded away.
fn changes(page: &mut Page, step: &Step, workspace: &WorkspaceView<'_>) {
    field_changes(page, &workspace.subject(&step.action.subject()), &fields(&step.action));
}

pub(super) fn field_changes(page: &mut Page, title: &str, fields: &[Field]) {
    if fields.is_empty() {
        return;
    }
    let lines: Vec<String> = fields.iter().flat_map(diff).collect();
    let count = wording::count(fields.len(), "field", "fields");
    let block = block("diff", &lines);
    let details =
        format!("\n<details><summary>{}: {count}</summary>\n\n{block}\n</details>\n", html(title));
    page.add(&details, 1);
}

fn diff(field: &Field) -> Vec<String> {
    let Field { name, before, after } = field;
    let line = |sign: &str, text: &String| format!("{sign} {}: {}", visible(name), visible(text));
    let before = before.iter().map(|text| line("-", text));
    before.chain(after.iter().map(|text| line("+", text))).collect()
}
