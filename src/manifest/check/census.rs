//! Who and what is written where: looked up by the rules that compare documents, and built once,
//! so that none of them walks all documents for each.

use super::CheckInput;
use crate::{
    diagnostic::Span,
    manifest::document::{MemberText, MiniProgramDocument, Placed, RosterDocument},
    model::Email,
};
use std::collections::BTreeMap;

/// By workspace; whatever is named there twice is there twice, in the order of the sources.
#[derive(Debug, Default)]
pub(super) struct Census<'a> {
    pub(super) programs: BTreeMap<&'a str, Programs<'a>>,
    pub(super) people: BTreeMap<&'a str, People<'a>>,
    /// By the address that they had before.
    pub(super) moved: BTreeMap<&'a str, BTreeMap<Email, Vec<Moved<'a>>>>,
    pub(super) owner: Option<(Email, Span)>,
}

/// By key.
pub(super) type Programs<'a> = BTreeMap<&'a str, Vec<&'a Placed<MiniProgramDocument>>>;

/// By address; who has none is missing here, and another rule tells of it.
pub(super) type People<'a> = BTreeMap<Email, Vec<Listed<'a>>>;

/// One line of a roster.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed<'a> {
    pub(super) member: &'a MemberText,
    pub(super) roster: &'a Placed<RosterDocument>,
}

/// Somebody whose address has changed.
#[derive(Debug, Clone)]
pub(super) struct Moved<'a> {
    pub(super) to: Email,
    pub(super) member: &'a MemberText,
    /// Where the address is that they had before.
    pub(super) from: Span,
}

impl<'a> Census<'a> {
    pub(super) fn new(input: &'a CheckInput<'_>) -> Self {
        let mut census = Self::default();
        for program in input.programs {
            let workspace = input.workspace(program.document.spec.workspace.as_ref());
            let key = program.document.metadata.name.as_str();
            let programs = census.programs.entry(workspace).or_default();
            programs.entry(key).or_default().push(program);
        }
        for roster in input.rosters {
            census.list(input.workspace(roster.document.spec.workspace.as_ref()), roster);
        }
        let owner = input.project.and_then(|project| project.owner.as_ref());
        census.owner = owner.and_then(|owner| Some((owner.email.parse().ok()?, owner.email.span)));
        census
    }

    fn list(&mut self, workspace: &'a str, roster: &'a Placed<RosterDocument>) {
        let people = self.people.entry(workspace).or_default();
        for member in &roster.document.spec.members {
            let Ok(email) = member.email.parse::<Email>() else { continue };
            if let Some(from) = &member.previously
                && let Ok(old) = from.parse()
            {
                let moved = self.moved.entry(workspace).or_default().entry(old).or_default();
                moved.push(Moved { to: email.clone(), member, from: from.span });
            }
            people.entry(email).or_default().push(Listed { member, roster });
        }
    }

    pub(super) fn listed(&self, workspace: &str, email: &Email) -> &[Listed<'a>] {
        self.people.get(workspace).and_then(|people| people.get(email)).map_or(&[], Vec::as_slice)
    }

    /// Who had the address before, first one first.
    pub(super) fn moved(&self, workspace: &str, email: &Email) -> &[Moved<'a>] {
        self.moved.get(workspace).and_then(|moved| moved.get(email)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn program(
        &self,
        workspace: &str,
        key: &str,
    ) -> Option<&'a Placed<MiniProgramDocument>> {
        self.programs.get(workspace)?.get(key)?.first().copied()
    }
}
