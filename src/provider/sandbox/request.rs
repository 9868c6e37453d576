//! Our words in the sandbox's.

use crate::{
    engine::ProviderError,
    model::{Email, Listing, Logo, MiniProgram, ProgramRef, ReleaseTarget, Role, Translation},
    plan::ProgramChange,
    platform::sandbox as wire,
};
use std::collections::BTreeSet;

pub(super) fn new_program(program: &MiniProgram) -> wire::NewProgram {
    wire::NewProgram {
        name: program.name.clone(),
        release_to: targets(&program.release_to),
        default_language: program.default_language.to_string(),
        listing: program.listing.as_ref().map(listing),
        languages: program
            .languages
            .iter()
            .map(|(tag, words)| (tag.to_string(), translation(words)))
            .collect(),
    }
}

fn targets(release_to: &BTreeSet<ReleaseTarget>) -> BTreeSet<String> {
    release_to.iter().map(ToString::to_string).collect()
}

fn listing(listing: &Listing) -> wire::Listing {
    wire::Listing {
        tagline: listing.tagline.clone(),
        description: listing.description.clone(),
        logo: listing.logo.digest.to_string(),
        industry: listing.industry.clone(),
        phone: listing.customer_service.phone.clone(),
        email: listing.customer_service.email.to_string(),
    }
}

fn translation(words: &Translation) -> wire::Translation {
    wire::Translation {
        name: words.name.clone(),
        tagline: words.tagline.clone(),
        description: words.description.clone(),
    }
}

/// The logos that have to be there before the change.
pub(super) fn logos(changes: &[ProgramChange]) -> impl Iterator<Item = &Logo> {
    changes.iter().filter_map(|change| {
        if let ProgramChange::Logo { to, .. } = change { Some(to) } else { None }
    })
}

pub(super) fn program_patch(changes: &[ProgramChange]) -> wire::ProgramPatch {
    let mut patch = wire::ProgramPatch::default();
    for change in changes {
        match change.clone() {
            ProgramChange::Name { to, .. } => patch.name = Some(to),
            ProgramChange::ReleaseTo { to, .. } => patch.release_to = Some(targets(&to)),
            ProgramChange::Tagline { to, .. } => listing_of(&mut patch).tagline = Some(to),
            ProgramChange::Description { to, .. } => listing_of(&mut patch).description = Some(to),
            ProgramChange::Logo { to, .. } => {
                listing_of(&mut patch).logo = Some(to.digest.to_string());
            }
            ProgramChange::Industry { to, .. } => listing_of(&mut patch).industry = Some(to),
            ProgramChange::Phone { to, .. } => listing_of(&mut patch).phone = Some(to),
            ProgramChange::Email { to, .. } => listing_of(&mut patch).email = Some(to.to_string()),
            ProgramChange::Language { tag, to, .. } => {
                patch.languages.insert(tag.to_string(), to.as_ref().map(translation));
            }
        }
    }
    patch
}

fn listing_of(patch: &mut wire::ProgramPatch) -> &mut wire::ListingPatch {
    patch.listing.get_or_insert_default()
}

pub(super) fn new_member(
    email: &Email,
    name: &str,
    role: &Role<ProgramRef>,
) -> Result<wire::NewMember, ProviderError> {
    let (name, email) = (name.to_owned(), email.to_string());
    Ok(wire::NewMember { name, email, role: role_name(role), programs: assignments(role)? })
}

pub(super) fn member_patch(role: &Role<ProgramRef>) -> Result<wire::MemberPatch, ProviderError> {
    Ok(wire::MemberPatch { role: role_name(role), programs: assignments(role)? })
}

fn role_name(role: &Role<ProgramRef>) -> wire::Role {
    match role {
        Role::Owner => wire::Role::Owner,
        Role::Master => wire::Role::Master,
        Role::Developer(_) => wire::Role::Developer,
    }
}

fn assignments(role: &Role<ProgramRef>) -> Result<BTreeSet<String>, ProviderError> {
    role.assignments()
        .map(|program| match program {
            ProgramRef::Existing { id, .. } => Ok(id.to_string()),
            ProgramRef::New(key) => {
                Err(ProviderError::Local(format!("program `{key}` does not exist yet")))
            }
        })
        .collect()
}
