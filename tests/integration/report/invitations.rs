//! Every invitation that is or was.

use super::{
    plans::plain,
    schema::must_be_valid,
    world::{World, email, key, member_id, now, program_id, waiting},
};
use jiff::SignedDuration;
use minisync::{
    model::{
        ActualMember, ActualProgram, History, Invitation, Membership, Ownership, ProgramKey,
        Revision, Role, SeenProgram,
    },
    plan::{InvitationPolicy, Lapse, Note},
    report::{self, Format, InvitationsView, Look, human::Extent},
};

fn in_hours(hours: i64) -> jiff::Timestamp {
    now() + SignedDuration::from_hours(hours)
}

/// Somebody of whom the platform has an invitation, or had one.
fn invited(world: &mut World, who: &str, sends: u32, membership: Membership<ProgramKey>) {
    let member = ActualMember {
        ownership: Ownership::Managed,
        id: member_id(),
        revision: Revision::new("1"),
        name: who.to_uppercase(),
        membership,
        history: History {
            since: None,
            invited_by: (sends > 0).then(|| email("mei@example.com")),
            ..History::default()
        },
        elsewhere: [].into(),
        undelivered: (who == "lin").then(|| "550 no such mailbox".into()),
        sends,
    };
    world.actual.members.insert(email(&format!("{who}@example.com")), member);
}

fn coffee() -> ActualProgram {
    let seen = SeenProgram {
        id: program_id(),
        revision: Revision::new("1"),
        name: "幸福咖啡".into(),
        release_to: [].into(),
        default_language: "zh-CN".parse().unwrap(),
        listing: None,
        languages: [].into(),
        last_change: minisync::model::LastChange::default(),
    };
    ActualProgram { ownership: Ownership::Managed, known_as: None, seen }
}

/// One in every state.
fn every() -> World {
    let named = |who: &str| (email(&format!("{who}@example.com")), who.to_uppercase());
    let (resting, queued, gone) = (named("resting"), named("yan"), named("gone"));
    let notes = vec![
        waiting("mei@example.com", "Mei Chen", (20, 52)),
        waiting("lin@example.com", "林伟", (63, 9)),
        Note::Resting { email: resting.0, name: resting.1, at: in_hours(2), sends: 2 },
        Note::Queued { email: queued.0, name: queued.1, at: in_hours(1) },
        Note::GaveUp { email: gone.0, name: gone.1, sends: 3 },
        Note::InvitationLapsed {
            email: email("bo@example.com"),
            name: "BO".into(),
            how: Lapse::Refused,
        },
    ];
    let mut world = World::new(vec![], notes);
    world.actual.programs.insert(key("coffee"), coffee());
    let expired = || Invitation::Expired { since: in_hours(-5) };
    let pending =
        |sent: i64, left| Invitation::Pending { sent: in_hours(-sent), expires: in_hours(left) };
    let developer = || Role::Developer([key("coffee")].into());
    invited(&mut world, "mei", 1, Membership::Invited(Role::Master, pending(20, 52)));
    invited(&mut world, "lin", 2, Membership::Invited(developer(), pending(63, 9)));
    invited(&mut world, "resting", 2, Membership::Invited(developer(), expired()));
    invited(&mut world, "gone", 3, Membership::Invited(developer(), expired()));
    invited(&mut world, "old", 0, Membership::Invited(Role::Master, expired()));
    invited(&mut world, "bo", 1, Membership::Invited(Role::Master, Invitation::Refused));
    invited(&mut world, "wen", 1, Membership::Invited(Role::Master, Invitation::Withdrawn));
    invited(&mut world, "zoe", 1, Membership::Left(developer()));
    invited(&mut world, "ann", 1, Membership::Active(Role::Master));
    world
}

fn told(world: &World, format: Format, width: usize) -> String {
    let plan = world.view();
    let view = InvitationsView { plan: &plan, policy: InvitationPolicy::default() };
    plain(&report::invitations(&view, format, &Look { width, extent: Extent::Brief }))
}

