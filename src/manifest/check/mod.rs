//! The rules: what a well-formed manifest may still get wrong, one family a file.

mod addresses;
mod assignments;
mod census;
mod closest;
mod creators;
mod days;
mod files;
mod ignores;
mod keys;
mod languages;
mod ledger;
mod lengths;
mod listing;
mod logos;
mod mail;
mod moves;
mod names;
mod policy;
mod project;
mod releases;
mod renames;
mod rosters;
mod texts;
mod url;

use super::{
    context::Context,
    document::{MiniProgramDocument, Placed, ProjectDocument, RosterDocument, Spanned},
    quote,
};
use crate::diagnostic::{CodeInfo, Diagnostic};
use census::Census;
use std::collections::BTreeSet;

/// Everything that the rules may look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckInput<'a> {
    pub(super) programs: &'a [Placed<MiniProgramDocument>],
    pub(super) rosters: &'a [Placed<RosterDocument>],
    pub(super) project: Option<&'a ProjectDocument>,
    pub(super) context: &'a Context,
    /// The words of what could not be read.
    pub(super) lost: &'a BTreeSet<String>,
}

/// One family of rules; looks at everything, adds what it finds.
type Check = fn(&CheckInput<'_>, &Census<'_>, &mut Vec<Diagnostic>);

const CHECKS: &[Check] = &[
    files::check,
    keys::check,
    renames::check,
    addresses::check,
    texts::check,
    names::check,
    lengths::check,
    listing::check,
    logos::check,
    languages::check,
    releases::check,
    creators::check,
    rosters::check,
    assignments::check,
    moves::check,
    days::check,
    ignores::check,
    project::check,
    policy::check,
    mail::check,
    ledger::check,
];

/// The codes of all families.
pub(super) const CODES: &[&[CodeInfo]] = &[
    files::CODES,
    keys::CODES,
    renames::CODES,
    addresses::CODES,
    texts::CODES,
    names::CODES,
    lengths::CODES,
    listing::CODES,
    logos::CODES,
    languages::CODES,
    releases::CODES,
    creators::CODES,
    rosters::CODES,
    assignments::CODES,
    moves::CODES,
    days::CODES,
    ignores::CODES,
    project::CODES,
    policy::CODES,
    mail::CODES,
    ledger::CODES,
];

pub(super) fn check(input: &CheckInput<'_>, found: &mut Vec<Diagnostic>) {
    let census = Census::new(input);
    for check in CHECKS {
        check(input, &census, found);
    }
}

impl CheckInput<'_> {
    /// Whether a key or an address stands in something that could not be read, so that nobody can
    /// say that it is missing.
    pub(super) fn may_be_lost(&self, word: &str) -> bool {
        self.lost.contains(&word.to_lowercase())
    }

    /// The workspace of a document, as text: what it names, or the project's default.
    pub(super) fn workspace<'t>(&'t self, named: Option<&'t Spanned<String>>) -> &'t str {
        let default = self.project.and_then(|project| project.workspace.as_ref());
        named.or(default).map_or(super::DEFAULT_WORKSPACE, |workspace| workspace.as_str())
    }
}
