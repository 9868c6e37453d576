//! People whose address has changed: the previous one leads to one person, and to nobody else.

use super::{Census, CheckInput, census::Moved, quote::quoted};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    model::Email,
};

pub(super) const CODES: &[CodeInfo] = &[SAME_ADDRESS, STILL_LISTED, CLAIMED_TWICE, OWNER_MOVED];

const SAME_ADDRESS: CodeInfo = CodeInfo {
    code: Code(610),
    title: "a person's previous address is the one they have",
    explanation: "`previously` is the address that a person had before, and `email` the one that \
        takes its place. Addresses are compared without regard to case, and domains in their ASCII \
        form: two spellings of one address are no change.",
    source: "a decision of minisync",
};
const STILL_LISTED: CodeInfo = CodeInfo {
    code: Code(611),
    title: "a person's previous address is on a roster still",
    explanation: "`previously` says that an address goes, once its successor has accepted. A roster \
        of the same workspace that lists the address asks for it to stay.",
    source: "a decision of minisync",
};
const CLAIMED_TWICE: CodeInfo = CodeInfo {
    code: Code(612),
    title: "two people had the same address before",
    explanation: "The previous address goes when the person it belonged to has accepted at the new \
        one. Of two people, nobody could say which.",
    source: "a decision of minisync",
};
const OWNER_MOVED: CodeInfo = CodeInfo {
    code: Code(613),
    title: "a person's previous address is the owner's",
    explanation: "The previous address is removed from the workspace in the end, and the owner \
        cannot be removed.",
    source: "platform documentation, Member management",
};

pub(super) fn check(_: &CheckInput<'_>, census: &Census<'_>, found: &mut Vec<Diagnostic>) {
    for (workspace, all) in &census.moved {
        for (old, moved) in all {
            found.extend(moved.iter().filter_map(|one| misplaced(census, workspace, old, one)));
            found.extend(claimed_twice(old, moved));
        }
    }
}

/// Somebody who cannot have had this address before.
fn misplaced(
    census: &Census<'_>,
    workspace: &str,
    old: &Email,
    moved: &Moved<'_>,
) -> Option<Diagnostic> {
    let Moved { to, member, from } = moved;
    if to == old {
        let message = format!("`{old}` is the address that {} has", quoted(&member.name));
        let finding = Diagnostic::error(&SAME_ADDRESS, *from, message)
            .related(member.email.span, "here it is their address")
            .help("leave `previously` out, or write the address they had before");
        return Some(finding);
    }
    if let Some((_, owner)) = census.owner.as_ref().filter(|(owner, _)| owner == old) {
        let message = format!("`{old}` is the owner, whose address minisync does not change");
        let finding = Diagnostic::error(&OWNER_MOVED, *from, message)
            .related(*owner, "the owner")
            .help("leave `previously` out");
        return Some(finding);
    }
    let listed = census.listed(workspace, old).first()?.member;
    let message = format!("`{old}` is on a roster still, and so cannot become `{to}`");
    let finding = Diagnostic::error(&STILL_LISTED, *from, message)
        .related(listed.email.span, "here it is listed")
        .help("take that line away: role and mini programs go on under the new address");
    Some(finding)
}

fn claimed_twice(old: &Email, moved: &[Moved<'_>]) -> impl Iterator<Item = Diagnostic> {
    let first = moved.first();
    let others = moved.iter().filter_map(move |one| Some((first?, one)));
    others.filter(|(first, one)| first.to != one.to).map(move |(first, one)| {
        let message = format!("`{old}` cannot become `{}` and `{}`", first.to, one.to);
        Diagnostic::error(&CLAIMED_TWICE, one.from, message)
            .related(first.from, format!("here it becomes `{}`", first.to))
            .help("keep `previously` with the person whose address it was")
    })
}
