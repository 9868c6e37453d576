//! Whoever no manifest asks for, wherever they stand, ours or not.

use super::{
    examples::team,
    manifests::STRANGER,
    told::told,
    worlds::{As, Damage, Place, able, apply, matching, put_record},
};
use insta::assert_snapshot;
use minisync::model::{Desired, Membership, Role};

const PLACES: [Place; 8] = [
    Place::Pending,
    Place::Expired,
    Place::Refused,
    Place::Withdrawn,
    Place::Active,
    Place::Blocked,
    Place::Left,
    Place::Unknown,
];

/// One line a place.
fn plans(memories: &[Damage], withdraws: bool) -> String {
    let lines = PLACES.map(|place| {
        let desired = Desired::default();
        let mut world = matching(&desired, able());
        world.rules.capabilities.withdraws = withdraws;
        apply(&mut world, &desired, &Damage::Move(STRANGER, place, As::Master));
        for memory in memories {
            apply(&mut world, &desired, memory);
        }
        format!("{place:?}: {}", told(&world.look(&desired)))
    });
    lines.join("\n")
}

#[test]
fn who_is_not_ours_is_told_of_and_left_alone() {
    assert_snapshot!(plans(&[], true), @r"
    Pending: not ours: S@X.CN s@x.cn
    Expired: nothing
    Refused: nothing
    Withdrawn: nothing
    Active: not ours: S@X.CN s@x.cn
    Blocked: not ours: S@X.CN s@x.cn
    Left: nothing
    Unknown: not ours: S@X.CN s@x.cn
    ");
    assert_eq!(plans(&[], false), plans(&[], true));
}

#[test]
fn what_we_gave_is_taken_back() {
    assert_snapshot!(plans(&[Damage::Remember(STRANGER)], true), @r"
    Pending: Revoke: withdraw s@x.cn (Unasked, as seen)
    Expired: Revoke: withdraw s@x.cn (Unasked, as seen)
    Refused: nothing
    Withdrawn: nothing
    Active: Revoke: remove s@x.cn (Unasked, as seen)
    Blocked: Revoke: remove s@x.cn (Unasked, as seen)
    Left: nothing
    Unknown: unrecognised: s@x.cn on-leave
    ");
    assert_snapshot!(plans(&[Damage::Remember(STRANGER)], false), @r"
    Pending: cannot: s@x.cn Withdrawing
    Expired: nothing
    Refused: nothing
    Withdrawn: nothing
    Active: Revoke: remove s@x.cn (Unasked, as seen)
    Blocked: Revoke: remove s@x.cn (Unasked, as seen)
    Left: nothing
    Unknown: unrecognised: s@x.cn on-leave
    ");
}

#[test]
fn a_stranger_with_two_records_is_told_of_by_both() {
    let desired = Desired::default();
    let mut world = matching(&desired, able());
    for _ in 0..2 {
        put_record(&mut world, STRANGER, Membership::Active(Role::Master));
    }
    let plan = told(&world.look(&desired));
    assert_eq!(plan, ["not ours: S@X.CN s@x.cn"; 2].join("\n"));
}

#[test]
fn a_word_that_we_do_not_know_makes_nobody_ours() {
    let desired = team();
    let mut world = matching(&desired, able());
    apply(&mut world, &desired, &Damage::Move("d@x.cn", Place::Unknown, As::Asked));
    apply(&mut world, &desired, &Damage::ForgetMember("d@x.cn"));
    assert_eq!(told(&world.look(&desired)), "unrecognised: d@x.cn on-leave");
}
