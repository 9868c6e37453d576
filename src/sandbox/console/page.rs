//! A template, as a response.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

/// A whole page.
pub(super) struct Page<T>(pub(super) StatusCode, pub(super) T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let Self(status, template) = self;
        let text = template.render().expect("a page is written to memory, which does not fail");
        (status, Html(text)).into_response()
    }
}

pub(super) fn ok<T: Template>(template: T) -> Response {
    Page(StatusCode::OK, template).into_response()
}

/// "See other": after a form, so that reloading does not send it again.
pub(super) fn go_to(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/console"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
