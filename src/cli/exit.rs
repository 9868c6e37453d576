//! The exit statuses: one table, printed in `--help` and in the README.

use std::process::ExitCode;

/// Stable within a major version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ExitStatus {
    Done = 0,
    Failed = 1,
    Drifted = 2,
    Waiting = 3,
    Refused = 4,
    Partly = 5,
    Stale = 6,
    Usage = 64,
    /// 128 + SIGINT, as shells count it.
    Interrupted = 130,
}

pub const TABLE: &[(ExitStatus, &str)] = &[
    (ExitStatus::Done, "done, or nothing to do (with --detailed-exitcode: in sync)"),
    (ExitStatus::Failed, "could not be done; findings of severity error"),
    (ExitStatus::Drifted, "with --detailed-exitcode: there are steps to carry out"),
    (
        ExitStatus::Waiting,
        "people have to answer or decide (with --detailed-exitcode, and at the end of --wait)",
    ),
    (ExitStatus::Refused, "refused by a rail, a policy or whoever was asked; nothing was done"),
    (ExitStatus::Partly, "partly applied: some steps failed or were skipped"),
    (ExitStatus::Stale, "the saved plan is stale; nothing was done"),
    (ExitStatus::Usage, "the command line made no sense"),
    (ExitStatus::Interrupted, "interrupted; what was in flight was finished and recorded"),
];

/// The table as `--help` shows it.
pub(super) fn table() -> String {
    let lines: Vec<String> =
        TABLE.iter().map(|(status, means)| format!("  {:>3}  {means}", *status as u8)).collect();
    format!("Exit status:\n{}", lines.join("\n"))
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
