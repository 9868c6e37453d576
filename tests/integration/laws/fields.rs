//! The fields of a mini program, as the platform lets them be changed.

use super::platform::{Refusal, require};
use minisync::{
    model::{Digest, SeenListing, SeenProgram},
    plan::ProgramChange,
};

/// Whether it is a field of the listing.
pub(super) fn change_field(
    program: &mut SeenProgram,
    before: Option<&SeenListing>,
    change: &ProgramChange,
) -> Result<bool, Refusal> {
    let empty = || SeenListing {
        tagline: String::new(),
        description: String::new(),
        logo: Digest::new(""),
        industry: String::new(),
        phone: String::new(),
        email: String::new(),
    };
    let mut listing = program.listing.clone().unwrap_or_else(empty);
    let was = |field: fn(&SeenListing) -> &String| before.map(field).cloned();
    let is_true = match change {
        ProgramChange::Name { from, to } => {
            return replace(&mut program.name, from, to).map(|()| false);
        }
        ProgramChange::ReleaseTo { from, to } => {
            return replace(&mut program.release_to, from, to).map(|()| false);
        }
        ProgramChange::Language { tag, from, to } => {
            require(*tag != program.default_language, "the default language again")?;
            require(program.languages.get(tag) == from.as_ref() && from != to, "untrue")?;
            match to {
                Some(to) => program.languages.insert(tag.clone(), to.clone()),
                None => program.languages.remove(tag),
            };
            return Ok(false);
        }
        ProgramChange::Tagline { from, to } => {
            listing.tagline.clone_from(to);
            *from == was(|it| &it.tagline)
        }
        ProgramChange::Description { from, to } => {
            listing.description.clone_from(to);
            *from == was(|it| &it.description)
        }
        ProgramChange::Industry { from, to } => {
            listing.industry.clone_from(to);
            *from == was(|it| &it.industry)
        }
        ProgramChange::Phone { from, to } => {
            listing.phone.clone_from(to);
            *from == was(|it| &it.phone)
        }
        ProgramChange::Email { from, to } => {
            listing.email = to.to_string();
            *from == was(|it| &it.email)
        }
        ProgramChange::Logo { from, to } => {
            listing.logo = to.digest.clone();
            *from == before.map(|it| it.logo.clone())
        }
    };
    require(is_true, "untrue")?;
    require(Some(&listing) != before, "nothing to change")?;
    program.listing = Some(listing);
    Ok(true)
}

fn replace<T: PartialEq + Clone>(field: &mut T, from: &T, to: &T) -> Result<(), Refusal> {
    require(field == from && from != to, "untrue")?;
    field.clone_from(to);
    Ok(())
}
