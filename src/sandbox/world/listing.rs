//! What a listing and a translation may be.

use super::{Listing, Workspace, fields};
use crate::{
    model::Digest,
    platform::sandbox as wire,
    sandbox::rule::{Findings, Rule},
};

pub(super) fn checked(
    workspace: &Workspace,
    findings: &mut Findings,
    listing: &wire::Listing,
) -> Option<Listing> {
    let wire::Listing { tagline, description, logo, industry, phone, email } = listing;
    fields::tagline(findings, "/listing/tagline", tagline);
    fields::description(findings, "/listing/description", description);
    fields::industry(findings, "/listing/industry", industry);
    fields::phone(findings, "/listing/phone", phone);
    let logo = Digest::new(logo);
    if workspace.logo(&logo).is_none() {
        let message = format!("no logo with the digest `{logo}` was uploaded to this workspace");
        findings.add("/listing/logo", Rule::LogoUnknown, message);
    }
    let email = fields::email(findings, "/listing/email", email)?;
    Some(Listing {
        tagline: tagline.clone(),
        description: description.clone(),
        logo,
        industry: industry.clone(),
        phone: phone.clone(),
        email,
    })
}

/// The listing after an edit. The first edit brings every field: "All the above parameters are
/// required when creating or modifying the mini program" (quickstart).
pub(super) fn patched(
    workspace: &Workspace,
    findings: &mut Findings,
    before: Option<&Listing>,
    patch: &wire::ListingPatch,
) -> Option<Listing> {
    let before = before.map(Listing::to_wire);
    let wire::ListingPatch { tagline, description, logo, industry, phone, email } = patch;
    let mut field = |name: &str, edit: &Option<String>, of: fn(&wire::Listing) -> &String| {
        let value = edit.clone().or_else(|| before.as_ref().map(|listing| of(listing).clone()));
        if value.is_none() {
            let message = format!("the mini program has no listing yet, so `{name}` is needed");
            findings.add(&format!("/listing/{name}"), Rule::ListingIncomplete, message);
        }
        value
    };
    let tagline = field("tagline", tagline, |listing| &listing.tagline);
    let description = field("description", description, |listing| &listing.description);
    let logo = field("logo", logo, |listing| &listing.logo);
    let industry = field("industry", industry, |listing| &listing.industry);
    let phone = field("phone", phone, |listing| &listing.phone);
    let email = field("email", email, |listing| &listing.email);
    let listing = wire::Listing {
        tagline: tagline?,
        description: description?,
        logo: logo?,
        industry: industry?,
        phone: phone?,
        email: email?,
    };
    checked(workspace, findings, &listing)
}

pub(super) fn check_translation(
    findings: &mut Findings,
    field: &str,
    translation: &wire::Translation,
) {
    let wire::Translation { name, tagline, description } = translation;
    if let Some(name) = name {
        fields::program_name(findings, &format!("{field}/name"), name);
    }
    if let Some(tagline) = tagline {
        fields::tagline(findings, &format!("{field}/tagline"), tagline);
    }
    if let Some(description) = description {
        fields::description(findings, &format!("{field}/description"), description);
    }
}
