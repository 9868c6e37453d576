//! A saved plan as a reviewer reads it: all of it, for it is what they answer for.

use super::{
    FAINT, Look, WARNING, diff,
    layout::{self, Run, wrapped},
    line::{self, Line},
    section::HEADING,
    styled,
};
use crate::report::{
    saved::{SavedPlan, SavedStep, SavedWorkspace, Signature},
    visible::visible,
    wording::{field::Field, kind::Kind, saved},
};
use anstyle::Style;

/// Where facts begin: behind the longest of their names.
const COLUMN: usize = 13;

/// What `show` says.
pub fn show(plan: &SavedPlan, signature: &Signature, look: &Look) -> String {
    let mut text = styled(HEADING, &format!("Saved plan {}", visible(&plan.digest)));
    text.push('\n');
    for (name, what) in saved::facts(plan, signature) {
        let label = styled(FAINT, &format!("  {name:<width$}", width = COLUMN - 2));
        text.push_str(&label);
        text.push_str(&wrapped(&layout::runs(&what, Style::new()), COLUMN, COLUMN, look));
    }
    text.push('\n');
    for workspace in plan.workspaces.iter().filter(|workspace| !workspace.steps.is_empty()) {
        text.push_str(&section(workspace, look));
    }
    for (label, verdict) in saved::verdicts(plan) {
        text.push_str(&styled(WARNING, &format!("{label}: ")));
        let column = label.len() + 2;
        text.push_str(&wrapped(&layout::runs(&verdict, Style::new()), column, column, look));
    }
    text + &styled(WARNING, &saved::steps(plan)) + "\n"
}

fn section(workspace: &SavedWorkspace, look: &Look) -> String {
    let head = styled(HEADING, &format!("Workspace {}", visible(&workspace.id)));
    let lines: Vec<Line> = workspace.steps.iter().map(|step| line(step, look)).collect();
    format!("{head}\n\n{}\n", line::written(&lines, look))
}

fn line(saved: &SavedStep, look: &Look) -> Line {
    let deed = Run::new(Style::new(), &saved.deed);
    let because = Run::new(FAINT, &format!(" ({})", saved.because));
    let fields = saved.step.changes.iter().map(|change| diff::field(&Field::from(change), 8, look));
    Line::new(Kind::from(saved.step.action).mark(), &saved.thing, vec![deed, because])
        .with_below(fields.collect())
}
