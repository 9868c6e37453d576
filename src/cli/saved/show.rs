//! `minisync show`: a saved plan, anywhere.

use super::{
    SavedFile,
    signature::{self, Signers},
};
use crate::{
    cli::{args, error::CliError, exit::ExitStatus, show},
    report::{self, saved::Signature},
};
use std::io::Write;

pub(in crate::cli) fn run(args: &args::Show, out: &mut dyn Write) -> Result<ExitStatus, CliError> {
    let file = SavedFile::read(&args.plan)?;
    let signers = args.signers.as_deref().map(Signers::read).transpose()?;
    let signature = signature::found(&file, signers.as_ref());
    show::print(out, args.format, true, |format, look| {
        report::show(&file.plan, &signature, format, look)
    })?;
    // Whoever names signers wants to know whether one of them has signed it.
    let is_wanted = match signature {
        Signature::Good { .. } => true,
        Signature::Missing | Signature::Valid { .. } | Signature::Unchecked { .. } => {
            args.signers.is_none()
        }
        Signature::Bad { .. } => false,
    };
    Ok(if is_wanted { ExitStatus::Done } else { ExitStatus::Failed })
}
