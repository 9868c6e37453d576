//! Documents to desired state: several rosters add up, and defaults are filled in.
//!
//! What a rule has found fault with is left out; the result is used only when no rule has.

use super::{
    Parsed, Valid,
    document::{
        AssignmentText, IgnoreText, ListingText, MemberText, MiniProgramDocument,
        MiniProgramMetadata, MiniProgramSpec, Placed, ProjectDocument, RoleText, Spanned,
        TranslationText,
    },
    time::day,
};
use crate::{
    diagnostic::Span,
    model::{
        CustomerService, Email, Exemptions, Field, Listing, Logo, Member, MiniProgram, ProgramKey,
        Role, RosterName, Subject, Translation, WorkspaceId,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

pub(super) fn resolve(parsed: Parsed, mut logos: BTreeMap<Span, Logo>) -> Valid {
    let Parsed { project, programs, rosters, diagnostics: _, lost: _ } = parsed;
    let mut valid = Valid::default();
    for Placed { document, span: _ } in programs {
        add_program(document, project.as_ref(), &mut logos, &mut valid);
    }
    for Placed { document, span: _ } in rosters {
        let workspace = workspace(document.spec.workspace.as_ref(), project.as_ref());
        let Some(workspace) = workspace else { continue };
        // A roster without members still says that the workspace is looked after.
        let desired = valid.workspaces.entry(workspace.clone()).or_default();
        let name: Option<RosterName> = document.metadata.name.value.parse().ok();
        desired.rosters.extend(name.filter(|_| !document.spec.members.is_empty()));
        for member in document.spec.members {
            add_member(&workspace, member, &mut valid);
        }
    }
    valid
}

fn workspace(
    named: Option<&Spanned<String>>,
    project: Option<&ProjectDocument>,
) -> Option<WorkspaceId> {
    let default = project.and_then(|project| project.workspace.as_ref());
    named.or(default).map_or(super::DEFAULT_WORKSPACE, |named| named.as_str()).parse().ok()
}

fn add_program(
    document: MiniProgramDocument,
    project: Option<&ProjectDocument>,
    logos: &mut BTreeMap<Span, Logo>,
    valid: &mut Valid,
) {
    let MiniProgramDocument { api_version: _, kind: _, metadata, spec } = document;
    let Some(workspace) = workspace(spec.workspace.as_ref(), project) else { return };
    let MiniProgramMetadata { name, previously, labels: _, annotations: _ } = metadata;
    let Some(key) = parsed::<ProgramKey>(&name) else { return };
    let Some(program) = program(key.clone(), spec, logos) else { return };
    let program = MiniProgram { previously: previously.as_ref().and_then(parsed), ..program };
    valid.origins.record(&workspace, Subject::Program(key.clone()), name.span);
    valid.workspaces.entry(workspace).or_default().programs.entry(key).or_insert(program);
}

fn program(
    key: ProgramKey,
    spec: MiniProgramSpec,
    logos: &mut BTreeMap<Span, Logo>,
) -> Option<MiniProgram> {
    let MiniProgramSpec {
        name,
        workspace: _,
        release_to,
        default_language,
        created_by,
        listing,
        languages,
        ignore,
    } = spec;
    let translated =
        |(tag, text): (Spanned<String>, TranslationText)| Some((parsed(&tag)?, translation(text)));
    Some(MiniProgram {
        key,
        previously: None,
        name: text(name),
        release_to: release_to.iter().filter_map(|target| target.0.parse().ok()).collect(),
        default_language: parsed(&default_language)?,
        created_by: created_by.as_ref().and_then(parsed),
        listing: listing.and_then(|written| self::listing(written.value, logos)),
        languages: languages.into_iter().filter_map(translated).collect(),
        ignore: exemptions(ignore),
    })
}

fn listing(written: ListingText, logos: &mut BTreeMap<Span, Logo>) -> Option<Listing> {
    let ListingText { tagline, description, logo, industry, customer_service } = written;
    Some(Listing {
        tagline: text(tagline),
        description: text(description),
        logo: logos.remove(&logo.span)?,
        industry: text(industry),
        customer_service: CustomerService {
            phone: customer_service.phone.value,
            email: parsed(&customer_service.email)?,
        },
    })
}

fn translation(written: TranslationText) -> Translation {
    let TranslationText { name, tagline, description } = written;
    Translation {
        name: name.map(text),
        tagline: tagline.map(text),
        description: description.map(text),
    }
}

fn add_member(workspace: &WorkspaceId, written: MemberText, valid: &mut Valid) {
    let MemberText { name, email, previously, role, mini_programs, until, blocked, ignore } =
        written;
    let Some(address) = parsed::<Email>(&email) else { return };
    valid.origins.record_grant(workspace, &address, None, role.span);
    valid.origins.record(workspace, Subject::Member(address.clone()), email.span);
    let members = &mut valid.workspaces.entry(workspace.clone()).or_default().members;
    // What differs between rosters is a finding, so that the first one says it all, but for the
    // previous address, which the others may leave out, and the assignments, which add up.
    let member = members.entry(address.clone()).or_insert_with(|| Member {
        email: address.clone(),
        name: text(name),
        role: match role.value {
            RoleText::Master => Role::Master,
            RoleText::Developer => Role::Developer(BTreeSet::new()),
        },
        blocked,
        previously: None,
        until: until.and_then(|until| day(&until)),
        assignments_until: BTreeMap::new(),
        ignore: Exemptions::new(),
    });
    for (field, until) in exemptions(ignore) {
        let longest = member.ignore.entry(field).or_insert(until);
        *longest = (*longest).zip(until).map(|(a, b)| a.max(b));
    }
    member.previously = member.previously.take().or_else(|| parsed(&previously?));
    for assignment in mini_programs.into_iter().flat_map(|programs| programs.value) {
        if let Some(key) = parsed(&assignment.program) {
            let span = assignment.program.span;
            valid.origins.record_grant(workspace, &address, Some(key), span);
        }
        assign(assignment, member);
    }
}

/// Of two mentions of a mini program, the one that lasts longer counts.
fn assign(written: AssignmentText, member: &mut Member) {
    let AssignmentText { program, until } = written;
    let (Role::Developer(keys), Some(key)) = (&mut member.role, parsed::<ProgramKey>(&program))
    else {
        return;
    };
    let until = until.and_then(|until| day(&until));
    let until = until.filter(|until| member.until.is_none_or(|end| *until < end));
    let ends = &mut member.assignments_until;
    let is_known = !keys.insert(key.clone());
    let known = ends.remove(&key);
    let until = if is_known { known.zip(until).map(|(a, b)| a.max(b)) } else { until };
    ends.extend(until.map(|until| (key, until)));
}

fn exemptions(written: Vec<IgnoreText>) -> Exemptions {
    let exemption = |IgnoreText { field, until, because: _ }: IgnoreText| {
        Some((parsed::<Field>(&field)?, until.and_then(|until| day(&until))))
    };
    written.into_iter().filter_map(exemption).collect()
}

/// YAML's blocks (`|`, `>`) leave a line end behind that nobody means.
fn text(written: Spanned<String>) -> String {
    let mut text = written.value;
    text.truncate(text.trim_end_matches('\n').len());
    text
}

fn parsed<T: FromStr>(text: &Spanned<String>) -> Option<T> {
    text.value.parse().ok()
}
