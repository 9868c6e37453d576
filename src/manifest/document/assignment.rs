//! An item of `miniPrograms`: a key, or a mapping with the day on which the assignment ends.

use super::Spanned;
use schemars::JsonSchema;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use std::fmt;

/// A mini program that a developer works on.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(with = "Form")]
pub struct AssignmentText {
    pub program: Spanned<String>,
    pub until: Option<Spanned<String>>,
}

/// A mini program that a developer works on: its key, or a mapping that says until when as well.
// `untagged` is for the schema only: serde's own would buffer the value and lose every place in it.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum Form {
    /// The key of the mini program (its `metadata.name`).
    #[schemars(example = &"coffee")]
    Key(String),
    Ending(Ending),
}

/// A mini program, and how long the person works on it.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(title = "Assignment")]
struct Ending {
    /// The key of the mini program (its `metadata.name`).
    #[schemars(example = &"coffee")]
    program: Spanned<String>,
    /// The last day of the assignment, in UTC: the day after, it ends by itself. Left out: it lasts
    /// as long as the membership.
    #[serde(default)]
    #[schemars(extend("format" = "date"), example = &"2027-01-31")]
    until: Option<Spanned<String>>,
}

impl<'de> Deserialize<'de> for AssignmentText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value, span } = Spanned::deserialize(deserializer)?;
        Ok(match value {
            Form::Key(value) => Self { program: Spanned { value, span }, until: None },
            Form::Ending(Ending { program, until }) => Self { program, until },
        })
    }
}

impl<'de> Deserialize<'de> for Form {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FormVisitor)
    }
}

struct FormVisitor;

impl<'de> Visitor<'de> for FormVisitor {
    type Value = Form;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key or a mapping")
    }

    fn visit_str<E>(self, key: &str) -> Result<Form, E> {
        Ok(Form::Key(key.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Form, A::Error> {
        Ending::deserialize(MapAccessDeserializer::new(map)).map(Form::Ending)
    }
}
