//! Who reaches what: answers from the manifests and the platform together, and from their history.

mod csv;
pub mod diff;
mod history;
mod html;
pub mod json;
mod reach;
mod review;
pub(in crate::report) mod sheet;
mod what;
mod who;
mod why;
mod words;

pub use diff::{Comparison, Side};
pub use history::{Authors, Authorship, Commit};
pub use reach::Program;
pub use review::{ReviewView, gaps, manifests};
pub use what::addresses;
pub use who::{Target, program_names, targets};
pub use why::{Wanted, WhyView, wanted};

use super::{
    human::{self, Look},
    json::{Report, written},
    markdown::{narrative as markdown_narrative, sheet as markdown},
    view::PlanView,
};
use crate::model::Email;
use reach::{Grant, State};
use std::collections::BTreeSet;

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Human,
    Json,
    Markdown,
}

/// How a review is written: for files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewFormat {
    Csv,
    Html,
    Json,
    Markdown,
}

/// Who reaches these mini programs; `asked`: as somebody called them.
pub fn who(
    view: &PlanView<'_>,
    asked: &str,
    targets: &BTreeSet<Target>,
    format: Format,
    look: &Look,
) -> String {
    match format {
        Format::Human => human::sheet(&who::sheet(view, targets), look),
        Format::Markdown => markdown::comment(&who::sheet(view, targets)),
        Format::Json => written(&Report::AccessWho(who::report(view, asked, targets))),
    }
}

/// Everything that somebody reaches, in every workspace.
pub fn what(view: &PlanView<'_>, email: &Email, format: Format, look: &Look) -> String {
    match format {
        Format::Human => human::sheet(&what::sheet(view, email), look),
        Format::Markdown => markdown::comment(&what::sheet(view, email)),
        Format::Json => written(&Report::AccessWhat(what::report(view, email))),
    }
}

/// Why somebody has what they have, or a mini program is as it is.
pub fn why(view: &WhyView<'_>, format: Format, look: &Look) -> String {
    match format {
        Format::Human => human::narrative(&why::narrative(view), look),
        Format::Markdown => markdown_narrative::narrative(&why::narrative(view)),
        Format::Json => written(&Report::Explain(why::report(view))),
    }
}

/// What one side gives and the other does not.
pub fn diff(comparison: &Comparison, format: Format, look: &Look) -> String {
    match format {
        Format::Human => human::sheet(&diff::sheet(comparison), look),
        Format::Markdown => markdown::comment(&diff::sheet(comparison)),
        Format::Json => written(&Report::AccessDiff(json::Diff::new(comparison))),
    }
}

/// Every grant, for an audit.
pub fn review(view: &ReviewView<'_>, format: ReviewFormat) -> String {
    match format {
        ReviewFormat::Csv => review::csv(view),
        ReviewFormat::Html => html::page(&review::sheet(view)),
        ReviewFormat::Markdown => markdown::file(&review::sheet(view)),
        ReviewFormat::Json => written(&Report::AccessReview(review::report(view))),
    }
}

/// Whether somebody can use it as things are.
fn is_usable(grant: &Grant<'_>) -> bool {
    let state = grant.person.record.as_ref().map(|record| record.state);
    grant.on_platform && state == Some(State::Active)
}
