//! Manifests that are edited while people answer.

use super::platform::logo_digest;
use crate::sandbox::scene::listing;
use jiff::civil::Date;
use minisync::model::{
    CustomerService, Desired, Email, Listing, Logo, LogoFormat, Member, MiniProgram, ProgramKey,
    Role,
};
use std::collections::{BTreeMap, BTreeSet};

/// The first may create programs; the last may move to another address.
pub(crate) const PEOPLE: [&str; 4] = ["m@x.cn", "d@x.cn", "e@x.cn", "n@x.cn"];
const MOVED: &str = "n2@x.cn";
pub(crate) const PROGRAMS: [&str; 2] = ["alpha", "beta"];

/// What a roster says of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) is_master: bool,
    /// Bits; a developer of none is one of the first.
    pub(crate) programs: u8,
    pub(crate) is_blocked: bool,
    pub(crate) has_moved: bool,
    /// Of everything.
    pub(crate) until: Option<Date>,
}

#[derive(Debug, Clone)]
pub(crate) struct Manifests {
    pub(crate) wishes: BTreeMap<&'static str, Wish>,
    /// With the edition of their texts.
    pub(crate) programs: BTreeMap<&'static str, u8>,
}

impl Default for Manifests {
    fn default() -> Self {
        let programs = PROGRAMS.into_iter().map(|key| (key, 0)).collect();
        Self { wishes: BTreeMap::new(), programs }
    }
}

impl Manifests {
    pub(crate) fn desired(&self) -> Desired {
        let members = self.wishes.iter().filter_map(|(who, wish)| self.member(who, *wish));
        let creator = self.wishes.get(PEOPLE[0]).filter(|wish| wish.is_master && !wish.is_blocked);
        let creator = creator.map(|_| email(PEOPLE[0]));
        let programs = self.programs.iter().map(|(key, edition)| {
            program(key, *edition, creator.clone().filter(|_| *key == PROGRAMS[1]))
        });
        Desired {
            programs: programs.map(|it| (it.key.clone(), it)).collect(),
            members: members.map(|it| (it.email.clone(), it)).collect(),
            ..Desired::default()
        }
    }

    /// `None`: a developer of nothing that there is.
    fn member(&self, who: &str, wish: Wish) -> Option<Member> {
        let has_moved = wish.has_moved && who == PEOPLE[3];
        let bits = if wish.programs & 3 == 0 { 1 } else { wish.programs };
        let chosen = PROGRAMS.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0);
        let chosen = chosen.filter(|(_, key)| self.programs.contains_key(*key));
        let programs: BTreeSet<ProgramKey> = chosen.map(|(_, text)| key(text)).collect();
        let is_somebody = wish.is_master || !programs.is_empty();
        is_somebody.then(|| Member {
            ignore: minisync::model::Exemptions::new(),
            email: email(if has_moved { MOVED } else { who }),
            name: who.split('@').next().unwrap_or_default().to_owned(),
            role: if wish.is_master { Role::Master } else { Role::Developer(programs) },
            blocked: wish.is_blocked,
            previously: has_moved.then(|| email(who)),
            until: wish.until,
            assignments_until: BTreeMap::new(),
        })
    }
}

pub(crate) fn email(text: &str) -> Email {
    text.parse().unwrap()
}

fn key(text: &str) -> ProgramKey {
    text.parse().unwrap()
}

fn tagline(edition: u8) -> String {
    let first = listing().tagline;
    if edition == 0 { first } else { format!("{first} {edition}") }
}

fn program(text: &str, edition: u8, created_by: Option<Email>) -> MiniProgram {
    let listing = listing();
    MiniProgram {
        previously: None,
        ignore: minisync::model::Exemptions::new(),
        key: key(text),
        name: if edition < 2 { format!("The {text}") } else { format!("The new {text}") },
        release_to: BTreeSet::new(),
        default_language: "zh-CN".parse().unwrap(),
        created_by,
        listing: Some(Listing {
            tagline: tagline(edition),
            description: listing.description,
            logo: Logo { digest: logo_digest(), format: LogoFormat::Png, path: "logo.png".into() },
            industry: listing.industry,
            customer_service: CustomerService {
                phone: listing.phone,
                email: listing.email.parse().unwrap(),
            },
        }),
        languages: BTreeMap::new(),
    }
}
