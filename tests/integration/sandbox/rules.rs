//! The sandbox's rules, one by one.

use super::scene::{Scene, assign, edit, ids, listing, logo, person, program, rename, step};
use minisync::{
    platform::sandbox::{
        ListingPatch, NewMember, NewProgram, NewWorkspace, Person, Role, Translation,
    },
    sandbox::{
        Rule,
        world::{Act, Caller, Command, Move, Request},
    },
};
use std::collections::BTreeMap;

const EVERYBODY: [&str; 10] = [
    "operator",
    "owner",
    "master",
    "developer",
    "pending",
    "expired",
    "blocked",
    "refused",
    "withdrawn",
    "stranger",
];

/// Who would be answered with what, act by act.
fn table(scene: &Scene, acts: &[(&str, Act)]) -> String {
    let rows = acts.iter().map(|(what, act)| {
        grouped(what, EVERYBODY.map(|who| (who, scene.verdict(who, act.clone()))))
    });
    rows.collect::<Vec<_>>().join("\n")
}

/// Those who have the same verdict, together.
fn grouped<'a>(what: &str, verdicts: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (who, verdict) in verdicts {
        groups.entry(verdict).or_default().push(who);
    }
    let lines = groups.iter().rev().map(|(verdict, who)| format!("  {verdict}: {}", who.join(" ")));
    format!("{what}\n{}", lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn who_may_change_programs() {
    let scene = Scene::full();
    let (bytes, digest) = logo();
    insta::assert_snapshot!(table(&scene, &[
        ("create", Act::CreateProgram(program("Juice"))),
        ("edit one's own", rename("p2", "Good Coffee")),
        ("edit another", rename("p3", "Good Tea")),
        ("delete another", Act::DeleteProgram { id: "p3".to_owned() }),
        ("upload", Act::PutLogo { digest, bytes }),
    ]), @r"
    create
      yes: owner master
      404 not-found: withdrawn stranger
      403 role-forbids: developer
      403 operator-is-no-member: operator
      403 not-joined: pending expired refused
      403 member-blocked: blocked
    edit one's own
      yes: owner master
      404 not-found: pending expired blocked refused withdrawn stranger
      403 role-forbids: developer
      403 operator-is-no-member: operator
    edit another
      yes: owner master
      404 not-found: developer pending expired blocked refused withdrawn stranger
      403 operator-is-no-member: operator
    delete another
      yes: owner master
      404 not-found: developer pending expired blocked refused withdrawn stranger
      403 operator-is-no-member: operator
    upload
      yes: owner master
      404 not-found: withdrawn stranger
      403 role-forbids: developer
      403 operator-is-no-member: operator
      403 not-joined: pending expired refused
      403 member-blocked: blocked
    ");
}

#[test]
fn who_may_change_people() {
    let scene = Scene::full();
    insta::assert_snapshot!(table(&scene, &[
        ("invite", Act::Invite(person("new", Role::Master, &[]))),
        ("invite afresh", reinvite("m10", person("pending", Role::Master, &[]))),
        ("change a role", assign("m5", Role::Master, &[])),
        ("remove", Act::RemoveMember { id: "m5".to_owned() }),
        ("block", step("m5", Move::Block)),
        ("accept for somebody", step("m10", Move::Accept)),
    ]), @r"
    invite
      yes: owner master
      404 not-found: withdrawn stranger
      403 role-forbids: developer
      403 operator-is-no-member: operator
      403 not-joined: pending expired refused
      403 member-blocked: blocked
    invite afresh
      yes: owner master
      404 not-found: developer expired blocked refused withdrawn stranger
      403 operator-is-no-member: operator
      403 not-joined: pending
    change a role
      yes: owner master
      404 not-found: pending expired blocked refused withdrawn stranger
      403 role-forbids: developer
      403 operator-is-no-member: operator
    remove
      yes: owner
      404 not-found: pending expired blocked refused withdrawn stranger
      403 role-forbids: developer
      403 owner-only: master
      403 operator-is-no-member: operator
    block
      yes: owner master
      404 not-found: pending expired blocked refused withdrawn stranger
      403 role-forbids: developer
      403 operator-is-no-member: operator
    accept for somebody
      yes: pending
      404 not-found: developer expired blocked refused withdrawn stranger
      403 invitee-only: operator owner master
    ");
}

fn reinvite(id: &str, new: NewMember) -> Act {
    Act::Reinvite { id: id.to_owned(), new }
}

const STATES: [(&str, &str); 8] = [
    // Who has left.
    ("master", "m4"),
    ("developer", "m5"),
    ("blocked", "m6"),
    ("refused", "m7"),
    ("withdrawn", "m8"),
    ("expired", "m9"),
    ("pending", "m10"),
    ("owner", "m1"),
];

#[test]
fn every_move_from_every_state() {
    let mut scene = Scene::full();
    scene.must("master", step("m4", Move::Leave));
    let rows = STATES.map(|(state, id)| {
        let mut verdicts: Vec<_> = Move::ALL
            .into_iter()
            .map(|to| {
                let who = match to {
                    Move::Accept | Move::Refuse | Move::Leave => state,
                    Move::Resend | Move::Withdraw | Move::Block | Move::Unblock => "owner",
                };
                (to.as_str(), scene.verdict(who, step(id, to)))
            })
            .collect();
        let other = [
            ("invite", Act::Invite(person(state, Role::Master, &[]))),
            ("reinvite", reinvite(id, person(state, Role::Master, &[]))),
            ("edit", assign(id, Role::Master, &[])),
            ("remove", Act::RemoveMember { id: id.to_owned() }),
        ];
        verdicts.extend(other.map(|(what, act)| (what, scene.verdict("owner", act))));
        grouped(state, verdicts)
    });
    insta::assert_snapshot!(rows.join("\n"), @r"
    master
      yes: invite remove
      409 membership-state: resend withdraw block unblock reinvite edit
      404 not-found: accept refuse leave
    developer
      yes: block leave edit remove
      409 membership-state: resend withdraw accept refuse unblock reinvite
      409 /email already-member: invite
    blocked
      yes: unblock edit remove
      409 membership-state: resend withdraw accept refuse block leave reinvite
      409 /email already-member: invite
    refused
      yes: invite remove
      409 membership-state: resend withdraw accept refuse block unblock leave reinvite edit
    withdrawn
      yes: invite
      409 membership-state: resend withdraw block unblock reinvite edit remove
      404 not-found: accept refuse leave
    expired
      yes: resend withdraw reinvite
      409 membership-state: block unblock leave
      409 invitation-expired: accept refuse edit remove
      409 /email invitation-expired: invite
    pending
      yes: withdraw accept refuse reinvite
      409 membership-state: block unblock leave
      409 invitation-pending: resend edit remove
      409 /email invitation-pending: invite
    owner
      409 membership-state: resend withdraw accept refuse reinvite
      409 /email already-member: invite
      403 owner-fixed: block unblock leave edit remove
    ");
}

fn check_program(spoil: impl FnOnce(&mut NewProgram), expected: &str) {
    let mut new = program("Juice");
    spoil(&mut new);
    let verdict = Scene::full().verdict("owner", Act::CreateProgram(new));
    assert_eq!(verdict, expected);
}

#[test]
fn a_program_that_breaks_a_rule_is_refused() {
    let language = |tag: &str| (tag.to_owned(), Translation::default());
    check_program(|_| {}, "yes");
    check_program(|new| new.listing = None, "yes");
    check_program(|new| new.default_language = "en-US".into(), "yes");
    check_program(|new| new.name = "ab".into(), "422 /name name-length");
    check_program(|new| new.name = "咖啡".into(), "yes");
    check_program(|new| new.name = "咖".repeat(15), "yes");
    check_program(|new| new.name = "咖".repeat(16), "422 /name name-length");
    check_program(|new| new.name = "    ".into(), "422 /name name-characters");
    check_program(|new| new.name = "Ju\u{202e}ice".into(), "422 /name name-characters");
    check_program(|new| new.name = "Ju\nice".into(), "422 /name name-characters");
    check_program(|new| new.name = "Tea".into(), "409 /name name-taken");
    check_program(|new| new.default_language = "zh_CN".into(), "422 /defaultLanguage language-tag");
    check_program(|new| new.default_language = "zh-cn".into(), "422 /defaultLanguage language-tag");
    check_program(|new| new.release_to = ids(&["mars"]), "422 /releaseTo release-target");
    check_program(
        |new| new.languages = [language("zh-CN")].into(),
        "422 /languages/zh-CN default-language-repeated",
    );
    check_program(
        |new| new.languages = [language("a/b")].into(),
        "422 /languages/a~1b language-tag",
    );
    check_program(
        |new| {
            let tagline = Some("short".into());
            let translation = Translation { name: Some("x".into()), tagline, description: None };
            new.languages = [("en-US".to_owned(), translation)].into();
        },
        "422 /languages/en-US/name name-length, /languages/en-US/tagline tagline-length",
    );
}

#[test]
fn a_listing_that_breaks_a_rule_is_refused() {
    let spoilt = |spoil: fn(&mut minisync::platform::sandbox::Listing), expected: &str| {
        check_program(|new| spoil(new.listing.as_mut().unwrap()), expected);
    };
    spoilt(|it| it.tagline = "123456789".into(), "422 /listing/tagline tagline-length");
    // 5 characters, 10 wide: the ways of counting disagree.
    spoilt(|it| it.tagline = "幸福每一天".into(), "yes");
    spoilt(|it| it.tagline = "咖".repeat(30), "yes");
    spoilt(|it| it.tagline = "咖".repeat(31), "422 /listing/tagline tagline-length");
    spoilt(|it| it.description = "x".repeat(19), "422 /listing/description description-length");
    spoilt(|it| it.description = "x".repeat(200), "yes");
    spoilt(|it| it.description = "x".repeat(201), "422 /listing/description description-length");
    spoilt(|it| it.logo = "0".repeat(64), "422 /listing/logo logo-unknown");
    spoilt(|it| it.industry = " ".into(), "422 /listing/industry industry-blank");
    for phone in
        ["", "0571 8888888", "571-8888888", "0571-888888", "0571-88888888", "０571-8888888"]
    {
        let mut new = program("Juice");
        new.listing.as_mut().unwrap().phone = phone.into();
        let verdict = Scene::full().verdict("owner", Act::CreateProgram(new));
        assert_eq!(verdict, "422 /listing/phone phone-form", "{phone}");
    }
    spoilt(|it| it.email = "care".into(), "422 /listing/email email-form");
    spoilt(
        |it| {
            it.industry = String::new();
            it.email = String::new();
            it.phone = String::new();
        },
        "422 /listing/industry industry-blank, /listing/phone phone-form, /listing/email email-form",
    );
}

#[test]
fn a_master_creates_in_chinese_and_with_everything() {
    let scene = Scene::full();
    let verdict = |new: NewProgram| scene.verdict("master", Act::CreateProgram(new));
    assert_eq!(verdict(program("Juice")), "yes");
    let bare = NewProgram { listing: None, ..program("Juice") };
    assert_eq!(verdict(bare), "422 /listing listing-needed");
    let english = NewProgram { default_language: "en-US".into(), ..program("Juice") };
    assert_eq!(verdict(english), "422 /defaultLanguage chinese-needed");
}

#[test]
fn who_creates_is_remembered() {
    let mut scene = Scene::full();
    scene.must("master", Act::CreateProgram(program("Juice")));
    let acme = scene.world.workspaces().next().unwrap();
    assert_eq!(acme.programs().last().unwrap().created_by.as_str(), "master@example.com");
}

#[test]
fn ten_programs_are_released_to_alipay_china_and_no_more() {
    let mut scene = Scene::full();
    let released =
        |n: usize| NewProgram { release_to: ids(&["alipay-cn"]), ..program(&format!("Juice {n}")) };
    for n in 0..10 {
        scene.must("owner", Act::CreateProgram(released(n)));
    }
    let one_more = Act::CreateProgram(released(10));
    let release = |id: &str, to: &[&str]| edit(id, |patch| patch.release_to = Some(ids(to)));
    let refused = "409 /releaseTo release-limit";
    assert_eq!(scene.verdict("owner", one_more.clone()), refused);
    assert_eq!(scene.verdict("owner", release("p2", &["alipay-cn"])), refused);
    // One of the ten stays what it is.
    assert_eq!(scene.verdict("owner", release("p11", &["alipay-cn"])), "yes");
    scene.must("owner", release("p11", &[]));
    assert_eq!(scene.verdict("owner", one_more), "yes");
}

#[test]
fn a_listing_comes_whole_and_stays() {
    let mut scene = Scene::full();
    let bare = NewProgram { listing: None, ..program("Juice") };
    scene.must("owner", Act::CreateProgram(bare));
    let patch = |patch: ListingPatch| edit("p11", |it| it.listing = Some(patch));
    let industry = ListingPatch { industry: Some("茶饮".into()), ..ListingPatch::default() };
    assert_eq!(
        scene.verdict("owner", patch(industry.clone())),
        "422 /listing/tagline listing-incomplete, /listing/description listing-incomplete, \
         /listing/logo listing-incomplete, /listing/phone listing-incomplete, \
         /listing/email listing-incomplete"
    );
    let all = listing();
    scene.must(
        "owner",
        patch(ListingPatch {
            tagline: Some(all.tagline),
            description: Some(all.description),
            logo: Some(all.logo),
            industry: Some(all.industry),
            phone: Some(all.phone),
            email: Some(all.email),
        }),
    );
    scene.must("owner", patch(industry));
    let acme = scene.world.workspaces().next().unwrap();
    let found = acme.programs().last().unwrap().listing.clone().unwrap();
    assert_eq!((found.industry.as_str(), found.phone.as_str()), ("茶饮", "0571-8888888"));
}

#[test]
fn an_edit_to_what_is_so_already_changes_nothing() {
    let scene = Scene::full();
    for act in [
        rename("p2", "Coffee"),
        edit("p2", |_| {}),
        edit("p2", |patch| patch.languages = [("en-US".to_owned(), None)].into()),
        assign("m4", Role::Master, &[]),
        assign("m5", Role::Developer, &["p2"]),
    ] {
        let mut same = scene.clone();
        same.must("owner", act);
        assert_eq!(same.world, scene.world);
    }
}

#[test]
fn a_developer_is_never_left_without_a_program() {
    let mut scene = Scene::full();
    let delete = || Act::DeleteProgram { id: "p2".to_owned() };
    // Developer, blocked, expired and pending: whoever has or may come to have access.
    assert_eq!(
        scene.verdict("owner", delete()),
        "409 last-program-of-developer, last-program-of-developer, last-program-of-developer, \
         last-program-of-developer"
    );
    for id in ["m9", "m10"] {
        scene.must("owner", step(id, Move::Withdraw));
    }
    for id in ["m5", "m6"] {
        scene.must("owner", assign(id, Role::Developer, &["p2", "p3"]));
    }
    scene.must("owner", delete());
    let acme = scene.world.workspaces().next().unwrap();
    let developer = acme.member_at(&"developer@example.com".parse().unwrap()).unwrap();
    let left: Vec<_> = developer.role.assignments().map(ToString::to_string).collect();
    assert_eq!(left, ["p3"]);
}

#[test]
fn roles_and_assignments_fit_each_other() {
    let scene = Scene::full();
    let invite = |role, programs: &[&str]| {
        scene.verdict("owner", Act::Invite(person("new", role, programs)))
    };
    assert_eq!(invite(Role::Developer, &["p2", "p3"]), "yes");
    assert_eq!(invite(Role::Developer, &[]), "422 /programs developer-needs-program");
    assert_eq!(
        invite(Role::Developer, &["p2", "p99", "m1"]),
        "422 /programs program-unknown, /programs program-unknown"
    );
    assert_eq!(invite(Role::Master, &["p2"]), "422 /programs only-developers-assigned");
    assert_eq!(invite(Role::Owner, &[]), "422 /role role-not-invitable");
    let change = |role, programs: &[&str]| scene.verdict("owner", assign("m5", role, programs));
    assert_eq!(change(Role::Master, &[]), "yes");
    assert_eq!(change(Role::Developer, &[]), "422 /programs developer-needs-program");
    assert_eq!(change(Role::Owner, &[]), "422 /role role-not-invitable");
}

#[test]
fn a_person_has_a_name_and_an_address() {
    let scene = Scene::full();
    let mut nobody = person("new", Role::Master, &[]);
    nobody.name = "\t".to_owned();
    nobody.email = "new".to_owned();
    assert_eq!(
        scene.verdict("owner", Act::Invite(nobody)),
        "422 /name person-name, /name person-name, /email email-form"
    );
}

#[test]
fn whoever_refused_or_was_withdrawn_is_invited_anew() {
    let mut scene = Scene::full();
    for who in ["refused", "withdrawn"] {
        scene.must("owner", Act::Invite(person(who, Role::Master, &[])));
    }
    let acme = scene.world.workspaces().next().unwrap();
    assert_eq!(acme.members().filter(|member| member.name == "refused").count(), 1);
    assert_eq!(scene.verdict("owner", step("m7", Move::Resend)), "404 not-found");
    let again = acme.member_at(&"refused@example.com".parse().unwrap()).unwrap().no;
    assert_eq!(scene.verdict("refused", step(&again.to_string(), Move::Accept)), "yes");
}

#[test]
fn whoever_is_invited_afresh_has_the_new_invitation_and_not_the_old() {
    let mut scene = Scene::full();
    let wu = "pending@example.com".parse().unwrap();
    let afresh = |role, programs: &[&str]| reinvite("m10", person("pending", role, programs));
    let before = scene.world.clone();
    for (act, verdict) in [
        (afresh(Role::Developer, &[]), "422 /programs developer-needs-program"),
        (reinvite("m10", person("somebody", Role::Master, &[])), "409 /email membership-state"),
        (reinvite("m99", person("pending", Role::Master, &[])), "404 not-found"),
    ] {
        assert_eq!(scene.verdict("owner", act), verdict);
    }
    let command = Command::Within("acme".to_owned(), afresh(Role::Master, &[]));
    let caller = super::scene::caller("owner");
    let stale = Request { caller, command, expected: Some(vec![1]) };
    let refusal = scene.world.decide(&stale, scene.now).unwrap_err();
    assert_eq!(super::scene::said(&refusal), "412 changed-since");
    // One invitation went out in this hour.
    let exhausted =
        Scene { world: scene.world.clone().limited(1.try_into().ok()), ..scene.clone() };
    let verdict = exhausted.verdict("owner", afresh(Role::Master, &[]));
    assert_eq!(verdict, "429 invitation-limit");
    assert_eq!(scene.world, before);

    scene.must("owner", afresh(Role::Master, &[]));
    let found = scene.world.workspaces().next().unwrap().member_at(&wu).unwrap().clone();
    assert_eq!(
        (found.no.to_string(), &found.role),
        ("m11".to_owned(), &minisync::model::Role::Master)
    );
    assert_eq!(scene.verdict("pending", step("m10", Move::Accept)), "404 not-found");
    assert_eq!(scene.verdict("pending", step("m11", Move::Accept)), "yes");
    scene.must("owner", reinvite("m9", person("expired", Role::Master, &[])));
    assert_eq!(scene.verdict("expired", step("m12", Move::Accept)), "yes");
}

#[test]
fn a_logo_is_what_its_digest_says() {
    let scene = Scene::full();
    let (bytes, digest) = logo();
    let put = |digest: &str, bytes: &[u8]| {
        let act = Act::PutLogo { digest: digest.to_owned(), bytes: bytes.to_vec() };
        scene.verdict("owner", act)
    };
    assert_eq!(put(&digest, &bytes), "yes");
    assert_eq!(put(&"0".repeat(64), &bytes), "422 logo-digest");
    assert_eq!(put(&digest, b"GIF89a"), "422 logo-image");
    assert_eq!(put(&digest, b""), "422 logo-image");
    let mut oblong = bytes;
    oblong[19] = 9;
    assert_eq!(put(&digest, &oblong), "422 logo-image");
}

#[test]
fn only_the_operator_makes_workspaces_and_each_once() {
    let scene = Scene::full();
    let make = |caller: Caller, id: &str| {
        let owner = Person { name: "Owner".into(), email: "Owner@Example.com".into() };
        let command = Command::CreateWorkspace(NewWorkspace { id: id.into(), owner });
        let request = Request { caller, command, expected: None };
        scene
            .world
            .decide(&request, scene.now)
            .map_or_else(|no| super::scene::said(&no), |_| "yes".into())
    };
    assert_eq!(make(Caller::Operator, "other"), "yes");
    assert_eq!(make(Caller::Operator, "acme"), "409 /id workspace-exists");
    assert_eq!(make(Caller::Operator, "Acme"), "422 /id workspace-id");
    assert_eq!(make(super::scene::caller("owner"), "other"), "403 operator-only");
}

#[test]
fn every_rule_is_broken_by_some_test() {
    let texts: String = std::fs::read_dir("tests/integration/sandbox")
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    let untested = Rule::ALL.iter().map(|rule| rule.as_str()).filter(|rule| {
        let ends = [' ', ',', '"', ':', '\n'];
        !ends.iter().any(|end| texts.contains(&format!(" {rule}{end}")))
    });
    assert_eq!(untested.collect::<Vec<_>>(), [""; 0]);
}
