//! `minisync completions`.

use super::{
    args::{self, Cli},
    error::CliError,
    exit::ExitStatus,
};
use clap::CommandFactory as _;
use std::io::Write;

pub(super) fn run(args: &args::Completions, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "minisync", &mut script);
    out.write_all(&script)?;
    Ok(ExitStatus::Done)
}
