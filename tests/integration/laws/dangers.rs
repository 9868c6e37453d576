//! What a danger says of itself, and who counts.

use super::{
    examples::team,
    manifests::{OWNER, email, key, member},
    platform::pending,
    thoroughly,
    world::World,
    worlds::{
        As, Damage, Place, Scene, able, apply, matching, odd_damages, put_record, rules, scene,
    },
};
use minisync::{
    model::{
        Actual, Desired, Email, Invitation, Membership, ProgramId, Reading, Role, SeenMember,
        Subject,
    },
    plan::{
        Counted, Danger, Footholds, Percent, Plan, Power, Rail, baseline, dangers, footholds,
        recognise,
    },
};
use proptest::{prelude::*, property_test};
use std::collections::BTreeSet;

#[test]
fn a_danger_names_its_rail_and_everything_that_it_is_about() {
    let people = || BTreeSet::from(["d@x.cn", "e@x.cn"].map(email));
    let programs = BTreeSet::from(["a", "b", "c"].map(key));
    let held = BTreeSet::from([Subject::Program(key("a"))]);
    let members = || people().into_iter().map(Subject::Member).collect::<BTreeSet<_>>();
    let deleted = programs.iter().cloned().map(Subject::Program).collect();
    let shrunken = |what| Danger::Shrunken { what, was: 9, is: 1, held: held.clone() };
    let locked = |power| Danger::LockOut { power, people: people() };
    for (danger, rail, subjects) in [
        (
            Danger::RemoveMembers { of: 6, emptied: [].into(), people: people() },
            "remove-members",
            members(),
        ),
        (Danger::DeletePrograms { of: 6, programs }, "delete-programs", deleted),
        (Danger::FewerMasters { least: 1, left: 0, people: people() }, "fewer-masters", members()),
        (shrunken(Counted::Members), "shrunken", held.clone()),
        (shrunken(Counted::Programs), "shrunken", held.clone()),
        (locked(Power::Inviting), "lock-out", members()),
        (locked(Power::Creating), "lock-out", members()),
    ] {
        assert_eq!(danger.rail().to_string(), rail);
        assert_eq!((danger.n(), danger.subjects()), (subjects.len(), subjects), "{danger:?}");
    }
}

#[test]
fn every_rail_is_told_by_its_word_and_is_set_where_it_says() {
    let told = Rail::ALL.map(|rail| {
        assert_eq!(rail.name().parse(), Ok(rail));
        (rail.name(), rail.setting().unwrap_or("nowhere"))
    });
    let (removals, nowhere) = ("policy.rails.removals", "nowhere");
    assert_eq!(
        told,
        [
            ("remove-members", removals),
            ("delete-programs", removals),
            ("fewer-masters", "policy.rails.leastMasters"),
            ("shrunken", nowhere),
            ("lock-out", nowhere),
        ]
    );
    assert!("everything".parse::<Rail>().is_err());
    assert_eq!(Percent::new(100).unwrap().to_string(), "100%");
    assert_eq!(Percent::new(101), None);
}

fn actual(world: &World, desired: &Desired) -> Actual {
    recognise(&world.seen(), desired, &world.memory).0
}

/// As the platform has it: the records of an address that are not over, where it is one alone.
fn acting(world: &World, role: &Role<ProgramId>) -> BTreeSet<Email> {
    let is_live = |it: &&SeenMember| {
        let has_lapsed =
            matches!(it.membership, Membership::Invited(_, Invitation::Expired { .. }));
        !has_lapsed && !it.membership.is_over()
    };
    let acts = |it: &&SeenMember| {
        let n_live = world.records(&it.email).filter(is_live).count();
        n_live == 1 && it.membership == Membership::Active(role.clone())
    };
    world.members.iter().filter(acts).map(|it| it.email.clone()).collect()
}

fn inviters(world: &World) -> BTreeSet<Email> {
    &acting(world, &Role::Owner) | &acting(world, &Role::Master)
}

fn creators(world: &World) -> BTreeSet<Email> {
    if !world.rules.capabilities.creates_programs {
        return BTreeSet::new();
    }
    let is_us = |it: &Email| world.rules.protected.contains(it);
    let acts_as = &world.rules.capabilities.acts_as;
    let owners = acting(world, &Role::Owner).into_iter().filter(is_us);
    let masters = acting(world, &Role::Master).into_iter();
    owners.chain(masters.filter(|it| is_us(it) || acts_as.includes(it))).collect()
}

