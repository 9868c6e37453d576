//! Times, for people: how long ago, how long still.

use jiff::{SignedDuration, Timestamp, fmt::strtime, tz::TimeZone};

/// A moment with the words for it; a page shows the words and keeps the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct When {
    /// RFC 3339, for machines.
    pub(super) exact: String,
    /// To the minute, in UTC.
    pub(super) full: String,
    /// `2 days ago`, `19 hours left`.
    pub(super) words: String,
    pub(super) is_soon: bool,
}

/// What has less left than this is shown as urgent.
const SOON: SignedDuration = SignedDuration::from_hours(12);

impl When {
    pub(super) fn past(at: &str, now: Timestamp) -> Option<Self> {
        let at: Timestamp = at.parse().ok()?;
        let ago = now.duration_since(at);
        let words = if ago < SignedDuration::from_mins(1) {
            "just now".to_owned()
        } else {
            format!("{} ago", span(ago))
        };
        Some(Self::new(at, words, false))
    }

    pub(super) fn end(at: &str, now: Timestamp) -> Option<Self> {
        let at: Timestamp = at.parse().ok()?;
        let left = at.duration_since(now);
        if left <= SignedDuration::ZERO {
            return Some(Self::new(at, format!("expired {} ago", span(-left)), false));
        }
        Some(Self::new(at, format!("{} left", span(left)), left < SOON))
    }

    fn new(at: Timestamp, words: String, is_soon: bool) -> Self {
        Self { exact: at.to_string(), full: english(at), words, is_soon }
    }
}

/// In whole days, from two on; else in hours, from one on; else in minutes.
fn span(duration: SignedDuration) -> String {
    let minutes = duration.as_mins().max(0);
    let (n, unit) = match minutes {
        0..60 => (minutes.max(1), "minute"),
        60..2880 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

pub(super) fn english(at: Timestamp) -> String {
    formatted("%-d %B %Y, %H:%M UTC", at)
}

pub(super) fn chinese(at: Timestamp) -> String {
    formatted("%Y年%-m月%-d日 %H:%M（UTC）", at)
}

fn formatted(format: &str, at: Timestamp) -> String {
    strtime::format(format, &at.to_zoned(TimeZone::UTC)).unwrap_or_else(|_| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::{When, chinese, english};

    #[test]
    fn a_time_is_told_as_people_say_it() {
        let now = "2026-11-26T08:00:00Z".parse().unwrap();
        let past = |at| When::past(at, now).unwrap().words;
        assert_eq!(past("2026-11-26T07:59:30Z"), "just now");
        assert_eq!(past("2026-11-26T07:59:00Z"), "1 minute ago");
        assert_eq!(past("2026-11-26T05:30:00Z"), "2 hours ago");
        assert_eq!(past("2026-11-24T08:00:00Z"), "2 days ago");
        let end = |at| When::end(at, now).unwrap();
        assert_eq!(end("2026-11-26T09:00:00Z").words, "1 hour left");
        assert!(end("2026-11-26T09:00:00Z").is_soon);
        assert_eq!(end("2026-11-28T07:00:00Z").words, "47 hours left");
        assert_eq!(end("2026-11-26T08:00:00Z").words, "expired 1 minute ago");
        assert_eq!(english(now), "26 November 2026, 08:00 UTC");
        assert_eq!(chinese(now), "2026年11月26日 08:00（UTC）");
    }
}
