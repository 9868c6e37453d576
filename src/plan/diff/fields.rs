//! What differs about one mini program, field by field.
//!
//! Both sides are taken apart whole: a new field stops the build here.

use crate::{
    model::{
        CustomerService, LanguageTag, Listing, MiniProgram, SeenListing, SeenProgram, Translation,
    },
    plan::{Missing, ProgramChange},
};
use std::collections::{BTreeMap, BTreeSet};

/// What can be changed.
pub(super) fn changes(wanted: &MiniProgram, seen: &SeenProgram) -> Vec<ProgramChange> {
    let MiniProgram {
        key: _,
        previously: _,
        name,
        release_to,
        default_language,
        created_by: _,
        listing,
        languages,
        ignore: _,
    } = wanted;
    let SeenProgram {
        id: _,
        revision: _,
        name: seen_name,
        release_to: seen_release_to,
        default_language: seen_default_language,
        listing: seen_listing,
        languages: seen_languages,
        last_change: _,
    } = seen;
    let mut changes = Vec::new();
    if name != seen_name {
        changes.push(ProgramChange::Name { from: seen_name.clone(), to: name.clone() });
    }
    if release_to != seen_release_to {
        let (from, to) = (seen_release_to.clone(), release_to.clone());
        changes.push(ProgramChange::ReleaseTo { from, to });
    }
    if let Some(listing) = listing {
        changes.extend(listing_changes(listing, seen_listing.as_ref()));
    }
    // Where the default languages differ, neither can be among the others.
    let defaults = [default_language, seen_default_language];
    changes.extend(language_changes(languages, seen_languages, defaults));
    changes
}

/// What differs and cannot be changed.
pub(super) fn frozen(wanted: &MiniProgram, seen: &SeenProgram) -> Vec<Missing> {
    let language = (wanted.default_language != seen.default_language).then(|| {
        let (from, to) = (seen.default_language.clone(), wanted.default_language.clone());
        Missing::ChangingDefaultLanguage { from, to }
    });
    let listing =
        (wanted.listing.is_none() && seen.listing.is_some()).then_some(Missing::RemovingListing);
    language.into_iter().chain(listing).collect()
}

/// A text before, when it is not what it should be.
fn differing(from: Option<&String>, to: &str) -> Option<Option<String>> {
    (from.map(String::as_str) != Some(to)).then(|| from.cloned())
}

pub(super) fn listing_changes(wanted: &Listing, seen: Option<&SeenListing>) -> Vec<ProgramChange> {
    let Listing { tagline, description, logo, industry, customer_service } = wanted;
    let CustomerService { phone, email } = customer_service;
    let from = |field: fn(&SeenListing) -> &String| seen.map(field);
    let from_logo = seen.map(|listing| listing.logo.clone());
    let changes = [
        differing(from(|listing| &listing.tagline), tagline)
            .map(|from| ProgramChange::Tagline { from, to: tagline.clone() }),
        differing(from(|listing| &listing.description), description)
            .map(|from| ProgramChange::Description { from, to: description.clone() }),
        (from_logo.as_ref() != Some(&logo.digest))
            .then(|| ProgramChange::Logo { from: from_logo, to: logo.clone() }),
        differing(from(|listing| &listing.industry), industry)
            .map(|from| ProgramChange::Industry { from, to: industry.clone() }),
        differing(from(|listing| &listing.phone), phone)
            .map(|from| ProgramChange::Phone { from, to: phone.clone() }),
        differing(from(|listing| &listing.email), email.as_str())
            .map(|from| ProgramChange::Email { from, to: email.clone() }),
    ];
    changes.into_iter().flatten().collect()
}

fn language_changes(
    wanted: &BTreeMap<LanguageTag, Translation>,
    seen: &BTreeMap<LanguageTag, Translation>,
    defaults: [&LanguageTag; 2],
) -> Vec<ProgramChange> {
    let tags: BTreeSet<_> = wanted.keys().chain(seen.keys()).collect();
    tags.into_iter()
        .filter(|tag| !defaults.contains(tag) && wanted.get(tag) != seen.get(tag))
        .map(|tag| ProgramChange::Language {
            tag: tag.clone(),
            from: seen.get(tag).cloned(),
            to: wanted.get(tag).cloned(),
        })
        .collect()
}
