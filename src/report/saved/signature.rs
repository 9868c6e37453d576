//! What is known of a saved plan's signature.

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// Nobody has signed it.
    Missing,
    /// By somebody who is among the allowed signers.
    Good { signer: String, key: String },
    /// It is of this file, and nobody was asked whose key that is.
    Valid { key: String },
    /// Whoever signed, it counts for nothing.
    Bad { why: String },
    /// It could not be looked at.
    Unchecked { why: String },
}
