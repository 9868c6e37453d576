//! Who is who where the ledger knows too much: two keys of one program, two programs of one key.

use super::{
    manifests::{email, key, program},
    told::told,
    world::World,
    worlds::{As, Damage, Place, able, apply, matching, put_record},
};
use minisync::model::{Desired, Member, Membership, MiniProgram, ProgramId, Role};

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
    apply(&mut world, &wanted, &Damage::StrangeProgram("Beta"));
    assert_eq!(
        told(&world.look(&wanted)),
        "not ours: Beta\nambiguous: a (1 candidates)\nambiguous: z (1 candidates)"
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

#[test]
fn a_doubtful_program_is_no_other_key_s_for_its_name() {
    let wanted = desired([rekeyed("Alpha"), program("c", "Beta")]);
    let mut world = matching(&wanted, able());
    remember(&mut world, "a", "p-c");
    world.memory.programs.remove(&key("c"));
    let plan = told(&world.look(&wanted));
    assert_eq!(plan, "ambiguous: aa (2 candidates)\nname taken: c Beta");
}

#[test]
fn what_was_read_twice_is_there_once() {
    let wanted = super::examples::team();
    let world = matching(&wanted, able());
    let mut seen = world.seen();
    seen.programs.extend(seen.programs.clone());
    seen.members.extend(seen.members.clone());
    assert_eq!(told(&world.look_at(&seen, &wanted)), "nothing");
    // Read once before and once after it changed: nobody can say which it is.
    seen.programs[0].revision = world.clone().revision();
    let plan = told(&world.look_at(&seen, &wanted));
    let waiting = "d@x.cn waits for a\ne@x.cn waits for a";
    assert_eq!(plan, format!("{waiting}\nambiguous: a (1 candidates)"));
}

#[test]
fn however_often_an_invitation_was_withdrawn_nothing_is_left_of_it() {
    let wanted = super::examples::team();
    let mut world = matching(&wanted, able());
    apply(&mut world, &wanted, &Damage::Move("d@x.cn", Place::Withdrawn, As::Asked));
    apply(&mut world, &wanted, &Damage::History("d@x.cn"));
    let plan = told(&world.look(&wanted));
    assert_eq!(plan, "Grant: invite D d@x.cn as developer of a (Missing, absent)");
}

#[test]
fn an_old_address_keeps_what_it_has_while_the_new_one_is_doubtful_or_still_asked_for() {
    let mut wanted = super::examples::team();
    let mut world = matching(&wanted, able());
    apply(&mut world, &wanted, &Damage::Move("d@x.cn", Place::Pending, As::Asked));
    let lin = wanted.members.remove(&email("d@x.cn")).unwrap();
    let moved =
        Member { email: email("n@x.cn"), previously: Some(lin.email.clone()), ..lin.clone() };
    wanted.members.insert(moved.email.clone(), moved);
    for _ in 0..2 {
        put_record(&mut world, "n@x.cn", Membership::Active(Role::Master));
    }
    assert_eq!(told(&world.look(&wanted)), "ambiguous: n@x.cn (2 candidates)");
    world.members.retain(|it| it.email != email("n@x.cn"));
    wanted.members.insert(lin.email.clone(), lin);
    let plan = told(&world.look(&wanted));
    let invited = "Grant: invite D n@x.cn as developer of a (Missing, absent)";
    assert_eq!(plan, format!("{invited}\nwaits for D d@x.cn"));
}
