//! Every invitation that is or was: what the platform has of it, and what the plan makes of that.

use super::view::{PlanView, WorkspaceView};
use crate::{
    model::{ActualMember, Email, Invitation as Given, Membership, ProgramKey, ProgramRef, Role},
    plan::{InvitationPolicy, Note, Term},
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What was found on the platform, and how often the policy lets somebody be asked.
#[derive(Debug, Clone, Copy)]
pub struct InvitationsView<'a> {
    pub plan: &'a PlanView<'a>,
    pub policy: InvitationPolicy,
}

#[derive(Debug, Clone)]
pub(super) struct Invitation<'a> {
    pub(super) workspace: &'a WorkspaceView<'a>,
    pub(super) email: &'a Email,
    pub(super) name: &'a str,
    pub(super) role: Role<ProgramRef>,
    pub(super) state: State,
    /// As the planner counts: for what the manifests ask for now, and by us.
    pub(super) sends: u32,
    /// Where the platform tells.
    pub(super) invited_by: Option<&'a Email>,
    /// Why the mail did not arrive, in the platform's words: never trusted.
    pub(super) undelivered: Option<&'a str>,
    /// What the plan says of it, where that is more than what stands here.
    pub(super) note: Option<&'a Note>,
}

/// In the order in which somebody would look at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Pending {
        term: Term,
        is_urgent: bool,
    },
    /// The platform takes no more now.
    Queued {
        at: Timestamp,
    },
    /// Has expired, and is sent again.
    Resting {
        at: Timestamp,
    },
    Expired {
        since: Timestamp,
    },
    GaveUp,
    Refused,
    Left,
    Withdrawn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Waiting,
    Later,
    Ended,
}

impl State {
    pub(super) fn group(self) -> Group {
        match self {
            Self::Pending { .. } => Group::Waiting,
            Self::Queued { .. } | Self::Resting { .. } => Group::Later,
            Self::Expired { .. } | Self::GaveUp | Self::Refused | Self::Left | Self::Withdrawn => {
                Group::Ended
            }
        }
    }

    /// When time decides about it, or did.
    fn due(self) -> Timestamp {
        match self {
            Self::Pending { term, .. } => term.expires,
            Self::Queued { at } | Self::Resting { at } => at,
            Self::Expired { since } => since,
            Self::GaveUp | Self::Refused | Self::Left | Self::Withdrawn => Timestamp::MAX,
        }
    }
}

impl<'a> InvitationsView<'a> {
    /// How often somebody is asked at most, before it is given up.
    pub(super) fn most_sends(&self) -> u32 {
        self.policy.max_resends.saturating_add(1)
    }

    /// Whose time is up first comes first; what has ended comes last.
    pub(super) fn invitations(&self) -> Vec<Invitation<'a>> {
        let mut all: Vec<_> = self.plan.workspaces.iter().flat_map(of_workspace).collect();
        all.sort_by_key(|it| (it.state.group(), it.state.due(), it.email, it.workspace.id));
        all
    }
}

fn of_workspace<'a>(workspace: &'a WorkspaceView<'a>) -> Vec<Invitation<'a>> {
    let mut notes = notes(workspace);
    let mut all = Vec::new();
    for (email, found) in &workspace.actual.members {
        let note = notes.remove(email);
        let Some((role, state)) = state(found, note) else { continue };
        all.push(Invitation {
            workspace,
            email,
            name: workspace.name(email).unwrap_or_default(),
            role: named(workspace, role, found),
            state,
            sends: found.sends,
            invited_by: found.history.invited_by.as_ref(),
            undelivered: found.undelivered.as_deref(),
            note,
        });
    }
    // Whom the platform knows nothing of yet.
    all.extend(notes.into_iter().filter_map(|(email, note)| queued(workspace, email, note)));
    all
}

/// What the plan says of people's invitations; at most one note each.
fn notes<'a>(workspace: &'a WorkspaceView<'a>) -> BTreeMap<&'a Email, &'a Note> {
    let notes = workspace.plan.notes.iter().filter_map(|note| {
        if let Note::WaitingForMember { email, .. }
        | Note::Queued { email, .. }
        | Note::Resting { email, .. }
        | Note::GaveUp { email, .. }
        | Note::Left { email, .. }
        | Note::InvitationLapsed { email, .. } = note
        {
            Some((email, note))
        } else {
            None
        }
    });
    notes.collect()
}

/// `None`: they have joined, or nothing is known.
fn state<'a>(
    found: &'a ActualMember,
    note: Option<&Note>,
) -> Option<(&'a Role<ProgramKey>, State)> {
    let (role, given) = match &found.membership {
        Membership::Invited(role, given) => (role, *given),
        Membership::Left(role) => return Some((role, by_note(note).unwrap_or(State::Left))),
        Membership::Active(_) | Membership::Blocked(_) | Membership::Unrecognised(_) => {
            return None;
        }
    };
    let state = match given {
        Given::Pending { sent, expires } => {
            let is_urgent = matches!(note, Some(Note::WaitingForMember { is_urgent: true, .. }));
            State::Pending { term: Term { sent, expires }, is_urgent }
        }
        Given::Expired { since } => by_note(note).unwrap_or(State::Expired { since }),
        Given::Refused => by_note(note).unwrap_or(State::Refused),
        Given::Withdrawn => by_note(note).unwrap_or(State::Withdrawn),
    };
    Some((role, state))
}

/// What the planner has decided about an invitation that has ended.
fn by_note(note: Option<&Note>) -> Option<State> {
    if let Some(Note::Queued { at, .. }) = note {
        Some(State::Queued { at: *at })
    } else if let Some(Note::Resting { at, .. }) = note {
        Some(State::Resting { at: *at })
    } else if let Some(Note::GaveUp { .. }) = note {
        Some(State::GaveUp)
    } else {
        None
    }
}

fn queued<'a>(
    workspace: &'a WorkspaceView<'a>,
    email: &'a Email,
    note: &'a Note,
) -> Option<Invitation<'a>> {
    let Note::Queued { name, at, .. } = note else { return None };
    let wanted = workspace.desired.members.get(email)?;
    Some(Invitation {
        workspace,
        email,
        name,
        role: keyed(workspace, &wanted.role_on(workspace.today())),
        state: State::Queued { at: *at },
        sends: 0,
        invited_by: None,
        undelivered: None,
        note: Some(note),
    })
}

fn named(
    workspace: &WorkspaceView<'_>,
    role: &Role<ProgramKey>,
    found: &ActualMember,
) -> Role<ProgramRef> {
    let mut role = keyed(workspace, role);
    if let Role::Developer(programs) = &mut role {
        let strangers = found.elsewhere.iter().cloned();
        programs.extend(strangers.map(|id| ProgramRef::Existing { key: None, id }));
    }
    role
}

fn keyed(workspace: &WorkspaceView<'_>, role: &Role<ProgramKey>) -> Role<ProgramRef> {
    let program = |key: &ProgramKey| match workspace.actual.programs.get(key) {
        Some(found) => ProgramRef::Existing { key: Some(key.clone()), id: found.seen.id.clone() },
        None => ProgramRef::New(key.clone()),
    };
    match role {
        Role::Owner => Role::Owner,
        Role::Master => Role::Master,
        Role::Developer(keys) => Role::Developer(keys.iter().map(program).collect()),
    }
}
