//! People on several rosters agree with themselves, and the owner is on none.

use super::{Census, CheckInput, census::Listed, quote::quoted};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic, Span},
    manifest::document::{MemberText, RoleText, Spanned},
    model::Email,
};
use std::collections::BTreeMap;

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
        for (here, there) in said.filter(|(here, there)| here.words != there.words) {
            found.push(disagreement(email, &here, &there));
        }
        if let (Some(here), Some(there)) = (again.member.previously.as_ref(), moved)
            && is_another(here, there)
        {
            found.push(disagreement(email, &previous(here), &previous(there)));
        }
    }
}

/// Something that a line of a roster says about a person: where, and `is` or `has` what.
struct Said {
    at: Span,
    verb: &'static str,
    words: String,
}

/// All that has to be the same on every roster.
fn said(member: &MemberText) -> [Said; 4] {
    let MemberText { name, email, role, until, blocked, previously: _, mini_programs: _ } = member;
    let is = |at, words| Said { at, verb: "is", words };
    let end = match until {
        Some(until) => is(until.span, format!("a member until {}", quoted(until))),
        None => is(email.span, "a member without end".to_owned()),
    };
    [
        is(name.span, format!("called `{}`", name.trim())),
        is(role.span, format!("a {}", word(role.value))),
        end,
        is(email.span, if *blocked { "blocked" } else { "not blocked" }.to_owned()),
    ]
}

fn previous(written: &Spanned<String>) -> Said {
    let words = format!("the previous address {}", quoted(written));
    Said { at: written.span, verb: "has", words }
}

/// Whether both are addresses, and not the same.
fn is_another(one: &Spanned<String>, other: &Spanned<String>) -> bool {
    matches!((one.parse::<Email>(), other.parse::<Email>()), (Ok(a), Ok(b)) if a != b)
}

fn disagreement(email: &Email, here: &Said, there: &Said) -> Diagnostic {
    let message =
        format!("`{email}` {} {} here, and {} elsewhere", here.verb, here.words, there.words);
    let verb = if there.verb == "is" { "are" } else { "have" };
    Diagnostic::error(&DISAGREE, here.at, message)
        .related(there.at, format!("here they {verb} {}", there.words))
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
