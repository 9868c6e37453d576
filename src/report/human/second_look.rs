//! What a plan needs a second look at: what a rail holds, who can act after it, and who gives
//! something to themselves. Never counted away.

use super::{
    FAINT, Look, layout,
    line::{self, Line},
    styled,
};
use crate::plan::Danger;
use crate::report::{
    view::{PlanView, WorkspaceView},
    wording::{danger, kind::Mark, phrase::Phrase, self_grant},
};
use anstyle::Style;

pub(super) fn held(view: &PlanView<'_>, look: &Look) -> String {
    let mut dangers = Vec::new();
    let mut footing = Vec::new();
    for workspace in &view.workspaces {
        let line = |mark, thing: &str, text: &Phrase| {
            let line = Line::new(mark, thing, layout::runs(text, Style::new()));
            if view.workspaces.len() > 1 { line.within(workspace.id.as_str()) } else { line }
        };
        for danger in workspace.dangers() {
            let text = danger::text(&danger, workspace);
            let help = danger::help(&danger, workspace);
            dangers.push(line(Mark::Person, danger.rail().name(), &text).with_help(Some(help)));
        }
        if let Some(footholds) = workspace.footholds() {
            let told = danger::footing(&footholds, workspace);
            footing.extend(told.iter().map(|(power, text)| line(Mark::None, power, text)));
        }
    }
    let grants = view.self_grants();
    let grants = grants.map(|(workspace, grant)| {
        let text = layout::runs(&self_grant::text(grant, workspace), Style::new());
        Line::new(Mark::Person, &workspace.person(&grant.email), text)
    });
    let groups = [
        ("Held until it is allowed", dangers),
        ("Who can act after this", footing),
        ("Given to themselves", grants.collect()),
    ];
    let told = groups.into_iter().filter(|(_, lines)| !lines.is_empty());
    told.map(|(heading, lines)| {
        format!("  {}\n{}\n", styled(FAINT, heading), line::written(&lines, look))
    })
    .collect()
}

/// On one line, with what would allow it: `remove-members: 3 people lose access: …`.
pub fn danger(danger: &Danger, workspace: &WorkspaceView<'_>) -> String {
    let text = Phrase::words(format!("{}: ", danger.rail())).then(danger::text(danger, workspace));
    super::apply::said(&text)
}

/// What `--allow` has to say to let exactly this through.
pub fn consent(danger: &Danger, workspace: &WorkspaceView<'_>) -> String {
    danger::consent(danger, workspace)
}
