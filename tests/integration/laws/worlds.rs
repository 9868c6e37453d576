//! Worlds that touch: the actual one is made by damaging the desired one.

use super::{
    manifests::{
        KEYS, NAMES, OLD, OWNER, PEOPLE, PREVIOUS, STRANGER, desired, email, key, program, tag,
        translation,
    },
    platform::{as_seen, pending},
    world::{Unseen, World},
};
use jiff::{SignedDuration, Timestamp};
use minisync::{
    model::{
        Acquaintance, Desired, Digest, Invitation, MemberId, Membership, ProgramId, ProgramKey,
        ReleaseTarget, Role, SeenMember, SeenProgram,
    },
    plan::{ActsAs, Capabilities, InvitationPolicy, OnEnd, Policy, Rules},
};
use proptest::{collection::vec, prelude::*, sample::select};
use std::collections::BTreeSet;

/// Where somebody is found instead of where they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Gone,
    Pending,
    Expired,
    Refused,
    Withdrawn,
    Active,
    Blocked,
    Left,
    Unknown,
}

/// As what somebody is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    Asked,
    Master,
    /// A developer of these and of what was asked.
    More(u8),
    Developer(u8),
}

#[derive(Debug, Clone)]
pub(super) enum Damage {
    ForgetProgram(&'static str),
    LoseProgram(&'static str),
    NeverMade(&'static str),
    Rename(&'static str, &'static str),
    Edit(&'static str, u8),
    StrangeProgram(&'static str),
    OldProgram(&'static str, &'static str),
    Move(&'static str, Place, As),
    Remember(&'static str),
    ForgetMember(&'static str),
    /// So many invitations have been sent for what is asked now.
    Sent(&'static str, u32),
    MailBack(&'static str),
    /// A withdrawn invitation, from before.
    History(&'static str),
    /// The platform takes no more than so many invitations now.
    FewInvitations(u32),
    // From here on, who is who is doubtful.
    Twin(&'static str),
    Double(&'static str, Place),
}

fn some_place() -> impl Strategy<Value = Place> {
    prop_oneof![
        1 => Just(Place::Gone),
        3 => Just(Place::Pending),
        4 => Just(Place::Expired),
        1 => Just(Place::Refused),
        1 => Just(Place::Withdrawn),
        5 => Just(Place::Active),
        1 => Just(Place::Blocked),
        1 => Just(Place::Left),
    ]
}

fn some_role() -> impl Strategy<Value = As> {
    prop_oneof![
        2 => Just(As::Asked),
        1 => Just(As::Master),
        2 => (0u8..32).prop_map(As::More),
        2 => (0u8..6).prop_map(|at| As::Developer(1 << at)),
        1 => (1u8..32).prop_map(As::Developer),
    ]
}

/// Anybody, the stranger among them.
fn anybody() -> impl Strategy<Value = &'static str> {
    select([PEOPLE.as_slice(), &[STRANGER, PREVIOUS]].concat())
}

/// Whatever people and other tools may have done: to every program, to every person, and beside
/// them.
pub(super) fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let programs = KEYS.map(|key| {
        let damage = prop_oneof![
            1 => Just(Damage::ForgetProgram(key)),
            1 => Just(Damage::LoseProgram(key)),
            2 => Just(Damage::NeverMade(key)),
            2 => select(&NAMES[..]).prop_map(move |name| Damage::Rename(key, name)),
            3 => (0u8..12).prop_map(move |field| Damage::Edit(key, field)),
        ];
        prop::option::weighted(0.4, damage).boxed()
    });
    let beside = prop_oneof![
        2 => select(&NAMES[..]).prop_map(Damage::StrangeProgram),
        3 => (select(&OLD[..]), select(&NAMES[..]))
            .prop_map(|(key, name)| Damage::OldProgram(key, name)),
    ];
    let people = [PEOPLE[0], PEOPLE[1], PEOPLE[2], PEOPLE[3], PREVIOUS, STRANGER].map(|who| {
        let moved = (some_place(), some_role());
        prop::option::weighted(
            0.55,
            moved.prop_map(move |(place, role)| Damage::Move(who, place, role)),
        )
        .boxed()
    });
    let memories = prop_oneof![
        2 => Just(Damage::Remember(STRANGER)),
        2 => Just(Damage::Remember(PREVIOUS)),
        3 => (anybody(), 1u32..5).prop_map(|(who, sends)| Damage::Sent(who, sends)),
        4 => anybody().prop_map(Damage::MailBack),
        2 => anybody().prop_map(Damage::ForgetMember),
        1 => anybody().prop_map(Damage::History),
    ];
    (programs, vec(beside.boxed(), 0..4), people, vec(memories.boxed(), 0..5)).prop_map(
        |(programs, beside, people, memories)| {
            let programs = programs.into_iter().flatten().chain(beside);
            programs.chain(people.into_iter().flatten()).chain(memories).collect()
        },
    )
}

/// Also what makes identities doubtful.
pub(super) fn odd_damages() -> impl Strategy<Value = Vec<Damage>> {
    let odd = prop_oneof![
        1 => select(&KEYS[..]).prop_map(Damage::Twin),
        1 => (0u32..3).prop_map(Damage::FewInvitations),
        1 => (anybody(), select(vec![Place::Pending, Place::Active, Place::Blocked]))
            .prop_map(|(who, place)| Damage::Double(who, place)),
        1 => anybody().prop_map(|who| Damage::Move(who, Place::Unknown, As::Asked)),
    ];
    (damages().boxed(), vec(odd.boxed(), 0..3)).prop_map(|(damages, odd)| [damages, odd].concat())
}

pub(super) fn capabilities() -> impl Strategy<Value = Capabilities> {
    let can = || prop::bool::weighted(0.75);
    let acts_as = prop_oneof![
        2 => Just(ActsAs::Anyone),
        1 => proptest::sample::subsequence(&PEOPLE[2..], 0..=2)
            .prop_map(|whom| ActsAs::Only(whom.into_iter().map(email).collect())),
    ];
    let resends = prop::bool::weighted(0.5);
    ([can(), can(), can(), resends, can(), can()], acts_as).prop_map(
        |(
            [creates_programs, deletes_programs, changes_roles, resends, withdraws, blocks],
            acts_as,
        )| {
            Capabilities {
                creates_programs,
                deletes_programs,
                changes_roles,
                resends,
                withdraws,
                blocks,
                acts_as,
            }
        },
    )
}

/// The owner is protected, and sometimes somebody on the roster, as whom we act.
pub(super) fn rules() -> impl Strategy<Value = Rules> {
    let caller = prop::option::weighted(0.3, select(&PEOPLE[..]));
    let again = prop::option::weighted(0.1, select(&PEOPLE[..]));
    let hours = select(vec![0, 3]);
    (capabilities(), some_policy(), caller, again, hours).prop_map(
        |(capabilities, policy, caller, again, hours)| Rules {
            capabilities,
            policy,
            protected: [OWNER].into_iter().chain(caller).map(email).collect(),
            again: again.into_iter().map(email).collect(),
            now: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours),
            own: None,
        },
    )
}

fn some_policy() -> impl Strategy<Value = Policy> {
    let on_end = || select(vec![OnEnd::Report, OnEnd::AskAgain, OnEnd::AskAgain]);
    let hours = select(vec![0, 1, 4]);
    (any::<bool>(), [on_end(), on_end(), on_end()], 0u32..4, hours).prop_map(
        |(prune, [on_expired, on_refused, who_left], max_resends, hours)| {
            let invitations = InvitationPolicy {
                on_expired,
                max_resends,
                resend_after: SignedDuration::from_hours(hours),
                on_refused,
                ..InvitationPolicy::default()
            };
            Policy { prune, invitations, who_left, ..Policy::default() }
        },
    )
}

/// Never tired of sending invitations again: whether to is another law's business.
fn policy(prune: bool) -> Policy {
    let invitations = InvitationPolicy {
        max_resends: u32::MAX,
        resend_after: SignedDuration::ZERO,
        ..InvitationPolicy::default()
    };
    Policy { prune, invitations, ..Policy::default() }
}

/// A platform that can do everything, and leave to use it.
pub(super) fn able() -> Rules {
    Rules {
        capabilities: Capabilities::default(),
        policy: policy(true),
        protected: [email(OWNER)].into(),
        ..Rules::default()
    }
}

#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) desired: Desired,
    pub(super) world: World,
    pub(super) seed: u64,
}

pub(super) fn scene(
    damages: impl Strategy<Value = Vec<Damage>> + 'static,
    rules: impl Strategy<Value = Rules> + 'static,
) -> impl Strategy<Value = Scene> {
    (desired().boxed(), damages.boxed(), rules.boxed(), any::<u64>()).prop_map(
        |(desired, damages, rules, seed)| {
            let mut world = matching(&desired, rules);
            for damage in &damages {
                apply(&mut world, &desired, damage);
            }
            Scene { desired, world, seed }
        },
    )
}

/// A reading with holes in it.
pub(super) fn partial_scene() -> impl Strategy<Value = Scene> {
    (scene(odd_damages(), rules()).boxed(), any::<u64>()).prop_map(|(mut scene, holes)| {
        let is_hole = |at: usize| holes & (1 << at) != 0 && holes & (1 << (at + 20)) != 0;
        let programs = scene.world.programs.keys().enumerate().filter(|(at, _)| is_hole(*at));
        let members = scene.world.members.iter().enumerate().filter(|(at, _)| is_hole(*at + 8));
        scene.world.unseen = Unseen {
            programs: programs.map(|(_, id)| id.clone()).collect(),
            members: members.map(|(_, member)| member.id.clone()).collect(),
            is_partial: true,
        };
        scene
    })
}

/// The platform as the manifests ask for it, all of it ours.
pub(super) fn matching(desired: &Desired, rules: Rules) -> World {
    let mut world = World { rules, ..World::default() };
    let owner = Membership::Active(Role::Owner);
    put_record(&mut world, OWNER, owner);
    for (key, program) in &desired.programs {
        let id = ProgramId::new(format!("p-{key}"));
        let revision = world.revision();
        world.programs.insert(id.clone(), as_seen(program, id.clone(), revision));
        world.memory.programs.insert(key.clone(), id);
    }
    for (address, member) in &desired.members {
        let role = asked(&world, &member.role);
        let membership =
            if member.blocked { Membership::Blocked(role) } else { Membership::Active(role) };
        put_record(&mut world, address.as_str(), membership);
        world.memory.members.insert(address.clone(), Acquaintance::default());
    }
    world
}

fn asked(world: &World, role: &Role<ProgramKey>) -> Role<ProgramId> {
    match role {
        Role::Owner => Role::Owner,
        Role::Master => Role::Master,
        Role::Developer(keys) => Role::Developer(
            keys.iter()
                .filter_map(|key| world.memory.programs.get(key))
                .filter(|id| world.programs.contains_key(id))
                .cloned()
                .collect(),
        ),
    }
}

pub(super) fn put_record(world: &mut World, address: &str, membership: Membership<ProgramId>) {
    let revision = world.revision();
    world.members.push(SeenMember {
        id: MemberId::new(format!("m-{}", revision.as_str())),
        revision,
        name: address.to_uppercase(),
        email: email(address),
        membership,
        history: minisync::model::History::default(),
        undelivered: None,
    });
}

pub(super) fn put_program(world: &mut World, name: &str) -> ProgramId {
    let revision = world.revision();
    let id = ProgramId::new(format!("p-{}", revision.as_str()));
    let seen = as_seen(&program("x", name), id.clone(), revision);
    world.programs.insert(id.clone(), seen);
    id
}

pub(super) fn apply(world: &mut World, desired: &Desired, damage: &Damage) {
    match damage {
        Damage::ForgetProgram(key_text) => {
            world.memory.programs.remove(&key(key_text));
        }
        Damage::ForgetMember(who) => {
            world.memory.members.remove(&email(who));
        }
        Damage::Remember(who) => {
            world.memory.members.insert(email(who), Acquaintance::default());
        }
        Damage::FewInvitations(left) => world.allowance = Some(*left),
        Damage::Sent(who, sends) => {
            let acquaintance = Acquaintance { sends: *sends, wish: None };
            world.memory.members.insert(email(who), acquaintance);
        }
        Damage::MailBack(who) => {
            for member in world.members.iter_mut().filter(|it| it.email == email(who)) {
                member.undelivered = Some("no such mailbox".into());
            }
        }
        Damage::LoseProgram(key_text) => {
            if let Some(id) = world.memory.programs.get(&key(key_text)).cloned() {
                world.delete(&id);
            }
        }
        Damage::NeverMade(key_text) => {
            if let Some(id) = world.memory.programs.remove(&key(key_text)) {
                world.delete(&id);
            }
        }
        Damage::Rename(key_text, name) if !world.has_name(name) => {
            change(world, key_text, |program| program.name = (*name).into());
        }
        Damage::Edit(key_text, field) => change(world, key_text, |seen| edit(seen, *field)),
        Damage::StrangeProgram(name) if !world.has_name(name) => {
            put_program(world, name);
        }
        Damage::OldProgram(key_text, name) if !world.has_name(name) => {
            let id = put_program(world, name);
            world.memory.programs.insert(key(key_text), id);
        }
        Damage::Rename(..) | Damage::StrangeProgram(_) | Damage::OldProgram(..) => {}
        Damage::Move(who, place, role) => {
            world.members.retain(|member| member.email != email(who));
            add(world, desired, who, *place, *role);
        }
        Damage::History(who) => add(world, desired, who, Place::Withdrawn, As::Master),
        // A platform that keeps lapsed invitations apart from live ones lets nobody have both.
        Damage::Double(who, place) if !has_lapsed(world, who) => {
            add(world, desired, who, *place, As::Master);
        }
        Damage::Double(..) => {}
        Damage::Twin(key_text) => {
            if let Some(wanted) = desired.programs.get(&key(key_text)) {
                put_program(world, &wanted.name);
            }
        }
    }
}

fn has_lapsed(world: &World, who: &str) -> bool {
    world.records(&email(who)).any(|it| {
        matches!(
            it.membership,
            Membership::Invited(_, Invitation::Expired { .. } | Invitation::Refused)
                | Membership::Left(_)
        )
    })
}

fn change(world: &mut World, key_text: &str, edit: impl Fn(&mut SeenProgram)) {
    let revision = world.revision();
    let id = world.memory.programs.get(&key(key_text)).cloned();
    if let Some(program) = id.and_then(|id| world.programs.get_mut(&id)) {
        edit(program);
        program.revision = revision;
    }
}

fn edit(program: &mut SeenProgram, field: u8) {
    let other = || "something else".to_owned();
    match (field, &mut program.listing) {
        (0, _) => program.release_to = [ReleaseTarget::AlipayCn].into(),
        (1, _) => program.release_to = BTreeSet::new(),
        (2, _) => program.listing = None,
        (3, _) => {
            program.languages.remove(&tag("ja"));
        }
        (4, _) => {
            program.languages.insert(tag("ja"), translation(1));
        }
        (5, _) => {
            program.default_language = tag("en-US");
            program.languages.remove(&tag("en-US"));
        }
        (6, Some(listing)) => listing.tagline = other(),
        (7, Some(listing)) => listing.description = other(),
        (8, Some(listing)) => listing.logo = Digest::new("something else"),
        (9, Some(listing)) => listing.industry = other(),
        (10, Some(listing)) => listing.phone = other(),
        (_, Some(listing)) => listing.email = other(),
        (_, None) => {}
    }
}

fn add(world: &mut World, desired: &Desired, who: &str, place: Place, found_as: As) {
    let wanted = desired.members.get(&email(who)).map(|member| asked(world, &member.role));
    let ids = |bits: u8| -> BTreeSet<_> {
        let ids = world.programs.keys().enumerate();
        ids.filter(|(at, _)| bits & (1 << at) != 0).map(|(_, id)| id.clone()).collect()
    };
    let role = match (found_as, wanted) {
        (As::Asked, Some(role)) | (As::More(_), Some(role @ (Role::Owner | Role::Master))) => role,
        (As::Asked | As::Master, _) => Role::Master,
        (As::More(bits), Some(Role::Developer(asked))) => {
            Role::Developer(asked.union(&ids(bits)).cloned().collect())
        }
        (As::More(bits) | As::Developer(bits), _) => Role::Developer(ids(bits)),
    };
    // Nobody is a developer of nothing.
    let role = if role == Role::Developer(BTreeSet::new()) { Role::Master } else { role };
    let membership = match place {
        Place::Gone => return,
        Place::Pending => Membership::Invited(role, pending()),
        Place::Expired => {
            Membership::Invited(role, Invitation::Expired { since: Timestamp::UNIX_EPOCH })
        }
        Place::Refused => Membership::Invited(role, Invitation::Refused),
        Place::Withdrawn => Membership::Invited(role, Invitation::Withdrawn),
        Place::Active => Membership::Active(role),
        Place::Blocked => Membership::Blocked(role),
        Place::Left => Membership::Left(role),
        Place::Unknown => Membership::Unrecognised("on-leave".into()),
    };
    put_record(world, who, membership);
}
