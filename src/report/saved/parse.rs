//! Bytes to a saved plan: total, whatever the bytes are.

use super::{SavedPlan, VERSION};
use serde::Deserialize;
use serde_json::Value;

/// Why bytes are no saved plan.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    #[error("it is empty")]
    Empty,
    /// No JSON, or not of the shape that a saved plan has.
    #[error("{0}")]
    Shape(serde_json::Error),
    #[error("it is no saved plan: there is no `\"kind\": \"SavedPlan\"` in it")]
    Other,
    #[error("it has version {0}, and this minisync knows {VERSION}")]
    Version(u64),
    /// What it says of itself is not so.
    #[error("it is not as it was written: {0}")]
    Altered(&'static str),
}

/// What every version has.
#[derive(Deserialize)]
struct Head {
    kind: Option<Value>,
    version: Option<u64>,
}

/// A saved plan that is as it was written.
pub fn parse(bytes: &[u8]) -> Result<SavedPlan, ParseError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ParseError::Empty);
    }
    let Head { kind, version } = serde_json::from_slice(bytes).map_err(ParseError::Shape)?;
    if kind.is_none_or(|kind| kind != "SavedPlan") {
        return Err(ParseError::Other);
    }
    match version {
        Some(version) if version != u64::from(VERSION) => return Err(ParseError::Version(version)),
        Some(_) | None => {}
    }
    let plan: SavedPlan = serde_json::from_slice(bytes).map_err(ParseError::Shape)?;
    untouched(&plan, bytes)?;
    Ok(plan)
}

/// Whether something calls itself a saved plan, of whatever version, sound or not.
pub fn is_saved_plan(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Head>(bytes)
        .is_ok_and(|head| head.kind.is_some_and(|kind| kind == "SavedPlan"))
}

/// Spaces between the parts may differ: git and editors change line ends.
fn untouched(plan: &SavedPlan, bytes: &[u8]) -> Result<(), ParseError> {
    if plan.digest != plan.work_digest().to_string() {
        return Err(ParseError::Altered("its digest is not that of what it would do"));
    }
    if plan.checksum != plan.own_checksum() {
        return Err(ParseError::Altered("its checksum is not that of its content"));
    }
    let read: Value = serde_json::from_slice(bytes).map_err(ParseError::Shape)?;
    let written = serde_json::to_value(plan).map_err(ParseError::Shape)?;
    if read != written {
        return Err(ParseError::Altered("there is more in it than minisync writes"));
    }
    let is_sorted = plan.workspaces.is_sorted_by(|one, next| one.id < next.id);
    if !is_sorted {
        return Err(ParseError::Altered("its workspaces are not in order"));
    }
    Ok(())
}
