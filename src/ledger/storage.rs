//! Where a ledger is kept: the few things that a database does for it.

use super::{
    journal::{Broken, Head, Line, Place, Sealed},
    lease::{Holder, Lease},
};
use crate::model::WorkspaceId;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use rusqlite::ErrorCode;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

/// The layout of tables that this program knows.
pub(super) const LAYOUT: i64 = 4;

/// Why an older layout is left as it is.
pub(super) const AT_WORK: &str = "a run is at work on it, or died less than half a minute ago";

/// # Guarantees
/// - What `append` wrote is durable when the answer is there, and all of it or nothing: records, and
///   what is folded with them.
/// - At most one lease on a place at a time; each new one has a greater fence than all before it.
///
/// # Assumptions
/// - Who appends has read the place under the lease, and is the only one to do so under it.
pub(super) trait Storage: std::fmt::Debug + Send + Sync {
    /// Where it is kept; without a password.
    fn name(&self) -> &str;

    /// Random, and its own: idempotency keys of different ledgers never meet.
    fn id(&self) -> &str;

    /// Wherever something was written, or the lock was ever taken: a journal without its head is
    /// one that was tampered with.
    fn places(&self) -> Answer<'_, Vec<Place>>;

    /// One for each place, in their order.
    fn shelves<'a>(&'a self, places: &'a [Place]) -> Answer<'a, Vec<Shelf>>;

    fn top<'a>(&'a self, place: &'a Place, now: Timestamp) -> Answer<'a, Top>;

    /// [`Fault::Fenced`] when the lease `fence` has been given to another, or the journal is not as
    /// `from` says.
    fn append<'a>(
        &'a self,
        place: &'a Place,
        fence: u64,
        from: &'a Head,
        entry: Arc<Entry>,
    ) -> Answer<'a, ()>;

    /// At most `most` records after that one.
    fn lines<'a>(&'a self, place: &'a Place, after: u64, most: usize) -> Answer<'a, Vec<Line>>;

    /// Takes over the id and the journals of another ledger, and the memory that they amount to: all
    /// of it or, when one of `records` is an error, nothing. [`Fault::Occupied`] when anything else
    /// is kept here already, or somebody has a lease that is not over: an answer may have been lost.
    /// [`id`](Self::id) is the old one until the ledger is opened again.
    fn adopt<'a>(
        &'a self,
        id: &'a str,
        records: &'a mut (dyn Iterator<Item = Result<(Place, Sealed), Fault>> + Send),
        now: Timestamp,
    ) -> Answer<'a, ()>;

    /// Everything of a platform, its journals too: for a sandbox that begins anew.
    fn erase<'a>(&'a self, platform: &'a str) -> Answer<'a, ()>;

    /// Leases for `holder`, if [`Lease::yields_to`] lets them have each: the fences, or the first
    /// that is somebody else's; then none is taken.
    fn take<'a>(
        &'a self,
        places: &'a [Place],
        holder: &'a Holder,
        now: Timestamp,
        length: SignedDuration,
    ) -> Answer<'a, Taken>;

    /// The lease that was seen, whoever holds it: the fence. `None`: it is gone, or another one.
    fn seize<'a>(
        &'a self,
        seen: (&'a Place, u64),
        holder: &'a Holder,
        now: Timestamp,
        length: SignedDuration,
    ) -> Answer<'a, Option<u64>>;

    /// Makes those leases last until `length` from now. How many are ours still.
    fn renew<'a>(
        &'a self,
        leases: &'a BTreeMap<Place, u64>,
        now: Timestamp,
        length: SignedDuration,
    ) -> Answer<'a, usize>;

    fn release<'a>(&'a self, leases: &'a BTreeMap<Place, u64>) -> Answer<'a, ()>;
}

pub(super) type Answer<'a, T> = BoxFuture<'a, Result<T, Fault>>;

pub(super) type Taken = Result<BTreeMap<Place, u64>, (Place, Lease)>;

/// What is read to write on: how far the journal is, and the memory it amounts to. Facts are folded
/// into a table of their own now and then, not with each record: most of them do not last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shelf {
    pub(super) head: Head,
    /// The number of the record until which the facts are folded.
    pub(super) folded: u64,
    pub(super) facts: BTreeMap<String, Value>,
    /// The records that are not folded and, to be held against, the one before them; the last two
    /// in any case.
    pub(super) tail: Vec<Line>,
}

/// How far a journal is, and who writes it, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Top {
    pub(super) head: Head,
    /// `None`: nobody has one that is not over.
    pub(super) lease: Option<Lease>,
}

