//! `minisync invitations`.

use super::{
    Site, args, error::CliError, exit::ExitStatus, plan, show, survey::Survey, workplace::Workplace,
};
use crate::{
    manifest::closest,
    model::WorkspaceId,
    report::{self, InvitationsView},
};
use std::io::Write;

pub(super) fn run(
    args: &args::Invitations,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let Some(mut workplace) = Workplace::open(&args.paths, args.format, out)? else {
        return Ok(ExitStatus::Failed);
    };
    show::taken_whole(site, &workplace.project, &args.paths.paths);
    let (mut survey, _) = super::runtime()?.block_on(plan::look(&mut workplace, site))?;
    if let Some(workspace) = &args.workspace {
        keep_only(workspace, &mut survey)?;
    }
    let plan = show::plan_view(&workplace, &survey);
    let policy = workplace.project.settings.policy.invitations;
    let view = InvitationsView { plan: &plan, policy };
    let text = |format, look: &_| report::invitations(&view, format, look);
    show::print(out, args.format, args.all, text)?;
    Ok(plan::status(&survey, args.detailed_exitcode))
}

fn keep_only(workspace: &str, survey: &mut Survey) -> Result<(), CliError> {
    let looked_at = survey.prospects.iter().map(|prospect| &prospect.workspace);
    let known: Vec<&str> =
        looked_at.chain(survey.failures.keys()).map(WorkspaceId::as_str).collect();
    if !known.contains(&workspace) {
        let message = format!("no manifest has to do with a workspace `{workspace}`");
        let meant = closest(workspace, known.iter().copied());
        return Err(CliError::new(ExitStatus::Usage, message).help(match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "`minisync status` lists the workspaces".to_owned(),
        }));
    }
    survey.prospects.retain(|prospect| prospect.workspace.as_str() == workspace);
    survey.failures.retain(|id, _| id.as_str() == workspace);
    Ok(())
}
