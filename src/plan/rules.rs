//! What the platform can do, and what this project wants of it.

use crate::model::{Email, ProgramKey};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use std::{collections::BTreeSet, fmt};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    pub capabilities: Capabilities,
    pub policy: Policy,
    /// Never changed and never removed: the owner, and the account we act as.
    pub protected: BTreeSet<Email>,
    /// Whom the operator wants invited once more, whatever the policy and however often it was
    /// done.
    pub again: BTreeSet<Email>,
    /// The platform's time.
    pub now: Timestamp,
    /// Ours, where the platform tells its own and that has a way to go on which it may be changed.
    pub own: Option<Timestamp>,
}

/// Further apart than this, one of two clocks is wrong.
const CLOCKS_APART: SignedDuration = SignedDuration::from_hours(24);

impl Rules {
    /// Manifests speak of days in UTC. Where two clocks disagree about the day, it has come when both
    /// say so: what has ended cannot be undone.
    pub fn today(&self) -> Date {
        let theirs = self.day_there();
        let is_apart = |own: &Timestamp| own.duration_since(self.now).abs() > CLOCKS_APART;
        self.own.filter(is_apart).map_or(theirs, |own| theirs.min(day(own)))
    }

    /// By the platform's time alone.
    pub fn day_there(&self) -> Date {
        day(self.now)
    }
}

fn day(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    pub creates_programs: bool,
    pub deletes_programs: bool,
    pub changes_roles: bool,
    pub resends: bool,
    pub withdraws: bool,
    pub blocks: bool,
    pub acts_as: ActsAs,
}

/// On whose behalf we can create mini programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActsAs {
    Anyone,
    Only(BTreeSet<Email>),
}

/// The manifests' `policy`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Delete programs that we manage and no manifest asks for.
    pub prune: bool,
    pub invitations: InvitationPolicy,
    pub who_left: OnEnd,
    pub rails: Rails,
}

/// What no plan may do without being allowed to by name, and what none may do at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rails {
    pub removals: Limit,
    /// Active masters that each workspace keeps, the owner not counted.
    pub least_masters: u32,
    /// Never removed, asked for or not.
    pub keep_members: BTreeSet<Email>,
    /// Never deleted, asked for or not.
    pub keep_programs: BTreeSet<ProgramKey>,
}

/// How much may go at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub most: u32,
    pub share: Percent,
}

/// 0 to 100, by [`Percent::new`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u8);

/// What becomes of invitations that nobody accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationPolicy {
    /// Send an expired invitation again, or only report it.
    pub on_expired: OnEnd,
    /// After so many the invitation is given up, until the manifests change.
    pub max_resends: u32,
    /// How long an expired invitation rests before the first resend; before each further one,
    /// twice as long.
    pub resend_after: SignedDuration,
    pub on_refused: OnEnd,
    /// Who has less time left than this is named.
    pub remind_before: SignedDuration,
}

/// Whether to ask somebody again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnEnd {
    /// Leave it to a person.
    #[default]
    Report,
    AskAgain,
}

impl Default for Rails {
    fn default() -> Self {
        Self {
            removals: Limit { most: 20, share: Percent(25) },
            least_masters: 1,
            keep_members: BTreeSet::new(),
            keep_programs: BTreeSet::new(),
        }
    }
}

impl Limit {
    /// How many of them may go. One alone is never too large a share: of a few people, it always is
    /// a large one.
    pub fn most_of(self, of: usize) -> usize {
        let Self { most, share: Percent(share) } = self;
        let share = of.saturating_mul(usize::from(share)) / 100;
        share.max(1).min(usize::try_from(most).unwrap_or(usize::MAX))
    }
}

impl Percent {
    pub fn new(percent: u8) -> Option<Self> {
        (percent <= 100).then_some(Self(percent))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

impl Default for InvitationPolicy {
    fn default() -> Self {
        Self {
            on_expired: OnEnd::AskAgain,
            max_resends: 2,
            resend_after: SignedDuration::from_hours(1),
            on_refused: OnEnd::Report,
            remind_before: SignedDuration::from_hours(12),
        }
    }
}

impl Default for Capabilities {
    /// A platform that can do everything.
    fn default() -> Self {
        Self {
            creates_programs: true,
            deletes_programs: true,
            changes_roles: true,
            resends: true,
            withdraws: true,
            blocks: true,
            acts_as: ActsAs::Anyone,
        }
    }
}

impl ActsAs {
    pub fn includes(&self, email: &Email) -> bool {
        match self {
            Self::Anyone => true,
            Self::Only(whom) => whom.contains(email),
        }
    }
}
