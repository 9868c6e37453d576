//! What holds in every world that requests can make, whatever they are and in whatever order.

use super::scene::{Scene, assign, edit, ids, listing, person, program, rename, step};
use jiff::{SignedDuration, Timestamp};
use minisync::{
    platform::sandbox::{MemberStatus, NewProgram, Role},
    sandbox::world::{Act, Member, Move, Program, Workspace},
};
use proptest::{
    prelude::*, property_test, sample::select, strategy::ValueTree as _, test_runner::RngAlgorithm,
};
use std::collections::{BTreeMap, BTreeSet};

/// Names from small alphabets, and ids (`p#5`, `m#5`) that stand for one of those there are, so
/// that requests meet each other.
#[derive(Debug, Clone)]
struct Asked {
    /// `None`: whoever may most likely do it.
    who: Option<&'static str>,
    act: Act,
    hours: i64,
}

const PEOPLE: [&str; 5] = ["owner", "mei", "lin", "wu", "yan"];
const NAMES: [&str; 3] = ["Coffee", "Tea", "Juice"];

fn some_program() -> impl Strategy<Value = String> {
    prop_oneof![9 => (0..9_u64).prop_map(|nth| format!("p#{nth}")), 1 => Just("p99".to_owned())]
}

fn some_member() -> impl Strategy<Value = String> {
    prop_oneof![9 => (0..9_u64).prop_map(|nth| format!("m#{nth}")), 1 => Just("m99".to_owned())]
}

fn some_programs() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(some_program(), 0..3)
}

fn some_role() -> impl Strategy<Value = Role> {
    prop_oneof![1 => Just(Role::Owner), 4 => Just(Role::Master), 8 => Just(Role::Developer)]
}

fn some_new_program() -> impl Strategy<Value = NewProgram> {
    (select(&NAMES), any::<bool>(), 0..20_u8, select(&["zh-CN", "en-US"])).prop_map(
        |(name, is_listed, n, language)| NewProgram {
            // Often one of few names, sometimes one of many, to come near the limit.
            name: if n < 10 { name.to_owned() } else { format!("{name} {n}") },
            release_to: if n.is_multiple_of(4) { ids(&[]) } else { ids(&["alipay-cn"]) },
            default_language: language.to_owned(),
            listing: is_listed.then(listing),
            ..program(name)
        },
    )
}

fn some_act() -> impl Strategy<Value = Act> {
    let role = || (some_role(), some_programs());
    prop_oneof![
        4 => some_new_program().prop_map(Act::CreateProgram),
        1 => (some_program(), select(&NAMES)).prop_map(|(id, name)| rename(&id, name)),
        1 => (some_program(), any::<bool>()).prop_map(|(id, to)| {
            let targets = if to { ids(&["alipay-cn"]) } else { ids(&[]) };
            edit(&id, |patch| patch.release_to = Some(targets))
        }),
        2 => some_program().prop_map(|id| Act::DeleteProgram { id }),
        4 => (select(&PEOPLE), role()).prop_map(|(who, (role, programs))| {
            let programs: Vec<_> = programs.iter().map(String::as_str).collect();
            Act::Invite(person(who, role, &programs))
        }),
        2 => (some_member(), select(&PEOPLE), role()).prop_map(|(id, who, (role, programs))| {
            let programs: Vec<_> = programs.iter().map(String::as_str).collect();
            Act::Reinvite { id, new: person(who, role, &programs) }
        }),
        2 => (some_member(), role()).prop_map(|(id, (role, programs))| {
            let programs: Vec<_> = programs.iter().map(String::as_str).collect();
            assign(&id, role, &programs)
        }),
        1 => some_member().prop_map(|id| Act::RemoveMember { id }),
        6 => (some_member(), select(&Move::ALL)).prop_map(|(id, to)| step(&id, to)),
    ]
}

fn some_request() -> impl Strategy<Value = Asked> {
    let anybody = prop_oneof![9 => select(&PEOPLE), 1 => Just("operator")];
    let who = prop_oneof![3 => Just(None), 1 => anybody.prop_map(Some)];
    // Mostly at once, sometimes after an invitation has run out.
    let hours = prop_oneof![12 => Just(0), 1 => Just(73)];
    (who, some_act(), hours).prop_map(|(who, act, hours)| Asked { who, act, hours })
}

