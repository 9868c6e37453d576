//! `/v1/workspaces`.

use super::{
    super::{server::Sandbox, store::Reply, world::Command},
    App, answer,
    body::Json,
    denied::Denied,
    documented::{Body, Common, IfNoneMatch, Key, NotFound, Operate, Paging},
    head::{Bearer, Head, Ids, Known, Paged},
};
use crate::platform::{
    documented::WorkspaceId,
    sandbox::{NewWorkspace, Page, Workspace},
};
use axum::{extract::State, http::StatusCode, response::Response};

/// The workspaces that the caller has to do with; all of them for the operator.
#[utoipa::path(
    get, path = "/v1/workspaces", tag = "workspaces", operation_id = "list_workspaces",
    params(Paging),
    responses((status = 200, description = "A page of them", body = Page<Workspace>), Common),
)]
pub(super) async fn list(
    State(sandbox): App,
    Bearer(caller): Bearer,
    Paged(page): Paged,
) -> Result<Response, Denied> {
    let page = sandbox.store.read(move |world, _| world.list_workspaces(&caller, page)).await?;
    Ok(answer::json(StatusCode::OK, &page))
}

/// Makes a workspace with its owner; for the operator.
#[utoipa::path(
    post, path = "/v1/workspaces", tag = "workspaces", operation_id = "create_workspace",
    params(Key), request_body = NewWorkspace,
    responses(
        (status = 201, description = "Made", body = Workspace,
            headers(("ETag" = String), ("Location" = String))),
        Common, Operate, Body,
    ),
)]
pub(super) async fn create(
    State(sandbox): App,
    head: Head,
    Json { value, bytes }: Json<NewWorkspace>,
) -> Result<Reply, Denied> {
    write(&sandbox, head, Command::CreateWorkspace(value), &bytes).await
}

#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}", tag = "workspaces", operation_id = "get_workspace",
    params(("workspace" = WorkspaceId, Path), IfNoneMatch),
    responses(
        (status = 200, description = "It", body = Workspace, headers(("ETag" = String))),
        (status = 304, description = "As the caller has it", headers(("ETag" = String))),
        Common, NotFound,
    ),
)]
pub(super) async fn show(
    State(sandbox): App,
    Bearer(caller): Bearer,
    Ids(workspace): Ids<String>,
    known: Known,
) -> Result<Response, Denied> {
    let found = sandbox
        .store
        .read(move |world, now| {
            world.sight(&caller, &workspace).map(|sight| sight.show_workspace(now))
        })
        .await??;
    Ok(answer::tagged(&known, found.revision, &found))
}

/// The one way in which everything but tokens is written.
pub(super) async fn write(
    sandbox: &Sandbox,
    head: Head,
    command: Command,
    body: &[u8],
) -> Result<Reply, Denied> {
    let write = head.with(command, body);
    let written = sandbox.store.write(write).await;
    written.map_err(|fault| Denied::from(fault).renewing((sandbox.clock)()))
}
