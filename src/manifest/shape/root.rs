//! What a document is, before its shape can be judged.

use super::findings::{API_VERSION, MISSING_KIND, NOT_A_MAPPING, UNKNOWN_KIND, WRONG_FILE};
use crate::{
    diagnostic::{Diagnostic, Span},
    manifest::{
        PROJECT_FILE,
        quote::quoted,
        suggest::closest,
        yaml::{Kind, Node},
    },
};

/// The kinds of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::manifest) enum Root {
    MiniProgram,
    Roster,
    Project,
}

/// The kind of a document, or a finding that says why there is none.
pub(in crate::manifest) fn root(
    node: &Node<'_>,
    in_project_file: bool,
    found: &mut Vec<Diagnostic>,
) -> Option<Root> {
    if node.kind == Kind::Broken {
        return None;
    }
    if node.mapping().is_none() {
        let message = "a document must be a mapping with `apiVersion` and `kind`";
        found.push(Diagnostic::error(&NOT_A_MAPPING, node.span, message));
        return None;
    }
    if let Some(foreign) = foreign(node) {
        found.push(foreign);
        return None;
    }
    let Some((key, value)) = node.entry("kind") else {
        found.push(missing_kind(node, in_project_file));
        return None;
    };
    let root = match value.text() {
        Some("MiniProgram") => Root::MiniProgram,
        Some("Roster") => Root::Roster,
        Some("Project") => Root::Project,
        _ if value.kind == Kind::Broken => return None,
        kind => {
            let span = if value.is_empty() { key.span } else { value.span };
            found.push(unknown_kind(kind, in_project_file, span));
            return None;
        }
    };
    if (root == Root::Project) == in_project_file {
        return Some(root);
    }
    found.push(wrong_file(root, value.span));
    None
}

fn wrong_file(root: Root, span: Span) -> Diagnostic {
    let (message, help) = match root {
        Root::Project => (
            format!("a project document belongs in `{PROJECT_FILE}`, next to the manifests"),
            format!("move it to the `{PROJECT_FILE}` at the root of the project"),
        ),
        Root::MiniProgram | Root::Roster => (
            format!("`{PROJECT_FILE}` is the project file, and this document is a manifest"),
            "move the document to a file of its own".to_owned(),
        ),
    };
    Diagnostic::error(&WRONG_FILE, span, message).help(help)
}

/// Documents of other programs: one finding, and no word about their keys.
fn foreign(node: &Node<'_>) -> Option<Diagnostic> {
    let (_, version) = node.entry("apiVersion")?;
    let text = version.text().filter(|text| !text.to_lowercase().contains("minisync"))?;
    let message = format!("the document is {}, and not a minisync manifest", quoted(text));
    let help = format!(
        "write `apiVersion: minisync.dev/v1`; or, if the file belongs to another program, say in \
         `{PROJECT_FILE}` which files are `manifests`"
    );
    Some(Diagnostic::error(&API_VERSION, version.span, message).help(help))
}

fn missing_kind(node: &Node<'_>, in_project_file: bool) -> Diagnostic {
    let first = node.mapping().and_then(|entries| entries.first());
    let span = first.map_or(node.span, |(key, _)| key.span);
    let spec = node.entry("spec").map(|(_, spec)| spec);
    let has = |key| spec.is_some_and(|spec| spec.entry(key).is_some());
    let guess = match (in_project_file, has("members"), has("releaseTo") || has("name")) {
        (true, ..) => Some("Project"),
        (false, true, _) => Some("Roster"),
        (false, false, true) => Some("MiniProgram"),
        (false, false, false) => None,
    };
    let help = match guess {
        Some(kind) => format!("add `kind: {kind}`"),
        None => format!(
            "add `kind: MiniProgram` or `kind: Roster`; or, if the file belongs to another program, \
             say in `{PROJECT_FILE}` which files are `manifests`"
        ),
    };
    Diagnostic::error(&MISSING_KIND, span, "the document does not say its `kind`").help(help)
}

fn unknown_kind(kind: Option<&str>, in_project_file: bool, span: Span) -> Diagnostic {
    let known: &[_] = if in_project_file { &["Project"] } else { &["MiniProgram", "Roster"] };
    let message = match kind {
        Some(kind) => format!("unknown kind {}", quoted(kind)),
        None => "the `kind` must be text".to_owned(),
    };
    let found = Diagnostic::error(&UNKNOWN_KIND, span, message);
    match kind.and_then(|kind| closest(kind, known.iter().copied())) {
        Some(meant) => {
            let title = format!("write `{meant}`");
            found.help(format!("did you mean `{meant}`?")).fix(span, meant, title)
        }
        None if in_project_file => found.help("the kind of the project file is `Project`"),
        None => found.help(format!("the kinds are {}", super::listed(known, "and"))),
    }
}
