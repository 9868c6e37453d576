//! What is around every page of a workspace, and who looks at it.

use super::{
    form::Signed,
    session::{Guest, Purpose},
    trouble::Trouble,
};
use crate::{
    platform::sandbox::{Me, Member, MemberStatus, Role},
    sandbox::{
        rule::Refusal,
        server::Sandbox,
        store::Undelivered,
        token::random_hex,
        world::{PageOf, Sight},
    },
};
use jiff::Timestamp;

/// Everything there is; a page of a list has [`PAGE`].
pub(super) const ALL: PageOf = PageOf { page: 1, size: u32::MAX };
pub(super) const PAGE: u32 = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Programs,
    Members,
    Waiting,
    Activity,
}

#[derive(Debug)]
pub(super) struct Frame {
    pub(super) person: String,
    pub(super) workspace: String,
    pub(super) role: &'static str,
    /// Where else this person is at home.
    pub(super) others: Vec<String>,
    pub(super) is_manager: bool,
    pub(super) is_owner: bool,
    pub(super) tab: Tab,
    pub(super) seal: String,
    /// Makes every form that is shown a different one.
    pub(super) key: String,
    pub(super) notice: Option<&'static str>,
    /// As of which change the page is: an open page hears of later ones.
    pub(super) tick: u64,
}

/// A workspace as the person who is signed in sees it.
pub(super) struct View<'w> {
    pub(super) sight: Sight<'w>,
    pub(super) own: &'w Member,
    pub(super) undelivered: &'w Undelivered,
    pub(super) now: Timestamp,
}

impl Frame {
    pub(super) fn is_at(&self, tab: Tab) -> bool {
        self.tab == tab
    }

    #[must_use]
    pub(super) fn saying(self, notice: Option<&'static str>) -> Self {
        Self { notice, ..self }
    }
}

/// Reads what a page shows, all at one moment.
pub(super) async fn look<T: Send + 'static>(
    sandbox: &Sandbox,
    who: &Signed,
    (workspace, tab): (&str, Tab),
    read: impl FnOnce(&View<'_>) -> Result<T, Refusal> + Send + 'static,
) -> Result<(Frame, T), Trouble> {
    let (caller, id) = (who.caller(), workspace.to_owned());
    // Before looking: rather one look too many than a change unseen.
    let tick = *sandbox.store.changed().borrow();
    let (me, found) = sandbox
        .store
        .look(move |world, rows, now| {
            let me = world.me(&caller, now);
            let undelivered = rows.undelivered(&id)?;
            let found = world.sight(&caller, &id).and_then(|sight| {
                let own = joined(&me, &id)?;
                read(&View { sight, own, undelivered: &undelivered, now })
            });
            Ok((me, found))
        })
        .await?;
    let found = found?;
    let own = joined(&me, workspace)?;
    let frame = Frame {
        person: who.guest.email.to_string(),
        workspace: workspace.to_owned(),
        role: role_word(own.role),
        others: others(&me, (&who.guest, workspace)),
        is_manager: own.role != Role::Developer,
        is_owner: own.role == Role::Owner,
        tab,
        seal: sandbox.sessions.seal(Purpose::Session, &who.word),
        key: random_hex()?,
        notice: None,
        tick,
    };
    Ok((frame, found))
}

/// The own membership, of somebody who has joined: the others see no more than their invitation.
fn joined<'m>(me: &'m Me, workspace: &str) -> Result<&'m Member, Refusal> {
    me.memberships
        .iter()
        .find(|mine| mine.workspace == workspace && mine.member.status == MemberStatus::Active)
        .map(|mine| &mine.member)
        .ok_or_else(|| Refusal::not_found(format_args!("workspace `{workspace}` for you")))
}

fn others(me: &Me, (guest, workspace): (&Guest, &str)) -> Vec<String> {
    me.memberships
        .iter()
        .filter(|mine| mine.workspace != workspace && mine.member.status == MemberStatus::Active)
        .filter(|mine| guest.may_enter(&mine.workspace))
        .map(|mine| mine.workspace.clone())
        .collect()
}

pub(super) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Master => "Master",
        Role::Developer => "Developer",
    }
}
