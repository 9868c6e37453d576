//! What `history` writes with `--format json`: part of `report::json`.

use super::{HistoryView, RunView, VerifyView, words};
use crate::{
    ledger::{self, Asked, Granted, Head, How, PastPlan, PastRun},
    report::json::VERSION,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// What `minisync history` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// Newest first.
    pub runs: Vec<Run>,
    /// How many older ones there are.
    pub older: usize,
}

/// What `minisync history show` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryShow {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    pub run: Run,
    /// Those whose turn came.
    pub steps: Vec<RunStep>,
}

/// What `minisync history verify` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryVerify {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// Every journal is as it was written, and has the heads that were expected.
    pub sound: bool,
    pub journals: Vec<Journal>,
    pub expected: Vec<Expected>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Journal {
    pub workspace: String,
    /// Left out where it is broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<JournalHead>,
    /// Where and how it is broken, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
}

/// How far a journal has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JournalHead {
    /// Of its last record, from 1.
    pub number: u64,
    /// For `minisync history verify --expect`.
    pub hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Expected {
    pub hash: String,
    pub found: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    pub id: String,
    #[schemars(extend("format" = "date-time"))]
    pub began: String,
    /// When it wrote its last record.
    #[schemars(extend("format" = "date-time"))]
    pub last: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Of the manifests; `-dirty` behind it when they were not as it has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The version that ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minisync: Option<String>,
    /// Digest of the saved plan that was carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_plan: Option<String>,
    pub ended: End,
    pub done: u64,
    pub undone: u64,
    pub plans: Vec<RunPlan>,
    /// Locks that it took away.
    pub unlocked: Vec<Unlocked>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunPlan {
    pub workspace: String,
    pub digest: String,
    /// Of the plan for all workspaces, as `minisync plan` and `minisync apply` tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<String>,
    pub steps: u64,
    pub done: u64,
    pub undone: u64,
    pub ended: End,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unlocked {
    pub workspace: String,
    /// The run that held it.
    pub from: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum End {
    /// Whatever came of the steps.
    Finished,
    Underway,
    LostLock {
        to: String,
    },
    /// No record tells how.
    Died,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunStep {
    pub workspace: String,
    #[serde(flatten)]
    pub request: Request,
}

/// Something that was asked of the platform, or of the ledger alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// `member lin@example.com`, `program coffee`.
    pub subject: String,
    /// `invite`, `create-program` and so on.
    pub action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted: Option<Grants>,
    #[schemars(extend("format" = "date-time"))]
    pub asked: String,
    /// It was asked before, and nobody knew how that had ended.
    pub again: bool,
    /// Left out: the run ended before it knew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<RequestOutcome>,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// For people.
    pub text: String,
}

/// What somebody gets by a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Grants {
    pub role: String,
    /// Those that it reaches, where it does not reach all.
    pub programs: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum RequestOutcome {
    Done,
    /// It had changed since it was planned.
    Stale,
    Refused,
    /// The answer was lost.
    Unknown,
    NotAsked,
}

impl History {
    pub(super) fn new(view: &HistoryView<'_>) -> Self {
        let runs = view.runs.iter();
        let runs = runs.map(|run| Run::new(run, view.alive.contains(&run.id))).collect();
        Self { version: VERSION, runs, older: view.n_older }
    }
}

impl HistoryShow {
    pub(super) fn new(view: &RunView<'_>) -> Self {
        let RunView { run, is_alive } = *view;
        let steps = run.plans.iter().flat_map(|plan| {
            let workspace = plan.workspace.to_string();
            let request = |asked| RunStep { workspace: workspace.clone(), request: asked };
            plan.asked.iter().map(Request::new).map(request).collect::<Vec<_>>()
        });
        Self { version: VERSION, run: Run::new(run, is_alive), steps: steps.collect() }
    }
}

impl HistoryVerify {
    pub(super) fn new(view: &VerifyView<'_>) -> Self {
        let journals = view.journals.iter().map(|journal| Journal {
            workspace: journal.workspace.to_string(),
            head: journal.found.as_ref().ok().map(JournalHead::from),
            broken: journal.found.as_ref().err().map(ToString::to_string),
        });
        let expected = view.expected.iter();
        let expected =
            expected.map(|(hash, found)| Expected { hash: hash.clone(), found: *found }).collect();
        let (sound, journals) = (view.is_sound(), journals.collect());
        Self { version: VERSION, sound, journals, expected }
    }
}

impl Run {
    fn new(run: &PastRun, is_alive: bool) -> Self {
        let unlocked = run.unlocked.iter().map(|(workspace, from)| Unlocked {
            workspace: workspace.to_string(),
            from: from.clone(),
        });
        Self {
            id: run.id.clone(),
            began: words::moment(run.from),
            last: words::moment(run.to),
            who: run.who.clone(),
            commit: run.commit.clone(),
            minisync: run.version.clone(),
            saved_plan: run.saved.clone(),
            ended: run.end(is_alive).into(),
            done: run.n_done(),
            undone: run.n_undone(),
            plans: run.plans.iter().map(|plan| RunPlan::new(plan, is_alive)).collect(),
            unlocked: unlocked.collect(),
        }
    }
}

impl RunPlan {
    fn new(plan: &PastPlan, is_alive: bool) -> Self {
        Self {
            workspace: plan.workspace.to_string(),
            digest: plan.digest.clone(),
            whole: plan.whole.clone(),
            steps: plan.steps,
            done: plan.n_done(),
            undone: plan.n_undone(),
            ended: plan.end(is_alive).into(),
        }
    }
}

impl Request {
    pub(in crate::report) fn new(asked: &Asked) -> Self {
        Self {
            subject: asked.subject.clone(),
            action: asked.what.clone(),
            granted: asked.granted.as_ref().map(Grants::from),
            asked: words::moment(asked.at),
            again: asked.again,
            outcome: asked.ended.as_ref().map(|(_, how, _)| (*how).into()),
            why: asked.ended.as_ref().and_then(|(_, _, why)| why.clone()),
            text: words::deed(asked).plain(),
        }
    }
}

impl From<&Granted> for Grants {
    fn from(Granted { role, programs }: &Granted) -> Self {
        Self { role: role.clone(), programs: programs.clone() }
    }
}

impl From<&Head> for JournalHead {
    fn from(head: &Head) -> Self {
        Self { number: head.number, hash: head.seal() }
    }
}

impl From<ledger::End> for End {
    fn from(end: ledger::End) -> Self {
        match end {
            ledger::End::Finished => Self::Finished,
            ledger::End::Underway => Self::Underway,
            ledger::End::LostLock { to } => Self::LostLock { to },
            ledger::End::Died => Self::Died,
        }
    }
}

impl From<How> for RequestOutcome {
    fn from(how: How) -> Self {
        match how {
            How::Done => Self::Done,
            How::Stale => Self::Stale,
            How::Refused => Self::Refused,
            How::Unknown => Self::Unknown,
            How::NotAsked => Self::NotAsked,
        }
    }
}
