//! `policy` in `minisync.yaml`.

use super::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// How a duration begins; what else it may be, [`duration`](crate::manifest::duration) says.
pub(in crate::manifest) const DURATION: &str = "^[0-9]";

/// What minisync may do without being asked each time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyText {
    /// Whether to delete mini programs that minisync manages and no manifest names any more. Left
    /// out: false, and they are only reported. People who are on no roster any more are removed in
    /// either case.
    #[serde(default)]
    pub prune: bool,
    /// What becomes of invitations that nobody accepts.
    #[serde(default)]
    pub invitations: InvitationPolicyText,
    /// What becomes of members who end their membership.
    #[serde(default)]
    pub members: MemberPolicyText,
    /// Which plans may be applied.
    #[serde(default)]
    pub plans: PlanPolicyText,
}

/// What becomes of invitations that nobody accepts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvitationPolicyText {
    /// What to do about an invitation that has expired. Left out: `resend`.
    #[serde(default)]
    #[schemars(extend("default" = "resend"))]
    pub on_expired: Option<OnExpiredText>,
    /// How often an expired invitation is sent again, 0 to 30 times. After that it is given up and
    /// reported until the person's lines in the manifests change. Left out: 2.
    #[serde(default)]
    #[schemars(range(min = 0, max = 30), extend("default" = 2))]
    pub max_resends: Option<Spanned<i64>>,
    /// How long an expired invitation rests before it is sent again the first time, such as `90m`,
    /// `1h30m` or `3d`; each further time it rests twice as long. Left out: `1h`.
    #[serde(default)]
    #[schemars(regex(pattern = DURATION), extend("default" = "1h"), example = &"1h")]
    pub resend_after: Option<Spanned<String>>,
    /// What to do about an invitation that has been refused. Left out: `report`.
    #[serde(default)]
    #[schemars(extend("default" = "report"))]
    pub on_refused: Option<OnEndText>,
    /// Whoever has less time than this left to accept is named by `plan` and `status`, such as
    /// `90m`, `12h` or `2d`. Left out: `12h`.
    #[serde(default)]
    #[schemars(regex(pattern = DURATION), extend("default" = "12h"), example = &"12h")]
    pub remind_before: Option<Spanned<String>>,
}

/// What becomes of members who end their membership.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MemberPolicyText {
    /// What to do about somebody who left by themselves and is on a roster still. Left out:
    /// `report`.
    #[serde(default)]
    #[schemars(extend("default" = "report"))]
    pub who_left: Option<OnEndText>,
}

/// Which plans may be applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanPolicyText {
    /// Whose signatures count: a file of addresses and SSH keys as in `allowed_signers` of
    /// ssh-keygen, relative to `minisync.yaml`. With it, only saved plans that one of them has
    /// signed are applied. Left out: plans need no signature.
    #[serde(default)]
    #[schemars(length(min = 1), example = &"allowed_signers")]
    pub signers: Option<Spanned<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum OnExpiredText {
    /// Send it again, after `resendAfter` and at most `maxResends` times.
    Resend,
    /// Only say that it has expired.
    Report,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum OnEndText {
    /// Only say so: it is the person's own decision.
    Report,
    /// Invite the person again.
    Reinvite,
}
