//! The project file's `policy`.

use super::{Census, CheckInput, quote::quoted};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::{
        document::{InvitationPolicyText, Spanned},
        time::{DurationError, duration},
    },
};

pub(super) const CODES: &[CodeInfo] = &[DURATION_FORM, OUT_OF_RANGE];

const DURATION_FORM: CodeInfo = CodeInfo {
    code: Code(708),
    title: "a duration is not a number with its unit",
    explanation: "A duration is a number with a unit, or several of them: `90m`, `12h`, `1h30m`, \
        `3d`. The units are seconds, minutes, hours, days of 24 hours and weeks; months and years \
        have no length of their own.",
    source: "a decision of minisync",
};
const OUT_OF_RANGE: CodeInfo = CodeInfo {
    code: Code(709),
    title: "a policy asks for what nobody can mean",
    explanation: "Invitations live for three days. A duration that is negative or longer than 90 \
        days, and more than 30 resends of one invitation, are slips of the pen.",
    source: "a decision of minisync; platform documentation, Add members, on the three days",
};

/// More resends than this are a slip.
const MAX_RESENDS: i64 = 30;

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let Some(project) = input.project else { return };
    let InvitationPolicyText { max_resends, resend_after, remind_before, .. } =
        &project.policy.invitations;
    found.extend(resend_after.iter().chain(remind_before).filter_map(misformed));
    found.extend(max_resends.as_ref().and_then(resends));
}

fn misformed(written: &Spanned<String>) -> Option<Diagnostic> {
    let error = duration(written).err()?;
    let (info, help) = match error {
        DurationError::Form => {
            (&DURATION_FORM, "write a number with its unit, for example `90m`, `12h` or `3d`")
        }
        DurationError::Negative | DurationError::TooLong => {
            (&OUT_OF_RANGE, "write a duration from `0s` to `90d`")
        }
    };
    let message = match written.as_str() {
        "" => "there is no duration here".to_owned(),
        _ => format!("{} {error}", quoted(written)),
    };
    Some(Diagnostic::error(info, written.span, message).help(help))
}

fn resends(written: &Spanned<i64>) -> Option<Diagnostic> {
    if (0..=MAX_RESENDS).contains(&written.value) {
        return None;
    }
    let message = format!("an invitation cannot be sent again {} times", written.value);
    let help = format!("write a number from 0 to {MAX_RESENDS}");
    Some(Diagnostic::error(&OUT_OF_RANGE, written.span, message).help(help))
}
