//! Mishaps: what goes wrong on request, so that whoever talks to the sandbox can be tested.
//!
//! Nothing here is left to chance: the same requests in the same order meet the same mishaps.

mod body;
mod page;
mod queue;
mod spec;

pub(super) use body::{broken_off, cut_short, trickling};
pub(super) use page::warped;
pub(super) use queue::{Armed, Blow, Queue, Visit};
pub use spec::MishapError;

use jiff::SignedDuration;
use std::{num::NonZeroU32, time::Duration};

/// Something that goes wrong, with which requests, and how often; `Display` and `FromStr` are how
/// people write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mishap {
    pub kind: Kind,
    pub requests: Requests,
    /// Segments that a path has, one after the other; `*` is any one. None: every path.
    pub at: Vec<String>,
    /// Requests that pass before the first is hit.
    pub after: u32,
    pub times: Times,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Every answer comes so much later.
    Latency(Duration),
    /// 429, perhaps with a word on when to come back.
    Limited(Option<Duration>),
    /// A server error.
    Unavailable(u16, Option<Duration>),
    /// The request is carried out, and the connection ends without an answer.
    LostAnswer,
    /// The connection ends in the middle of the answer.
    Reset,
    /// A page of a list has fewer things than it should: this many, or half of them.
    TruncatedPage(Option<u32>),
    /// A page has everything twice.
    DuplicatedPage,
    /// A page has everything the other way round.
    ReorderedPage,
    /// The last person on a page has a word that nobody knows.
    UnknownWord(Word),
    /// An answer comes byte by byte, with such a pause before each.
    SlowBody(Duration),
    /// The `Date` of an answer is so far off.
    ClockSkew(SignedDuration),
    /// 401, as if the token had just run out.
    ExpiredToken,
}

/// What says something unheard of about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Status,
    Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requests {
    Any,
    Reads,
    Writes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    Only(NonZeroU32),
    Always,
}

impl Kind {
    /// The requests that are hit unless it is said otherwise.
    fn usual_requests(self) -> Requests {
        match self {
            Self::LostAnswer => Requests::Writes,
            Self::TruncatedPage(_)
            | Self::DuplicatedPage
            | Self::ReorderedPage
            | Self::UnknownWord(_) => Requests::Reads,
            Self::Latency(_)
            | Self::Limited(_)
            | Self::Unavailable(..)
            | Self::Reset
            | Self::SlowBody(_)
            | Self::ClockSkew(_)
            | Self::ExpiredToken => Requests::Any,
        }
    }

    /// Whether it goes along with another mishap on one request.
    fn is_companion(self) -> bool {
        match self {
            Self::Latency(_) | Self::ClockSkew(_) => true,
            Self::Limited(_)
            | Self::Unavailable(..)
            | Self::LostAnswer
            | Self::Reset
            | Self::TruncatedPage(_)
            | Self::DuplicatedPage
            | Self::ReorderedPage
            | Self::UnknownWord(_)
            | Self::SlowBody(_)
            | Self::ExpiredToken => false,
        }
    }
}
