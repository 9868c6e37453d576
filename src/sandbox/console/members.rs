//! The members page, and what can be done there.

use super::{
    App,
    act::act,
    form::{Filled, Signed},
    frame::{Frame, PAGE, Tab, look},
    page::{go_to, ok},
    people::{Person, names},
    trouble::Trouble,
};
use crate::sandbox::{
    rule::Refusal,
    world::{Act, Move, PageOf},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};

#[derive(Template)]
#[template(path = "members.html")]
struct Members {
    frame: Frame,
    people: Vec<Person>,
    pages: Pages,
}

/// Which page of a long list, and which others there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pages {
    pub(super) at: u32,
    pub(super) last: u32,
    pub(super) total: u64,
}

pub(super) type Asked = Query<Vec<(String, String)>>;

impl Pages {
    pub(super) fn of(asked: &Asked, total: u64) -> Self {
        let last = u32::try_from(total.div_ceil(u64::from(PAGE))).unwrap_or(u32::MAX).max(1);
        let at = value(asked, "page").and_then(|page| page.parse().ok()).unwrap_or(1);
        Self { at: at.clamp(1, last), last, total }
    }
}

pub(super) fn value<'a>(asked: &'a Asked, name: &str) -> Option<&'a str> {
    asked.iter().find_map(|(found, value)| (found == name).then_some(value.as_str()))
}

pub(super) async fn list(
    State(sandbox): App,
    who: Signed,
    Path(workspace): Path<String>,
    asked: Asked,
) -> Result<Response, Trouble> {
    let done = notice(value(&asked, "done"));
    let (frame, (people, pages)) = look(&sandbox, &who, (&workspace, Tab::Members), move |view| {
        let names = names(view);
        let list = |page, size| view.sight.list_members(PageOf { page, size }, view.now);
        let pages = Pages::of(&asked, list(1, 1).total);
        let people = list(pages.at, PAGE).items;
        let people: Vec<_> = people.into_iter().map(|it| Person::of(it, view, &names)).collect();
        Ok((people, pages))
    })
    .await?;
    Ok(ok(Members { frame: frame.saying(done), people, pages }))
}

pub(super) fn notice(done: Option<&str>) -> Option<&'static str> {
    Some(match done? {
        "invited" => "The invitation is on its way.",
        "resend" => "The invitation was sent again, and is valid for 3 days.",
        "withdraw" => "The invitation was withdrawn.",
        "block" => "The member is blocked.",
        "unblock" => "The member is unblocked.",
        "remove" => "The member was removed from the workspace.",
        "created" => "The mini program was created.",
        "joined" => "Welcome! You are a member of this workspace now.",
        _ => return None,
    })
}

/// `…/members/{id}/{step}`: a move, or a removal.
pub(super) async fn step(
    State(sandbox): App,
    Path((workspace, id, step)): Path<(String, String, String)>,
    filled: Filled,
) -> Result<Response, Trouble> {
    let to = Move::ALL.into_iter().find(|to| to.as_str() == step);
    let wish = match to {
        Some(to) => Act::Move { id, to },
        None if step == "remove" => Act::RemoveMember { id },
        None => return Err(Refusal::not_found(format_args!("step `{step}`")).into()),
    };
    act(&sandbox, &filled, (&workspace, wish)).await?;
    let here = if filled.fields.text("from") == "waiting" { "waiting" } else { "members" };
    Ok(go_to(&match to {
        Some(Move::Accept) => format!("/console/{workspace}/programs?done=joined"),
        Some(Move::Refuse | Move::Leave) => "/console".to_owned(),
        Some(Move::Resend | Move::Withdraw | Move::Block | Move::Unblock) | None => {
            format!("/console/{workspace}/{here}?done={step}")
        }
    }))
}
