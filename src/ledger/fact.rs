//! What the memory is made of: one fact for each key, written as JSON.

use super::{journal::Record, storage::Fault};
use crate::{
    model::{
        Acquaintance, Digest, Email, Field, ProgramId, ProgramKey, Reading, RosterName, Sighting,
        Subject,
    },
    plan::{Action, Step},
};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fact {
    Program(ProgramKey, ProgramId),
    Member(Email, Acquaintance),
    Seen(Subject, Sighting),
    /// Asked under this idempotency key, and not known to have ended.
    Intent(Subject, String, OpenIntent),
    Reading(Reading),
    Rosters(BTreeSet<RosterName>),
    /// [`Memory::mark`](crate::model::Memory::mark).
    Mark(u64),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OpenIntent {
    /// Digest of the step.
    pub(super) step: Digest,
    /// What a program was to be called.
    pub(super) name: Option<String>,
}

impl OpenIntent {
    pub(super) fn of(step: &Step) -> Self {
        let name = if let Action::CreateProgram { program } = &step.action {
            Some(program.name.clone())
        } else {
            None
        };
        Self { step: step.digest(), name }
    }
}

const SEEN: &str = "seen ";
const INTENT: &str = "intent ";
const READING: &str = "reading";
const ROSTERS: &str = "rosters";
const MARK: &str = "mark";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberText {
    sends: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wish: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeenText {
    at: jiff::Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<jiff::Timestamp>,
    fields: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadingText {
    at: jiff::Timestamp,
    members: u32,
    programs: u32,
}

/// Where nothing was to be called anything, the digest alone.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum AskedText {
    Nameless(String),
    Named(NamedText),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedText {
    step: String,
    name: String,
}

pub(super) fn program_key(key: &ProgramKey) -> String {
    Subject::Program(key.clone()).to_string()
}

pub(super) fn member_key(email: &Email) -> String {
    Subject::Member(email.clone()).to_string()
}

pub(super) fn seen_key(subject: &Subject) -> String {
    format!("{SEEN}{subject}")
}

fn intent_key(subject: &Subject, key: &str) -> String {
    format!("{INTENT}{subject} {key}")
}

impl Fact {
    pub(super) fn key(&self) -> String {
        match self {
            Self::Program(key, _) => program_key(key),
            Self::Member(email, _) => member_key(email),
            Self::Seen(subject, _) => seen_key(subject),
            Self::Intent(subject, key, _) => intent_key(subject, key),
            Self::Reading(_) => READING.to_owned(),
            Self::Rosters(_) => ROSTERS.to_owned(),
            Self::Mark(_) => MARK.to_owned(),
        }
    }

    pub(super) fn value(&self) -> Value {
        serde_json::to_value(self).expect("a fact is texts and numbers")
    }

    /// [`Self::value`], written.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("a fact is texts and numbers")
    }

    pub(super) fn parsed(key: &str, value: &Value) -> Result<Self, Fault> {
        let odd = || Fault::Odd(format!("{key}: {value}"));
        if key == MARK {
            return value.as_u64().map(Self::Mark).ok_or_else(odd);
        }
        if key == READING {
            let ReadingText { at, members, programs } = typed(value).ok_or_else(odd)?;
            return Ok(Self::Reading(Reading { at, members, programs }));
        }
        if key == ROSTERS {
            let names: Vec<String> = typed(value).ok_or_else(odd)?;
            let names = names.iter().map(|name| name.parse()).collect::<Result<_, _>>();
            return Ok(Self::Rosters(names.map_err(|_| odd())?));
        }
        if let Some(subject) = key.strip_prefix(SEEN) {
            let SeenText { at, until, fields } = typed(value).ok_or_else(odd)?;
            let fields = fields.into_iter().map(|(name, text)| Ok((name.parse::<Field>()?, text)));
            let fields = fields.collect::<Result<_, <Field as FromStr>::Err>>();
            let sighting = Sighting { at, until, fields: fields.map_err(|_| odd())? };
            return Ok(Self::Seen(subject.parse().map_err(|_| odd())?, sighting));
        }
        if let Some(intent) = key.strip_prefix(INTENT) {
            let (subject, key) = split_intent(intent).ok_or_else(odd)?;
            let asked: AskedText = typed(value).ok_or_else(odd)?;
            return Ok(Self::Intent(subject, key, asked.into()));
        }
        match key.parse().map_err(|_| odd())? {
            Subject::Program(key) => {
                let id = value.as_str().ok_or_else(odd)?;
                Ok(Self::Program(key, ProgramId::new(id)))
            }
            Subject::Member(email) => {
                let MemberText { sends, wish } = typed(value).ok_or_else(odd)?;
                Ok(Self::Member(email, Acquaintance { sends, wish: wish.map(Digest::new) }))
            }
        }
    }
}

/// Its value, without its key.
impl Serialize for Fact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Program(_, id) => id.as_str().serialize(serializer),
            Self::Member(_, Acquaintance { sends, wish }) => {
                let wish = wish.as_ref().map(ToString::to_string);
                MemberText { sends: *sends, wish }.serialize(serializer)
            }
            Self::Seen(_, Sighting { at, until, fields }) => {
                let texts = fields.iter().map(|(field, text)| (field.to_string(), text.clone()));
                SeenText { at: *at, until: *until, fields: texts.collect() }.serialize(serializer)
            }
            Self::Intent(_, _, asked) => AskedText::from(asked).serialize(serializer),
            Self::Reading(Reading { at, members, programs }) => {
                let (at, members, programs) = (*at, *members, *programs);
                ReadingText { at, members, programs }.serialize(serializer)
            }
            Self::Rosters(names) => serializer.collect_seq(names.iter().map(RosterName::as_str)),
            Self::Mark(number) => number.serialize(serializer),
        }
    }
}

