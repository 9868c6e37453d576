//! Saved plans: what was looked at and agreed to, so that apply does exactly that, or less.
//!
//! A saved plan holds digests of steps, not steps: apply plans afresh and carries out the steps
//! that are in both. So a step whose object has changed is left out (its digest holds what it was
//! planned against), and nobody can edit a step into a file that the manifests do not ask for.

use super::{error::CliError, exit::ExitStatus, file};
use crate::{
    engine::Prospect,
    model::Email,
    report::{self, GoneStep, PlanView, WorkspaceView},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Larger files are not plans that we have written.
const LARGEST: u64 = 256 * 1024 * 1024;
const VERSION: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SavedPlan {
    version: u32,
    kind: Kind,
    /// Steps on one platform are none on another.
    platform: String,
    /// Whom the operator wanted invited once more.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    reinvite: BTreeSet<String>,
    /// Steps by workspace.
    workspaces: BTreeMap<String, Vec<SavedStep>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    SavedPlan,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SavedStep {
    digest: String,
    /// For people; nothing depends on it.
    what: String,
}

impl SavedPlan {
    pub(super) fn of(view: &PlanView<'_>, platform: &str, again: &BTreeSet<Email>) -> Self {
        let steps = |workspace: &WorkspaceView<'_>| {
            let saved = workspace.plan.steps.iter().map(|step| SavedStep {
                digest: step.digest().to_string(),
                what: report::human::deed(step, workspace),
            });
            (workspace.id.to_string(), saved.collect())
        };
        Self {
            version: VERSION,
            kind: Kind::SavedPlan,
            platform: platform.to_owned(),
            reinvite: again.iter().map(ToString::to_string).collect(),
            workspaces: view.workspaces.iter().map(steps).collect(),
        }
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|why| CliError::failed(format!("cannot write the plan as JSON: {why}")))?;
        file::write(path, format!("{text}\n").as_bytes())
    }

    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let error = |why: String| {
            CliError::failed(format!("cannot read the plan {}: {why}", path.display()))
                .help("a saved plan comes from `minisync plan --out FILE`")
        };
        let size = fs::metadata(path).map_err(|why| error(why.to_string()))?.len();
        if size > LARGEST {
            return Err(error(format!("it is {size} bytes large")));
        }
        let text = fs::read(path).map_err(|why| error(why.to_string()))?;
        let head: Head = serde_json::from_slice(&text).map_err(|why| error(why.to_string()))?;
        if head.version != VERSION {
            return Err(error(format!(
                "it has version {}, and this minisync knows {VERSION}",
                head.version
            )));
        }
        serde_json::from_slice(&text).map_err(|why| error(why.to_string()))
    }

    pub(super) fn again(&self) -> impl Iterator<Item = Email> {
        self.reinvite.iter().filter_map(|address| address.parse().ok())
    }

    pub(super) fn check_platform(&self, platform: &str) -> Result<(), CliError> {
        if self.platform == platform {
            return Ok(());
        }
        let message = format!(
            "the saved plan is for {}, and this is {platform}; nothing was done",
            self.platform
        );
        Err(CliError::new(ExitStatus::Stale, message)
            .help("choose the environment it was made for with `--env NAME`"))
    }

    /// Leaves only the saved steps in the plans, and tells the saved steps that are in none.
    pub(super) fn keep(&self, prospects: &mut [Prospect]) -> Vec<GoneStep> {
        let mut kept = BTreeSet::new();
        for Prospect { workspace, plan, .. } in prospects {
            let saved = self.digests(workspace.as_str());
            plan.steps.retain(|step| {
                let digest = step.digest().to_string();
                let is_saved = saved.contains(digest.as_str());
                kept.extend(is_saved.then_some((workspace.to_string(), digest)));
                is_saved
            });
        }
        let is_gone = |workspace: &str, step: &SavedStep| {
            !kept.contains(&(workspace.to_owned(), step.digest.clone()))
        };
        self.workspaces
            .iter()
            .flat_map(|(workspace, steps)| steps.iter().map(move |step| (workspace, step)))
            .filter(|(workspace, step)| is_gone(workspace, step))
            .map(|(workspace, step)| GoneStep {
                workspace: workspace.clone(),
                what: step.what.clone(),
            })
            .collect()
    }

    fn digests(&self, workspace: &str) -> BTreeSet<&str> {
        let steps = self.workspaces.get(workspace).into_iter().flatten();
        steps.map(|step| step.digest.as_str()).collect()
    }
}

/// What every version has.
#[derive(Deserialize)]
struct Head {
    version: u32,
}

/// `apply` tells a saved plan from manifests by this.
pub(super) fn checked_name(path: &Path) -> Result<(), CliError> {
    if is_plan(path) {
        return Ok(());
    }
    let message = format!("a saved plan must be called `….json`, and not `{}`", path.display());
    Err(CliError::new(ExitStatus::Usage, message))
}

fn is_plan(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

/// A saved plan among what was given to `apply`, and the rest.
pub(super) fn split(paths: &[PathBuf]) -> Result<(Option<PathBuf>, Vec<PathBuf>), CliError> {
    let (mut plans, manifests): (Vec<_>, Vec<_>) =
        paths.iter().cloned().partition(|path| is_plan(path));
    if plans.len() > 1 {
        return Err(CliError::new(ExitStatus::Usage, "one saved plan at a time"));
    }
    Ok((plans.pop(), manifests))
}
