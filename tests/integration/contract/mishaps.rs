//! Bad days of a real platform, made by its mishaps: what the client does on each.

use super::site::{Site, email, members, n_with, programs};
use jiff::SignedDuration;
use minisync::{
    engine::{Outcome, Provider as _, ProviderError},
    model::{Completeness, Desired, Membership, Seen},
    plan::{Action, Note},
    platform::sandbox as wire,
    provider::Api,
};
use std::time::{Duration, Instant};

const PEOPLE: [&str; 3] = ["mei@example.com", "lin@example.com", "wu@example.com"];

fn three_people() -> Desired {
    let people = PEOPLE.map(|person| (person, ["coffee"].as_slice()));
    Desired {
        programs: programs(&["coffee", "tea"]),
        members: members(&people),
        ..Desired::default()
    }
}

/// Everybody asked for is there, and nothing goes wrong yet.
async fn settled() -> (Site, Desired) {
    let (site, desired) = (Site::new().await, three_people());
    site.apply_all(&desired).await;
    (site, desired)
}

/// Without the time, which passes.
fn timeless(seen: Seen) -> Seen {
    Seen { now: None, ..seen }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_and_has_its_effect_once() {
    for lost in ["lost-answer:times=5", "reset:writes:times=5"] {
        let (site, desired) = (Site::new().await, three_people());
        site.mishap(lost).await;
        site.apply_all(&desired).await;
        assert_eq!(site.mishaps_left().await, [""; 0], "{lost}");
        let seen = site.look(&desired).await;
        assert!(seen.plan.steps.is_empty(), "{lost}: {:#?}", seen.plan);
        assert_eq!(seen.actual.programs.len(), 2, "{lost}");
        let sent: Vec<_> = site.members().await.iter().map(|member| member.times_sent).collect();
        assert_eq!(sent, [0, 1, 1, 1], "{lost}: one mail each, and none to the owner");
    }
}

#[tokio::test]
async fn a_platform_that_is_busy_or_down_for_a_moment_is_asked_again() {
    for mishap in [
        "limited:times=2",
        "unavailable:times=2",
        "unavailable=502:times=2",
        "reset:reads:times=2",
        "latency=1ms:times=9",
    ] {
        let (site, desired) = (Site::new().await, three_people());
        site.mishap(mishap).await;
        site.apply_all(&desired).await;
        assert_eq!(site.members().await.len(), 4, "{mishap}");
    }
}

#[tokio::test]
async fn the_platforms_word_on_when_to_come_back_is_kept() {
    let (site, desired) = (Site::new().await, three_people());
    site.mishap("limited:writes:retry-after=2s").await;
    let begun = Instant::now();
    site.apply_all(&desired).await;
    assert!(begun.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn a_page_that_lacks_people_removes_nobody() {
    let (site, mut desired) = settled().await;
    desired.members = members(&[("mei@example.com", &["coffee"])]);
    for page in ["truncated-page:at=members:always", "truncated-page=0:at=members:always"] {
        site.mishap(page).await;
        let found = site.look(&desired).await;
        assert_eq!(found.actual.completeness, Completeness::Partial, "{page}");
        let is_removal =
            |it: &Action| matches!(it, Action::Remove { .. } | Action::Withdraw { .. });
        assert!(!found.plan.steps.iter().any(|step| is_removal(&step.action)), "{page}");
        assert!(site.apply(&desired).await.is_complete(), "{page}: {:#?}", found.plan.steps);
        site.clear_mishaps().await;
        assert_eq!(site.members().await.len(), 4, "{page}");
    }
    site.apply_all(&desired).await;
    assert_eq!(site.members().await.len(), 2, "a whole reading lets them go");
}

#[tokio::test]
async fn a_later_page_that_is_missing_is_noticed() {
    let site = Site::new().await;
    let people: Vec<String> = (0..500).map(|n| format!("p{n}@example.com")).collect();
    let people: Vec<(&str, &[&str])> =
        people.iter().map(|person| (person.as_str(), [].as_slice())).collect();
    let desired = Desired { members: members(&people), ..Desired::default() };
    site.apply_all(&desired).await;
    site.mishap("truncated-page=0:at=members:after=1:always").await;
    let seen = site.provider.observe().await.unwrap();
    assert_eq!(seen.completeness, Completeness::Partial);
    site.clear_mishaps().await;
    site.mishap("truncated-page=0:at=members:after=1").await;
    let seen = site.provider.observe().await.unwrap();
    assert_eq!((seen.completeness, seen.members.len()), (Completeness::Whole, 501), "read again");
}

#[tokio::test]
async fn pages_that_repeat_or_reorder_things_say_the_same() {
    let (site, _) = settled().await;
    let whole = timeless(site.provider.observe().await.unwrap());
    for page in ["duplicated-page:always", "reordered-page:always"] {
        site.mishap(page).await;
        assert_eq!(timeless(site.provider.observe().await.unwrap()), whole, "{page}");
        site.clear_mishaps().await;
    }
}

#[tokio::test]
async fn whose_state_has_a_word_that_nobody_knows_is_left_alone() {
    let (site, mut desired) = settled().await;
    site.mishap("unknown-word:always").await;
    desired.members.clear();
    let found = site.look(&desired).await;
    let wu = &found.actual.members[&email("wu@example.com")];
    assert_eq!(wu.membership, Membership::Unrecognised("seconded".into()));
    let is_told = |note: &Note| matches!(note, Note::Unrecognised { .. });
    assert!(found.plan.notes.iter().any(is_told), "{:#?}", found.plan.notes);
    assert_eq!(found.plan.steps.len(), 2, "the others go: {:#?}", found.plan.steps);
    site.apply_all(&desired).await;
    assert_eq!(site.members().await.len(), 2);
}

#[tokio::test]
async fn a_slow_answer_is_given_up_in_time() {
    let (site, _) = settled().await;
    site.mishap("slow-body=100ms:always").await;
    let patience = Duration::from_millis(250);
    let api = Api::patient(site.server.url().parse().unwrap(), patience).unwrap();
    let token = site.owner_token().await;
    let request = api.request(reqwest::Method::GET, &["workspaces", "acme"], &token);
    let begun = Instant::now();
    let slow = api.json::<wire::Workspace>(request).await;
    let Err(ProviderError::Unreachable(why)) = slow else { panic!("{slow:?}") };
    assert!(why.why.contains("timed out"), "{why}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn the_time_is_the_platforms_also_where_it_is_off() {
    let (site, desired) = settled().await;
    let now = site.provider.observe().await.unwrap().now.unwrap();
    for (skew, hours) in [("clock-skew=4d:always", 96), ("clock-skew=-4d:always", -96)] {
        site.mishap(skew).await;
        let found = site.look(&desired).await;
        assert_eq!(found.now, now + SignedDuration::from_hours(hours), "{skew}");
        assert!(found.plan.steps.is_empty(), "who is pending there is pending: {:#?}", found.plan);
        site.clear_mishaps().await;
    }
}

#[tokio::test]
async fn a_platform_that_asks_for_a_longer_pause_than_ours_is_left_alone_until_the_next_run() {
    for mishap in ["limited", "unavailable"] {
        let site = Site::new().await;
        let people: Vec<String> = (0..40).map(|n| format!("p{n}@example.com")).collect();
        let people: Vec<(&str, &[&str])> =
            people.iter().map(|person| (person.as_str(), [].as_slice())).collect();
        let desired = Desired { members: members(&people), ..Desired::default() };
        site.mishap(&format!("{mishap}:writes:after=3:retry-after=10m:always")).await;
        let applied = site.apply(&desired).await;
        let is_asked_to_wait = |it: &Outcome| matches!(it, Outcome::Failed(_));
        let (n_done, n_told) = (applied.n_done(), n_with(&applied, is_asked_to_wait));
        assert_eq!(n_done, 3, "{mishap}");
        assert!((1..=8).contains(&n_told), "{mishap}: those in flight, and no more: {n_told}");
        let n_left = n_with(&applied, |it| *it == Outcome::NotStarted);
        assert_eq!(n_done + n_told + n_left, 40, "{mishap}");
        site.clear_mishaps().await;
        site.apply_all(&desired).await;
        assert_eq!(site.members().await.len(), 41, "{mishap}");
    }
}

#[tokio::test]
async fn a_token_that_runs_out_ends_the_run_and_the_next_one_goes_on() {
    let site = Site::new().await;
    let people: Vec<String> = (0..40).map(|n| format!("p{n}@example.com")).collect();
    let people: Vec<(&str, &[&str])> =
        people.iter().map(|person| (person.as_str(), [].as_slice())).collect();
    let desired = Desired { members: members(&people), ..Desired::default() };
    site.mishap("expired-token:writes:after=3:always").await;
    let applied = site.apply(&desired).await;
    let is_barred = |it: &Outcome| matches!(it, Outcome::Failed(ProviderError::Barred(_)));
    let (n_done, n_barred) = (applied.n_done(), n_with(&applied, is_barred));
    assert_eq!(n_done, 3);
    assert!((1..=8).contains(&n_barred), "those in flight, and no more: {n_barred}");
    let n_left = n_with(&applied, |it| *it == Outcome::NotStarted);
    assert_eq!(n_done + n_barred + n_left, 40);
    let Some(Outcome::Failed(why)) = applied.outcomes.iter().find(|it| is_barred(it)) else {
        panic!()
    };
    assert!(why.to_string().contains("does not accept our credential"), "{why}");
    site.clear_mishaps().await;
    site.apply_all(&desired).await;
    assert_eq!(site.members().await.len(), 41);
}
