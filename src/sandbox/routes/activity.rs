//! `/v1/workspaces/{workspace}/activity`.

use super::{
    super::store::Listed,
    App, answer,
    denied::Denied,
    documented::{Common, NotFound, Paging, Reserved},
    head::{Bearer, Ids, Paged},
};
use crate::platform::{
    documented::WorkspaceId,
    sandbox::{Activity, Page},
};
use axum::{extract::State, http::StatusCode, response::Response};

/// What was done in the workspace, by whom and by which commit, newest first; for the owner,
/// masters and the operator.
#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}/activity", tag = "workspaces",
    operation_id = "list_activity",
    params(("workspace" = WorkspaceId, Path), Paging),
    responses(
        (status = 200, description = "A page of it", body = Page<Activity>),
        Common, Reserved, NotFound,
    ),
)]
pub(super) async fn list(
    State(sandbox): App,
    Bearer(caller): Bearer,
    Ids(workspace): Ids<String>,
    Paged(page): Paged,
) -> Result<Response, Denied> {
    let found = sandbox
        .store
        .look(move |world, rows, _| {
            let watched = world.sight(&caller, &workspace).and_then(|sight| sight.watched());
            Ok(match watched {
                Ok(watched) => {
                    Ok((rows.activity(watched.id().as_str(), page)?, watched.revision()))
                }
                Err(refusal) => Err(refusal),
            })
        })
        .await?;
    let (Listed { items, total }, revision) = found?;
    let page = Page { items, page: page.page, page_size: page.size, total, revision };
    Ok(answer::json(StatusCode::OK, &page))
}
