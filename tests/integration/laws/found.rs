//! What an import leaves out, and why; and the keys of what it takes in.

use super::{
    examples::team,
    manifests::{OWNER, email, key, listing, tag, translation},
    platform::as_seen,
    world::World,
    worlds::{Damage, able, apply, matching, put_record},
};
use minisync::{
    model::{Desired, Member, Membership, ProgramId, ProgramKey, Role, SeenProgram},
    plan::{
        adoption::{FoundPeople, FoundPrograms, Obstacle, as_found, found_people, found_programs},
        recognise,
    },
};
use std::collections::{BTreeMap, BTreeSet};

fn programs(world: &World, desired: &Desired) -> FoundPrograms {
    found_programs(desired, &recognise(&world.seen(), desired, &world.memory).0)
}

fn people(world: &World, desired: &Desired, added: &[(&str, &str)]) -> FoundPeople {
    let (actual, _) = recognise(&world.seen(), desired, &world.memory);
    let added = added.iter().map(|(id, key_text)| (ProgramId::new(*id), key(key_text)));
    found_people(desired, &actual, &added.collect(), &BTreeSet::new())
}

fn put(world: &mut World, id: &str, name: &str) {
    let revision = world.revision();
    let id = ProgramId::new(id);
    let seen = as_seen(&super::manifests::program("x", name), id.clone(), revision);
    world.programs.insert(id, seen);
}

#[test]
fn what_would_be_taken_for_another_program_is_left() {
    let desired = team();
    let mut world = matching(&desired, able());
    apply(&mut world, &desired, &Damage::Rename("a", "Gamma"));
    for (id, name) in [("p1", "Alpha"), ("p2", "Delta"), ("p3", "Delta"), ("p4", "Epsilon")] {
        put(&mut world, id, name);
    }
    let FoundPrograms { programs, left } = programs(&world, &desired);
    let left: Vec<_> = left.into_values().collect();
    let wanted = Obstacle::NameWanted(key("a"));
    assert_eq!(left, [wanted, Obstacle::NameTwice, Obstacle::NameTwice]);
    assert_eq!(programs.into_keys().collect::<Vec<_>>(), [key("epsilon")]);
}

#[test]
fn what_we_manage_keeps_its_key_whatever_its_name() {
    let mut world = matching(&team(), able());
    put(&mut world, "p1", "Alpha");
    put(&mut world, "p2", "A");
    let FoundPrograms { programs, left } = programs(&world, &Desired::default());
    assert_eq!(left.into_values().collect::<Vec<_>>(), [Obstacle::NameTwice]);
    let ids: Vec<_> = programs.iter().map(|(key, it)| (key.as_str(), it.id.as_str())).collect();
    assert_eq!(ids, [("a", "p-a"), ("a-2", "p2"), ("b", "p-b")]);
}

