//! What a plan does that no rail holds, and what the rails hold.

use super::{
    manifests::{OWNER, PEOPLE, email, key, member, program},
    thoroughly,
    world::{Fate, World, some_fate},
    worlds::{
        Damage, Scene, able, apply, damages, matching, odd_damages, partial_scene, put_program,
        put_record, rules, scene,
    },
};
use jiff::{SignedDuration, Timestamp};
use minisync::{
    model::{
        Acquaintance, Desired, Email, Invitation, Membership, ProgramId, Reading, Role, SeenMember,
        SeenProgram,
    },
    plan::{
        Action, ActsAs, Counted, Danger, Footholds, Limit, Percent, Plan, Power, Rails, Rules,
        baseline, dangers, footholds, plan, recognise,
    },
};
use proptest::{prelude::*, property_test, sample::select};
use std::collections::{BTreeMap, BTreeSet};

fn judged(world: &World, desired: &Desired) -> (Plan, Vec<Danger>, Footholds) {
    let (actual, _) = recognise(&world.seen(), desired, &world.memory);
    let plan = plan(desired, &actual, &world.rules);
    let dangers = dangers(&plan, desired, &actual, &world.rules);
    let footholds = footholds(&plan, &actual, &world.rules);
    (plan, dangers, footholds)
}

fn some_rails() -> impl Strategy<Value = Rails> {
    (0u32..4, select(vec![0u8, 25, 50, 100]), 0u32..3).prop_map(|(most, share, least_masters)| {
        let share = Percent::new(share).unwrap();
        Rails { removals: Limit { most, share }, least_masters, ..Rails::default() }
    })
}

/// What a person reaches by all their records, and whether they have joined or only have an
/// invitation.
pub(super) fn reach(world: &World) -> BTreeMap<Email, (bool, BTreeSet<ProgramId>)> {
    let mut reach = BTreeMap::<_, (bool, BTreeSet<ProgramId>)>::new();
    for record in &world.members {
        let (joined, role) = match &record.membership {
            Membership::Active(role) => (true, role),
            Membership::Invited(role, Invitation::Pending { .. }) => (false, role),
            Membership::Invited(..)
            | Membership::Blocked(_)
            | Membership::Left(_)
            | Membership::Unrecognised(_) => continue,
        };
        let (has_joined, programs) = reach.entry(record.email.clone()).or_default();
        *has_joined |= joined;
        match role {
            Role::Owner | Role::Master => programs.extend(world.programs.keys().cloned()),
            Role::Developer(ids) => programs.extend(ids.iter().cloned()),
        }
    }
    reach
}

/// Who has less than before and nothing instead, programs that are gone left out.
fn losers(before: &World, after: &World) -> usize {
    let now = reach(after);
    let lost = |who: &Email, had_joined: bool, had: &BTreeSet<ProgramId>| {
        let Some((has_joined, has)) = now.get(who) else { return true };
        let had: BTreeSet<_> =
            had.iter().filter(|id| after.programs.contains_key(id)).cloned().collect();
        had_joined && (!has_joined || (has.is_subset(&had) && *has != had))
    };
    reach(before).into_iter().filter(|(who, (joined, had))| lost(who, *joined, had)).count()
}

fn active_masters(world: &World) -> usize {
    let is_master = |it: &&SeenMember| it.membership == Membership::Active(Role::Master);
    let emails: BTreeSet<_> = world.members.iter().filter(is_master).map(|it| &it.email).collect();
    emails.len()
}

/// As the rail is told to people; shares no code with it.
fn is_much(n: usize, of: usize, rails: &Rails) -> bool {
    let share: usize = rails.removals.share.to_string().trim_end_matches('%').parse().unwrap();
    n > rails.removals.most as usize || (n >= 2 && 100 * n > share * of)
}

fn is_ours(world: &World, desired: &Desired, email: &Email) -> bool {
    let mut before = desired.members.values().filter_map(|it| it.previously.as_ref());
    world.memory.members.contains_key(email)
        || desired.members.contains_key(email)
        || before.any(|it| it == email)
}

