//! What `access` writes with `--format json`: part of `report::json`.

mod diff;
mod why;

pub use diff::{AccessChange, AccessChangeKind, Diff, Right, Sides, UntilChange};
pub use why::{Event, EventKind, Explain, Managed, Wanted};

use super::{
    history,
    reach::{self, State, name_of},
    words,
};
use crate::{
    model::{Completeness, Ownership},
    report::{
        json::Place,
        place::Places,
        view::{PlanView, WorkspaceView},
    },
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// What `minisync access who` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Who {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    pub asked: String,
    /// Those that were meant: several when the name is not unique.
    pub programs: Vec<Reached>,
    pub gaps: Gaps,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reached {
    pub workspace: String,
    pub program: GrantedProgram,
    /// Who may most comes first.
    pub grants: Vec<Grant>,
}

/// What `minisync access what` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct What {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    pub email: String,
    /// By workspace.
    pub grants: Vec<Grant>,
    pub gaps: Gaps,
}

/// What `minisync access review` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    /// Of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// By workspace, then by address.
    pub grants: Vec<ReviewLine>,
    pub gaps: Gaps,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewLine {
    #[serde(flatten)]
    pub grant: Grant,
    /// Who wrote the manifest's line; missing when no manifest names them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<Authorship>,
    /// When the platform was read.
    #[schemars(extend("format" = "date-time"))]
    pub confirmed: String,
}

