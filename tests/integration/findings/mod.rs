//! Every finding: what it says, where, and the way out; one thing that is wrong, and the nearest
//! thing that is right.
//!
//! Each case changes a sound project in one place.

mod case;
mod files;
mod ignores;
mod keys;
mod languages;
mod listings;
mod projects;
mod properties;
mod registry;
mod rosters;
mod syntax;
mod texts;
