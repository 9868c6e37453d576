//! What has changed outside git.

use super::{
    Place,
    plan::Context,
    step::{Change, Subject},
    time,
};
use crate::{
    model::LastChange,
    plan::{self, Outside},
    report::wording,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A program or a person that is not as it was last seen, or as minisync left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    pub subject: Subject,
    pub is_removed: bool,
    /// As it was and as it is; logos by their digests.
    pub changes: Vec<Change>,
    /// When it was last seen without the change.
    #[schemars(extend("format" = "date-time"))]
    pub after: String,
    /// When it was seen with it.
    #[schemars(extend("format" = "date-time"))]
    pub before: String,
    /// When it was changed last; missing where the platform does not tell.
    #[schemars(extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Who changed it last; missing where the platform does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Where the manifests ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// For people.
    pub text: String,
}

impl Drift {
    pub(super) fn new(drift: &plan::Drift, context: Context<'_>) -> Self {
        let plan::Drift { subject, what, after, before, last_change } = drift;
        let LastChange { at, by } = last_change;
        let told = wording::drift::told(drift, context.workspace).plain();
        let changes = match what {
            Outside::Removed => &[][..],
            Outside::Changed(edits) => edits,
        };
        let changes = changes.iter().map(|plan::Edit { field, from, to }| Change {
            field: field.to_string(),
            before: from.clone(),
            after: to.clone(),
        });
        Self {
            subject: Subject::new(subject, context),
            is_removed: *what == Outside::Removed,
            changes: changes.collect(),
            after: time(*after),
            before: time(*before),
            at: at.map(time),
            by: by.as_ref().map(ToString::to_string),
            place: context.place(subject),
            text: format!("{}: {told}", context.workspace.subject(subject)),
        }
    }
}
