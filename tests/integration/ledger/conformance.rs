//! What holds wherever a ledger is kept.

use super::{Hands, Keep, run};
use minisync::{
    engine::{Applied, Ending, Found, Outcome, ProviderError, Receipt, Store as _},
    ledger::{
        Chapter, End, Event, How, Lease, Ledger, LockError, Locked, Record, Since, Story, Turn,
        VerifyError,
    },
    model::{
        Digest, Email, Exemptions, Field, Fields, MemberId, MiniProgram, ProgramId, Reading,
        Revision, Role, RosterName, Sighting, Subject, WorkspaceId,
    },
    plan::{Action, Fingerprint, Plan, ProgramChange, Reason, Step},
};
use std::collections::{BTreeMap, BTreeSet};

/// Runs every test of this file against one place to keep ledgers in.
macro_rules! conforms {
    ($keep:expr) => {
        crate::ledger::conformance::each! { $keep;
            what_was_done_is_remembered_by_the_next_run
            platforms_and_workspaces_are_kept_apart
            an_intent_keeps_its_key_until_it_has_certainly_ended
            a_later_step_on_the_same_person_ends_what_was_never_heard_of
            sends_are_counted_with_the_intent
            whoever_is_acted_on_after_a_lost_answer_is_ours_and_was_asked_before
            one_platform_is_forgotten_and_the_others_are_not
            a_program_has_one_key
            programs_that_change_their_ids_among_each_other_are_kept
            what_somebody_has_changed_is_remembered_until_it_is_undone
            what_was_asked_and_not_heard_of_is_ours_until_it_is_seen
            the_rosters_that_asked_for_somebody_are_remembered
            two_do_not_hold_one_lock
            how_long_a_lock_lasts_is_told_by_ones_own_clock
            a_lock_ends_by_itself_and_whoever_lost_it_writes_nothing
            whoever_is_dead_is_not_waited_for
            a_lock_that_is_taken_away_leaves_a_record
            a_journal_tells_what_happened
            the_memory_is_the_same_wherever_it_was_folded
            a_journal_that_was_tampered_with_is_found_out
            every_workspace_of_a_run_is_locked_or_none
            an_export_is_taken_over_whole_by_an_empty_ledger_only
            a_lease_that_is_over_occupies_nothing
            an_export_that_is_not_sound_changes_nothing
            an_export_is_the_same_wherever_it_was_kept
            a_journal_whose_head_was_taken_away_is_found_out
            a_history_tells_of_runs_and_how_they_ended
            a_story_tells_how_somebody_came_to_be_ours
            a_journal_whose_end_was_cut_off_or_changed_is_not_written_on
            a_head_that_was_changed_behind_a_run_stops_it
            a_workspace_that_cannot_be_read_keeps_none_locked
            only_the_lock_that_was_seen_is_taken_away
            whoever_did_not_hear_of_their_lock_in_time_is_not_sure_of_it
            a_whole_reading_ends_what_was_never_heard_of
            what_our_own_step_leaves_is_remembered
        }
    };
}
pub(super) use conforms;

macro_rules! each {
    ($keep:expr; $($law:ident)*) => {
        $(
            #[tokio::test]
            async fn $law() {
                crate::ledger::conformance::$law(&$keep.await).await;
            }
        )*
    };
}
pub(super) use each;

fn email(text: &str) -> Email {
    text.parse().unwrap()
}

fn acme() -> WorkspaceId {
    "acme".parse().unwrap()
}

fn invite(address: &str) -> Step {
    let action =
        Action::Invite { email: email(address), name: "Lin Wei".into(), role: Role::Master };
    Step { action, reason: Reason::Missing, against: Fingerprint::Absent }
}

fn resend(address: &str) -> Step {
    let action = Action::Resend { email: email(address), id: MemberId::new("m1") };
    let against = Fingerprint::At(Revision::new("1"));
    Step { action, reason: Reason::Expired, against }
}

fn remove(address: &str) -> Step {
    let action = Action::Remove { email: email(address), id: MemberId::new("m1"), moved_to: None };
    let against = Fingerprint::At(Revision::new("1"));
    Step { action, reason: Reason::Unasked, against }
}

fn member() -> Result<Receipt, ProviderError> {
    Ok(Receipt::Member { id: MemberId::new("m1"), revision: Revision::new("1") })
}

async fn lock(ledger: &Ledger, name: &str) -> Locked {
    ledger.lock([&acme()], run(name)).await.unwrap()
}

/// Asks, and answers; the key it was asked under.
async fn ask(
    locked: &Locked,
    step: &Step,
    result: Option<&Result<Receipt, ProviderError>>,
) -> String {
    let intent = locked.intend(&acme(), &[step]).await.unwrap().remove(0);
    locked.record(&acme(), &[Ending { intent: &intent, step, result }]).await.unwrap();
    intent.key.as_str().to_owned()
}

/// Nobody and nothing.
fn found(reading: Reading) -> Found {
    Found {
        reading,
        people: [].into(),
        sightings: [].into(),
        drifted: [].into(),
        asked_again: [].into(),
        rosters: [].into(),
    }
}

async fn people(ledger: &Ledger) -> Vec<(String, u32)> {
    let members = ledger.load(&acme()).await.unwrap().members;
    members.into_iter().map(|(email, known)| (email.to_string(), known.sends)).collect()
}

async fn records(ledger: &Ledger) -> Vec<Record> {
    let mut records = Vec::new();
    ledger.records(&acme(), |sealed| records.push(sealed.record)).await.unwrap();
    records
}

