//! What a plan never does.

use super::{
    manifests::{OWNER, email},
    statement::{is_asked, is_live},
    thoroughly,
    world::{Fate, World, some_fate},
    worlds::{Scene, damages, odd_damages, partial_scene, rules, scene},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use minisync::{
    model::{Email, Member, Membership, ProgramId, Role, SeenMember, SeenProgram, Subject},
    plan::{Action, Note, Reason},
};
use proptest::{prelude::*, property_test};
use std::collections::BTreeSet;

#[property_test(config = thoroughly())]
fn nothing_is_planned_that_the_platform_cannot_do(
    #[strategy = scene(odd_damages(), rules())] scene: Scene,
    partial: bool,
) {
    let Scene { desired, mut world, seed } = scene;
    world.unseen.is_partial = partial;
    for _ in 0..3 {
        let plan = world.look(&desired);
        let refusals = world.apply(&plan, seed);
        prop_assert_eq!(refusals, Vec::<String>::new());
    }
}

/// Everything about a program but its revision.
fn looks(world: &World, is_meant: impl Fn(&SeenProgram) -> bool) -> Vec<SeenProgram> {
    world.programs.values().filter(|it| is_meant(it)).cloned().collect()
}

/// Records as they are, assignments to programs that are gone left out.
fn records(
    members: &[SeenMember],
    exists: impl Fn(&ProgramId) -> bool,
    is_meant: impl Fn(&SeenMember) -> bool,
) -> BTreeSet<String> {
    let plain = |record: &SeenMember| {
        let role = record.membership.role().map(|role| match role {
            Role::Developer(ids) => {
                Role::Developer(ids.iter().filter(|id| exists(id)).cloned().collect())
            }
            Role::Owner => Role::Owner,
            Role::Master => Role::Master,
        });
        let place = std::mem::discriminant(&record.membership);
        format!("{} {} {place:?} {role:?}", record.id, record.email)
    };
    members.iter().filter(|it| is_meant(it)).map(plain).collect()
}

#[property_test(config = thoroughly())]
fn without_leave_to_prune_nothing_is_deleted(
    #[strategy = scene(odd_damages(), rules())] mut scene: Scene,
) {
    scene.world.rules.policy.prune = false;
    let before: BTreeSet<_> = scene.world.programs.keys().cloned().collect();
    let plan = scene.world.look(&scene.desired);
    scene.world.apply(&plan, scene.seed);
    let after = scene.world.programs.keys().cloned().collect();
    prop_assert!(before.is_subset(&after));
}

#[property_test(config = thoroughly())]
fn what_is_not_ours_is_left_alone(#[strategy = scene(odd_damages(), rules())] scene: Scene) {
    let Scene { desired, mut world, seed } = scene;
    let before = world.clone();
    let names: BTreeSet<_> = desired.programs.values().map(|it| it.name.clone()).collect();
    let ids: BTreeSet<_> = world.memory.programs.values().cloned().collect();
    let is_foreign =
        |program: &SeenProgram| !ids.contains(&program.id) && !names.contains(&program.name);
    let is_stranger = |member: &SeenMember| {
        !desired.members.contains_key(&member.email)
            && !desired.members.values().any(|it| it.previously.as_ref() == Some(&member.email))
            && !before.memory.members.contains_key(&member.email)
    };
    let plan = world.look(&desired);
    world.apply(&plan, seed);

    let foreign = looks(&before, is_foreign);
    let ids_after: BTreeSet<_> = world.programs.keys().cloned().collect();
    let after: Vec<_> =
        foreign.iter().filter_map(|it| world.programs.get(&it.id)).cloned().collect();
    prop_assert_eq!(&foreign, &after);
    prop_assert_eq!(
        records(&before.members, |id| ids_after.contains(id), is_stranger),
        records(&world.members, |id| ids_after.contains(id), is_stranger)
    );
    // Who stays a developer keeps what they have in programs that are not ours.
    for record in before.members.iter().filter(|it| it.membership.is_active()) {
        let now = world.members.iter().find(|it| it.id == record.id);
        let (Some(Role::Developer(had)), Some(Role::Developer(has))) =
            (record.membership.role(), now.and_then(|it| it.membership.role()))
        else {
            continue;
        };
        prop_assert!(
            had.iter()
                .filter(|id| foreign.iter().any(|it| it.id == **id))
                .all(|id| has.contains(id))
        );
    }
}

#[property_test(config = thoroughly())]
fn the_owner_and_the_account_we_act_as_are_never_changed(
    #[strategy = scene(odd_damages(), rules())] scene: Scene,
    forget_owner: bool,
) {
    let Scene { desired, mut world, seed } = scene;
    let protected = world.rules.protected.clone();
    world.memory.members.extend(protected.iter().cloned().map(|it| (it, Default::default())));
    let is_protected = |it: &SeenMember| protected.contains(&it.email);
    // The platform says who is owner, even where nobody told us.
    if forget_owner {
        world.rules.protected.remove(&email(OWNER));
    }
    let before = world.members.clone();
    let plan = world.look(&desired);
    world.apply(&plan, seed);
    let exists = |id: &ProgramId| world.programs.contains_key(id);
    prop_assert_eq!(
        records(&before, exists, is_protected),
        records(&world.members, exists, is_protected)
    );
    for step in plan.steps {
        let Subject::Member(who) = step.action.subject() else { continue };
        prop_assert!(!protected.contains(&who), "{:?}", step);
    }
}

#[property_test(config = thoroughly())]
fn an_ambiguous_identity_is_never_acted_on(
    #[strategy = scene(odd_damages(), rules())] scene: Scene,
) {
    let Scene { desired, mut world, seed } = scene;
    let before = world.clone();
    let n_live = |email: &Email| before.records(email).filter(|it| is_live(it)).count();
    let is_unknown = |it: &SeenMember| matches!(it.membership, Membership::Unrecognised(_));
    let is_doubtful =
        |it: &SeenMember| n_live(&it.email) > 1 || before.records(&it.email).any(is_unknown);
    let plan = world.look(&desired);
    world.apply(&plan, seed);
    let exists = |id: &ProgramId| world.programs.contains_key(id);
    prop_assert_eq!(
        records(&before.members, exists, is_doubtful),
        records(&world.members, exists, is_doubtful)
    );
    let is_remembered = |id: &ProgramId| before.memory.programs.values().any(|it| it == id);
    for (key, wanted) in &desired.programs {
        let twins = looks(&before, |it| it.name == wanted.name && !is_remembered(&it.id));
        let is_known =
            before.memory.programs.get(key).is_some_and(|id| before.programs.contains_key(id));
        if twins.len() > 1 && !is_known {
            let now: Vec<_> =
                twins.iter().filter_map(|it| world.programs.get(&it.id)).cloned().collect();
            prop_assert_eq!(&twins, &now);
            prop_assert_eq!(before.memory.programs.get(key), world.memory.programs.get(key));
        }
    }
}

#[property_test(config = thoroughly())]
fn an_incomplete_reading_removes_nothing(#[strategy = partial_scene()] scene: Scene) {
    let Scene { desired, mut world, seed } = scene;
    let before = world.clone();
    let plan = world.look(&desired);
    let refusals = world.apply(&plan, seed);
    prop_assert_eq!(refusals, Vec::<String>::new());
    prop_assert!(before.programs.keys().eq(world.programs.keys()));
    for record in &before.members {
        let now = world.members.iter().find(|it| it.id == record.id).map(is_live);
        prop_assert!(now == Some(true) || !is_live(record), "{:?}", record);
    }
    prop_assert_eq!(before.members.len(), world.members.len());
    // What is remembered and not seen is not taken for gone.
    for (key, id) in &before.memory.programs {
        let is_there = before.programs.contains_key(id);
        prop_assert!(!is_there || world.memory.programs.get(key) == Some(id), "{key}");
    }
}

#[property_test(config = thoroughly())]
fn nothing_ends_before_its_day_is_over_by_both_clocks(
    #[strategy = scene(damages(), rules())] scene: Scene,
    #[strategy = -400i64..400] hours: i64,
) {
    let Scene { desired, mut world, .. } = scene;
    world.rules.now += SignedDuration::from_hours(hours);
    let own = Timestamp::UNIX_EPOCH;
    world.rules.own = Some(own);
    let plan = world.look(&desired);
    let apart = (world.rules.now.as_second() - own.as_second()).abs();
    let day = |time: Timestamp| time.to_zoned(TimeZone::UTC).date();
    let days =
        if apart > 24 * 60 * 60 { vec![own, world.rules.now] } else { vec![world.rules.now] };
    for step in plan.steps.iter().filter(|step| step.reason == Reason::Ended) {
        let Subject::Member(who) = step.action.subject() else { panic!() };
        let is_meant = |it: &&Member| it.email == who || it.previously.as_ref() == Some(&who);
        let wanted = desired.members.values().find(is_meant).unwrap();
        for day in days.iter().copied().map(day) {
            prop_assert!(wanted.has_ended(day) || wanted.role_on(day) != wanted.role, "{:?}", step);
        }
    }
    let is_told = plan.notes.iter().any(|note| matches!(note, Note::ClocksDisagree { .. }));
    let mut members = desired.members.values();
    let day_there = day(world.rules.now);
    let is_early = members.any(|it| it.has_ended(day_there) && !it.has_ended(day(own)));
    prop_assert!(is_told || !is_early || days.len() == 1);
}

#[property_test(config = thoroughly())]
fn nothing_is_created_as_somebody_who_is_locked_out(
    #[strategy = scene(damages(), rules())] scene: Scene,
) {
    let is_master = |email: &Email| {
        is_asked(&scene.desired, email)
            && scene
                .desired
                .members
                .get(email)
                .is_some_and(|it| it.role == Role::Master && !it.blocked)
    };
    for step in scene.world.look(&scene.desired).steps {
        if let Action::CreateProgram { program } = step.action {
            prop_assert!(program.created_by.iter().all(is_master), "{:?}", program);
        }
    }
}

#[property_test(config = thoroughly())]
fn nobody_has_two_live_invitations(
    #[strategy = scene(damages(), rules())] scene: Scene,
    #[strategy = prop::collection::vec(some_fate(), 48)] fates: Vec<Fate>,
) {
    let Scene { desired, mut world, seed } = scene;
    let mut most = 0;
    for fates in fates.chunks(16) {
        let plan = world.look(&desired);
        let fate = |at: usize| fates[at % fates.len()];
        let refusals = world.apply_with(&plan, seed, fate, |step, world| {
            if let Subject::Member(email) = step.action.subject() {
                most = most.max(world.records(&email).filter(|it| is_live(it)).count());
            }
        });
        prop_assert_eq!(refusals, Vec::<String>::new());
    }
    prop_assert!(most <= 1);
}
