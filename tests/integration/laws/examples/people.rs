//! Plans for people.

use super::super::manifests::{OWNER, email, key, member, program};
use super::super::platform::pending;
use super::super::told::told;
use super::super::worlds::{Damage, Place, able, apply, matching, put_record};
use super::{LIN, MEI, WU, after, developer, id, place, team};
use insta::assert_snapshot;
use jiff::Timestamp;
use minisync::model::{Invitation, Membership, ProgramId, Role};
use minisync::plan::Standing;

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
    Grant: change d@x.cn from developer of a to developer of b (Differs, as seen)
    Grant: unblock d@x.cn (UnblockedByManifest, as seen)
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
fn of_several_records_the_live_one_counts() {
    let records = |second: Membership<ProgramId>| {
        after(|_, world| {
            put_record(world, LIN, Membership::Invited(Role::Master, Invitation::Withdrawn));
            put_record(world, LIN, second);
        })
    };
    assert_eq!(
        records(Membership::Invited(
            Role::Master,
            Invitation::Expired { since: Timestamp::UNIX_EPOCH }
        )),
        "nothing"
    );
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
