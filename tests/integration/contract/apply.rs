//! Plans carried out.

use super::site::{Site, email, key, members, n_with, programs};
use minisync::{
    engine::{Outcome, Stop},
    model::{Desired, Listing, image},
    plan::{Policy, Standing},
    platform::sandbox::MemberStatus,
};

fn coffee() -> Desired {
    Desired {
        programs: programs(&["coffee", "tea"]),
        members: members(&[("mei@example.com", &[]), ("lin@example.com", &["coffee", "tea"])]),
        ..Desired::default()
    }
}

#[tokio::test]
async fn from_nothing_to_waiting_to_in_sync() {
    let (site, desired) = (Site::new().await, coffee());
    assert_eq!(site.look(&desired).await.plan.steps.len(), 4);
    site.apply_all(&desired).await;
    assert_eq!(site.look(&desired).await.plan.standing(), Standing::Waiting);
    site.answer("mei@example.com", "accept").await;
    assert_eq!(site.look(&desired).await.plan.standing(), Standing::Waiting);
    site.answer("lin@example.com", "accept").await;
    let plan = site.look(&desired).await.plan;
    assert_eq!(plan.standing(), Standing::InSync, "{plan:#?}");
}

#[tokio::test]
async fn what_is_not_asked_for_any_more_goes_and_nothing_else() {
    let (mut site, mut desired) = (Site::new().await, coffee());
    site.apply_all(&desired).await;
    site.answer("lin@example.com", "accept").await;
    desired.members = members(&[("lin@example.com", &["coffee"])]);
    desired.programs.remove(&key("tea"));
    site.apply_all(&desired).await;
    let emails: Vec<_> = site.members().await.into_iter().map(|member| member.email).collect();
    assert_eq!(emails, ["owner@example.com", "lin@example.com"]);
    assert_eq!(site.look(&desired).await.actual.programs.len(), 2, "prune is off");
    site.policy = Policy { prune: true, ..Policy::default() };
    site.apply_all(&desired).await;
    assert_eq!(site.look(&desired).await.actual.programs.len(), 1);
    assert_eq!(site.look(&desired).await.plan.standing(), Standing::InSync);
}

#[tokio::test]
async fn an_expired_invitation_is_sent_again_and_a_refused_one_is_left_to_people() {
    let (site, desired) = (Site::new().await, coffee());
    site.apply_all(&desired).await;
    site.answer("mei@example.com", "refuse").await;
    site.pass_days(4);
    assert_eq!(site.member("lin@example.com").await.status, MemberStatus::Expired);
    site.apply_all(&desired).await;
    assert_eq!(site.member("lin@example.com").await.status, MemberStatus::Invited);
    assert_eq!(site.member("mei@example.com").await.status, MemberStatus::Refused);
    let plan = site.look(&desired).await.plan;
    assert_eq!(plan.standing(), Standing::Waiting, "{plan:#?}");
}

#[tokio::test]
async fn a_sent_invitation_that_is_wrong_is_replaced_and_there_is_only_one() {
    let (site, mut desired) = (Site::new().await, coffee());
    site.apply_all(&desired).await;
    let before = site.member("lin@example.com").await;
    desired.members = members(&[("mei@example.com", &[]), ("lin@example.com", &["coffee"])]);
    site.apply_all(&desired).await;
    let after = site.member("lin@example.com").await;
    assert_ne!(before.id, after.id);
    assert_eq!(after.programs.len(), 1);
    assert_eq!(site.members().await.len(), 3);
}

#[tokio::test]
async fn several_steps_on_one_person_do_not_make_each_other_stale() {
    let (site, mut desired) = (Site::new().await, coffee());
    site.apply_all(&desired).await;
    site.answer("lin@example.com", "accept").await;
    site.by_hand("lin@example.com", "block").await;
    desired.members = members(&[("mei@example.com", &[]), ("lin@example.com", &["coffee"])]);
    // However many steps and runs it takes: none is stale, and none fails.
    for _ in 0..3 {
        site.apply_all(&desired).await;
    }
    let lin = site.member("lin@example.com").await;
    assert_eq!((lin.status, lin.programs.len()), (MemberStatus::Active, 1));
}

#[tokio::test]
async fn what_changed_after_planning_is_stale_and_left_alone() {
    let (site, mut desired) = (Site::new().await, coffee());
    site.apply_all(&desired).await;
    site.answer("lin@example.com", "accept").await;
    desired.members = members(&[("mei@example.com", &[])]);
    let prospect = site.look(&desired).await;
    site.by_hand("lin@example.com", "block").await;
    let applied = site.carry_out(&prospect, &Stop::default()).await;
    assert_eq!(applied.outcomes, [Outcome::Stale]);
    assert_eq!(site.member("lin@example.com").await.status, MemberStatus::Blocked);
}

