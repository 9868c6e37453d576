//! Mishaps as people write them: `lost-answer:writes:after=3:times=2`.
//!
//! The kind comes first, with its value if it has one; what follows stands in any order, after `:`
//! or `,`.

use super::{Kind, Mishap, Requests, Times, Word};
use crate::manifest;
use jiff::SignedDuration;
use std::{fmt, num::NonZeroU32, str::FromStr, time::Duration};

/// Nobody waits longer for one answer.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// Between two bytes of an answer that is slow.
const TRICKLE: Duration = Duration::from_secs(1);
const MOST_WORDS: usize = 8;

const KINDS: [&str; 12] = [
    "latency",
    "limited",
    "unavailable",
    "lost-answer",
    "reset",
    "truncated-page",
    "duplicated-page",
    "reordered-page",
    "unknown-word",
    "slow-body",
    "clock-skew",
    "expired-token",
];
const OPTIONS: [&str; 8] =
    ["any", "reads", "writes", "at", "after", "times", "always", "retry-after"];

/// Why a text is no mishap, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct MishapError {
    what: String,
    help: String,
}

/// What stands behind the kind, each at most once.
#[derive(Default)]
struct Options {
    requests: Option<Requests>,
    at: Option<Vec<String>>,
    after: Option<u32>,
    times: Option<Times>,
    retry_after: Option<Duration>,
}

impl MishapError {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }

    /// The way out.
    pub fn help(&self) -> &str {
        &self.help
    }
}

impl FromStr for Mishap {
    type Err = MishapError;

    fn from_str(text: &str) -> Result<Self, MishapError> {
        let mut words = text.split([':', ',']).map(str::trim);
        let (word, value) = divided(words.next().unwrap_or_default());
        let mut options = Options::default();
        for (at, word) in words.enumerate() {
            if at == MOST_WORDS {
                return Err(MishapError::new("a mishap has no more than nine parts", FORM));
            }
            options.read(word)?;
        }
        let kind = kind(word, value, options.retry_after)?;
        Ok(Self {
            kind,
            requests: options.requests.unwrap_or_else(|| kind.usual_requests()),
            at: options.at.unwrap_or_default(),
            after: options.after.unwrap_or_default(),
            times: options.times.unwrap_or(Times::Only(NonZeroU32::MIN)),
        })
    }
}

const FORM: &str = "write it as `lost-answer:writes:after=3:times=2`";

fn kind(
    word: &str,
    value: Option<&str>,
    retry_after: Option<Duration>,
) -> Result<Kind, MishapError> {
    let kind = match word {
        "latency" => Kind::Latency(needed(word, value)?),
        "limited" => Kind::Limited(retry_after),
        "unavailable" => Kind::Unavailable(status(value)?, retry_after),
        "lost-answer" => Kind::LostAnswer,
        "reset" => Kind::Reset,
        "truncated-page" => Kind::TruncatedPage(value.map(|value| count(word, value)).transpose()?),
        "duplicated-page" => Kind::DuplicatedPage,
        "reordered-page" => Kind::ReorderedPage,
        "unknown-word" => Kind::UnknownWord(said(value)?),
        "slow-body" => Kind::SlowBody(value.map_or(Ok(TRICKLE), |value| length(word, value))?),
        "clock-skew" => Kind::ClockSkew(skew(value)?),
        "expired-token" => Kind::ExpiredToken,
        _ => return Err(unknown("mishap", word, &KINDS)),
    };
    let takes_value = !matches!(
        word,
        "limited"
            | "lost-answer"
            | "reset"
            | "duplicated-page"
            | "reordered-page"
            | "expired-token"
    );
    if let Some(value) = value.filter(|_| !takes_value) {
        let what = format!("`{word}` takes no value, and `{value}` is one");
        return Err(MishapError::new(what, format!("write `{word}` alone")));
    }
    if retry_after.is_some() && !matches!(word, "limited" | "unavailable") {
        let what = format!("`{word}` does not say when to come back");
        let help = "`retry-after` is for `limited` and `unavailable`; leave it out";
        return Err(MishapError::new(what, help));
    }
    Ok(kind)
}

impl Options {
    fn read(&mut self, text: &str) -> Result<(), MishapError> {
        let (word, value) = divided(text);
        let value = match (word, value) {
            ("any" | "reads" | "writes" | "always", Some(value)) => {
                let what = format!("`{word}` takes no value, and `{value}` is one");
                return Err(MishapError::new(what, format!("write `{word}` alone")));
            }
            (_, value) => value.unwrap_or_default(),
        };
        let is_new = match word {
            "any" => put(&mut self.requests, Requests::Any),
            "reads" => put(&mut self.requests, Requests::Reads),
            "writes" => put(&mut self.requests, Requests::Writes),
            "at" => put(&mut self.at, segments(value)?),
            "after" => put(&mut self.after, count(word, value)?),
            "times" => put(&mut self.times, Times::Only(times(value)?)),
            "always" => put(&mut self.times, Times::Always),
            "retry-after" => put(&mut self.retry_after, length(word, value)?),
            _ => return Err(unknown("option", word, &OPTIONS)),
        };
        if is_new {
            return Ok(());
        }
        let what = format!("`{text}` comes after something that says the same or the opposite");
        Err(MishapError::new(what, "say which requests, where and how often once each"))
    }
}

