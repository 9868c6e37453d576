//! Durations on the command line.

use crate::manifest;
use std::time::Duration;

/// Nobody wants to be asked more often than this.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

/// As in minisync.yaml: `30m`, `1h 30m`, `90 seconds`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    // What begins with a hyphen may be a duration, but not what begins with two.
    if text.starts_with("--") {
        return Err("a duration is missing before it, such as `30m`, `1h 30m` or `90s`".to_owned());
    }
    let duration = manifest::duration(text).map_err(|why| {
        format!("this {why}; write a number and a unit, such as `30m`, `1h 30m` or `90s`")
    })?;
    Ok(duration.unsigned_abs())
}

/// Of something that is of use for a while.
pub(super) fn lifetime(text: &str) -> Result<Duration, String> {
    let lifetime = duration(text)?;
    if lifetime.is_zero() {
        return Err("that is over at once; give it some time, such as `8h`".to_owned());
    }
    Ok(lifetime)
}

pub(super) fn interval(text: &str) -> Result<Duration, String> {
    let interval = duration(text)?;
    if interval < SHORTEST_INTERVAL {
        return Err("the shortest is `100ms`".to_owned());
    }
    Ok(interval)
}
