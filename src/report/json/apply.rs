//! Outcomes: what became of each step.

use super::{
    VERSION,
    danger::Danger,
    plan::{Context, Unread, text, unread},
    step::{Step, Subject},
};
use crate::{
    engine::{self, ProviderError, Refusal},
    report::{
        history::json::JournalHead,
        place::Places,
        view::{ApplyView, Ended, GoneStep, GoneWhy},
        wording::{
            note::Teller,
            outcome::{self, Score},
        },
    },
};
use schemars::JsonSchema;
use serde::Serialize;

/// What `minisync apply` did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Apply {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// Every step was done, every workspace could be read, and nothing of a saved plan was gone.
    pub complete: bool,
    pub counts: Counts,
    /// What was done and how to go on, for people.
    pub text: String,
    /// In the order of their ids.
    pub workspaces: Vec<AppliedWorkspace>,
    /// Steps of the saved plan that were left out: what they are about is not as it was.
    pub gone: Vec<Gone>,
    /// Workspaces that could not be read; nothing was done there.
    pub unread: Vec<Unread>,
}

/// How many steps ended in which way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub steps: usize,
    pub done: usize,
    pub failed: usize,
    pub stale: usize,
    pub blocked: usize,
    pub not_started: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppliedWorkspace {
    pub id: String,
    /// The plan's.
    pub digest: String,
    pub steps: Vec<AppliedStep>,
    /// What has to be allowed by name, and was when anything was done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dangers: Vec<Danger>,
    /// How far the ledger's journal has come; left out before its first record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal: Option<JournalHead>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Gone {
    pub workspace: String,
    /// What the step was to do, for people.
    pub text: String,
    pub reason: GoneReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum GoneReason {
    /// What it is about is not as it was, or the manifests do not ask for it any more.
    Changed,
    /// Another run has acted on it since.
    ActedOn,
    /// It leans on a step that is left out.
    Parted,
    /// Its workspace could not be read whole.
    Unread,
    /// An earlier run of the same plan did it: nothing is missing.
    Done,
    /// An earlier run of the same plan asked for it, and nobody knows whether it was done.
    Unheard,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppliedStep {
    pub step: Step,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Outcome {
    Done,
    /// The object changed after it was planned against.
    Stale,
    Failed {
        error: Error,
        /// The way out.
        #[serde(skip_serializing_if = "Option::is_none")]
        help: Option<String>,
    },
    /// Something it needs was not done.
    Blocked {
        by: Subject,
    },
    /// The run ended before its turn came.
    NotStarted,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Error {
    pub kind: ErrorKind,
    pub message: String,
    /// The platform's name for the rule that was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The field that the rule is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ErrorKind {
    Stale,
    /// The platform said no.
    Refused,
    /// No permission, or no such credential.
    Denied,
    /// The platform asked to slow down.
    Limited,
    /// The request may or may not have arrived.
    Unreachable,
    /// What came back makes no sense.
    Garbled,
    /// It never left this machine.
    Local,
}

impl Apply {
    pub(super) fn new(view: &ApplyView<'_>) -> Self {
        let places = Places::new(view.plan.sources);
        let score = Score::of(view);
        let workspaces = view.plan.workspaces.iter().map(|workspace| {
            let teller = Teller::new(workspace);
            let context = Context { view: view.plan, workspace, teller: &teller, places: &places };
            AppliedWorkspace {
                id: workspace.id.to_string(),
                digest: workspace.plan.digest().to_string(),
                steps: view.ended(workspace).map(|ended| applied(&ended, context)).collect(),
                dangers: workspace.dangers().iter().map(|it| Danger::new(it, context)).collect(),
                journal: view
                    .heads
                    .get(workspace.id)
                    .filter(|head| head.number > 0)
                    .map(JournalHead::from),
            }
        });
        Self {
            version: VERSION,
            complete: view.is_complete(),
            workspaces: workspaces.collect(),
            gone: view.gone.iter().map(Gone::from).collect(),
            unread: unread(view.plan),
            text: if view.is_idle() { text(view.plan) } else { score.sentences().join(" ") },
            counts: Counts::from(&score),
        }
    }
}

impl From<&GoneStep> for Gone {
    fn from(gone: &GoneStep) -> Self {
        let GoneStep { workspace, what, why } = gone.clone();
        let reason = match why {
            GoneWhy::Changed => GoneReason::Changed,
            GoneWhy::ActedOn => GoneReason::ActedOn,
            GoneWhy::Parted => GoneReason::Parted,
            GoneWhy::Unread => GoneReason::Unread,
            GoneWhy::Done => GoneReason::Done,
            GoneWhy::Unheard => GoneReason::Unheard,
        };
        Self { workspace, text: what, reason }
    }
}

impl From<&Score> for Counts {
    fn from(score: &Score) -> Self {
        Self {
            steps: score.n_all(),
            done: score.n_done(),
            failed: score.failed,
            stale: score.stale,
            blocked: score.blocked,
            not_started: score.not_started,
        }
    }
}

fn applied(ended: &Ended<'_>, context: Context<'_>) -> AppliedStep {
    let outcome = match ended.outcome {
        engine::Outcome::Done => Outcome::Done,
        engine::Outcome::Stale => Outcome::Stale,
        engine::Outcome::Failed(error) => Outcome::Failed {
            error: Error::from(error),
            help: outcome::help(ended.outcome).map(str::to_owned),
        },
        engine::Outcome::Blocked { by } => Outcome::Blocked { by: Subject::new(by, context) },
        engine::Outcome::NotStarted => Outcome::NotStarted,
    };
    AppliedStep { step: Step::new(ended.step, context), outcome }
}

impl From<&ProviderError> for Error {
    fn from(error: &ProviderError) -> Self {
        let kind = match error {
            ProviderError::Stale => ErrorKind::Stale,
            ProviderError::Refused(Refusal { rule, field, detail }) => {
                return Self {
                    kind: ErrorKind::Refused,
                    message: detail.clone(),
                    rule: Some(rule.clone()),
                    field: field.clone(),
                };
            }
            ProviderError::Denied(_) | ProviderError::Barred(_) => ErrorKind::Denied,
            ProviderError::Limited { .. } => ErrorKind::Limited,
            ProviderError::Unreachable(_) => ErrorKind::Unreachable,
            ProviderError::Garbled(_) => ErrorKind::Garbled,
            ProviderError::Local(_) => ErrorKind::Local,
        };
        Self { kind, message: error.to_string(), rule: None, field: None }
    }
}
