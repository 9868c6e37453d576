//! `minisync plan`.

use super::{
    Site, args,
    connect::{Connection, Visit, connect},
    error::CliError,
    exit::ExitStatus,
    saved::{self, SavedPlan},
    show,
    survey::{Intentions, Survey, survey},
    workplace::Workplace,
};
use crate::{model::Email, plan::Standing, report};
use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
};

pub(super) fn run(
    args: &args::Plan,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let Some(mut workplace) = Workplace::open(&args.paths, args.format, out)? else {
        return Ok(ExitStatus::Failed);
    };
    workplace.ask_again(&args.reinvite)?;
    if let Some(path) = &args.out {
        saved::checked_name(path)?;
    }
    let (survey, platform) = super::runtime()?.block_on(look(&mut workplace, site))?;
    show::not_asked_again(site, &workplace, &survey)?;
    let view = show::whole_view(site, &workplace, &survey)?;
    show::print(out, args.format, args.all, |format, look| report::plan(&view, format, look))?;
    show::summary(site, |format, look| report::plan(&view, format, look))?;
    if let Some(path) = &args.out
        && survey.failures.is_empty()
    {
        SavedPlan::of(&view, &platform, &workplace.again).write(path)?;
        show::aside(site, &format!("Saved. `{}` does this, or less.", apply_command(args, path)))?;
    }
    Ok(status(&survey, args.detailed_exitcode))
}

/// With the same manifests, from the same folder.
fn apply_command(args: &args::Plan, path: &Path) -> String {
    let paths = [path].into_iter().chain(args.paths.paths.iter().map(PathBuf::as_path));
    let words: Vec<_> = paths.map(|path| path.display().to_string()).collect();
    format!("minisync apply {}", words.join(" "))
}

/// A look at the platform, and nothing else; with what the platform is told by.
pub(super) async fn look(
    workplace: &mut Workplace,
    site: Site<'_>,
) -> Result<(Survey, String), CliError> {
    let connection = connect(workplace, site, Visit::Look).await?;
    show::aside(site, &connection.introduction(workplace))?;
    let survey = look_through(workplace, &connection, &workplace.again).await;
    let platform = connection.platform.clone();
    connection.close().await;
    Ok((survey?, platform))
}

pub(super) async fn look_through(
    workplace: &Workplace,
    connection: &Connection,
    again: &BTreeSet<Email>,
) -> Result<Survey, CliError> {
    let intentions = Intentions { policy: &workplace.project.settings.policy, again };
    Ok(survey(&workplace.valid.workspaces, connection, intentions).await)
}

pub(super) fn status(survey: &Survey, is_detailed: bool) -> ExitStatus {
    if !survey.failures.is_empty() {
        return ExitStatus::Failed;
    }
    if !is_detailed {
        return ExitStatus::Done;
    }
    let standings = survey.prospects.iter().map(|prospect| prospect.plan.standing());
    match standings.max() {
        Some(Standing::Drifted) => ExitStatus::Drifted,
        Some(Standing::Waiting) => ExitStatus::Waiting,
        Some(Standing::InSync) | None => ExitStatus::Done,
    }
}
