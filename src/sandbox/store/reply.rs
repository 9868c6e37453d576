//! What a write is answered with, and answered with again when it is repeated.

use super::rows::json;
use crate::{
    model::WorkspaceId,
    platform::sandbox as wire,
    sandbox::world::{About, World},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sandbox) struct Reply {
    pub(in crate::sandbox) status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) location: Option<String>,
    /// JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) body: Option<String>,
    /// Whether this was answered before.
    #[serde(skip)]
    pub(in crate::sandbox) is_repeated: bool,
}

impl Reply {
    /// The thing as it is after the request.
    pub(super) fn about(
        world: &World,
        (workspace, about, is_new): (&WorkspaceId, &About, bool),
        now: Timestamp,
    ) -> Self {
        let gone = Self { status: 204, ..Self::default() };
        let Some(found) = world.workspace(workspace) else {
            return gone;
        };
        let here = format!("/v1/workspaces/{workspace}");
        let (location, tag, body) = match about {
            About::Nothing => return gone,
            About::Workspace => (here, found.revision().to_string(), json(&found.to_wire())),
            About::Program(no) => {
                let Some(program) = found.program(*no) else { return gone };
                let tag = program.revision.to_string();
                (format!("{here}/programs/{no}"), tag, json(&program.to_wire()))
            }
            About::Member(no) => {
                let Some(member) = found.member(*no) else { return gone };
                let tag = member.revision_at(now).to_string();
                (format!("{here}/members/{no}"), tag, json(&member.to_wire(now)))
            }
            About::Logo(digest) => {
                let Some(format) = found.logo(digest) else { return gone };
                let logo = wire::Logo {
                    digest: digest.to_string(),
                    media_type: format.media_type().to_owned(),
                };
                (format!("{here}/logos/{digest}"), digest.to_string(), json(&logo))
            }
        };
        Self {
            status: if is_new { 201 } else { 200 },
            etag: Some(format!("\"{tag}\"")),
            location: is_new.then_some(location),
            body: Some(body),
            is_repeated: false,
        }
    }
}
