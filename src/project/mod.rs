//! Files on disk to sources: where the project is, what is in it, what the logos are. No judgement:
//! what is found out here becomes a finding in `manifest`.

mod discover;
mod error;
mod logos;
mod place;
mod policy;
mod read;
mod settings;
mod watched;

pub use error::ProjectError;
pub use read::MAX_MANIFEST_BYTES;
pub use settings::{
    Environment, EnvironmentError, Ledger, MailSettings, Owner, SandboxServer, Secret, Settings,
};
pub use watched::Watched;

use crate::{
    diagnostic::{Diagnostic, Source, SourceId, Sources, Span},
    manifest::{self, Context, Loaded, PROJECT_FILE, Parsed, Unread, document::ProjectDocument},
};
use discover::{Discovered, Globs, Mention, discover};
use place::{Place, joined, shown};
use read::ReadFile;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// A project as it was on disk when it was opened.
#[derive(Debug, Clone)]
pub struct Project {
    pub settings: Settings,
    /// The project file, where there is one, and the manifests.
    pub sources: Sources,
    /// YAML files that turned out to be something else; see `discover`.
    pub n_others: usize,
    place: Place,
    unread: BTreeMap<SourceId, Unread>,
    doubtful: BTreeSet<SourceId>,
    idle_globs: BTreeSet<Span>,
    absent: BTreeSet<Span>,
    told_from_repository: bool,
}

/// Opens the project that the paths are in: folders or manifests, the current folder when there are
/// none. Fails only when there is nothing to work with; everything else is a finding.
pub fn open(given: &[PathBuf]) -> Result<Project, ProjectError> {
    match opened(given)? {
        (_, Some(nothing)) => Err(nothing),
        (project, None) => Ok(project),
    }
}

/// As [`open`], also where there is no manifest yet.
pub fn begin(given: &[PathBuf]) -> Result<Project, ProjectError> {
    Ok(opened(given)?.0)
}

/// With the error that it is to have no manifest.
fn opened(given: &[PathBuf]) -> Result<(Project, Option<ProjectError>), ProjectError> {
    let place = Place::find(given)?;
    let (project_file, document) = project_file(&place);
    let globs = document.as_ref().and_then(|document| document.manifests.as_deref());
    let globs = globs.map(Globs::new);
    let Discovered { files, idle_globs } = discover(&place, globs.as_ref())?;
    let (mut read, n_others) = read::read_all(files, &place.boundary);
    let nothing = read.iter().all(|file| file.is_doubtful).then(|| {
        let written = document.as_ref().and_then(|document| document.manifests.as_deref());
        let looked_for = looked_for(written);
        ProjectError::NoManifests { root: place.root.clone(), looked_for, n_others }
    });
    read.extend(project_file);
    let settings = Settings::new(&place.root, document.as_ref());
    let Labelled { sources, unread, doubtful } = labelled(&place.root, read);
    // The project file was read alone then, and is one of many here.
    let project_file = sources.iter().find(|(_, source)| source.path == PROJECT_FILE);
    let there = |span| Some(Span { source: project_file?.0, ..span });
    let idle_globs = idle_globs.into_iter().filter_map(there).collect();
    let absent = document.as_ref().and_then(|document| absent_signers(&place, document));
    let absent = absent.and_then(there).into_iter().collect();
    let project = Project {
        settings,
        sources,
        n_others,
        place,
        unread,
        doubtful,
        idle_globs,
        absent,
        told_from_repository: false,
    };
    Ok((project, nothing))
}

/// A path as somebody in the current folder would write it.
pub fn seen_from_here(path: &Path) -> String {
    let here = Path::new(".").canonicalize();
    here.map_or_else(|_| path.display().to_string(), |here| shown(&here, path))
}

impl Project {
    /// The folder of the project file; without one, what was given.
    pub fn root(&self) -> &Path {
        &self.place.root
    }

    pub fn has_project_file(&self) -> bool {
        self.place.has_project_file
    }

    /// What it says: every text but the doubtful ones.
    pub fn said(&self) -> Sources {
        let said = self.sources.iter().filter(|(id, _)| !self.doubtful.contains(id));
        Sources::new(said.map(|(_, source)| source.clone()).collect())
    }

    /// Reads and judges the manifests, logos included.
    pub fn load(&self) -> Loaded {
        let parsed = self.parse();
        let context = Context {
            logos: logos::inspect_all(&self.place, &self.sources, &parsed),
            unread: self.unread.clone(),
            doubtful: self.doubtful.clone(),
            idle_globs: self.idle_globs.clone(),
            absent: self.absent.clone(),
            ..Context::default()
        };
        parsed.load(&context)
    }

    /// Where a source lies on disk.
    pub fn file(&self, source: SourceId) -> PathBuf {
        let folder =
            if self.told_from_repository { &self.place.boundary } else { &self.place.root };
        folder.join(&self.sources.get(source).path)
    }

    /// From here on, places are told as the repository's annotations want them: by paths that begin
    /// at its root, where ours begin at the project's. The last thing to do with a project: nothing
    /// can be looked up by these paths.
    pub fn tell_from_repository(&mut self) {
        let Ok(below) = self.place.root.strip_prefix(&self.place.boundary) else { return };
        let prefix = shown(Path::new(""), below);
        if prefix.is_empty() {
            return;
        }
        let sources = self.sources.iter().map(|(_, source)| Source {
            path: format!("{prefix}/{}", source.path),
            text: source.text.clone(),
        });
        self.sources = Sources::new(sources.collect());
        self.told_from_repository = true;
    }

    /// The environment of that name, or the default one.
    pub fn environment(&self, name: Option<&str>) -> Result<Environment, EnvironmentError> {
        self.settings.environment(&self.place.root, name)
    }