#[property_test(config = thoroughly())]
fn who_can_act_before_a_plan_and_when_it_is_done_is_told(
    #[strategy = scene(odd_damages(), rules())] scene: Scene,
) {
    let Scene { desired, mut world, seed } = scene;
    let plan = world.look(&desired);
    let Footholds { before, after } = footholds(&plan, &actual(&world, &desired), &world.rules);
    prop_assert_eq!(before.inviters, inviters(&world));
    prop_assert_eq!(before.creators, creators(&world));
    world.apply(&plan, seed);
    prop_assert_eq!(after.inviters, inviters(&world), "{:#?}", &plan);
    prop_assert_eq!(after.creators, creators(&world), "{:#?}", &plan);
}

#[test]
fn an_owner_whom_we_do_not_act_as_creates_nothing() {
    let mut world = matching(&Desired::default(), able());
    let creators = |world: &World| {
        let actual = actual(world, &Desired::default());
        let Footholds { before, after } = footholds(&Plan::default(), &actual, &world.rules);
        assert_eq!(before, after);
        assert_eq!(before.inviters, [email(OWNER)].into());
        before.creators
    };
    assert_eq!(creators(&world), [email(OWNER)].into());
    world.rules.protected.clear();
    assert_eq!(creators(&world), BTreeSet::new());
    world.rules.protected.insert(email(OWNER));
    world.rules.capabilities.creates_programs = false;
    assert_eq!(creators(&world), BTreeSet::new());
}

#[test]
fn a_share_is_of_whoever_is_there() {
    let mut world = matching(&Desired::default(), able());
    let twice = |world: &mut World, who, end: fn(_) -> Membership<_>| {
        for _ in 0..2 {
            put_record(world, who, end(Role::Master));
        }
    };
    // Who is who of them cannot be told, but the first are somebody, and the others are gone.
    twice(&mut world, "d@x.cn", Membership::Active);
    twice(&mut world, "e@x.cn", Membership::Left);
    put_record(&mut world, "m@x.cn", Membership::Active(Role::Master));
    put_record(&mut world, "n@x.cn", Membership::Left(Role::Master));
    world.memory.members.insert(email("m@x.cn"), minisync::model::Acquaintance::default());
    world.rules.policy.rails.removals.most = 0;
    world.rules.policy.rails.least_masters = 0;
    let nobody = Desired::default();
    let dangers = dangers(&world.look(&nobody), &nobody, &actual(&world, &nobody), &world.rules);
    let [Danger::RemoveMembers { of, emptied: _, people }, ..] = &dangers[..] else {
        panic!("{dangers:?}")
    };
    assert_eq!((*of, people), (2, &[email("m@x.cn")].into()));
}

#[test]
fn who_has_only_an_invitation_loses_nothing_by_another() {
    let mut desired = team();
    let mut world = matching(&desired, able());
    world.rules.policy.rails.removals.most = 0;
    for who in ["d@x.cn", "e@x.cn"] {
        let is_it = |it: &&mut SeenMember| it.email == email(who);
        let record = world.members.iter_mut().find(is_it).unwrap();
        let role = record.membership.role().unwrap().clone();
        record.membership = Membership::Invited(role, pending());
        desired.members.insert(email(who), member(who, Role::Master));
    }
    let plan = world.look(&desired);
    assert_eq!(plan.steps.len(), 2);
    assert_eq!(dangers(&plan, &desired, &actual(&world, &desired), &world.rules), []);
}

#[test]
fn what_a_plan_takes_itself_is_not_missed_by_the_next() {
    let desired = team();
    let mut world = matching(&desired, able());
    for (key_text, name) in [("y", "Gamma"), ("z", "Delta")] {
        apply(&mut world, &desired, &Damage::OldProgram(key_text, name));
    }
    for (who, place) in [("s@x.cn", Place::Active), ("n@x.cn", Place::Pending)] {
        apply(&mut world, &desired, &Damage::Move(who, place, As::Master));
        apply(&mut world, &desired, &Damage::Remember(who));
    }
    let plan = world.look(&desired);
    assert_eq!(plan.steps.len(), 4);
    let found = actual(&world, &desired);
    let Reading { at: _, members, programs } = baseline(&plan, &found, world.rules.now);
    assert_eq!((found.figures.members, found.figures.programs), (6, 4));
    assert_eq!((members, programs), (4, 2));
}
