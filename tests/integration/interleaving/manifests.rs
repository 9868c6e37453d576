//! Manifests that are edited while people answer.

use super::platform::logo_digest;
use crate::sandbox::scene::listing;
use minisync::model::{
    CustomerService, Desired, Email, Listing, Logo, LogoFormat, Member, MiniProgram, ProgramKey,
    Role,
};
use std::collections::{BTreeMap, BTreeSet};

/// The first may create programs; the last may move to another address.
pub(super) const PEOPLE: [&str; 4] = ["m@x.cn", "d@x.cn", "e@x.cn", "n@x.cn"];
const MOVED: &str = "n2@x.cn";
const PROGRAMS: [&str; 2] = ["alpha", "beta"];

/// What a roster says of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) is_master: bool,
    /// Bits; a developer of none is one of the first.
    pub(super) programs: u8,
    pub(super) is_blocked: bool,
    pub(super) has_moved: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Manifests {
    pub(super) wishes: BTreeMap<&'static str, Wish>,
}

impl Manifests {
    pub(super) fn desired(&self) -> Desired {
        let members = self.wishes.iter().map(|(who, wish)| member(who, *wish));
        let creator = self.wishes.get(PEOPLE[0]).filter(|wish| wish.is_master && !wish.is_blocked);
        let creators = [None, creator.map(|_| email(PEOPLE[0]))];
        let programs = PROGRAMS.into_iter().zip(creators).map(|(key, by)| program(key, by));
        Desired {
            programs: programs.map(|it| (it.key.clone(), it)).collect(),
            members: members.map(|it| (it.email.clone(), it)).collect(),
        }
    }
}

pub(super) fn email(text: &str) -> Email {
    text.parse().unwrap()
}

fn key(text: &str) -> ProgramKey {
    text.parse().unwrap()
}

fn member(who: &str, wish: Wish) -> Member {
    let has_moved = wish.has_moved && who == PEOPLE[3];
    let bits = if wish.programs & 3 == 0 { 1 } else { wish.programs };
    let chosen = PROGRAMS.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0);
    let programs: BTreeSet<ProgramKey> = chosen.map(|(_, text)| key(text)).collect();
    Member {
        ignore: minisync::model::Exemptions::new(),
        email: email(if has_moved { MOVED } else { who }),
        name: who.split('@').next().unwrap_or_default().to_owned(),
        role: if wish.is_master { Role::Master } else { Role::Developer(programs) },
        blocked: wish.is_blocked,
        previously: has_moved.then(|| email(who)),
        until: None,
        assignments_until: BTreeMap::new(),
    }
}

fn program(text: &str, created_by: Option<Email>) -> MiniProgram {
    let listing = listing();
    MiniProgram {
        previously: None,
        ignore: minisync::model::Exemptions::new(),
        key: key(text),
        name: format!("The {text}"),
        release_to: BTreeSet::new(),
        default_language: "zh-CN".parse().unwrap(),
        created_by,
        listing: Some(Listing {
            tagline: listing.tagline,
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
