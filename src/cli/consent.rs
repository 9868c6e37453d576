//! `--allow`: the operator's yes to one danger of one plan. There is none to everything.

use super::{error::CliError, exit::ExitStatus};
use crate::{
    model::WorkspaceId,
    plan::{Danger, Rail},
    report::{self, PlanView, WorkspaceView},
};
use std::{fmt, str::FromStr};

/// Fewer digits of a digest are no proof that somebody has read of the danger.
const LEAST_DIGITS: usize = 6;

/// `remove-members=acme:3@3f9c2a`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Consent {
    rail: Rail,
    workspace: WorkspaceId,
    n: usize,
    /// Of the danger's digest, the first ones: another danger of the same plan has others, and so has
    /// the same one of another plan.
    digits: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ConsentError {
    #[error("it has the form RAIL=WORKSPACE:N@DIGEST, such as `remove-members=acme:3@3f9c2a`")]
    Form,
    #[error("`{word}` is no danger; there are {}", Rail::ALL.map(Rail::name).join(", "))]
    Rail { word: String },
    #[error("`{0}` is not {LEAST_DIGITS} or more of the digits that `minisync plan` tells")]
    Digits(String),
}

impl FromStr for Consent {
    type Err = ConsentError;

    fn from_str(text: &str) -> Result<Self, ConsentError> {
        let (rail, rest) = text.split_once('=').ok_or(ConsentError::Form)?;
        let (workspace, rest) = rest.split_once(':').ok_or(ConsentError::Form)?;
        let (n, digits) = rest.split_once('@').ok_or(ConsentError::Form)?;
        let is_digest = (LEAST_DIGITS..=64).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if !is_digest {
            return Err(ConsentError::Digits(digits.to_owned()));
        }
        Ok(Self {
            rail: rail.parse().map_err(|_| ConsentError::Rail { word: rail.to_owned() })?,
            workspace: workspace.parse().map_err(|_| ConsentError::Form)?,
            n: n.parse().map_err(|_| ConsentError::Form)?,
            digits: digits.to_owned(),
        })
    }
}

impl fmt::Display for Consent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rail, workspace, n, digits } = self;
        write!(f, "{rail}={workspace}:{n}@{digits}")
    }
}

impl Consent {
    fn is_about(&self, danger: &Danger, workspace: &WorkspaceView<'_>) -> bool {
        self.rail == danger.rail() && self.workspace == *workspace.id
    }

    fn fits(&self, danger: &Danger, workspace: &WorkspaceView<'_>) -> bool {
        self.is_about(danger, workspace)
            && self.n == danger.n()
            && danger.digest(workspace.plan).as_str().starts_with(&self.digits)
    }
}

/// Every consent has its danger, and every danger its consent. `tells`: nobody has told the dangers
/// yet.
pub(super) fn check(
    consents: &[Consent],
    view: &PlanView<'_>,
    tells: bool,
) -> Result<(), CliError> {
    let dangers: Vec<_> = view.dangers().collect();
    for consent in consents {
        if !dangers.iter().any(|(workspace, danger)| consent.fits(danger, workspace)) {
            return Err(misfit(consent, &dangers));
        }
    }
    held(consents, &dangers, tells)
}

/// Every danger has its consent; as [`check`], where consents may be for what was done before.
pub(super) fn check_again(
    consents: &[Consent],
    view: &PlanView<'_>,
    tells: bool,
) -> Result<(), CliError> {
    held(consents, &view.dangers().collect::<Vec<_>>(), tells)
}

fn misfit(consent: &Consent, dangers: &[(&WorkspaceView<'_>, Danger)]) -> CliError {
    let error = |why: &str| {
        let message = format!("`--allow {consent}` {why}, so nothing was done");
        CliError::new(ExitStatus::Refused, message)
    };
    let about = dangers.iter().filter(|(workspace, danger)| consent.is_about(danger, workspace));
    let flags = flags(about);
    if flags.is_empty() {
        return error("allows nothing in this plan")
            .help("leave it out; `minisync plan` tells what has to be allowed");
    }
    error("is for another plan than this one")
        .help(format!("look at the plan again; for this one it is `{flags}`"))
}

/// What allows all of them.
fn flags<'a>(dangers: impl Iterator<Item = &'a (&'a WorkspaceView<'a>, Danger)>) -> String {
    let flags = dangers.map(|(workspace, danger)| {
        format!("--allow {}", report::human::consent(danger, workspace))
    });
    flags.collect::<Vec<_>>().join(" ")
}

fn held(
    consents: &[Consent],
    dangers: &[(&WorkspaceView<'_>, Danger)],
    tells: bool,
) -> Result<(), CliError> {
    let is_held = |(workspace, danger): &&(&WorkspaceView<'_>, Danger)| {
        !consents.iter().any(|consent| consent.fits(danger, workspace))
    };
    let held: Vec<_> = dangers.iter().filter(is_held).collect();
    if held.is_empty() {
        return Ok(());
    }
    let mut message = match held.len() {
        1 => "a danger is not allowed, so nothing was done of this plan".to_owned(),
        n => format!("{n} dangers are not allowed, so nothing was done of this plan"),
    };
    message.extend(held.iter().filter(|_| tells).map(|(workspace, danger)| {
        format!("\n  {}: {}", workspace.id, report::human::danger(danger, workspace))
    }));
    let flags = flags(held.into_iter());
    Err(CliError::new(ExitStatus::Refused, message)
        .help(format!("if that is meant, pass `{flags}`")))
}

#[cfg(test)]
mod tests {
    use super::Consent;

    #[test]
    fn a_consent_names_rail_workspace_number_and_plan() {
        for text in ["remove-members=acme:3@3f9c2a", "shrunken=a-b:0@3f9c2a1b0d"] {
            assert_eq!(text.parse::<Consent>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "remove-members",
            "remove-members=acme",
            "remove-members=acme:3",
            "remove-members=acme:3@3f9c2",
            "remove-members=acme:3@3F9C2A",
            "remove-members=acme:three@3f9c2a",
            "remove-members=Acme Ltd:3@3f9c2a",
            "everything=acme:3@3f9c2a",
        ] {
            assert!(text.parse::<Consent>().is_err(), "{text}");
        }
    }
}
