//! What the sandbox tells of itself: its log and its clock.

#[cfg(feature = "sandbox")]
use super::super::documented;
use serde::{Deserialize, Serialize};

/// Something that was done in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// Goes up; not without gaps.
    pub seq: u64,
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::Time))]
    pub at: String,
    /// An address, or `operator`.
    pub actor: String,
    /// `invite`, `accept`, `edit-program`, …
    pub verb: String,
    /// The program or person that it was done to, by the name at that time.
    pub subject: String,
    /// Of the manifests that asked for it; missing for what was done by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// `GET /v1/clock`: the sandbox's own time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Clock {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::Time))]
    pub now: String,
    /// How far it is ahead of the machine's clock, as an ISO 8601 duration.
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::TimeSpan))]
    pub offset: String,
}

/// `POST /v1/clock`: moves the sandbox's time; the move is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClockMove {
    /// `3d`, `1h 30m`, `-2h` for backwards, or ISO 8601; a day has 24 hours.
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::TimeSpan))]
    pub advance: String,
}

/// `POST /v1/mishaps`: something that is to go wrong, for once or for more requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMishap {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::MishapText))]
    pub mishap: String,
}

/// A mishap that waits for its requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Mishap {
    #[cfg_attr(feature = "sandbox", schema(value_type = documented::MishapText))]
    pub mishap: String,
    /// Requests that it lets pass before the next that it hits.
    pub to_pass: u32,
    /// Requests that it has still to hit; missing when it hits all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
}

/// `GET /v1/mishaps`, in the order in which they were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sandbox", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Mishaps {
    pub items: Vec<Mishap>,
}
