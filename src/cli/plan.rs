//! `minisync plan`.

use super::{
    Site, args,
    connect::{Connection, Visit, connect},
    error::CliError,
    exit::ExitStatus,
    saved::{self, Saving},
    show,
    survey::{Intentions, Survey, survey},
    workplace::Workplace,
};
use crate::{
    model::Email,
    plan::Standing,
    report::{self, PlanView},
};
use jiff::SignedDuration;
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
    show::taken_whole(site, &workplace.project, &args.paths.paths);
    workplace.ask_again(&args.reinvite)?;
    if let Some(path) = &args.out {
        workplace.note_commit();
        saved::check_free(path)?;
    }
    let (survey, platform) = super::runtime()?.block_on(look(&mut workplace, site))?;
    show::beside(site, &workplace, &survey);
    let view = show::whole_view(site, &workplace, &survey);
    show::print(out, args.format, args.all, |format, look| report::plan(&view, format, look))?;
    show::summary(site, |format, look| report::plan(&view, format, look))?;
    if let Some(path) = &args.out {
        let saving =
            Saving { path, lasts: lasts(args), key: args.sign.as_deref(), platform: &platform };
        save(&saving, &workplace, (&survey, &view), (args, site))?;
    }
    Ok(status(&survey, args.detailed_exitcode))
}

fn lasts(args: &args::Plan) -> SignedDuration {
    let asked = args.expires_in.and_then(|asked| SignedDuration::try_from(asked).ok());
    asked.unwrap_or(SignedDuration::from_hours(args::DEFAULT_EXPIRY_HOURS))
}

fn save(
    saving: &Saving<'_>,
    workplace: &Workplace,
    (survey, view): (&Survey, &PlanView<'_>),
    (args, site): (&args::Plan, Site<'_>),
) -> Result<(), CliError> {
    if !survey.failures.is_empty() {
        show::aside(site, "Not saved: a workspace could not be read.");
        return Ok(());
    }
    if saved::save(saving, workplace, (survey, view))? {
        let path = saving.path.display();
        show::aside(site, &format!("{path}.sig is gone: it was of another plan."));
    }
    let command = apply_command(args, saving.path, site);
    show::aside(site, &format!("Saved. `{command}` does this, or less."));
    Ok(())
}

/// With the same manifests and environment, from the same folder.
fn apply_command(args: &args::Plan, path: &Path, site: Site<'_>) -> String {
    let environment = site.global.env.iter().flat_map(|name| ["--env".to_owned(), name.clone()]);
    let paths = [path].into_iter().chain(args.paths.paths.iter().map(PathBuf::as_path));
    let words = ["minisync", "apply"].map(str::to_owned).into_iter().chain(environment);
    let words = words.chain(paths.map(|path| path.display().to_string()));
    report::command(&words.collect::<Vec<_>>())
}

/// A look at the platform, and nothing else; with what the platform is told by.
pub(super) async fn look(
    workplace: &mut Workplace,
    site: Site<'_>,
) -> Result<(Survey, String), CliError> {
    let connection = connect(workplace, site, Visit::Look).await?;
    show::aside(site, &connection.introduction(workplace));
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
    let mut survey = survey(&workplace.valid.workspaces, connection, intentions).await;
    if survey.failures.is_empty() {
        let plans = survey.prospects.iter().map(|it| (&it.workspace, &it.plan, it.mark));
        survey.digest = Some(workplace.scope(&connection.platform).of(plans));
    }
    Ok(survey)
}

pub(super) fn status(survey: &Survey, is_detailed: bool) -> ExitStatus {
    if !survey.is_whole() {
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
