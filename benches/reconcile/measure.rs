//! A command, watched from outside: how long it took and how much memory it held at most.

use std::{
    fs, io,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Between two looks at a command's memory. The kernel keeps the peak, so that only what is
/// allocated in the last moment of a command can be missed.
const LOOK_EVERY: Duration = Duration::from_millis(2);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) wall: Duration,
    /// Zero where the system does not tell.
    pub(crate) peak_bytes: u64,
}

/// Runs the command to its end; one that fails has measured nothing.
pub(crate) fn measure(command: &mut Command) -> io::Result<Measured> {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let mut peak_bytes = 0;
    let status = loop {
        peak_bytes = peak(&child).unwrap_or(0).max(peak_bytes);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(LOOK_EVERY);
    };
    let wall = start.elapsed();
    if !status.success() {
        return Err(io::Error::other(format!("{command:?}: {status}")));
    }
    Ok(Measured { wall, peak_bytes })
}

/// `VmHWM`: the most that was ever resident.
fn peak(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}
