//! Whole runs of the real binary against a real sandbox server: time, requests, peak memory.
//!
//!     cargo bench --bench reconcile                      1,000 and 10,000 people
//!     cargo bench --bench reconcile -- 1000 10000 100000
//!
//! Each size has its people in workspaces of 200 with 10 programs each; the latency is the
//! sandbox's, added to every answer. `check` reads the manifests only; `apply` makes everything
//! from nothing; `plan` then finds nothing but people to wait for.
//!
//! On 2 cores that others were using too (2026-11):
//!
//! | people | `check` | `plan`, 0 ms | 50 ms | `apply`, 0 ms | 50 ms | requests | most memory |
//! |---:|---:|---:|---:|---:|---:|---:|---:|
//! | 1,000 | 0.01 s | 0.05 s | 0.20 s | 0.48 s | 1.21 s | 1,116 | 23 MiB |
//! | 10,000 | 0.11 s | 0.30 s | 1.01 s | 3.40 s | 7.51 s | 11,151 | 50 MiB |
//! | 40,000 | 0.75 s | 1.16 s | 4.03 s | 12.1 s | 30.2 s | 44,601 | 125 MiB |
//! | 100,000 | 1.82 s | 2.88 s | 8.82 s | 32.1 s | 70.6 s | 111,501 | 277 MiB |
//!
//! The requests are those of `apply`; `plan` makes 3 a workspace. The most memory is `plan`'s.

#[path = "../fleet/mod.rs"]
mod fleet;

mod counter;
mod measure;
mod site;

use fleet::Size;
use measure::Measured;
use site::Site;
use std::{
    io::{self, Write as _},
    time::Duration,
};

const USUAL_SIZES: [usize; 2] = [1_000, 10_000];
const LATENCIES: [Duration; 2] = [Duration::ZERO, Duration::from_millis(50)];

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    writeln!(io::stdout(), "| people | latency | command | time | requests | peak memory |")?;
    writeln!(io::stdout(), "|---:|---:|---|---:|---:|---:|")?;
    for n_members in sizes() {
        let size = scaled(n_members);
        for latency in LATENCIES {
            let site = Site::new(size, latency)?;
            if latency.is_zero() {
                row(&site, size, latency, &["check"])?;
            }
            row(&site, size, latency, &["apply", "--yes"])?;
            row(&site, size, latency, &["plan"])?;
        }
    }
    Ok(())
}

/// Cargo adds arguments of its own (`--bench`).
fn sizes() -> Vec<usize> {
    let asked: Vec<usize> =
        std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    if asked.is_empty() { USUAL_SIZES.to_vec() } else { asked }
}

/// The service provider with more or fewer clients.
fn scaled(members: usize) -> Size {
    let like = Size::SERVICE_PROVIDER;
    let workspaces = members.div_ceil(like.members / like.workspaces);
    Size { programs: workspaces * (like.programs / like.workspaces), members, workspaces }
}

fn row(site: &Site, size: Size, latency: Duration, command: &[&str]) -> Result<(), Error> {
    site.counter.take();
    let Measured { wall, peak_bytes } = measure::measure(&mut site.command(command))?;
    let (people, latency) = (size.members, latency.as_millis());
    let (command, seconds) = (command.join(" "), wall.as_secs_f64());
    let (n_requests, mib) = (site.counter.take(), peak_bytes / (1024 * 1024));
    let row = format!(
        "| {people} | {latency} ms | `{command}` | {seconds:.2} s | {n_requests} | {mib} MiB |"
    );
    writeln!(io::stdout(), "{row}")?;
    Ok(())
}
