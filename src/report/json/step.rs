//! Steps, and what they are about.

use super::{Place, plan::Context};
use crate::{
    model::{self, MiniProgram, ProgramRef},
    plan::{self, Fingerprint},
    report::wording::{self, field, kind::Kind},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    InSync,
    /// Nothing to carry out; people have to do something.
    Waiting,
    /// There are steps to carry out.
    Drifted,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    pub action: Action,
    pub phase: Phase,
    pub subject: Subject,
    /// What it is, where that is changed as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<State>,
    /// What it will be, where that is changed as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<State>,
    /// Field by field, of `updateProgram`.
    pub changes: Vec<Change>,
    pub reason: Reason,
    /// Whether it undoes what has changed outside git; see the workspace's `drift`.
    pub undoes_drift: bool,
    /// The version of the object that the step was planned against; missing when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// Where the manifests ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// For people.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    AdoptProgram,
    CreateProgram,
    UpdateProgram,
    DeleteProgram,
    AdoptMember,
    Invite,
    Reinvite,
    Resend,
    ChangeRole,
    Unblock,
    Block,
    Withdraw,
    Remove,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    Take,
    Configure,
    Grant,
    Revoke,
    Prune,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    Missing,
    Differs,
    Found,
    Renamed,
    Unasked,
    Expired,
    Refused,
    Left,
    Ended,
    Moved,
    InvitationDiffers,
    RolesAreFixed,
    BlockedByManifest,
    UnblockedByManifest,
}

/// A program or a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Subject {
    Program {
        /// `metadata.name`.
        key: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    Member {
        email: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
}

impl Subject {
    /// `None`: it is none, for a file may say anything.
    pub fn known(&self) -> Option<model::Subject> {
        match self {
            Self::Program { key, .. } => Some(model::Subject::Program(key.parse().ok()?)),
            Self::Member { email, .. } => Some(model::Subject::Member(email.parse().ok()?)),
        }
    }
}

/// What something is before or after a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum State {
    Program(Program),
    Role(Role),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Program {
    pub name: String,
    pub release_to: Vec<String>,
    pub default_language: String,
    /// Further languages.
    pub languages: Vec<String>,
    pub has_listing: bool,
    /// The master who creates it; missing: the account that minisync acts as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    pub role: RoleName,
    /// Only developers have some.
    pub programs: Vec<Assignment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum RoleName {
    Owner,
    Master,
    Developer,
}

/// A program that a developer reaches: at least one of the two is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assignment {
    /// `metadata.name`; missing when no manifest has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The platform's; missing when an earlier step creates it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// One field, named as in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    pub field: String,
    /// Missing: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Missing: there will be none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl Step {
    pub(in crate::report) fn new(step: &plan::Step, context: Context<'_>) -> Self {
        let undoes_drift = wording::drift::is_undone(step, context.workspace);
        let plan::Step { action, reason, against } = step;
        let subject = action.subject();
        let (before, after) = states(action);
        let changes = field::fields(action).into_iter().map(|field| {
            let field::Field { name, before, after } = field;
            Change { field: name, before, after }
        });
        Self {
            action: Kind::of(action).into(),
            phase: action.phase().into(),
            place: context.place(&subject),
            subject: Subject::new(&subject, context),
            before,
            after,
            changes: changes.collect(),
            reason: (*reason).into(),
            undoes_drift,
            against: match against {
                Fingerprint::Absent => None,
                Fingerprint::At(revision) => Some(revision.to_string()),
            },
            text: wording::step::sentence(action, context.workspace).plain(),
        }
    }
}

fn states(action: &plan::Action) -> (Option<State>, Option<State>) {
    let role = |role| Some(State::Role(Role::from(role)));
    match action {
        plan::Action::CreateProgram { program } => {
            (None, Some(State::Program(Program::from(&**program))))
        }
        plan::Action::Invite { role: to, .. } | plan::Action::Reinvite { role: to, .. } => {
            (None, role(to))
        }
        plan::Action::ChangeRole { from, to, .. } => (role(from), role(to)),
        plan::Action::AdoptProgram { .. }
        | plan::Action::AdoptMember { .. }
        | plan::Action::UpdateProgram { .. }
        | plan::Action::DeleteProgram { .. }
        | plan::Action::Resend { .. }
        | plan::Action::Withdraw { .. }
        | plan::Action::Block { .. }
        | plan::Action::Unblock { .. }
        | plan::Action::Remove { .. } => (None, None),
    }
}

impl Subject {
    pub(super) fn new(subject: &model::Subject, context: Context<'_>) -> Self {
        match subject {
            model::Subject::Program(key) => Self::Program {
                key: key.to_string(),
                name: context.workspace.program_name(key).map(str::to_owned),
            },
            model::Subject::Member(email) => Self::Member {
                email: email.to_string(),
                name: context.workspace.name(email).map(str::to_owned),
            },
        }
    }
}

impl From<&MiniProgram> for Program {
    fn from(program: &MiniProgram) -> Self {
        let MiniProgram {
            key: _,
            previously: _,
            name,
            release_to,
            default_language,
            created_by,
            listing,
            languages,
            ignore: _,
        } = program;
        Self {
            name: name.clone(),
            release_to: release_to.iter().map(ToString::to_string).collect(),
            default_language: default_language.to_string(),
            languages: languages.keys().map(ToString::to_string).collect(),
            has_listing: listing.is_some(),
            created_by: created_by.as_ref().map(ToString::to_string),
        }
    }
}

impl From<&model::Role<ProgramRef>> for Role {
    fn from(role: &model::Role<ProgramRef>) -> Self {
        Self {
            role: match role {
                model::Role::Owner => RoleName::Owner,
                model::Role::Master => RoleName::Master,
                model::Role::Developer(_) => RoleName::Developer,
            },
            programs: role.assignments().map(Assignment::from).collect(),
        }
    }
}

impl From<&ProgramRef> for Assignment {
    fn from(program: &ProgramRef) -> Self {
        match program {
            ProgramRef::Existing { key, id } => {
                Self { key: key.as_ref().map(ToString::to_string), id: Some(id.to_string()) }
            }
            ProgramRef::New(key) => Self { key: Some(key.to_string()), id: None },
        }
    }
}

/// Ours under the same names.
macro_rules! same_names {
    ($from:path => $to:ident { $($name:ident)+ }) => {
        impl From<$from> for $to {
            fn from(it: $from) -> Self {
                match it { $(<$from>::$name => Self::$name,)+ }
            }
        }
    };
}

same_names!(plan::Standing => Standing { InSync Waiting Drifted });
same_names!(plan::Phase => Phase { Take Configure Grant Revoke Prune });
same_names!(plan::Reason => Reason {
    Missing Differs Found Renamed Unasked Expired Refused Left Ended Moved InvitationDiffers
    RolesAreFixed BlockedByManifest UnblockedByManifest
});
same_names!(Kind => Action {
    AdoptProgram CreateProgram UpdateProgram DeleteProgram AdoptMember Invite Reinvite Resend
    ChangeRole Unblock Block Withdraw Remove
});
same_names!(Action => Kind {
    AdoptProgram CreateProgram UpdateProgram DeleteProgram AdoptMember Invite Reinvite Resend
    ChangeRole Unblock Block Withdraw Remove
});

impl From<&Change> for field::Field {
    fn from(change: &Change) -> Self {
        let Change { field, before, after } = change.clone();
        Self { name: field, before, after }
    }
}
