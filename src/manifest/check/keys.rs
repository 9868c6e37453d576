//! Keys and workspaces: how they are written, and that they name one thing.

use super::{Census, CheckInput, quote::quoted};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::{document::Spanned, yaml},
    model::{IdError, ProgramKey, WorkspaceId},
};
use std::collections::BTreeMap;

pub(super) const CODES: &[CodeInfo] = &[KEY_FORM, KEY_TWICE, WORKSPACE_FORM];

const KEY_FORM: CodeInfo = CodeInfo {
    code: Code(201),
    title: "a key has another form than a-z, 0-9 and `-`",
    explanation: "`metadata.name` is the key by which rosters and the ledger know a document. It \
        has 1 to 63 lower-case letters, digits and hyphens, and neither begins nor ends with a \
        hyphen, so that it can become a label, a file name or a part of a host name. Customers \
        never see it: what they see is `spec.name`.",
    source: "a decision of minisync, after the names of Kubernetes (RFC 1123 labels)",
};
const KEY_TWICE: CodeInfo = CodeInfo {
    code: Code(202),
    title: "two documents of one kind have the same key",
    explanation: "Within a workspace a key names one mini program, or one roster. Two documents \
        with the same key would be two wishes for the same thing.",
    source: "a decision of minisync",
};
const WORKSPACE_FORM: CodeInfo = CodeInfo {
    code: Code(203),
    title: "a workspace has another form than a-z, 0-9 and `-`",
    explanation: "A workspace is named as keys are: 1 to 63 lower-case letters, digits and hyphens, \
        with no hyphen at either end.",
    source: "a decision of minisync",
};

pub(super) fn check(input: &CheckInput<'_>, census: &Census<'_>, found: &mut Vec<Diagnostic>) {
    found.extend(
        keys(input)
            .filter_map(|key| misformed(key, "key", &KEY_FORM, key.parse::<ProgramKey>().err()?)),
    );
    found.extend(workspaces(input).filter_map(|workspace| {
        let error = workspace.parse::<WorkspaceId>().err()?;
        misformed(workspace, "workspace", &WORKSPACE_FORM, error)
    }));
    programs_twice(census, found);
    rosters_twice(input, found);
}

fn keys<'a>(input: &CheckInput<'a>) -> impl Iterator<Item = &'a Spanned<String>> {
    let programs = input.programs.iter().map(|program| &program.document.metadata);
    let programs = programs.flat_map(|it| [&it.name].into_iter().chain(&it.previously));
    let kept = input.project.into_iter().flat_map(|project| &project.policy.rails.keep_programs);
    programs.chain(input.rosters.iter().map(|roster| &roster.document.metadata.name)).chain(kept)
}

fn workspaces<'a>(input: &CheckInput<'a>) -> impl Iterator<Item = &'a Spanned<String>> {
    let programs = input.programs.iter().filter_map(|one| one.document.spec.workspace.as_ref());
    let rosters = input.rosters.iter().filter_map(|one| one.document.spec.workspace.as_ref());
    let default = input.project.and_then(|project| project.workspace.as_ref());
    programs.chain(rosters).chain(default)
}

fn misformed(
    written: &Spanned<String>,
    what: &str,
    info: &CodeInfo,
    error: IdError,
) -> Option<Diagnostic> {
    let finding =
        Diagnostic::error(info, written.span, format!("the {what} {} {error}", quoted(written)));
    let folded = folded(written);
    Some(match folded.parse::<ProgramKey>() {
        Ok(_) => finding.help(format!("`{folded}` would do")).fix(
            written.span,
            yaml::written(&folded),
            format!("write `{folded}`"),
        ),
        Err(_) => finding.help("for example `coffee` or `coffee-2`"),
    })
}

/// Lower case, and one hyphen for whatever else may not be in a key.
fn folded(text: &str) -> String {
    let lower = text.to_lowercase();
    let parts = lower.split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

fn programs_twice(census: &Census<'_>, found: &mut Vec<Diagnostic>) {
    for (workspace, programs) in &census.programs {
        for (key, written) in programs {
            let mut places = written.iter().map(|program| &program.document.metadata.name);
            let first = places.next();
            found.extend(places.zip(first.into_iter().cycle()).map(|(again, first)| {
                twice(&format!("mini program `{key}`"), workspace, again, first)
            }));
        }
    }
}

fn rosters_twice(input: &CheckInput<'_>, found: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::new();
    for roster in input.rosters {
        let workspace = input.workspace(roster.document.spec.workspace.as_ref());
        let key = &roster.document.metadata.name;
        let known = *first.entry((workspace, key.as_str())).or_insert(key);
        if known.span != key.span {
            found.push(twice(&format!("roster `{}`", key.value), workspace, key, known));
        }
    }
}

fn twice(
    what: &str,
    workspace: &str,
    again: &Spanned<String>,
    first: &Spanned<String>,
) -> Diagnostic {
    let message = format!("{what} is written twice in workspace `{workspace}`");
    Diagnostic::error(&KEY_TWICE, again.span, message)
        .related(first.span, "it is written here first")
        .help("give one of them another key, or name its workspace")
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn a_key_is_folded_into_its_form() {
        assert_eq!(folded("Lucky_Coffee  Shop"), "lucky-coffee-shop");
        assert_eq!(folded("-coffee-"), "coffee");
        assert_eq!(folded("咖啡"), "");
    }
}
