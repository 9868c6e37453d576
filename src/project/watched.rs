//! What must be watched to notice that a project has changed.

use super::{Project, discover::is_yaml, logos};
use crate::manifest::PROJECT_FILE;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Folders to watch with all that is in them, and the files in and beside them that matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    pub folders: BTreeSet<PathBuf>,
    files: BTreeSet<PathBuf>,
}

impl Project {
    pub fn watched(&self) -> Watched {
        let logos = logos::places(&self.place, &self.sources, &self.parse());
        let manifests = self.sources.iter().map(|(_, source)| self.place.path_of(source));
        let signers = self.settings.signers.iter().cloned();
        let signers = signers.filter(|file| file.starts_with(&self.place.boundary));
        let logos = logos.into_values().flatten();
        let files: BTreeSet<PathBuf> = logos.chain(manifests).chain(signers).collect();
        let outside = files.iter().filter(|file| !file.starts_with(&self.place.root));
        let mut folders: BTreeSet<PathBuf> =
            outside.filter_map(|file| Some(file.parent()?.to_owned())).collect();
        folders.insert(self.place.root.clone());
        folders.retain(|folder| folder.is_dir());
        Watched { folders, files }
    }
}

impl Watched {
    /// Whether a change of this file can change what the project says. Files that come into being
    /// may be manifests, whatever they are called later on.
    pub fn concerns(&self, path: &Path) -> bool {
        let ours = path
            .components()
            .any(|part| matches!(part.as_os_str().to_str(), Some(".git" | ".minisync")));
        !ours
            && (self.files.contains(path)
                || is_yaml(path)
                || path
                    .file_name()
                    .is_some_and(|name| name == PROJECT_FILE || name == ".gitignore"))
    }
}
