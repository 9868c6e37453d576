//! `minisync check`.

use super::{
    Site,
    args::{self, Format},
    error::CliError,
    exit::ExitStatus,
    show, workplace,
};
use crate::{
    diagnostic::Severity,
    report::{self, CheckView},
};
use std::{collections::BTreeMap, io::Write};

pub(super) fn run(
    args: &args::Check,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    let mut project = workplace::open(&args.paths.paths)?;
    show::taken_whole(site, &project, &args.paths.paths);
    let loaded = project.load();
    let findings: Vec<_> = loaded
        .diagnostics()
        .iter()
        .filter(|found| project.is_asked_about(found))
        .cloned()
        .collect();
    if args.format == Format::Github {
        project.tell_from_repository();
    }
    let workspaces = loaded.into_valid().map_or_else(|_| BTreeMap::new(), |valid| valid.workspaces);
    let view = CheckView { sources: &project.sources, findings: &findings, desired: &workspaces };
    let is_quiet = site.global.quiet && findings.is_empty() && args.format == Format::Human;
    if !is_quiet {
        show::print(out, args.format, args.all, |format, look| report::check(&view, format, look))?;
    }
    show::summary(site, |format, look| report::check(&view, format, look))?;
    let worst = findings.iter().map(|found| found.severity).min();
    Ok(match worst {
        Some(Severity::Error) => ExitStatus::Failed,
        Some(Severity::Warning) if args.deny_warnings => ExitStatus::Failed,
        Some(Severity::Warning) | None => ExitStatus::Done,
    })
}