pub(super) async fn what_was_done_is_remembered_by_the_next_run(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    ask(&locked, &invite("lin@example.com"), Some(&member())).await;
    locked.release().await.unwrap();
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    assert_eq!(people(&ledger).await, [("lin@example.com".to_owned(), 1)]);
    assert_eq!(ledger.workspaces().await.unwrap(), [acme()]);
}

pub(super) async fn platforms_and_workspaces_are_kept_apart(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    ask(&lock(&ledger, "one").await, &invite("lin@example.com"), Some(&member())).await;
    assert!(ledger.load(&"other".parse().unwrap()).await.unwrap().members.is_empty());
    let elsewhere = keep.ledger("https://staging.example.com", Hands::default().clock()).await;
    assert!(people(&elsewhere).await.is_empty());
    assert!(elsewhere.workspaces().await.unwrap().is_empty());
}

pub(super) async fn an_intent_keeps_its_key_until_it_has_certainly_ended(keep: &impl Keep) {
    let step = invite("lin@example.com");
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    let first = locked.intend(&acme(), &[&step]).await.unwrap().remove(0);
    drop(locked);
    let locked = lock(&keep.ledger("sandbox", Hands::default().clock()).await, "one").await;
    let again = locked.intend(&acme(), &[&step]).await.unwrap().remove(0);
    assert_eq!((again.key.clone(), again.is_repeated), (first.key.clone(), true), "a crash");
    let lost = Err(ProviderError::Unreachable("no answer".into()));
    assert_eq!(ask(&locked, &step, Some(&lost)).await, first.key.as_str(), "a lost answer");
    assert_eq!(
        ask(&locked, &step, None).await,
        first.key.as_str(),
        "not asked, and it may have been"
    );
    let refused = Err(ProviderError::Denied("no".into()));
    assert_eq!(ask(&locked, &step, Some(&refused)).await, first.key.as_str(), "a no");
    assert_ne!(ask(&locked, &step, None).await, first.key.as_str(), "after the no");
}

pub(super) async fn a_later_step_on_the_same_person_ends_what_was_never_heard_of(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    let step = invite("lin@example.com");
    let lost = locked.intend(&acme(), &[&step]).await.unwrap().remove(0);
    let action = Action::AdoptMember { email: email("lin@example.com"), id: MemberId::new("m1") };
    let against = Fingerprint::At(Revision::new("1"));
    let adopt = Step { action, reason: Reason::Found, against };
    ask(&locked, &adopt, Some(&member())).await;
    assert_ne!(locked.intend(&acme(), &[&step]).await.unwrap()[0].key, lost.key);
}

pub(super) async fn sends_are_counted_with_the_intent(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    ask(&locked, &invite("lin@example.com"), Some(&member())).await;
    let wish = Some(Digest::new("ab"));
    let reading = Reading { at: Hands::default().clock()(), members: 1, programs: 0 };
    let people_found = [(email("lin@example.com"), wish)].into();
    let found = Found { people: people_found, ..found(reading) };
    locked.keep(&acme(), &found).await.unwrap();
    let resend = resend("lin@example.com");
    locked.intend(&acme(), &[&resend]).await.unwrap();
    assert_eq!(people(&ledger).await[0].1, 2, "it may have been sent");
    ask(&locked, &resend, Some(&Err(ProviderError::Denied("no".into())))).await;
    assert_eq!(people(&ledger).await[0].1, 1, "it was not");
}

pub(super) async fn whoever_is_acted_on_after_a_lost_answer_is_ours_and_was_asked_before(
    keep: &impl Keep,
) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    let role = Action::ChangeRole {
        email: email("mei@example.com"),
        id: MemberId::new("m2"),
        from: Role::Developer([].into()),
        to: Role::Master,
        before_unblock: false,
    };
    let against = Fingerprint::At(Revision::new("1"));
    let role = Step { action: role, reason: Reason::Differs, against };
    for address in ["lin@example.com", "mei@example.com"] {
        locked.intend(&acme(), &[&invite(address)]).await.unwrap();
    }
    // No whole reading says that they are there: what was read of them does.
    for step in [resend("lin@example.com"), role] {
        ask(&locked, &step, Some(&member())).await;
    }
    let asked = [("lin@example.com".to_owned(), 2), ("mei@example.com".to_owned(), 1)];
    assert_eq!(people(&ledger).await, asked);
    let refused = Err(ProviderError::Denied("no".into()));
    ask(&locked, &invite("ann@example.com"), Some(&refused)).await;
    assert_eq!(people(&ledger).await, asked, "of whom there is nothing");
}

fn coffee() -> Subject {
    Subject::Program("coffee".parse().unwrap())
}

fn called(name: &str) -> Fields {
    [(Field::Name, name.to_owned())].into()
}

/// At the hour of a day, a program by that name.
fn seen(name: &str, hour: i8) -> Found {
    let at = jiff::civil::date(2026, 11, 23).at(hour, 0, 0, 0).in_tz("UTC").unwrap().timestamp();
    let reading = Reading { at, members: 0, programs: 1 };
    Found { sightings: [(coffee(), called(name))].into(), ..found(reading) }
}

fn rename(to: &str) -> Step {
    let (key, id) = ("coffee".parse().unwrap(), ProgramId::new("p1"));
    let changes = vec![ProgramChange::Name { from: "Tea".into(), to: to.into() }];
    let against = Fingerprint::At(Revision::new("2"));
    Step { action: Action::UpdateProgram { key, id, changes }, reason: Reason::Differs, against }
}

