//! A platform that matches, one thing changed, and the plan that follows.

use super::{
    manifests::{OWNER, STRANGER, email, key, listing, member, program},
    platform::{as_seen, pending},
    told::told,
    world::World,
    worlds::{As, Damage, Place, able, apply, matching, put_record},
};
use insta::assert_snapshot;
use minisync::{
    model::{
        Desired, Invitation, Membership, Memory, MiniProgram, ProgramId, ProgramKey, ReleaseTarget,
        Revision, Role, SeenProgram,
    },
    plan::{ActsAs, Standing},
};

const MEI: &str = "m@x.cn";
const LIN: &str = "d@x.cn";
const WU: &str = "e@x.cn";

fn developer(keys: &[&str]) -> Role<ProgramKey> {
    Role::Developer(keys.iter().map(|text| key(text)).collect())
}

/// Program `a` is the owner's, `b` is created by Mei; Lin develops `a`, Wu both.
fn team() -> Desired {
    let mut desired = Desired::default();
    for (key_text, name, master) in [("a", "Alpha", None), ("b", "Beta", Some(MEI))] {
        let mut program = program(key_text, name);
        program.created_by = master.map(email);
        desired.programs.insert(program.key.clone(), program);
    }
    let lin = member(LIN, developer(&["a"]));
    for member in [member(MEI, Role::Master), lin, member(WU, developer(&["a", "b"]))] {
        desired.members.insert(member.email.clone(), member);
    }
    desired
}

/// What is planned after a change to the matching world.
fn after(change: impl FnOnce(&mut Desired, &mut World)) -> String {
    let mut desired = team();
    let mut world = matching(&desired, able());
    change(&mut desired, &mut world);
    told(&world.look(&desired))
}

fn place(world: &mut World, who: &'static str, place: Place) {
    apply(world, &team(), &Damage::Move(who, place, As::Asked));
}

fn id(text: &str) -> ProgramId {
    ProgramId::new(format!("p-{text}"))
}

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
fn an_unanswered_invitation_is_no_drift() {
    let desired = team();
    let mut world = matching(&desired, able());
    place(&mut world, LIN, Place::Pending);
    let plan = world.look(&desired);
    assert_eq!(plan.standing(), Standing::Waiting);
    assert_snapshot!(told(&plan), @"waits for D d@x.cn");
}

#[test]
fn an_expired_invitation_is_sent_again_however_the_platform_can() {
    let expired = |resends, withdraws| {
        after(|_, world| {
            place(world, LIN, Place::Expired);
            world.rules.capabilities.resends = resends;
            world.rules.capabilities.withdraws = withdraws;
        })
    };
    assert_snapshot!(expired(true, true), @"Grant: resend d@x.cn (Expired, as seen)");
    assert_snapshot!(expired(false, true), @"Grant: reinvite D d@x.cn as developer of a (Expired, as seen)");
    assert_snapshot!(expired(false, false), @"cannot: d@x.cn Resending");
}

