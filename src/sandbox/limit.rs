//! How many requests a second the sandbox takes: a bucket that fills at a steady pace.

use jiff::{SignedDuration, Timestamp};
use std::{
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
};

const NANOS: i128 = 1_000_000_000;

/// Holds as many requests as come in during a second, and begins full.
#[derive(Debug)]
pub(super) struct Limit {
    /// Between two requests, in nanoseconds.
    pace: i128,
    /// When the bucket would be full again, in nanoseconds.
    full_at: Mutex<i128>,
}

impl Limit {
    pub(super) fn per_second(n_requests: NonZeroU32) -> Self {
        Self { pace: NANOS / i128::from(n_requests.get()), full_at: Mutex::new(i128::MIN) }
    }

    /// Takes one request in, or says how long to wait.
    pub(super) fn admit(&self, now: Timestamp) -> Result<(), SignedDuration> {
        let now = now.as_nanosecond();
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        // Fuller than full it was only on a clock that has gone back since.
        let begun = if *full_at > now + NANOS { now } else { now.max(*full_at) };
        let next = begun + self.pace;
        let over = next - now - NANOS;
        if over > 0 {
            return Err(SignedDuration::from_nanos_i128(over));
        }
        *full_at = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Limit;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn a_second_of_requests_is_let_in_at_once_and_then_at_a_steady_pace() {
        let limit = Limit::per_second(4.try_into().unwrap());
        let at = |millis: i64| Timestamp::from_millisecond(1_000_000 + millis).unwrap();
        let admitted = |millis| (0..9).filter(|_| limit.admit(at(millis)).is_ok()).count();
        assert_eq!(admitted(0), 4);
        assert_eq!(limit.admit(at(0)), Err(SignedDuration::from_millis(250)));
        assert_eq!(admitted(249), 0);
        assert_eq!(admitted(500), 2);
        assert_eq!(admitted(60_000), 4);
    }
}
