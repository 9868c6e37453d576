//! What must change, and why: pure, total, and without a clock.
//!
//! A plan is complete: carrying it out needs no look-up and no choice. Nothing above this floor
//! decides *what* to do.

mod action;
pub mod adoption;
mod diff;
mod digest;
mod drift;
mod note;
mod part;
mod recognise;
mod rules;
mod safety;
mod sighting;
mod unmet;

pub use action::{Action, Phase, ProgramChange};
pub use diff::plan;
pub use drift::{Drift, Edit, Outside, asked_again, drifts, undone};
pub use note::{Lapse, Missing, Note, Stray, Term};
pub use part::part;
pub use recognise::recognise;
pub use rules::{
    ActsAs, Capabilities, InvitationPolicy, Limit, OnEnd, Percent, Policy, Rails, Rules,
};
pub use safety::{
    Counted, Danger, Foothold, Footholds, Power, Rail, UnknownRail, baseline, dangers, footholds,
    takes_something,
};
pub use sighting::{after, fields_of, sightings};
pub use unmet::Unmet;

use crate::model::Revision;

/// The steps in the order of their phases, and what was seen and left alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct Plan {
    pub steps: Vec<Step>,
    pub notes: Vec<Note>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub action: Action,
    pub reason: Reason,
    pub against: Fingerprint,
}

/// What a step was planned against. A step whose object is different by the time it is carried
/// out is stale, and skipped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fingerprint {
    /// There was no such object.
    Absent,
    At(Revision),
}

/// Why a step is there. For people only: nothing may depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The manifests ask for it, and the platform has none.
    Missing,
    /// Both have it, differently.
    Differs,
    /// It is there, just as asked for, and nobody managed it so far.
    Found,
    /// We manage it under the key that it had before.
    Renamed,
    /// We manage it, and no manifest asks for it any more.
    Unasked,
    /// The invitation ran out before anybody accepted it.
    Expired,
    /// The invitation was refused, and policy or the operator asks again.
    Refused,
    /// They went by themselves, and policy or the operator asks again.
    Left,
    /// The last day that the manifests give has passed.
    Ended,
    /// The person has another address: has accepted there or, where this one was only invited, is
    /// invited there.
    Moved,
    /// A sent invitation cannot be edited.
    InvitationDiffers,
    /// This platform cannot change roles.
    RolesAreFixed,
    /// The manifest says `blocked: true`.
    BlockedByManifest,
    /// The manifest does not say `blocked: true` any more.
    UnblockedByManifest,
}

/// The three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    InSync,
    /// Nothing that we can do: people have to.
    Waiting,
    Drifted,
}

impl Plan {
    pub fn standing(&self) -> Standing {
        if !self.steps.is_empty() {
            Standing::Drifted
        } else if self.notes.iter().any(Note::keeps_waiting) {
            Standing::Waiting
        } else {
            Standing::InSync
        }
    }
}
