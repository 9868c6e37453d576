//! What manifests leave to others is left alone, until the day; and nothing else is.

use super::{
    manifests::some_day,
    thoroughly,
    told::told,
    worlds::{Scene, odd_damages, rules, scene},
};
use minisync::{
    model::{Desired, Exemptions, Field},
    plan::{Action, Note, Plan, Reason},
};
use proptest::{prelude::*, property_test, sample::subsequence};

fn some_rules(fields: Vec<Field>) -> impl Strategy<Value = Exemptions> {
    let n = fields.len();
    subsequence(fields, 0..=n).prop_flat_map(move |fields| {
        let days = proptest::collection::vec(prop::option::of(some_day()), fields.len());
        days.prop_map(move |days| fields.iter().cloned().zip(days).collect())
    })
}

fn of_programs() -> Vec<Field> {
    Field::OF_PROGRAMS.into_iter().chain([Field::Language("ja".parse().unwrap())]).collect()
}

/// The same wishes, with the same leave for every program and for every person.
fn with(desired: &Desired, programs: &Exemptions, people: &Exemptions) -> Desired {
    let mut desired = desired.clone();
    for program in desired.programs.values_mut() {
        program.ignore.clone_from(programs);
    }
    for member in desired.members.values_mut() {
        member.ignore.clone_from(people);
    }
    desired
}

/// Whether it is about being there, which nobody can leave to others.
fn is_of_membership(action: &Action) -> bool {
    match action {
        Action::Invite { .. }
        | Action::Withdraw { .. }
        | Action::Block { .. }
        | Action::Unblock { .. }
        | Action::Remove { .. } => true,
        Action::AdoptProgram { .. }
        | Action::AdoptMember { .. }
        | Action::CreateProgram { .. }
        | Action::UpdateProgram { .. }
        | Action::DeleteProgram { .. }
        | Action::Reinvite { .. }
        | Action::Resend { .. }
        | Action::ChangeRole { .. } => false,
    }
}

#[property_test(config = thoroughly())]
fn what_is_left_to_others_is_left_alone_and_nobody_stays_for_it(
    #[strategy = scene(odd_damages(), rules())] scene: Scene,
    #[strategy = some_rules(of_programs())] programs: Exemptions,
    #[strategy = some_rules(vec![Field::Role, Field::MiniPrograms])] people: Exemptions,
) {
    let Scene { desired, mut world, seed } = scene;
    let without = world.look(&desired);
    let leaving = with(&desired, &programs, &people);
    let plan = world.look(&leaving);
    let today = world.rules.today();
    let is_left = |rules: &Exemptions, field: &Field| {
        rules.get(field).is_some_and(|until| until.is_none_or(|until| until >= today))
    };
    for step in &plan.steps {
        match &step.action {
            Action::UpdateProgram { id, changes, .. } => {
                let is_new = world.programs[id].listing.is_none();
                let mut fields = changes.iter().map(|change| change.field());
                let is_wrong =
                    fields.any(|it| is_left(&programs, &it) && !(is_new && it.is_of_listing()));
                prop_assert!(!is_wrong, "{changes:?}");
            }
            Action::ChangeRole { from, to, .. } if from.name() != to.name() => {
                prop_assert!(!is_left(&people, &Field::Role));
            }
            // Only an assignment that has ended is taken; who has no other gets what they should.
            Action::ChangeRole { from, to, .. } if is_left(&people, &Field::MiniPrograms) => {
                let n_kept = from.assignments().filter(|it| to.assignments().any(|to| to == *it));
                let n_kept = n_kept.count();
                prop_assert!(n_kept == 0 || n_kept == to.assignments().count());
                prop_assert!(n_kept == 0 || step.reason == Reason::Ended);
            }
            Action::AdoptProgram { .. }
            | Action::AdoptMember { .. }
            | Action::CreateProgram { .. }
            | Action::DeleteProgram { .. }
            | Action::Invite { .. }
            | Action::Reinvite { .. }
            | Action::Resend { .. }
            | Action::Withdraw { .. }
            | Action::ChangeRole { .. }
            | Action::Block { .. }
            | Action::Unblock { .. }
            | Action::Remove { .. } => {}
        }
    }
    let of_membership = without.steps.iter().filter(|step| is_of_membership(&step.action));
    // Who is not invited at a new address, for the old invitation there is left, keeps the old one.
    for step in of_membership.filter(|step| step.reason != Reason::Moved) {
        prop_assert!(plan.steps.contains(step), "{step:?} in {}", told(&plan));
    }
    prop_assert_eq!(world.apply(&plan, seed), Vec::<String>::new());
}

#[property_test(config = thoroughly())]
fn after_its_last_day_a_leave_is_none(
    #[strategy = scene(odd_damages(), rules())] scene: Scene,
    #[strategy = some_rules(of_programs())] programs: Exemptions,
) {
    let Scene { desired, world, .. } = scene;
    let yesterday = world.rules.today().yesterday().unwrap();
    let over = |rules: &Exemptions| -> Exemptions {
        rules.keys().map(|field| (field.clone(), Some(yesterday))).collect()
    };
    let people = [(Field::Role, None), (Field::MiniPrograms, None)].into();
    let Plan { steps, mut notes } = world.look(&with(&desired, &over(&programs), &over(&people)));
    notes.retain(|note| !matches!(note, Note::IgnoreEnded { .. }));
    prop_assert_eq!(told(&Plan { steps, notes }), told(&world.look(&desired)));
}
