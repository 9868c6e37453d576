//! Plans for mini programs, and for a whole workspace.

use super::super::manifests::{STRANGER, email, key, listing, member, program};
use super::super::platform::as_seen;
use super::super::told::told;
use super::super::world::World;
use super::super::worlds::{Damage, Place, able, apply, matching, put_record};
use super::{LIN, MEI, WU, after, developer, id, place, team};
use insta::assert_snapshot;
use jiff::civil::Date;
use minisync::model::{
    Desired, Field, Membership, Memory, MiniProgram, ReleaseTarget, Revision, Role, SeenProgram,
};
use minisync::plan::{ActsAs, Standing};

#[test]
fn what_matches_is_in_sync() {
    let desired = team();
    let plan = matching(&desired, able()).look(&desired);
    assert_eq!(told(&plan), "nothing");
    assert_eq!(plan.standing(), Standing::InSync);
}

#[test]
fn a_fresh_workspace_is_filled_as_far_as_it_goes_without_mei() {
    let plan = after(|_, world| *world = matching(&Desired::default(), able()));
    assert_snapshot!(plan, @r"
    Configure: create a (Missing, absent)
    Grant: invite D d@x.cn as developer of new a (Missing, absent)
    Grant: invite M m@x.cn as master (Missing, absent)
    b waits for m@x.cn
    e@x.cn waits for b
    ");
}

#[test]
fn what_is_found_is_taken_and_then_brought_in_line() {
    let plan = after(|desired, world| {
        world.memory = Memory::default();
        desired.programs.get_mut(&key("a")).unwrap().release_to = [ReleaseTarget::AlipayCn].into();
        desired.members.insert(email(LIN), member(LIN, Role::Master));
    });
    assert_snapshot!(plan, @r"
    Take: adopt a (Found, as seen)
    Take: adopt b (Found, as seen)
    Take: adopt d@x.cn (Found, as seen)
    Take: adopt e@x.cn (Found, as seen)
    Take: adopt m@x.cn (Found, as seen)
    Configure: update a: targets 0 -> 1 (Differs, as seen)
    Grant: change d@x.cn from developer of a to master (Differs, as seen)
    ");
}

#[test]
fn a_program_is_updated_field_by_field() {
    let plan = after(|desired, world| {
        let wanted = desired.programs.get_mut(&key("a")).unwrap();
        wanted.name = "Gamma".into();
        wanted.listing = Some(listing(1));
        wanted.release_to = [ReleaseTarget::AlipayCn].into();
        apply(world, &team(), &Damage::Edit("a", 4));
    });
    assert_snapshot!(plan, @"Configure: update a: name Alpha -> Gamma, targets 0 -> 1, tagline nothing -> tagline 1, description nothing -> description 0, logo nothing -> logo 1, industry nothing -> coffee, phone nothing -> 0571-8888881, email nothing -> care@x.cn, ja name 1 -> nothing (Differs, as seen)");
}

#[test]
fn what_cannot_be_changed_back_is_said() {
    let plan = after(|_, world| {
        apply(world, &team(), &Damage::Edit("a", 5));
        let with_listing = as_seen(
            &MiniProgram { listing: Some(listing(0)), ..program("b", "Beta") },
            id("b"),
            Revision::new("r"),
        );
        world.programs.insert(id("b"), with_listing);
    });
    assert_snapshot!(plan, @r"
    cannot: a default language en-US -> zh-CN
    cannot: b RemovingListing
    ");
}

#[test]
fn programs_are_deleted_with_leave_only() {
    let unasked = |prune, deletes| {
        after(|desired, world| {
            desired.programs.remove(&key("b"));
            desired.members.insert(email(WU), member(WU, developer(&["a"])));
            world.rules.policy.prune = prune;
            world.rules.capabilities.deletes_programs = deletes;
        })
    };
    assert_snapshot!(unasked(true, true), @r"
    Revoke: change e@x.cn from developer of a and b to developer of a (Differs, as seen)
    Prune: delete b (Unasked, as seen)
    ");
    assert_snapshot!(unasked(false, true), @r"
    Revoke: change e@x.cn from developer of a and b to developer of a (Differs, as seen)
    not pruned: b Beta
    ");
    assert_snapshot!(unasked(true, false), @r"
    Revoke: change e@x.cn from developer of a and b to developer of a (Differs, as seen)
    cannot: b DeletingPrograms
    ");
}

#[test]
fn the_last_program_of_a_developer_is_kept() {
    let plan = after(|desired, world| {
        desired.programs.remove(&key("b"));
        desired.members.insert(email(WU), member(WU, developer(&["a"])));
        let reached = [id("b")].into();
        put_record(world, STRANGER, Membership::Blocked(Role::Developer(reached)));
    });
    assert_snapshot!(plan, @r"
    Revoke: change e@x.cn from developer of a and b to developer of a (Differs, as seen)
    not ours: S@X.CN s@x.cn
    kept: b is all that s@x.cn has
    ");
}

#[test]
fn what_a_change_leaves_to_a_developer_is_kept_too() {
    let plan = after(|desired, _| {
        desired.programs.remove(&key("a"));
        desired.programs.insert(key("c"), program("c", "Gamma"));
        desired.members.remove(&email(LIN));
        let wu = desired.members.get_mut(&email(WU)).unwrap();
        wu.role = developer(&["b", "c"]);
        wu.ignore = [(Field::MiniPrograms, None)].into();
        wu.assignments_until = [(key("b"), Date::constant(1969, 12, 31))].into();
    });
    assert_snapshot!(plan, @r"
    Configure: create c (Missing, absent)
    Revoke: remove d@x.cn (Unasked, as seen)
    Revoke: change e@x.cn from developer of a and b to developer of a (Ended, as seen)
    kept: a is all that e@x.cn has
    ignored: e@x.cn miniPrograms
    ");
}

#[test]
fn a_name_is_taken_when_it_is_free() {
    let renamed = after(|desired, _| {
        desired.programs.get_mut(&key("a")).unwrap().name = "Beta".into();
        desired.programs.get_mut(&key("b")).unwrap().name = "Gamma".into();
    });
    assert_snapshot!(renamed, @r"
    Configure: update b: name Beta -> Gamma (Differs, as seen)
    name taken: a Beta
    ");
    let taken = after(|desired, world| {
        apply(world, &team(), &Damage::StrangeProgram("Gamma"));
        desired.programs.get_mut(&key("a")).unwrap().name = "Gamma".into();
    });
    assert_snapshot!(taken, @r"
    not ours: Gamma
    name taken: a Gamma
    ");
}

#[test]
fn two_programs_of_the_name_are_a_question_and_not_a_guess() {
    let plan = after(|_, world| {
        world.memory.programs.remove(&key("a"));
        apply(world, &team(), &Damage::Twin("a"));
    });
    assert_snapshot!(plan, @r"
    d@x.cn waits for a
    e@x.cn waits for a
    ambiguous: a (2 candidates)
    ");
}

#[test]
fn a_program_made_again_by_hand_is_found_by_its_name() {
    let made_again = |is_partial| {
        after(|_, world| {
            let again = world.programs.remove(&id("a")).unwrap();
            let again = SeenProgram { id: id("again"), ..again };
            world.programs.insert(id("again"), again);
            for member in &mut world.members {
                if let Membership::Active(Role::Developer(ids)) = &mut member.membership
                    && ids.remove(&id("a"))
                {
                    ids.insert(id("again"));
                }
            }
            world.unseen.is_partial = is_partial;
        })
    };
    assert_snapshot!(made_again(false), @"Take: adopt a (Found, as seen)");
    assert_snapshot!(made_again(true), @r"
    d@x.cn waits for a
    e@x.cn waits for a
    ambiguous: a (2 candidates)
    incomplete
    ");
}

#[test]
fn a_program_is_created_as_its_master_or_not_at_all() {
    let missing = |change: fn(&mut Desired, &mut World)| {
        after(|desired, world| {
            apply(world, &team(), &Damage::LoseProgram("b"));
            change(desired, world);
        })
    };
    assert_snapshot!(missing(|_, _| {}), @r"
    Configure: create b as m@x.cn (Missing, absent)
    Grant: change e@x.cn from developer of a to developer of a and new b (Differs, as seen)
    ");
    assert_snapshot!(missing(|_, world| place(world, MEI, Place::Expired)), @r"
    Grant: resend m@x.cn (Expired, as seen)
    b waits for m@x.cn
    e@x.cn waits for b
    ");
    assert_snapshot!(missing(|_, world| {
        world.rules.capabilities.acts_as = ActsAs::Only([email(WU)].into());
    }), @r"
    e@x.cn waits for b
    cannot: b acting as m@x.cn
    ");
    assert_snapshot!(missing(|desired, _| {
        desired.members.get_mut(&email(MEI)).unwrap().blocked = true;
    }), @r"
    Revoke: block m@x.cn (BlockedByManifest, as seen)
    b waits for m@x.cn
    e@x.cn waits for b
    ");
    assert_snapshot!(missing(|_, world| world.rules.capabilities.creates_programs = false), @r"
    e@x.cn waits for b
    cannot: b CreatingPrograms
    ");
}

#[test]
fn on_half_a_reading_nothing_is_made_and_nothing_taken() {
    let plan = after(|desired, world| {
        world.unseen.is_partial = true;
        world.unseen.programs.insert(id("b"));
        let member_id = world.records(&email(LIN)).next().unwrap().id.clone();
        world.unseen.members.insert(member_id);
        desired.members.remove(&email(MEI));
        desired.programs.get_mut(&key("a")).unwrap().name = "Gamma".into();
    });
    assert_snapshot!(plan, @r"
    e@x.cn waits for b
    withheld: a
    withheld: b
    withheld: d@x.cn
    withheld: m@x.cn
    incomplete
    ");
}
