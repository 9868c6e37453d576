//! A program whose key changes stays the program it is.

use super::{
    manifests::{KEYS, PEOPLE, email, key, member},
    thoroughly,
    told::told,
    world::{Fate, World, some_fate},
    worlds::{Scene, able, matching, odd_damages, partial_scene, rules, scene},
};
use minisync::{
    model::{Desired, MiniProgram, ProgramKey, Role},
    plan::{Action, Plan, Reason, Rules},
};
use proptest::{collection::vec, prelude::*, property_test, sample::select};

/// `aa` for `a`: the order of keys stays.
fn doubled(old: &str) -> ProgramKey {
    key(&old.repeat(2))
}

/// The same wishes, with another key for one program.
fn rekeyed(desired: &Desired, old: &str) -> Desired {
    let (old, new) = (key(old), doubled(old));
    let mut rekeyed = desired.clone();
    if let Some(program) = rekeyed.programs.remove(&old) {
        let program = MiniProgram { key: new.clone(), previously: Some(old.clone()), ..program };
        rekeyed.programs.insert(new.clone(), program);
    }
    for member in rekeyed.members.values_mut() {
        if let Role::Developer(keys) = &mut member.role
            && keys.remove(&old)
        {
            keys.insert(new.clone());
        }
        if let Some(until) = member.assignments_until.remove(&old) {
            member.assignments_until.insert(new.clone(), until);
        }
    }
    rekeyed
}

