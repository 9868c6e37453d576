//! Writing manifests: fresh ones, additions to those that exist, and their canonical form.
//!
//! Pure, as all of this floor: texts in, texts out. Whatever is done to a text that somebody wrote
//! is judged afterwards: what it said before it still says, comments included, or the text stays as
//! it is and a [`Refusal`] says why.

mod append;
mod format;
mod fresh;
mod meaning;
mod places;
mod proof;

pub use append::{Assigned, with_assignments, with_members};
pub use format::format;
pub use fresh::{program, roster};
pub use places::{RosterPlace, rosters};
pub use proof::{reads_as_member, reads_as_program};

/// Why a text is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("it cannot be read as YAML; `minisync check` says where and why")]
    Unreadable,
    #[error("it has `?` before a key")]
    ComplexKey,
    #[error("it is indented with tabs")]
    Tabs,
    #[error("a document begins on the line of its `---`")]
    BegunOnMarker,
    /// The place is not a list, or is repeated from elsewhere.
    #[error("there is no list to add to where one was looked for")]
    NoList,
    /// What came out of it was read again, and was not what it should be.
    #[error("it is written in a way that cannot be kept")]
    WouldChange,
}