fn is_our_program(world: &World, desired: &Desired, seen: &SeenProgram) -> bool {
    world.memory.programs.values().any(|id| *id == seen.id)
        || desired.programs.values().any(|it| it.name == seen.name)
}

/// Whether somebody is there whom the manifests ask for, and who could go.
fn has_somebody(world: &World, desired: &Desired) -> bool {
    let Rules { protected, .. } = &world.rules;
    let there = world.members.iter().filter(|it| !it.membership.is_over());
    let mut asked = there.filter(|it| desired.members.contains_key(&it.email));
    asked.any(|it| !protected.contains(&it.email))
}

#[property_test(config = thoroughly())]
fn whatever_is_applied_stays_within_the_rails(
    #[strategy = scene(odd_damages(), rules())] scene: Scene,
    #[strategy = some_rails()] rails: Rails,
    #[strategy = prop::collection::vec(some_fate(), 16)] fates: Vec<Fate>,
    #[strategy = prop::option::of((0u32..20, 0u32..12))] reading: Option<(u32, u32)>,
    #[strategy = prop::bool::weighted(0.2)] is_roster_gone: bool,
) {
    let Scene { desired, mut world, seed } = scene;
    world.rules.policy.rails = rails.clone();
    world.memory.rosters.extend(is_roster_gone.then(|| "gone".parse().unwrap()));
    world.memory.reading =
        reading.map(|(members, programs)| Reading { at: Timestamp::UNIX_EPOCH, members, programs });
    let (plan, dangers, _) = judged(&world, &desired);
    prop_assume!(dangers.is_empty());
    let before = world.clone();
    // Half of an action may leave less than the whole of it, which the next run completes.
    let fate = |at: usize| match fates[at % fates.len()] {
        Fate::Half => Fate::Done,
        fate @ (Fate::Done | Fate::Lost | Fate::Unrecorded) => fate,
    };
    world.apply_with(&plan, seed, fate, |_, _| {});

    let is_there = |it: &&SeenMember| {
        !matches!(
            it.membership,
            Membership::Left(_)
                | Membership::Invited(_, Invitation::Refused | Invitation::Withdrawn)
                | Membership::Active(Role::Owner)
        )
    };
    let of: BTreeSet<_> = before.members.iter().filter(is_there).map(|it| &it.email).collect();
    let n_lost = losers(&before, &world);
    let n_ours = of.iter().filter(|it| is_ours(&before, &desired, it)).count();
    prop_assert!(!is_much(n_lost, n_ours, &rails), "{n_lost} of {n_ours}");
    let n_deleted = before.programs.keys().filter(|id| !world.programs.contains_key(id)).count();
    let n_ours = before.programs.values().filter(|it| is_our_program(&before, &desired, it));
    prop_assert!(!is_much(n_deleted, n_ours.count(), &rails), "{n_deleted}");
    let mut aim = before.clone();
    aim.apply(&plan, seed);
    prop_assert!(n_lost == 0 || has_somebody(&before, &desired) || has_somebody(&aim, &desired));
    prop_assert!(n_deleted == 0 || !desired.programs.is_empty());
    prop_assert!(n_lost == 0 || !is_roster_gone);

    let (was, is) = (active_masters(&before), active_masters(&world));
    prop_assert!(is >= was || is >= rails.least_masters as usize, "{was} -> {is}");
    prop_assert!(is > 0 || was == 0, "{was} -> {is}");

    if let Some((members, programs)) = reading {
        let n_members = of.len() + 1;
        let has_fallen = |was: u32, is: usize| is * 2 < was as usize && is + 2 <= was as usize;
        if has_fallen(members, n_members) || has_fallen(programs, before.programs.len()) {
            prop_assert_eq!((n_lost, n_deleted), (0, 0));
        }
    }
}

