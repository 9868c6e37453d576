//! The project file's `policy`, with the defaults filled in.

use crate::{
    manifest::{
        document::{
            InvitationPolicyText, MemberPolicyText, OnEndText, OnExpiredText, PolicyText, Spanned,
        },
        duration,
    },
    plan::{InvitationPolicy, OnEnd, Policy},
};
use jiff::SignedDuration;

pub(super) fn policy(written: &PolicyText) -> Policy {
    let PolicyText { prune, invitations, members: MemberPolicyText { who_left }, plans: _ } =
        written;
    let default = Policy::default();
    Policy {
        prune: *prune,
        invitations: self::invitations(invitations, default.invitations),
        who_left: who_left.map_or(default.who_left, on_end),
    }
}

fn invitations(written: &InvitationPolicyText, default: InvitationPolicy) -> InvitationPolicy {
    let InvitationPolicyText { on_expired, max_resends, resend_after, on_refused, remind_before } =
        written;
    let max_resends = max_resends.as_ref().and_then(|n| u32::try_from(n.value).ok());
    InvitationPolicy {
        on_expired: on_expired.map_or(default.on_expired, |word| match word {
            OnExpiredText::Resend => OnEnd::AskAgain,
            OnExpiredText::Report => OnEnd::Report,
        }),
        max_resends: max_resends.unwrap_or(default.max_resends),
        resend_after: read(resend_after.as_ref()).unwrap_or(default.resend_after),
        on_refused: on_refused.map_or(default.on_refused, on_end),
        remind_before: read(remind_before.as_ref()).unwrap_or(default.remind_before),
    }
}

fn on_end(word: OnEndText) -> OnEnd {
    match word {
        OnEndText::Reinvite => OnEnd::AskAgain,
        OnEndText::Report => OnEnd::Report,
    }
}

fn read(written: Option<&Spanned<String>>) -> Option<SignedDuration> {
    duration(written?).ok()
}
