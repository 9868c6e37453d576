//! What a plan says beside its steps, and whose turn it is.

use super::{
    examples::{after, place, team},
    manifests::{email, key, listing, member, program},
    platform::pending,
    worlds::{Damage, Place, able, apply},
};
use insta::assert_snapshot;
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date};
use minisync::{
    model::{Acquaintance, Digest, Field, Membership, Role},
    plan::OnEnd,
};

const LIN: &str = "d@x.cn";
const MEI: &str = "m@x.cn";

fn in_days(days: i64) -> Date {
    able().today().saturating_add(days.days())
}

#[test]
fn what_ends_within_two_weeks_is_told() {
    let ending = |days: i64| {
        after(|desired, _| {
            desired.members.get_mut(&email(MEI)).unwrap().until = Some(in_days(days));
        })
    };
    assert_eq!(ending(15), "nothing");
    assert_eq!(ending(14), "ends: m@x.cn 1970-01-15");
    assert_eq!(ending(0), "ends: m@x.cn 1970-01-01");
    let assigned = |days: i64| {
        after(|desired, _| {
            let lin = desired.members.get_mut(&email("e@x.cn")).unwrap();
            lin.assignments_until = [(key("b"), in_days(days))].into();
        })
    };
    assert_eq!(assigned(15), "nothing");
    assert_eq!(assigned(14), "ends: e@x.cn in b 1970-01-15");
    assert_eq!(assigned(0), "ends: e@x.cn in b 1970-01-01");
    assert_eq!(
        assigned(-1),
        "Revoke: change e@x.cn from developer of a and b to developer of a (Ended, as seen)"
    );
}

