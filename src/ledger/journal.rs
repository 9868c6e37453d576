//! The journal: what was about to be asked, how it ended, and what is remembered of it, record
//! after record. Each holds the hash of the one before it.
//!
//! A journal belongs to one workspace of one platform. Its memory is the sum of its records, and of
//! nothing else.

use crate::{
    model::{Digest, ProgramRef, WorkspaceId, image},
    plan::Action,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Whose journal it is. Workspaces of the same name on two platforms are two workspaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Whatever the platform is told by: an address, or that it is embedded.
    pub platform: String,
    pub workspace: WorkspaceId,
}

/// How far a journal has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of the last record; 0: there is none.
    pub number: u64,
    pub hash: Digest,
}

/// A record, and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub record: Record,
    /// Its bytes, as they are hashed and kept.
    pub text: String,
    pub hash: Digest,
}

/// One thing that happened. Written as JSON whose bytes are always the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record {
    /// From 1, without a gap.
    pub number: u64,
    pub at: Timestamp,
    /// The run that wrote it; opaque, and the same for all its records.
    pub run: String,
    pub event: Event,
    /// What the memory holds from here on, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub remember: BTreeMap<String, Value>,
    /// What it holds no more.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub forget: BTreeSet<String>,
}

impl Eq for Record {}

/// A [`Record`] that is about to be kept, and written as that is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewRecord<'a, R, F> {
    pub(super) number: u64,
    pub(super) at: Timestamp,
    pub(super) run: &'a str,
    pub(super) event: &'a Event,
    /// `None`: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remember: Option<R>,
    /// `None`: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) forget: Option<F>,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) hash: Digest,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Event {
    /// A run is about to carry out a plan here.
    Begun {
        /// Who runs it: on their machine or in CI.
        who: String,
        /// The commit of the manifests, `-dirty` behind it when they are not as it has them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit: Option<String>,
        /// The version of minisync.
        version: String,
        /// Of the plan for this workspace.
        plan: String,
        /// Of the plan for all workspaces, as `plan` and `apply` tell it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        whole: Option<String>,
        /// The saved plan it came from, by its digest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        saved: Option<String>,
        steps: u64,
        /// The fencing token of its lock.
        fence: u64,
    },
    /// The request is not out yet.
    Intended {
        subject: String,
        what: String,
        step: String,
        /// The idempotency key.
        key: String,
        /// What somebody gets by it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        granted: Option<Granted>,
        /// It was asked under this key before, and nobody knows how that ended.
        #[serde(default, skip_serializing_if = "is_no")]
        again: bool,
    },
    Ended {
        key: String,
        how: How,
        /// The error in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Everything was read.
    Read,
    Finished {
        done: u64,
        undone: u64,
    },
    /// Somebody took the lock away from a run.
    Unlocked {
        who: String,
        from: String,
    },
    /// An older ledger was taken over.
    Migrated {
        layout: u64,
    },
}

/// A role, and the mini programs that it reaches where it does not reach all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Granted {
    pub role: String,
    /// Our keys; the platform's ids of those that are not ours.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub programs: BTreeSet<String>,
}

impl Granted {
    /// `None`: nobody gets anything, or what they had was not asked for.
    pub(super) fn of(action: &Action) -> Option<Self> {
        let (Action::Invite { role, .. }
        | Action::Reinvite { role, .. }
        | Action::ChangeRole { to: role, .. }) = action
        else {
            return None;
        };
        let name = |program: &ProgramRef| match program {
            ProgramRef::New(key) | ProgramRef::Existing { key: Some(key), .. } => key.to_string(),
            ProgramRef::Existing { key: None, id } => id.to_string(),
        };
        let programs = role.assignments().map(name).collect();
        Some(Self { role: role.name().to_owned(), programs })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_no(it: &bool) -> bool {
    !it
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum How {
    Done,
    /// It had changed since it was planned.
    Stale,
    /// A certain no.
    Refused,
    /// Not known: asked again under the same key, or found by looking.
    Unknown,
    NotAsked,
}

/// Why a journal is not what minisync wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("record {number} is missing")]
    Missing { number: u64 },
    #[error("record {number} is not what was written: its hash does not fit")]
    Altered { number: u64 },
    #[error("record {number} is nothing that minisync writes: {why}")]
    Unreadable { number: u64, why: String },
}

impl Head {
    /// As people keep it elsewhere.
    pub fn seal(&self) -> String {
        format!("sha256:{}", self.hash)
    }

    /// Of an empty journal: so that no journal passes for another one's.
    pub fn start(ledger: &str, place: &Place) -> Self {
        let Place { platform, workspace } = place;
        let name = format!("{ledger}\n{}\n{platform}\n{workspace}", platform.len());
        Self { number: 0, hash: image::digest(name.as_bytes()) }
    }

    /// What comes next, and goes on the journal.
    pub(super) fn line(&self, record: &impl Serialize) -> Line {
        let text = text(record);
        Line { hash: hash(&self.hash, &text), text }
    }

    pub(super) fn after(&self, line: &Line) -> Self {
        Self { number: self.number + 1, hash: line.hash.clone() }
    }

    /// The record that comes next, if `text` is it.
    pub fn checked(&self, text: &str, sealed: &Digest) -> Result<Sealed, Broken> {
        let number = self.number + 1;
        if hash(&self.hash, text) != *sealed {
            return Err(Broken::Altered { number });
        }
        let record: Record = serde_json::from_str(text)
            .map_err(|why| Broken::Unreadable { number, why: why.to_string() })?;
        if record.number != number {
            return Err(Broken::Missing { number });
        }
        if record.text() != text {
            let why = "it is not written as minisync writes".to_owned();
            return Err(Broken::Unreadable { number, why });
        }
        Ok(Sealed { record, text: text.to_owned(), hash: sealed.clone() })
    }
}

fn hash(previous: &Digest, text: &str) -> Digest {
    image::digest([previous.as_str(), "\n", text].concat().as_bytes())
}

impl Sealed {
    pub fn head(&self) -> Head {
        Head { number: self.record.number, hash: self.hash.clone() }
    }
}

impl Record {
    pub fn text(&self) -> String {
        text(self)
    }
}

fn text(record: &impl Serialize) -> String {
    serde_json::to_string(record).expect("a record is texts and numbers")
}
