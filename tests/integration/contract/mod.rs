//! What the engine believes of a platform, held against a real one: the sandbox in process, over
//! HTTP, with a real ledger.

mod apply;
mod ending;
mod faults;
mod meddling;
mod mishaps;
mod observe;
mod site;
