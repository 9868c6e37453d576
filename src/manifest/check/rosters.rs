//! People on several rosters agree with themselves, and the owner is on none.

use super::{Census, CheckInput, census::Listed};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic, Span},
    manifest::document::RoleText,
    model::Email,
};
use std::collections::BTreeMap;

pub(super) const CODES: &[CodeInfo] = &[DISAGREE, LISTED_TWICE, OWNER_LISTED, NOBODY];

const DISAGREE: CodeInfo = CodeInfo {
    code: Code(602),
    title: "two rosters disagree about a person",
    explanation: "Several rosters of a workspace may name the same person, and their mini programs \
        add up. But a person has one name and one role, and is blocked or is not. Addresses are \
        compared without regard to case, and domains in their ASCII form.",
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
    for again in rest {
        let (known, other) = (first.member, again.member);
        let mut differ = |span: Span, here: &str, known_span: Span, there: &str| {
            let finding = Diagnostic::error(
                &DISAGREE,
                span,
                format!("`{email}` {here} here, and {there} elsewhere"),
            );
            let finding = finding.related(known_span, format!("here they are {there}"));
            found.push(finding.help("make both places say the same"));
        };
        if known.name.trim() != other.name.trim() {
            differ(
                other.name.span,
                &format!("is called `{}`", other.name.trim()),
                known.name.span,
                &format!("called `{}`", known.name.trim()),
            );
        }
        if known.role.value != other.role.value {
            let here = format!("is a {}", word(other.role.value));
            let there = format!("a {}", word(known.role.value));
            differ(other.role.span, &here, known.role.span, &there);
        }
        if known.blocked != other.blocked {
            let word = |blocked| if blocked { "blocked" } else { "not blocked" };
            let here = format!("is {}", word(other.blocked));
            differ(other.email.span, &here, known.email.span, word(known.blocked));
        }
    }
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
