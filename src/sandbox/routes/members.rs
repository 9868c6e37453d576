//! `/v1/workspaces/{workspace}/members`.

use super::{
    super::{
        store::{Reply, Undelivered},
        world::{Act, Command, Move},
    },
    App, answer,
    body::Json,
    denied::Denied,
    documented::{Body, Common, IfMatch, IfNoneMatch, Key, NotFound, Paging, Stale, Write},
    head::{Bearer, Head, Ids, Known, Paged},
    workspaces::write,
};
use crate::platform::{
    documented::{MemberId, WorkspaceId},
    sandbox::{Member, MemberPatch, MemberStatus, NewMember, Page},
};
use axum::{extract::State, http::StatusCode, response::Response};

/// The workspace's people, without withdrawn invitations; for a developer, the caller.
#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}/members", tag = "members",
    operation_id = "list_members",
    params(("workspace" = WorkspaceId, Path), Paging),
    responses(
        (status = 200, description = "A page of them", body = Page<Member>),
        Common, NotFound,
    ),
)]
pub(super) async fn list(
    State(sandbox): App,
    Bearer(caller): Bearer,
    Ids(workspace): Ids<String>,
    Paged(page): Paged,
) -> Result<Response, Denied> {
    let (mut page, undelivered) = sandbox
        .store
        .look(move |world, rows, now| {
            let page = world.sight(&caller, &workspace).map(|it| it.list_members(page, now));
            Ok((page, rows.undelivered(&workspace)?))
        })
        .await?;
    if let Ok(page) = &mut page {
        for member in &mut page.items {
            complain(member, &undelivered);
        }
    }
    Ok(answer::json(StatusCode::OK, &page?))
}

/// Invites somebody, for three days. `If-Match` is for whoever refused or left: it names the
/// membership that they had.
#[utoipa::path(
    post, path = "/v1/workspaces/{workspace}/members", tag = "members",
    operation_id = "invite_member",
    params(("workspace" = WorkspaceId, Path), Key, IfMatch), request_body = NewMember,
    responses(
        (status = 201, description = "Invited", body = Member,
            headers(("ETag" = String), ("Location" = String))),
        Common, Write, Stale, Body,
    ),
)]
pub(super) async fn invite(
    State(sandbox): App,
    head: Head,
    Ids(workspace): Ids<String>,
    Json { value, bytes }: Json<NewMember>,
) -> Result<Reply, Denied> {
    write(&sandbox, head, Command::Within(workspace, Act::Invite(value)), &bytes).await
}

#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}/members/{id}", tag = "members",
    operation_id = "get_member",
    params(("workspace" = WorkspaceId, Path), ("id" = MemberId, Path), IfNoneMatch),
    responses(
        (status = 200, description = "The membership", body = Member, headers(("ETag" = String))),
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
    let (found, undelivered) = sandbox
        .store
        .look(move |world, rows, now| {
            let found = world.sight(&caller, &workspace).and_then(|it| it.show_member(&id, now));
            Ok((found, rows.undelivered(&workspace)?))
        })
        .await?;
    let mut found = found?;
    // Another try of the mail is no change of the membership, but looks different.
    let tag = match complain(&mut found, &undelivered) {
        Some(attempts) => format!("{}.{attempts}", found.revision),
        None => found.revision.to_string(),
    };
    Ok(answer::tagged(&known, tag, &found))
}

/// Says why the mail of an invitation that is not answered did not arrive, and how often it was
/// tried.
fn complain(member: &mut Member, undelivered: &Undelivered) -> Option<u32> {
    let is_unanswered = matches!(member.status, MemberStatus::Invited | MemberStatus::Expired);
    let trouble = undelivered.about(&member.id, member.times_sent).filter(|_| is_unanswered)?;
    member.undelivered = Some(trouble.why.clone());
    Some(trouble.attempts)
}