#[test]
fn whose_time_is_up_first_comes_first_and_whoever_joined_is_not_there() {
    insta::assert_snapshot!(told(&every(), Format::Human, 100), @r#"
      Waiting for an answer
        ! 林伟 <lin@example.com>      as developer of coffee: invited 2 days ago, 9 hours left; sent 2
                                      of 3 times, by Mei Chen; the mail has not arrived: 550 no such
                                      mailbox
                                      help: a queued mail is tried again; after a rejection, check
                                        whether `lin@example.com` is right
        … Mei Chen <mei@example.com>  as master: invited 20 hours ago, 2 days left; sent 1 of 3 times,
                                      by Mei Chen

      Later
        … Wu Yan <yan@example.com>       as master: goes at 09:00 UTC, in 1 hour; not sent yet
        … RESTING <resting@example.com>  as developer of coffee: expired, and is sent again at 10:00
                                         UTC, in 2 hours; sent 2 of 3 times, by Mei Chen

      Ended
          OLD <old@example.com>    as master: expired 5 hours ago; not sent by us, or for something else
        ! BO <bo@example.com>      as master: refused; sent 1 of 3 times, by Mei Chen
                                   help: run `minisync apply --reinvite bo@example.com` to ask again, or
                                     take them off the roster
        ! GONE <gone@example.com>  as developer of coffee: given up; sent 3 of 3 times, by Mei Chen
                                   help: run `minisync apply --reinvite gone@example.com` to ask again,
                                     or take them off the roster
          WEN <wen@example.com>    as master: withdrawn; sent 1 of 3 times, by Mei Chen
          ZOE <zoe@example.com>    as developer of coffee: left after accepting; sent 1 of 3 times, by
                                   Mei Chen

    9 invitations: 2 wait for an answer, 2 go later, 5 have ended.
    "#);
}

#[test]
fn a_narrow_terminal_is_wide_enough() {
    use unicode_width::UnicodeWidthStr as _;
    for line in told(&every(), Format::Human, 40).lines() {
        assert!(line.width() <= 40, "{line}");
    }
}

#[test]
fn nobody_invited_is_said_so() {
    assert_eq!(told(&World::new(vec![], vec![]), Format::Human, 100), "No invitation.\n");
}

#[test]
fn programs_get_each_state_with_its_times() {
    let text = told(&every(), Format::Json, 100);
    must_be_valid(&text);
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    let all = read["invitations"].as_array().unwrap();
    let states: Vec<String> =
        all.iter().map(|it| format!("{} {} {}", it["email"], it["state"], it["sends"])).collect();
    insta::assert_snapshot!(states.join("\n"), @r#"
    "lin@example.com" {"kind":"pending","sent":"2026-11-20T17:00:00Z","expires":"2026-11-23T17:00:00Z","isUrgent":false} 2
    "mei@example.com" {"kind":"pending","sent":"2026-11-22T12:00:00Z","expires":"2026-11-25T12:00:00Z","isUrgent":false} 1
    "yan@example.com" {"kind":"queued","at":"2026-11-23T09:00:00Z"} 0
    "resting@example.com" {"kind":"resting","at":"2026-11-23T10:00:00Z"} 2
    "old@example.com" {"kind":"expired","since":"2026-11-23T03:00:00Z"} 0
    "bo@example.com" {"kind":"refused"} 1
    "gone@example.com" {"kind":"gaveUp"} 3
    "wen@example.com" {"kind":"withdrawn"} 1
    "zoe@example.com" {"kind":"left"} 1
    "#);
    assert_eq!(all[0]["invitedBy"], "mei@example.com");
    assert_eq!(all[0]["undelivered"], "550 no such mailbox");
    assert_eq!(all[0]["as"]["programs"][0]["key"], "coffee");
    assert_eq!(read["mostSends"], 3);
}

#[test]
fn a_pull_request_gets_them_in_tables() {
    let text = told(&every(), Format::Markdown, 100);
    insta::assert_snapshot!(text.lines().take(12).collect::<Vec<_>>().join("\n"), @r#"
    ### minisync invitations

    9 invitations: 2 wait for an answer, 2 go later, 5 have ended.

    **Waiting for an answer**

    | | | | |
    |-|-|-|-|
    | `!` | `林伟 <lin@example.com>` in `acme` | as developer of `coffee`: invited 2 days ago, 9 hours left; sent 2 of 3 times, by `Mei Chen`; the mail has not arrived: `550 no such mailbox` | a queued mail is tried again; after a rejection, check whether `lin@example.com` is right |
    | `…` | `Mei Chen <mei@example.com>` in `acme` | as master: invited 20 hours ago, 2 days left; sent 1 of 3 times, by `Mei Chen` |  |

    **Later**
    "#);
}
