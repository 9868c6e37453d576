//! What ends a command early, in words, with the exit status it means.

use super::exit::ExitStatus;
use std::{fmt, io};

/// What, why, and the way out.
#[derive(Debug)]
pub(super) struct CliError {
    status: ExitStatus,
    message: String,
    help: Option<String>,
}

impl CliError {
    pub(super) fn new(status: ExitStatus, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), help: None }
    }

    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Failed, message)
    }

    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub(super) fn ending_as(self, status: ExitStatus) -> Self {
        Self { status, ..self }
    }

    pub(super) fn status(&self) -> ExitStatus {
        self.status
    }

    /// Nobody reads any more: no error to those who close a pipe early.
    pub(super) fn is_broken_pipe(&self) -> bool {
        self.status == ExitStatus::Done
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

impl From<io::Error> for CliError {
    /// Of writing to standard output or error; files are named where they are written.
    fn from(why: io::Error) -> Self {
        if why.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(ExitStatus::Done, "nobody reads any more");
        }
        Self::failed(format!("cannot write to standard output: {why}"))
    }
}