async fn sighting(ledger: &Ledger) -> (Fields, Option<jiff::Timestamp>) {
    let Sighting { at: _, until, fields } =
        ledger.load(&acme()).await.unwrap().sightings.remove(&coffee()).unwrap();
    (fields, until)
}

pub(super) async fn what_somebody_has_changed_is_remembered_until_it_is_undone(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    locked.keep(&acme(), &seen("Coffee", 8)).await.unwrap();
    let until = seen("Coffee", 9).reading.at;
    let changed = |name| Found { drifted: [(coffee(), until)].into(), ..seen(name, 10) };
    locked.keep(&acme(), &changed("Tea")).await.unwrap();
    assert_eq!(sighting(&ledger).await, (called("Coffee"), Some(until)));
    // Once more, and later.
    let later = Found { drifted: [(coffee(), seen("", 11).reading.at)].into(), ..seen("Milk", 12) };
    locked.keep(&acme(), &later).await.unwrap();
    assert_eq!(sighting(&ledger).await, (called("Coffee"), Some(until)));
    let refused = Err(ProviderError::Denied("no".into()));
    ask(&locked, &rename("Coffee"), Some(&refused)).await;
    assert_eq!(sighting(&ledger).await, (called("Coffee"), Some(until)));
    let done = Ok(Receipt::Program { id: ProgramId::new("p1"), revision: Revision::new("3") });
    ask(&locked, &rename("Coffee"), Some(&done)).await;
    assert_eq!(sighting(&ledger).await, (called("Coffee"), None));
    // The manifests agree with it; or somebody has changed it back.
    locked.keep(&acme(), &seen("Tea", 13)).await.unwrap();
    assert_eq!(sighting(&ledger).await, (called("Tea"), None));
    locked.keep(&acme(), &changed("Milk")).await.unwrap();
    assert_eq!(sighting(&ledger).await, (called("Tea"), Some(until)));
    locked.keep(&acme(), &seen("Tea", 14)).await.unwrap();
    assert_eq!(sighting(&ledger).await, (called("Tea"), None));
    // It was taken away, and nothing brings it back.
    let gone = |drifted| Found { drifted, sightings: [].into(), ..seen("", 15) };
    locked.keep(&acme(), &gone([(coffee(), until)].into())).await.unwrap();
    assert_eq!(sighting(&ledger).await, (called("Tea"), Some(until)));
    locked.keep(&acme(), &gone([].into())).await.unwrap();
    assert!(ledger.load(&acme()).await.unwrap().sightings.is_empty());
}

pub(super) async fn what_was_asked_and_not_heard_of_is_ours_until_it_is_seen(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    locked.keep(&acme(), &seen("Tea", 8)).await.unwrap();
    let step = rename("Coffee");
    let key = locked.intend(&acme(), &[&step]).await.unwrap().remove(0).key;
    let asked = || async { ledger.load(&acme()).await.unwrap().unheard };
    assert_eq!(asked().await, [(coffee(), [step.digest()].into())].into());
    // As it was: it may arrive still.
    locked.keep(&acme(), &seen("Tea", 9)).await.unwrap();
    assert_eq!(locked.intend(&acme(), &[&step]).await.unwrap()[0].key, key);
    // Another field has changed, and the step is the same.
    let again = Found { asked_again: [coffee()].into(), ..seen("Milk", 9) };
    locked.keep(&acme(), &again).await.unwrap();
    assert_eq!(locked.intend(&acme(), &[&step]).await.unwrap()[0].key, key);
    locked.keep(&acme(), &seen("Coffee", 10)).await.unwrap();
    assert!(asked().await.is_empty());
    assert_eq!(sighting(&ledger).await, (called("Coffee"), None));
    assert_ne!(locked.intend(&acme(), &[&step]).await.unwrap()[0].key, key);
}

pub(super) async fn the_rosters_that_asked_for_somebody_are_remembered(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    for names in [&["partners", "team"][..], &["team"], &[]] {
        let rosters: BTreeSet<RosterName> =
            names.iter().map(|name| name.parse().unwrap()).collect();
        let kept = Found { rosters: rosters.clone(), ..seen("Tea", 8) };
        locked.keep(&acme(), &kept).await.unwrap();
        assert_eq!(ledger.load(&acme()).await.unwrap().rosters, rosters);
        locked.finish(&acme(), &Applied { outcomes: Vec::new() }).await.unwrap();
        ledger.verify(&acme(), None).await.unwrap();
    }
}

pub(super) async fn one_platform_is_forgotten_and_the_others_are_not(keep: &impl Keep) {
    let here = keep.ledger("here", Hands::default().clock()).await;
    let there = keep.ledger("there", Hands::default().clock()).await;
    for ledger in [&here, &there] {
        ask(&lock(ledger, "one").await, &invite("lin@example.com"), Some(&member())).await;
    }
    here.forget().await.unwrap();
    assert!(here.workspaces().await.unwrap().is_empty());
    assert_eq!(there.workspaces().await.unwrap(), [acme()]);
}

pub(super) async fn a_program_has_one_key(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    for key in ["coffee", "espresso"] {
        let action = Action::AdoptProgram { key: key.parse().unwrap(), id: ProgramId::new("p1") };
        let against = Fingerprint::At(Revision::new("1"));
        let receipt =
            Ok(Receipt::Program { id: ProgramId::new("p1"), revision: Revision::new("1") });
        ask(&locked, &Step { action, reason: Reason::Found, against }, Some(&receipt)).await;
    }
    let programs = ledger.load(&acme()).await.unwrap().programs;
    assert_eq!(programs, [("espresso".parse().unwrap(), ProgramId::new("p1"))].into());
}