    pub fn n_manifests(&self) -> usize {
        self.manifests().count()
    }

    /// Whether all manifests are among what somebody named.
    pub fn is_named_whole(&self) -> bool {
        self.manifests().all(|source| self.is_named(source))
    }

    /// Whether somebody who named files or folders wants to hear of it: it is there, or has to do
    /// with what is there. The whole project is judged all the same.
    pub fn is_asked_about(&self, found: &Diagnostic) -> bool {
        let related = found.related.iter().map(|(span, _)| span.source);
        [found.primary.source].into_iter().chain(related).any(|source| self.is_named(source))
    }

    /// The texts among what somebody named, with their places on disk; all of ours when nobody named
    /// any.
    pub fn named(&self) -> impl Iterator<Item = (&Source, PathBuf)> {
        let is_text = |id: &SourceId| !self.unread.contains_key(id) && !self.doubtful.contains(id);
        let named = self.sources.iter().filter(move |(id, _)| self.is_named(*id) && is_text(id));
        named.map(|(_, source)| (source, self.place.path_of(source)))
    }

    /// What is wrong with the files that could not be read, among what somebody named.
    pub fn unreadable(&self) -> Vec<Diagnostic> {
        if self.unread.is_empty() {
            return Vec::new();
        }
        let is_meant = |found: &&Diagnostic| {
            let source = found.primary.source;
            self.unread.contains_key(&source)
                && !self.doubtful.contains(&source)
                && self.is_named(source)
        };
        self.load().diagnostics().iter().filter(is_meant).cloned().collect()
    }

    /// Where a source lies on disk.
    pub fn path_of(&self, source: SourceId) -> PathBuf {
        self.place.path_of(self.sources.get(source))
    }

    fn manifests(&self) -> impl Iterator<Item = SourceId> {
        let manifests = self.sources.iter().filter(|(_, source)| source.path != PROJECT_FILE);
        manifests.map(|(id, _)| id).filter(|id| !self.doubtful.contains(id))
    }

    fn is_named(&self, source: SourceId) -> bool {
        let path = self.place.path_of(self.sources.get(source));
        let Place { folders, files, .. } = &self.place;
        folders.is_empty() && files.is_empty()
            || folders.iter().any(|folder| path.starts_with(folder))
            || files.contains(&path)
    }

    fn parse(&self) -> Parsed {
        let read = self.sources.iter().map(|(id, source)| match self.unread.get(&id) {
            Some(_) => Source { path: source.path.clone(), text: "".into() },
            None => source.clone(),
        });
        let mut parsed = manifest::parse(&Sources::new(read.collect()));
        // Nothing was read of these, so nothing can be said of what they say.
        parsed.diagnostics.retain(|found| !self.unread.contains_key(&found.primary.source));
        // What may be other people's must not silence anything that is said of ours.
        let lost = self.unread.keys().filter(|id| !self.doubtful.contains(id));
        for source in lost.map(|id| self.sources.get(*id)) {
            parsed.lose(&source.text);
            parsed.lose(&source.path.replace(".yaml", " ").replace(".yml", " "));
        }
        parsed
    }
}

/// The project file as text, and as far as it can be understood.
fn project_file(place: &Place) -> (Option<ReadFile>, Option<ProjectDocument>) {
    if !place.has_project_file {
        return (None, None);
    }
    let file = BTreeMap::from([(place.project_file(), Mention::Named)]);
    let (mut read, _) = read::read_all(file, &place.boundary);
    let Labelled { sources, unread, doubtful: _ } = labelled(&place.root, read.clone());
    let document = if unread.is_empty() { manifest::parse(&sources).project } else { None };
    (read.pop(), document)
}

/// What lies outside of the repository may be on the machine that applies, and nowhere else.
fn absent_signers(place: &Place, document: &ProjectDocument) -> Option<Span> {
    let signers = document.policy.plans.signers.as_ref()?;
    let file = joined(&place.root, Path::new(signers.as_str()))?;
    (file.starts_with(&place.boundary) && !file.is_file()).then_some(signers.span)
}

/// What was read, in the order of the paths, and what there is to say of it.
struct Labelled {
    sources: Sources,
    unread: BTreeMap<SourceId, Unread>,
    doubtful: BTreeSet<SourceId>,
}

fn labelled(root: &Path, read: Vec<ReadFile>) -> Labelled {
    let (mut reasons, mut doubts) = (BTreeMap::new(), BTreeSet::new());
    let sources = read.into_iter().map(|ReadFile { path, text, unread, is_doubtful }| {
        let path = shown(root, &path);
        reasons.extend(unread.map(|unread| (path.clone(), unread)));
        doubts.extend(is_doubtful.then(|| path.clone()));
        Source { path, text: text.into() }
    });
    let sources = Sources::new(sources.collect());
    let doubtful = sources.iter().filter(|(_, source)| doubts.contains(&source.path));
    let doubtful = doubtful.map(|(id, _)| id).collect();
    let unread =
        sources.iter().filter_map(|(id, source)| Some((id, reasons.remove(&source.path)?)));
    let unread = unread.collect();
    Labelled { sources, unread, doubtful }
}

fn looked_for(globs: Option<&[manifest::document::Spanned<String>]>) -> String {
    match globs {
        None => "`.yaml` and `.yml` files with `apiVersion: minisync.dev/v1`".to_owned(),
        Some(globs) => {
            let globs: Vec<_> = globs.iter().map(|glob| format!("`{}`", glob.value)).collect();
            format!("{} (`manifests` in `minisync.yaml`)", globs.join(", "))
        }
    }
}