#[property_test(config = thoroughly())]
fn who_and_what_policy_keeps_is_there_after_every_plan(
    #[strategy = scene(odd_damages(), rules())] scene: Scene,
    #[strategy = proptest::sample::subsequence(PEOPLE.to_vec(), 0..=4)] people: Vec<&'static str>,
    keeps_all_programs: bool,
) {
    let Scene { desired, mut world, seed } = scene;
    world.rules.policy.rails.keep_members = people.into_iter().map(email).collect();
    if keeps_all_programs {
        world.rules.policy.rails.keep_programs = world.memory.programs.keys().cloned().collect();
    }
    let before = world.clone();
    let plan = world.look(&desired);
    world.apply(&plan, seed);
    let kept = &before.rules.policy.rails.keep_members;
    for record in before.members.iter().filter(|it| kept.contains(&it.email)) {
        if matches!(record.membership, Membership::Active(_) | Membership::Blocked(_)) {
            let is_there = world.members.iter().any(|it| it.id == record.id);
            prop_assert!(is_there, "{:?}", record);
        }
    }
    if keeps_all_programs {
        prop_assert!(before.programs.keys().all(|id| world.programs.contains_key(id)));
    }
}

#[property_test(config = thoroughly())]
fn an_incomplete_reading_takes_nothing_from_anybody(#[strategy = partial_scene()] scene: Scene) {
    let Scene { desired, mut world, seed } = scene;
    let before = reach(&world);
    let plan = world.look(&desired);
    world.apply(&plan, seed);
    let after = reach(&world);
    for (who, (_, had)) in before.into_iter().filter(|(_, (joined, _))| *joined) {
        let has = after.get(&who).filter(|(joined, _)| *joined);
        prop_assert!(has.is_some_and(|(_, has)| had.is_subset(has)), "{who}");
    }
}

#[property_test(config = thoroughly())]
fn nobody_who_is_unblocked_reaches_for_a_moment_what_they_do_not_keep(
    #[strategy = scene(damages(), rules())] scene: Scene,
    #[strategy = prop::collection::vec(some_fate(), 16)] fates: Vec<Fate>,
) {
    let Scene { desired, mut world, seed } = scene;
    let is_blocked = |it: &&SeenMember| matches!(it.membership, Membership::Blocked(_));
    let blocked: BTreeSet<_> =
        world.members.iter().filter(is_blocked).map(|it| it.email.clone()).collect();
    let plan = world.look(&desired);
    let mut aim = world.clone();
    aim.apply(&plan, seed);
    let aim = reach(&aim);
    let mut broken = Vec::new();
    let fate = |at: usize| fates[at % fates.len()];
    world.apply_with(&plan, seed, fate, |step, world| {
        for (who, (joined, has)) in reach(world) {
            let is_role = |it: &SeenMember| {
                it.email == who && matches!(it.membership, Membership::Active(Role::Master))
            };
            // A master reaches what a later phase deletes; so does whoever stays one.
            let is_master = world.members.iter().any(is_role);
            if joined && blocked.contains(&who) && !is_master {
                let may = aim.get(&who).map(|(_, may)| may.clone()).unwrap_or_default();
                let deleted = plan.steps.iter().filter_map(|step| {
                    let Action::DeleteProgram { id, .. } = &step.action else { return None };
                    Some(id.clone())
                });
                let may: BTreeSet<_> = may.into_iter().chain(deleted).collect();
                if !has.is_subset(&may) {
                    broken.push(format!("{who}: {step:?}"));
                }
            } else if joined && blocked.contains(&who) {
                let stays = desired.members.get(&who).is_some_and(|it| it.role == Role::Master);
                if !stays {
                    broken.push(format!("{who} as master: {step:?}"));
                }
            }
        }
    });
    prop_assert_eq!(broken, Vec::<String>::new());
}

/// `n` developers of one program, all there, and the first `gone` of them on no roster any more.
fn team(n: usize, gone: usize) -> (Desired, World) {
    let mut desired = Desired::default();
    desired.programs.insert(key("a"), program("a", "Alpha"));
    for at in 0..n {
        let mut one = member(PEOPLE[0], Role::Developer([key("a")].into()));
        one.email = format!("{at:05}@x.cn").parse().unwrap();
        desired.members.insert(one.email.clone(), one);
    }
    let world = matching(&desired, able());
    let leaving: Vec<_> = desired.members.keys().take(gone).cloned().collect();
    for who in leaving {
        desired.members.remove(&who);
    }
    (desired, world)
}

