//! What drift tells of people, and of what was added; and what it does not tell.

use super::{
    examples::team,
    manifests::{email, key, listing, tag, translation},
    world::World,
    worlds::{As, Damage, Place, able, apply, matching, put_record},
};
use jiff::{Timestamp, ToSpan as _};
use minisync::{
    model::{Desired, Digest, Field, LastChange, Membership, Reading, Role, SeenListing, Sighting},
    plan::{self, Drift, Outside, Rules, recognise, sightings},
};

const LIN: &str = "d@x.cn";

fn at(hour: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + hour.hours()
}

/// Seen at eight, changed then, and read again at twelve.
fn after(change: impl FnOnce(&mut Desired, &mut World)) -> Vec<Drift> {
    let mut desired = team();
    let mut world = matching(&desired, able());
    let actual =
        |world: &World, desired: &Desired| recognise(&world.seen(), desired, &world.memory).0;
    let seen = sightings(&actual(&world, &desired)).into_iter();
    let seen = seen.map(|(subject, fields)| (subject, Sighting { at: at(8), until: None, fields }));
    world.memory.sightings = seen.collect();
    world.memory.reading = Some(Reading { at: at(8), members: 0, programs: 0 });
    change(&mut desired, &mut world);
    let plan = world.look(&desired);
    let rules = Rules { now: at(12), ..world.rules.clone() };
    plan::drifts(&world.memory, &desired, &actual(&world, &desired), &plan, &rules)
}

fn promote(world: &mut World) {
    apply(world, &team(), &Damage::Move(LIN, Place::Active, As::Master));
}

#[test]
fn it_is_told_who_changed_a_person_at_the_moment_of_the_last_look_or_later() {
    let by = |hour| {
        let drifts = after(|_, world| {
            promote(world);
            let lin = world.members.iter_mut().find(|it| it.email == email(LIN)).unwrap();
            lin.history.last_change = LastChange { at: Some(at(hour)), by: Some(email("m@x.cn")) };
        });
        drifts[0].last_change.by.clone()
    };
    assert_eq!([by(7), by(8), by(9)], [None, Some(email("m@x.cn")), Some(email("m@x.cn"))]);
}

#[test]
fn a_last_look_that_a_clock_dates_after_this_one_was_not_after_it() {
    let drifts = after(|_, world| {
        promote(world);
        world.memory.reading = Some(Reading { at: at(15), members: 0, programs: 0 });
    });
    assert_eq!((drifts[0].after, drifts[0].before), (at(12), at(12)));
}

#[test]
fn what_manifests_leave_of_a_person_is_no_drift() {
    let drifts = after(|desired, world| {
        promote(world);
        let rules = [(Field::Role, None), (Field::MiniPrograms, None)];
        desired.members.get_mut(&email(LIN)).unwrap().ignore = rules.into();
    });
    assert_eq!(drifts, []);
}

#[test]
fn what_was_added_is_told_as_well_in_the_order_of_names() {
    let drifts = after(|desired, world| {
        let program = world.programs.values_mut().next().unwrap();
        program.languages.insert(tag("ja"), translation(1));
        let text = || "x".to_owned();
        program.listing = Some(SeenListing {
            tagline: text(),
            description: text(),
            logo: Digest::new("x"),
            industry: text(),
            phone: text(),
            email: listing(1).customer_service.email.to_string(),
        });
        apply(world, &team(), &Damage::LoseProgram("b"));
        let program = desired.programs.remove(&key("a")).unwrap();
        let (key, previously) = (key("z"), Some(key("a")));
        let program = minisync::model::MiniProgram { key, previously, ..program };
        desired.programs.insert(program.key.clone(), program);
    });
    let subjects: Vec<_> = drifts.iter().map(|it| it.subject.to_string()).collect();
    assert_eq!(subjects, ["program b", "program z"]);
    let Outside::Changed(edits) = &drifts[1].what else { panic!() };
    assert_eq!(edits.len(), 7);
    assert!(edits.iter().all(|it| it.from.is_none() && it.to.is_some()), "{edits:?}");
}

#[test]
fn of_doubtful_people_and_of_whom_we_forgot_nothing_is_told() {
    let drifts = after(|_, world| {
        put_record(world, LIN, Membership::Active(Role::Master));
        world.members.retain(|it| it.email != email("e@x.cn"));
        world.memory.members.remove(&email("e@x.cn"));
    });
    assert_eq!(drifts, []);
}
