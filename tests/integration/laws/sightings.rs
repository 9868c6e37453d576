//! What is remembered of programs and people, and what is told when they are different.

use super::{
    manifests::{email, key},
    platform::pending,
    thoroughly,
    world::{Fate, World, some_fate},
    worlds::{As, Damage, Place, Scene, able, apply, damages, matching, odd_damages, rules, scene},
};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use minisync::{
    model::{
        Acquaintance, Desired, Digest, Field, Fields, Invitation, LastChange, Membership, Memory,
        ProgramKey, Reading, Sighting, Subject,
    },
    plan::{self, Drift, Outside, Rules, recognise, sightings},
};
use proptest::{prelude::*, property_test};
use std::collections::BTreeMap;

fn actual(world: &World, desired: &Desired) -> minisync::model::Actual {
    recognise(&world.seen(), desired, &world.memory).0
}

#[property_test(config = thoroughly())]
fn what_a_step_leaves_behind_is_what_is_seen_after_it(
    #[strategy = scene(odd_damages(), rules())] scene: Scene,
) {
    let Scene { desired, mut world, seed } = scene;
    let plan = world.look(&desired);
    let found = actual(&world, &desired);
    let mut known: BTreeMap<Subject, Option<Fields>> = BTreeMap::new();
    let mut wrong = Vec::new();
    let _refusals = world.apply_with(
        &plan,
        seed,
        |_| Fate::Done,
        |step, world| {
            let subject = step.action.subject();
            let mut action = step.action.clone();
            action.name_created(&world.memory.programs);
            let before = known.entry(subject.clone());
            let before = before.or_insert_with(|| plan::fields_of(&found, &subject));
            let after = plan::after(&action, before.as_ref());
            let seen = plan::fields_of(&actual(world, &desired), &subject);
            if seen != after {
                wrong.push(format!("{action:?}: {after:?}, but {seen:?}"));
            }
            *before = after;
        },
    );
    prop_assert_eq!(wrong, Vec::<String>::new());
}

fn at(hour: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + hour.hours()
}

/// At eight, everything that we manage was seen; at ten, it was there still.
fn remember(world: &mut World, desired: &Desired) {
    let seen = sightings(&actual(world, desired)).into_iter();
    let seen = seen.map(|(subject, fields)| (subject, Sighting { at: at(8), until: None, fields }));
    world.memory.sightings = seen.collect();
    world.memory.reading = Some(Reading { at: at(10), members: 0, programs: 0 });
}

/// At twelve.
fn drifts(world: &World, desired: &Desired) -> Vec<Drift> {
    let plan = world.look(desired);
    let rules = Rules { now: at(12), ..world.rules.clone() };
    plan::drifts(&world.memory, desired, &actual(world, desired), &plan, &rules)
}