fn put<T>(place: &mut Option<T>, value: T) -> bool {
    place.replace(value).is_none()
}

fn divided(text: &str) -> (&str, Option<&str>) {
    text.split_once('=').map_or((text, None), |(word, value)| (word.trim(), Some(value.trim())))
}

fn unknown(what: &str, word: &str, known: &[&str]) -> MishapError {
    let help = manifest::closest(word, known.iter().copied()).map_or_else(
        || format!("choose from {}", known.join(", ")),
        |close| format!("did you mean `{close}`?"),
    );
    MishapError::new(format!("there is no {what} `{word}`"), help)
}

fn needed(word: &str, value: Option<&str>) -> Result<Duration, MishapError> {
    let value = value.ok_or_else(|| {
        let what = format!("`{word}` does not say how long");
        MishapError::new(what, format!("write it as `{word}=50ms`"))
    })?;
    length(word, value)
}

fn length(word: &str, value: &str) -> Result<Duration, MishapError> {
    let length = manifest::duration(value).ok().filter(|length| *length <= LONGEST);
    length.map(SignedDuration::unsigned_abs).ok_or_else(|| {
        let what = format!("`{word}` is a length of time up to an hour, and `{value}` is none");
        MishapError::new(what, format!("write it as `{word}=2s`, or `{word}=50ms`"))
    })
}

fn skew(value: Option<&str>) -> Result<SignedDuration, MishapError> {
    let value = value.unwrap_or_default();
    let length = manifest::duration(value.strip_prefix('-').unwrap_or(value));
    let length = length.map_err(|why| {
        let what = format!("`clock-skew` is a length of time, and `{value}` {why}");
        MishapError::new(what, "write it as `clock-skew=3d`, or `clock-skew=-2h` for behind")
    })?;
    Ok(if value.starts_with('-') { -length } else { length })
}

fn status(value: Option<&str>) -> Result<u16, MishapError> {
    let Some(value) = value else { return Ok(503) };
    let status = value.parse().ok().filter(|status| (500..=599).contains(status));
    status.ok_or_else(|| {
        let what = format!("`unavailable` is a status from 500 to 599, and `{value}` is none");
        MishapError::new(what, "write it as `unavailable=502`, or `unavailable` for 503")
    })
}

fn said(value: Option<&str>) -> Result<Word, MishapError> {
    match value {
        None | Some("status") => Ok(Word::Status),
        Some("role") => Ok(Word::Role),
        Some(other) => {
            let what = format!("`unknown-word` is about a person's status or role, not `{other}`");
            let help = "write `unknown-word`, or `unknown-word=role`";
            Err(MishapError::new(what, help))
        }
    }
}

fn count(word: &str, value: &str) -> Result<u32, MishapError> {
    value.parse().map_err(|_| {
        let what = format!("`{word}` is a whole number, and `{value}` is none");
        MishapError::new(what, format!("write it as `{word}=3`"))
    })
}

fn times(value: &str) -> Result<NonZeroU32, MishapError> {
    value.parse().map_err(|_| {
        let what = format!("`times` is a number from 1, and `{value}` is none");
        MishapError::new(what, "write it as `times=2`, or `always`")
    })
}

fn segments(value: &str) -> Result<Vec<String>, MishapError> {
    let segments: Vec<String> = value.trim_matches('/').split('/').map(str::to_owned).collect();
    if segments.iter().any(String::is_empty) {
        let what = format!("`at` is a part of a path, and `{value}` is none");
        return Err(MishapError::new(what, "write it as `at=members`, or `at=members/*/accept`"));
    }
    Ok(segments)
}

