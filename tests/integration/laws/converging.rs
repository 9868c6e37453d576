//! Carrying plans out gets there, whatever is lost on the way and whatever people do.

use super::{
    platform::is_pending,
    statement::{can_match, is_asked, mismatches, wrong_offers},
    thoroughly,
    world::{Fate, World, some_fate},
    worlds::{Scene, able, damages, odd_damages, partial_scene, rules, scene},
};
use jiff::Timestamp;
use minisync::{
    model::{Desired, Email, Invitation, Membership, ProgramId, SeenMember, Subject},
    plan::{Action, Missing, Note, Plan, Standing},
};
use proptest::{prelude::*, property_test};
use std::collections::BTreeSet;

/// What a plan holds back behind steps of its own: the next plan may go on there.
fn held_back(plan: &Plan) -> BTreeSet<Subject> {
    let stepped: BTreeSet<_> = plan.steps.iter().map(|step| step.action.subject()).collect();
    let frees = |step: &Action, id: &ProgramId| {
        matches!(step, Action::UpdateProgram { id: of, .. } | Action::DeleteProgram { id: of, .. }
            if of == id)
    };
    let frees_id = |id: &ProgramId| plan.steps.iter().any(|step| frees(&step.action, id));
    let mut held = BTreeSet::new();
    for note in &plan.notes {
        if let Note::WaitingForMaster { key, master, .. } = note
            && stepped.contains(&Subject::Member(master.clone()))
        {
            held.insert(Subject::Program(key.clone()));
        }
        // The new address may have got the last that it lacked.
        if let Note::Moving { from, to } = note
            && stepped.contains(&Subject::Member(to.clone()))
        {
            held.insert(Subject::Member(from.clone()));
        }
        // A program that is deleted may be all that was wrong with an expired invitation.
        if let Note::Unsupported { subject, missing: Missing::Withdrawing } = note
            && plan.steps.iter().any(|step| matches!(step.action, Action::DeleteProgram { .. }))
        {
            held.insert(subject.clone());
        }
        if let Note::NameTaken { key, by, .. } = note
            && frees_id(by)
        {
            held.insert(Subject::Program(key.clone()));
        }
    }
    for note in &plan.notes {
        // An old address that goes next lets go of what nobody else has.
        if let Note::LastProgram { key, of, .. } = note
            && of.iter().any(|email| held.contains(&Subject::Member(email.clone())))
        {
            held.insert(Subject::Program(key.clone()));
        }
        if let Note::WaitingForProgram { email, programs } = note
            && programs.iter().any(|key| held.contains(&Subject::Program(key.clone())))
        {
            held.insert(Subject::Member(email.clone()));
        }
    }
    held
}

#[property_test(config = thoroughly())]
fn applying_a_plan_leaves_nothing_to_do(
    #[strategy = prop_oneof![2 => scene(odd_damages(), rules()).boxed(), 1 => partial_scene().boxed()]]
    scene: Scene,
) {
    let Scene { desired, mut world, seed } = scene;
    let plan = world.look(&desired);
    let refusals = world.apply(&plan, seed);
    prop_assert_eq!(refusals, Vec::<String>::new());
    let held = held_back(&plan);
    let rest: Vec<_> = world
        .look(&desired)
        .steps
        .into_iter()
        .filter(|step| !held.contains(&step.action.subject()))
        .collect();
    prop_assert_eq!(rest, vec![]);
}

/// What people did with their invitations; whether anybody did anything.
fn answer(
    world: &mut World,
    mut how: impl FnMut(&SeenMember) -> Option<Membership<ProgramId>>,
) -> bool {
    let mut has_answered = false;
    for at in 0..world.members.len() {
        if is_pending(&world.members[at].membership)
            && let Some(membership) = how(&world.members[at])
        {
            world.members[at].membership = membership;
            world.members[at].revision = world.revision();
            has_answered = true;
        }
    }
    has_answered
}

fn accepted(record: &SeenMember) -> Option<Membership<ProgramId>> {
    record.membership.role().cloned().map(Membership::Active)
}

/// Rounds after which everything must have come to rest: a chain of three names, a master behind
/// it, the master's program, its developers.
const ROUNDS: usize = 8;

/// Plans and applies until there is nothing to do, while nobody answers.
fn rest(world: &mut World, desired: &Desired, seed: u64) -> Plan {
    for _ in 0..ROUNDS {
        let plan = world.look(desired);
        if plan.steps.is_empty() {
            return plan;
        }
        assert_eq!(world.apply(&plan, seed), Vec::<String>::new());
    }
    world.look(desired)
}

/// And while everybody accepts.
fn settle(scene: &mut Scene) -> Plan {
    for _ in 0..ROUNDS {
        let plan = rest(&mut scene.world, &scene.desired, scene.seed);
        if !answer(&mut scene.world, accepted) {
            return plan;
        }
    }
    scene.world.look(&scene.desired)
}

