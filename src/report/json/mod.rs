//! For programs: versioned, with types of its own, described by `schema/report.schema.json`.
//!
//! Within a version nothing is renamed, retyped or removed; things may be added. Whatever a
//! program would want to tell apart is a value of its own here; `message` and `text` are for
//! people and may change.

pub mod apply;
pub mod drift;
pub mod danger;
pub mod finding;
pub mod invitations;
pub mod note;
pub mod plan;
pub mod show;
pub mod status;
pub mod step;

pub use apply::Apply;
pub(in crate::report) use danger::Verdicts;
pub use danger::{Danger, Footholds, SelfGrant};
pub use finding::{Check, Finding, Place};
pub use invitations::Invitations;
pub(in crate::report) use plan::Context;
pub use plan::Plan;
pub use show::Show;
pub use status::Status;
pub use step::{Action, Assignment, State, Step};

use super::{access::json as access, history::json as history};
use super::{
    invitation::InvitationsView,
    saved::{SavedPlan, Signature},
    view::{ApplyView, CheckView, PlanView},
};
use crate::model::text::is_hidden;
use schemars::{JsonSchema, Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde::Serialize;

/// Grows when something is renamed, retyped or removed.
pub const VERSION: u32 = 1;

/// Everything that minisync writes with `--format json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "command", rename_all = "camelCase")]
pub enum Report {
    Check(Check),
    Plan(Plan),
    Apply(Apply),
    Status(Status),
    Invitations(Invitations),
    Show(Show),
    AccessWho(access::Who),
    AccessWhat(access::What),
    AccessDiff(access::Diff),
    AccessReview(access::Review),
    Explain(access::Explain),
    History(history::History),
    HistoryShow(history::HistoryShow),
    HistoryVerify(history::HistoryVerify),
}

/// What `check` writes.
pub fn check(view: &CheckView<'_>) -> String {
    written(&Report::Check(Check::new(view)))
}

/// What `plan` writes.
pub fn plan(view: &PlanView<'_>) -> String {
    written(&Report::Plan(Plan::new(view)))
}

/// What `apply` writes when it has ended.
pub fn apply(view: &ApplyView<'_>) -> String {
    written(&Report::Apply(Apply::new(view)))
}

/// What `status` writes.
pub fn status(view: &PlanView<'_>) -> String {
    written(&Report::Status(Status::new(view)))
}

/// What `invitations` writes.
pub fn invitations(view: &InvitationsView<'_>) -> String {
    written(&Report::Invitations(Invitations::new(view)))
}

/// What `show` writes.
pub fn show(plan: &SavedPlan, signature: &Signature) -> String {
    written(&Report::Show(Show::new(plan, signature)))
}

/// The JSON Schema (2020-12) of [`Report`]: one for all commands, told apart by `command`.
pub fn schema() -> serde_json::Value {
    schema_of::<Report>("What minisync writes with --format json")
}

pub(super) fn schema_of<T: JsonSchema>(title: &str) -> serde_json::Value {
    // Rust's names for sizes of integers are no formats that a validator knows.
    let formats = RecursiveTransform(|schema: &mut Schema| {
        let format = schema.get("format").and_then(|format| format.as_str());
        if format.is_some_and(|format| format.starts_with("uint")) {
            schema.remove("format");
        }
    });
    let settings = SchemaSettings::draft2020_12().with_transform(formats);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".into(), title.into());
    schema.to_value()
}

pub(super) fn written(report: &Report) -> String {
    canonical(report)
}

/// Pretty, with a line end. Hidden characters can only be within strings, where they are written
/// as escapes: a terminal must not obey them either.
pub(super) fn canonical(content: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(content)
        .expect("own types have string keys and no other reason to fail");
    let mut safe = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if is_hidden(c) && c != '\n' {
            let units = c.encode_utf16(&mut [0; 2]).to_vec();
            safe.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            safe.push(c);
        }
    }
    safe.push('\n');
    safe
}

/// RFC 3339.
fn time(time: jiff::Timestamp) -> String {
    time.to_string()
}
