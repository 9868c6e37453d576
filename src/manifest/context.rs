//! What the rules must know besides the texts: facts that somebody with access to the disk found
//! out.

use crate::{
    diagnostic::Span,
    model::{Logo, image::LogoFault},
};
use std::collections::BTreeMap;

/// Facts about the project that are not in its manifests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// What became of every logo that a manifest names, by the place of its path; see
    /// [`Parsed::logo_paths`](super::Parsed::logo_paths).
    pub logos: BTreeMap<Span, Result<Logo, LogoProblem>>,
    /// The industries that the platform offers; empty when they are not known.
    pub industries: Vec<String>,
}

/// Why a path does not lead to a logo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogoProblem {
    #[error("does not exist")]
    Missing,
    #[error("is outside of the repository")]
    Outside,
    #[error("is not a file")]
    NotAFile,
    #[error("cannot be read: {0}")]
    Unreadable(String),
    #[error(transparent)]
    Fault(#[from] LogoFault),
}
