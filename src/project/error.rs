//! Why there is no project to work with.

use std::{error::Error, io, path::PathBuf};

/// What can be said of a single manifest is a finding instead; see `Project::load`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectError {
    #[error("there is no `{path}`", path = .0.display())]
    Missing(PathBuf),
    #[error("cannot read `{path}`: {why}", path = .path.display())]
    Unreadable { path: PathBuf, why: String },
    #[error("no manifest in `{root}`{others}", root = .root.display(), others = others(*.n_others))]
    NoManifests { root: PathBuf, looked_for: String, n_others: usize },
}

impl ProjectError {
    /// The way out.
    pub fn help(&self) -> String {
        match self {
            Self::Missing(_) => {
                "give a folder, or manifest files; left out, it is the current folder".to_owned()
            }
            Self::Unreadable { .. } => {
                "everything in the project must be readable: what cannot be read may be asked for"
                    .to_owned()
            }
            Self::NoManifests { looked_for, .. } => {
                format!("looked for {looked_for}; `minisync init` writes a starting point")
            }
        }
    }

    pub(super) fn reading(path: impl Into<PathBuf>, error: &io::Error) -> Self {
        let path = path.into();
        if error.kind() == io::ErrorKind::NotFound {
            Self::Missing(path)
        } else {
            Self::Unreadable { path, why: said(error) }
        }
    }
}

/// The system's own words, without its number, and without those of whoever asked it for us.
pub(super) fn said(error: &io::Error) -> String {
    let mut system = error;
    let mut within = error.get_ref().map(|inner| inner as &(dyn Error + 'static));
    while let Some(inner) = within {
        system = inner.downcast_ref().unwrap_or(system);
        within = inner.source();
    }
    let text = system.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn others(n_others: usize) -> String {
    match n_others {
        0 => String::new(),
        1 => " (one YAML file in it is something else)".to_owned(),
        n => format!(" ({n} YAML files in it are something else)"),
    }
}

#[cfg(test)]
mod tests {
    use super::said;
    use std::io;

    #[derive(Debug, thiserror::Error)]
    #[error("IO error for operation on /a/b: {0}")]
    struct Walking(#[source] io::Error);

    #[test]
    fn only_the_system_is_quoted() {
        let denied = || io::Error::from_raw_os_error(13);
        assert_eq!(said(&denied()), "permission denied");
        assert_eq!(said(&io::Error::other(Walking(denied()))), "permission denied");
        assert_eq!(said(&io::Error::other("Odd (os error 1)")), "odd");
    }
}
