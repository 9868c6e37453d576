//! A mini program as the sandbox keeps it.

use super::{Damaged, ProgramNo, Touch, member::time};
use crate::{
    model::{Digest, Email, LanguageTag, ReleaseTarget, Translation},
    platform::sandbox as wire,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Whatever is in here has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pub no: ProgramNo,
    /// The workspace's when this was last changed.
    pub revision: u64,
    pub name: String,
    pub release_to: BTreeSet<ReleaseTarget>,
    pub default_language: LanguageTag,
    pub listing: Option<Listing>,
    pub languages: BTreeMap<LanguageTag, Translation>,
    /// The program's first admin; the owner and every master are admins too.
    pub created_by: Email,
    pub created_at: Timestamp,
    /// `None` for what was kept before anybody asked.
    pub touch: Option<Touch>,
}

/// What customers see, in the default language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    pub tagline: String,
    pub description: String,
    pub logo: Digest,
    pub industry: String,
    pub phone: String,
    pub email: Email,
}

impl Program {
    pub fn to_wire(&self) -> wire::Program {
        wire::Program {
            id: self.no.to_string(),
            revision: self.revision,
            name: self.name.clone(),
            release_to: self.release_to.iter().map(ToString::to_string).collect(),
            default_language: self.default_language.to_string(),
            listing: self.listing.as_ref().map(Listing::to_wire),
            languages: self
                .languages
                .iter()
                .map(|(tag, translation)| (tag.to_string(), translation_to_wire(translation)))
                .collect(),
            created_by: self.created_by.to_string(),
            created_at: self.created_at.to_string(),
            changed_by: self.touch.as_ref().map(|touch| touch.by.clone()),
            changed_at: self.touch.as_ref().map(|touch| touch.at.to_string()),
        }
    }

    /// The way back: rows are kept as the API shows them.
    pub fn from_wire(program: wire::Program) -> Result<Self, Damaged> {
        Ok(Self {
            no: program.id.parse().map_err(|_| Damaged("id"))?,
            revision: program.revision,
            name: program.name,
            release_to: program
                .release_to
                .iter()
                .map(|target| target.parse().map_err(|_| Damaged("releaseTo")))
                .collect::<Result<_, _>>()?,
            default_language: language(&program.default_language)?,
            listing: program.listing.map(Listing::from_wire).transpose()?,
            languages: program
                .languages
                .into_iter()
                .map(|(tag, translation)| Ok((language(&tag)?, translation_from_wire(translation))))
                .collect::<Result<_, Damaged>>()?,
            created_by: program.created_by.parse().map_err(|_| Damaged("createdBy"))?,
            created_at: time(&program.created_at)?,
            touch: Touch::from_wire(program.changed_at.as_ref(), program.changed_by)?,
        })
    }
}

impl Listing {
    pub fn to_wire(&self) -> wire::Listing {
        wire::Listing {
            tagline: self.tagline.clone(),
            description: self.description.clone(),
            logo: self.logo.to_string(),
            industry: self.industry.clone(),
            phone: self.phone.clone(),
            email: self.email.to_string(),
        }
    }

    fn from_wire(listing: wire::Listing) -> Result<Self, Damaged> {
        let wire::Listing { tagline, description, logo, industry, phone, email } = listing;
        let email = email.parse().map_err(|_| Damaged("listing.email"))?;
        Ok(Self { tagline, description, logo: Digest::new(logo), industry, phone, email })
    }
}

fn language(tag: &str) -> Result<LanguageTag, Damaged> {
    tag.parse().map_err(|_| Damaged("language"))
}

pub(super) fn translation_to_wire(translation: &Translation) -> wire::Translation {
    let Translation { name, tagline, description } = translation.clone();
    wire::Translation { name, tagline, description }
}

pub(super) fn translation_from_wire(translation: wire::Translation) -> Translation {
    let wire::Translation { name, tagline, description } = translation;
    Translation { name, tagline, description }
}
