//! How long ago, and how long left.

use super::count;
use jiff::Timestamp;
use std::time::Duration;

/// `2 days ago`, `just now`.
pub(in crate::report) fn ago(then: Timestamp, now: Timestamp) -> String {
    match span(now.as_second() - then.as_second()) {
        Some(span) => format!("{span} ago"),
        None => "just now".into(),
    }
}

/// `19 hours left`, `no time left`.
pub(in crate::report) fn left(until: Timestamp, now: Timestamp) -> String {
    let seconds = until.as_second() - now.as_second();
    // An invitation of three days that was sent a minute ago has three days left, and not two.
    match span(seconds + seconds / 50) {
        Some(span) => format!("{span} left"),
        None if seconds > 0 => "less than a minute left".into(),
        None => "no time left".into(),
    }
}

/// `in 2 hours`, `now`.
pub(in crate::report) fn when(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.as_second() - now.as_second();
    match span(seconds + 59) {
        Some(span) if seconds > 0 => format!("in {span}"),
        Some(_) | None => "now".into(),
    }
}

/// `20 s`, `1.5 s`
pub(in crate::report) fn pause(pause: Duration) -> String {
    let tenths = pause.as_millis().div_ceil(100);
    match (tenths / 10, tenths % 10) {
        (seconds, 0) => format!("{seconds} s"),
        (seconds, tenths) => format!("{seconds}.{tenths} s"),
    }
}

/// In whole units, and in hours up to two days: an hour matters to somebody who has 30 left.
fn span(seconds: i64) -> Option<String> {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let units = [(days, 2, "day", "days"), (hours, 1, "hour", "hours")];
    let minutes = (minutes, 1, "minute", "minutes");
    let (n, _, one, many) =
        units.into_iter().chain([minutes]).find(|(n, at_least, ..)| n >= at_least)?;
    Some(count(usize::try_from(n).unwrap_or_default(), one, many))
}

#[cfg(test)]
mod tests {
    use super::{ago, left, pause};
    use jiff::Timestamp;
    use std::time::Duration;

    #[test]
    fn time_is_told_in_a_unit_that_fits() {
        let at = |seconds: i64| Timestamp::from_second(1_000_000 + seconds).unwrap();
        let ago = |seconds| ago(at(0), at(seconds));
        assert_eq!(ago(-5), "just now");
        assert_eq!(ago(59), "just now");
        assert_eq!(ago(60), "1 minute ago");
        assert_eq!(ago(3_599), "59 minutes ago");
        assert_eq!(ago(3_600), "1 hour ago");
        assert_eq!(ago(47 * 3_600), "47 hours ago");
        assert_eq!(ago(53 * 3_600), "2 days ago");
        assert_eq!(left(at(19 * 3_600), at(0)), "19 hours left");
        assert_eq!(left(at(3 * 86_400 - 60), at(0)), "3 days left");
        assert_eq!(left(at(60 * 3_600), at(0)), "2 days left");
        assert_eq!(left(at(30), at(0)), "less than a minute left");
        assert_eq!(left(at(0), at(0)), "no time left");
        assert_eq!(left(at(0), at(9_999)), "no time left");
    }

    #[test]
    fn pauses_are_in_seconds() {
        assert_eq!(pause(Duration::from_secs(20)), "20 s");
        assert_eq!(pause(Duration::from_millis(1_450)), "1.5 s");
        assert_eq!(pause(Duration::from_millis(1)), "0.1 s");
    }
}
