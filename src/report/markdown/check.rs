//! Findings as a list.

use super::{
    escape::{code, message},
    page::Page,
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    report::{
        place::Places,
        view::{CheckView, Tally, sorted},
        wording,
    },
};

/// The findings as a list, each with its place, what else matters, and the way out.
pub fn check(view: &CheckView<'_>) -> String {
    let mut page = Page::default();
    let summary = if view.findings.is_empty() {
        wording::clean(view.sources.len(), view.desired)
    } else {
        wording::tally(Tally::of(view.findings))
    };
    page.add(&format!("### minisync check\n\n**{summary}.**\n"), 0);
    findings(&mut page, view.findings, &Places::new(view.sources));
    page.finish()
}

pub(super) fn findings(page: &mut Page, findings: &[Diagnostic], places: &Places<'_>) {
    let items = sorted(findings).into_iter().map(|found| finding(found, places));
    page.add_rows("\n", items, "\n");
}

fn finding(found: &Diagnostic, places: &Places<'_>) -> String {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = code(&places.link(found.primary));
    let mut item =
        format!("- **{severity} {}** {place}: {}\n", found.code, message(&found.message));
    for (span, why) in &found.related {
        let line = format!("  - {}: {}\n", code(&places.link(*span)), message(why));
        item.push_str(&line);
    }
    if let Some(help) = &found.help {
        item.push_str("  - help: ");
        item.push_str(&message(help));
        item.push('\n');
    }
    item
}