fn told(drifts: &[Drift]) -> String {
    let lines = drifts.iter().map(|drift| {
        let what = match &drift.what {
            Outside::Removed => "removed".to_owned(),
            Outside::Changed(edits) => {
                let was = |text: &Option<String>| text.clone().unwrap_or("nothing".into());
                let edits = edits
                    .iter()
                    .map(|it| format!("{} {} -> {}", it.field, was(&it.from), was(&it.to)));
                edits.collect::<Vec<_>>().join(", ")
            }
        };
        let by = drift.last_change.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        format!("{}: {what}{by}", drift.subject)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[property_test(config = thoroughly())]
fn what_is_as_it_was_has_not_drifted_whatever_the_manifests_say(
    #[strategy = scene(odd_damages(), rules())] scene: Scene,
    #[strategy = scene(damages(), rules())] other: Scene,
) {
    let Scene { desired, mut world, .. } = scene;
    remember(&mut world, &desired);
    prop_assert_eq!(told(&drifts(&world, &desired)), "");
    let told = told(&drifts(&world, &other.desired));
    // A manifest can claim a program by its name, so that it becomes doubtful who is who; but it
    // cannot make a change.
    prop_assert_eq!(told, "");
}

/// As the ledger keeps it of a plan that is carried out, some of it without an answer.
fn carry_out(world: &mut World, desired: &Desired, seed: u64, fates: &[Fate]) {
    let plan = world.look(desired);
    let found = actual(world, desired);
    let fate = |at: usize| fates[at % fates.len()];
    let unrecorded = |needed: &ProgramKey| {
        let mut steps = plan.steps.iter().enumerate();
        steps.any(|(at, step)| {
            step.action.subject() == Subject::Program(needed.clone()) && fate(at) != Fate::Done
        })
    };
    let mut asked = Vec::new();
    let _refusals = world.apply_with(&plan, seed, fate, |step, world| {
        let mut action = step.action.clone();
        action.name_created(&world.memory.programs);
        let at = plan.steps.iter().position(|it| it == step).unwrap();
        // What stands on something unrecorded is beyond the ledger: such a run has died before.
        let is_known = !step.action.needs().any(unrecorded) && fate(at) == Fate::Done;
        asked.push((step.action.subject(), action, step.digest(), is_known));
    });
    let Memory { sightings, unheard, .. } = &mut world.memory;
    for (_, step) in plan.steps.iter().enumerate().filter(|(at, _)| fate(*at) == Fate::Lost) {
        unheard.entry(step.action.subject()).or_default().insert(step.digest());
    }
    for (subject, action, digest, is_known) in asked {
        if !is_known {
            unheard.entry(subject).or_default().insert(digest);
            continue;
        }
        let before = sightings.get(&subject).map(|it| it.fields.clone());
        let before = before.or_else(|| plan::fields_of(&found, &subject));
        match plan::after(&action, before.as_ref()) {
            Some(fields) => {
                sightings.insert(subject, Sighting { at: at(10), until: None, fields });
            }
            None => drop(sightings.remove(&subject)),
        }
    }
}

#[property_test(config = thoroughly())]
fn what_we_have_done_ourselves_is_no_drift_whatever_we_have_heard_of_it(
    #[strategy = scene(damages(), rules())] scene: Scene,
    #[strategy = prop::collection::vec(some_fate(), 16)] fates: Vec<Fate>,
) {
    let Scene { desired, mut world, seed } = scene;
    remember(&mut world, &desired);
    carry_out(&mut world, &desired, seed, &fates);
    prop_assert_eq!(told(&drifts(&world, &desired)), "");
}

#[test]
fn what_our_lost_step_was_to_undo_is_still_told() {
    let desired = team();
    let mut world = matching(&desired, able());
    remember(&mut world, &desired);
    rename(&mut world);
    let plan = world.look(&desired);
    let [step] = &plan.steps[..] else { panic!("{plan:?}") };
    world.memory.unheard = [(step.action.subject(), [step.digest()].into())].into();
    assert_eq!(told(&drifts(&world, &desired)), "program a: name Alpha -> Gamma");
    // It was carried out, and what there is now may be ours.
    world.memory.unheard =
        [(step.action.subject(), ["another".to_owned()].map(Digest::new).into())].into();
    assert_eq!(told(&drifts(&world, &desired)), "");
}

#[test]
fn what_is_not_undone_yet_is_told_with_when_it_was_last_seen_without_it() {
    let desired = team();
    let mut world = matching(&desired, able());
    remember(&mut world, &desired);
    rename(&mut world);
    world.members.retain(|member| member.email != email("d@x.cn"));
    for subject in ["program a", "member d@x.cn"] {
        let sighting = world.memory.sightings.get_mut(&subject.parse().unwrap()).unwrap();
        sighting.until = Some(at(9));
    }
    // After a run that looked, nobody is ours who is not there.
    world.memory.members.remove(&email("d@x.cn"));
    let drifts = drifts(&world, &desired);
    assert_eq!(told(&drifts), "program a: name Alpha -> Gamma\nmember d@x.cn: removed");
    assert!(drifts.iter().all(|drift| (drift.after, drift.before) == (at(9), at(12))));
}

fn team() -> Desired {
    super::examples::team()
}

fn told_after(change: impl FnOnce(&mut Desired, &mut World)) -> String {
    let mut desired = team();
    let mut world = matching(&desired, able());
    remember(&mut world, &desired);
    change(&mut desired, &mut world);
    told(&drifts(&world, &desired))
}

fn rename(world: &mut World) {
    apply(world, &team(), &Damage::Rename("a", "Gamma"));
}

#[test]
fn a_name_changed_by_hand_is_told() {
    assert_eq!(told_after(|_, world| rename(world)), "program a: name Alpha -> Gamma");
}

#[test]
fn it_is_told_between_which_two_looks_and_by_whom() {
    let desired = team();
    let mut world = matching(&desired, able());
    remember(&mut world, &desired);
    rename(&mut world);
    let id = world.memory.programs[&key("a")].clone();
    let by = |hour| LastChange { at: Some(at(hour)), by: Some(email("m@x.cn")) };
    world.programs.get_mut(&id).unwrap().last_change = by(11);
    let drift = drifts(&world, &desired).remove(0);
    assert_eq!((drift.after, drift.before), (at(10), at(12)));
    assert_eq!(drift.last_change, by(11));
    // A change that was seen already is not the one that is told.
    world.programs.get_mut(&id).unwrap().last_change = by(9);
    assert_eq!(drifts(&world, &desired)[0].last_change, LastChange::default());
}

#[test]
fn a_program_renamed_twice_over_is_told_under_its_new_key() {
    let told = told_after(|desired, world| {
        let program = desired.programs.remove(&key("a")).unwrap();
        let (key, previously) = (key("aa"), Some(key("a")));
        let program = minisync::model::MiniProgram { key, previously, ..program };
        desired.programs.insert(program.key.clone(), program);
        rename(world);
    });
    assert_eq!(told, "program aa: name Alpha -> Gamma");
}

#[test]
fn what_was_taken_away_is_told_once() {
    let told = told_after(|_, world| {
        apply(world, &team(), &Damage::LoseProgram("b"));
        world.members.retain(|member| member.email != email("d@x.cn"));
    });
    assert_eq!(told, "program b: removed\nmember d@x.cn: removed");
}

#[test]
fn what_an_incomplete_reading_lacks_was_not_taken_away() {
    let told = told_after(|_, world| {
        apply(world, &team(), &Damage::LoseProgram("b"));
        world.members.retain(|member| member.email != email("d@x.cn"));
        world.unseen.is_partial = true;
    });
    assert_eq!(told, "");
}

#[test]
fn roles_assignments_and_blocks_are_told() {
    let told = told_after(|_, world| {
        let move_to = |who, place, as_what| Damage::Move(who, place, as_what);
        apply(world, &team(), &move_to("m@x.cn", Place::Blocked, As::Asked));
        apply(world, &team(), &move_to("d@x.cn", Place::Active, As::More(2)));
        apply(world, &team(), &move_to("e@x.cn", Place::Active, As::Master));
    });
    assert_eq!(
        told,
        "member d@x.cn: miniPrograms a -> a, b\n\
         member e@x.cn: role developer -> master, miniPrograms a, b -> nothing\n\
         member m@x.cn: blocked false -> true"
    );
}

#[test]
fn what_people_do_themselves_is_no_drift() {
    let desired = team();
    let ends = [
        Membership::Active,
        |role| Membership::Invited(role, Invitation::Expired { since: at(9) }),
        |role| Membership::Invited(role, Invitation::Refused),
        Membership::Left,
    ];
    for end in ends {
        let mut world = matching(&desired, able());
        let is_lin = |it: &&mut minisync::model::SeenMember| it.email == email("d@x.cn");
        let lin = world.members.iter_mut().find(is_lin).unwrap();
        let role = lin.membership.role().unwrap().clone();
        lin.membership = Membership::Invited(role.clone(), pending());
        remember(&mut world, &desired);
        let lin = world.members.iter_mut().find(is_lin).unwrap();
        let end = end(role);
        lin.membership = end.clone();
        assert_eq!(told(&drifts(&world, &desired)), "", "{end:?}");
    }
}

#[test]
fn an_invitation_withdrawn_by_somebody_else_is_drift() {
    let told = told_after(|_, world| {
        apply(world, &team(), &Damage::Move("d@x.cn", Place::Withdrawn, As::Asked));
    });
    assert_eq!(told, "member d@x.cn: removed");
}

#[test]
fn what_is_left_to_others_is_no_drift() {
    let told = told_after(|desired, world| {
        desired.programs.get_mut(&key("a")).unwrap().ignore = [(Field::Name, None)].into();
        rename(world);
    });
    assert_eq!(told, "");
}

#[test]
fn what_is_left_to_others_by_either_of_two_clocks_is_neither_undone_nor_told() {
    let (mut desired, mut is_left) = (team(), Vec::new());
    let mut world = matching(&desired, able());
    remember(&mut world, &desired);
    rename(&mut world);
    // The platform's clock is three days ahead of ours: by that one alone, the leave has ended.
    (world.rules.now, world.rules.own) = (at(72), Some(at(0)));
    for days in [0, 1] {
        let last = at(24 * days - 12).to_zoned(TimeZone::UTC).date();
        desired.programs.get_mut(&key("a")).unwrap().ignore = [(Field::Name, Some(last))].into();
        let (actual, plan) = (actual(&world, &desired), world.look(&desired));
        let drifts = plan::drifts(&world.memory, &desired, &actual, &plan, &world.rules);
        assert_eq!(plan.steps.is_empty(), drifts.is_empty(), "{last}: {drifts:?}");
        is_left.push(drifts.is_empty());
    }
    assert_eq!(is_left, [false, true]);
}

#[test]
fn what_is_not_ours_cannot_drift() {
    let told = told_after(|_, world| {
        world.memory.programs.clear();
        world.memory.members = BTreeMap::<_, Acquaintance>::new();
        rename(world);
    });
    assert_eq!(told, "");
}
