//! Manifests without a finding, from few names.

use jiff::civil::{Date, date};
use minisync::model::{
    CustomerService, Desired, Digest, Email, LanguageTag, Listing, Logo, LogoFormat, Member,
    MiniProgram, ProgramKey, ReleaseTarget, Role, Translation,
};
use proptest::{prelude::*, sample::select};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

pub(super) const KEYS: [&str; 3] = ["a", "b", "c"];
/// Managed, and in no manifest.
pub(super) const OLD: [&str; 2] = ["y", "z"];
pub(super) const PEOPLE: [&str; 4] = ["d@x.cn", "e@x.cn", "m@x.cn", "n@x.cn"];
/// In no manifest.
pub(super) const STRANGER: &str = "s@x.cn";
pub(super) const OWNER: &str = "o@x.cn";
/// The address that somebody had before, if anybody.
pub(super) const PREVIOUS: &str = "p@x.cn";
const CARE: &str = "care@x.cn";
pub(super) const NAMES: [&str; 4] = ["Alpha", "Beta", "Gamma", "Delta"];
const LANGUAGES: [&str; 3] = ["zh-CN", "en-US", "ja"];

pub(super) fn key(text: &str) -> ProgramKey {
    text.parse().unwrap()
}

/// Read once: reading an address costs more than the plan around it.
pub(super) fn email(text: &str) -> Email {
    static READ: LazyLock<BTreeMap<&str, Email>> = LazyLock::new(|| {
        let all = PEOPLE.into_iter().chain([STRANGER, OWNER, PREVIOUS, CARE]);
        all.map(|text| (text, text.parse().unwrap())).collect()
    });
    READ.get(text).cloned().unwrap_or_else(|| text.parse().unwrap())
}

pub(super) fn tag(text: &str) -> LanguageTag {
    text.parse().unwrap()
}

pub(super) fn program(key_text: &str, name: &str) -> MiniProgram {
    MiniProgram {
        previously: None,
        ignore: minisync::model::Exemptions::new(),
        key: key(key_text),
        name: name.into(),
        release_to: BTreeSet::new(),
        default_language: tag("zh-CN"),
        created_by: None,
        listing: None,
        languages: BTreeMap::new(),
    }
}

pub(super) fn listing(variant: u8) -> Listing {
    Listing {
        tagline: format!("tagline {}", variant & 1),
        description: format!("description {}", variant >> 1),
        logo: Logo {
            digest: Digest::new(format!("logo {variant}")),
            format: LogoFormat::Png,
            path: "logo.png".into(),
        },
        industry: "coffee".into(),
        customer_service: CustomerService {
            phone: format!("0571-888888{variant}"),
            email: email(CARE),
        },
    }
}

pub(super) fn translation(variant: u8) -> Translation {
    Translation { name: Some(format!("name {variant}")), tagline: None, description: None }
}

pub(super) fn member(address: &str, role: Role<ProgramKey>) -> Member {
    let name = address.split('@').next().unwrap_or_default().to_uppercase();
    Member {
        ignore: minisync::model::Exemptions::new(),
        email: email(address),
        name,
        role,
        blocked: false,
        previously: None,
        until: None,
        assignments_until: BTreeMap::new(),
    }
}

prop_compose! {
    fn some_program(key_text: &'static str)(
        released in any::<bool>(),
        default_language in select(&LANGUAGES[..2]),
        creator in prop::option::of(select(&PEOPLE[2..])),
        listed in prop_oneof![Just(None), (0u8..4).prop_map(Some)],
        languages in proptest::collection::btree_map(select(&LANGUAGES[1..]), 0u8..2, 0..3),
    ) -> MiniProgram {
        let mut languages: BTreeMap<_, _> =
            languages.into_iter().map(|(text, variant)| (tag(text), translation(variant))).collect();
        languages.remove(&tag(default_language));
        MiniProgram {
            release_to: released.then_some(ReleaseTarget::AlipayCn).into_iter().collect(),
            default_language: tag(default_language),
            created_by: creator.map(email),
            listing: listed.map(listing),
            languages,
            ..program(key_text, "")
        }
    }
}

