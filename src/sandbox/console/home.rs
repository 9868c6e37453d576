//! Where somebody arrives: their workspaces, and the invitations that wait for them.

use super::{
    App,
    form::Signed,
    frame::{ALL, Tab, look, role_word},
    page::{go_to, ok},
    session::Purpose,
    time::When,
    trouble::Trouble,
};
use crate::platform::sandbox::{MemberStatus, Mine, Role};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::Timestamp;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    person: String,
    seal: String,
    joined: Vec<Place>,
    invited: Vec<Place>,
}

struct Place {
    workspace: String,
    role: &'static str,
    member: String,
    revision: u64,
    invited_by: String,
    until: Option<When>,
}

/// `/`
pub(super) async fn front_door() -> Response {
    go_to("/console")
}

/// `/console`: straight into the only workspace, where nothing has to be decided.
pub(super) async fn show(State(sandbox): App, who: Signed) -> Result<Response, Trouble> {
    let caller = who.caller();
    let (me, now) = sandbox.store.read(move |world, now| (world.me(&caller, now), now)).await?;
    let with = |status: &MemberStatus| {
        let here = me.memberships.iter().filter(|mine| who.guest.may_enter(&mine.workspace));
        let found = here.filter(|mine| mine.member.status == *status);
        found.map(|mine| place(mine, now)).collect::<Vec<_>>()
    };
    let (joined, invited) = (with(&MemberStatus::Active), with(&MemberStatus::Invited));
    match (joined.as_slice(), invited.as_slice()) {
        ([only], []) => Ok(go_to(&format!("/console/{}", only.workspace))),
        _ => {
            let seal = sandbox.sessions.seal(Purpose::Session, &who.word);
            Ok(ok(Home { person: who.guest.email.to_string(), seal, joined, invited }))
        }
    }
}

/// `/console/{workspace}`: an owner without a mini program begins with the quickstart.
pub(super) async fn enter(
    State(sandbox): App,
    who: Signed,
    Path(workspace): Path<String>,
) -> Result<Response, Trouble> {
    let (_, is_new) = look(&sandbox, &who, (&workspace, Tab::Programs), |view| {
        Ok(view.own.role == Role::Owner && view.sight.list_programs(ALL).total == 0)
    })
    .await?;
    let page = if is_new { "start" } else { "programs" };
    Ok(go_to(&format!("/console/{workspace}/{page}")))
}

fn place(mine: &Mine, now: Timestamp) -> Place {
    let member = &mine.member;
    Place {
        workspace: mine.workspace.clone(),
        role: role_word(member.role),
        member: member.id.clone(),
        revision: member.revision,
        invited_by: member.invited_by.clone().unwrap_or_default(),
        until: member.expires_at.as_deref().and_then(|at| When::end(at, now)),
    }
}
