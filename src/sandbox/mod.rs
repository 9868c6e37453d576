//! A platform of our own: the documented semantics of the Mini Program Platform, over HTTP.
//!
//! [`serve`] starts it, on a port of the system's choice when embedded. Its
//! API is in [`crate::platform::sandbox`], its rules are in [`world`].

mod console;
mod limit;
mod mail;
mod mishap;
mod public_url;
mod routes;
mod rule;
mod server;
mod store;
mod token;
pub mod world;

pub use mail::{Delivery, Smtp, SmtpError};
pub use mishap::{Mishap, MishapError};
pub use public_url::{PublicUrl, PublicUrlError};
pub use routes::openapi;
pub use rule::{Broken, Refusal, Rule};
pub use server::{Config, Mails, ServeError, Server, serve};
pub use store::{Data, OpenError};
pub use token::Token;

/// Tells the time; the sandbox reads no clock of its own.
pub type Clock = std::sync::Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;
