//! The sandbox, over HTTP as any client meets it.

mod durable;
mod document;
mod http;
mod invariants;
pub(crate) mod kill;
mod life;
mod links;
mod mail;
mod mishaps;
pub(crate) mod platform;
mod rules;
pub(crate) mod scene;
mod smtp;
mod time;