fn held(n: usize, gone: usize) -> Vec<Danger> {
    let (desired, world) = team(n, gone);
    judged(&world, &desired).1
}

#[test]
fn one_of_six_may_go_and_two_may_not() {
    assert_eq!(held(6, 1), []);
    let [Danger::RemoveMembers { of: 6, people, .. }] = &held(6, 2)[..] else { panic!() };
    assert_eq!(people.len(), 2);
    assert_eq!(held(8, 2), []);
    assert_eq!(held(2, 1), []);
    assert_eq!(held(7, 2).len(), 1);
}

#[test]
fn twenty_of_six_thousand_may_go_and_twenty_one_may_not() {
    assert_eq!(held(6_000, 20), []);
    let [Danger::RemoveMembers { of: 6_000, people, .. }] = &held(6_000, 21)[..] else { panic!() };
    assert_eq!(people.len(), 21);
}

#[test]
fn a_roster_that_is_emptied_is_held_whatever_its_size() {
    for n in 1..=9 {
        assert_eq!(held(n, n).len(), 1, "{n}");
    }
}

#[test]
fn a_roster_that_asks_for_nobody_any_more_is_held_however_few_it_asked_for() {
    let (mut desired, mut world) = team(40, 1);
    world.memory.rosters = ["partners", "team"].map(|name| name.parse().unwrap()).into();
    desired.rosters.insert("team".parse().unwrap());
    let [Danger::RemoveMembers { of: 40, emptied, people }] = &judged(&world, &desired).1[..]
    else {
        panic!()
    };
    assert_eq!(*emptied, ["partners".parse().unwrap()].into());
    assert_eq!(people.len(), 1);
    desired.rosters.insert("partners".parse().unwrap());
    assert_eq!(judged(&world, &desired).1, []);
    let (desired, mut world) = team(40, 0);
    world.memory.rosters = ["partners".parse().unwrap()].into();
    assert_eq!(judged(&world, &desired).1, []);
}

/// As [`team`], with `n_strangers` whom nobody manages.
fn among_strangers(n: usize, gone: usize, n_strangers: usize) -> Vec<Danger> {
    let (desired, mut world) = team(n, gone);
    for at in 0..n_strangers {
        put_record(&mut world, &format!("s{at}@x.cn"), Membership::Active(Role::Master));
        put_program(&mut world, &format!("Strange {at}"));
    }
    judged(&world, &desired).1
}

#[test]
fn strangers_are_no_reason_to_let_more_of_ours_go() {
    assert_eq!(among_strangers(8, 2, 0), []);
    for (n, gone) in [(1, 1), (5, 5), (6, 2), (20, 20)] {
        let [Danger::RemoveMembers { of, people, .. }] = &among_strangers(n, gone, 80)[..] else {
            panic!("{gone} of {n}")
        };
        assert_eq!((*of, people.len()), (n, gone));
    }
}

#[test]
fn who_is_there_whatever_the_manifests_say_makes_up_for_nobody() {
    let (mut desired, mut world) = team(1, 1);
    desired.members.insert(email(PEOPLE[2]), member(PEOPLE[2], Role::Master));
    put_record(&mut world, PEOPLE[2], Membership::Active(Role::Master));
    assert_eq!(judged(&world, &desired).1, []);
    world.rules.protected.insert(email(PEOPLE[2]));
    assert_eq!(judged(&world, &desired).1.len(), 1);
}

#[test]
fn whose_place_is_taken_or_whose_last_day_has_passed_goes_alone() {
    let (mut desired, mut world) = team(1, 1);
    desired.members.insert(email(PEOPLE[2]), member(PEOPLE[2], Role::Master));
    let (plan, dangers, _) = judged(&world, &desired);
    assert_eq!((plan.steps.len(), dangers), (2, vec![]));
    let (mut desired, _) = team(1, 0);
    for one in desired.members.values_mut() {
        one.until = Some(world.rules.today());
    }
    world.rules.now += SignedDuration::from_hours(24);
    let (plan, dangers, _) = judged(&world, &desired);
    assert_eq!((plan.steps.len(), dangers), (1, vec![]));
}

