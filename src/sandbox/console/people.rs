//! A membership, as pages show it, with what the onlooker may do about it.

use super::{
    frame::{ALL, View, role_word},
    time::When,
};
use crate::platform::sandbox::{Member, MemberStatus, Role};
use std::collections::BTreeMap;

pub(super) struct Person {
    pub(super) id: String,
    pub(super) revision: u64,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: &'static str,
    pub(super) programs: Vec<String>,
    pub(super) status: &'static str,
    /// Which colour it has; the words say the same.
    pub(super) mood: &'static str,
    pub(super) since: Option<When>,
    pub(super) until: Option<When>,
    pub(super) invited_by: Option<String>,
    pub(super) times_sent: u32,
    pub(super) undelivered: Option<String>,
    pub(super) is_you: bool,
    pub(super) steps: Vec<Step>,
}

/// A button: what it does, by the last segment of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) path: &'static str,
    pub(super) label: &'static str,
    /// Takes access away.
    pub(super) is_grave: bool,
}

const RESEND: Step = Step { path: "resend", label: "Resend", is_grave: false };
const WITHDRAW: Step = Step { path: "withdraw", label: "Withdraw", is_grave: true };
const BLOCK: Step = Step { path: "block", label: "Block", is_grave: true };
const UNBLOCK: Step = Step { path: "unblock", label: "Unblock", is_grave: false };
const REMOVE: Step = Step { path: "remove", label: "Remove", is_grave: true };
const LEAVE: Step = Step { path: "leave", label: "Leave", is_grave: true };

/// The names of the programs that the onlooker sees, by id.
pub(super) type Names = BTreeMap<String, String>;

pub(super) fn names(view: &View<'_>) -> Names {
    let programs = view.sight.list_programs(ALL).items;
    programs.into_iter().map(|program| (program.id, program.name)).collect()
}

impl Person {
    pub(super) fn of(member: Member, view: &View<'_>, names: &Names) -> Self {
        let is_you = member.id == view.own.id;
        let (status, mood) = status(&member.status);
        let past = |at: &Option<String>| at.as_deref().and_then(|at| When::past(at, view.now));
        let until = member.expires_at.as_deref().and_then(|at| When::end(at, view.now));
        let trouble = view.undelivered.about(&member.id, member.times_sent);
        Self {
            undelivered: trouble.map(|trouble| trouble.why.clone()),
            steps: steps(&member, view.own.role, is_you),
            since: past(&member.active_since).or_else(|| past(&member.invited_at)),
            until,
            role: role_word(member.role),
            programs: member.programs.iter().filter_map(|id| names.get(id).cloned()).collect(),
            id: member.id,
            revision: member.revision,
            name: member.name,
            email: member.email,
            status,
            mood,
            invited_by: member.invited_by,
            times_sent: member.times_sent,
            is_you,
        }
    }
}

fn status(status: &MemberStatus) -> (&'static str, &'static str) {
    match status {
        MemberStatus::Invited => ("Invited", "waiting"),
        MemberStatus::Expired => ("Expired", "over"),
        MemberStatus::Refused => ("Refused", "over"),
        MemberStatus::Withdrawn => ("Withdrawn", "over"),
        MemberStatus::Active => ("Active", "good"),
        MemberStatus::Blocked => ("Blocked", "bad"),
        MemberStatus::Left => ("Left", "over"),
        MemberStatus::Other(_) => ("Unknown", "over"),
    }
}

/// What the rules would let the onlooker do. They decide again when a button is pressed.
fn steps(member: &Member, onlooker: Role, is_you: bool) -> Vec<Step> {
    let may_manage = onlooker != Role::Developer && member.role != Role::Owner && !is_you;
    let may_remove = may_manage && onlooker == Role::Owner;
    let offered = match member.status {
        MemberStatus::Invited => vec![(may_manage, WITHDRAW)],
        MemberStatus::Expired => vec![(may_manage, RESEND), (may_manage, WITHDRAW)],
        MemberStatus::Active => vec![
            (may_manage, BLOCK),
            (may_remove, REMOVE),
            (is_you && member.role != Role::Owner, LEAVE),
        ],
        MemberStatus::Blocked => vec![(may_manage, UNBLOCK), (may_remove, REMOVE)],
        MemberStatus::Refused | MemberStatus::Left => vec![(may_remove, REMOVE)],
        MemberStatus::Withdrawn | MemberStatus::Other(_) => Vec::new(),
    };
    offered.into_iter().filter_map(|(may, step)| may.then_some(step)).collect()
}
