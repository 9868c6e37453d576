//! Platforms as the engine sees them.

mod http;
mod sandbox;

pub use http::{Api, Secret};
pub use sandbox::{Masters, SandboxProvider, fresh_key, issue_token};
