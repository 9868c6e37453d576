//! Workflow commands: GitHub shows them beside the lines of a pull request.
//!
//! See "Workflow commands for GitHub Actions" in GitHub's documentation.

use super::{
    place::Places,
    saved::{SavedPlan, Signature},
    view::{ApplyView, CheckView, Ended, PlanView, Tally, WorkspaceView, sorted},
    visible::visible,
    wording::{
        self, danger, drift,
        note::{self, Concern, Teller},
        outcome::{self, Score},
        self_grant,
        summary::{self, Naming},
        way_out,
    },
};
use crate::{
    diagnostic::{Diagnostic, Severity, Span},
    engine::Outcome,
    plan::{Drift, Note},
};

/// One command for each finding.
pub fn check(view: &CheckView<'_>) -> String {
    let places = Places::new(view.sources);
    let mut text = String::new();
    for found in sorted(view.findings) {
        text.push_str(&finding(found, &places));
    }
    let summary = if view.findings.is_empty() {
        wording::clean(view.sources.len(), view.desired)
    } else {
        wording::tally(Tally::of(view.findings))
    };
    text + &summary + ".\n"
}

/// Whose time is nearly up and what needs somebody, at their places, and how things stand; also what `status` says.
pub fn plan(view: &PlanView<'_>) -> String {
    let places = Places::new(view.sources);
    let mut text: String =
        sorted(view.findings).into_iter().map(|found| finding(found, &places)).collect();
    text.extend(unread(view));
    for (teller, note) in note::told(view, Concern::Waiting) {
        if matches!(note, Note::WaitingForMember { is_urgent: true, .. }) {
            text.push_str(&annotation("notice", note, &teller, view, &places));
        }
    }
    for (teller, note) in note::told(view, Concern::NeedsSomebody) {
        let kind = if matches!(note, Note::Undelivered { .. }) { "error" } else { "warning" };
        text.push_str(&annotation(kind, note, &teller, view, &places));
    }
    for workspace in &view.workspaces {
        let drifts = workspace.drift.iter();
        text.extend(drifts.map(|drift| changed_outside(drift, workspace, view, &places)));
    }
    text.extend(second_look(view, &places));
    let sentences = summary::sentences(view, Naming::Named);
    let sentences: Vec<String> =
        sentences.iter().map(|sentence| visible(&sentence.plain()).into_owned()).collect();
    let standing = format!("minisync: {}", summary::standing(view.standing()));
    text + &command("notice", &standing, None, &sentences.join("\n"))
}

fn changed_outside(
    drift: &Drift,
    workspace: &WorkspaceView<'_>,
    view: &PlanView<'_>,
    places: &Places<'_>,
) -> String {
    let site = view.place(workspace.id, &drift.subject).map(|span| site(span, places));
    let text = drift::told(drift, workspace).plain();
    command("warning", &visible(&workspace.subject(&drift.subject)), site, &visible(&text))
}

/// What a rail holds, and who gives something to themselves, at the lines that do.
fn second_look(view: &PlanView<'_>, places: &Places<'_>) -> Vec<String> {
    let dangers = view.dangers().map(|(workspace, held)| {
        let text = visible(&danger::text(&held, workspace).plain()).into_owned();
        let help = visible(&danger::help(&held, workspace).plain()).into_owned();
        let title = format!("{} in {}", held.rail(), workspace.id);
        command("warning", &title, None, &format!("{text}\nhelp: {help}"))
    });
    let grants = view.self_grants().map(|(workspace, grant)| {
        let person = visible(&workspace.person(&grant.email)).into_owned();
        let text = visible(&self_grant::text(grant, workspace).plain()).into_owned();
        command("warning", &person, Some(site(grant.place, places)), &format!("{person} {text}"))
    });
    dangers.chain(grants).collect()
}

