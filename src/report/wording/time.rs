//! How long ago, and how long left.

use super::count;
use jiff::{Timestamp, tz::TimeZone};
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
    match span(about(seconds)) {
        Some(span) => format!("{span} left"),
        None if seconds > 0 => "less than a minute left".into(),
        None => "no time left".into(),
    }
}

/// `at 14:05 UTC, in 2 hours`; `on 2027-01-31 at 14:05 UTC, in 3 days`; `now`.
pub(in crate::report) fn at(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.as_second() - now.as_second();
    let Some(span) = span(seconds + 59).filter(|_| seconds > 0) else { return "now".into() };
    let (at, now) = (at.to_zoned(TimeZone::UTC), now.to_zoned(TimeZone::UTC));
    // A few hours away, the hour alone says which day that is.
    let is_near = at.date() == now.date() || seconds < 12 * 3_600;
    let day = if is_near { String::new() } else { format!("on {} ", at.date()) };
    format!("{day}at {:02}:{:02} UTC, in {span}", at.hour(), at.minute())
}

/// `2026-11-24 14:05`, in UTC.
pub(in crate::report) fn moment(at: Timestamp) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}

/// `29 minutes`, `less than a minute`.
pub(in crate::report) fn length(length: Duration) -> String {
    let seconds = i64::try_from(length.as_secs()).unwrap_or(i64::MAX / 2);
    span(about(seconds + 1)).unwrap_or_else(|| "less than a minute".into())
}

/// `20 s`, `1.5 s`
pub(in crate::report) fn pause(pause: Duration) -> String {
    let tenths = pause.as_millis().div_ceil(100);
    match (tenths / 10, tenths % 10) {
        (seconds, 0) => format!("{seconds} s"),
        (seconds, tenths) => format!("{seconds}.{tenths} s"),
    }
}

/// An invitation of three days that was sent a minute ago has three days left, and not two.
fn about(seconds: i64) -> i64 {
    seconds + seconds / 50
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
    use super::{ago, at, left, pause};
    use jiff::{SignedDuration, Timestamp};
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
    fn a_moment_is_told_by_the_clock_and_by_how_far_it_is() {
        let now: Timestamp = "2026-11-23T22:00:30Z".parse().unwrap();
        let told = |hours, minutes| {
            at(now + SignedDuration::from_hours(hours) + SignedDuration::from_mins(minutes), now)
        };
        assert_eq!(told(1, 5), "at 23:05 UTC, in 1 hour");
        assert_eq!(told(0, 5), "at 22:05 UTC, in 5 minutes");
        assert_eq!(told(3, 0), "at 01:00 UTC, in 3 hours");
        assert_eq!(told(13, 0), "on 2026-11-24 at 11:00 UTC, in 13 hours");
        assert_eq!(told(0, 0), "now");
        assert_eq!(told(-1, 0), "now");
    }

    #[test]
    fn pauses_are_in_seconds() {
        assert_eq!(pause(Duration::from_secs(20)), "20 s");
        assert_eq!(pause(Duration::from_millis(1_450)), "1.5 s");
        assert_eq!(pause(Duration::from_millis(1)), "0.1 s");
    }
}
