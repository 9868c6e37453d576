//! Who works on which mini program.

use super::{
    Census, CheckInput,
    census::Listed,
    closest::{Closest, meant},
    quote::quoted,
};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic, Span},
    manifest::{
        document::{AssignmentText, MemberText, RoleText, Spanned},
        yaml,
    },
};
use std::collections::BTreeMap;

pub(super) const CODES: &[CodeInfo] = &[NOTHING_ASSIGNED, UNKNOWN_PROGRAM, TWICE, MASTER_ASSIGNED];

const NOTHING_ASSIGNED: CodeInfo = CodeInfo {
    code: Code(604),
    title: "a developer has no mini program",
    explanation: "\"If you want to invite a developer, click Developer. In addition, you need to \
        assign at least one mini program to the role for developing and releasing the mini \
        program.\" The mini programs of several rosters add up.",
    source: "quickstart, Add members",
};
const UNKNOWN_PROGRAM: CodeInfo = CodeInfo {
    code: Code(605),
    title: "a developer is assigned to a mini program that no manifest describes",
    explanation: "`miniPrograms` lists keys (`metadata.name`) of mini programs in the roster's own \
        workspace. A mini program that exists on the platform only can be adopted: describe it in \
        a manifest.",
    source: "platform documentation, Add members: mini program members are members of the workspace",
};
const TWICE: CodeInfo = CodeInfo {
    code: Code(606),
    title: "a person is assigned to the same mini program twice",
    explanation: "The second mention says nothing. Where the two differ in their `until`, the one that \
        lasts longer counts.",
    source: "a decision of minisync",
};
const MASTER_ASSIGNED: CodeInfo = CodeInfo {
    code: Code(608),
    title: "a master is assigned to mini programs",
    explanation: "A master reaches every mini program of the workspace. The list changes nothing, \
        and suggests that the person reaches only what is on it.",
    source: "platform documentation, Release: \"Master and Owner: all mini programs, Developer: \
        assigned mini programs\"",
};

pub(super) fn check(input: &CheckInput<'_>, census: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let people = census.people.values().flatten();
    let whole = people.filter(|(email, _)| !input.may_be_lost(email.as_str()));
    found.extend(whole.filter_map(|(_, listed)| idle(listed)));
    let mut closest = Closest::new();
    for roster in input.rosters.iter().map(|roster| &roster.document) {
        let workspace = input.workspace(roster.spec.workspace.as_ref());
        for member in &roster.spec.members {
            found.extend(master_assigned(member));
            for (key, known) in assigned(member) {
                if let Some(known) = known {
                    found.push(twice(key, known));
                } else if census.program(workspace, key).is_none() && !input.may_be_lost(key) {
                    found.push(unknown(census, workspace, key, &mut closest));
                }
            }
        }
    }
}

/// The keys on a member's list, each with the place where it stands already.
fn assigned(member: &MemberText) -> impl Iterator<Item = (&Spanned<String>, Option<Span>)> {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    let keys = member.mini_programs.iter().flat_map(|programs| &programs.value);
    keys.map(move |AssignmentText { program: key, until: _ }| {
        let known = *first.entry(key.as_str()).or_insert(key.span);
        (key, (known != key.span).then_some(known))
    })
}

fn idle(listed: &[Listed<'_>]) -> Option<Diagnostic> {
    let is_idle = |one: &Listed<'_>| {
        one.member.role.value == RoleText::Developer
            && one.member.mini_programs.as_ref().is_none_or(|programs| programs.is_empty())
    };
    if !listed.iter().all(is_idle) {
        return None;
    }
    let member = listed.first()?.member;
    let span = member.mini_programs.as_ref().map_or(member.role.span, |programs| programs.span);
    let message = format!("developer {} has no mini program", quoted(&member.name));
    let finding = Diagnostic::error(&NOTHING_ASSIGNED, span, message)
        .help("list at least one key under `miniPrograms`, or make them `role: master`");
    Some(finding)
}

fn master_assigned(member: &MemberText) -> Option<Diagnostic> {
    let programs = member.mini_programs.as_ref().filter(|programs| !programs.is_empty())?;
    if member.role.value != RoleText::Master {
        return None;
    }
    let message = "a master reaches every mini program, so this list changes nothing";
    let finding = Diagnostic::warning(&MASTER_ASSIGNED, programs.span, message)
        .related(member.role.span, "a master")
        .help("leave `miniPrograms` out, or make them `role: developer`");
    Some(finding)
}

fn twice(key: &Spanned<String>, known: Span) -> Diagnostic {
    Diagnostic::warning(&TWICE, key.span, format!("{} is on this list twice", quoted(key)))
        .related(known, "it is here already")
        .help("leave it out here")
}

fn unknown(
    census: &Census<'_>,
    workspace: &str,
    key: &Spanned<String>,
    closest: &mut Closest,
) -> Diagnostic {
    let message = format!("there is no mini program {} in workspace `{workspace}`", quoted(key));
    let finding = Diagnostic::error(&UNKNOWN_PROGRAM, key.span, message);
    let known = census.programs.get(workspace).into_iter().flat_map(|programs| programs.keys());
    if let Some(word) = closest.to(key, known.copied()) {
        return finding.help(meant(word)).fix(
            key.span,
            yaml::written(word),
            format!("write `{word}`"),
        );
    }
    let elsewhere =
        census.programs.keys().find_map(|other| Some((other, census.program(other, key)?)));
    match elsewhere {
        Some((other, program)) => finding
            .related(program.document.metadata.name.span, format!("it is in workspace `{other}`"))
            .help("name the workspace in one of the two manifests"),
        None => finding.help("describe it in a manifest, or take it off the list"),
    }
}
