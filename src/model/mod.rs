//! The words: plain data that every other floor speaks in.
//!
//! Nothing here does I/O, reads a clock or can fail after it was built: whatever holds a
//! [`ProgramKey`] or an [`Email`] holds one that has been checked.

mod field;
mod id;
pub mod image;
mod membership;
mod memory;
mod program;
mod roster;
mod state;
pub mod text;

pub use field::{Exemptions, Field, Fields, UnknownField};
pub use id::{
    Digest, Email, EmailError, IdError, LanguageTag, LanguageTagError, MemberId, ProgramId,
    ProgramKey, ProgramRef, ReleaseTarget, Revision, RosterName, Subject, SubjectError,
    UnknownReleaseTarget, WorkspaceId,
};
pub use image::{Logo, LogoFormat};
pub use membership::{History, Invitation, LastChange, Membership, Move, Stage};
pub use memory::{Acquaintance, Memory, Reading, Sighting};
pub use program::{CustomerService, Listing, MiniProgram, Translation};
pub use roster::{Member, Role};
pub use state::{
    Actual, ActualMember, ActualProgram, Allowance, Completeness, Desired, Figures, Ownership,
    Seen, SeenListing, SeenMember, SeenProgram,
};
