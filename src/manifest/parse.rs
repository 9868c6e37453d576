//! Texts to documents, side by side; the trees are gone once they are decoded.

use super::{
    PROJECT_FILE, Parsed, decode,
    document::{MiniProgramDocument, Placed, ProjectDocument, RosterDocument},
    schema,
    shape::{self, Root},
    yaml::{self, Chunk, Node},
};
use crate::diagnostic::{Diagnostic, Source, SourceId, Sources, Span};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{collections::BTreeSet, sync::OnceLock};

/// Takes the texts apart. A source called [`PROJECT_FILE`] is the project file; every other is a
/// manifest.
pub fn parse(sources: &Sources) -> Parsed {
    let chunks: Vec<_> =
        sources.iter().flat_map(|(id, source)| yaml::chunks(id, &source.text)).collect();
    let read = |mut parsed: Batch, chunk: &Chunk<'_>| {
        parsed.read(sources.get(chunk.source), *chunk);
        parsed
    };
    let Batch { projects, programs, rosters, mut diagnostics, lost } =
        chunks.par_iter().fold(Batch::default, read).reduce(Batch::default, Batch::joined);
    diagnostics.extend(sources.iter().filter_map(|(id, source)| nothing_in(id, source)));
    diagnostics.extend(projects.iter().skip(1).map(second_project));
    let project = projects.into_iter().next().map(|placed| placed.document);
    Parsed { project, programs, rosters, diagnostics, lost }
}

/// What some neighbouring pieces of text held, in their order.
#[derive(Default)]
struct Batch {
    projects: Vec<Placed<ProjectDocument>>,
    programs: Vec<Placed<MiniProgramDocument>>,
    rosters: Vec<Placed<RosterDocument>>,
    diagnostics: Vec<Diagnostic>,
    /// See [`Parsed::lose`].
    lost: BTreeSet<String>,
}

impl Batch {
    fn joined(mut self, mut next: Self) -> Self {
        self.projects.append(&mut next.projects);
        self.programs.append(&mut next.programs);
        self.rosters.append(&mut next.rosters);
        self.diagnostics.append(&mut next.diagnostics);
        self.lost.append(&mut next.lost);
        self
    }

    fn read(&mut self, source: &Source, chunk: Chunk<'_>) {
        let n_before = (self.diagnostics.len(), self.n_documents());
        let nodes = yaml::read(chunk, &mut self.diagnostics);
        let documents = nodes.iter().filter(|node| !node.is_empty());
        let n_documents = documents.map(|node| self.document(source, node)).count();
        let n_read = self.n_documents() - n_before.1;
        // Some of it was not YAML, or not a document of ours.
        if n_read < n_documents || self.diagnostics.len() > n_before.0 && n_read == 0 {
            self.lost.extend(words(chunk.text));
        }
    }

    fn n_documents(&self) -> usize {
        self.projects.len() + self.programs.len() + self.rosters.len()
    }

    fn document(&mut self, source: &Source, node: &Node<'_>) {
        let found = &mut self.diagnostics;
        match shape::root(node, source.path == PROJECT_FILE, found) {
            Some(Root::MiniProgram) => self.programs.extend(decoded(source, node, found)),
            Some(Root::Roster) => self.rosters.extend(decoded(source, node, found)),
            Some(Root::Project) => self.projects.extend(decoded(source, node, found)),
            None => {}
        }
    }
}

/// What may be keys and addresses.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    let is_word = |c: char| c.is_alphanumeric() || "-_.@+".contains(c);
    text.split(move |c| !is_word(c)).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn decoded<D: Shaped>(
    source: &Source,
    node: &Node<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Placed<D>> {
    match decode::decoded(node) {
        Ok(document) => Some(Placed { document, span: node.span }),
        Err(decode::Mismatch) => {
            shape::find(D::schema(), &source.text, node, found);
            None
        }
    }
}

/// A document type with its schema, made once.
trait Shaped: DeserializeOwned + JsonSchema {
    fn schema() -> &'static Value;
}

macro_rules! shaped {
    ($document:ty) => {
        impl Shaped for $document {
            fn schema() -> &'static Value {
                static SCHEMA: OnceLock<Value> = OnceLock::new();
                SCHEMA.get_or_init(schema::of::<Self>)
            }
        }
    };
}

shaped!(MiniProgramDocument);
shaped!(RosterDocument);
shaped!(ProjectDocument);

/// Whether a text is empty or has only comments in it.
pub fn says_nothing(text: &str) -> bool {
    text.lines().all(|line| {
        let line = line.trim_start_matches('\u{feff}').trim();
        line.is_empty() || line.starts_with('#') || matches!(line, "---" | "...")
    })
}

fn nothing_in(id: SourceId, source: &Source) -> Option<Diagnostic> {
    let message = "there is no document in this file";
    let span = Span::new(id, 0..0);
    // An emptied project file would silently choose another platform and another workspace.
    let found = match source.path.rsplit('/').next() {
        Some(PROJECT_FILE) => Diagnostic::error(&yaml::NO_DOCUMENT, span, message)
            .help("write the project's settings into it, or delete it"),
        Some(_) | None => Diagnostic::warning(&yaml::NO_DOCUMENT, span, message),
    };
    says_nothing(&source.text).then_some(found)
}

fn second_project(placed: &Placed<ProjectDocument>) -> Diagnostic {
    let span = Span { end: placed.span.start, ..placed.span };
    let message = format!("`{PROJECT_FILE}` holds one document, and this is another one");
    Diagnostic::error(&shape::WRONG_FILE, span, message)
}
