//! What an invitation says, before it is put into words.

use crate::{
    model::{Email, Role},
    sandbox::world::{Member, State, Workspace},
};
use jiff::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Letter {
    pub(super) language: Language,
    pub(super) to: Person,
    pub(super) from: Person,
    pub(super) workspace: String,
    /// Names of the assigned mini programs; `None`: all of them, as a master.
    pub(super) programs: Option<Vec<String>>,
    pub(super) expires: Timestamp,
    pub(super) link: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) email: Email,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Language {
    Chinese,
    English,
}

impl Letter {
    /// `None` for who is not invited.
    pub(in crate::sandbox) fn to(
        workspace: &Workspace,
        member: &Member,
        link: String,
    ) -> Option<Self> {
        let State::Invited { expires } = member.state else { return None };
        let by = &member.invited.as_ref()?.by;
        let inviter = workspace.member_at(by).map_or_else(|| by.to_string(), |it| it.name.clone());
        let programs = match &member.role {
            Role::Owner | Role::Master => None,
            Role::Developer(assigned) => Some(
                assigned
                    .iter()
                    .filter_map(|no| workspace.program(*no))
                    .map(|program| program.name.clone())
                    .collect(),
            ),
        };
        Some(Self {
            language: Language::of(workspace, member),
            to: Person { name: member.name.clone(), email: member.email.clone() },
            from: Person { name: inviter, email: by.clone() },
            workspace: workspace.id().to_string(),
            programs,
            expires,
            link,
        })
    }
}

impl Language {
    /// That of the first program that the person gets to see, in the order in which the programs
    /// were created: a developer's first assigned one, a master's first of all. Chinese if its
    /// default language is, else English. Where there is none yet it is Chinese, as the program
    /// that a master creates will be (quickstart, Create a mini program by a master).
    fn of(workspace: &Workspace, member: &Member) -> Self {
        let first = match &member.role {
            Role::Owner | Role::Master => workspace.programs().next(),
            Role::Developer(assigned) => assigned.first().and_then(|no| workspace.program(*no)),
        };
        if first.is_none_or(|program| program.default_language.is_chinese()) {
            Self::Chinese
        } else {
            Self::English
        }
    }

    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }
}