#[test]
fn the_only_program_is_not_deleted_unasked() {
    let (mut desired, world) = team(0, 0);
    desired.programs.clear();
    let [Danger::DeletePrograms { of: 1, programs }] = &judged(&world, &desired).1[..] else {
        panic!()
    };
    assert_eq!(*programs, [key("a")].into());
}

#[test]
fn with_a_limit_of_none_not_even_one_may_go() {
    let (desired, mut world) = team(6, 1);
    world.rules.policy.rails.removals.most = 0;
    assert_eq!(judged(&world, &desired).1.len(), 1);
}

/// Three programs of ours that no manifest names, beside `n` that are asked for.
fn with_old_programs(keep: &[&str]) -> (Desired, World) {
    let (desired, mut world) = team(1, 0);
    for (key_text, name) in [("y", "Beta"), ("z", "Gamma"), ("w", "Delta")] {
        let mut old = desired.clone();
        old.programs.insert(key(key_text), program(key_text, name));
        apply(&mut world, &old, &Damage::OldProgram(key_text, name));
    }
    world.rules.policy.rails.keep_programs = keep.iter().map(|text| key(text)).collect();
    (desired, world)
}

#[test]
fn deletions_have_the_same_limit() {
    let (desired, world) = with_old_programs(&[]);
    let [Danger::DeletePrograms { of: 4, programs }] = &judged(&world, &desired).1[..] else {
        panic!()
    };
    assert_eq!(*programs, [key("w"), key("y"), key("z")].into());
    let (desired, world) = with_old_programs(&["w"]);
    let [Danger::DeletePrograms { programs, .. }] = &judged(&world, &desired).1[..] else {
        panic!()
    };
    assert_eq!(programs.len(), 2);
    let (desired, world) = with_old_programs(&["w", "y"]);
    let (plan, dangers, _) = judged(&world, &desired);
    assert_eq!((plan.steps.len(), dangers), (1, vec![]));
}

/// These masters are there, and only the second of them is wanted as one.
fn masters(n: usize, wanted: usize) -> (Desired, World) {
    let (mut desired, mut world) = team(12, 0);
    for at in 0..n {
        let who: Email = format!("m{at}@x.cn").parse().unwrap();
        put_record(&mut world, who.as_str(), Membership::Active(Role::Master));
        world.memory.members.insert(who.clone(), Acquaintance::default());
        if at < wanted {
            let one = member(PEOPLE[0], Role::Master);
            desired.members.insert(who.clone(), minisync::model::Member { email: who, ..one });
        }
    }
    (desired, world)
}

#[test]
fn the_last_active_master_stays() {
    let (desired, world) = masters(2, 1);
    assert_eq!(judged(&world, &desired).1, []);
    let (desired, world) = masters(1, 0);
    let [Danger::FewerMasters { least: 1, left: 0, people }] = &judged(&world, &desired).1[..]
    else {
        panic!()
    };
    assert_eq!(*people, ["m0@x.cn".parse().unwrap()].into());
}

#[test]
fn an_invited_master_makes_up_for_nobody() {
    let (mut desired, world) = masters(1, 0);
    desired.members.insert(email(PEOPLE[2]), member(PEOPLE[2], Role::Master));
    assert_eq!(judged(&world, &desired).1.len(), 1);
}

#[test]
fn a_workspace_below_the_minimum_can_still_be_worked_on() {
    let (mut desired, mut world) = masters(1, 1);
    world.rules.policy.rails.least_masters = 3;
    desired.members.remove(&"00001@x.cn".parse().unwrap());
    let (plan, dangers, _) = judged(&world, &desired);
    assert_eq!((plan.steps.len(), dangers), (1, vec![]));
}

#[test]
fn who_could_invite_is_not_locked_out_even_where_no_master_is_asked_for() {
    let (desired, mut world) = masters(1, 0);
    world.rules.policy.rails.least_masters = 0;
    let (_, dangers, Footholds { before, after }) = judged(&world, &desired);
    let m0: Email = "m0@x.cn".parse().unwrap();
    let locked = Danger::LockOut { power: Power::Inviting, people: [m0.clone()].into() };
    assert_eq!(dangers, [locked]);
    assert_eq!(before.inviters, [m0, email(OWNER)].into());
    assert_eq!(after.inviters, [email(OWNER)].into());
}

