//! `/v1/workspaces/{workspace}/programs`.

use super::{
    super::{
        store::Reply,
        world::{Act, Command},
    },
    App, answer,
    body::Json,
    denied::Denied,
    documented::{Body, Common, IfMatch, IfNoneMatch, Key, NotFound, Paging, Stale, Write},
    head::{Bearer, Head, Ids, Known, Paged},
    workspaces::write,
};
use crate::platform::{
    documented::{ProgramId, WorkspaceId},
    sandbox::{NewProgram, Page, Program, ProgramPatch},
};
use axum::{extract::State, http::StatusCode, response::Response};

/// The workspace's mini programs; for a developer, the assigned ones.
#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}/programs", tag = "programs",
    operation_id = "list_programs",
    params(("workspace" = WorkspaceId, Path), Paging),
    responses(
        (status = 200, description = "A page of them", body = Page<Program>),
        Common, NotFound,
    ),
)]
pub(super) async fn list(
    State(sandbox): App,
    Bearer(caller): Bearer,
    Ids(workspace): Ids<String>,
    Paged(page): Paged,
) -> Result<Response, Denied> {
    let page = sandbox
        .store
        .read(move |world, _| {
            world.sight(&caller, &workspace).map(|sight| sight.list_programs(page))
        })
        .await??;
    Ok(answer::json(StatusCode::OK, &page))
}

/// Creates a mini program; the caller becomes its first admin.
#[utoipa::path(
    post, path = "/v1/workspaces/{workspace}/programs", tag = "programs",
    operation_id = "create_program",
    params(("workspace" = WorkspaceId, Path), Key), request_body = NewProgram,
    responses(
        (status = 201, description = "Created", body = Program,
            headers(("ETag" = String), ("Location" = String))),
        Common, Write, Body,
    ),
)]
pub(super) async fn create(
    State(sandbox): App,
    head: Head,
    Ids(workspace): Ids<String>,
    Json { value, bytes }: Json<NewProgram>,
) -> Result<Reply, Denied> {
    let command = Command::Within(workspace, Act::CreateProgram(value));
    write(&sandbox, head, command, &bytes).await
}

#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}/programs/{id}", tag = "programs",
    operation_id = "get_program",
    params(("workspace" = WorkspaceId, Path), ("id" = ProgramId, Path), IfNoneMatch),
    responses(
        (status = 200, description = "It", body = Program, headers(("ETag" = String))),
        (status = 304, description = "As the caller has it", headers(("ETag" = String))),
        Common, NotFound,
    ),
)]
pub(super) async fn show(
    State(sandbox): App,
    Bearer(caller): Bearer,
    Ids((workspace, id)): Ids<(String, String)>,
    known: Known,
) -> Result<Response, Denied> {
    let found = sandbox
        .store
        .read(move |world, _| world.sight(&caller, &workspace)?.show_program(&id))
        .await??;
    Ok(answer::tagged(&known, found.revision, &found))
}

/// Edits a mini program; what is not in the body stays as it is.
#[utoipa::path(
    patch, path = "/v1/workspaces/{workspace}/programs/{id}", tag = "programs",
    operation_id = "edit_program",
    params(("workspace" = WorkspaceId, Path), ("id" = ProgramId, Path), Key, IfMatch),
    request_body = ProgramPatch,
    responses(
        (status = 200, description = "As it is now", body = Program, headers(("ETag" = String))),
        Common, Write, Stale, Body,
    ),
)]
pub(super) async fn edit(
    State(sandbox): App,
    head: Head,
    Ids((workspace, id)): Ids<(String, String)>,
    Json { value, bytes }: Json<ProgramPatch>,
) -> Result<Reply, Denied> {
    let act = Act::EditProgram { id, patch: value };
    write(&sandbox, head, Command::Within(workspace, act), &bytes).await
}

/// Deletes a mini program, and takes it out of everybody's assignments.
#[utoipa::path(
    delete, path = "/v1/workspaces/{workspace}/programs/{id}", tag = "programs",
    operation_id = "delete_program",
    params(("workspace" = WorkspaceId, Path), ("id" = ProgramId, Path), Key, IfMatch),
    responses((status = 204, description = "It is gone"), Common, Write, Stale),
)]
pub(super) async fn delete(
    State(sandbox): App,
    head: Head,
    Ids((workspace, id)): Ids<(String, String)>,
) -> Result<Reply, Denied> {
    write(&sandbox, head, Command::Within(workspace, Act::DeleteProgram { id }), b"").await
}
