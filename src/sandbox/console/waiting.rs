//! Everything that waits for a person, the soonest death first.

use super::{
    App,
    form::Signed,
    frame::{Frame, PAGE, Tab, look},
    members::{Asked, Pages, notice, value},
    page::ok,
    people::{Person, names},
    time::When,
    trouble::Trouble,
};
use crate::{
    model::WorkspaceId,
    platform::sandbox::MemberStatus,
    sandbox::{
        rule::Refusal,
        store::{Mail, MailState},
        world::PageOf,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::Timestamp;

#[derive(Template)]
#[template(path = "waiting.html")]
struct Waiting {
    frame: Frame,
    pending: Vec<Person>,
    expired: Vec<Person>,
    pages: Pages,
    mails: Vec<Held>,
    /// Further ones, that are older.
    n_more_mails: u64,
}

/// A mail that is not out.
struct Held {
    to: String,
    status: &'static str,
    mood: &'static str,
    reason: Option<String>,
    next: Option<When>,
}

pub(super) async fn show(
    State(sandbox): App,
    who: Signed,
    Path(workspace): Path<String>,
    asked: Asked,
) -> Result<Response, Trouble> {
    let done = notice(value(&asked, "done"));
    let (frame, (pending, expired, pages, now)) =
        look(&sandbox, &who, (&workspace, Tab::Waiting), move |view| {
            view.sight.manager()?;
            let watched = view.sight.watched()?;
            let list = |page, size| watched.list_unanswered(PageOf { page, size }, view.now);
            let pages = Pages::of(&asked, list(1, 1).total);
            let (pending, expired): (Vec<_>, Vec<_>) = list(pages.at, PAGE)
                .items
                .into_iter()
                .partition(|member| member.status == MemberStatus::Invited);
            let names = names(view);
            let people = |members: Vec<_>| -> Vec<_> {
                members.into_iter().map(|it| Person::of(it, view, &names)).collect()
            };
            Ok((people(pending), people(expired), pages, view.now))
        })
        .await?;
    let frame = frame.saying(done);
    let id: WorkspaceId =
        workspace.parse().map_err(|_| Refusal::not_found("workspace of that name"))?;
    let found = sandbox.store.mails_held(id, PageOf { page: 1, size: PAGE }).await?;
    let n_more_mails = found.total.saturating_sub(found.items.len() as u64);
    let mails = found.items.into_iter().filter_map(|mail| held(mail, now)).collect();
    Ok(ok(Waiting { frame, pending, expired, pages, mails, n_more_mails }))
}

fn held(mail: Mail, now: Timestamp) -> Option<Held> {
    let reason = mail.last_error?;
    let (status, mood, next) = match mail.state {
        MailState::Sent => return None,
        MailState::Queued => ("Queued", "waiting", When::end(&mail.next_at.to_string(), now)),
        MailState::Failed => ("Undeliverable", "bad", None),
    };
    Some(Held { to: mail.recipient, status, mood, reason: Some(reason), next })
}
