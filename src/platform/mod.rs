//! The wires: what each platform's own JSON looks like, and nothing else.

#[cfg(feature = "sandbox")]
pub(crate) mod documented;
pub mod sandbox;
