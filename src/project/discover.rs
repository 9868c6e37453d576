//! Which files are manifests.
//!
//! Left alone, every `.yaml` and `.yml` file below the root is looked at, but hidden ones, what
//! `.gitignore` names, and folders with a `minisync.yaml` of their own (projects for themselves).
//! Repositories are full of other people's YAML (workflows, charts), so a file found this way
//! counts only when it shows that it is meant for us; see [`is_ours`]. One that is empty or no text
//! is told of, in case it was ours, and counts for nothing else. A file that was named, on the
//! command line or by the globs of the project file, always counts.

use super::{
    ProjectError,
    place::{Place, shown},
};
use crate::{
    diagnostic::Span,
    manifest::{PROJECT_FILE, document::Spanned},
};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::{DirEntry, Walk, WalkBuilder};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// How a file came to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mention {
    /// Lies in the project; counts when [`is_ours`].
    Found,
    /// Was asked for.
    Named,
}

/// The `manifests` globs of a project file.
#[derive(Debug, Clone, Default)]
pub(super) struct Globs {
    set: GlobSet,
    /// Whether each names a hidden file or folder itself; only then does it reach into them.
    names_hidden: Vec<bool>,
    /// Where each is written.
    spans: Vec<Span>,
}

/// The files to read, in the order of their paths, and the globs that named none.
#[derive(Debug, Clone, Default)]
pub(super) struct Discovered {
    pub(super) files: BTreeMap<PathBuf, Mention>,
    pub(super) idle_globs: BTreeSet<Span>,
}

impl Globs {
    /// Leaves out what is no glob; a rule tells of it.
    pub(super) fn new(patterns: &[Spanned<String>]) -> Self {
        let (mut set, mut names_hidden, mut spans) = (GlobSetBuilder::new(), vec![], vec![]);
        for pattern in patterns {
            let text = pattern.strip_prefix("./").unwrap_or(pattern);
            if let Ok(glob) = GlobBuilder::new(text).literal_separator(true).build() {
                set.add(glob);
                names_hidden.push(is_hidden(text));
                spans.push(pattern.span);
            }
        }
        Self { set: set.build().unwrap_or_default(), names_hidden, spans }
    }

    /// The places of the globs that name a file.
    fn matching(&self, path: &str) -> impl Iterator<Item = Span> {
        let is_hidden = is_hidden(path);
        let matching = self.set.matches(path).into_iter();
        matching.filter(move |&at| !is_hidden || self.names_hidden[at]).map(|at| self.spans[at])
    }
}

pub(super) fn discover(place: &Place, globs: Option<&Globs>) -> Result<Discovered, ProjectError> {
    let mut found = Discovered::default();
    if let Some(globs) = globs {
        found.idle_globs.extend(&globs.spans);
    }
    // All of it, whatever was named: a plan of half a project would ask to remove the other half.
    walk(place, &place.root, globs, &mut found)?;
    found.files.extend(place.files.iter().map(|file| (file.clone(), Mention::Named)));
    Ok(found)
}

/// Whether a text that nobody named is meant for us: it speaks of `minisync.dev`, or has one of
/// our kinds at the left edge, so that a manifest without `apiVersion` is still told so.
pub(super) fn is_ours(text: &str) -> bool {
    text.contains("minisync.dev")
        || text.lines().any(|line| {
            let kind = line.trim_start_matches('\u{feff}').strip_prefix("kind:");
            kind.is_some_and(|kind| {
                let kind = kind.split('#').next().unwrap_or_default();
                let kind = kind.trim().trim_matches(['"', '\'']);
                matches!(kind, "MiniProgram" | "Roster")
            })
        })
}

pub(super) fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn walk(
    place: &Place,
    folder: &Path,
    globs: Option<&Globs>,
    found: &mut Discovered,
) -> Result<(), ProjectError> {
    for entry in walker(folder, globs) {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let path = entry.path();
        if entry.file_type().is_some_and(|kind| kind.is_dir()) || place.is_project_file(path) {
            continue;
        }
        let Some(globs) = globs else {
            if is_yaml(path) {
                found.files.insert(entry.into_path(), Mention::Found);
            }
            continue;
        };
        for glob in globs.matching(&shown(&place.root, path)) {
            found.idle_globs.remove(&glob);
            found.files.insert(path.to_owned(), Mention::Named);
        }
    }
    Ok(())
}

fn walker(folder: &Path, globs: Option<&Globs>) -> Walk {
    let start = folder.to_owned();
    WalkBuilder::new(folder)
        .standard_filters(false)
        .hidden(!globs.is_some_and(|globs| globs.names_hidden.contains(&true)))
        .git_ignore(true)
        .parents(true)
        // Same files, same answer: a checkout without its `.git` is the same project, and what one
        // machine ignores in all its repositories is nobody else's business.
        .require_git(false)
        .filter_entry(move |entry| entry.path() == start || !is_foreign(entry))
        .build()
}

/// Git's folder, our own, and projects within the project.
fn is_foreign(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
        && (entry.file_name() == ".git"
            || entry.file_name() == ".minisync"
            || entry.path().join(PROJECT_FILE).is_file())
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') && part != "." && part != "..")
}

fn unreadable(folder: &Path, error: &ignore::Error) -> ProjectError {
    let path = if let ignore::Error::WithPath { path, .. } = error { path } else { folder };
    match error.io_error() {
        Some(error) => ProjectError::reading(path, error),
        None => ProjectError::Unreadable { path: path.to_owned(), why: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::{Globs, Spanned, is_ours};
    use crate::diagnostic::{SourceId, Span};

    #[test]
    fn other_peoples_yaml_is_not_ours() {
        assert!(is_ours("apiVersion: minisync.dev/v1\nkind: Roster\n"));
        assert!(is_ours("kind: MiniProgram # without a version\n"));
        assert!(is_ours("kind: 'Roster'\r\n"));
        assert!(!is_ours("apiVersion: v1\nkind: Service\n"));
        assert!(!is_ours("items:\n  kind: Roster\n"));
        assert!(!is_ours(""));
    }

    #[test]
    fn a_glob_reaches_hidden_folders_only_by_naming_them() {
        let matches = |glob: &str, path: &str| {
            let span = Span::new(SourceId(0), 0..0);
            let globs = Globs::new(&[Spanned { value: glob.to_owned(), span }]);
            globs.matching(path).next().is_some()
        };
        assert!(matches("**/*.yaml", "a/b.yaml"));
        assert!(matches("**/*.yaml", "b.yaml"));
        assert!(!matches("**/*.yaml", ".github/b.yaml"));
        assert!(matches(".github/*.yaml", ".github/b.yaml"));
        assert!(!matches("*.yaml", "a/b.yaml"));
        assert!(matches("./programs/*.yaml", "programs/b.yaml"));
    }
}
