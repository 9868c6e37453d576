//! `/v1/workspaces/{workspace}/logos`.

use super::{
    super::{
        rule::Refusal,
        store::Reply,
        world::{Act, Command},
    },
    App, answer,
    body::Image,
    denied::Denied,
    documented::{Body, Common, IfNoneMatch, Key, NotFound, Write},
    head::{Bearer, Head, Ids, Known},
    workspaces::write,
};
use crate::platform::{
    documented::{Bytes, LogoDigest, WorkspaceId},
    sandbox::Logo,
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};

/// Stores a logo under the SHA-256 of its bytes.
#[utoipa::path(
    put, path = "/v1/workspaces/{workspace}/logos/{digest}", tag = "logos",
    operation_id = "put_logo",
    params(("workspace" = WorkspaceId, Path), ("digest" = LogoDigest, Path), Key),
    request_body(content(
        (Bytes = "image/png"), (Bytes = "image/jpeg"), (Bytes = "application/octet-stream"),
    )),
    responses(
        (status = 200, description = "It was there already", body = Logo,
            headers(("ETag" = String))),
        (status = 201, description = "Stored", body = Logo,
            headers(("ETag" = String), ("Location" = String))),
        Common, Write, Body,
    ),
)]
pub(super) async fn put(
    State(sandbox): App,
    head: Head,
    Ids((workspace, digest)): Ids<(String, String)>,
    Image(bytes): Image,
) -> Result<Reply, Denied> {
    let act = Act::PutLogo { digest, bytes: bytes.to_vec() };
    write(&sandbox, head, Command::Within(workspace, act), &bytes).await
}

#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}/logos/{digest}", tag = "logos",
    operation_id = "get_logo",
    params(("workspace" = WorkspaceId, Path), ("digest" = LogoDigest, Path), IfNoneMatch),
    responses(
        (status = 200, description = "The image", headers(("ETag" = String)),
            content((Bytes = "image/png"), (Bytes = "image/jpeg"))),
        (status = 304, description = "As the caller has it", headers(("ETag" = String))),
        Common, NotFound,
    ),
)]
pub(super) async fn show(
    State(sandbox): App,
    Bearer(caller): Bearer,
    Ids((workspace, digest)): Ids<(String, String)>,
    known: Known,
) -> Result<Response, Denied> {
    let wanted = workspace.clone();
    let (digest, format) =
        sandbox.store.read(move |world, _| world.sight(&caller, &wanted)?.logo(&digest)).await??;
    let key = digest.clone();
    let bytes = sandbox.store.look(move |_, rows, _| rows.logo(&workspace, &key)).await?;
    let bytes = bytes.ok_or_else(|| Refusal::not_found(format_args!("logo `{digest}`")))?;
    Ok(answer::unless_known(&known, &digest, || {
        ([(header::CONTENT_TYPE, format.media_type())], bytes).into_response()
    }))
}