/// A note at its place, with the way out.
fn annotation(
    kind: &str,
    note: &Note,
    teller: &Teller<'_>,
    view: &PlanView<'_>,
    places: &Places<'_>,
) -> String {
    let about = note::subject(note);
    let span = about.and_then(|subject| view.place(teller.workspace().id, &subject));
    let site = span.map(|span| site(span, places));
    let mut lines = vec![visible(&teller.text(note).plain()).into_owned()];
    let help = way_out::help(note);
    lines.extend(help.map(|help| format!("help: {}", visible(&help.plain()))));
    command(kind, &visible(&teller.thing(note)), site, &lines.join("\n"))
}

/// What a saved plan is, in one notice: its steps are at no place.
pub fn show(plan: &SavedPlan, signature: &Signature) -> String {
    let facts = wording::saved::facts(plan, signature);
    let facts = facts.iter().map(|(name, what)| format!("{name}: {}", what.plain()));
    let lines: Vec<String> = [wording::saved::steps(plan), format!("plan: {}", plan.digest)]
        .into_iter()
        .chain(facts)
        .map(|line| visible(&line).into_owned())
        .collect();
    command("notice", "minisync show", None, &lines.join("\n"))
}

/// Steps that were not done, at their places in the manifests.
pub fn apply(view: &ApplyView<'_>) -> String {
    if view.is_idle() {
        return plan(view.plan);
    }
    let places = Places::new(view.plan.sources);
    let mut text: String = unread(view.plan).collect();
    for gone in view.gone {
        let what = outcome::gone(gone).plain();
        text.push_str(&command("warning", "stale", None, &visible(&what)));
    }
    for ended in view.undone() {
        text.push_str(&undone(&ended, view, &places).unwrap_or_default());
    }
    text + &command("notice", "minisync apply", None, &Score::of(view).sentences().join("\n"))
}

fn unread<'a>(view: &'a PlanView<'_>) -> impl Iterator<Item = String> + 'a {
    view.unread.iter().map(|(id, why)| {
        let title = format!("workspace {id} could not be read");
        command("error", &title, None, &visible(why))
    })
}

fn undone(ended: &Ended<'_>, view: &ApplyView<'_>, places: &Places<'_>) -> Option<String> {
    let Ended { workspace, step, outcome } = ended;
    let subject = step.action.subject();
    let span = view.plan.place(workspace.id, &subject);
    let what = outcome::undone_there(ended, view)?.plain();
    let mut lines = vec![visible(&what).into_owned()];
    lines.extend(outcome::help(outcome).map(|help| format!("help: {help}")));
    let kind = if matches!(outcome, Outcome::Failed(_)) { "error" } else { "warning" };
    let title = visible(&workspace.subject(&subject)).into_owned();
    Some(command(kind, &title, span.map(|span| site(span, places)), &lines.join("\n")))
}

fn finding(found: &Diagnostic, places: &Places<'_>) -> String {
    let mut lines = vec![visible(&found.message).into_owned()];
    let related = found.related.iter();
    lines.extend(related.map(|(span, why)| format!("{}: {}", places.link(*span), visible(why))));
    lines.extend(found.help.iter().map(|help| format!("help: {}", visible(help))));
    let kind = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    command(kind, &found.code.to_string(), Some(site(found.primary, places)), &lines.join("\n"))
}

/// One line, whatever is in the message.
fn command(kind: &str, title: &str, site: Option<String>, message: &str) -> String {
    let site = site.map(|site| format!("{site},")).unwrap_or_default();
    format!("::{kind} {site}title={}::{}\n", property(title), data(message))
}

fn site(span: Span, places: &Places<'_>) -> String {
    let (start, end) = (places.start(span), places.end(span));
    let path = property(&places.path(span.source));
    let lines = format!("file={path},line={},endLine={}", start.line, end.line);
    // Columns mean something to GitHub only within one line.
    if start.line == end.line {
        format!("{lines},col={},endColumn={}", start.column, end.column)
    } else {
        lines
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
