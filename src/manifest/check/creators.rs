//! Mini programs that a master creates: who that is, and what the form then asks for.

use super::{
    Census, CheckInput,
    census::Listed,
    closest::{Closest, meant},
    languages::tag,
};
use crate::{
    diagnostic::{Code, CodeInfo, Diagnostic},
    manifest::{
        document::{MiniProgramDocument, RoleText, Spanned},
        yaml,
    },
    model::Email,
};

pub(super) const CODES: &[CodeInfo] = &[LISTING_NEEDED, CHINESE_NEEDED, NO_MASTER];

const LISTING_NEEDED: CodeInfo = CodeInfo {
    code: Code(408),
    title: "a mini program that a master creates has no listing",
    explanation: "The owner may create a mini program with its name, language and release target, \
        and let the listing follow. A master fills in the whole form: \"All the above parameters \
        are required when creating or modifying the mini program.\"",
    source: "quickstart, Create a mini program by a master",
};
const CHINESE_NEEDED: CodeInfo = CodeInfo {
    code: Code(508),
    title: "a mini program that a master creates is not in Chinese",
    explanation: "\"By default, the language of the mini program is Chinese and you cannot change \
        the default language.\" Other languages can be added under `languages`.",
    source: "quickstart, Create a mini program by a master",
};
const NO_MASTER: CodeInfo = CodeInfo {
    code: Code(601),
    title: "`createdBy` names somebody who is no master of the workspace",
    explanation: "Owner and masters of a workspace can create mini programs. Who is named in \
        `createdBy` must be on a roster of that workspace with `role: master`, by the address they \
        have now, and not be blocked. The owner creates whatever names nobody.",
    source: "platform documentation, Create mini programs: \"the owner and master have permission \
        to create mini programs\"",
};

pub(super) fn check(input: &CheckInput<'_>, census: &Census<'_>, found: &mut Vec<Diagnostic>) {
    let mut closest = Closest::new();
    for MiniProgramDocument { metadata, spec, .. } in input.programs.iter().map(|p| &p.document) {
        let Some(creator) = &spec.created_by else { continue };
        let key = &metadata.name.value;
        if spec.listing.is_none() {
            let message = format!(
                "`{creator}` creates `{key}`, which has no `listing`",
                creator = creator.value
            );
            let finding = Diagnostic::error(&LISTING_NEEDED, creator.span, message)
                .help("a master fills in every field; leave `createdBy` out, and the owner may let the listing follow");
            found.push(finding);
        }
        if tag(&spec.default_language).is_some_and(|tag| !tag.is_chinese()) {
            found.push(chinese_needed(&spec.default_language, creator));
        }
        let workspace = input.workspace(spec.workspace.as_ref());
        if let Ok(email) = creator.parse()
            && !input.may_be_lost(creator)
        {
            found.extend(no_master(census, workspace, (creator, &email), &mut closest));
        }
    }
}

fn chinese_needed(language: &Spanned<String>, creator: &Spanned<String>) -> Diagnostic {
    let message = format!(
        "the default language is `{}`, and what a master creates is Chinese",
        language.value
    );
    Diagnostic::error(&CHINESE_NEEDED, language.span, message)
        .related(creator.span, "a master creates it")
        .help("make it `zh-CN`, and give the other texts under `languages`")
}

fn no_master(
    census: &Census<'_>,
    workspace: &str,
    (creator, email): (&Spanned<String>, &Email),
    closest: &mut Closest,
) -> Option<Diagnostic> {
    let finding = |message: String| Diagnostic::error(&NO_MASTER, creator.span, message);
    let written = &creator.value;
    if let Some((_, owner)) = census.owner.as_ref().filter(|(owner, _)| owner == email) {
        let finding = finding(format!("`{written}` is the owner, who needs no `createdBy`"));
        return Some(finding.related(*owner, "the owner").help("leave `createdBy` out"));
    }
    let listed = census.listed(workspace, email);
    if let ([], [now, ..]) = (listed, census.moved(workspace, email)) {
        let to = &now.to;
        let finding = finding(format!("`{written}` is an address that somebody had before"))
            .related(now.from, "here it is the previous address")
            .help(format!("write the new address, `{to}`"));
        let title = format!("write `{to}`");
        return Some(finding.fix(creator.span, yaml::written(to.as_str()), title));
    }
    let Some(Listed { member, .. }) = listed.first() else {
        let finding = finding(format!("`{written}` is on no roster of workspace `{workspace}`"));
        return Some(match closest.to(email.as_str(), masters(census, workspace)) {
            Some(word) => finding.help(meant(word)).fix(
                creator.span,
                yaml::written(word),
                format!("write `{word}`"),
            ),
            None => finding.help("list them on a roster, with `role: master`"),
        });
    };
    if member.role.value != RoleText::Master {
        let finding = finding(format!("`{written}` is no master, and so cannot create"));
        return Some(
            finding
                .related(member.role.span, "here they are a developer")
                .help("give them `role: master`, or leave `createdBy` out"),
        );
    }
    member.blocked.then(|| {
        finding(format!("`{written}` is blocked, and so cannot create"))
            .related(member.email.span, "here they are blocked")
            .help("unblock them, or leave `createdBy` out")
    })
}

fn masters<'c>(census: &'c Census<'_>, workspace: &str) -> impl Iterator<Item = &'c str> {
    let people = census.people.get(workspace).into_iter().flatten();
    let masters = people.filter(|(_, listed)| {
        listed.first().is_some_and(|one| one.member.role.value == RoleText::Master)
    });
    masters.map(|(email, _)| email.as_str())
}