#[test]
fn a_sent_invitation_cannot_be_edited() {
    let promoted = |withdraws| {
        after(|desired, world| {
            place(world, LIN, Place::Pending);
            desired.members.insert(email(LIN), member(LIN, Role::Master));
            world.rules.capabilities.withdraws = withdraws;
        })
    };
    assert_snapshot!(promoted(true), @"Grant: reinvite D d@x.cn as master (InvitationDiffers, as seen)");
    assert_snapshot!(promoted(false), @r"
    waits for D d@x.cn
    cannot: d@x.cn Withdrawing
    ");
}

#[test]
fn who_refused_is_not_asked_again() {
    assert_snapshot!(after(|_, world| place(world, LIN, Place::Refused)), @"lapsed: D d@x.cn (Refused)");
}

#[test]
fn a_withdrawn_invitation_is_as_good_as_none() {
    assert_snapshot!(after(|_, world| place(world, LIN, Place::Withdrawn)), @"Grant: invite D d@x.cn as developer of a (Missing, absent)");
}

#[test]
fn roles_and_assignments_change_in_place_where_the_platform_can() {
    let swapped = |changes_roles| {
        after(|desired, world| {
            for program in desired.programs.values_mut() {
                program.created_by = None;
            }
            desired.members.insert(email(MEI), member(MEI, developer(&["a"])));
            desired.members.insert(email(LIN), member(LIN, developer(&["a", "b"])));
            desired.members.insert(email(WU), member(WU, developer(&["b"])));
            world.rules.capabilities.changes_roles = changes_roles;
        })
    };
    assert_snapshot!(swapped(true), @r"
    Grant: change d@x.cn from developer of a to developer of a and b (Differs, as seen)
    Revoke: change e@x.cn from developer of a and b to developer of b (Differs, as seen)
    Revoke: change m@x.cn from master to developer of a (Differs, as seen)
    ");
    assert_snapshot!(swapped(false), @r"
    Grant: reinvite D d@x.cn as developer of a and b (RolesAreFixed, as seen)
    Grant: reinvite E e@x.cn as developer of b (RolesAreFixed, as seen)
    Grant: reinvite M m@x.cn as developer of a (RolesAreFixed, as seen)
    ");
}

#[test]
fn assignments_to_programs_that_nobody_manages_are_kept() {
    let plan = after(|desired, world| {
        apply(world, &team(), &Damage::StrangeProgram("Gamma"));
        let stranger =
            world.programs.keys().find(|it| !world.memory.programs.values().any(|id| id == *it));
        let reached = [id("a"), stranger.unwrap().clone()].into();
        world.members.retain(|it| it.email != email(LIN));
        put_record(world, LIN, Membership::Active(Role::Developer(reached)));
        desired.members.insert(email(LIN), member(LIN, developer(&["b"])));
    });
    assert_snapshot!(plan, @r"
    Grant: change d@x.cn from developer of a stranger and a to developer of a stranger and b (Differs, as seen)
    not ours: Gamma
    not ours: a program that d@x.cn is assigned to
    ");
}

#[test]
fn an_active_developer_gets_what_exists_and_waits_for_the_rest() {
    let plan = after(|desired, world| {
        let mut tea = program("c", "Gamma");
        tea.created_by = Some(email(MEI));
        desired.programs.insert(tea.key.clone(), tea);
        desired.members.insert(email(LIN), member(LIN, developer(&["b", "c"])));
        place(world, MEI, Place::Pending);
    });
    assert_snapshot!(plan, @r"
    Grant: change d@x.cn from developer of a to developer of b (Differs, as seen)
    waits for M m@x.cn
    c waits for m@x.cn
    d@x.cn waits for c
    ");
}

#[test]
fn blocking_takes_the_access_and_keeps_the_rest() {
    let blocked = |found, blocks| {
        after(|desired, world| {
            place(world, LIN, found);
            desired.members.get_mut(&email(LIN)).unwrap().blocked = true;
            world.rules.capabilities.blocks = blocks;
        })
    };
    assert_snapshot!(blocked(Place::Active, true), @"Revoke: block d@x.cn (BlockedByManifest, as seen)");
    assert_snapshot!(blocked(Place::Active, false), @"cannot: d@x.cn Blocking");
    assert_snapshot!(blocked(Place::Pending, true), @"Revoke: withdraw d@x.cn (BlockedByManifest, as seen)");
    assert_eq!(blocked(Place::Gone, true), "nothing");
}

#[test]
fn unblocking_brings_the_role_in_line() {
    let unblocked = |changes_roles| {
        after(|desired, world| {
            place(world, LIN, Place::Blocked);
            desired.members.insert(email(LIN), member(LIN, developer(&["b"])));
            world.rules.capabilities.changes_roles = changes_roles;
        })
    };
    assert_snapshot!(unblocked(true), @r"
    Grant: unblock d@x.cn (UnblockedByManifest, as seen)
    Grant: change d@x.cn from developer of a to developer of b (Differs, as seen)
    ");
    assert_snapshot!(unblocked(false), @"Grant: reinvite D d@x.cn as developer of b (RolesAreFixed, as seen)");
}

#[test]
fn who_left_the_rosters_leaves_the_workspace() {
    let left = |found, is_ours: bool| {
        after(|desired, world| {
            place(world, LIN, found);
            desired.members.remove(&email(LIN));
            if !is_ours {
                world.memory.members.remove(&email(LIN));
            }
        })
    };
    assert_snapshot!(left(Place::Active, true), @"Revoke: remove d@x.cn (Unasked, as seen)");
    assert_snapshot!(left(Place::Blocked, true), @"Revoke: remove d@x.cn (Unasked, as seen)");
    assert_snapshot!(left(Place::Pending, true), @"Revoke: withdraw d@x.cn (Unasked, as seen)");
    assert_snapshot!(left(Place::Expired, true), @"Revoke: withdraw d@x.cn (Unasked, as seen)");
    assert_eq!(left(Place::Refused, true), "nothing");
    assert_snapshot!(left(Place::Active, false), @"not ours: D@X.CN d@x.cn");
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
    ");
}

#[test]
fn of_several_records_the_live_one_counts() {
    let records = |second: Membership<ProgramId>| {
        after(|_, world| {
            put_record(world, LIN, Membership::Invited(Role::Master, Invitation::Withdrawn));
            put_record(world, LIN, second);
        })
    };
    assert_eq!(records(Membership::Invited(Role::Master, Invitation::Expired)), "nothing");
    assert_snapshot!(records(Membership::Invited(Role::Master, pending())), @"ambiguous: d@x.cn (2 candidates)");
}

#[test]
fn a_word_that_we_do_not_know_is_left_alone() {
    assert_snapshot!(after(|_, world| place(world, LIN, Place::Unknown)), @"unrecognised: d@x.cn on-leave");
}

#[test]
fn the_account_we_act_as_is_left_alone() {
    let plan = after(|desired, world| {
        desired.members.remove(&email(MEI));
        desired.programs.get_mut(&key("b")).unwrap().created_by = None;
        world.rules.protected.insert(email(MEI));
    });
    assert_snapshot!(plan, @"protected: m@x.cn");
    let unmanaged = after(|_, world| {
        world.memory.members.remove(&email(MEI));
        world.rules.protected = [email(OWNER), email(MEI)].into();
    });
    assert_eq!(unmanaged, "nothing");
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
    ");
}