/// As a roster could say it: a developer has a program, and it is in the manifests.
fn some_member(address: &'static str) -> impl Strategy<Value = (Member, u8)> {
    let is_master = prop::bool::weighted(if PEOPLE[2..].contains(&address) { 0.8 } else { 0.2 });
    (is_master, 1u8..8, prop::bool::weighted(0.25)).prop_map(move |(master, programs, blocked)| {
        let role = if master { Role::Master } else { Role::Developer(BTreeSet::new()) };
        (Member { blocked, ..member(address, role) }, programs)
    })
}

/// The last days that manifests give, on the first of January 1970.
pub(super) fn some_day() -> impl Strategy<Value = Date> {
    select(vec![
        date(1969, 12, 30),
        date(1969, 12, 31),
        date(1970, 1, 1),
        date(1970, 1, 12),
        date(1971, 1, 1),
    ])
}

fn chosen(keys: &BTreeSet<ProgramKey>, bits: u8) -> BTreeSet<ProgramKey> {
    let is_chosen = |at: usize| bits & (1 << at) != 0;
    keys.iter().enumerate().filter(|(at, _)| is_chosen(*at)).map(|(_, key)| key.clone()).collect()
}

#[derive(Debug, Clone, Copy)]
enum ChangeOfPerson {
    Moves,
    Ends(Date),
    LosesSome(Date),
}

/// One person may have moved, and some have a last day.
fn changes_of_people() -> impl Strategy<Value = Vec<(&'static str, ChangeOfPerson)>> {
    let moves = prop::option::weighted(0.6, select(&PEOPLE[..]));
    let ends = prop_oneof![
        1 => some_day().prop_map(ChangeOfPerson::Ends),
        2 => some_day().prop_map(ChangeOfPerson::LosesSome),
    ];
    let ends = proptest::collection::vec((select(&PEOPLE[..]), ends), 0..5);
    (moves, ends).prop_map(|(moves, ends)| {
        let moves = moves.map(|who| (who, ChangeOfPerson::Moves));
        moves.into_iter().chain(ends).collect()
    })
}

/// Manifests without a finding.
pub(super) fn desired() -> impl Strategy<Value = Desired> {
    let programs = KEYS.map(|key| prop::option::weighted(0.75, some_program(key)).boxed());
    let members = PEOPLE.map(|address| prop::option::weighted(0.75, some_member(address)).boxed());
    (programs, members, Just(NAMES.to_vec()).prop_shuffle(), changes_of_people()).prop_map(
        |(programs, members, names, changes)| {
            let mut desired = Desired::default();
            for (program, name) in programs.into_iter().zip(names) {
                let Some(mut program) = program else { continue };
                program.name = name.into();
                desired.programs.insert(program.key.clone(), program);
            }
            let keys: BTreeSet<_> = desired.programs.keys().cloned().collect();
            for (mut member, bits) in members.into_iter().flatten() {
                if let Role::Developer(programs) = &mut member.role {
                    *programs = chosen(&keys, bits);
                    if programs.is_empty() {
                        member.role = Role::Master;
                    }
                }
                desired.members.insert(member.email.clone(), member);
            }
            for (who, change) in changes {
                let Some(member) = desired.members.get_mut(&email(who)) else { continue };
                match change {
                    ChangeOfPerson::Moves => member.previously = Some(email(PREVIOUS)),
                    ChangeOfPerson::Ends(until) => member.until = Some(until),
                    ChangeOfPerson::LosesSome(until) => {
                        let first = member.role.assignments().next().cloned();
                        member.assignments_until =
                            first.map(|key| (key, until)).into_iter().collect();
                    }
                }
            }
            let masters = desired.members.clone();
            for program in desired.programs.values_mut() {
                program.created_by = program.created_by.take().filter(|address| {
                    masters.get(address).is_some_and(|member| member.role == Role::Master)
                });
            }
            desired
        },
    )
}