#[test]
fn a_leave_is_told_where_it_is_taken_and_when_it_has_ended() {
    let rules = |days: Option<i64>| [(Field::Name, days.map(in_days))].into();
    let renamed = |days: Option<i64>| {
        after(|desired, world| {
            desired.programs.get_mut(&key("a")).unwrap().ignore = rules(days);
            apply(world, &team(), &Damage::Rename("a", "Gamma"));
        })
    };
    assert_eq!(renamed(None), "ignored: a name");
    assert_eq!(renamed(Some(0)), "ignored: a name");
    assert_snapshot!(renamed(Some(-1)), @r"
    Configure: update a: name Gamma -> Alpha (Differs, as seen)
    ignored until 1969-12-31: a name
    ");
    let promoted = |place_of: Place, days: Option<i64>| {
        after(|desired, world| {
            let mut lin = member(LIN, Role::Master);
            lin.ignore = [(Field::Role, days.map(in_days))].into();
            place(world, LIN, place_of);
            desired.members.insert(email(LIN), lin);
        })
    };
    assert_eq!(promoted(Place::Active, None), "ignored: d@x.cn role");
    assert_snapshot!(promoted(Place::Pending, Some(0)), @r"
    waits for D d@x.cn
    ignored: d@x.cn role
    ");
    assert_snapshot!(promoted(Place::Expired, None), @r"
    Grant: resend d@x.cn (Expired, as seen)
    ignored: d@x.cn role
    ");
    assert_snapshot!(promoted(Place::Active, Some(-1)), @r"
    Grant: change d@x.cn from developer of a to master (Differs, as seen)
    ignored until 1969-12-31: d@x.cn role
    ");
}

#[test]
fn a_default_language_that_is_left_to_others_is_told_as_such_and_nothing_else_is() {
    let told = |ignored: Field| {
        after(|desired, world| {
            apply(world, &team(), &Damage::Edit("a", 5));
            let id = world.memory.programs[&key("b")].clone();
            let mut other = program("b", "Beta");
            other.listing = Some(listing(0));
            let revision = world.revision();
            let seen = super::platform::as_seen(&other, id.clone(), revision);
            world.programs.insert(id, seen);
            for program in desired.programs.values_mut() {
                program.ignore = [(ignored.clone(), None)].into();
            }
        })
    };
    assert_snapshot!(told(Field::DefaultLanguage), @r"
    cannot: b RemovingListing
    ignored: a defaultLanguage
    ");
    assert_snapshot!(told(Field::ReleaseTo), @r"
    cannot: a default language en-US -> zh-CN
    cannot: b RemovingListing
    ");
}

#[test]
fn what_is_left_to_others_is_only_what_differs_and_nothing_that_has_ended() {
    let left = |until: Option<i64>| {
        after(|desired, _| {
            let wu = desired.members.get_mut(&email("e@x.cn")).unwrap();
            wu.ignore = [(Field::MiniPrograms, None)].into();
            wu.assignments_until = until.into_iter().map(|it| (key("b"), in_days(it))).collect();
        })
    };
    assert_eq!(left(None), "nothing");
    let ended =
        "Revoke: change e@x.cn from developer of a and b to developer of a (Ended, as seen)";
    assert_eq!(left(Some(-1)), format!("{ended}\nignored: e@x.cn miniPrograms"));
}

#[test]
fn who_is_asked_anew_gets_what_is_asked_for_and_no_more() {
    let asked = after(|_, world| {
        apply(world, &team(), &Damage::StrangeProgram("Gamma"));
        place(world, LIN, Place::Left);
        let other = world.programs.values().find(|it| it.name == "Gamma").unwrap().id.clone();
        let lin = world.members.iter_mut().find(|it| it.email == email(LIN)).unwrap();
        lin.membership = Membership::Left(Role::Developer([other].into()));
        world.rules.policy.who_left = OnEnd::AskAgain;
    });
    assert!(
        asked.starts_with("Grant: invite D d@x.cn as developer of a (Left, as seen)"),
        "{asked}"
    );
    let cannot = after(|desired, world| {
        place(world, LIN, Place::Expired);
        desired.members.insert(email(LIN), member(LIN, Role::Master));
        world.rules.capabilities.withdraws = false;
    });
    assert_eq!(cannot, "cannot: d@x.cn Withdrawing");
}

#[test]
fn of_whom_we_act_as_only_what_would_change_is_left_out() {
    let told = after(|_, world| {
        place(world, LIN, Place::Pending);
        world.rules.protected.insert(email(LIN));
    });
    assert_eq!(told, "waits for D d@x.cn");
}

#[test]
fn a_program_that_is_alike_but_for_its_name_is_pointed_out() {
    let created = |variant| {
        after(|desired, world| {
            let mut wanted = program("c", "Gamma");
            wanted.listing = Some(listing(1));
            desired.programs.insert(key("c"), wanted.clone());
            let mut other = program("x", "Delta");
            other.listing = variant;
            let id = minisync::model::ProgramId::new("p9");
            let revision = world.revision();
            world.programs.insert(id.clone(), super::platform::as_seen(&other, id, revision));
        })
    };
    let create = "Configure: create c (Missing, absent)";
    assert_eq!(
        created(Some(listing(1))),
        format!("{create}\nnot ours: Delta\nlookalike: c and Delta")
    );
    assert_eq!(created(Some(listing(2))), format!("{create}\nnot ours: Delta"));
    assert_eq!(created(None), format!("{create}\nnot ours: Delta"));
}

#[test]
fn a_name_that_is_taken_holds_up_nothing_else() {
    let told = after(|desired, world| {
        apply(world, &team(), &Damage::StrangeProgram("Gamma"));
        let program = desired.programs.get_mut(&key("a")).unwrap();
        program.name = "Gamma".into();
        program.release_to = [minisync::model::ReleaseTarget::AlipayCn].into();
    });
    assert_snapshot!(told, @r"
    Configure: update a: targets 0 -> 1 (Differs, as seen)
    not ours: Gamma
    name taken: a Gamma
    ");
}

#[test]
fn whoever_waits_is_told_with_all_that_stands_in_the_way() {
    let told = after(|desired, world| {
        place(world, LIN, Place::Pending);
        apply(world, &team(), &Damage::MailBack(LIN));
        apply(world, &team(), &Damage::NeverMade("a"));
        world.rules.capabilities.creates_programs = false;
        desired.members.remove(&email("e@x.cn"));
        world.members.retain(|it| it.email != email("e@x.cn"));
    });
    assert_snapshot!(told, @r"
    waits for D d@x.cn
    d@x.cn waits for a
    undelivered: D d@x.cn
    cannot: a CreatingPrograms
    ");
}

#[test]
fn who_is_asked_again_by_name_is_asked_whatever_policy_says() {
    let asked = |place_of: Place, by_name: bool, policy: OnEnd| {
        after(|_, world| {
            place(world, LIN, place_of);
            let lin = Acquaintance { sends: 9, wish: None };
            world.memory.members.insert(email(LIN), lin);
            world.rules.again = by_name.then(|| email(LIN)).into_iter().collect();
            world.rules.policy.who_left = policy;
            let invitations = &mut world.rules.policy.invitations;
            (invitations.on_refused, invitations.on_expired) = (policy, policy);
            invitations.max_resends = 2;
        })
    };
    for policy in [OnEnd::Report, OnEnd::AskAgain] {
        let resent = "Grant: resend d@x.cn (Expired, as seen)";
        assert_eq!(asked(Place::Expired, true, policy), resent);
        let invited = |why| format!("Grant: invite D d@x.cn as developer of a ({why}, as seen)");
        assert_eq!(asked(Place::Refused, true, policy), invited("Refused"));
        assert_eq!(asked(Place::Left, true, policy), invited("Left"));
    }
    assert_eq!(asked(Place::Expired, false, OnEnd::Report), "lapsed: D d@x.cn (Expired)");
    assert_eq!(asked(Place::Refused, false, OnEnd::Report), "lapsed: D d@x.cn (Refused)");
    assert_eq!(asked(Place::Left, false, OnEnd::Report), "left: D d@x.cn");
    assert_eq!(asked(Place::Expired, false, OnEnd::AskAgain), "given up: D d@x.cn");
    assert_eq!(asked(Place::Refused, false, OnEnd::AskAgain), "given up: D d@x.cn");
}

#[test]
fn sends_count_for_one_wish_and_each_waits_twice_as_long() {
    let resent = |sends: u32, wish: Option<Digest>, hours: i64| {
        after(|_, world| {
            place(world, LIN, Place::Expired);
            world.memory.members.insert(email(LIN), Acquaintance { sends, wish });
            world.rules.now = Timestamp::UNIX_EPOCH + hours.hours();
            let invitations = &mut world.rules.policy.invitations;
            invitations.on_expired = OnEnd::AskAgain;
            invitations.max_resends = 2;
            invitations.resend_after = SignedDuration::from_hours(1);
        })
    };
    let (again, rests) = ("Grant: resend d@x.cn (Expired, as seen)", "rests: D d@x.cn");
    let wish = || Some(team().members[&email(LIN)].wish());
    let other = || Some(Digest::new("other"));
    assert_eq!(resent(1, wish(), 0), rests);
    assert_eq!([resent(1, wish(), 1), resent(1, wish(), 9)], [again, again]);
    assert_eq!([resent(2, None, 1), resent(2, None, 2)], [rests, again]);
    assert_eq!([resent(3, wish(), 99), resent(9, None, 99)], ["given up: D d@x.cn"; 2]);
    assert_eq!([resent(9, other(), 0), resent(9, other(), 1)], [rests, again]);
}

#[test]
fn who_moves_keeps_the_old_address_until_the_new_one_has_joined() {
    let moved = |end: fn(Role<_>) -> Membership<_>| {
        after(|desired, world| {
            let mut lin = desired.members.remove(&email(LIN)).unwrap();
            (lin.previously, lin.email) = (Some(email(LIN)), email("n@x.cn"));
            desired.members.insert(email("n@x.cn"), lin);
            let found = world.members.iter_mut().find(|it| it.email == email(LIN)).unwrap();
            found.membership = end(found.membership.role().unwrap().clone());
        })
    };
    assert_snapshot!(moved(Membership::Active), @r"
    Grant: invite D n@x.cn as developer of a (Missing, absent)
    moving: d@x.cn to n@x.cn
    ");
    assert_snapshot!(moved(|role| Membership::Invited(role, pending())), @r"
    Grant: invite D n@x.cn as developer of a (Missing, absent)
    Revoke: withdraw d@x.cn (Moved, as seen)
    ");
}