#[test]
fn the_last_master_we_can_act_as_is_not_let_go_unseen() {
    let (desired, mut world) = masters(2, 1);
    let m1: Email = "m1@x.cn".parse().unwrap();
    world.rules.capabilities.acts_as = ActsAs::Only([m1.clone()].into());
    let (_, dangers, Footholds { before, after }) = judged(&world, &desired);
    let locked = Danger::LockOut { power: Power::Creating, people: [m1.clone()].into() };
    assert_eq!(dangers, [locked]);
    assert_eq!(before.creators, [m1, email(OWNER)].into());
    assert_eq!(after.creators, [email(OWNER)].into());
}

#[test]
fn a_workspace_that_shrank_keeps_what_is_left() {
    let shrunken = |members, programs| {
        let (desired, mut world) = team(4, 1);
        world.memory.reading = Some(Reading { at: Timestamp::UNIX_EPOCH, members, programs });
        judged(&world, &desired).1
    };
    // Four developers and the owner are there, and one program.
    assert_eq!(shrunken(10, 1), []);
    let [Danger::Shrunken { what: Counted::Members, was: 11, is: 5, held }] = &shrunken(11, 1)[..]
    else {
        panic!()
    };
    assert_eq!(held.len(), 1);
    assert_eq!(shrunken(5, 2), []);
    let [Danger::Shrunken { what: Counted::Programs, was: 3, is: 1, .. }] = &shrunken(5, 3)[..]
    else {
        panic!()
    };
    let (desired, mut world) = team(4, 0);
    world.memory.reading = Some(Reading { at: Timestamp::UNIX_EPOCH, members: 90, programs: 9 });
    assert_eq!(judged(&world, &desired).1, []);
}

#[test]
fn what_fell_unasked_is_still_missed_by_the_next_plan() {
    let kept = |gone, members, programs| {
        let (desired, mut world) = team(4, gone);
        world.memory.reading = Some(Reading { at: Timestamp::UNIX_EPOCH, members, programs });
        let (actual, _) = recognise(&world.seen(), &desired, &world.memory);
        let plan = plan(&desired, &actual, &world.rules);
        let Reading { at, members, programs } = baseline(&plan, &actual, world.rules.now);
        assert_eq!(at, world.rules.now);
        (members, programs)
    };
    // Nothing was to be taken, so nobody was asked.
    assert_eq!(kept(0, 11, 1), (11, 1));
    assert_eq!(kept(0, 10, 3), (5, 3));
    // Somebody was asked; and what went by this plan is no fall.
    assert_eq!(kept(1, 11, 3), (4, 1));
    assert_eq!(kept(1, 5, 1), (4, 1));
    // It has grown.
    assert_eq!(kept(0, 2, 0), (5, 1));
}

#[test]
fn whoever_is_blocked_or_has_less_counts_like_whoever_is_removed() {
    let (mut desired, mut world) = team(6, 0);
    let mut ids = desired.members.keys().cloned().collect::<Vec<_>>().into_iter();
    let (first, second) = (ids.next().unwrap(), ids.next().unwrap());
    desired.members.get_mut(&first).unwrap().blocked = true;
    for record in world.members.iter_mut().filter(|it| it.email == second) {
        record.membership = Membership::Active(Role::Master);
    }
    world.rules.policy.rails.least_masters = 0;
    let dangers = judged(&world, &desired).1;
    let Danger::RemoveMembers { of: 6, people, .. } = &dangers[0] else { panic!() };
    assert_eq!(*people, [first, second].into());
}

#[test]
fn an_active_member_who_is_invited_afresh_loses_access_until_they_accept() {
    let (mut desired, mut world) = team(6, 0);
    world.rules.capabilities.changes_roles = false;
    for one in desired.members.values_mut().take(2) {
        one.role = Role::Master;
    }
    let dangers = judged(&world, &desired).1;
    let [Danger::RemoveMembers { of: 6, people, .. }] = &dangers[..] else { panic!() };
    assert_eq!(people.len(), 2);
}
