//! Every invitation that is or was.

use super::{
    Place, VERSION,
    plan::{Unread, unread},
    step::{Role, Standing},
    time,
};
use crate::{
    model::Subject,
    report::{
        invitation::{self, InvitationsView},
        place::Places,
        wording,
    },
};
use schemars::JsonSchema;
use serde::Serialize;

/// What `minisync invitations` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invitations {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// The worst of the workspaces' that could be read.
    pub standing: Standing,
    /// How many there are, for people.
    pub text: String,
    /// How often somebody is asked, before it is given up.
    pub most_sends: u32,
    /// Whose time is up first comes first; what has ended comes last.
    pub invitations: Vec<Invitation>,
    /// Workspaces that could not be read; nothing is known about them.
    pub unread: Vec<Unread>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    pub workspace: String,
    pub email: String,
    pub name: String,
    #[serde(rename = "as")]
    pub role: Role,
    pub state: State,
    /// For what the manifests ask for now, and by us.
    pub sends: u32,
    /// Address of who invited them, where the platform tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invited_by: Option<String>,
    /// Why the mail did not arrive, in the platform's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undelivered: Option<String>,
    /// Where the manifests ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// For people.
    pub text: String,
    /// The way out, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum State {
    Pending {
        #[schemars(extend("format" = "date-time"))]
        sent: String,
        #[schemars(extend("format" = "date-time"))]
        expires: String,
        /// The policy's `remindBefore` says so.
        is_urgent: bool,
    },
    /// The platform takes no more before `at`.
    Queued {
        #[schemars(extend("format" = "date-time"))]
        at: String,
    },
    /// Has expired, and is sent again at `at`.
    Resting {
        #[schemars(extend("format" = "date-time"))]
        at: String,
    },
    Expired {
        #[schemars(extend("format" = "date-time"))]
        since: String,
    },
    /// Was sent as often as the policy allows.
    GaveUp,
    Refused,
    /// Accepted, and left by themselves.
    Left,
    Withdrawn,
}

impl Invitations {
    pub(super) fn new(view: &InvitationsView<'_>) -> Self {
        let places = Places::new(view.plan.sources);
        let all = view.invitations();
        Self {
            version: VERSION,
            standing: view.plan.standing().into(),
            text: wording::invitation::summary(&all),
            most_sends: view.most_sends(),
            invitations: all.iter().map(|it| Invitation::new(it, view, &places)).collect(),
            unread: unread(view.plan),
        }
    }
}

impl Invitation {
    fn new(
        it: &invitation::Invitation<'_>,
        view: &InvitationsView<'_>,
        places: &Places<'_>,
    ) -> Self {
        let subject = Subject::Member(it.email.clone());
        let span = view.plan.place(it.workspace.id, &subject);
        Self {
            workspace: it.workspace.id.to_string(),
            email: it.email.to_string(),
            name: it.name.to_owned(),
            role: Role::from(&it.role),
            state: it.state.into(),
            sends: it.sends,
            invited_by: it.invited_by.map(ToString::to_string),
            undelivered: it.undelivered.map(str::to_owned),
            place: span.map(|span| Place::new(span, places)),
            text: it.text(view).plain(),
            help: it.help().map(|help| help.plain()),
        }
    }
}

impl From<invitation::State> for State {
    fn from(state: invitation::State) -> Self {
        match state {
            invitation::State::Pending { term, is_urgent } => {
                Self::Pending { sent: time(term.sent), expires: time(term.expires), is_urgent }
            }
            invitation::State::Queued { at } => Self::Queued { at: time(at) },
            invitation::State::Resting { at } => Self::Resting { at: time(at) },
            invitation::State::Expired { since } => Self::Expired { since: time(since) },
            invitation::State::GaveUp => Self::GaveUp,
            invitation::State::Refused => Self::Refused,
            invitation::State::Left => Self::Left,
            invitation::State::Withdrawn => Self::Withdrawn,
        }
    }
}
