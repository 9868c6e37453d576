//! One binary for all integration tests: linked once, and fast.
#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

#[cfg(all(unix, feature = "sandbox"))]
mod access;
mod architecture;
#[cfg(all(unix, feature = "sandbox"))]
mod cli;
#[cfg(all(unix, feature = "sandbox"))]
mod console;
#[cfg(feature = "sandbox")]
mod contract;
#[cfg(all(target_os = "linux", feature = "sandbox"))]
mod crash;
mod desired;
mod editor;
#[cfg(feature = "sandbox")]
mod examples;
mod findings;
mod fuzz;
#[cfg(feature = "sandbox")]
mod interleaving;
mod laws;
mod ledger;
mod project;
mod report;
#[cfg(feature = "sandbox")]
mod sandbox;
mod schema;
mod shapes;
#[cfg(feature = "sandbox")]
mod simulation;
#[cfg(feature = "sandbox")]
mod stage;
#[cfg(feature = "sandbox")]
mod stories;
mod yaml;
#[cfg(feature = "sandbox")]
mod schemathesis;
