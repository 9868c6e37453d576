//! Every invitation as a row, whose time is up first.

use super::{
    escape::{code, phrase},
    page::Page,
    plan::{NOTES, row, unread},
};
use crate::report::{
    invitation::{Group, Invitation, InvitationsView},
    wording::invitation,
};

/// A table for those who wait for an answer, one for those that go later, one for the ended.
pub fn invitations(view: &InvitationsView<'_>) -> String {
    let all = view.invitations();
    let mut page = Page::default();
    page.add(&format!("### minisync invitations\n\n{}\n", invitation::summary(&all)), 0);
    unread(&mut page, view.plan);
    for group in Group::ALL {
        let rows: Vec<String> = all
            .iter()
            .filter(|it| it.state.group() == group)
            .map(|it| invitation_row(it, view))
            .collect();
        page.add_rows(&format!("\n**{}**\n{NOTES}", group.heading()), rows.into_iter(), "");
    }
    page.finish()
}

fn invitation_row(it: &Invitation<'_>, view: &InvitationsView<'_>) -> String {
    let sign = it.mark().sign().trim();
    let mark = if sign.is_empty() { String::new() } else { format!("`{sign}`") };
    let person = format!("{} in {}", code(&it.person()), code(it.workspace.id.as_str()));
    let help = it.help().map(|help| phrase(&help)).unwrap_or_default();
    row([&mark, &person, &phrase(&it.text(view)), &help])
}
