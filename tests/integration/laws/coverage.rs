//! The worlds are worth trying: whatever a plan can say comes up often enough.

use super::{
    thoroughly,
    worlds::{odd_damages, partial_scene, rules, scene},
};
use minisync::plan::Plan;
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};
use std::collections::BTreeMap;

/// How many of as many worlds as a law tries say each word.
fn words() -> BTreeMap<String, usize> {
    let mut runner =
        TestRunner::new_with_rng(thoroughly(), TestRng::deterministic_rng(RngAlgorithm::XorShift));
    let scenes = prop_oneof![4 => scene(odd_damages(), rules()), 1 => partial_scene()];
    let mut words = BTreeMap::new();
    for _ in 0..thoroughly().cases {
        let scene = scenes.new_tree(&mut runner).unwrap().current();
        let plan = scene.world.look(&scene.desired);
        for word in said(&plan) {
            *words.entry(word).or_default() += 1;
        }
    }
    words
}

fn said(plan: &Plan) -> std::collections::BTreeSet<String> {
    let head = |debug: String| debug.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
    let steps = plan.steps.iter().map(|step| {
        format!(
            "{:?} {} {:?}",
            step.action.phase(),
            head(format!("{:?}", step.action)),
            step.reason
        )
    });
    steps.chain(plan.notes.iter().map(|note| head(format!("{note:?}")))).collect()
}

#[test]
fn whatever_a_plan_can_say_comes_up() {
    let mut words = words();
    // Too rare to count on: somebody blocked, whose assignment has ended.
    words.remove("Grant ChangeRole Ended");
    let rare: Vec<_> = words.iter().filter(|(_, n)| **n < 20).collect();
    assert!(rare.is_empty(), "{rare:?}");
    let words: Vec<_> = words.into_keys().collect();
    insta::assert_snapshot!(words.join("\n"), @r"
    Ambiguous
    Configure CreateProgram Missing
    Configure UpdateProgram Differs
    Ending
    GaveUp
    Grant ChangeRole Differs
    Grant Invite Left
    Grant Invite Missing
    Grant Invite Refused
    Grant Reinvite Expired
    Grant Reinvite InvitationDiffers
    Grant Reinvite RolesAreFixed
    Grant Resend Expired
    Grant Unblock UnblockedByManifest
    Incomplete
    InvitationLapsed
    LastProgram
    Left
    Moving
    NameTaken
    NotPruned
    Protected
    Prune DeleteProgram Unasked
    Queued
    Resting
    Revoke Block BlockedByManifest
    Revoke ChangeRole Differs
    Revoke ChangeRole Ended
    Revoke Remove BlockedByManifest
    Revoke Remove Ended
    Revoke Remove Moved
    Revoke Remove Unasked
    Revoke Withdraw BlockedByManifest
    Revoke Withdraw Ended
    Revoke Withdraw Moved
    Revoke Withdraw Unasked
    Take AdoptMember Found
    Take AdoptProgram Found
    Undelivered
    Unmanaged
    Unrecognised
    Unsupported
    WaitingForMaster
    WaitingForMember
    WaitingForProgram
    Withheld
    ");
}
