//! Days and durations, as people write them.

use jiff::{SignedDuration, SpanRelativeTo, civil::Date, fmt::friendly::SpanParser};

/// The longest duration that somebody can mean.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Why a text is no duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    #[error("is not a duration")]
    Form,
    #[error("is negative")]
    Negative,
    #[error("is longer than 90 days")]
    TooLong,
}

/// A duration such as `1h30m`, in which a day has 24 hours.
pub fn duration(text: &str) -> Result<SignedDuration, DurationError> {
    if text.starts_with('+') {
        return Err(DurationError::Form);
    }
    let span = SpanParser::new().parse_span(text);
    let duration = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    let duration = duration.map_err(|_| DurationError::Form)?;
    if duration.is_negative() {
        return Err(DurationError::Negative);
    }
    if duration > LONGEST { Err(DurationError::TooLong) } else { Ok(duration) }
}

/// A day of the calendar, as `YYYY-MM-DD` and in no other form.
pub(super) fn day(text: &str) -> Option<Date> {
    let is_form = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if is_form { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{DurationError, day, duration};
    use jiff::{SignedDuration, civil::date};

    #[test]
    fn a_duration_has_units_and_a_day_has_24_hours() {
        for (text, minutes) in [
            ("1h", 60),
            ("90m", 90),
            ("1h30m", 90),
            ("1h 30m", 90),
            ("1.5h", 90),
            ("3d", 3 * 24 * 60),
            ("2 weeks", 14 * 24 * 60),
            ("1d 01:30:00", 25 * 60 + 30),
            ("0s", 0),
            ("90d", 90 * 24 * 60),
        ] {
            assert_eq!(duration(text), Ok(SignedDuration::from_mins(minutes)), "{text}");
        }
        for text in ["", "1", "h", "soon", "1 month", "2y", "PT1H", "+1h", "1h 1h", " 1h"] {
            assert_eq!(duration(text), Err(DurationError::Form), "{text:?}");
        }
        assert_eq!(duration("-1h"), Err(DurationError::Negative));
        assert_eq!(duration("1h ago"), Err(DurationError::Negative));
        assert_eq!(duration("90d1s"), Err(DurationError::TooLong));
    }

    #[test]
    fn a_day_is_in_the_calendar() {
        assert_eq!(day("2027-01-31"), Some(date(2027, 1, 31)));
        assert_eq!(day("2028-02-29"), Some(date(2028, 2, 29)));
        for text in
            ["", "2027-02-29", "2027-13-01", "2027-1-31", "31.01.2027", "20270131", "2027-01-31\n"]
        {
            assert_eq!(day(text), None, "{text:?}");
        }
    }
}