#[tokio::test]
async fn whoever_could_not_be_given_less_is_not_unblocked() {
    let (site, mut desired) = (Site::new().await, coffee());
    site.apply_all(&desired).await;
    site.answer("lin@example.com", "accept").await;
    site.by_hand("lin@example.com", "block").await;
    desired.members = members(&[("mei@example.com", &[]), ("lin@example.com", &["coffee"])]);
    let prospect = site.look(&desired).await;
    assert_eq!(prospect.plan.steps.len(), 2, "{:#?}", prospect.plan);
    site.by_hand("lin@example.com", "unblock").await;
    site.by_hand("lin@example.com", "block").await;
    let applied = site.carry_out(&prospect, &Stop::default()).await;
    let by = prospect.plan.steps[0].action.subject();
    assert_eq!(applied.outcomes, [Outcome::Stale, Outcome::Blocked { by }]);
}

#[tokio::test]
async fn a_failure_stops_what_depends_on_it_and_nothing_else() {
    let (site, mut desired) = (Site::new().await, coffee());
    // The platform wants Chinese programs of a length that this one has not.
    desired.programs.get_mut(&key("tea")).unwrap().name = "x".repeat(31);
    desired.members.extend(members(&[("ann@example.com", &["coffee"])]));
    let applied = site.apply(&desired).await;
    assert_eq!(n_with(&applied, |it| matches!(it, Outcome::Failed(_))), 1, "{applied:#?}");
    assert_eq!(n_with(&applied, |it| matches!(it, Outcome::Blocked { .. })), 1, "{applied:#?}");
    assert_eq!(applied.n_done(), 3);
    desired.programs.get_mut(&key("tea")).unwrap().name = "Tea".into();
    site.apply_all(&desired).await;
}

#[tokio::test]
async fn a_stopped_run_begins_nothing_and_the_next_one_goes_on() {
    let (site, desired) = (Site::new().await, coffee());
    let stop = Stop::default();
    stop.ask();
    let prospect = site.look(&desired).await;
    let applied = site.carry_out(&prospect, &stop).await;
    assert_eq!(n_with(&applied, |it| *it == Outcome::NotStarted), 4, "{applied:#?}");
    site.apply_all(&desired).await;
}

#[tokio::test]
async fn a_program_waits_for_its_master_and_is_then_created_as_her() {
    let (site, mut desired) = (Site::new().await, coffee());
    let logo = include_bytes!("../../../examples/master/logos/coffee.png");
    std::fs::write(site.folder().join("coffee.png"), logo).unwrap();
    let (format, digest) = image::inspect(logo).unwrap();
    let listing = Listing {
        tagline: "每天一杯好咖啡，幸福每一天".into(),
        description: "现磨咖啡，准时送达，会员积分，生日有礼，欢迎到店品尝当季新品".into(),
        logo: minisync::model::Logo { digest, format, path: "coffee.png".into() },
        industry: "餐饮/咖啡".into(),
        customer_service: minisync::model::CustomerService {
            phone: "0571-8888888".into(),
            email: email("care@example.com"),
        },
    };
    let program = desired.programs.get_mut(&key("coffee")).unwrap();
    program.created_by = Some(email("mei@example.com"));
    program.listing = Some(listing);
    site.apply_all(&desired).await;
    let waiting = site.look(&desired).await;
    assert_eq!(waiting.plan.standing(), Standing::Waiting, "{:#?}", waiting.plan);
    assert_eq!(waiting.actual.programs.len(), 1);
    site.answer("mei@example.com", "accept").await;
    site.apply_all(&desired).await;
    site.answer("lin@example.com", "accept").await;
    let done = site.look(&desired).await;
    assert_eq!(done.plan.standing(), Standing::InSync, "{:#?}", done.plan);
}

#[tokio::test]
async fn a_lost_ledger_is_found_again_on_the_platform() {
    let (mut site, desired) = (Site::new().await, coffee());
    site.apply_all(&desired).await;
    let path = site.folder().join("another.db");
    site.ledger = crate::ledger::open(&path, "sandbox");
    site.apply_all(&desired).await;
    assert_eq!(site.members().await.len(), 3);
    assert_eq!(site.look(&desired).await.plan.standing(), Standing::Waiting);
}

#[tokio::test]
async fn who_left_and_was_asked_in_by_hand_is_not_ours_any_more() {
    let (site, mut desired) = (Site::new().await, coffee());
    site.apply_all(&desired).await;
    site.answer("mei@example.com", "accept").await;
    desired.members = members(&[("lin@example.com", &["coffee", "tea"])]);
    site.remove_by_hand("mei@example.com").await;
    site.apply_all(&desired).await;
    site.invite_by_hand("mei@example.com").await;
    site.apply_all(&desired).await;
    assert_eq!(site.member("mei@example.com").await.status, MemberStatus::Invited);
}