#[test]
fn keys_come_from_latin_letters_in_english_or_from_the_id() {
    let keys = |id: &str, languages: &[&str]| {
        let mut world = World::default();
        put(&mut world, id, "幸福");
        let program: &mut SeenProgram = world.programs.values_mut().next().unwrap();
        program.languages = languages.iter().map(|it| (tag(it), translation(1))).collect();
        let found = programs(&world, &Desired::default()).programs.into_keys();
        found.map(|key| key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(keys("p7", &["ja", "en-US"]), ["name-1"]);
    assert_eq!(keys("p7", &["ja", "fr"]), ["program-p7"]);
    assert_eq!(keys("七", &[]), ["program"]);
    let long = keys(&"7".repeat(90), &[]);
    assert!(long[0].parse::<ProgramKey>().is_ok() && long[0].len() == 56, "{long:?}");
}

#[test]
fn a_listing_is_written_whole_and_as_it_is_or_not_at_all() {
    let mut wanted = super::manifests::program("a", "Alpha");
    wanted.listing = Some(listing(1));
    let mut world = World::default();
    let mut seen = as_seen(&wanted, ProgramId::new("p1"), world.revision());
    let logo = || Some(listing(1).logo);
    assert_eq!(as_found(&wanted.key, &seen, logo()).unwrap(), wanted);
    assert!(matches!(as_found(&wanted.key, &seen, None), Err(Obstacle::Logo(_))));
    for address in ["Care@X.CN", "nobody"] {
        seen.listing.as_mut().unwrap().email = address.into();
        let found = as_found(&wanted.key, &seen, logo());
        assert_eq!(found, Err(Obstacle::Address(address.into())));
    }
    seen.listing = None;
    assert_eq!(as_found(&wanted.key, &seen, logo()).unwrap().listing, None);
}

#[test]
fn a_developer_is_written_down_with_what_manifests_name() {
    let world = matching(&team(), able());
    let roles = |added: &[(&str, &str)]| {
        let FoundPeople { members, assignments, left } = people(&world, &Desired::default(), added);
        assert_eq!(assignments, BTreeMap::new());
        let left: Vec<_> = left.into_values().collect();
        let roles = members.into_iter().map(|(who, it)| (who.to_string(), it.role));
        (roles.collect::<BTreeMap<_, _>>(), left)
    };
    let developer = |text| Role::Developer([key(text)].into());
    let mei = || ("m@x.cn".to_owned(), Role::Master);
    // The owner is on no roster, protected or not.
    assert_eq!(roles(&[]), ([mei()].into(), vec![Obstacle::NoProgram; 2]));
    let wu = ("e@x.cn".to_owned(), developer("b"));
    assert_eq!(roles(&[("p-b", "b")]), ([wu, mei()].into(), vec![Obstacle::NoProgram]));
}

type End = fn(Role<ProgramId>) -> Membership<ProgramId>;

#[test]
fn who_is_still_there_keeps_what_has_a_key_only_now() {
    let desired = team();
    let ids: BTreeSet<_> = ["p-a", "p1"].map(ProgramId::new).into();
    let found = |ends: &[End]| {
        let mut world = matching(&desired, able());
        put(&mut world, "p1", "Gamma");
        world.members.retain(|it| it.email != email("d@x.cn"));
        for end in ends {
            put_record(&mut world, "d@x.cn", end(Role::Developer(ids.clone())));
        }
        people(&world, &desired, &[("p1", "z")]).assignments
    };
    let lin = (email("d@x.cn"), BTreeSet::from([key("z")]));
    assert_eq!(found(&[Membership::Active]), [lin].into());
    assert_eq!(found(&[Membership::Left]), BTreeMap::new());
    assert_eq!(found(&[Membership::Active, Membership::Active]), BTreeMap::new());
}

#[test]
fn who_is_who_must_be_clear() {
    let mut world = matching(&Desired::default(), able());
    for _ in 0..2 {
        put_record(&mut world, "d@x.cn", Membership::Active(Role::Master));
    }
    put_record(&mut world, "e@x.cn", Membership::Unrecognised("asleep".into()));
    let FoundPeople { members, left, .. } = people(&world, &Desired::default(), &[]);
    assert_eq!(members, BTreeMap::new(), "{OWNER} is the only other one");
    let left: BTreeSet<_> = left.into_values().collect();
    assert_eq!(left, [Obstacle::Doubtful, Obstacle::Unrecognised("asleep".into())].into());
}

#[test]
fn whom_we_act_as_and_who_moves_are_not_written_down_again() {
    let mut desired = team();
    let world = matching(&desired, able());
    let (actual, _) = recognise(&world.seen(), &Desired::default(), &world.memory);
    let us = BTreeSet::from([email("m@x.cn")]);
    let FoundPeople { members, left, .. } =
        found_people(&Desired::default(), &actual, &BTreeMap::new(), &us);
    assert_eq!((members, left.len()), (BTreeMap::new(), 2));
    let lin = desired.members.remove(&email("d@x.cn")).unwrap();
    let moved = Member { email: email("n@x.cn"), previously: Some(email("d@x.cn")), ..lin };
    desired.members.insert(moved.email.clone(), moved);
    assert_eq!(people(&world, &desired, &[]), FoundPeople::default());
}
