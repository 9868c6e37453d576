//! Saved plans on the command line: writing them, signing them, and holding `apply` to them.
//!
//! What such a file is, [`report::saved`](crate::report::saved) says. Here it is only ever a limit:
//! what is carried out was planned afresh.

mod admit;
mod file;
mod effect;
mod keep;
mod past;
mod show;
mod signature;

pub(super) use admit::{admit, admit_digest, other_tool};
pub(super) use file::{SavedFile, Saving, check_free, save};
pub(super) use keep::keep;
pub(super) use past::Past;
pub(super) use show::run;

use super::{args, error::CliError, exit::ExitStatus, workplace::Workplace};
use crate::report::saved::DigestPrefix;
use std::path::{Path, PathBuf};

/// What an apply was agreed to by, beforehand.
#[derive(Debug)]
pub(super) enum Agreement {
    Plan(Box<SavedFile>),
    Digest(DigestPrefix),
}

impl Agreement {
    /// From what `apply` was given, and the paths that are manifests.
    pub(super) fn given(args: &args::Apply) -> Result<(Option<Self>, Vec<PathBuf>), CliError> {
        let (file, manifests) = file::split(&args.paths.paths)?;
        if args.wait.is_some() && (file.is_some() || args.digest.is_some()) {
            return Err(contradiction(
                "a plan that was agreed to holds only what was looked at, and `--wait` goes beyond \
                 it",
            ));
        }
        let given = match (file, &args.digest) {
            (Some(_), Some(_)) => {
                return Err(contradiction("a saved plan has a digest of its own"));
            }
            (Some(path), None) => Some(Self::Plan(Box::new(SavedFile::read(&path)?))),
            (None, Some(digest)) => Some(Self::Digest(digest.clone())),
            (None, None) => None,
        };
        match (&given, &args.require_signed) {
            (Some(Self::Plan(file)), Some(signers)) => file.require_signed(signers)?,
            (Some(Self::Digest(_)) | None, Some(_)) => {
                let message = "`--require-signed` is about a saved plan, and there is none here";
                return Err(CliError::new(ExitStatus::Usage, message)
                    .help("name the file that `minisync plan --out FILE` wrote"));
            }
            (_, None) => {}
        }
        Ok((given, manifests))
    }

    /// Where `minisync.yaml` names signers, nothing is applied without them.
    pub(super) fn check_policy(given: Option<&Self>, at: &Workplace) -> Result<(), CliError> {
        let Some(signers) = &at.project.settings.signers else { return Ok(()) };
        match given {
            Some(Self::Plan(_)) if !signers.exists() => Err(absent(signers)),
            Some(Self::Plan(file)) => file.require_signed(signers),
            Some(Self::Digest(_)) | None => {
                let message = "`policy.plans.signers` in minisync.yaml lets only signed plans be \
                               applied; nothing was done";
                let help = "`minisync plan --out plan.json --sign KEY`, then `minisync apply \
                            plan.json`";
                Err(CliError::new(ExitStatus::Refused, message).help(help))
            }
        }
    }

    pub(super) fn plan(&self) -> Option<&SavedFile> {
        match self {
            Self::Plan(file) => Some(file),
            Self::Digest(_) => None,
        }
    }
}

fn absent(signers: &Path) -> CliError {
    CliError::failed(format!(
        "`policy.plans.signers` in minisync.yaml names {}, which is not on this machine; nothing \
         was done",
        signers.display()
    ))
    .help("put it there, or apply where it is; a relative path names a file of the repository")
}

fn contradiction(message: &str) -> CliError {
    CliError::new(ExitStatus::Usage, message).help("leave one of them out")
}
