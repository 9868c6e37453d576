//! What people and programs read.

mod findings;
mod schema;
