//! Text in, desired state out. Reading never fails: what is wrong becomes findings.
//!
//! In two steps, so that nobody here needs a disk: [`parse()`] reads the texts and says which logos
//! they name; whoever has a disk looks at those; [`Parsed::load`] judges everything.
//!
//! Codes: MS00xx files and YAML, MS01xx shape, MS02xx keys and identity, MS03xx texts of a mini
//! program, MS04xx listing and logo, MS05xx languages and release targets, MS06xx rosters, MS07xx
//! the project file.

mod check;
mod context;
mod decode;
pub mod document;
pub mod edit;
mod origins;
mod parse;
mod percentage;
mod quote;
mod resolve;
pub mod schema;
mod shape;
mod suggest;
mod time;
pub mod yaml;

pub use context::{Context, LogoProblem, Thing, Unread};
pub use origins::Origins;
pub use parse::{parse, says_nothing};
pub use percentage::percent;
pub use suggest::closest;
pub use time::{DurationError, duration};

use crate::{
    diagnostic::{CodeInfo, Diagnostic, Severity, SourceId, Span},
    model::{Desired, Logo, WorkspaceId},
};
use document::{MiniProgramDocument, Placed, ProjectDocument, RosterDocument, Spanned};
use std::collections::{BTreeMap, BTreeSet};

/// The name of the project file.
pub const PROJECT_FILE: &str = "minisync.yaml";

/// The workspace when neither a manifest nor the project names one.
pub const DEFAULT_WORKSPACE: &str = "default";

/// The texts, taken apart: what they say, and what is wrong with their form.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// The project file, when it is among the sources.
    pub project: Option<ProjectDocument>,
    /// In the order of the sources.
    pub programs: Vec<Placed<MiniProgramDocument>>,
    pub rosters: Vec<Placed<RosterDocument>>,
    pub diagnostics: Vec<Diagnostic>,
    /// The words of what could not be read, so that no rule says that something is missing which
    /// is only misspelt; see [`Parsed::lose`].
    lost: BTreeSet<String>,
}

/// What was read and judged. The desired state is made of it only when it is asked for: who checks
/// has no use for it, and a hundred thousand documents are large.
#[derive(Debug, Clone)]
pub struct Loaded {
    parsed: Parsed,
    logos: BTreeMap<Span, Logo>,
}

/// Manifests without a finding of severity error: only these can be planned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Valid {
    pub workspaces: BTreeMap<WorkspaceId, Desired>,
    pub origins: Origins,
}

/// Every code that reading and judging manifests can give, in order.
pub fn codes() -> Vec<&'static CodeInfo> {
    let mut codes: Vec<_> =
        [yaml::CODES, shape::CODES].iter().chain(check::CODES).copied().flatten().collect();
    codes.sort_by_key(|info| info.code);
    codes
}

impl Parsed {
    /// The logos that the manifests name, relative to the source that names them.
    pub fn logo_paths(&self) -> impl Iterator<Item = (SourceId, &Spanned<String>)> {
        self.programs.iter().filter_map(|placed| {
            let listing = placed.document.spec.listing.as_ref()?;
            Some((listing.logo.span.source, &listing.logo))
        })
    }

    /// Notes a text that nobody could read: a key or an address in it may well be described there.
    pub fn lose(&mut self, text: &str) {
        self.lost.extend(parse::words(text));
    }

    /// Judges what was read, with the facts that are not in the texts.
    pub fn load(mut self, context: &Context) -> Loaded {
        let input = check::CheckInput {
            programs: &self.programs,
            rosters: &self.rosters,
            project: self.project.as_ref(),
            context,
            lost: &self.lost,
        };
        check::check(&input, &mut self.diagnostics);
        let order = |found: &Diagnostic| (found.primary, found.code, found.message.clone());
        self.diagnostics.sort_by_cached_key(order);
        // An alias repeats the mistakes of what it repeats.
        self.diagnostics.dedup();
        let logos = context.logos.iter().filter_map(|(at, logo)| Some((*at, logo.clone().ok()?)));
        Loaded { logos: logos.collect(), parsed: self }
    }
}

impl Loaded {
    /// Sorted by place, then code.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.parsed.diagnostics
    }

    /// The findings again when one of them is an error.
    pub fn into_valid(self) -> Result<Valid, Vec<Diagnostic>> {
        let Self { parsed, logos } = self;
        if parsed.diagnostics.iter().any(|found| found.severity == Severity::Error) {
            return Err(parsed.diagnostics);
        }
        Ok(resolve::resolve(parsed, logos))
    }
}