fn some_requests() -> impl Strategy<Value = Vec<Asked>> {
    proptest::collection::vec(some_request(), 1..80)
}

fn thoroughly() -> ProptestConfig {
    ProptestConfig {
        cases: 500,
        rng_algorithm: RngAlgorithm::XorShift,
        ..ProptestConfig::default()
    }
}

/// A scene with a logo and some programs, so that more requests are granted and limits are near.
fn beginning() -> Scene {
    let mut scene = Scene::empty();
    let (bytes, digest) = super::scene::logo();
    scene.must("owner", Act::PutLogo { digest, bytes });
    for n in 0..6 {
        let release_to = ids(&["alipay-cn"]);
        let milk = NewProgram { release_to, ..program(&format!("Milk {n}")) };
        scene.must("owner", Act::CreateProgram(milk));
    }
    scene
}

fn acme(scene: &Scene) -> &Workspace {
    scene.world.workspaces().next().unwrap()
}

impl Asked {
    /// Asks, and says whether it was granted.
    fn ask(self, scene: &mut Scene) -> bool {
        let Self { who, mut act, hours } = self;
        scene.now += SignedDuration::from_hours(hours);
        let programs: Vec<_> = acme(scene).programs().map(|it| it.no.to_string()).collect();
        let members: Vec<_> = acme(scene).members().map(|it| it.no.to_string()).collect();
        let some = |id: &str| match id.split_once('#') {
            None => id.to_owned(),
            Some(("m", nth)) => members[nth.parse::<usize>().unwrap() % members.len()].clone(),
            Some((_, _)) if programs.is_empty() => "p98".to_owned(),
            Some((_, nth)) => programs[nth.parse::<usize>().unwrap() % programs.len()].clone(),
        };
        let all = |ids: &BTreeSet<String>| ids.iter().map(|id| some(id)).collect();
        match &mut act {
            Act::CreateProgram(_) | Act::PutLogo { .. } => {}
            Act::EditProgram { id, .. } | Act::DeleteProgram { id } => *id = some(id),
            Act::Invite(new) => new.programs = all(&new.programs),
            Act::Reinvite { id, new } => {
                *id = some(id);
                new.programs = all(&new.programs);
            }
            Act::EditMember { id, patch } => {
                *id = some(id);
                patch.programs = all(&patch.programs);
            }
            Act::RemoveMember { id } | Act::Move { id, .. } => *id = some(id),
        }
        let who = who.map_or_else(|| likely(scene, &act), str::to_owned);
        scene.ask(&who, act).is_ok()
    }
}

fn likely(scene: &Scene, act: &Act) -> String {
    if let Act::Move { id, to: Move::Accept | Move::Refuse | Move::Leave } = act
        && let Some(invitee) = acme(scene).members().find(|it| it.no.to_string() == *id)
    {
        return invitee.name.clone();
    }
    "owner".to_owned()
}

/// Every invariant that does not hold, told from what the API shows.
fn broken(workspace: &Workspace, now: Timestamp) -> Vec<String> {
    let programs: Vec<_> = workspace.programs().map(Program::to_wire).collect();
    let members: Vec<_> = workspace.members().map(|member| member.to_wire(now)).collect();
    let mut broken = Vec::new();
    let mut must = |holds: bool, what: String| {
        if !holds {
            broken.push(what);
        }
    };
    let owners: Vec<_> = members.iter().filter(|member| member.role == Role::Owner).collect();
    must(owners.len() == 1, format!("{} owners", owners.len()));
    must(owners.iter().all(|it| it.status == MemberStatus::Active), "the owner is out".into());
    let addresses: BTreeSet<_> = members.iter().map(|member| &member.email).collect();
    must(addresses.len() == members.len(), "an address is there twice".into());
    let names: BTreeSet<_> = programs.iter().map(|program| &program.name).collect();
    must(names.len() == programs.len(), "a name is there twice".into());
    let released = programs.iter().filter(|it| it.release_to.contains("alipay-cn")).count();
    must(released <= 10, format!("{released} released"));
    let known: BTreeSet<_> = programs.iter().map(|program| &program.id).collect();
    for member in &members {
        let is_live = !matches!(
            member.status,
            MemberStatus::Refused | MemberStatus::Withdrawn | MemberStatus::Left
        );
        let is_developer = member.role == Role::Developer;
        let email = &member.email;
        must(is_developer || member.programs.is_empty(), format!("{email} needs no programs"));
        must(!is_live || !is_developer || !member.programs.is_empty(), format!("{email} idles"));
        must(member.programs.iter().all(|id| known.contains(id)), format!("{email}: gone"));
        must(member.revision <= workspace.revision() + 1, format!("{email} is ahead"));
    }
    broken
}