/// With everything that is not as usual, in one order: what is written, read, is the same.
impl fmt::Display for Mishap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if self.requests != self.kind.usual_requests() {
            f.write_str(match self.requests {
                Requests::Any => ":any",
                Requests::Reads => ":reads",
                Requests::Writes => ":writes",
            })?;
        }
        if !self.at.is_empty() {
            write!(f, ":at={}", self.at.join("/"))?;
        }
        if self.after > 0 {
            write!(f, ":after={}", self.after)?;
        }
        match self.times {
            Times::Always => f.write_str(":always"),
            Times::Only(NonZeroU32::MIN) => Ok(()),
            Times::Only(times) => write!(f, ":times={times}"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let retry_after = |f: &mut fmt::Formatter<'_>, after: Option<Duration>| {
            after.map_or(Ok(()), |after| write!(f, ":retry-after={}", spoken(after)))
        };
        match *self {
            Self::Latency(length) => write!(f, "latency={}", spoken(length)),
            Self::Limited(after) => {
                f.write_str("limited")?;
                retry_after(f, after)
            }
            Self::Unavailable(status, after) => {
                f.write_str("unavailable")?;
                if status != 503 {
                    write!(f, "={status}")?;
                }
                retry_after(f, after)
            }
            Self::LostAnswer => f.write_str("lost-answer"),
            Self::Reset => f.write_str("reset"),
            Self::TruncatedPage(None) => f.write_str("truncated-page"),
            Self::TruncatedPage(Some(n_kept)) => write!(f, "truncated-page={n_kept}"),
            Self::DuplicatedPage => f.write_str("duplicated-page"),
            Self::ReorderedPage => f.write_str("reordered-page"),
            Self::UnknownWord(Word::Status) => f.write_str("unknown-word"),
            Self::UnknownWord(Word::Role) => f.write_str("unknown-word=role"),
            Self::SlowBody(TRICKLE) => f.write_str("slow-body"),
            Self::SlowBody(pause) => write!(f, "slow-body={}", spoken(pause)),
            Self::ClockSkew(skew) => {
                let sign = if skew.is_negative() { "-" } else { "" };
                write!(f, "clock-skew={sign}{}", spoken(skew.unsigned_abs()))
            }
            Self::ExpiredToken => f.write_str("expired-token"),
        }
    }
}

/// `1h 30m`
fn spoken(length: Duration) -> String {
    let length = SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX);
    format!("{length:#}")
}

#[cfg(test)]
mod tests {
    use super::{KINDS, Mishap};

    fn read(text: &str) -> String {
        match text.parse::<Mishap>() {
            Ok(mishap) => mishap.to_string(),
            Err(why) => format!("{why}; {}", why.help()),
        }
    }

    #[test]
    fn every_mishap_is_written_as_it_is_read() {
        for text in [
            "latency=50ms:always",
            "limited",
            "limited:retry-after=2s:writes",
            "unavailable",
            "unavailable=502:retry-after=1s:reads:at=members:after=1:times=3",
            "lost-answer",
            "lost-answer:any:after=3:times=2",
            "reset:writes:at=members/*/accept",
            "truncated-page",
            "truncated-page=0:at=members",
            "duplicated-page",
            "reordered-page:always",
            "unknown-word",
            "unknown-word=role",
            "slow-body",
            "slow-body=50ms",
            "clock-skew=1h 30m",
            "clock-skew=-72h",
            "expired-token:after=2:always",
        ] {
            assert_eq!(read(text), text);
        }
        for kind in KINDS {
            assert!(!read(kind).starts_with("there is no"), "{kind}");
        }
    }

    #[test]
    fn what_is_usual_may_be_said_and_the_order_is_free() {
        assert_eq!(read("lost-answer:writes:after=3,times=2"), "lost-answer:after=3:times=2");
        assert_eq!(read(" limited , always:retry-after = 2s"), "limited:retry-after=2s:always");
        assert_eq!(read("reset:at=/members/"), "reset:at=members");
    }

    #[test]
    fn a_slip_is_explained_with_a_way_out() {
        for (text, said) in [
            ("lost-anser", "there is no mishap `lost-anser`; did you mean `lost-answer`?"),
            ("reset:alway", "there is no option `alway`; did you mean `always`?"),
            ("latency", "`latency` does not say how long; write it as `latency=50ms`"),
            (
                "latency=soon",
                "`latency` is a length of time up to an hour, and `soon` is none; write it as \
                 `latency=2s`, or `latency=50ms`",
            ),
            ("reset=3", "`reset` takes no value, and `3` is one; write `reset` alone"),
            (
                "reset:times=0",
                "`times` is a number from 1, and `0` is none; write it as `times=2`, or `always`",
            ),
            (
                "reset:retry-after=1s",
                "`reset` does not say when to come back; `retry-after` is for `limited` and \
                 `unavailable`; leave it out",
            ),
            (
                "reset:times=2:always",
                "`always` comes after something that says the same or the opposite; say which \
                 requests, where and how often once each",
            ),
            (
                "unavailable=404",
                "`unavailable` is a status from 500 to 599, and `404` is none; write it as \
                 `unavailable=502`, or `unavailable` for 503",
            ),
        ] {
            assert_eq!(read(text), said);
        }
        assert!(read("").starts_with("there is no mishap ``; choose from latency, limited"));
    }
}