/// What minisync does not know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Gaps {
    /// Workspaces that could not be read.
    pub unread: Vec<Unknown>,
    /// Workspaces that changed while they were read.
    pub partial: Vec<String>,
    /// People of whom the platform says what minisync does not understand.
    pub unclear: Vec<Unclear>,
    /// People whom a workspace has more than once.
    pub doubtful: Vec<Doubtful>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unknown {
    pub workspace: String,
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unclear {
    pub workspace: String,
    pub email: String,
    /// The platform's word.
    pub said: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Doubtful {
    pub workspace: String,
    pub email: String,
}

/// One thing that somebody may do, or is to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    pub workspace: String,
    pub email: String,
    pub name: String,
    pub role: GrantedRole,
    /// Missing: every one of the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<GrantedProgram>,
    pub in_manifests: bool,
    pub platform: Standing,
    /// Who did it: we, or somebody else; missing where the platform has nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_managed: Option<bool>,
    /// The platform has several records of the address between which nothing decides.
    pub is_doubtful: bool,
    /// Active since; where nobody has accepted yet: invited at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invited_by: Option<String>,
    /// When the invitation ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub expires: Option<String>,
    /// The last day, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    pub until: Option<String>,
    /// Where the manifests give it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum GrantedRole {
    Owner,
    Master,
    Developer,
}

/// What the platform has of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    Active,
    /// Nobody has accepted yet.
    Invited,
    Blocked,
    /// Not there, and never was.
    Absent,
    /// Not there: the invitation expired.
    Expired,
    /// Not there: the invitation was refused.
    Refused,
    /// Not there: the invitation was withdrawn.
    Withdrawn,
    /// Not there any more: they left.
    Left,
    /// The platform says something that minisync does not understand.
    Unrecognised,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GrantedProgram {
    /// Missing: on the platform only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The platform's; missing: not there yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Who wrote a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Authorship {
    #[serde(rename_all = "camelCase")]
    Commit {
        /// Shortened.
        hash: String,
        author: String,
        #[schemars(extend("format" = "date-time"))]
        at: String,
        subject: String,
        /// The clone is shallow and begins here: the line may be older.
        is_edge: bool,
    },
    /// The line is not as any commit has it.
    Uncommitted,
    /// The file is not in git.
    Untracked,
    /// There is no git, or no repository.
    Unknown,
}

impl Grant {
    pub(super) fn new(grant: &reach::Grant<'_>, view: &PlanView<'_>, places: &Places<'_>) -> Self {
        let person = grant.person;
        let there = person.record.as_ref().filter(|_| grant.on_platform);
        let expires = match there.map(|record| record.state) {
            Some(State::Invited { expires, .. }) => Some(words::moment(expires)),
            Some(_) | None => None,
        };
        Self {
            workspace: person.workspace.id.to_string(),
            email: person.email.to_string(),
            name: person.name.to_owned(),
            role: GrantedRole::from(&grant.right),
            program: grant
                .right
                .program()
                .map(|program| GrantedProgram::new(program, person.workspace)),
            in_manifests: grant.in_manifests,
            platform: standing(grant),
            is_managed: there.map(|record| record.ownership == Ownership::Managed),
            is_doubtful: person.record.as_ref().is_some_and(|record| record.is_doubtful),
            since: there.and_then(|record| record.history.since).map(words::moment),
            invited_by: there
                .and_then(|record| record.history.invited_by.as_ref())
                .map(ToString::to_string),
            expires,
            until: grant.until.map(|day| day.to_string()),
            place: grant.place(view).map(|span| Place::new(span, places)),
        }
    }
}

fn standing(grant: &reach::Grant<'_>) -> Standing {
    let Some(record) = &grant.person.record else { return Standing::Absent };
    match record.state {
        State::Expired { .. } => Standing::Expired,
        State::Refused => Standing::Refused,
        State::Withdrawn => Standing::Withdrawn,
        State::Left => Standing::Left,
        State::Unrecognised(_) => Standing::Unrecognised,
        // They have something, and not this.
        State::Active | State::Invited { .. } | State::Blocked if !grant.on_platform => {
            Standing::Absent
        }
        State::Active => Standing::Active,
        State::Invited { .. } => Standing::Invited,
        State::Blocked => Standing::Blocked,
    }
}

impl GrantedProgram {
    pub(super) fn new(program: &reach::Program, workspace: &WorkspaceView<'_>) -> Self {
        let name = name_of(program, workspace).map(str::to_owned);
        match program {
            reach::Program::Key(key) => {
                let found = workspace.actual.programs.get(key);
                let id = found.map(|found| found.seen.id.to_string());
                Self { key: Some(key.to_string()), id, name }
            }
            reach::Program::Id(id) => Self { key: None, id: Some(id.to_string()), name },
        }
    }
}

impl From<&reach::Right> for GrantedRole {
    fn from(right: &reach::Right) -> Self {
        match right {
            reach::Right::Owner => Self::Owner,
            reach::Right::Master => Self::Master,
            reach::Right::Developer(_) => Self::Developer,
        }
    }
}

impl From<&history::Authorship> for Authorship {
    fn from(authorship: &history::Authorship) -> Self {
        match authorship {
            history::Authorship::Commit(commit) => {
                let history::Commit { hash, author, email: _, at, subject, is_edge } =
                    commit.clone();
                Self::Commit { hash, author, at: words::moment(at), subject, is_edge }
            }
            history::Authorship::Uncommitted => Self::Uncommitted,
            history::Authorship::Untracked => Self::Untracked,
            history::Authorship::Unknown => Self::Unknown,
        }
    }
}

pub(super) fn gaps(view: &PlanView<'_>, people: &[reach::Person<'_>]) -> Gaps {
    let unread = view.unread.iter();
    let partial =
        view.workspaces.iter().filter(|it| it.actual.completeness == Completeness::Partial);
    let unclear = people.iter().filter_map(|person| {
        Some(Unclear {
            workspace: person.workspace.id.to_string(),
            email: person.email.to_string(),
            said: person.unrecognised()?.to_owned(),
        })
    });
    let doubtful: BTreeSet<Doubtful> = people
        .iter()
        .filter(|person| person.record.as_ref().is_some_and(|record| record.is_doubtful))
        .map(|person| Doubtful {
            workspace: person.workspace.id.to_string(),
            email: person.email.to_string(),
        })
        .collect();
    Gaps {
        unread: unread
            .map(|(id, why)| Unknown { workspace: id.to_string(), message: why.clone() })
            .collect(),
        partial: partial.map(|workspace| workspace.id.to_string()).collect(),
        unclear: unclear.collect(),
        doubtful: doubtful.into_iter().collect(),
    }
}
