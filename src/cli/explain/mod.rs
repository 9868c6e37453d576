//! `minisync explain`.

pub(super) mod args;
mod why;

use super::{Site, args::Explain, error::CliError, exit::ExitStatus, show};
use crate::{manifest, report};
use args::ExplainAbout;
use std::io::Write;

pub(super) fn run(
    args: &Explain,
    site: Site<'_>,
    out: &mut dyn Write,
) -> Result<ExitStatus, CliError> {
    match &args.about {
        Some(ExplainAbout::Member(args)) => why::member(args, site, out),
        Some(ExplainAbout::Program(args)) => why::program(args, site, out),
        None => code(args, out),
    }
}

fn code(args: &Explain, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let codes = manifest::codes();
    let look = show::look(false);
    let Some(wanted) = &args.code else {
        write!(out, "{}", report::human::codes(&codes, &look))?;
        return Ok(ExitStatus::Done);
    };
    let known = codes.iter().find(|info| info.code.to_string().eq_ignore_ascii_case(wanted));
    let Some(info) = known else {
        return Err(CliError::new(ExitStatus::Usage, format!("there is no code `{wanted}`"))
            .help("`minisync explain` lists them all; `minisync explain member EMAIL` and `minisync explain \
                  program KEY` tell why somebody has what they have"));
    };
    write!(out, "{}", report::human::explain(info, None, &look))?;
    Ok(ExitStatus::Done)
}
