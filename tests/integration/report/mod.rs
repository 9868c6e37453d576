//! What people and programs read.

mod applies;
mod drifts;
mod findings;
mod formats;
mod hostile;
mod invitations;
mod plans;
mod saved;
pub(crate) mod schema;
mod statuses;
mod world;
