//! `minisync plan`.

use super::{
    Site, args,
    connect::{Connection, connect},
    error::CliError,
    exit::ExitStatus,
    saved::SavedPlan,
    show,
    survey::{Survey, survey},
    workplace::Workplace,
};
use crate::{engine::clock, plan::Standing, report};
use std::io::Write;

pub(super) fn run(
    args: &args::Plan,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let Some(workplace) = Workplace::open(&args.paths, args.format, out)? else {
        return Ok(ExitStatus::Failed);
    };
    let survey = super::runtime()?.block_on(look(&workplace, site))?;
    let view = show::plan_view(&workplace, &survey, clock::now());
    show::print(out, args.format, args.all, |format, look| report::plan(&view, format, look))?;
    show::summary(site, |format, look| report::plan(&view, format, look))?;
    if let Some(path) = &args.out
        && survey.failures.is_empty()
    {
        SavedPlan::of(&view).write(path)?;
        show::aside(
            site,
            &format!("Saved. `minisync apply {}` does this, or less.", path.display()),
        )?;
    }
    Ok(status(&survey, args.detailed_exitcode))
}

/// A look at the platform, and nothing else.
pub(super) async fn look(workplace: &Workplace, site: Site<'_>) -> Result<Survey, CliError> {
    let connection = connect(workplace, site).await?;
    show::aside(site, &connection.introduction(workplace))?;
    let survey = look_through(workplace, &connection).await;
    connection.close().await;
    survey
}

pub(super) async fn look_through(
    workplace: &Workplace,
    connection: &Connection,
) -> Result<Survey, CliError> {
    let ledger = connection.ledger(workplace)?;
    let policy = workplace.project.settings.policy;
    Ok(survey(&workplace.valid.workspaces, connection, &ledger, policy).await)
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
