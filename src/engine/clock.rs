//! The only place that reads the time.

use jiff::Timestamp;

#[expect(clippy::disallowed_methods, reason = "this is where everybody else gets it from")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
