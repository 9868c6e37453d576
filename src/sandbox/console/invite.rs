//! Inviting somebody: the quickstart's "Add members".

use super::{
    App,
    act::act,
    form::{Fields, Filled, Signed},
    frame::{Frame, Tab, look},
    input::{Input, Kind},
    page::{Page, go_to, ok},
    people::{Names, names},
    problems::{Problems, status},
    trouble::Trouble,
};
use crate::{
    platform::sandbox::{NewMember, Role},
    sandbox::{server::Sandbox, store::Fault, world::Act},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "invite.html")]
struct Invite {
    frame: Frame,
    form: InviteForm,
}

#[derive(Debug)]
pub(super) struct InviteForm {
    pub(super) inputs: Vec<Input>,
    pub(super) is_developer: bool,
    pub(super) programs: Vec<Choice>,
    pub(super) problems: Problems,
}

#[derive(Debug)]
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) is_chosen: bool,
}

/// A form that was refused, to be mended.
pub(super) type Again = (StatusCode, Frame, InviteForm);

pub(super) async fn show(
    State(sandbox): App,
    who: Signed,
    Path(workspace): Path<String>,
) -> Result<Response, Trouble> {
    let (frame, form) = empty(&sandbox, &who, &workspace).await?;
    Ok(ok(Invite { frame, form }))
}

pub(super) async fn send(
    State(sandbox): App,
    Path(workspace): Path<String>,
    filled: Filled,
) -> Result<Response, Trouble> {
    match invite(&sandbox, &workspace, &filled).await? {
        Ok(()) => Ok(go_to(&format!("/console/{workspace}/members?done=invited"))),
        Err((status, frame, form)) => Ok(Page(status, Invite { frame, form }).into_response()),
    }
}

pub(super) async fn empty(
    sandbox: &Sandbox,
    who: &Signed,
    workspace: &str,
) -> Result<(Frame, InviteForm), Trouble> {
    form(sandbox, (who, workspace), &Fields::default(), Problems::default()).await
}

pub(super) async fn invite(
    sandbox: &Sandbox,
    workspace: &str,
    filled: &Filled,
) -> Result<Result<(), Again>, Trouble> {
    let Filled { who, fields } = filled;
    let (role, programs) = match fields.text("role") {
        "developer" => (Role::Developer, fields.set("program")),
        _ => (Role::Master, BTreeSet::new()),
    };
    let (name, email) = (fields.text("name").to_owned(), fields.text("email").to_owned());
    let new = NewMember { name, email, role, programs };
    match act(sandbox, filled, (workspace, Act::Invite(new))).await {
        Ok(_) => Ok(Ok(())),
        Err(Fault::Refused(refusal)) => {
            let problems = Problems::of(&refusal);
            let (frame, form) = form(sandbox, (who, workspace), fields, problems).await?;
            Ok(Err((status(&refusal), frame, form)))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// With what was filled in, for those who may invite.
async fn form(
    sandbox: &Sandbox,
    (who, workspace): (&Signed, &str),
    fields: &Fields,
    problems: Problems,
) -> Result<(Frame, InviteForm), Trouble> {
    let (frame, names): (_, Names) = look(sandbox, who, (workspace, Tab::Members), |view| {
        view.sight.manager()?;
        Ok(names(view))
    })
    .await?;
    let chosen = fields.set("program");
    let choice = |(id, name)| Choice { is_chosen: chosen.contains(&id), id, name };
    let form = InviteForm {
        inputs: inputs(fields, &problems),
        is_developer: fields.text("role") == "developer",
        programs: names.into_iter().map(choice).collect(),
        problems,
    };
    Ok((frame, form))
}

/// With the words of the quickstart.
fn inputs(fields: &Fields, problems: &Problems) -> Vec<Input> {
    let name = Input::line("name", "Name", "The member that you want to invite to the platform.");
    let email = Input::line("email", "Email", "Where the invitation goes. It is valid for 3 days.");
    vec![
        name.filled(fields.text("name"), problems, "/name"),
        email.of_kind(Kind::Email).filled(fields.text("email"), problems, "/email"),
    ]
}
