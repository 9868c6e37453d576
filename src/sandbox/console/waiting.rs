//! Everything that waits for a person, the soonest death first.

use super::{
    App,
    form::Signed,
    frame::{ALL, Frame, Tab, look},
    members::{Asked, notice, value},
    page::ok,
    people::{Person, names},
    time::When,
    trouble::Trouble,
};
use crate::{
    model::WorkspaceId,
    platform::sandbox::{Member, MemberStatus},
    sandbox::{
        rule::Refusal,
        store::{Mail, MailState},
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
    mails: Vec<Held>,
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
    let (frame, (pending, expired, now)) =
        look(&sandbox, &who, (&workspace, Tab::Waiting), |view| {
            view.sight.manager()?;
            let names = names(view);
            let mut members = view.sight.list_members(ALL, view.now).items;
            members.sort_by_key(deadline);
            let with = |status: MemberStatus| {
                let found = members.iter().filter(|member| member.status == status);
                found.map(|member| Person::of(member.clone(), view, &names)).collect::<Vec<_>>()
            };
            Ok((with(MemberStatus::Invited), with(MemberStatus::Expired), view.now))
        })
        .await?;
    let frame = frame.saying(notice(value(&asked, "done")));
    let id: WorkspaceId =
        workspace.parse().map_err(|_| Refusal::not_found("workspace of that name"))?;
    let mails = sandbox.store.mails(id, ALL).await?.items;
    let mails = mails.into_iter().filter_map(|mail| held(mail, now)).collect();
    Ok(ok(Waiting { frame, pending, expired, mails }))
}

/// What is on its way at once is nothing to tell; what has failed at least once is.
fn held(mail: Mail, now: Timestamp) -> Option<Held> {
    let reason = mail.last_error?;
    let (status, mood, next) = match mail.state {
        MailState::Sent => return None,
        MailState::Queued => ("Queued", "waiting", When::end(&mail.next_at.to_string(), now)),
        MailState::Failed => ("Undeliverable", "bad", None),
    };
    Some(Held { to: mail.recipient, status, mood, reason: Some(reason), next })
}

fn deadline(member: &Member) -> Option<Timestamp> {
    member.expires_at.as_deref().and_then(|at| at.parse().ok())
}
