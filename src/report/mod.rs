//! Words for people and programs: findings, plans, outcomes and standings, in every format.
//!
//! Everything here is a pure function from what others found out to a text: no clock, no
//! environment, no printing. Colours are always in the text of [`human`]; whoever prints strips
//! them where they are not wanted. What comes from manifests or platforms is never trusted: no
//! name can become a terminal escape, markup, a mention or a workflow command.

pub mod access;
pub mod github;
pub mod history;
pub mod human;
mod invitation;
pub mod json;
pub mod markdown;
mod narrative;
mod place;
pub mod saved;
mod view;
mod visible;
mod wording;

pub use human::{Extent, Look};
pub use invitation::InvitationsView;
use saved::{SavedPlan, Signature};
use std::borrow::Cow;
pub use view::{ApplyView, CheckView, GoneStep, GoneWhy, PlanView, SelfGrant, WorkspaceView};
pub use wording::command::command;

/// Words of ours around words from outside, before they go to a terminal: on their lines, and without
/// anything that steers it.
pub fn harmless(text: &str) -> Cow<'_, str> {
    visible::visible_lines(text)
}

/// As [`harmless`], of what must not begin lines of its own: names and paths.
pub fn on_one_line(text: &str) -> Cow<'_, str> {
    visible::visible(text)
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Human,
    /// For programs; see `schema/report.schema.json`.
    Json,
    /// For pull request comments and step summaries.
    Markdown,
    /// Workflow commands, which GitHub shows beside the lines of a pull request.
    Github,
}

/// What `check` says.
pub fn check(view: &CheckView<'_>, format: Format, look: &Look) -> String {
    match format {
        Format::Human => human::check(view, look),
        Format::Json => json::check(view),
        Format::Markdown => markdown::check(view),
        Format::Github => github::check(view),
    }
}

/// What `plan` says.
pub fn plan(view: &PlanView<'_>, format: Format, look: &Look) -> String {
    match format {
        Format::Human => human::plan(view, look),
        Format::Json => json::plan(view),
        Format::Markdown => markdown::plan(view),
        Format::Github => github::plan(view),
    }
}

/// What `apply` says when it has ended.
pub fn apply(view: &ApplyView<'_>, format: Format, look: &Look) -> String {
    match format {
        Format::Human => human::apply(view, look),
        Format::Json => json::apply(view),
        Format::Markdown => markdown::apply(view),
        Format::Github => github::apply(view),
    }
}

/// What `show` says of a saved plan.
pub fn show(plan: &SavedPlan, signature: &Signature, format: Format, look: &Look) -> String {
    match format {
        Format::Human => human::show(plan, signature, look),
        Format::Json => json::show(plan, signature),
        Format::Markdown => markdown::show(plan, signature),
        Format::Github => github::show(plan, signature),
    }
}

/// `2 mails`
pub fn mails(n_mails: u64) -> String {
    wording::count(usize::try_from(n_mails).unwrap_or(usize::MAX), "mail", "mails")
}

/// `; 1 waits: connection refused`, or nothing.
pub fn waiting_mails(n_waiting: u64, why: Option<&str>) -> String {
    let verb = match n_waiting {
        0 => return String::new(),
        1 => "waits",
        _ => "wait",
    };
    let why =
        why.map_or_else(|| " for the next `minisync apply`".to_owned(), |why| format!(": {why}"));
    format!("; {n_waiting} {verb}{why}")
}

/// What `status` says.
pub fn status(view: &PlanView<'_>, format: Format, look: &Look) -> String {
    match format {
        Format::Human => human::status(view, look),
        Format::Json => json::status(view),
        Format::Markdown => markdown::status(view),
        Format::Github => github::plan(view),
    }
}

/// What `invitations` says.
pub fn invitations(view: &InvitationsView<'_>, format: Format, look: &Look) -> String {
    match format {
        Format::Human => human::invitations(view, look),
        Format::Json => json::invitations(view),
        Format::Markdown => markdown::invitations(view),
        Format::Github => github::plan(view.plan),
    }
}
