//! Somebody works by hand between the look and the apply: what was planned has lost its object.

use super::site::{Site, email, key, members, programs};
use minisync::{
    engine::{Outcome, Stop},
    model::{Desired, Subject},
    plan::{OnEnd, Policy, Standing},
    platform::sandbox::MemberStatus,
};

fn team() -> Desired {
    Desired {
        programs: programs(&["coffee", "tea"]),
        members: members(&[
            ("mei@example.com", &[]),
            ("lin@example.com", &["coffee", "tea"]),
            ("wu@example.com", &["coffee"]),
        ]),
        ..Desired::default()
    }
}

/// Lin has accepted; the others are asked.
async fn settled() -> (Site, Desired) {
    let (site, desired) = (Site::new().await, team());
    site.apply_all(&desired).await;
    site.answer("lin@example.com", "accept").await;
    (site, desired)
}

#[tokio::test]
async fn who_was_removed_by_hand_is_stale_whatever_was_planned() {
    let plans: [fn(&mut Desired); 2] = [
        |desired| drop(desired.members.remove(&email("lin@example.com"))),
        |desired| desired.members.extend(members(&[("lin@example.com", &["coffee"])])),
    ];
    for change in plans {
        let (site, mut desired) = settled().await;
        change(&mut desired);
        let prospect = site.look(&desired).await;
        site.remove_by_hand("lin@example.com").await;
        let applied = site.carry_out(&prospect, &Stop::default()).await;
        assert_eq!(applied.outcomes, [Outcome::Stale], "{:#?}", prospect.plan);
        site.apply_all(&desired).await;
        assert_eq!(site.look(&desired).await.plan.standing(), Standing::Waiting);
    }
}

#[tokio::test]
async fn who_was_asked_in_again_by_hand_keeps_that_invitation() {
    let (site, mut desired) = settled().await;
    desired.members.remove(&email("wu@example.com"));
    let prospect = site.look(&desired).await;
    site.by_hand("wu@example.com", "withdraw").await;
    site.invite_by_hand("wu@example.com").await;
    let applied = site.carry_out(&prospect, &Stop::default()).await;
    assert_eq!(applied.outcomes, [Outcome::Stale], "{:#?}", prospect.plan);
    assert_eq!(site.member("wu@example.com").await.status, MemberStatus::Invited);
}

#[tokio::test]
async fn a_program_that_was_deleted_by_hand_is_stale() {
    let mut site = Site::new().await;
    site.policy = Policy { prune: true, ..Policy::default() };
    let desired = |keys| Desired { programs: programs(keys), ..Desired::default() };
    site.apply_all(&desired(&["coffee", "tea"])).await;
    let prospect = site.look(&desired(&["coffee"])).await;
    site.delete_by_hand("Lucky-tea").await;
    let applied = site.carry_out(&prospect, &Stop::default()).await;
    assert_eq!(applied.outcomes, [Outcome::Stale], "{:#?}", prospect.plan);
    assert_eq!(site.look(&desired(&["coffee"])).await.plan.standing(), Standing::InSync);
}

#[tokio::test]
async fn a_program_is_not_deleted_from_under_whoever_could_not_be_taken_off_it() {
    let (mut site, mut desired) = settled().await;
    site.policy = Policy { prune: true, ..Policy::default() };
    desired.members.remove(&email("lin@example.com"));
    desired.programs.remove(&key("tea"));
    let prospect = site.look(&desired).await;
    site.by_hand("lin@example.com", "block").await;
    let applied = site.carry_out(&prospect, &Stop::default()).await;
    let by = Subject::Member(email("lin@example.com"));
    let outcomes = [Outcome::Stale, Outcome::Blocked { by }];
    assert_eq!(applied.outcomes, outcomes, "{:#?}", prospect.plan);
    site.apply_all(&desired).await;
    assert_eq!(site.look(&desired).await.actual.programs.len(), 1);
}

#[tokio::test]
async fn who_could_not_be_invited_at_a_new_address_keeps_the_invitation_at_the_old_one() {
    let (site, mut desired) = settled().await;
    desired.members.remove(&email("wu@example.com"));
    let mut moved = members(&[("yan@example.com", &["coffee"])]);
    moved.get_mut(&email("yan@example.com")).unwrap().previously = Some(email("wu@example.com"));
    desired.members.extend(moved);
    let prospect = site.look(&desired).await;
    site.invite_by_hand("yan@example.com").await;
    let applied = site.carry_out(&prospect, &Stop::default()).await;
    let by = Subject::Member(email("yan@example.com"));
    assert_eq!(applied.outcomes, [Outcome::Stale, Outcome::Blocked { by }], "{:#?}", prospect.plan);
    assert_eq!(site.member("wu@example.com").await.status, MemberStatus::Invited);
}

/// Who refused is known, as they were then: another no is another answer.
#[tokio::test]
async fn who_was_asked_by_hand_and_refused_once_more_is_not_asked_again_by_an_old_plan() {
    let (mut site, desired) = settled().await;
    site.policy.invitations.on_refused = OnEnd::AskAgain;
    site.answer("wu@example.com", "refuse").await;
    let prospect = site.look(&desired).await;
    site.invite_by_hand("wu@example.com").await;
    site.answer("wu@example.com", "refuse").await;
    let applied = site.carry_out(&prospect, &Stop::default()).await;
    assert_eq!(applied.outcomes, [Outcome::Stale], "{:#?}", prospect.plan);
    assert_eq!(site.member("wu@example.com").await.status, MemberStatus::Refused);
}

#[tokio::test]
async fn what_somebody_else_was_faster_with_is_stale() {
    let (site, mut desired) = settled().await;
    desired.members.extend(members(&[("ann@example.com", &["coffee"])]));
    desired.programs.extend(programs(&["water"]));
    let prospect = site.look(&desired).await;
    site.invite_by_hand("ann@example.com").await;
    site.create_by_hand("Lucky-water").await;
    let applied = site.carry_out(&prospect, &Stop::default()).await;
    assert_eq!(applied.outcomes, [Outcome::Stale, Outcome::Stale], "{:#?}", prospect.plan);
}
