//! The program as its users meet it on bad days: exit statuses, and what it says.

mod adoption;
mod bad_days;
mod consents;
mod history;
mod interrupt;
mod invitations;
#[cfg(feature = "postgres")]
mod lock;
mod rails;
mod reinvite;
mod rosters;
mod same_bytes;
mod sandbox;
mod saved;
mod saved_past;
mod scene;
mod signatures;
mod wait;
mod words;
