//! `policy` in `minisync.yaml`.

use super::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// How a duration begins; what else it may be, [`duration`](crate::manifest::duration) says.
pub(in crate::manifest) const DURATION: &str = "^[0-9]";
/// How a share is written; which of them are too large, [`percent`](crate::manifest::percent) says.
pub(in crate::manifest) const SHARE: &str = "^[0-9]{1,3}%$";

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
    /// What `apply` does only when it is allowed by name, and who and what stays in any case.
    #[serde(default)]
    pub rails: RailsText,
    /// Which plans may be applied.
    #[serde(default)]
    pub plans: PlanPolicyText,
}

/// What `apply` does only when it is allowed by name, and who and what stays in any case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RailsText {
    /// How many people may lose their access at once, and how many mini programs may be deleted.
    #[serde(default)]
    pub removals: LimitText,
    /// How many active masters each workspace keeps, 0 to 100, the owner not counted. Left out: 1.
    #[serde(default)]
    #[schemars(range(min = 0, max = 100), extend("default" = 1))]
    pub least_masters: Option<Spanned<i64>>,
    /// People who are never removed, though no roster names them any more, by their addresses.
    #[serde(default)]
    #[schemars(inner(regex(pattern = r"^[^@\s]+@[^@\s]+\.[^@\s]+$")))]
    #[schemars(example = ["mei@example.com"])]
    pub keep_members: Vec<Spanned<String>>,
    /// Mini programs that are never deleted, though no manifest names them any more, by their keys.
    #[serde(default)]
    #[schemars(inner(
        length(min = 1, max = 63),
        regex(pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
    ))]
    #[schemars(example = ["coffee"])]
    pub keep_programs: Vec<Spanned<String>>,
}

/// How much may go at once, in each workspace. One of several people or programs always may, unless
/// `most` is 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LimitText {
    /// The most, in numbers, 0 to 100000. Left out: 20.
    #[serde(default)]
    #[schemars(range(min = 0, max = 100_000), extend("default" = 20))]
    pub most: Option<Spanned<i64>>,
    /// The most, of all that are managed but the owner, from `0%` to `100%`. Left out: `25%`.
    #[serde(default)]
    #[schemars(regex(pattern = SHARE), extend("default" = "25%"), example = &"25%")]
    pub share: Option<Spanned<String>>,
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
