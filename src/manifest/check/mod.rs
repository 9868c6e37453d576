//! The rules: what a well-formed manifest may still get wrong, one family a file.

use super::{
    context::Context,
    document::{MiniProgramDocument, Placed, ProjectDocument, RosterDocument, Spanned},
};
use crate::diagnostic::{CodeInfo, Diagnostic};

/// Everything that the rules may look at.
#[derive(Debug, Clone, Copy)]
#[expect(dead_code, reason = "the families of rules read it")]
pub(super) struct CheckInput<'a> {
    pub(super) programs: &'a [Placed<MiniProgramDocument>],
    pub(super) rosters: &'a [Placed<RosterDocument>],
    pub(super) project: Option<&'a ProjectDocument>,
    pub(super) context: &'a Context,
}

/// One family of rules; looks at everything, adds what it finds.
type Check = fn(&CheckInput<'_>, &mut Vec<Diagnostic>);

const CHECKS: &[Check] = &[];

/// The codes of all families.
pub(super) const CODES: &[&[CodeInfo]] = &[];

pub(super) fn check(input: &CheckInput<'_>, found: &mut Vec<Diagnostic>) {
    for check in CHECKS {
        check(input, found);
    }
}

#[expect(dead_code, reason = "the families of rules call it")]
impl CheckInput<'_> {
    /// The workspace of a document, as text: what it names, or the project's default.
    pub(super) fn workspace<'t>(&'t self, named: Option<&'t Spanned<String>>) -> &'t str {
        let default = self.project.and_then(|project| project.workspace.as_ref());
        named.or(default).map_or(super::DEFAULT_WORKSPACE, |workspace| workspace.as_str())
    }
}
