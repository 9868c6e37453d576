//! A SIGKILL at the n-th call of the system: strace delivers it where no test could stand.

use crate::stage::Stage;
use std::{num::NonZeroUsize, os::unix::process::ExitStatusExt as _, process::Command};

const SIGKILL: i32 = 9;

/// Where a run is killed: before it does this.
#[derive(Debug, Clone, Copy)]
pub(super) enum Call {
    /// A write is about to be made durable; it has been handed to the system.
    Fsync,
    /// A request goes out; with the server in the same process, an answer as well.
    Send,
    /// An answer is read.
    Receive,
}

/// Whether it was killed; else it ended well before.
///
/// Calls are counted for each thread. So all of the network is left to one, and only the calls on
/// these files count, each of which belongs to one.
pub(super) fn kill_at(
    call: Call,
    nth: NonZeroUsize,
    files: &[&str],
    stage: &Stage,
    command: Command,
) -> bool {
    let calls = match call {
        Call::Fsync => "fsync,fdatasync",
        Call::Send => "writev,sendto,sendmsg",
        Call::Receive => "recvfrom,recvmsg",
    };
    let kept = stage.folder.path().canonicalize().unwrap().join(".minisync");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e"]).arg(format!("trace={calls}"));
    strace.arg("-e").arg(format!("inject={calls}:signal=SIGKILL:when={nth}"));
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
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.signal(), Some(SIGKILL), "{told}");
    true
}
