//! What is remembered between runs: [`Store`](crate::engine::Store) over SQLite, in a file beside
//! the project.

mod lock;
mod place;
mod sqlite;

pub use lock::{Busy, Lock};
pub use sqlite::Ledger;
