//! People on several rosters agree with themselves, and the owner is on none.

use super::{Census, CheckInput, census::Listed, quote::quoted};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic, Span},
    manifest::document::{MemberText, RoleText, Spanned},
    model::Email,
};
use std::{collections::BTreeMap, fmt};

pub(super) const CODES: &[CodeInfo] = &[DISAGREE, LISTED_TWICE, OWNER_LISTED, NOBODY];

const DISAGREE: CodeInfo = CodeInfo {
    code: Code(602),
    title: "two rosters disagree about a person",
    explanation: "Several rosters of a workspace may name the same person, and their mini programs \
        add up. But a person has one name, one role, one last day and one previous address, and is \
        blocked or is not; only the previous address may be left out. Addresses are compared without regard to case, and domains in their ASCII form.",
    source: "a decision of minisync",
};
const LISTED_TWICE: CodeInfo = CodeInfo {
    code: Code(603),
    title: "a person is on the same roster twice",
    explanation: "The mini programs of both lines add up, so nothing is lost; but whoever takes one \
        of the two lines away will wonder why the person stays.",
    source: "a decision of minisync",
};
const OWNER_LISTED: CodeInfo = CodeInfo {
    code: Code(607),
    title: "the owner is on a roster",
    explanation: "The owner was there before everybody else, and reaches every mini program. The \
        roles that somebody can be invited to are master and developer, and the owner cannot be \
        invited.",
    source: "quickstart, Add members; platform documentation, Member management",
};
const NOBODY: CodeInfo = CodeInfo {
    code: Code(609),
    title: "a roster lists nobody",
    explanation: "An empty roster asks for nothing. Where minisync manages people of the workspace \
        already, it says that they should go.",
    source: "a decision of minisync",
};

pub(super) fn check(input: &CheckInput<'_>, census: &Census<'_>, found: &mut Vec<Diagnostic>) {
    for roster in input.rosters.iter().map(|roster| &roster.document) {
        if roster.spec.members.is_empty() {
            let name = &roster.metadata.name;
            let message = format!("roster `{}` lists nobody", name.value);
            let finding = Diagnostic::warning(&NOBODY, name.span, message)
                .help("list people under `members`, or leave the roster out");
            found.push(finding);
        }
    }
    for (email, listed) in census.people.values().flatten() {
        agree(email, listed, found);
        listed_twice(email, listed, found);
        found.extend(owner_listed(census, email, listed));
    }
}

fn agree(email: &Email, listed: &[Listed<'_>], found: &mut Vec<Diagnostic>) {
    let [first, rest @ ..] = listed else { return };
    let moved = listed.iter().find_map(|one| one.member.previously.as_ref());
    for again in rest {
        let said = said(again.member).into_iter().zip(said(first.member));
        for ((at, here), (elsewhere, there)) in said.filter(|((_, a), (_, b))| a != b) {
            found.push(disagreement(email, (at, here), (elsewhere, there)));
        }
        if let (Some(here), Some(there)) = (again.member.previously.as_ref(), moved)
            && is_another(here, there)
        {
            found.push(disagreement(email, previously(here), previously(there)));
        }
    }
}

/// What a line of a roster says about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fact<'t> {
    Name(&'t str),
    Role(RoleText),
    Until(Option<&'t str>),
    Blocked(bool),
    Previously(&'t str),
}

impl fmt::Display for Fact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "called `{name}`"),
            Self::Role(role) => write!(f, "a {}", word(*role)),
            Self::Until(Some(until)) => write!(f, "a member until {}", quoted(until)),
            Self::Until(None) => f.write_str("a member without end"),
            Self::Blocked(true) => f.write_str("blocked"),
            Self::Blocked(false) => f.write_str("not blocked"),
            Self::Previously(address) => write!(f, "the same person as {}", quoted(address)),
        }
    }
}

/// All that has to be the same on every roster, each with its place.
fn said(member: &MemberText) -> [(Span, Fact<'_>); 4] {
    let MemberText {
        name,
        email,
        role,
        until,
        blocked,
        previously: _,
        mini_programs: _,
        ignore: _,
    } = member;
    let end = until.as_ref();
    [
        (name.span, Fact::Name(name.trim())),
        (role.span, Fact::Role(role.value)),
        (end.map_or(email.span, |end| end.span), Fact::Until(end.map(|end| end.as_str()))),
        (email.span, Fact::Blocked(*blocked)),
    ]
}

fn previously(written: &Spanned<String>) -> (Span, Fact<'_>) {
    (written.span, Fact::Previously(&written.value))
}

/// Whether both are addresses, and not the same.
fn is_another(one: &Spanned<String>, other: &Spanned<String>) -> bool {
    matches!((one.parse::<Email>(), other.parse::<Email>()), (Ok(a), Ok(b)) if a != b)
}

fn disagreement(
    email: &Email,
    (at, here): (Span, Fact<'_>),
    (elsewhere, there): (Span, Fact<'_>),
) -> Diagnostic {
    let message = format!("`{email}` is {here} here, and {there} elsewhere");
    Diagnostic::error(&DISAGREE, at, message)
        .related(elsewhere, format!("here they are {there}"))
        .help("make both places say the same")
}

fn word(role: RoleText) -> &'static str {
    match role {
        RoleText::Master => "master",
        RoleText::Developer => "developer",
    }
}

fn listed_twice(email: &Email, listed: &[Listed<'_>], found: &mut Vec<Diagnostic>) {
    if listed.len() < 2 {
        return;
    }
    let mut first: BTreeMap<Span, Span> = BTreeMap::new();
    for Listed { member, roster } in listed {
        let known = *first.entry(roster.span).or_insert(member.email.span);
        if known != member.email.span {
            let message = format!("`{email}` is on this roster twice");
            let finding = Diagnostic::warning(&LISTED_TWICE, member.email.span, message)
                .related(known, "they are here already")
                .help("put the two lines together");
            found.push(finding);
        }
    }
}

fn owner_listed(census: &Census<'_>, email: &Email, listed: &[Listed<'_>]) -> Option<Diagnostic> {
    let (_, owner) = census.owner.as_ref().filter(|(owner, _)| owner == email)?;
    let member = listed.first()?.member;
    let role = word(member.role.value);
    let message = format!("`{email}` is the owner, and cannot be a {role} as well");
    let finding = Diagnostic::error(&OWNER_LISTED, member.email.span, message)
        .related(*owner, "the owner")
        .help("take the line away: the owner reaches everything");
    Some(finding)
}
