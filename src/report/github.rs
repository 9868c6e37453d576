//! Workflow commands: GitHub shows them beside the lines of a pull request.
//!
//! See "Workflow commands for GitHub Actions" in GitHub's documentation.

use super::{
    place::Places,
    view::{CheckView, Tally, sorted},
    visible::visible,
    wording,
};
use crate::diagnostic::{Diagnostic, Severity, Span};

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
