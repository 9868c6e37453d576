//! minisync keeps mini programs, and the people who work on them, as YAML in git, and makes the
//! platform match.
//!
//! ```text
//! manifests (git)  ->  check  ->  plan  ->  apply  ->  platform
//!                       ^          ^                      |
//!                    JSON Schema   +------- observe ------+
//! ```
//!
//! A person is not a resource: an invitation waits for a human, expires, may be refused. So every
//! answer is one of three: *in sync*, *waiting* (for whom, how long), *drifted*
//! ([`plan::Standing`]).
//!
//! # Invariants
//!
//! - [`model`], [`diagnostic`], [`manifest`] and [`plan`] do no I/O, read no clock, spawn nothing
//!   and cannot fail: bad input is a value.
//! - Nothing above [`plan`] decides *what* to do. Nothing below [`engine`] does anything.
//! - A plan is complete: carrying it out needs no look-up and no choice. Dry run is not a mode:
//!   planning is the dry run.
//! - The whole effect surface is two traits, [`engine::Provider`] and [`engine::Store`]. Beside them
//!   the command line reads (`import` the logos that it writes beside manifests), and sets up what is
//!   its own: the embedded sandbox, which has the workspaces that the manifests name.
//! - Only [`cli`] reads arguments and environment. Only [`report`] chooses words about findings,
//!   plans and outcomes. Only [`platform`] knows a platform's JSON.
//! - No type below the surfaces is made for output. By nature, [`manifest::document`] *is* the file
//!   format and [`platform`] *is* the wire.
//! - The sandbox is the reference platform: what tests believe of a platform is a rule in
//!   `sandbox::world`.
//!
//! # Floors
//!
//! Bottom first, and this is the only place where the order is written. A floor uses only floors
//! that stand before it in this list:

// The words.
pub mod model;
// What is wrong, and where.
pub mod diagnostic;
// Text to desired state: never fails, finds.
pub mod manifest;
// What must change, and why: pure, total, no clock.
pub mod plan;
// Files on disk to sources.
pub mod project;
// Carrying it out: the only async core.
pub mod engine;
// The wires.
pub mod platform;
// What is remembered between runs.
pub mod ledger;
// Platforms as the engine sees them.
pub mod provider;
// A platform of our own.
#[cfg(feature = "sandbox")]
pub mod sandbox;
// Words for people and programs.
pub mod report;
// The command line: where arguments, environment, clock and signals come in.
pub mod cli;
