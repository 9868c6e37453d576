//! Who is who where the ledger knows too much: two keys of one program, two programs of one key.

use super::{
    manifests::{key, program},
    told::told,
    world::World,
    worlds::{Damage, able, apply, matching},
};
use minisync::model::{Desired, MiniProgram, ProgramId};

fn desired(programs: impl IntoIterator<Item = MiniProgram>) -> Desired {
    let programs = programs.into_iter().map(|it| (it.key.clone(), it));
    Desired { programs: programs.collect(), ..Desired::default() }
}

/// `aa`, which was `a`.
fn rekeyed(name: &str) -> MiniProgram {
    MiniProgram { previously: Some(key("a")), ..program("aa", name) }
}

fn remember(world: &mut World, key_text: &str, id: &str) {
    world.memory.programs.insert(key(key_text), ProgramId::new(id));
}

#[test]
fn a_program_that_two_keys_remember_is_left_alone() {
    let wanted = desired([program("a", "Other")]);
    let mut world = matching(&wanted, able());
    apply(&mut world, &wanted, &Damage::Rename("a", "Alpha"));
    remember(&mut world, "z", "p-a");
    assert_eq!(
        told(&world.look(&wanted)),
        "ambiguous: a (1 candidates)\nambiguous: z (1 candidates)"
    );
}

#[test]
fn of_an_old_key_and_a_new_one_the_program_that_is_there_counts() {
    let old = desired([program("a", "Alpha")]);
    let new = desired([rekeyed("Alpha")]);
    let mut world = matching(&old, able());
    remember(&mut world, "aa", "p-gone");
    assert_eq!(told(&world.look(&new)), "Take: adopt aa (Renamed, as seen)");
    let mut world = matching(&new, able());
    remember(&mut world, "a", "p-gone");
    assert_eq!(told(&world.look(&new)), "nothing");
    // It may be there, where not all was read.
    world.unseen.is_partial = true;
    assert_eq!(told(&world.look(&new)), "ambiguous: aa (2 candidates)\nincomplete");
}

#[test]
fn a_key_that_is_still_asked_for_is_no_old_one() {
    let old = desired([program("a", "Alpha")]);
    let world = matching(&old, able());
    let both = desired([program("a", "Alpha"), rekeyed("Beta")]);
    assert_eq!(told(&world.look(&both)), "Configure: create aa (Missing, absent)");
}

#[test]
fn beside_doubtful_programs_others_are_told_by_their_names() {
    let wanted = desired([rekeyed("Alpha"), program("c", "Gamma")]);
    let mut world = matching(&wanted, able());
    apply(&mut world, &wanted, &Damage::ForgetProgram("c"));
    apply(&mut world, &wanted, &Damage::StrangeProgram("Beta"));
    let other = world.programs.values().find(|it| it.name == "Beta").unwrap().id.clone();
    remember(&mut world, "a", other.as_str());
    let plan = told(&world.look(&wanted));
    assert_eq!(plan, "Take: adopt c (Found, as seen)\nambiguous: aa (2 candidates)");
}