impl From<&OpenIntent> for AskedText {
    fn from(OpenIntent { step, name }: &OpenIntent) -> Self {
        let step = step.to_string();
        match name.clone() {
            None => Self::Nameless(step),
            Some(name) => Self::Named(NamedText { step, name }),
        }
    }
}

impl From<AskedText> for OpenIntent {
    fn from(text: AskedText) -> Self {
        let (step, name) = match text {
            AskedText::Nameless(step) => (step, None),
            AskedText::Named(NamedText { step, name }) => (step, Some(name)),
        };
        Self { step: Digest::new(step), name }
    }
}

fn split_intent(text: &str) -> Option<(Subject, String)> {
    let (subject, key) = text.rsplit_once(' ')?;
    Some((subject.parse().ok()?, key.to_owned()))
}

/// What can be forgotten.
pub(super) enum Named {
    Program(ProgramKey),
    Member(Email),
    Seen(Subject),
    Intent(Subject, String),
}

impl Named {
    pub(super) fn key(&self) -> String {
        match self {
            Self::Program(key) => program_key(key),
            Self::Member(email) => member_key(email),
            Self::Seen(subject) => seen_key(subject),
            Self::Intent(subject, key) => intent_key(subject, key),
        }
    }

    pub(super) fn parsed(key: &str) -> Result<Self, Fault> {
        let named = if let Some(intent) = key.strip_prefix(INTENT) {
            split_intent(intent).map(|(subject, key)| Self::Intent(subject, key))
        } else if let Some(subject) = key.strip_prefix(SEEN) {
            subject.parse().ok().map(Self::Seen)
        } else {
            key.parse().ok().map(|subject| match subject {
                Subject::Program(key) => Self::Program(key),
                Subject::Member(email) => Self::Member(email),
            })
        };
        named.ok_or_else(|| Fault::Odd(key.to_owned()))
    }
}

/// What becomes of one key of the memory.
pub(super) enum Fate {
    Held(Fact),
    Gone(Named),
}

impl Fate {
    /// `None`: it holds nothing.
    pub(super) fn fact(&self) -> Option<&Fact> {
        match self {
            Self::Held(fact) => Some(fact),
            Self::Gone(_) => None,
        }
    }
}

/// What becomes of the memory by a record, by key.
pub(super) fn fates(record: &Record) -> Result<Vec<(String, Fate)>, Fault> {
    let gone = record.forget.iter().map(|key| Ok((key.clone(), Fate::Gone(Named::parsed(key)?))));
    let held = record.remember.iter();
    let held = held.map(|(key, value)| Ok((key.clone(), Fate::Held(Fact::parsed(key, value)?))));
    gone.chain(held).collect()
}

fn typed<T: for<'de> Deserialize<'de>>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}
