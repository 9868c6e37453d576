//! A saved plan as tables.

use super::{
    escape::{code, message, phrase},
    page::Page,
    plan::{NOTES, field_changes, row},
};
use crate::report::{
    saved::{SavedPlan, SavedStep, Signature},
    wording::{field::Field, saved},
};

/// What `show` says.
pub fn show(plan: &SavedPlan, signature: &Signature) -> String {
    let mut page = Page::default();
    let title = format!("### minisync show: {}\n\n", saved::steps(plan).trim_end_matches('.'));
    page.add(&title, 0);
    page.add(&format!("- plan: {}\n", code(&plan.digest)), 0);
    for (name, what) in saved::facts(plan, signature) {
        page.add(&format!("- {name}: {}\n", phrase(&what)), 0);
    }
    for (label, verdict) in saved::verdicts(plan) {
        page.add(&format!("- {label}: {}\n", phrase(&verdict)), 1);
    }
    for workspace in &plan.workspaces {
        let head = format!("\n#### Workspace {}\n{NOTES}", code(&workspace.id));
        page.add_rows(&head, workspace.steps.iter().map(step), "");
        for saved in &workspace.steps {
            let fields: Vec<Field> = saved.step.changes.iter().map(Field::from).collect();
            field_changes(&mut page, &saved.thing, &fields);
        }
    }
    page.finish()
}

fn step(saved: &SavedStep) -> String {
    let mark = code(&saved.sign);
    row([&mark, &code(&saved.thing), &code(&saved.deed), &message(&saved.because)])
}