/// Sets role and assignments of somebody who has joined.
#[utoipa::path(
    patch, path = "/v1/workspaces/{workspace}/members/{id}", tag = "members",
    operation_id = "edit_member",
    params(("workspace" = WorkspaceId, Path), ("id" = MemberId, Path), Key, IfMatch),
    request_body = MemberPatch,
    responses(
        (status = 200, description = "As it is now", body = Member, headers(("ETag" = String))),
        Common, Write, Stale, Body,
    ),
)]
pub(super) async fn edit(
    State(sandbox): App,
    head: Head,
    Ids((workspace, id)): Ids<(String, String)>,
    Json { value, bytes }: Json<MemberPatch>,
) -> Result<Reply, Denied> {
    let act = Act::EditMember { id, patch: value };
    write(&sandbox, head, Command::Within(workspace, act), &bytes).await
}

/// Withdraws an invitation and sends another to the same person: both, or neither. It is a
/// membership of its own; the one before is gone.
#[utoipa::path(
    post, path = "/v1/workspaces/{workspace}/members/{id}/reinvite", tag = "members",
    operation_id = "reinvite_member",
    params(("workspace" = WorkspaceId, Path), ("id" = MemberId, Path), Key, IfMatch),
    request_body = NewMember,
    responses(
        (status = 201, description = "Invited afresh", body = Member,
            headers(("ETag" = String), ("Location" = String))),
        Common, Write, Stale, Body,
    ),
)]
pub(super) async fn reinvite(
    State(sandbox): App,
    head: Head,
    Ids((workspace, id)): Ids<(String, String)>,
    Json { value, bytes }: Json<NewMember>,
) -> Result<Reply, Denied> {
    let act = Act::Reinvite { id, new: value };
    write(&sandbox, head, Command::Within(workspace, act), &bytes).await
}

/// Removes somebody from the workspace; for the owner.
#[utoipa::path(
    delete, path = "/v1/workspaces/{workspace}/members/{id}", tag = "members",
    operation_id = "remove_member",
    params(("workspace" = WorkspaceId, Path), ("id" = MemberId, Path), Key, IfMatch),
    responses((status = 204, description = "Gone"), Common, Write, Stale),
)]
pub(super) async fn remove(
    State(sandbox): App,
    head: Head,
    Ids((workspace, id)): Ids<(String, String)>,
) -> Result<Reply, Denied> {
    write(&sandbox, head, Command::Within(workspace, Act::RemoveMember { id }), b"").await
}

/// Declares the operation of each move.
macro_rules! moves {
    ($($(#[$doc:meta])* $name:ident $move:ident $path:literal $operation:literal;)+) => {$(
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, tag = "members", operation_id = $operation,
            params(("workspace" = WorkspaceId, Path), ("id" = MemberId, Path), Key, IfMatch),
            responses(
                (status = 200, description = "As it is now", body = Member,
                    headers(("ETag" = String))),
                Common, Write, Stale,
            ),
        )]
        pub(super) async fn $name(
            State(sandbox): App,
            head: Head,
            Ids((workspace, id)): Ids<(String, String)>,
        ) -> Result<Reply, Denied> {
            let act = Act::Move { id, to: Move::$move };
            write(&sandbox, head, Command::Within(workspace, act), b"").await
        }
    )+};
}

moves! {
    /// Sends an expired invitation again, for three more days.
    resend Resend "/v1/workspaces/{workspace}/members/{id}/resend" "resend_invitation";
    /// Takes an invitation back that nobody has accepted.
    withdraw Withdraw "/v1/workspaces/{workspace}/members/{id}/withdraw" "withdraw_invitation";
    /// Joins the workspace; for the invitee.
    accept Accept "/v1/workspaces/{workspace}/members/{id}/accept" "accept_invitation";
    /// Turns the invitation down; for the invitee.
    refuse Refuse "/v1/workspaces/{workspace}/members/{id}/refuse" "refuse_invitation";
    /// Takes a member's access, and keeps the membership.
    block Block "/v1/workspaces/{workspace}/members/{id}/block" "block_member";
    /// Gives a blocked member access again.
    unblock Unblock "/v1/workspaces/{workspace}/members/{id}/unblock" "unblock_member";
    /// Leaves the workspace; for the member.
    leave Leave "/v1/workspaces/{workspace}/members/{id}/leave" "leave_workspace";
}
