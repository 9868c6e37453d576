//! What has changed outside git: between which two looks, and by whom.

use super::{count, field, phrase::Phrase, time};
use crate::{
    model::{self, LastChange},
    plan::{Drift, Edit, Outside, Step, undone},
    report::view::{PlanView, WorkspaceView},
};

/// Over the things that have changed.
pub(in crate::report) const HEADING: &str = "Changed outside git";

/// `between 2026-11-23 22:00 and 2026-11-24 10:00 UTC by Mei Chen <mei@example.com>`
pub(in crate::report) fn text(drift: &Drift, workspace: &WorkspaceView<'_>) -> Phrase {
    let what = match &drift.what {
        Outside::Removed => "removed ",
        Outside::Changed(_) => "",
    };
    Phrase::words(what).then(when(drift, workspace))
}

fn when(drift: &Drift, workspace: &WorkspaceView<'_>) -> Phrase {
    let Drift { subject: _, what: _, after, before, last_change } = drift;
    let LastChange { at, by } = last_change;
    let when = match at {
        Some(at) => format!("on {} UTC", time::moment(*at)),
        None => format!("between {} and {} UTC", time::moment(*after), time::moment(*before)),
    };
    match by {
        Some(by) => Phrase::words(when).and(" by ").and_data(workspace.person(by)),
        None => Phrase::words(when),
    }
}

/// Its fields, as they were and as they are.
pub(in crate::report) fn fields(drift: &Drift) -> Vec<field::Field> {
    match &drift.what {
        Outside::Removed => Vec::new(),
        Outside::Changed(edits) => edits.iter().map(field).collect(),
    }
}

fn field(edit: &Edit) -> field::Field {
    let Edit { field, from, to } = edit;
    let told = |text: &Option<String>| {
        let text = text.as_ref()?;
        let is_digest = *field == model::Field::Logo;
        Some(if is_digest { field::shortened(text) } else { text.clone() })
    };
    field::Field { name: field.to_string(), before: told(from), after: told(to) }
}

/// `name: 幸福咖啡 → 快乐咖啡; listing.tagline: nothing → …`, for where there is one line.
pub(in crate::report) fn told(drift: &Drift, workspace: &WorkspaceView<'_>) -> Phrase {
    let what = match &drift.what {
        Outside::Removed => "removed outside git ",
        Outside::Changed(_) => "changed outside git ",
    };
    let mut phrase = Phrase::words(what).then(when(drift, workspace));
    for (at, field::Field { name, before, after }) in fields(drift).into_iter().enumerate() {
        let side = |text: Option<String>| text.map_or(Phrase::words("nothing"), Phrase::data);
        phrase = phrase.and(if at == 0 { ": " } else { "; " }).and_data(name).and(": ");
        phrase = phrase.then(side(before)).and(" → ").then(side(after));
    }
    phrase
}

/// Whether the step undoes what somebody has done outside git.
pub(in crate::report) fn is_undone(step: &Step, workspace: &WorkspaceView<'_>) -> bool {
    undone(workspace.drift, step).is_some()
}

/// Why a step is there: `differs from the manifest, changed outside git`
pub(in crate::report) fn reason(step: &Step, workspace: &WorkspaceView<'_>) -> String {
    let reason = super::step::reason(step.reason);
    if is_undone(step, workspace) {
        format!("{reason}, changed outside git")
    } else {
        reason.into()
    }
}

/// `2 things have changed outside git.`
pub(in crate::report) fn sentence(view: &PlanView<'_>) -> Option<Phrase> {
    let n = view.workspaces.iter().map(|workspace| workspace.drift.len()).sum();
    (n > 0).then(|| Phrase::words(count(n, "thing has", "things have") + " changed outside git."))
}
