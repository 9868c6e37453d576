//! What the rules say about a form, told at its fields.

use super::trouble::sentence;
use crate::sandbox::rule::{Broken, Refusal};
use axum::http::StatusCode;

/// By JSON pointer, as the rules name fields.
#[derive(Debug, Clone, Default)]
pub(super) struct Problems(Vec<(String, String)>);

impl Problems {
    pub(super) fn of(refusal: &Refusal) -> Self {
        let told = |broken: &Broken| (broken.field.clone(), sentence(&broken.message));
        Self(refusal.broken().iter().map(told).collect())
    }

    pub(super) fn one(field: &str, message: &str) -> Self {
        Self(vec![(field.to_owned(), message.to_owned())])
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// All of them, told at this field.
    pub(super) fn moved_to(self, field: &str) -> Self {
        Self(self.0.into_iter().map(|(_, message)| (field.to_owned(), message)).collect())
    }

    pub(super) fn without(mut self, field: &str) -> Self {
        self.0.retain(|(found, _)| found != field);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Those of a field; `""`: of the whole.
    pub(super) fn at(&self, field: &str) -> Vec<&str> {
        let here = self.0.iter().filter(|(found, _)| found == field);
        here.map(|(_, message)| message.as_str()).collect()
    }
}

pub(super) fn status(refusal: &Refusal) -> StatusCode {
    StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
}