/// What is planned, with the old key for the new one.
fn lines(plan: &Plan, old: &str) -> Vec<String> {
    let text = told(plan).replace(doubled(old).as_str(), old);
    let lines = text.lines().filter(|line| !line.contains("(Renamed,") && *line != "nothing");
    let mut lines: Vec<String> = lines.map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Invitations are counted for a wish, and the wish names keys.
fn count_anything(world: &mut World) {
    for acquaintance in world.memory.members.values_mut() {
        acquaintance.wish = None;
    }
}

fn any_scene() -> impl Strategy<Value = Scene> {
    prop_oneof![2 => scene(odd_damages(), rules()).boxed(), 1 => partial_scene().boxed()]
}

#[property_test(config = thoroughly())]
fn a_new_key_changes_nothing_but_what_the_ledger_calls_it(
    #[strategy = any_scene()] scene: Scene,
    #[strategy = select(&KEYS[..])] old: &'static str,
) {
    let Scene { desired, mut world, .. } = scene;
    count_anything(&mut world);
    let before = world.look(&desired);
    let after = world.look(&rekeyed(&desired, old));
    prop_assert_eq!(lines(&after, old), lines(&before, old));
}

#[property_test(config = thoroughly())]
fn no_run_makes_a_second_program_or_takes_the_first(
    #[strategy = any_scene()] scene: Scene,
    #[strategy = select(&KEYS[..])] old: &'static str,
    #[strategy = vec(vec(some_fate(), 1..8), 1..5)] fates: Vec<Vec<Fate>>,
) {
    let Scene { desired, mut world, seed } = scene;
    let known = world.memory.programs.get(&key(old)).cloned();
    let Some(id) = known.filter(|id| world.programs.contains_key(id)) else { return Ok(()) };
    prop_assume!(desired.programs.contains_key(&key(old)));
    let (old, new, desired) = (key(old), doubled(old), rekeyed(&desired, old));
    for fates in fates {
        let plan = world.look(&desired);
        let is_harm = |action: &Action| match action {
            Action::CreateProgram { program } => program.key == new || program.key == old,
            Action::DeleteProgram { id: gone, .. } => *gone == id,
            Action::AdoptProgram { .. }
            | Action::AdoptMember { .. }
            | Action::UpdateProgram { .. }
            | Action::Invite { .. }
            | Action::Reinvite { .. }
            | Action::Resend { .. }
            | Action::Withdraw { .. }
            | Action::ChangeRole { .. }
            | Action::Block { .. }
            | Action::Unblock { .. }
            | Action::Remove { .. } => false,
        };
        prop_assert!(!plan.steps.iter().any(|step| is_harm(&step.action)), "{}", told(&plan));
        let _refusals = world.apply_with(&plan, seed, |at| fates[at % fates.len()], |_, _| {});
    }
}

fn one(key_text: &str) -> Desired {
    let program = super::manifests::program(key_text, "Alpha");
    Desired { programs: [(program.key.clone(), program)].into(), ..Desired::default() }
}

#[test]
fn after_the_takeover_nothing_is_left_to_do_with_the_line_or_without() {
    let old = one("a");
    let mut new = rekeyed(&old, "a");
    let mut world = matching(&old, able());
    let plan = world.look(&new);
    assert_eq!(told(&plan), "Take: adopt aa (Renamed, as seen)");
    assert_eq!(plan.steps[0].reason, Reason::Renamed);
    assert_eq!(world.apply(&plan, 0), Vec::<String>::new());
    assert_eq!(told(&world.look(&new)), "nothing");
    new.programs.get_mut(&doubled("a")).unwrap().previously = None;
    assert_eq!(told(&world.look(&new)), "nothing");
}

/// And the role of whoever develops both.
fn two() -> (Desired, Role<ProgramKey>) {
    let mut desired = one("a");
    let beta = super::manifests::program("b", "Beta");
    desired.programs.insert(beta.key.clone(), beta);
    (desired, Role::Developer([key("a"), key("b")].into()))
}

fn without_a_word(old: &Desired) -> Desired {
    let mut new = rekeyed(old, "a");
    new.programs.get_mut(&doubled("a")).unwrap().previously = None;
    new
}

#[test]
fn a_key_that_changes_without_a_word_takes_access_from_nobody() {
    let (mut old, both) = two();
    let one_only = Role::Developer([key("a")].into());
    for (address, role) in [(PEOPLE[0], both), (PEOPLE[1], one_only)] {
        old.members.insert(email(address), member(address, role));
    }
    let never = Role::Developer([key("b")].into());
    old.members.insert(email(PEOPLE[2]), member(PEOPLE[2], never));
    for kept in [false, true] {
        let mut rules = able();
        rules.policy.prune = kept;
        rules.policy.rails.keep_programs.extend(kept.then(|| key("a")));
        key_without_a_word(&old, rules);
    }
}

fn key_without_a_word(old: &Desired, rules: Rules) {
    let mut world = matching(old, rules);
    let mut new = without_a_word(old);
    // Who never had it gets nothing of it before it is known what it is.
    let both = Role::Developer([doubled("a"), key("b")].into());
    new.members.get_mut(&email(PEOPLE[2])).unwrap().role = both;
    let plan = world.look(&new);
    assert!(plan.steps.is_empty(), "{}", told(&plan));
    // Who is taken off it loses it all the same.
    new.members.get_mut(&email(PEOPLE[0])).unwrap().role = Role::Developer([key("b")].into());
    let plan = world.look(&new);
    let [step] = &plan.steps[..] else { panic!("{}", told(&plan)) };
    assert!(matches!(step.action, Action::ChangeRole { .. }), "{}", told(&plan));
    assert_eq!(world.apply(&plan, 0), Vec::<String>::new());
}

/// Where the old one is deleted, nobody is left with it.
#[test]
fn a_key_that_changes_without_a_word_keeps_nobody_with_what_is_pruned() {
    let (mut old, both) = two();
    old.members.insert(email(PEOPLE[0]), member(PEOPLE[0], both));
    let world = matching(&old, able());
    let plan = world.look(&without_a_word(&old));
    let [change, delete] = &plan.steps[..] else { panic!("{}", told(&plan)) };
    assert!(matches!(change.action, Action::ChangeRole { .. }), "{}", told(&plan));
    assert!(matches!(delete.action, Action::DeleteProgram { .. }), "{}", told(&plan));
}

#[test]
fn a_key_that_moves_on_before_the_first_run_is_still_known() {
    let mut world = matching(&one("a"), able());
    // The ledger of a run that died has both keys.
    world.memory.programs.insert(doubled("a"), world.memory.programs[&key("a")].clone());
    let plan = world.look(&rekeyed(&one("a"), "a"));
    assert_eq!(told(&plan), "Take: adopt aa (Renamed, as seen)");
}

#[test]
fn two_programs_under_the_old_key_and_the_new_are_both_left_alone() {
    let mut world = matching(&one("a"), able());
    let mut other = super::manifests::program("aa", "Beta");
    let both = Desired { programs: [(other.key.clone(), other.clone())].into(), ..one("a") };
    let plan = world.look(&both);
    let _refusals = world.apply(&plan, 0);
    let mut world = World { memory: world.memory.clone(), ..world };
    world.memory.programs.insert(key("a"), minisync::model::ProgramId::new("p-a"));
    let alpha = matching(&one("a"), able());
    world.programs.extend(alpha.programs);
    other.previously = Some(key("a"));
    let desired = Desired { programs: [(other.key.clone(), other)].into(), ..Desired::default() };
    assert_eq!(told(&world.look(&desired)), "ambiguous: aa (2 candidates)");
}

#[test]
fn what_was_asked_for_and_never_heard_of_is_found_by_the_name_of_then() {
    let mut world = matching(&one("a"), able());
    world.memory.programs.clear();
    world.memory.unanswered.insert(key("a"), ["Alpha".to_owned()].into());
    let mut desired = one("a");
    desired.programs.get_mut(&key("a")).unwrap().name = "Beta".into();
    let plan = world.look(&desired);
    assert!(told(&plan).starts_with("Take: adopt a (Found, as seen)"), "{}", told(&plan));
    assert!(!told(&plan).contains("create"), "{}", told(&plan));
    assert!(told(&world.look(&rekeyed(&desired, "a"))).starts_with("Take: adopt aa"));

    let mut rival = desired.clone();
    let other = super::manifests::program("b", "Alpha");
    rival.programs.insert(other.key.clone(), other);
    let doubt = told(&world.look(&rival));
    assert!(!doubt.contains("adopt") && !doubt.contains("create"), "two want it: {doubt}");

    let mut twice = world.clone();
    let (id, mut program) =
        twice.programs.first_key_value().map(|(a, b)| (a.clone(), b.clone())).unwrap();
    program.id = minisync::model::ProgramId::new(format!("{id}-again"));
    twice.programs.insert(program.id.clone(), program);
    assert_eq!(told(&twice.look(&desired)), "ambiguous: a (2 candidates)");

    let mut managed = world;
    managed.memory.programs.insert(key("y"), id);
    assert!(told(&managed.look(&desired)).contains("create a"), "it is another one's by now");
}
