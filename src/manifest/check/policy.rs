//! The project file's `policy`.

use super::{Census, CheckInput, quote::quoted};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::{
        document::{InvitationPolicyText, LimitText, RailsText, Spanned},
        percentage::percent,
        time::{DurationError, duration},
    },
};
use std::ops::RangeInclusive;

pub(super) const CODES: &[CodeInfo] = &[DURATION_FORM, OUT_OF_RANGE, NO_SIGNERS, SHARE_FORM];

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
        days, and more than 30 resends of one invitation, are slips of the pen. So are rails that \
        let less than nobody go, or keep more masters than a workspace has.",
    source: "a decision of minisync; platform documentation, Add members, on the three days",
};

const NO_SIGNERS: CodeInfo = CodeInfo {
    code: Code(718),
    title: "the file of those whose signatures count is not there",
    explanation: "Whose signatures count is reviewed with the project file, in a file of addresses \
        and SSH keys whose path is relative to it. Without that file nobody's signature counts, and \
        no plan can be applied. A file that is kept outside of the repository, on the machine that \
        applies, is looked for only there.",
    source: "a decision of minisync; ssh-keygen(1), ALLOWED SIGNERS",
};
const SHARE_FORM: CodeInfo = CodeInfo {
    code: Code(720),
    title: "a share is not a percentage",
    explanation: "A share is a whole number from 0 to 100 with a percent sign behind it: `25%`. With \
        `0%`, only one person or program may go at a time.",
    source: "a decision of minisync",
};

/// More resends than this are a slip.
const MAX_RESENDS: i64 = 30;
const MOST_REMOVALS: i64 = 100_000;
const MOST_MASTERS: i64 = 100;

pub(super) fn check(input: &CheckInput<'_>, _: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let Some(project) = input.project else { return };
    let InvitationPolicyText { max_resends, resend_after, remind_before, .. } =
        &project.policy.invitations;
    found.extend(resend_after.iter().chain(remind_before).filter_map(misformed));
    found.extend(max_resends.as_ref().and_then(resends));
    let RailsText { removals: LimitText { most, share }, least_masters, .. } =
        &project.policy.rails;
    found.extend(most.as_ref().and_then(|most| out_of(0..=MOST_REMOVALS, most)));
    found.extend(least_masters.as_ref().and_then(|least| out_of(0..=MOST_MASTERS, least)));
    found.extend(share.as_ref().and_then(misshared));
    let signers = project.policy.plans.signers.as_ref();
    let absent = signers.filter(|path| input.context.absent.contains(&path.span));
    found.extend(absent.map(unsigned));
}

fn out_of(range: RangeInclusive<i64>, written: &Spanned<i64>) -> Option<Diagnostic> {
    if range.contains(&written.value) {
        return None;
    }
    let message = format!("a rail cannot be set to {}", written.value);
    let help = format!("write a number from {} to {}", range.start(), range.end());
    Some(Diagnostic::error(&OUT_OF_RANGE, written.span, message).help(help))
}

fn misshared(written: &Spanned<String>) -> Option<Diagnostic> {
    if percent(written).is_some() {
        return None;
    }
    let message = match written.as_str() {
        "" => "there is no share here".to_owned(),
        _ => format!("{} is not a percentage", quoted(written)),
    };
    let help = "write a whole number from `0%` to `100%`";
    Some(Diagnostic::error(&SHARE_FORM, written.span, message).help(help))
}

fn unsigned(path: &Spanned<String>) -> Diagnostic {
    let message = format!("there is no file {}, so nobody's signature counts", quoted(path));
    let help = "put it there, with a line for each signer: an address and a public key, such as \
                `ann@example.com ssh-ed25519 …`";
    Diagnostic::error(&NO_SIGNERS, path.span, message).help(help)
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