/// A platform that was set up anew gives its ids out in another order.
pub(super) async fn programs_that_change_their_ids_among_each_other_are_kept(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let create = |key: &str| {
        let program = MiniProgram {
            key: key.parse().unwrap(),
            previously: None,
            name: key.to_owned(),
            release_to: BTreeSet::new(),
            default_language: "en-US".parse().unwrap(),
            created_by: None,
            listing: None,
            languages: BTreeMap::new(),
            ignore: Exemptions::default(),
        };
        let (action, reason) =
            (Action::CreateProgram { program: Box::new(program) }, Reason::Missing);
        Step { action, reason, against: Fingerprint::Absent }
    };
    let keys = ["coffee", "tea", "water"];
    for ids in [["p1", "p2", "p3"], ["p2", "p3", "p1"]] {
        let locked = lock(&ledger, "one").await;
        let steps = keys.map(create);
        let intents = locked.intend(&acme(), &steps.each_ref()).await.unwrap();
        let created = ids.map(|id| {
            Ok(Receipt::Program { id: ProgramId::new(id), revision: Revision::new("1") })
        });
        let endings: Vec<_> = intents
            .iter()
            .zip(&steps)
            .zip(&created)
            .map(|((intent, step), result)| Ending { intent, step, result: Some(result) })
            .collect();
        locked.record(&acme(), &endings).await.unwrap();
        let known =
            keys.iter().zip(ids).map(|(key, id)| (key.parse().unwrap(), ProgramId::new(id)));
        assert_eq!(ledger.load(&acme()).await.unwrap().programs, known.collect());
    }
}

pub(super) async fn two_do_not_hold_one_lock(keep: &impl Keep) {
    let hands = Hands::default();
    let ledger = keep.ledger("sandbox", hands.clock()).await;
    let locked = lock(&ledger, "one").await;
    let refused = ledger.lock([&acme()], run("two")).await.unwrap_err();
    let LockError::Held { lease, .. } = refused else { panic!("{refused}") };
    assert_eq!(lease.holder.who, "one@example");
    locked.release().await.unwrap();
    lock(&ledger, "two").await;
}

/// That of a server may be days away from ours.
pub(super) async fn how_long_a_lock_lasts_is_told_by_ones_own_clock(keep: &impl Keep) {
    let clock = Hands::default().clock();
    let ledger = keep.ledger("sandbox", clock.clone()).await;
    let _locked = lock(&ledger, "one").await;
    let is_near = |lease: Lease| {
        let left = lease.expires.duration_since(clock());
        (jiff::SignedDuration::from_secs(20)..=jiff::SignedDuration::from_secs(30)).contains(&left)
    };
    assert!(is_near(ledger.lease(&acme()).await.unwrap().unwrap()));
    let held = ledger.lock([&acme()], run("two")).await.unwrap_err();
    let LockError::Held { lease, .. } = held else { panic!("{held:?}") };
    assert!(is_near(*lease));
}

pub(super) async fn a_lock_ends_by_itself_and_whoever_lost_it_writes_nothing(keep: &impl Keep) {
    let hands = Hands::default();
    let ledger = keep.ledger("sandbox", hands.clock()).await;
    let frozen = lock(&ledger, "one").await;
    let step = invite("lin@example.com");
    let intent = frozen.intend(&acme(), &[&step]).await.unwrap().remove(0);
    keep.tamper("UPDATE leases SET expires = 0").await;
    hands.pass(60);
    let other = lock(&ledger, "two").await;
    let ending = Ending { intent: &intent, step: &step, result: Some(&member()) };
    let why = frozen.record(&acme(), &[ending]).await.unwrap_err().why;
    assert!(why.contains("the lock was lost"), "{why}");
    assert!(frozen.intend(&acme(), &[&step]).await.is_err());
    frozen.release().await.unwrap();
    ask(&other, &step, Some(&member())).await;
    assert!(ledger.lease(&acme()).await.unwrap().is_some(), "the release of another's lock");
}

pub(super) async fn whoever_is_dead_is_not_waited_for(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let first = lock(&ledger, "one").await;
    std::mem::forget(first);
    lock(&ledger, "one").await;
}

pub(super) async fn a_lock_that_is_taken_away_leaves_a_record(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    assert_eq!(ledger.lease(&acme()).await.unwrap(), None);
    let locked = lock(&ledger, "one").await;
    let seen = ledger.lease(&acme()).await.unwrap().unwrap();
    let lease = ledger.unlock(&acme(), run("admin"), &seen).await.unwrap().unwrap();
    assert_eq!(lease.holder.run, "one");
    let who = "admin@example".to_owned();
    let unlocked = Event::Unlocked { who, from: "one".to_owned() };
    assert_eq!(records(&ledger).await.last().unwrap().event, unlocked);
    assert!(locked.intend(&acme(), &[&invite("lin@example.com")]).await.is_err());
}

