//! What befalls a run at the n-th call of the system: strace does it where no test could stand.

use crate::stage::Stage;
use std::{
    num::NonZeroUsize,
    os::unix::process::ExitStatusExt as _,
    process::{Command, Output},
};

const SIGKILL: i32 = 9;

#[derive(Debug, Clone, Copy)]
pub(super) enum Harm {
    /// Before a write is made durable; it has been handed to the system.
    KilledAtFsync,
    /// Before a request goes out; with the server in the same process, an answer as well.
    KilledAtSend,
    /// Before an answer is read.
    KilledAtReceive,
    /// From a write on, nothing fits on the disk any more.
    DiskIsFull,
}

impl Harm {
    fn calls(self) -> &'static str {
        match self {
            Self::KilledAtFsync => "fsync,fdatasync",
            Self::KilledAtSend => "writev,sendto,sendmsg",
            Self::KilledAtReceive => "recvfrom,recvmsg",
            Self::DiskIsFull => "pwrite64,write",
        }
    }

    fn injection(self, nth: NonZeroUsize) -> String {
        match self {
            Self::KilledAtFsync | Self::KilledAtSend | Self::KilledAtReceive => {
                format!("signal=SIGKILL:when={nth}")
            }
            Self::DiskIsFull => format!("error=ENOSPC:when={nth}+"),
        }
    }

    fn check(self, output: &Output) {
        let told = String::from_utf8_lossy(&output.stderr);
        match self {
            Self::KilledAtFsync | Self::KilledAtSend | Self::KilledAtReceive => {
                assert_eq!(output.status.signal(), Some(SIGKILL), "{told}");
            }
            Self::DiskIsFull => {
                assert!(matches!(output.status.code(), Some(1 | 5)), "{told}");
                assert!(told.contains("ledger.db: database or disk is full"), "{told}");
                assert!(!told.contains("panicked"), "{told}");
            }
        }
    }
}

/// Whether it was harmed; else it ended well before.
///
/// Calls are counted for each thread. So all of the network is left to one, and only the calls on
/// these files count, each of which belongs to one.
pub(super) fn harm_at(
    harm: Harm,
    nth: NonZeroUsize,
    files: &[&str],
    stage: &Stage,
    command: Command,
) -> bool {
    let calls = harm.calls();
    let kept = stage.folder.path().canonicalize().unwrap().join(".minisync");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e"]).arg(format!("trace={calls}"));
    strace.arg("-e").arg(format!("inject={calls}:{}", harm.injection(nth)));
    for file in files {
        strace.arg("-P").arg(kept.join(file));
    }
    strace.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        strace.env(name, value.unwrap_or_default());
    }
    let output = stage.output(strace.env("TOKIO_WORKER_THREADS", "1"));
    if output.status.success() {
        return false;
    }
    harm.check(&output);
    true
}
