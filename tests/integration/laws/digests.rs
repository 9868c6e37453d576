//! A step's digest tells every part of it, and nothing else.

use super::{
    manifests::{email, key, listing, program, tag, translation},
    thoroughly,
    worlds::{Scene, odd_damages, rules, scene},
};
use minisync::{
    model::{
        Digest, Email, Listing, Logo, LogoFormat, MemberId, MiniProgram, ProgramId, ProgramRef,
        ReleaseTarget, Revision, Role, Translation,
    },
    plan::{Action, Fingerprint, Plan, ProgramChange, Reason, Step},
};
use proptest::{prelude::*, property_test};
use std::collections::{BTreeMap, BTreeSet};

fn step(action: Action) -> Step {
    Step { action, reason: Reason::Missing, against: Fingerprint::Absent }
}

/// No two of these steps are told alike, alone or as a plan.
fn all_differ(steps: impl IntoIterator<Item = Step>) {
    let (mut of_steps, mut of_plans) = (BTreeMap::new(), BTreeMap::new());
    for step in steps {
        let plan = Plan { steps: vec![step.clone()], notes: Vec::new() };
        assert_eq!(of_plans.insert(plan.digest(), step.clone()), None, "{step:?}");
        assert_eq!(of_steps.insert(step.digest(), step.clone()), None, "{step:?}");
    }
}

fn roles() -> [Role<ProgramRef>; 9] {
    let existing = |key_text: Option<&str>, id: &str| ProgramRef::Existing {
        key: key_text.map(key),
        id: ProgramId::new(id),
    };
    let developers = [
        vec![existing(None, "p1")],
        vec![existing(None, "p2")],
        vec![existing(Some("a"), "p1")],
        vec![existing(Some("b"), "p1")],
        vec![existing(Some("a"), "p1"), existing(None, "p2")],
        vec![ProgramRef::New(key("a"))],
        vec![ProgramRef::New(key("b"))],
    ];
    let [a, b, c, d, e, f, g] = developers.map(|it| Role::Developer(it.into_iter().collect()));
    [Role::Owner, Role::Master, a, b, c, d, e, f, g]
}

/// Whom a step is about.
fn about() -> Vec<(Email, MemberId)> {
    let pairs = [("d@x.cn", "m1"), ("e@x.cn", "m1"), ("d@x.cn", "m2")];
    pairs.map(|(who, id)| (email(who), MemberId::new(id))).into()
}

#[test]
fn whom_a_step_is_about() {
    let actions: [fn(_, _) -> Action; 6] = [
        |email, id| Action::AdoptMember { email, id },
        |email, id| Action::Resend { email, id },
        |email, id| Action::Withdraw { email, id, moved_to: None },
        |email, id| Action::Block { email, id },
        |email, id| Action::Unblock { email, id },
        |email, id| Action::Remove { email, id, moved_to: None },
    ];
    all_differ(
        actions
            .into_iter()
            .flat_map(|action| about().into_iter().map(move |(email, id)| step(action(email, id)))),
    );
}

#[test]
fn where_somebody_has_moved_to() {
    let moved_to = [None, Some(email("a@example.com")), Some(email("b@example.com"))];
    all_differ(moved_to.into_iter().flat_map(|moved_to| {
        let (email, id, to) = (email("lin@example.com"), MemberId::new("m1"), moved_to.clone());
        let withdraw = Action::Withdraw { email: email.clone(), id: id.clone(), moved_to };
        [withdraw, Action::Remove { email, id, moved_to: to }].map(step)
    }));
}

#[test]
fn what_a_step_gives_to_whom() {
    let mut actions = Vec::new();
    for ((email, id), role) in
        about().into_iter().flat_map(|it| roles().map(|role| (it.clone(), role)))
    {
        for name in ["Lin", "Mei"].map(str::to_owned) {
            if id.as_str() == "m1" {
                let (email, role, name) = (email.clone(), role.clone(), name.clone());
                actions.push(Action::Invite { email, name, role });
            }
            let (email, id, role) = (email.clone(), id.clone(), role.clone());
            actions.push(Action::Reinvite { email, id, name, role });
        }
        for (to, before_unblock) in
            roles().into_iter().flat_map(|to| [(to.clone(), false), (to, true)])
        {
            let (email, id, from) = (email.clone(), id.clone(), role.clone());
            actions.push(Action::ChangeRole { email, id, from, to, before_unblock });
        }
    }
    all_differ(actions.into_iter().map(step));
}

fn with(change: impl FnOnce(&mut MiniProgram)) -> MiniProgram {
    let mut changed = program("a", "Alpha");
    changed.listing = Some(listing(0));
    change(&mut changed);
    changed
}

fn with_listing(change: impl FnOnce(&mut Listing)) -> MiniProgram {
    with(|it| change(it.listing.as_mut().unwrap()))
}

fn words(name: &str, tagline: &str, description: &str) -> Translation {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Translation { name: text(name), tagline: text(tagline), description: text(description) }
}

