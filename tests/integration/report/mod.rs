//! What people and programs read.

mod applies;
mod findings;
mod plans;
mod schema;
mod world;