pub(super) async fn a_journal_tells_what_happened(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    let step = invite("lin@example.com");
    let plan = Plan { steps: vec![step.clone()], notes: Vec::new() };
    locked.begin(&acme(), &plan, None).await.unwrap();
    let before = ledger.load(&acme()).await.unwrap().mark;
    assert_eq!(before, 1);
    ask(&locked, &step, Some(&member())).await;
    locked.finish(&acme(), &Applied { outcomes: vec![Outcome::Done] }).await.unwrap();
    let since = ledger.since(&acme(), before, "").await.unwrap();
    assert_eq!(since.touched, [step.action.subject()].into());
    let mark = ledger.load(&acme()).await.unwrap().mark;
    assert_eq!(ledger.since(&acme(), mark, "").await.unwrap(), Since::default());
    let events: Vec<Event> = records(&ledger).await.into_iter().map(|it| it.event).collect();
    let [Event::Begun { plan: told, steps: 1, .. }, intended, ended, finished] = &events[..] else {
        panic!("{events:#?}")
    };
    assert_eq!(*told, plan.digest().to_string());
    assert!(
        matches!(intended, Event::Intended { subject, .. } if subject == "member lin@example.com")
    );
    assert!(matches!(ended, Event::Ended { how: How::Done, .. }));
    assert_eq!(*finished, Event::Finished { done: 1, undone: 0 });
}

pub(super) async fn the_memory_is_the_same_wherever_it_was_folded(keep: &impl Keep) {
    let clock = Hands::default().clock();
    let read = async || keep.ledger("sandbox", clock.clone()).await;
    let locked = lock(&read().await, "one").await;
    let nothing = Plan { steps: Vec::new(), notes: Vec::new() };
    ask(&locked, &invite("a@example.com"), Some(&member())).await;
    locked.intend(&acme(), &[&invite("b@example.com")]).await.unwrap();
    let both = [("a@example.com".to_owned(), 1), ("b@example.com".to_owned(), 1)];
    let is_unheard = async |who: &str| {
        read().await.load(&acme()).await.unwrap().unheard.contains_key(&Subject::Member(email(who)))
    };
    assert_eq!(people(&read().await).await, both);
    assert!(is_unheard("b@example.com").await);
    locked.begin(&acme(), &nothing, None).await.unwrap();
    assert_eq!(people(&read().await).await, both);
    assert!(is_unheard("b@example.com").await);
    // What is folded is changed, and forgotten, by records that are not.
    ask(&locked, &resend("a@example.com"), Some(&member())).await;
    ask(&locked, &remove("a@example.com"), Some(&Ok(Receipt::Gone))).await;
    ask(&locked, &invite("b@example.com"), Some(&member())).await;
    for _ in 0..2 {
        assert_eq!(people(&read().await).await, both[1..]);
        assert!(!is_unheard("b@example.com").await);
        read().await.verify(&acme(), None).await.unwrap();
        locked.finish(&acme(), &Applied { outcomes: Vec::new() }).await.unwrap();
    }
}

pub(super) async fn a_journal_that_was_tampered_with_is_found_out(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    for person in ["a@example.com", "b@example.com", "c@example.com"] {
        ask(&locked, &invite(person), Some(&member())).await;
    }
    locked.finish(&acme(), &Applied { outcomes: Vec::new() }).await.unwrap();
    let verified = ledger.verify(&acme(), None).await.unwrap();
    assert_eq!((verified.head.number, verified.holds_expected), (7, true));
    assert!(ledger.verify(&acme(), Some(&verified.head.hash)).await.unwrap().holds_expected);
    assert!(!ledger.verify(&acme(), Some(&Digest::new("00"))).await.unwrap().holds_expected);

    keep.tamper("UPDATE facts SET value = '{\"sends\":9}' WHERE key = 'member a@example.com'")
        .await;
    let found = ledger.verify(&acme(), None).await.unwrap_err();
    assert_eq!(found, VerifyError::Memory { key: "member a@example.com".to_owned() });
    keep.tamper("UPDATE facts SET value = '{\"sends\":1}' WHERE key = 'member a@example.com'")
        .await;
    ledger.verify(&acme(), None).await.unwrap();
    keep.tamper("INSERT INTO facts SELECT platform, workspace, 'member A@EXAMPLE.COM', value FROM facts WHERE key = 'member a@example.com'").await;
    let found = ledger.verify(&acme(), None).await.unwrap_err();
    assert_eq!(found, VerifyError::Memory { key: "member A@EXAMPLE.COM".to_owned() });
    keep.tamper("DELETE FROM facts WHERE key = 'member A@EXAMPLE.COM'").await;
    keep.tamper("UPDATE heads SET folded = 4").await;
    let found = ledger.verify(&acme(), None).await.unwrap_err();
    assert_eq!(found, VerifyError::Memory { key: "mark".to_owned() });
    keep.tamper("UPDATE heads SET folded = 8").await;
    let found = ledger.verify(&acme(), None).await.unwrap_err();
    assert_eq!(found, VerifyError::Cut { found: 7, said: 7 });
    ledger.load(&acme()).await.unwrap_err();
    keep.tamper("DELETE FROM journal WHERE number = 7").await;
    let found = ledger.verify(&acme(), None).await.unwrap_err();
    assert_eq!(found, VerifyError::Cut { found: 6, said: 7 });
    keep.tamper("UPDATE journal SET record = replace(record, 'c@example.com', 'd@example.com') WHERE number = 5").await;
    let found = ledger.verify(&acme(), None).await.unwrap_err();
    assert!(found.to_string().contains("record 5 is not what was written"), "{found}");
    keep.tamper("DELETE FROM journal WHERE number = 2").await;
    let found = ledger.verify(&acme(), None).await.unwrap_err();
    assert!(found.to_string().contains("record 2"), "{found}");
}