#[test]
fn every_part_of_a_new_program() {
    let translated =
        |tag_text: &str, words| with(|it| drop(it.languages.insert(tag(tag_text), words)));
    let programs = [
        with(|_| {}),
        with(|it| it.key = key("b")),
        with(|it| it.name = "Beta".into()),
        with(|it| it.release_to = [ReleaseTarget::AlipayCn].into()),
        with(|it| it.default_language = tag("ja")),
        with(|it| it.created_by = Some(email("m@x.cn"))),
        with(|it| it.created_by = Some(email("n@x.cn"))),
        with(|it| it.listing = None),
        with_listing(|it| it.tagline.push('.')),
        with_listing(|it| it.description.push('.')),
        with_listing(|it| it.logo.digest = Digest::new("other")),
        with_listing(|it| it.logo.format = LogoFormat::Jpeg),
        with_listing(|it| it.industry.push('.')),
        with_listing(|it| it.customer_service.phone.push('0')),
        with_listing(|it| it.customer_service.email = email("d@x.cn")),
        translated("ja", translation(1)),
        translated("en-US", translation(1)),
        translated("en-US", translation(2)),
        translated("en-US", words("", "name 1", "")),
        translated("en-US", words("", "", "name 1")),
    ];
    all_differ(programs.map(|it| step(Action::CreateProgram { program: Box::new(it) })));
}

#[test]
fn what_makes_no_difference_to_a_platform_is_left_out() {
    let digest = |program| step(Action::CreateProgram { program: Box::new(program) }).digest();
    let moved =
        with_listing(|it| it.logo = Logo { path: "elsewhere.png".into(), ..it.logo.clone() });
    let renamed = with(|it| it.previously = Some(key("b")));
    for same in [moved, renamed] {
        assert_eq!(digest(same), digest(with(|_| {})));
    }
}

/// Every change of a text from, and to, a few.
fn texts(change: impl Fn(Option<String>, String) -> ProgramChange) -> Vec<ProgramChange> {
    let pairs = [(None, "x"), (None, "y"), (Some("x"), "y"), (Some("z"), "y")];
    pairs.map(|(from, to)| change(from.map(str::to_owned), to.to_owned())).into()
}

fn changes() -> Vec<ProgramChange> {
    let targets = || [BTreeSet::new(), BTreeSet::from([ReleaseTarget::AlipayCn])];
    let [none, some] = targets();
    let logo = |digest: &str| Logo { digest: Digest::new(digest), ..listing(0).logo };
    let language = |tag_text: &str, from: Option<u8>, to: Option<u8>| ProgramChange::Language {
        tag: tag(tag_text),
        from: from.map(translation),
        to: to.map(translation),
    };
    let address = |text: String| email(if text == "x" { "d@x.cn" } else { "e@x.cn" });
    let name =
        |from: Option<String>, to| ProgramChange::Name { from: from.unwrap_or_default(), to };
    [
        texts(name),
        texts(|from, to| ProgramChange::Tagline { from, to }),
        texts(|from, to| ProgramChange::Description { from, to }),
        texts(|from, to| ProgramChange::Industry { from, to }),
        texts(|from, to| ProgramChange::Phone { from, to }),
        texts(|from, to| ProgramChange::Email { from, to: address(to) }),
        texts(|from, to| ProgramChange::Logo { from: from.map(Digest::new), to: logo(&to) }),
        vec![
            ProgramChange::ReleaseTo { from: none.clone(), to: some.clone() },
            ProgramChange::ReleaseTo { from: some, to: none },
            language("ja", None, Some(1)),
            language("en-US", None, Some(1)),
            language("en-US", None, Some(2)),
            language("en-US", Some(1), None),
            language("en-US", Some(2), None),
            language("en-US", Some(2), Some(1)),
        ],
    ]
    .concat()
}

#[test]
fn every_side_of_a_change_and_what_it_is_done_to() {
    let update = |key_text: &str, id: &str, changes: Vec<ProgramChange>| {
        step(Action::UpdateProgram { key: key(key_text), id: ProgramId::new(id), changes })
    };
    let single = changes().into_iter().map(|it| update("a", "p1", vec![it]));
    let others = [("b", "p1"), ("a", "p2")];
    let others = others.map(|(key, id)| update(key, id, vec![changes().remove(0)]));
    all_differ(single.chain(others).chain([update("a", "p1", changes())]));
    let about: [fn(_, _) -> Action; 2] =
        [|key, id| Action::AdoptProgram { key, id }, |key, id| Action::DeleteProgram { key, id }];
    let which = [("a", "p1"), ("a", "p2"), ("b", "p1")];
    all_differ(about.into_iter().flat_map(|action| {
        which.map(|(key_text, id)| step(action(key(key_text), ProgramId::new(id))))
    }));
}

#[test]
fn what_a_step_was_planned_against() {
    let at = |revision| Fingerprint::At(Revision::new(revision));
    let (email, id) = (email("d@x.cn"), MemberId::new("m1"));
    let step = step(Action::Remove { email, id, moved_to: None });
    let against = [Fingerprint::Absent, at("7"), at("8"), at("")];
    all_differ(against.map(|against| Step { against, ..step.clone() }));
}

#[property_test(config = thoroughly())]
fn plans_are_told_apart_by_their_digests(
    #[strategy = scene(odd_damages(), rules())] one: Scene,
    #[strategy = scene(odd_damages(), rules())] other: Scene,
) {
    let plans = [one.world.look(&one.desired), other.world.look(&other.desired)];
    let [one, other] = plans.map(|plan| {
        let bare = |step: Step| (step.action, step.against);
        (plan.digest(), plan.steps.into_iter().map(bare).collect::<Vec<_>>())
    });
    prop_assert_eq!(one.0 == other.0, one.1 == other.1);
}
