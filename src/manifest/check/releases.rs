//! Where mini programs are released to.

use super::{
    Census, CheckInput,
    closest::{Closest, meant},
    quote::quoted,
};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic, Span},
    manifest::{
        document::{ReleaseTargetText, Spanned},
        yaml,
    },
    model::ReleaseTarget,
};
use std::collections::BTreeMap;

pub(super) const CODES: &[CodeInfo] = &[UNKNOWN, NOWHERE, TWICE, TOO_MANY];

const UNKNOWN: CodeInfo = CodeInfo {
    code: Code(504),
    title: "a release target is not known",
    explanation: "\"Check the box to release your mini program to Alipay China\" is the one box \
        there is: `alipay-cn`.",
    source: "quickstart, Set basic information",
};
const NOWHERE: CodeInfo = CodeInfo {
    code: Code(505),
    title: "a mini program is released nowhere",
    explanation: "The release target is part of the basic information that a mini program is \
        created with.",
    source: "quickstart, Set basic information",
};
const TWICE: CodeInfo = CodeInfo {
    code: Code(506),
    title: "a release target is named twice",
    explanation: "A mini program is released to a target or is not; the second mention says nothing.",
    source: "a decision of minisync",
};
const TOO_MANY: CodeInfo = CodeInfo {
    code: Code(507),
    title: "more than 10 mini programs of a workspace are released to Alipay China",
    explanation: "\"A merchant can create and release up to 10 mini programs to Alipay China.\" A \
        workspace is one merchant's, so the limit is counted for each workspace.",
    source: "platform documentation, Create mini programs (Alipay China)",
};

/// Mini programs that one workspace may release to Alipay China.
const MAX_RELEASED: usize = 10;

pub(super) fn check(input: &CheckInput<'_>, census: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let mut closest = Closest::new();
    for release_to in input.programs.iter().map(|program| &program.document.spec.release_to) {
        if release_to.is_empty() {
            let finding = Diagnostic::error(
                &NOWHERE,
                release_to.span,
                "`releaseTo` names no target, and a mini program needs one",
            );
            let target = format!("[{}]", ReleaseTarget::AlipayCn);
            let title = format!("write `{target}`");
            let help = format!("`{}` is the one there is", ReleaseTarget::AlipayCn);
            found.push(finding.help(help).fix(release_to.span, target, title));
        }
        targets(release_to, &mut closest, found);
    }
    for (workspace, programs) in &census.programs {
        let mut released: Vec<Span> = programs
            .values()
            .filter_map(|written| written.first())
            .filter_map(|program| alipay_china(&program.document.spec.release_to))
            .collect();
        released.sort_unstable();
        found.extend(too_many(workspace, &released));
    }
}

fn targets(
    release_to: &[Spanned<ReleaseTargetText>],
    closest: &mut Closest,
    found: &mut Vec<Diagnostic>,
) {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    for target in release_to {
        let text = target.0.as_str();
        if text.parse::<ReleaseTarget>().is_err() {
            found.push(unknown(text, target.span, closest));
        } else if let Some(known) = first.insert(text, target.span) {
            let message = format!("`{text}` is named twice");
            let finding = Diagnostic::warning(&TWICE, target.span, message)
                .related(known, "it is named here first")
                .help("leave it out here");
            found.push(finding);
        }
    }
}

fn unknown(text: &str, span: Span, closest: &mut Closest) -> Diagnostic {
    let message = format!("{} is not a known release target", quoted(text));
    let finding = Diagnostic::error(&UNKNOWN, span, message);
    let known = ReleaseTarget::ALL.map(ReleaseTarget::as_str);
    // People who know the box by its label write that.
    let folded = text.to_lowercase().replace([' ', '_'], "-").replace("china", "cn");
    match closest.to(&folded, known) {
        Some(word) => {
            finding.help(meant(word)).fix(span, yaml::written(word), format!("write `{word}`"))
        }
        None => finding.help(format!("known is `{}`", known.join("`, `"))),
    }
}

fn alipay_china(release_to: &[Spanned<ReleaseTargetText>]) -> Option<Span> {
    let is_wanted =
        |target: &&Spanned<ReleaseTargetText>| target.0.parse() == Ok(ReleaseTarget::AlipayCn);
    release_to.iter().find(is_wanted).map(|target| target.span)
}

fn too_many(workspace: &str, released: &[Span]) -> Option<Diagnostic> {
    let (first, beyond) = (released.get(MAX_RELEASED)?, &released[MAX_RELEASED + 1..]);
    let message = format!(
        "workspace `{workspace}` releases {} mini programs to Alipay China, and {MAX_RELEASED} is \
         the limit",
        released.len()
    );
    let finding = Diagnostic::error(&TOO_MANY, *first, message)
        .help("a merchant with more of them needs another workspace");
    let others = beyond.iter().take(MAX_RELEASED);
    Some(others.fold(finding, |finding, span| finding.related(*span, "so is this one")))
}
