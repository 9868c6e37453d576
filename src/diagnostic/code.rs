//! The stable codes of findings.

use std::fmt;

/// A finding's stable name. Never renumbered, never used again for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

/// What `minisync explain` says about a code. Written beside the rule that uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeInfo {
    pub code: Code,
    /// The rule in half a sentence, lower case: `a key is given twice`.
    pub title: &'static str,
    /// Why the rule is there and what to do, in whole sentences.
    pub explanation: &'static str,
    /// Where the rule comes from: a page of the platform, a standard, or a decision of ours.
    pub source: &'static str,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MS{:04}", self.0)
    }
}
