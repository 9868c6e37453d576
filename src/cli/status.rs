//! `minisync status`.

use super::{Site, args, error::CliError, exit::ExitStatus, plan, show, workplace::Workplace};
use crate::report;
use std::io::Write;

pub(super) fn run(
    args: &args::Status,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let Some(mut workplace) = Workplace::open(&args.paths, args.format, out)? else {
        return Ok(ExitStatus::Failed);
    };
    show::taken_whole(site, &workplace.project, &args.paths.paths);
    let (survey, _) = super::runtime()?.block_on(plan::look(&mut workplace, site))?;
    let view = show::plan_view(&workplace, &survey);
    let text = |format, look: &_| report::status(&view, format, look);
    show::print(out, args.format, args.all, text)?;
    Ok(plan::status(&survey, args.detailed_exitcode))
}
