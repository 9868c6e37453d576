//! The wires: what each platform's own JSON looks like, and nothing else.

pub mod sandbox;
