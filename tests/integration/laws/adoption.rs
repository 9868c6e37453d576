//! What is found on a platform, written into manifests and read again, is asked for as it is.

use super::{
    manifests::OWNER,
    thoroughly,
    world::World,
    worlds::{Scene, able, damages, odd_damages, scene},
};
use minisync::{
    diagnostic::{Source, Sources},
    manifest::{self, Context, edit},
    model::{Desired, Digest, Email, Logo, LogoFormat, Memory, ReleaseTarget, Role, SeenListing},
    plan::{Action, Plan, Stray, adoption, recognise},
};
use proptest::prelude::*;
use proptest::property_test;
use std::collections::{BTreeMap, BTreeSet};

/// The same world with texts that the rules of manifests accept.
fn sound(mut world: World) -> World {
    for program in world.programs.values_mut() {
        program.release_to = [ReleaseTarget::AlipayCn].into();
        let listing = program.listing.take();
        program.listing = listing.map(|found| SeenListing {
            tagline: "每天一杯好咖啡，幸福每一天".into(),
            description: "在线点单，到店即取。现磨咖啡、季节特调和手工甜点，附近门店一目了然。"
                .into(),
            phone: "0571-8888888".into(),
            email: "care@x.cn".into(),
            industry: "餐饮/咖啡".into(),
            logo: found.logo,
        });
    }
    world
}

/// What an import leaves behind, and the plan after it.
struct Imported {
    desired: Desired,
    n_found: usize,
    /// Who could not be written on a roster.
    left: BTreeSet<Email>,
    plan: Plan,
}

/// As the command does it, with texts in the place of files.
fn import(world: &World, desired: &Desired) -> Imported {
    let (actual, _) = recognise(&world.seen(), desired, &world.memory);
    let protected: BTreeSet<Email> = BTreeSet::from([OWNER.parse().unwrap()]);
    let found = adoption::found_programs(desired, &actual);
    let known = desired.programs.values().map(|program| edit::program(program, None));
    let (mut added, mut texts) = (BTreeMap::new(), known.collect::<Vec<_>>());
    for (key, seen) in &found.programs {
        let logo = seen.listing.as_ref().map(|listing| logo(&listing.logo));
        let program = adoption::as_found(key, seen, logo).unwrap();
        edit::reads_as_program(&program).unwrap();
        texts.push(edit::program(&program, None));
        added.insert(seen.id.clone(), key.clone());
    }
    let people = adoption::found_people(desired, &actual, &added, &protected);
    for member in people.members.values() {
        edit::reads_as_member(member).unwrap();
    }
    texts.push(edit::roster("found", None, people.members.values()));
    let mut read = read(&texts.join("---\n"), world);
    let n_found = found.programs.len() + people.members.len() + people.assignments.len();
    read.members.extend(desired.members.clone());
    for (email, keys) in people.assignments {
        if let Role::Developer(programs) = &mut read.members.get_mut(&email).unwrap().role {
            programs.extend(keys);
        }
    }
    let left = people.left.into_keys().filter_map(|it| match it {
        Stray::Member { email, .. } => Some(email),
        Stray::Program { .. } | Stray::Assignment { .. } => None,
    });
    let left = left.collect();
    let plan = world.look(&read);
    Imported { desired: read, n_found, left, plan }
}

fn logo(digest: &Digest) -> Logo {
    Logo { digest: digest.clone(), format: LogoFormat::Png, path: format!("{digest}.png") }
}

fn read(text: &str, world: &World) -> Desired {
    let sources = Sources::new(vec![Source { path: "a.yaml".into(), text: text.into() }]);
    let parsed = manifest::parse(&sources);
    let digests = world.programs.values().filter_map(|it| Some(it.listing.as_ref()?.logo.clone()));
    let by_path: BTreeMap<_, _> = digests.map(|it| (format!("{it}.png"), logo(&it))).collect();
    let logos = parsed.logo_paths().map(|(_, path)| (path.span, Ok(by_path[&path.value].clone())));
    let context = Context { logos: logos.collect(), ..Context::default() };
    let valid = parsed.load(&context).into_valid();
    let mut valid = valid.unwrap_or_else(|found| panic!("{found:#?}\n{text}"));
    valid.workspaces.pop_first().map(|(_, desired)| desired).unwrap_or_default()
}

fn is_adoption(action: &Action) -> bool {
    matches!(action, Action::AdoptProgram { .. } | Action::AdoptMember { .. })
}

#[property_test(config = ProptestConfig { cases: 500, ..thoroughly() })]
fn after_an_import_into_nothing_the_plan_only_adopts_and_then_is_empty(
    #[strategy = scene(odd_damages(), Just(able()))] scene: Scene,
) {
    let Scene { world, seed, .. } = scene;
    let mut world = sound(world);
    world.memory = Memory::default();
    let first = import(&world, &Desired::default());
    prop_assert!(
        first.plan.steps.iter().all(|step| is_adoption(&step.action)),
        "{:#?}",
        first.plan
    );
    prop_assert_eq!(world.apply(&first.plan, seed), Vec::<String>::new());
    let then = world.look(&first.desired);
    prop_assert!(then.steps.is_empty(), "{then:#?}");
    let second = import(&world, &first.desired);
    prop_assert_eq!(second.n_found, 0);
}

/// What is left of manifests when some documents and people are taken out.
fn part(desired: &Desired, bits: u16) -> Desired {
    let is_kept = |at: usize| bits & (1 << (at % 16)) != 0;
    let mut part = desired.clone();
    let mut at = 0..;
    part.programs.retain(|_, _| is_kept(at.next().unwrap()));
    part.members.retain(|_, member| {
        if let Role::Developer(keys) = &mut member.role {
            keys.retain(|key| part.programs.contains_key(key));
        }
        is_kept(at.next().unwrap()) && member.role != Role::Developer(BTreeSet::new())
    });
    part
}

#[property_test(config = ProptestConfig { cases: 500, ..thoroughly() })]
fn what_is_missing_in_manifests_is_added_and_nobody_loses_anything(
    #[strategy = scene(damages(), Just(able()))] scene: Scene,
    bits: u16,
) {
    let Scene { world, seed, .. } = scene;
    let mut world = sound(world);
    let whole = import(&world, &Desired::default());
    let after = import(&world, &part(&whole.desired, bits));
    // On which roster somebody is makes no difference.
    let rosters = whole.desired.rosters.clone();
    prop_assert_eq!(&Desired { rosters, ..after.desired.clone() }, &whole.desired);
    // Of our own: what has run out, and who has no program any more.
    let is_due = |action: &Action| {
        let is_left = matches!(action, Action::Remove { email, .. } if after.left.contains(email));
        is_left || matches!(action, Action::Withdraw { .. }) || is_adoption(action)
    };
    prop_assert!(after.plan.steps.iter().all(|step| is_due(&step.action)), "{:#?}", after.plan);
    prop_assert_eq!(world.apply(&after.plan, seed), Vec::<String>::new());
    prop_assert_eq!(world.look(&after.desired).steps, Vec::new());
}
