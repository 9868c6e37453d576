//! Moving the sandbox's clock, so that nobody has to wait three days to see what happens then.

use super::{
    Once, Reply,
    desk::{self, Desk, Fault},
    rows::json,
};
use crate::{
    platform::sandbox as wire,
    sandbox::{
        rule::{Refusal, Rule},
        world::Caller,
    },
};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

/// A hundred years: further away nothing is of use, and times must stay such as can be written.
const FARTHEST: SignedDuration = SignedDuration::from_hours(100 * 365 * 24);

#[derive(Debug)]
pub(in crate::sandbox) struct ClockMove {
    pub(in crate::sandbox) by: SignedDuration,
    pub(in crate::sandbox) once: Once,
}

/// How a clock is read and moved, in the words of the API.
#[derive(Debug)]
pub(in crate::sandbox) struct Hand;

impl Hand {
    pub(in crate::sandbox) fn show(now: Timestamp, ahead: SignedDuration) -> wire::Clock {
        wire::Clock { now: now.to_string(), offset: ahead.to_string() }
    }

    pub(in crate::sandbox) fn length(text: &str) -> Result<SignedDuration, Refusal> {
        let length = text
            .trim()
            .parse::<Span>()
            .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
        let length = length.ok().filter(|length| length.abs() <= FARTHEST);
        length.ok_or_else(|| {
            let message =
                format!("`{text}` is not a length of time such as `3d`, `1h 30m` or `-2h`");
            Refusal::at("/advance", Rule::ClockMove, message)
        })
    }
}

impl Desk {
    pub(super) fn move_clock(&mut self, by: ClockMove) -> rusqlite::Result<Result<Reply, Fault>> {
        let ClockMove { by, once } = by;
        let caller = desk::name(&Caller::Operator).to_owned();
        if let Some((hash, reply)) = self.rows.answer(&caller, &once.key)? {
            return Ok(desk::repeated(&once, hash, &reply));
        }
        let before = SignedDuration::from_millis(self.ahead.map_or_else(|| self.rows.ahead(), Ok)?);
        let ahead = before.saturating_add(by);
        if ahead.abs() > FARTHEST {
            let message = "the sandbox's clock stays within a hundred years of the machine's";
            return Ok(Err(Fault::Refused(Refusal::at("/advance", Rule::ClockMove, message))));
        }
        let millis = i64::try_from(ahead.as_millis()).unwrap_or_default();
        self.begin()?;
        self.rows.put_ahead(millis)?;
        self.ahead = Some(millis);
        let clock = Hand::show(after(self.now, by), SignedDuration::from_millis(millis));
        let reply = Reply { status: 200, body: Some(json(&clock)), ..Reply::default() };
        self.rows.remember(&caller, &once.key, once.request, (Some(&reply), self.now))?;
        Ok(Ok(reply))
    }
}

/// As far as there are times.
pub(super) fn after(time: Timestamp, by: SignedDuration) -> Timestamp {
    let nearest = if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
    time.checked_add(by).unwrap_or(nearest)
}