impl Shelf {
    /// The records that are not folded, each as it follows from the one before it, and whether they
    /// lead to the head. `start`: the head of an empty journal.
    pub(super) fn rest(&self, start: Head) -> (Vec<Sealed>, bool) {
        let (mut at, mut lines, mut records) = (start, self.tail.iter(), Vec::new());
        let first = self.folded.min(self.head.number.saturating_sub(1));
        if first > 0 {
            // What this one follows from was not read.
            let Some(Line { text: _, hash }) = lines.next() else { return (records, false) };
            at = Head { number: first, hash: hash.clone() };
        }
        for Line { text, hash } in lines {
            let Ok(sealed) = at.checked(text, hash) else { return (records, false) };
            at = sealed.head();
            if at.number > self.folded {
                records.push(sealed);
            }
        }
        (records, at == self.head && self.folded <= self.head.number)
    }
}

/// Where each journal of an export ends.
pub(super) fn heads(
    records: &mut dyn Iterator<Item = Result<(Place, Sealed), Fault>>,
) -> Result<BTreeMap<Place, Head>, Fault> {
    records.map(|record| record.map(|(place, sealed)| (place, sealed.head()))).collect()
}

/// What is written in one go: records, one after the other.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) lines: Vec<Line>,
    /// Of the journal with them.
    pub(super) head: Head,
    /// `None`: the facts stay as far as they are.
    pub(super) fold: Option<Fold>,
}

/// Facts to be folded, until the record `to`.
#[derive(Debug)]
pub(super) struct Fold {
    pub(super) to: u64,
    pub(super) change: Change,
}

impl Entry {
    /// Of another ledger's, all of them folded; `None`: there are none.
    pub(super) fn of(records: Vec<Sealed>) -> Option<Self> {
        let head = records.last()?.head();
        let fold = Some(Fold { to: head.number, change: Change::of(&records) });
        let line = |Sealed { record: _, text, hash }| Line { text, hash };
        Some(Self { lines: records.into_iter().map(line).collect(), head, fold })
    }

    /// With their numbers.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (u64, &Line)> {
        let before = self.head.number - self.lines.len() as u64;
        (before + 1..).zip(&self.lines)
    }
}

/// What becomes of the facts.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub(super) gone: Vec<String>,
    pub(super) keys: Vec<String>,
    pub(super) values: Vec<String>,
}

impl Change {
    fn of(records: &[Sealed]) -> Self {
        let mut ends: BTreeMap<&str, Option<&Value>> = BTreeMap::new();
        for Sealed { record, .. } in records {
            ends.extend(record.forget.iter().map(|key| (key.as_str(), None)));
            ends.extend(record.remember.iter().map(|(key, value)| (key.as_str(), Some(value))));
        }
        ends.into_iter().map(|(key, end)| (key.to_owned(), end.map(Value::to_string))).collect()
    }
}

/// Keys, and what they hold from then on; `None`: nothing.
impl FromIterator<(String, Option<String>)> for Change {
    fn from_iter<T: IntoIterator<Item = (String, Option<String>)>>(ends: T) -> Self {
        let mut change = Self::default();
        for (key, end) in ends {
            match end {
                None => change.gone.push(key),
                Some(value) => {
                    change.keys.push(key);
                    change.values.push(value);
                }
            }
        }
        change
    }
}

/// Why an operation on the ledger failed, before it is known which ledger.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("{0}")]
    Io(String),
    /// The server cannot be reached, or went away; it may come back.
    #[cfg(feature = "postgres")]
    #[error("{0}")]
    Away(String),
    /// What a server said.
    #[cfg(feature = "postgres")]
    #[error("{0}")]
    Server(String),
    #[error("it was written by a newer minisync (layout {0}, and this one knows {LAYOUT})")]
    Newer(i64),
    #[error("an older minisync made it, and it cannot be brought up: {0}")]
    NotBroughtUp(String),
    #[error("it is another program's")]
    Foreign,
    #[error("it holds `{0}`, which is not what minisync writes there")]
    Odd(String),
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error("something is kept in it already, and only an empty one takes over another")]
    Occupied,
    #[error("what it was to take over is not sound")]
    Unsound,
    #[error(
        "the journal of workspace `{0}` does not end as its head says: records were cut off or \
         changed; `minisync history verify` looks through all of it"
    )]
    Cut(WorkspaceId),
    #[error("the lock was lost to another run meanwhile, so nothing more is written")]
    Fenced,
}

impl Fault {
    /// Whether what is kept there is not whole.
    pub(super) fn is_damage(&self) -> bool {
        match self {
            Self::Sqlite(why) => matches!(
                why.sqlite_error_code(),
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
            ),
            Self::Odd(_) | Self::Broken(_) | Self::Cut(_) => true,
            #[cfg(feature = "postgres")]
            Self::Away(_) | Self::Server(_) => false,
            Self::Io(_)
            | Self::Newer(_)
            | Self::NotBroughtUp(_)
            | Self::Foreign
            | Self::Occupied
            | Self::Unsound
            | Self::Fenced => false,
        }
    }
}
