//! A field of a form: its label, what may stand in it, what stood in it, what is wrong with that.

use super::problems::Problems;

#[derive(Debug, Clone)]
pub(super) struct Input {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) kind: Kind,
    pub(super) value: String,
    pub(super) problems: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Line,
    Email,
    Phone,
    Lines,
}

impl Input {
    pub(super) fn line(name: &'static str, label: &'static str, hint: &'static str) -> Self {
        let (kind, value, problems) = (Kind::Line, String::new(), Vec::new());
        Self { name, label, hint, kind, value, problems }
    }

    pub(super) fn of_kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// `field` as the rules name it.
    pub(super) fn filled(self, value: &str, problems: &Problems, field: &str) -> Self {
        let problems = problems.at(field).into_iter().map(str::to_owned).collect();
        Self { value: value.to_owned(), problems, ..self }
    }

    pub(super) fn is_long(&self) -> bool {
        self.kind == Kind::Lines
    }

    /// HTML's `type`, for a soft keyboard that fits. Not `email`: the rules judge, in their words.
    pub(super) fn input_mode(&self) -> &'static str {
        match self.kind {
            Kind::Line | Kind::Lines => "text",
            Kind::Email => "email",
            Kind::Phone => "tel",
        }
    }

    /// Ids of what describes it: hint and problems.
    pub(super) fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let problem = (!self.problems.is_empty()).then(|| format!("{}-problem", self.name));
        hint.into_iter().chain(problem).collect::<Vec<_>>().join(" ")
    }
}