pub(super) async fn every_workspace_of_a_run_is_locked_or_none(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let beans: WorkspaceId = "beans".parse().unwrap();
    let one = lock(&ledger, "one").await;
    assert!(ledger.lock([&beans, &acme()], run("two")).await.is_err());
    assert_eq!(ledger.lease(&beans).await.unwrap(), None);
    one.release().await.unwrap();
    ledger.lock([&beans, &acme()], run("two")).await.unwrap();
    let lease = ledger.lease(&beans).await.unwrap().unwrap();
    assert_eq!(lease.fence, 1, "whoever waits takes nothing from others meanwhile");
}

pub(super) async fn a_journal_whose_end_was_cut_off_or_changed_is_not_written_on(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let again = async || match ledger.lock([&acme()], run("one")).await {
        Ok(locked) => locked.release().await.map_err(|why| why.to_string()),
        Err(why) => Err(why.to_string()),
    };
    let ask_one = async |person| {
        ask(&lock(&ledger, "one").await, &invite(person), Some(&member())).await;
    };
    again().await.unwrap();
    ask_one("a@example.com").await;
    again().await.unwrap();
    keep.tamper("CREATE TABLE begun AS SELECT * FROM journal").await;
    keep.tamper("DELETE FROM journal WHERE number = 1").await;
    assert_eq!(ledger.workspaces().await.unwrap(), [acme()], "nobody knows what was in it");
    keep.tamper("DELETE FROM journal; INSERT INTO journal SELECT * FROM begun").await;
    ask_one("b@example.com").await;
    let locked = lock(&ledger, "one").await;
    locked.finish(&acme(), &Applied { outcomes: Vec::new() }).await.unwrap();
    locked.release().await.unwrap();
    let untouched = "CREATE TABLE untouched AS SELECT * FROM journal";
    keep.tamper(untouched).await;
    let restored = "DELETE FROM journal; INSERT INTO journal SELECT * FROM untouched";
    for harm in [
        "DELETE FROM journal WHERE number = 5",
        "DELETE FROM journal WHERE number = 4",
        "DELETE FROM journal",
        "UPDATE journal SET hash = 'ab' WHERE number = 5",
        "UPDATE journal SET hash = 'ab' WHERE number = 4",
        "UPDATE journal SET record = replace(record, 'done', 'stale') WHERE number = 5",
    ] {
        keep.tamper(harm).await;
        ledger.load(&acme()).await.unwrap_err();
        assert_eq!(ledger.workspaces().await.unwrap(), [acme()], "others go on");
        let why = again().await.unwrap_err();
        assert!(why.contains("does not end as its head says"), "{harm}: {why}");
        assert_eq!(ledger.lease(&acme()).await.unwrap(), None, "{harm}");
        keep.tamper(restored).await;
        again().await.unwrap();
    }
    // What is not folded, and what that is held against.
    ask_one("c@example.com").await;
    ask_one("d@example.com").await;
    keep.tamper("DROP TABLE untouched").await;
    keep.tamper(untouched).await;
    for number in 4..=9 {
        keep.tamper(&format!("DELETE FROM journal WHERE number = {number}")).await;
        ledger.load(&acme()).await.expect_err(&format!("without {number}"));
        keep.tamper(restored).await;
    }
    keep.tamper("DELETE FROM heads").await;
    again().await.unwrap_err();
}

pub(super) async fn a_head_that_was_changed_behind_a_run_stops_it(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    ask(&locked, &invite("a@example.com"), Some(&member())).await;
    keep.tamper("UPDATE heads SET hash = 'ab'").await;
    let step = invite("b@example.com");
    let why = locked.intend(&acme(), &[&step]).await.unwrap_err().why;
    assert!(why.contains("nothing more is written"), "{why}");
    let mut n_records = 0;
    let read = ledger.records(&acme(), |_| n_records += 1).await;
    assert_eq!((read, n_records), (Err(VerifyError::Cut { found: 2, said: 2 }), 2));
}

pub(super) async fn a_workspace_that_cannot_be_read_keeps_none_locked(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    ask(&locked, &invite("a@example.com"), Some(&member())).await;
    locked.finish(&acme(), &Applied { outcomes: Vec::new() }).await.unwrap();
    locked.release().await.unwrap();
    keep.tamper("UPDATE facts SET value = '7' WHERE key = 'member a@example.com'").await;
    let beans: WorkspaceId = "beans".parse().unwrap();
    let why = ledger.lock([&acme(), &beans], run("two")).await.unwrap_err();
    assert!(matches!(why, LockError::Store(_)), "{why}");
    for workspace in [&acme(), &beans] {
        assert_eq!(ledger.lease(workspace).await.unwrap(), None);
    }
}

pub(super) async fn only_the_lock_that_was_seen_is_taken_away(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let first = lock(&ledger, "one").await;
    let seen = ledger.lease(&acme()).await.unwrap().unwrap();
    first.release().await.unwrap();
    assert_eq!(ledger.unlock(&acme(), run("admin"), &seen).await.unwrap(), None, "nobody's");
    // The next run of the same folder: the holder is alike, and the lease is another.
    let next = lock(&ledger, "one").await;
    assert_eq!(ledger.unlock(&acme(), run("admin"), &seen).await.unwrap(), None, "another's");
    next.intend(&acme(), &[&invite("a@example.com")]).await.unwrap();
}

