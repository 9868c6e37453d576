//! A saved plan that was looked at, and who signed it.

use super::VERSION;
use crate::report::saved::{self, SavedPlan};
use schemars::JsonSchema;
use serde::Serialize;

/// What `minisync show` read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Show {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    pub signature: Signature,
    /// As it stands in the file; its format has a schema and a version of its own.
    pub plan: SavedPlan,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
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

impl Show {
    pub(super) fn new(plan: &SavedPlan, signature: &saved::Signature) -> Self {
        Self { version: VERSION, signature: signature.into(), plan: plan.clone() }
    }
}

impl From<&saved::Signature> for Signature {
    fn from(signature: &saved::Signature) -> Self {
        match signature.clone() {
            saved::Signature::Missing => Self::Missing,
            saved::Signature::Good { signer, key } => Self::Good { signer, key },
            saved::Signature::Valid { key } => Self::Valid { key },
            saved::Signature::Bad { why } => Self::Bad { why },
            saved::Signature::Unchecked { why } => Self::Unchecked { why },
        }
    }
}
