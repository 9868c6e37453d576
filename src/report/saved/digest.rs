//! The one digest of everything that a plan would do, in all workspaces.

use crate::{
    diagnostic::Sources,
    model::{Digest, WorkspaceId, image},
    plan::Plan,
};
use std::{fmt, str::FromStr};

const PREFIX: &str = "sha256:";
/// As many as nobody finds two plans for, one to be agreed to and one to be carried out.
const LEAST_DIGITS: usize = 32;
const ALL_DIGITS: usize = 64;
/// As many as people are shown.
const SHOWN_DIGITS: usize = 32;

/// `sha256:…`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanDigest(Digest);

/// The beginning of a [`PlanDigest`], or all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestPrefix(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrefixError {
    #[error("has {0} digits, and a plan is told by {LEAST_DIGITS} to {ALL_DIGITS} of them")]
    Length(usize),
    #[error("has `{0}` in it, and digits are 0-9 and a-f")]
    Character(char),
}

/// What a plan is for, beside the workspaces.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    pub platform: &'a str,
    pub manifests: &'a Digest,
}

/// Of every text that was loaded and its path, in the order of the paths.
pub fn manifests(sources: &Sources) -> Digest {
    let texts = sources.iter().flat_map(|(_, source)| [source.path.as_str(), &source.text]);
    of(texts)
}

impl Scope<'_> {
    /// `plans`: of every workspace in the order of their ids, with the ledger's marks.
    pub fn of<'b>(
        &self,
        plans: impl Iterator<Item = (&'b WorkspaceId, &'b Plan, u64)>,
    ) -> PlanDigest {
        let workspaces: Vec<_> =
            plans.map(|(id, plan, mark)| (id.as_str(), plan.digest().to_string(), mark)).collect();
        self.digest(workspaces.iter().map(|(id, digest, mark)| (*id, digest.as_str(), *mark)))
    }

    /// Of each workspace its id, its plan's digest, and the ledger's mark.
    pub(super) fn digest<'b>(
        &self,
        workspaces: impl Iterator<Item = (&'b str, &'b str, u64)>,
    ) -> PlanDigest {
        let mut texts = vec![self.platform.to_owned(), self.manifests.to_string()];
        for (id, digest, mark) in workspaces {
            texts.extend([id.to_owned(), digest.to_owned(), mark.to_string()]);
        }
        PlanDigest(of(texts.iter().map(String::as_str)))
    }
}

pub(super) fn prefixed(digest: &Digest) -> String {
    format!("{PREFIX}{digest}")
}

/// Each text with its length before it, so that no two lists are written alike.
fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Digest {
    let mut ink = Vec::new();
    for text in texts {
        ink.extend((text.len() as u64).to_be_bytes());
        ink.extend(text.as_bytes());
    }
    image::digest(&ink)
}

impl PlanDigest {
    pub fn digest(&self) -> &Digest {
        &self.0
    }

    /// Enough of it for `apply --digest`.
    pub fn short(&self) -> String {
        self.to_string().chars().take(PREFIX.len() + SHOWN_DIGITS).collect()
    }
}

impl fmt::Display for PlanDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0)
    }
}

impl DigestPrefix {
    pub fn begins(&self, digest: &PlanDigest) -> bool {
        digest.0.as_str().starts_with(&self.0)
    }
}

impl FromStr for DigestPrefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, PrefixError> {
        let digits = text.strip_prefix(PREFIX).unwrap_or(text);
        if let Some(odd) = digits.chars().find(|c| !matches!(c, '0'..='9' | 'a'..='f')) {
            return Err(PrefixError::Character(odd));
        }
        if !(LEAST_DIGITS..=ALL_DIGITS).contains(&digits.len()) {
            return Err(PrefixError::Length(digits.len()));
        }
        Ok(Self(digits.to_owned()))
    }
}

impl fmt::Display for DigestPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0)
    }
}
