//! Durations on the command line.

use crate::manifest;
use std::time::Duration;

/// As in minisync.yaml: `30m`, `1h 30m`, `90 seconds`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let duration = manifest::duration(text).map_err(|why| {
        format!("this {why}; write a number and a unit, such as `30m`, `1h 30m` or `90s`")
    })?;
    duration.try_into().map_err(|_| "time does not go back".to_owned())
}

/// Nobody wants to be asked more often than this.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

pub(super) fn interval(text: &str) -> Result<Duration, String> {
    let interval = duration(text)?;
    if interval < SHORTEST_INTERVAL {
        return Err("the shortest is `100ms`".to_owned());
    }
    Ok(interval)
}
