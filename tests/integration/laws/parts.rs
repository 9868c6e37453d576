//! What is done of a plan when only a part of it was agreed to.

use super::{
    rails::reach,
    thoroughly,
    worlds::{Scene, damages, rules, scene},
};
use minisync::{
    model::{Email, ProgramId},
    plan::{Phase, Plan, part},
};
use proptest::{prelude::*, property_test};
use std::collections::{BTreeMap, BTreeSet};

type Programs = BTreeSet<ProgramId>;

fn of(plan: &Plan, places: &BTreeSet<usize>) -> Plan {
    let steps = places.iter().map(|at| plan.steps[*at].clone()).collect();
    Plan { steps, notes: Vec::new() }
}

/// What everybody reaches of the programs that were there, after the steps at these places; with a
/// program that is deleted, nobody is taken anything from.
fn reached(scene: &Scene, plan: &Plan, places: &BTreeSet<usize>) -> BTreeMap<Email, Programs> {
    let mut world = scene.world.clone();
    let is_deletion = |at: &&usize| plan.steps[**at].action.phase() == Phase::Prune;
    let places = places.iter().filter(|at| !is_deletion(at)).copied().collect();
    world.apply(&of(plan, &places), scene.seed);
    let there: Programs = scene.world.programs.keys().cloned().collect();
    // Whoever moves is one person at two addresses.
    let members = scene.desired.members.values();
    let moved: BTreeMap<_, _> =
        members.filter_map(|it| Some((it.previously.clone()?, it.email.clone()))).collect();
    let mut reached: BTreeMap<_, Programs> = BTreeMap::new();
    for (who, (_, has)) in reach(&world) {
        let who = moved.get(&who).unwrap_or(&who).clone();
        reached.entry(who).or_default().extend(has.intersection(&there).cloned());
    }
    reached
}

#[property_test(config = thoroughly())]
fn a_part_of_a_plan_gives_and_takes_nothing_that_the_whole_does_not(
    #[strategy = scene(damages(), rules())] scene: Scene,
    agreed: u64,
) {
    let plan = scene.world.look(&scene.desired);
    let all: BTreeSet<usize> = (0..plan.steps.len()).collect();
    let agreed = all.iter().copied().filter(|at| agreed & (1 << (at % 64)) != 0).collect();
    let places = part(&plan, &agreed);
    prop_assert!(places.is_subset(&agreed));
    let refusals = scene.world.clone().apply(&of(&plan, &places), scene.seed);
    prop_assert_eq!(refusals, Vec::<String>::new());
    let before = reached(&scene, &plan, &BTreeSet::new());
    let less = reached(&scene, &plan, &places);
    let whole = reached(&scene, &plan, &all);
    for who in before.keys().chain(less.keys()).chain(whole.keys()) {
        let of = |reach: &BTreeMap<_, Programs>| reach.get(who).cloned().unwrap_or_default();
        let (before, less, whole) = (of(&before), of(&less), of(&whole));
        prop_assert!(less.is_subset(&(&before | &whole)), "{who} gets more: {less:?}");
        prop_assert!((&before & &whole).is_subset(&less), "{who} loses more: {less:?}");
    }
}

#[property_test(config = thoroughly())]
fn all_of_a_plan_is_a_part_of_it(#[strategy = scene(damages(), rules())] scene: Scene) {
    let plan = scene.world.look(&scene.desired);
    let all: BTreeSet<usize> = (0..plan.steps.len()).collect();
    prop_assert_eq!(part(&plan, &all), all);
}
