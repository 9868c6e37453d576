//! Whether a plan that was agreed to may be carried out here and now.

use super::{Past, SavedFile};
use crate::{
    cli::{error::CliError, exit::ExitStatus, survey::Survey},
    report::saved::{DigestPrefix, SavedPlan},
};
use std::collections::BTreeSet;

const NEW_ONE: &str = "make a new one with `minisync plan --out FILE`";

/// Another platform, other workspaces, an older ledger, too late, or once already.
pub(in crate::cli) fn admit(
    saved: &SavedFile,
    platform: &str,
    survey: &Survey,
    past: &Past,
) -> Result<(), CliError> {
    let plan = &saved.plan;
    check_platform(saved, platform)?;
    let here: BTreeSet<&str> = survey.workspaces().map(|id| id.as_str()).collect();
    let there: BTreeSet<&str> = plan.workspaces.iter().map(|it| it.id.as_str()).collect();
    if here != there {
        let told = format!("{}, and here they are {}", listed(&there), listed(&here));
        return Err(stale(&format!("the saved plan is for the workspaces {told}"))
            .help("name the manifests that it was made from, or make a new one"));
    }
    let knows_less = survey.prospects.iter().find(|prospect| {
        let id = prospect.workspace.as_str();
        plan.workspaces.iter().any(|it| it.id == id && it.mark > prospect.mark)
    });
    if let Some(prospect) = knows_less {
        let id = &prospect.workspace;
        let message = format!("the saved plan was made with a ledger that knew more of `{id}`");
        return Err(stale(&message).help("use that ledger, or make a new plan with this one"));
    }
    if let Some(at) = past.applied {
        let message = format!("the saved plan has been applied already, at {at:.0}");
        return Err(stale(&message).help(NEW_ONE));
    }
    if survey.now() >= plan.expires_at {
        let message = format!("the saved plan has expired at {}", plan.expires_at);
        return Err(stale(&message).help(NEW_ONE));
    }
    Ok(())
}

fn check_platform(saved: &SavedFile, platform: &str) -> Result<(), CliError> {
    if saved.plan.platform == platform {
        return Ok(());
    }
    Err(stale(&format!("the saved plan is for {}, and this is {platform}", saved.plan.platform))
        .help("choose the environment it was made for with `--env NAME`"))
}

/// The format is what counts; but words differ between versions, and then steps are left out.
pub(in crate::cli) fn other_tool(plan: &SavedPlan) -> Option<String> {
    let ours = env!("CARGO_PKG_VERSION");
    let theirs = plan.tool_version.escape_debug();
    (plan.tool_version != ours)
        .then(|| format!("The saved plan was made by minisync {theirs}, and this is {ours}."))
}

/// What would be done is what was agreed to, and nothing else.
pub(in crate::cli) fn admit_digest(wanted: &DigestPrefix, survey: &Survey) -> Result<(), CliError> {
    match (&survey.digest, survey.gap()) {
        (Some(found), _) if wanted.begins(found) => Ok(()),
        (Some(found), None) => {
            Err(stale(&format!("the plan is not `{wanted}` any more: it is {found} by now"))
                .help("look at it with `minisync plan`, and agree to that one"))
        }
        (None, gap) | (Some(_), gap @ Some(_)) => {
            let why = gap.map(|(id, why)| format!(" (`{id}`: {why})")).unwrap_or_default();
            Err(CliError::failed(format!(
                "a workspace could not be read whole{why}, so nobody can say whether this is the \
                 plan that was agreed to; nothing was done"
            ))
            .help("try again when the platform answers"))
        }
    }
}

fn stale(message: &str) -> CliError {
    CliError::new(ExitStatus::Stale, format!("{message}; nothing was done"))
}

fn listed(ids: &BTreeSet<&str>) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("`{}`", id.escape_debug())).collect();
    if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
}