#[property_test(config = thoroughly())]
fn no_requests_break_what_always_holds(#[strategy = some_requests()] requests: Vec<Asked>) {
    let mut scene = beginning();
    for request in requests {
        let asked = format!("{request:?}");
        if request.ask(&mut scene) {
            prop_assert_eq!(broken(acme(&scene), scene.now), Vec::<String>::new(), "{}", asked);
        }
    }
}

/// Revisions by id: what is looked at, as it looks.
fn looks(scene: &Scene) -> BTreeMap<String, (u64, String)> {
    let now = scene.now;
    let programs = acme(scene).programs().map(Program::to_wire);
    let members = acme(scene).members().map(|member| member.to_wire(now));
    let programs = programs.map(|it| (it.id.clone(), (it.revision, format!("{it:?}"))));
    programs.chain(members.map(|it| (it.id.clone(), (it.revision, format!("{it:?}"))))).collect()
}

#[property_test(config = thoroughly())]
fn what_looks_different_has_another_revision_and_no_id_is_used_twice(
    #[strategy = some_requests()] requests: Vec<Asked>,
) {
    let mut scene = beginning();
    let mut seen: BTreeMap<(String, u64), String> = BTreeMap::new();
    let mut gone: BTreeSet<String> = BTreeSet::new();
    let mut before = looks(&scene);
    for request in requests {
        let (revision, hours) = (acme(&scene).revision(), request.hours);
        let changed = request.ask(&mut scene) && acme(&scene).revision() != revision;
        let after = looks(&scene);
        prop_assert!(changed || hours > 0 || after == before);
        gone.extend(before.keys().filter(|id| !after.contains_key(*id)).cloned());
        for (id, (revision, look)) in &after {
            prop_assert!(!gone.contains(id), "{} is back", id);
            let known = seen.entry((id.clone(), *revision)).or_insert_with(|| look.clone());
            prop_assert_eq!(&*known, look);
        }
        before = after;
    }
}

#[property_test(config = thoroughly())]
fn what_is_written_down_is_read_back(#[strategy = some_requests()] requests: Vec<Asked>) {
    let mut scene = beginning();
    for request in requests {
        request.ask(&mut scene);
    }
    for program in acme(&scene).programs() {
        prop_assert_eq!(&Program::from_wire(program.to_wire()).unwrap(), program);
    }
    for member in acme(&scene).members() {
        prop_assert_eq!(&Member::from_wire(member.to_wire(Timestamp::MIN)).unwrap(), member);
    }
}

/// Otherwise the laws above would hold for want of anything happening.
#[test]
fn the_requests_reach_every_state() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached = BTreeSet::new();
    let mut most_released = 0;
    for _ in 0..200 {
        let mut scene = beginning();
        for request in some_requests().new_tree(&mut runner).unwrap().current() {
            request.ask(&mut scene);
        }
        let now = scene.now;
        reached.extend(acme(&scene).members().map(|it| format!("{:?}", it.to_wire(now).status)));
        let listed = acme(&scene).programs();
        most_released = most_released.max(listed.filter(|it| !it.release_to.is_empty()).count());
    }
    let all = ["Active", "Blocked", "Expired", "Invited", "Left", "Refused", "Withdrawn"];
    assert_eq!(reached.iter().map(String::as_str).collect::<Vec<_>>(), all);
    assert_eq!(most_released, 10);
}
