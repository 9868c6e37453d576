//! What the rules must know besides the texts: facts that somebody with access to the disk found
//! out.

use crate::{
    diagnostic::{SourceId, Span},
    model::{Logo, image::LogoFault},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::Range,
};

/// Facts about the project that are not in its manifests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// What became of every logo that a manifest names, by the place of its path; see
    /// [`Parsed::logo_paths`](super::Parsed::logo_paths).
    pub logos: BTreeMap<Span, Result<Logo, LogoProblem>>,
    /// The industries that the platform offers; empty when they are not known.
    pub industries: Vec<String>,
    /// The sources that could not be used as texts: nothing is known of what they say.
    pub unread: BTreeMap<SourceId, Unread>,
    /// The sources that nobody named and that say nothing of whose they are: empty ones, and what is
    /// not a text. They may be other people's, so nothing they are is an error.
    pub doubtful: BTreeSet<SourceId>,
    /// The project file's globs that name no file.
    pub idle_globs: BTreeSet<Span>,
    /// The project file's paths to files of the repository that are not there.
    pub absent: BTreeSet<Span>,
}

/// Why a path does not lead to a logo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogoProblem {
    /// With the names of the files beside it.
    #[error("does not exist")]
    Missing { nearby: Vec<String> },
    #[error("is an absolute path")]
    Absolute,
    #[error("is outside of the repository")]
    Outside,
    #[error("is a link that leads out of the repository")]
    LinkedOutside,
    #[error("is {0}, and not a file")]
    NotAFile(Thing),
    #[error("cannot be read: {0}")]
    Unreadable(String),
    #[error(transparent)]
    Fault(#[from] LogoFault),
}

/// Why a file is not a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    Missing,
    /// The system's words.
    Unreadable(String),
    NotAFile(Thing),
    /// A link that leads out of the repository.
    LinkedOutside,
    TooLarge,
    Binary,
    /// Begins with the mark of UTF-16.
    Utf16,
    /// The first place that is not UTF-8, in the text as far as it can be shown.
    NotUtf8(Range<usize>),
}

/// What lies where a file should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    Folder,
    Pipe,
    Socket,
    Device,
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Folder => "a folder",
            Self::Pipe => "a named pipe",
            Self::Socket => "a socket",
            Self::Device => "a device",
        })
    }
}
