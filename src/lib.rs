//! minisync keeps mini programs, and the people who work on them, as YAML in git, and makes the
//! platform match.
//!
//! The floors, bottom first; each may use only those above it in this list:

/// The words.
pub mod model;
/// What is wrong, and where.
pub mod diagnostic;
/// Text to desired state: never fails, finds.
pub mod manifest;
/// What must change, and why: pure, total, no clock.
pub mod plan;
/// Files on disk to sources.
pub mod project;
/// Carrying it out: the only async core.
pub mod engine;
/// The wires.
pub mod platform;
/// What is remembered between runs.
pub mod ledger;
/// Platforms as the engine sees them.
pub mod provider;
/// A platform of our own.
#[cfg(feature = "sandbox")]
pub mod sandbox;
/// Words for people and programs.
pub mod report;
/// The command line: where arguments, environment, clock and signals come in.
pub mod cli;
