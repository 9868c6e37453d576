//! The project file's `policy`, with the defaults filled in.

use crate::{
    manifest::{
        document::{
            InvitationPolicyText, LimitText, MemberPolicyText, OnEndText, OnExpiredText,
            PolicyText, RailsText, Spanned,
        },
        duration, percent,
    },
    plan::{InvitationPolicy, Limit, OnEnd, Percent, Policy, Rails},
};
use jiff::SignedDuration;

pub(super) fn policy(written: &PolicyText) -> Policy {
    let PolicyText { prune, invitations, members, rails, plans: _ } = written;
    let MemberPolicyText { who_left } = members;
    let default = Policy::default();
    Policy {
        prune: *prune,
        invitations: self::invitations(invitations, default.invitations),
        who_left: who_left.map_or(default.who_left, on_end),
        rails: self::rails(rails, default.rails),
    }
}

fn invitations(written: &InvitationPolicyText, default: InvitationPolicy) -> InvitationPolicy {
    let InvitationPolicyText { on_expired, max_resends, resend_after, on_refused, remind_before } =
        written;
    InvitationPolicy {
        on_expired: on_expired.map_or(default.on_expired, |word| match word {
            OnExpiredText::Resend => OnEnd::AskAgain,
            OnExpiredText::Report => OnEnd::Report,
        }),
        max_resends: number(max_resends.as_ref()).unwrap_or(default.max_resends),
        resend_after: read(resend_after.as_ref()).unwrap_or(default.resend_after),
        on_refused: on_refused.map_or(default.on_refused, on_end),
        remind_before: read(remind_before.as_ref()).unwrap_or(default.remind_before),
    }
}

fn rails(written: &RailsText, default: Rails) -> Rails {
    let RailsText { removals, least_masters, keep_members, keep_programs } = written;
    let LimitText { most, share } = removals;
    Rails {
        removals: Limit {
            most: number(most.as_ref()).unwrap_or(default.removals.most),
            share: share
                .as_ref()
                .and_then(|it| Percent::new(percent(it)?))
                .unwrap_or(default.removals.share),
        },
        least_masters: number(least_masters.as_ref()).unwrap_or(default.least_masters),
        keep_members: keep_members.iter().filter_map(|it| it.parse().ok()).collect(),
        keep_programs: keep_programs.iter().filter_map(|it| it.parse().ok()).collect(),
    }
}

/// What is out of range is a finding, and never gets here.
fn number(written: Option<&Spanned<i64>>) -> Option<u32> {
    u32::try_from(written?.value).ok()
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
