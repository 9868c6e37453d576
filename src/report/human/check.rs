//! What `check` says: each finding under its line, and how many there are.

use super::{
    ERROR, Extent, FAINT, GOOD, Look, WARNING,
    finding::{self, Finding},
    styled,
};
use crate::report::{
    place::Places,
    view::{CheckView, Tally, sorted},
    wording,
};

/// Findings shown in [`Extent::Brief`]; who has more mends these first.
const BRIEF: usize = 100;

/// Each finding under its line, then how many there are; or what was read, when there is none.
pub fn check(view: &CheckView<'_>, look: &Look) -> String {
    if view.findings.is_empty() {
        return clean(view);
    }
    let secrets = view.findings.iter().filter(|found| found.is_secret).map(|it| it.primary);
    let sources = view.sources.hiding(secrets);
    let places = Places::new(&sources);
    let findings = sorted(view.findings);
    let n_shown = match look.extent {
        Extent::Brief => findings.len().min(BRIEF),
        Extent::Whole => findings.len(),
    };
    let mut text = String::new();
    for found in &findings[..n_shown] {
        text.push_str(&finding::render(&Finding::from(*found), &places, look));
        text.push_str("\n\n");
    }
    if n_shown < findings.len() {
        let more = wording::not_shown(findings.len() - n_shown, "finding", "findings");
        text.push_str(&styled(FAINT, &more));
        text.push_str("\n\n");
    }
    text.push_str(&summary(view));
    text
}

fn summary(view: &CheckView<'_>) -> String {
    let tally = Tally::of(view.findings);
    let style = if tally.errors > 0 { ERROR } else { WARNING };
    let first = sorted(view.findings)[0].code;
    let more = format!("`minisync explain {first}` says more about a finding.");
    format!("{}. {}\n", styled(style, &wording::tally(tally)), styled(FAINT, &more))
}

fn clean(view: &CheckView<'_>) -> String {
    format!("{}.\n", styled(GOOD, &wording::clean(view.sources.len(), view.desired)))
}
