//! Who did what, when, and by which commit of the manifests.

use super::{
    App,
    form::Signed,
    frame::{Frame, PAGE, Tab, look},
    members::{Asked, Pages},
    page::ok,
    time::When,
    trouble::Trouble,
};
use crate::{
    model::WorkspaceId,
    platform::sandbox::Activity as Deed,
    sandbox::{rule::Refusal, world::PageOf},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::Timestamp;

#[derive(Template)]
#[template(path = "activity.html")]
struct Activity {
    frame: Frame,
    entries: Vec<Entry>,
    pages: Pages,
}

struct Entry {
    when: Option<When>,
    who: String,
    what: String,
    subject: String,
    commit: Option<String>,
}

pub(super) async fn show(
    State(sandbox): App,
    who: Signed,
    Path(workspace): Path<String>,
    asked: Asked,
) -> Result<Response, Trouble> {
    let (frame, now) = look(&sandbox, &who, (&workspace, Tab::Activity), |view| {
        view.sight.manager()?;
        Ok(view.now)
    })
    .await?;
    let id: WorkspaceId =
        workspace.parse().map_err(|_| Refusal::not_found("workspace of that name"))?;
    let list = |page, size| sandbox.store.activity(id.clone(), PageOf { page, size });
    let pages = Pages::of(&asked, list(1, 1).await?.total);
    let entries = list(pages.at, PAGE).await?.items.into_iter();
    let entries = entries.map(|deed| entry(deed, now)).collect();
    Ok(ok(Activity { frame, entries, pages }))
}

fn entry(deed: Deed, now: Timestamp) -> Entry {
    // A digest means nothing to people.
    let subject = if deed.verb == "upload-logo" { String::new() } else { deed.subject };
    Entry {
        when: When::past(&deed.at, now),
        who: deed.actor,
        what: past(&deed.verb),
        subject,
        commit: deed.commit,
    }
}

/// What was done, to stand before whom or what it was done to.
fn past(verb: &str) -> String {
    match verb {
        "create-workspace" => "created the workspace",
        "create-program" => "created the mini program",
        "edit-program" => "edited the mini program",
        "delete-program" => "deleted the mini program",
        "upload-logo" => "uploaded a logo",
        "invite" => "invited",
        "reinvite" => "withdrew an invitation, and sent another to",
        "edit-member" => "changed the role or mini programs of",
        "remove-member" => "removed",
        "resend" => "sent the invitation again to",
        "withdraw" => "withdrew the invitation of",
        "accept" => "accepted the invitation, as",
        "refuse" => "refused the invitation, as",
        "block" => "blocked",
        "unblock" => "unblocked",
        "leave" => "left the workspace, as",
        other => other,
    }
    .to_owned()
}
