//! What people and programs read.

mod applies;
mod findings;
mod formats;
mod hostile;
mod invitations;
mod plans;
pub(crate) mod saved;
mod schema;
mod statuses;
mod world;
