//! The quickstart's steps: an owner creates a mini program, or invites a master to create one.

use super::{
    App,
    form::{Filled, Signed},
    frame::{Frame, Tab, look},
    invite::{InviteForm, empty, invite},
    page::{Page, go_to, ok},
    programs::form::{BasicForm, basic, create_basic},
    trouble::Trouble,
};
use crate::platform::sandbox::Role;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "start_program.html")]
struct Step1 {
    frame: Frame,
    form: BasicForm,
}

#[derive(Template)]
#[template(path = "start_member.html")]
struct Step2 {
    frame: Frame,
    form: InviteForm,
}

#[derive(Template)]
#[template(path = "start_master.html")]
struct Master {
    frame: Frame,
    form: InviteForm,
}

#[derive(Template)]
#[template(path = "start_done.html")]
struct Done {
    frame: Frame,
}

pub(super) async fn choose(
    State(sandbox): App,
    who: Signed,
    Path(workspace): Path<String>,
) -> Result<Response, Trouble> {
    let (frame, _) =
        look(&sandbox, &who, (&workspace, Tab::Programs), |view| view.sight.manager().map(drop))
            .await?;
    Ok(ok(Start { frame }))
}

/// A master fills in the whole form instead.
pub(super) async fn show_program(
    State(sandbox): App,
    who: Signed,
    Path(workspace): Path<String>,
) -> Result<Response, Trouble> {
    let (frame, role) = look(&sandbox, &who, (&workspace, Tab::Programs), |view| {
        view.sight.manager()?;
        Ok(view.own.role)
    })
    .await?;
    if role != Role::Owner {
        return Ok(go_to(&format!("/console/{workspace}/programs/new")));
    }
    Ok(ok(Step1 { frame, form: basic() }))
}

/// `Next` leads to the second step, `Skip for now` to the console; either creates.
pub(super) async fn create_program(
    State(sandbox): App,
    Path(workspace): Path<String>,
    filled: Filled,
) -> Result<Response, Trouble> {
    match create_basic(&sandbox, &workspace, &filled).await? {
        Ok(()) if filled.fields.text("then") == "next" => {
            Ok(go_to(&format!("/console/{workspace}/start/member")))
        }
        Ok(()) => Ok(go_to(&format!("/console/{workspace}/programs?done=created"))),
        Err((status, frame, form)) => Ok(Page(status, Step1 { frame, form }).into_response()),
    }
}

pub(super) async fn show_member(
    State(sandbox): App,
    who: Signed,
    Path(workspace): Path<String>,
) -> Result<Response, Trouble> {
    let (frame, form) = empty(&sandbox, &who, &workspace).await?;
    Ok(ok(Step2 { frame, form }))
}

pub(super) async fn invite_member(
    State(sandbox): App,
    Path(workspace): Path<String>,
    filled: Filled,
) -> Result<Response, Trouble> {
    match invite(&sandbox, &workspace, &filled).await? {
        Ok(()) => Ok(go_to(&format!("/console/{workspace}/start/done"))),
        Err((status, frame, form)) => Ok(Page(status, Step2 { frame, form }).into_response()),
    }
}

pub(super) async fn show_master(
    State(sandbox): App,
    who: Signed,
    Path(workspace): Path<String>,
) -> Result<Response, Trouble> {
    let (frame, form) = empty(&sandbox, &who, &workspace).await?;
    Ok(ok(Master { frame, form }))
}

pub(super) async fn invite_master(
    State(sandbox): App,
    Path(workspace): Path<String>,
    filled: Filled,
) -> Result<Response, Trouble> {
    match invite(&sandbox, &workspace, &filled).await? {
        Ok(()) => Ok(go_to(&format!("/console/{workspace}/start/done"))),
        Err((status, frame, form)) => Ok(Page(status, Master { frame, form }).into_response()),
    }
}

pub(super) async fn done(
    State(sandbox): App,
    who: Signed,
    Path(workspace): Path<String>,
) -> Result<Response, Trouble> {
    let (frame, ()) = look(&sandbox, &who, (&workspace, Tab::Programs), |_| Ok(())).await?;
    Ok(ok(Done { frame }))
}