pub(super) async fn whoever_did_not_hear_of_their_lock_in_time_is_not_sure_of_it(keep: &impl Keep) {
    let hands = Hands::default();
    let ledger = keep.ledger("sandbox", hands.clock()).await;
    let locked = lock(&ledger, "one").await;
    assert!(locked.is_held());
    hands.pass(60);
    assert!(!locked.is_held());
}

pub(super) async fn a_whole_reading_ends_what_was_never_heard_of(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    let reading = Reading { at: Hands::default().clock()(), members: 1, programs: 0 };
    let (gone, there) = (invite("a@example.com"), invite("b@example.com"));
    let before = locked.intend(&acme(), &[&gone, &there]).await.unwrap();
    let people_found = [(email("b@example.com"), None)].into();
    let found = Found { people: people_found, ..found(reading) };
    locked.keep(&acme(), &found).await.unwrap();
    let names: Vec<String> = people(&ledger).await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["b@example.com"], "whoever is there is ours");
    for (step, before) in [(&gone, &before[0]), (&there, &before[1])] {
        let after = locked.intend(&acme(), &[step]).await.unwrap().remove(0);
        assert!(!after.is_repeated && after.key != before.key, "{}", step.action.subject());
    }
}

pub(super) async fn what_our_own_step_leaves_is_remembered(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    let reading = Reading { at: Hands::default().clock()(), members: 0, programs: 0 };
    locked.keep(&acme(), &found(reading)).await.unwrap();
    let step = invite("lin@example.com");
    ask(&locked, &step, Some(&member())).await;
    let sightings = ledger.load(&acme()).await.unwrap().sightings;
    let left = &sightings[&step.action.subject()];
    assert_eq!(left.at, reading.at);
    assert_eq!(Some(&left.fields), minisync::plan::after(&step.action, None).as_ref());
    let remove = Action::Withdraw {
        email: email("lin@example.com"),
        id: MemberId::new("m1"),
        moved_to: None,
    };
    let against = Fingerprint::At(Revision::new("1"));
    let remove = Step { action: remove, reason: Reason::Found, against };
    ask(&locked, &remove, Some(&Ok(Receipt::Gone))).await;
    assert!(ledger.load(&acme()).await.unwrap().sightings.is_empty());
}

/// Of a ledger in a file, with two people in one workspace and one in another.
pub(super) async fn exported() -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let ledger = Ledger::open(&path, "sandbox", "theirs", Hands::default().clock()).unwrap();
    let locked = ledger.lock([&acme(), &"beans".parse().unwrap()], run("one")).await.unwrap();
    for person in ["a@example.com", "b@example.com"] {
        ask(&locked, &invite(person), Some(&member())).await;
    }
    let beans = "beans".parse().unwrap();
    locked.intend(&beans, &[&invite("c@example.com")]).await.unwrap();
    export(&ledger).await
}

async fn export(ledger: &Ledger) -> String {
    let mut text = Vec::new();
    ledger.export(&mut text).await.unwrap();
    String::from_utf8(text).unwrap()
}

pub(super) async fn an_export_is_taken_over_whole_by_an_empty_ledger_only(keep: &impl Keep) {
    let text = exported().await;
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let total = ledger.import(text.as_bytes()).await.unwrap();
    assert_eq!((total.journals, total.records), (2, 5));
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    assert_eq!(people(&ledger).await.len(), 2);
    ledger.verify(&acme(), None).await.unwrap();
    let locked = ledger.lock([&"beans".parse().unwrap()], run("two")).await.unwrap();
    let step = invite("c@example.com");
    let intents = locked.intend(&"beans".parse().unwrap(), &[&step]).await.unwrap();
    assert!(
        intents[0].is_repeated && text.contains(intents[0].key.as_str()),
        "keys stay what they were"
    );
    let why = ledger.import(text.as_bytes()).await.unwrap_err().to_string();
    assert!(why.contains("only an empty one takes over another"), "{why}");
}

pub(super) async fn a_lease_that_is_over_occupies_nothing(keep: &impl Keep) {
    let (hands, text) = (Hands::default(), exported().await);
    let ledger = keep.ledger("sandbox", hands.clock()).await;
    let tea: WorkspaceId = "tea".parse().unwrap();
    let frozen = ledger.lock([&tea], run("one")).await.unwrap();
    let why = ledger.import(text.as_bytes()).await.unwrap_err().to_string();
    assert!(why.contains("only an empty one takes over another"), "{why}");
    keep.tamper("UPDATE leases SET expires = 0").await;
    hands.pass(60);
    assert_eq!(ledger.import(text.as_bytes()).await.unwrap().records, 5);
    let why = frozen.intend(&tea, &[&invite("c@example.com")]).await.unwrap_err().why;
    assert!(why.contains("the lock was lost"), "{why}");
    keep.ledger("sandbox", hands.clock()).await.verify(&acme(), None).await.unwrap();
}

