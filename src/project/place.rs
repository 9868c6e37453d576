//! Where the project is: its root, what it may read, and what was named on the way in.
//!
//! The root is the nearest folder with a `minisync.yaml`, looked for upwards from what was given;
//! without one, it is what was given itself. A project is always read whole: a plan of half a
//! project would ask to remove the other half.

use super::ProjectError;
use crate::{diagnostic::Source, manifest::PROJECT_FILE};
use std::{
    fs,
    path::{Component, Path, PathBuf},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) root: PathBuf,
    /// Nothing outside is read: the repository, or the project where there is none.
    pub(super) boundary: PathBuf,
    pub(super) has_project_file: bool,
    /// Folders that were named; empty when the current folder serves.
    pub(super) folders: Vec<PathBuf>,
    /// Files that were named, but the project file.
    pub(super) files: Vec<PathBuf>,
}

impl Place {
    pub(super) fn find(given: &[PathBuf]) -> Result<Self, ProjectError> {
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        for path in given {
            let metadata =
                fs::metadata(path).map_err(|error| ProjectError::reading(path, &error))?;
            if metadata.is_dir() {
                folders.push(real(path)?);
            } else if path.file_name().is_some_and(|name| name == PROJECT_FILE) {
                folders.push(real(parent(path))?);
            } else {
                files.push(real(parent(path))?.join(path.file_name().unwrap_or_default()));
            }
        }
        let start = match common(
            folders.iter().map(PathBuf::as_path).chain(files.iter().map(|file| parent(file))),
        ) {
            Some(common) => common,
            None => real(Path::new("."))?,
        };
        let project = start.ancestors().find(|folder| folder.join(PROJECT_FILE).is_file());
        let root = project.unwrap_or(&start).to_owned();
        let boundary =
            root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&root);
        Ok(Self {
            boundary: boundary.to_owned(),
            has_project_file: project.is_some(),
            root,
            folders,
            files,
        })
    }

    /// Where a source lies on disk.
    pub(super) fn path_of(&self, source: &Source) -> PathBuf {
        joined(&self.root, Path::new(&source.path)).unwrap_or_else(|| self.root.join(&source.path))
    }

    pub(super) fn project_file(&self) -> PathBuf {
        self.root.join(PROJECT_FILE)
    }

    pub(super) fn is_project_file(&self, path: &Path) -> bool {
        path.parent() == Some(&self.root) && path.ends_with(PROJECT_FILE)
    }
}

/// A path below the root as people see it, `/` between parts; above the root with `..`.
pub(super) fn shown(root: &Path, path: &Path) -> String {
    let n_common = root.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = root.components().skip(n_common).map(|_| "..".to_owned());
    let down = path
        .components()
        .skip(n_common)
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// `base` and then `path`, with `.` and `..` worked out on the text alone; `None` when it goes
/// above the file system's root.
pub(super) fn joined(base: &Path, path: &Path) -> Option<PathBuf> {
    let mut joined = base.to_owned();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if !joined.pop() {
                    return None;
                }
            }
            Component::Normal(_) | Component::RootDir | Component::Prefix(_) => joined.push(part),
        }
    }
    Some(joined)
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

fn real(path: &Path) -> Result<PathBuf, ProjectError> {
    fs::canonicalize(path).map_err(|error| ProjectError::reading(path, &error))
}

/// The deepest folder that holds all of them.
fn common<'a>(folders: impl Iterator<Item = &'a Path>) -> Option<PathBuf> {
    folders.map(Path::to_owned).reduce(|common, folder| {
        common
            .components()
            .zip(folder.components())
            .take_while(|(a, b)| a == b)
            .map(|(part, _)| part)
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{common, joined, shown};
    use std::path::{Path, PathBuf};

    #[test]
    fn what_is_beside_the_root_is_shown_with_dots() {
        let shown = |path: &str| shown(Path::new("/a/b"), Path::new(path));
        assert_eq!(shown("/a/b/c/d.yaml"), "c/d.yaml");
        assert_eq!(shown("/a/x.yaml"), "../x.yaml");
    }

    #[test]
    fn dots_are_worked_out_on_the_text() {
        let joined = |path: &str| joined(Path::new("/a/b"), Path::new(path));
        assert_eq!(joined("./c/../d"), Some(PathBuf::from("/a/b/d")));
        assert_eq!(joined("../../.."), None);
    }

    #[test]
    fn files_that_share_a_folder_share_a_root() {
        let folders = ["/a/b/c", "/a/b/d", "/a/bc"].map(Path::new);
        assert_eq!(common(folders[..2].iter().copied()), Some(PathBuf::from("/a/b")));
        assert_eq!(common(folders.into_iter()), Some(PathBuf::from("/a")));
    }
}
