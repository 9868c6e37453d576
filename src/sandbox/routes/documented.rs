//! The API's own description (OpenAPI 3.1).

use super::{
    super::server::Sandbox, activity, clock, logos, members, mishaps, programs, tokens, workspaces,
};
use crate::platform::sandbox::Problem;
use axum::{http::header, response::IntoResponse};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};
use utoipa::{
    IntoParams, IntoResponses, Modify, OpenApi, PartialSchema as _,
    openapi::{
        ContentBuilder, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The document, as `schema/sandbox.openapi.json` and `GET /openapi.json` have it.
pub fn openapi() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut document = serde_json::to_value(router().into_openapi())
            .expect("an OpenAPI document is plain JSON");
        strip_nulls(&mut document);
        format!("{document:#}\n")
    });
    &TEXT
}

/// What is optional may be missing but is never `null`, which a derived schema cannot say. Stops
/// at maps, whose values mean something when they are `null`.
fn strip_nulls(value: &mut Value) {
    match value {
        Value::Array(items) => {
            for item in items {
                strip_nulls(item);
            }
        }
        Value::Object(members) => {
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [only] = types.as_mut_slice() {
                    let only = only.take();
                    members.insert("type".to_owned(), only);
                }
            }
            let inner = members.iter_mut().filter(|(name, _)| *name != "additionalProperties");
            for (_, member) in inner {
                strip_nulls(member);
            }
            strip_alternative(value);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Turns "one of this and null" into "this".
fn strip_alternative(value: &mut Value) {
    let Some(Value::Array(alternatives)) = value.get_mut("oneOf") else { return };
    alternatives.retain(|alternative| alternative["type"] != "null");
    if let [only] = alternatives.as_mut_slice() {
        *value = only.take();
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "minisync sandbox",
        version = "1",
        description = "The documented semantics of the Mini Program Platform: workspaces, mini \
                       programs, members and invitations. Every object has an entity tag, every \
                       write takes an Idempotency-Key, every error is an RFC 9457 problem.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/")),
    security(("bearer" = [])),
    components(schemas(Problem)),
    modifiers(&Bearer),
    tags(
        (name = "workspaces", description = "Where mini programs and people live"),
        (name = "programs", description = "Mini programs"),
        (name = "logos", description = "Images, known by their content"),
        (name = "members", description = "People, from the invitation on"),
        (name = "tokens", description = "Who may speak for whom"),
        (name = "server", description = "The sandbox itself"),
    ),
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

pub(super) fn router() -> OpenApiRouter<Arc<Sandbox>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(workspaces::list, workspaces::create))
        .routes(routes!(workspaces::show))
        .routes(routes!(programs::list, programs::create))
        .routes(routes!(programs::show, programs::edit, programs::delete))
        .routes(routes!(logos::show, logos::put))
        .routes(routes!(members::list, members::invite))
        .routes(routes!(members::show, members::edit, members::remove))
        .routes(routes!(members::reinvite))
        .routes(routes!(members::resend))
        .routes(routes!(members::withdraw))
        .routes(routes!(members::accept))
        .routes(routes!(members::refuse))
        .routes(routes!(members::block))
        .routes(routes!(members::unblock))
        .routes(routes!(members::leave))
        .routes(routes!(activity::list))
        .routes(routes!(tokens::create))
        .routes(routes!(tokens::me))
        .routes(routes!(clock::show, clock::advance))
        .routes(routes!(mishaps::list, mishaps::add, mishaps::clear))
        .routes(routes!(health))
        .routes(routes!(document))
}

/// Whether the sandbox is up.
#[utoipa::path(
    get, path = "/healthz", tag = "server", security(()),
    responses((status = 200, description = "It is", body = String, content_type = "text/plain")),
)]
async fn health() -> &'static str {
    "ok\n"
}

/// This document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "server", security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = Value)),
)]
async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi())
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the derive only")]
pub(super) struct Paging {
    /// From 1.
    #[param(minimum = 1, maximum = 1000000, default = 1)]
    page: Option<u32>,
    #[param(rename = "pageSize", minimum = 1, maximum = 500, default = 100)]
    page_size: Option<u32>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "read by the derive only")]
pub(super) struct Key {
    /// Chosen by the client; a repeated request under the same key has one effect and one answer.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255, pattern = "^[!-~]+$")]
    key: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "read by the derive only")]
pub(super) struct IfMatch {
    /// Entity tags; the object is changed only if it is at one of them.
    #[param(rename = "If-Match", example = "*")]
    if_match: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "read by the derive only")]
pub(super) struct IfNoneMatch {
    /// Entity tags that the client has already.
    #[param(rename = "If-None-Match", example = "\"7\"")]
    if_none_match: Option<String>,
}

/// Declares a set of problems that an operation may answer with.
macro_rules! problems {
    ($($name:ident: $($status:literal)+;)+) => {$(
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$($status),+].map(|status: u16| (status.to_string(), problem(status).into())).into()
            }
        }
    )+};
}

problems! {
    // What any request may meet.
    Common: 400 401 429 503;
    NotFound: 404;
    // A write within a workspace, on top of the common ones.
    Write: 403 404 409 422;
    Stale: 412;
    Body: 413 415;
    // What only some may read.
    Reserved: 403;
    // A write of the operator.
    Operate: 403 409 422;
}

fn problem(status: u16) -> Response {
    let described = match status {
        400 => "The request makes no sense",
        401 => "No token, or one that is not known",
        403 => "Somebody else may do this",
        404 => "It does not exist, or not for the caller",
        409 => "Not as things stand",
        412 => "The object has changed since",
        413 => "The body is too large",
        415 => "The body is of the wrong media type",
        422 => "Some field breaks a rule",
        429 => "Too many requests",
        _ => "The sandbox cannot answer at the moment",
    };
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response =
        ResponseBuilder::new().description(described).content("application/problem+json", content);
    let header = |schema| HeaderBuilder::new().schema(schema).build();
    match status {
        401 => response.header("WWW-Authenticate", header(Some(String::schema()))),
        429 | 503 => response.header("Retry-After", header(Some(u32::schema()))),
        _ => response,
    }
    .build()
}
