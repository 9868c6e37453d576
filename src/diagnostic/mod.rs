//! What is wrong, and where: data that the command line and the editor render alike.

mod code;
mod source;

pub use code::Code;
pub use source::{Source, SourceId, Sources, Span};

/// One finding. Neither surface may say more than this holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    /// What and why, lower case, no final stop, the user's own words in backticks.
    pub message: String,
    pub primary: Span,
    /// Other places that matter, each with a word on why.
    pub related: Vec<(Span, String)>,
    /// The way out.
    pub help: Option<String>,
    pub fix: Option<Fix>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

/// An edit that resolves the finding without changing anything else that the user meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    pub title: String,
    pub span: Span,
    pub replacement: String,
}