#[property_test(config = thoroughly())]
fn applying_makes_the_platform_match(
    #[strategy = scene(damages(), Just(able()))] mut scene: Scene,
    fixed_roles: bool,
    no_resend: bool,
) {
    prop_assume!(can_match(&scene.desired, &scene.world));
    scene.world.rules.capabilities.changes_roles = !fixed_roles;
    scene.world.rules.capabilities.resends = !no_resend;
    prop_assert_eq!(rest(&mut scene.world, &scene.desired, scene.seed).steps, vec![]);
    prop_assert_eq!(wrong_offers(&scene.desired, &scene.world), Vec::<String>::new());
    let plan = settle(&mut scene);
    prop_assert_eq!(mismatches(&scene.desired, &scene.world), Vec::<String>::new());
    prop_assert_eq!(plan.steps, vec![]);
}

#[property_test(config = thoroughly())]
fn lost_requests_only_delay(
    #[strategy = scene(damages(), Just(able()))] mut scene: Scene,
    #[strategy = prop::collection::vec(some_fate(), 48)] fates: Vec<Fate>,
    fixed_roles: bool,
) {
    prop_assume!(can_match(&scene.desired, &scene.world));
    scene.world.rules.capabilities.changes_roles = !fixed_roles;
    for fates in fates.chunks(24) {
        let plan = scene.world.look(&scene.desired);
        let fate = |at: usize| fates[at % fates.len()];
        let refusals = scene.world.apply_with(&plan, scene.seed, fate, |_, _| {});
        prop_assert_eq!(refusals, Vec::<String>::new());
    }
    let plan = settle(&mut scene);
    prop_assert_eq!(mismatches(&scene.desired, &scene.world), Vec::<String>::new());
    prop_assert_eq!(plan.steps, vec![]);
}

/// What people do with an invitation while runs come and go.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Accept,
    Refuse,
    Forget,
    Wait,
}

#[property_test(config = thoroughly())]
fn whatever_people_do_only_they_are_waited_for(
    #[strategy = scene(damages(), Just(able()))] scene: Scene,
    #[strategy = prop::collection::vec(
        proptest::sample::select(vec![Answer::Accept, Answer::Refuse, Answer::Forget, Answer::Wait]),
        24,
    )]
    answers: Vec<Answer>,
) {
    let Scene { desired, mut world, seed } = scene;
    let mut answers = answers.into_iter();
    for _ in 0..4 {
        let plan = world.look(&desired);
        let refusals = world.apply(&plan, seed);
        prop_assert_eq!(refusals, Vec::<String>::new());
        answer(&mut world, |record| match answers.next().unwrap_or(Answer::Wait) {
            Answer::Accept => accepted(record),
            Answer::Refuse => lapsed(record, Invitation::Refused),
            Answer::Forget => lapsed(record, Invitation::Expired { since: Timestamp::UNIX_EPOCH }),
            Answer::Wait => None,
        });
    }
    let plan = rest(&mut world, &desired, seed);
    prop_assert_eq!(&plan.steps, &vec![]);
    let in_place = |invitation: fn(&Invitation) -> bool| -> BTreeSet<Email> {
        let wanted = desired.members.values().filter(|it| !it.blocked).map(|it| &it.email);
        let wanted = wanted.filter(|email| is_asked(&desired, email));
        let is_there = |email: &&Email| {
            world
                .records(email)
                .any(|it| matches!(&it.membership, Membership::Invited(_, now) if invitation(now)))
        };
        wanted.filter(is_there).cloned().collect()
    };
    let (mut waited_for, mut given_up) = (BTreeSet::new(), BTreeSet::new());
    for note in &plan.notes {
        if let Note::WaitingForMember { email, .. } = note {
            waited_for.insert(email.clone());
        } else if let Note::InvitationLapsed { email, .. } = note {
            given_up.insert(email.clone());
        }
    }
    prop_assert_eq!(waited_for, in_place(|it| matches!(it, Invitation::Pending { .. })));
    prop_assert_eq!(given_up, in_place(|it| matches!(it, Invitation::Refused)));
    let cannot = |note: &Note| matches!(note, Note::Unsupported { .. } | Note::LastProgram { .. });
    let wrong = mismatches(&desired, &world);
    if plan.standing() == Standing::InSync {
        prop_assert_eq!(wrong, Vec::<String>::new());
    } else {
        prop_assert!(!wrong.is_empty() || plan.notes.iter().any(cannot), "{:?}", plan.notes);
    }
}

fn lapsed(record: &SeenMember, how: Invitation) -> Option<Membership<ProgramId>> {
    record.membership.role().cloned().map(|role| Membership::Invited(role, how))
}
