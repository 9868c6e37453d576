//! In which order a plan does things, and that nothing else depends on any order.

use super::{
    manifests::{PREVIOUS, email},
    statement::is_asked,
    thoroughly,
    world::{Fate, World},
    worlds::{Scene, damages, odd_damages, rules, scene},
};
use minisync::{
    model::{Email, Invitation, Membership, ProgramId, Role, SeenMember},
    plan::Action,
};
use proptest::{prelude::*, property_test};
use std::collections::BTreeSet;

/// Who reaches what, or is offered it. An owner or master reaches everything.
fn access(world: &World) -> BTreeSet<(Email, ProgramId)> {
    let reaches = |record: &SeenMember| match &record.membership {
        Membership::Active(role) | Membership::Invited(role, Invitation::Pending { .. }) => {
            match role {
                Role::Owner | Role::Master => world.programs.keys().cloned().collect(),
                Role::Developer(ids) => ids.clone(),
            }
        }
        Membership::Invited(..)
        | Membership::Blocked(_)
        | Membership::Left(_)
        | Membership::Unrecognised(_) => BTreeSet::new(),
    };
    let mut access = BTreeSet::new();
    for record in &world.members {
        access.extend(reaches(record).into_iter().map(|id| (record.email.clone(), id)));
    }
    access
}

#[property_test(config = thoroughly())]
fn access_is_granted_before_it_is_withdrawn(#[strategy = scene(damages(), rules())] scene: Scene) {
    let Scene { desired, mut world, seed } = scene;
    let plan = world.look(&desired);
    prop_assert!(plan.steps.is_sorted_by_key(|step| step.action.phase()));
    let mut before = access(&world);
    let mut is_taking = false;
    let mut broken = Vec::new();
    world.apply_with(
        &plan,
        seed,
        |_| Fate::Done,
        |step, world| {
            let after = access(world);
            // Ending and inviting again is one action, and may do both.
            if !matches!(step.action, Action::Reinvite { .. }) {
                let (gives, takes) = (!after.is_subset(&before), !before.is_subset(&after));
                if gives && is_taking {
                    broken.push(step.clone());
                }
                is_taking |= takes && !gives;
            }
            before = after;
        },
    );
    prop_assert_eq!(broken, vec![]);
}

#[property_test(config = thoroughly())]
fn whoever_moves_keeps_the_old_address_until_the_new_one_has_it_all(
    #[strategy = scene(damages(), rules())] scene: Scene,
) {
    let Scene { desired, mut world, seed } = scene;
    let mover = desired.members.values().find(|it| it.previously.is_some() && !it.blocked);
    let Some(mover) = mover.filter(|it| is_asked(&desired, &it.email)) else { return Ok(()) };
    let old = email(PREVIOUS);
    let has_access = |world: &World, who| world.records(who).any(|it| it.membership.is_active());
    prop_assume!(has_access(&world, &old));
    let plan = world.look(&desired);
    let mut is_locked_out = false;
    world.apply_with(
        &plan,
        seed,
        |_| Fate::Done,
        |_, world| {
            is_locked_out |= !has_access(world, &old) && !has_access(world, &mover.email);
        },
    );
    prop_assert!(!is_locked_out, "{:?}", plan);
}

#[property_test(config = thoroughly())]
fn whoever_is_only_invited_at_the_old_address_is_invited_at_one_of_both(
    #[strategy = scene(odd_damages(), rules())] scene: Scene,
) {
    let Scene { desired, mut world, seed } = scene;
    let mover = desired.members.values().find(|it| it.previously.is_some() && !it.blocked);
    let Some(mover) = mover.filter(|it| is_asked(&desired, &it.email)) else { return Ok(()) };
    let old = email(PREVIOUS);
    let is_invited = |world: &World, who| {
        world.records(who).any(|it| match &it.membership {
            Membership::Invited(_, Invitation::Withdrawn) | Membership::Unrecognised(_) => false,
            Membership::Invited(..)
            | Membership::Active(_)
            | Membership::Blocked(_)
            | Membership::Left(_) => true,
        })
    };
    let is_open = |it: &SeenMember| {
        matches!(it.membership, Membership::Invited(_, Invitation::Pending { .. }))
    };
    prop_assume!(world.records(&old).any(is_open));
    let plan = world.look(&desired);
    world.apply(&plan, seed);
    prop_assert!(is_invited(&world, &old) || is_invited(&world, &mover.email), "{:?}", plan);
}

#[property_test(config = thoroughly())]
fn the_order_of_what_was_seen_does_not_matter(
    #[strategy = scene(odd_damages(), rules())] scene: Scene,
    swaps: Vec<(prop::sample::Index, prop::sample::Index)>,
    partial: bool,
) {
    let Scene { desired, mut world, .. } = scene;
    world.unseen.is_partial = partial;
    let seen = world.seen();
    let mut shuffled = seen.clone();
    shuffled.programs.reverse();
    shuffled.members.reverse();
    for (from, to) in swaps {
        let n = shuffled.members.len();
        shuffled.members.swap(from.index(n), to.index(n));
    }
    let (plan, other) = (world.look_at(&seen, &desired), world.look_at(&shuffled, &desired));
    prop_assert_eq!(plan.digest(), other.digest());
    prop_assert_eq!(plan, other);
}
