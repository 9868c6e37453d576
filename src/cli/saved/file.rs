//! Saved plans on disk.

use super::signature::{self, beside};
use crate::{
    cli::{error::CliError, exit::ExitStatus, file, survey::Survey, workplace::Workplace},
    model::Email,
    report::{
        PlanView,
        saved::{self, Circumstances, Commit, ParseError, SavedPlan},
    },
};
use jiff::{SignedDuration, Timestamp};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Larger files are not plans that we have written.
const LARGEST: u64 = 256 * 1024 * 1024;

/// A plan, and the bytes that it was read from: a signature is of these.
#[derive(Debug)]
pub(in crate::cli) struct SavedFile {
    pub(in crate::cli) path: PathBuf,
    pub(in crate::cli) bytes: Vec<u8>,
    pub(in crate::cli) plan: SavedPlan,
}

/// Where a plan is saved, and what is wanted of the file.
#[derive(Debug)]
pub(in crate::cli) struct Saving<'a> {
    pub(in crate::cli) path: &'a Path,
    pub(in crate::cli) lasts: SignedDuration,
    pub(in crate::cli) key: Option<&'a Path>,
    pub(in crate::cli) platform: &'a str,
}

/// Whether a signature was taken away that was of the file before.
pub(in crate::cli) fn save(
    saving: &Saving<'_>,
    workplace: &Workplace,
    (survey, view): (&Survey, &PlanView<'_>),
) -> Result<bool, CliError> {
    // Whole seconds are enough for people to read.
    let made_at = Timestamp::from_second(survey.now().as_second()).unwrap_or_default();
    let expires_at = made_at.checked_add(saving.lasts).map_err(|_| {
        CliError::new(ExitStatus::Usage, "with that `--expires-in` the plan would outlast time")
    })?;
    let plan = SavedPlan::new(
        view,
        &Circumstances {
            scope: workplace.scope(saving.platform),
            commit: workplace.commit.as_deref().map(commit),
            made_at,
            expires_at,
            again: &workplace.again,
        },
    );
    let text = plan.text();
    let signature = saving.key.map(|key| signature::sign(key, text.as_bytes())).transpose()?;
    file::write(saving.path, text.as_bytes())?;
    let beside = beside(saving.path);
    match signature {
        Some(signature) => file::write(&beside, &signature).map(|()| false),
        None => Ok(fs::remove_file(&beside).is_ok()),
    }
}

fn commit(head: &str) -> Commit {
    let clean = head.strip_suffix("-dirty");
    Commit { hash: clean.unwrap_or(head).to_owned(), dirty: clean.is_some() }
}

impl SavedFile {
    pub(in crate::cli) fn read(path: &Path) -> Result<Self, CliError> {
        let error = |status, why: String| {
            CliError::new(status, format!("cannot read the plan {}: {why}", path.display()))
                .help("a saved plan comes from `minisync plan --out FILE`")
        };
        let failed = |why: String| error(ExitStatus::Failed, why);
        let size = fs::metadata(path).map_err(|why| failed(why.to_string()))?.len();
        if size > LARGEST {
            return Err(failed(format!("it is {size} bytes large")));
        }
        let bytes = fs::read(path).map_err(|why| failed(why.to_string()))?;
        let plan = saved::parse(&bytes).map_err(|why| {
            let status = match why {
                ParseError::Altered(_) => ExitStatus::Refused,
                ParseError::Empty
                | ParseError::Shape(_)
                | ParseError::Other
                | ParseError::Version(_) => ExitStatus::Failed,
            };
            error(status, why.to_string())
        })?;
        Ok(Self { path: path.to_owned(), bytes, plan })
    }

    pub(in crate::cli) fn again(&self) -> impl Iterator<Item = Email> {
        self.plan.reinvite.iter().filter_map(|address| address.parse().ok())
    }

    pub(super) fn require_signed(&self, signers: &Path) -> Result<(), CliError> {
        signature::require(self, signers)
    }
}

/// Only an earlier plan and its signature are written over. `apply` tells a saved plan from manifests
/// by its name.
pub(in crate::cli) fn check_free(path: &Path) -> Result<(), CliError> {
    if !is_plan(path) {
        let message = format!("a saved plan must be called `….json`, and not `{}`", path.display());
        return Err(CliError::new(ExitStatus::Usage, message));
    }
    let check = |path: &Path, what, is_ours: fn(&[u8]) -> bool| {
        let is_ours = |path: &Path| fs::read(path).is_ok_and(|bytes| is_ours(&bytes));
        file::check_free(path, (what, "take it away"), is_ours)
    };
    check(path, "saved plan", saved::is_saved_plan)?;
    check(&beside(path), "signature of one", signature::is_one)
}

fn is_plan(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

/// A saved plan among what was given to `apply`, and the rest.
pub(super) fn split(paths: &[PathBuf]) -> Result<(Option<PathBuf>, Vec<PathBuf>), CliError> {
    let (mut plans, manifests): (Vec<_>, Vec<_>) =
        paths.iter().cloned().partition(|path| is_plan(path));
    if plans.len() > 1 {
        return Err(CliError::new(ExitStatus::Usage, "one saved plan at a time"));
    }
    Ok((plans.pop(), manifests))
}