pub(super) async fn an_export_that_is_not_sound_changes_nothing(keep: &impl Keep) {
    let text = exported().await;
    let lines: Vec<&str> = text.lines().collect();
    let without = |at: usize| {
        let kept = lines.iter().enumerate().filter(|(line, _)| *line != at);
        kept.map(|(_, line)| format!("{line}\n")).collect::<String>()
    };
    let ends_with_garbage = format!("{text}more\n");
    for (text, says) in [
        (String::new(), "it is empty"),
        ("hello".to_owned(), "not the export of a ledger"),
        (text.replacen("minisync ledger", "another", 1), "its format is `another`"),
        (text.replacen(r#""version":1"#, r#""version":2"#, 1), "a newer minisync wrote it"),
        (text.replacen("theirs", "ours", 1), "record 1 is not what was written"),
        (text.replacen("b@example.com", "x@example.com", 1), "is not what was written"),
        (text.replace(r#""workspace":"acme""#, r#""workspace":"acne""#), "workspace `acne`"),
        (text.replace(r#""workspace":"acme""#, r#""workspace":"..""#), "is no record"),
        (without(2), "record 2 is missing"),
        (without(4), "its end counts other records"),
        (without(lines.len() - 1), "its end is missing after line 6"),
        (text[..text.len() / 2].to_owned(), "is no record"),
        (ends_with_garbage, "line 8 comes after its end"),
    ] {
        let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
        let why = ledger.import(text.as_bytes()).await.unwrap_err().to_string();
        assert!(why.contains(says), "{says}: {why}");
        let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
        assert!(ledger.journals().await.unwrap().is_empty(), "{says}");
    }
}

pub(super) async fn an_export_is_the_same_wherever_it_was_kept(keep: &impl Keep) {
    let text = exported().await;
    let ledger = keep.ledger("elsewhere", Hands::default().clock()).await;
    ledger.import(text.as_bytes()).await.unwrap();
    assert_eq!(export(&keep.ledger("elsewhere", Hands::default().clock()).await).await, text);
}

pub(super) async fn a_journal_whose_head_was_taken_away_is_found_out(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    ask(&lock(&ledger, "one").await, &invite("lin@example.com"), Some(&member())).await;
    keep.tamper("DELETE FROM heads").await;
    assert_eq!(ledger.journals().await.unwrap(), [acme()]);
    let found = ledger.verify(&acme(), None).await.unwrap_err();
    assert_eq!(found, VerifyError::Cut { found: 2, said: 0 });
}

pub(super) async fn a_history_tells_of_runs_and_how_they_ended(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let steps = vec![invite("a@example.com"), invite("b@example.com")];
    let plan = Plan { steps: steps.clone(), notes: Vec::new() };
    let done = lock(&ledger, "done").await;
    done.begin(&acme(), &plan, None).await.unwrap();
    for step in &steps {
        ask(&done, step, Some(&member())).await;
    }
    let outcomes = vec![Outcome::Done, Outcome::Done];
    done.finish(&acme(), &Applied { outcomes }).await.unwrap();
    done.release().await.unwrap();
    let killed = lock(&ledger, "killed").await;
    killed.begin(&acme(), &plan, None).await.unwrap();
    killed.intend(&acme(), &[&steps[0]]).await.unwrap();
    killed.release().await.unwrap();
    let robbed = lock(&ledger, "robbed").await;
    robbed.begin(&acme(), &plan, None).await.unwrap();
    ask(&robbed, &steps[0], Some(&Err(ProviderError::Denied("no".into())))).await;
    let seen = ledger.lease(&acme()).await.unwrap().unwrap();
    ledger.unlock(&acme(), run("admin"), &seen).await.unwrap();

    let runs = ledger.history(&ledger.journals().await.unwrap()).await.unwrap().runs;
    let told = |id: &str| (runs[id].end(false), runs[id].n_done(), runs[id].n_undone());
    assert_eq!(told("done"), (End::Finished, 2, 0));
    assert_eq!(told("killed"), (End::Died, 0, 2));
    assert_eq!(runs["killed"].end(true), End::Underway);
    assert_eq!(told("robbed"), (End::LostLock { to: "admin@example".to_owned() }, 0, 2));
    assert_eq!(runs["admin"].unlocked, [(acme(), "robbed".to_owned())]);
    let asked = &runs["robbed"].plans[0].asked[0];
    assert!(asked.again, "the one that was killed had asked");
    assert!(matches!(&asked.ended, Some((_, How::Refused, Some(_)))), "{asked:?}");
    assert_eq!(asked.granted.as_ref().unwrap().role, "master");
}

pub(super) async fn a_story_tells_how_somebody_came_to_be_ours(keep: &impl Keep) {
    let ledger = keep.ledger("sandbox", Hands::default().clock()).await;
    let locked = lock(&ledger, "one").await;
    let lin = Subject::Member(email("lin@example.com"));
    ask(&locked, &invite("lin@example.com"), Some(&member())).await;
    let story = ledger.story(&acme(), std::slice::from_ref(&lin)).await.unwrap();
    assert!(story.is_ours && matches!(story.chapters[..], [Chapter { turn: Turn::Asked(_), .. }]));
    let reading = Reading { at: Hands::default().clock()(), members: 0, programs: 0 };
    let nobody = found(reading);
    locked.keep(&acme(), &nobody).await.unwrap();
    let story = ledger.story(&acme(), std::slice::from_ref(&lin)).await.unwrap();
    assert!(!story.is_ours);
    assert_eq!(story.chapters.last().unwrap().turn, Turn::Gone);
    ask(&locked, &invite("lin@example.com"), Some(&member())).await;
    let lost = Err(ProviderError::Unreachable("no answer".into()));
    ask(&locked, &remove("lin@example.com"), Some(&lost)).await;
    locked.keep(&acme(), &nobody).await.unwrap();
    let story = ledger.story(&acme(), std::slice::from_ref(&lin)).await.unwrap();
    assert_eq!(story.chapters.last().unwrap().turn, Turn::GoneAsAsked);
    let stranger = Subject::Member(email("mei@example.com"));
    assert_eq!(ledger.story(&acme(), &[stranger]).await.unwrap(), Story::default());
}
