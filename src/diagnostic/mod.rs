//! What is wrong, and where: data that the command line and the editor render alike.

mod code;
mod source;

pub use code::{Code, CodeInfo};
pub use source::{Source, SourceId, Sources, Span};

/// One finding. Neither surface may say more than this holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    /// What and why, lower case, no final stop, the user's own words in backticks.
    pub message: String,
    pub primary: Span,
    /// What stands at the primary place may be a secret, and is not shown.
    pub is_secret: bool,
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

impl Diagnostic {
    pub fn error(info: &CodeInfo, primary: Span, message: impl Into<String>) -> Self {
        Self {
            code: info.code,
            severity: Severity::Error,
            message: message.into(),
            primary,
            is_secret: false,
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    pub fn warning(info: &CodeInfo, primary: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(info, primary, message) }
    }

    #[must_use]
    pub fn secret(self) -> Self {
        Self { is_secret: true, ..self }
    }

    #[must_use]
    pub fn related(mut self, span: Span, word: impl Into<String>) -> Self {
        self.related.push((span, word.into()));
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// `replacement` is YAML, quoted where it must be, and not the bare text.
    #[must_use]
    pub fn fix(
        mut self,
        span: Span,
        replacement: impl Into<String>,
        title: impl Into<String>,
    ) -> Self {
        self.fix = Some(Fix { title: title.into(), span, replacement: replacement.into() });
        self
    }
}
