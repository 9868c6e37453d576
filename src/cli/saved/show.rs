//! `minisync show`: a saved plan, anywhere.

use super::{SavedFile, signature};
use crate::{
    cli::{args, error::CliError, exit::ExitStatus, show},
    report,
};
use std::io::Write;

pub(in crate::cli) fn run(args: &args::Show, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let file = SavedFile::read(&args.plan)?;
    let signature = signature::found(&file, args.signers.as_deref());
    show::print(out, args.format, true, |format, look| {
        report::show(&file.plan, &signature, format, look)
    })?;
    Ok(ExitStatus::Done)
}
