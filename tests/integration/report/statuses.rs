//! How things stand: people first.

use super::{
    plans::plain,
    schema::must_be_valid,
    world::{World, email, key, now, waiting},
};
use jiff::SignedDuration;
use minisync::{
    model::{Subject, WorkspaceId},
    plan::{Lapse, Missing, Note, Term},
    report::{
        self, Format, Look, PlanView,
        human::{self, Extent},
    },
};
use unicode_width::UnicodeWidthStr as _;

fn status(view: &PlanView<'_>, width: usize) -> String {
    plain(&human::status(view, &Look { width, extent: Extent::Brief }))
}

fn in_hours(hours: i64) -> jiff::Timestamp {
    now() + SignedDuration::from_hours(hours)
}

fn urgent() -> Note {
    Note::WaitingForMember {
        email: email("mei@example.com"),
        name: "Mei Chen".into(),
        term: Term { sent: in_hours(-63), expires: in_hours(9) },
        is_urgent: true,
    }
}

/// Somebody in every situation.
pub(super) fn lively() -> World {
    let (mei, lin, bo) =
        (email("mei@example.com"), email("lin@example.com"), email("bo@example.com"));
    let named = |who: &str| (email(&format!("{who}@example.com")), who.to_owned());
    let (resting, queued) = (named("resting"), named("queued"));
    let (gone, lost) = (named("gone"), named("lost"));
    World::new(
        vec![],
        vec![
            waiting("yan@new.example.com", "Wu Yan", (20, 52)),
            urgent(),
            Note::WaitingForMaster { key: key("coffee"), master: mei.clone(), term: None },
            Note::WaitingForProgram { email: lin.clone(), programs: [key("coffee")].into() },
            Note::Moving { from: email("yan@old.example.com"), to: email("yan@new.example.com") },
            Note::Queued { email: queued.0, name: queued.1, at: in_hours(26) },
            Note::Resting { email: resting.0, name: resting.1, at: in_hours(2), sends: 1 },
            Note::GaveUp { email: gone.0, name: gone.1, sends: 3 },
            Note::Left { email: lost.0, name: lost.1 },
            Note::Undelivered {
                email: mei,
                name: "Mei Chen".into(),
                why: "no such mailbox".into(),
            },
            Note::InvitationLapsed { email: bo, name: "Bo".into(), how: Lapse::Refused },
            Note::Ending { email: lin, program: None, until: "2026-11-30".parse().unwrap() },
        ],
    )
}

#[test]
fn people_come_first_and_the_answer_last() {
    insta::assert_snapshot!(status(&lively().view(), 100), @r#"
      Waiting
        … Mei Chen <mei@example.com>    invited 2 days ago, only 9 hours left; the program coffee waits
                                        for them, and with it 林伟 <lin@example.com>
        … Wu Yan <yan@new.example.com>  invited 20 hours ago, 2 days left; yan@old.example.com keeps its
                                        access until then

      Later
        … resting <resting@example.com>  was invited once and did not accept in time; the invitation is
                                         sent again at 10:00 UTC, in 2 hours
        … queued <queued@example.com>    is invited on 2026-11-24 at 10:00 UTC, in 26 hours: the
                                         platform takes no more invitations before

      Needs somebody
        ! gone <gone@example.com>     was invited 3 times and never accepted, and `maxResends` allows no
                                      more
                                      help: run `minisync apply --reinvite gone@example.com` to ask
                                        again, or take them off the roster
        ! lost <lost@example.com>     left by themselves, and policy does not pull anybody back
                                      help: run `minisync apply --reinvite lost@example.com` to ask them
                                        back, or take them off the roster
        ! Mei Chen <mei@example.com>  was invited, and the mail has not arrived: no such mailbox
                                      help: a queued mail is tried again; after a rejection, check
                                        whether `mei@example.com` is right
        ! Bo <bo@example.com>         refused the invitation
                                      help: run `minisync apply --reinvite bo@example.com` to ask again,
                                        or take them off the roster

      Ends soon
          林伟 <lin@example.com>  is removed after 2026-11-30

    4 things need somebody to decide.
    2 invitations go out with the first `apply` at 10:00 UTC, in 2 hours.
    Waiting for 2 of 4 people; little time is left for Mei Chen.
    "#);
}

#[test]
fn forty_columns_are_enough() {
    let world = lively();
    let text = status(&world.view(), 40);
    for line in text.lines() {
        assert!(line.width() <= 40 || !line.trim().contains(' '), "{line}");
    }
    insta::assert_snapshot!(text.lines().take(12).collect::<Vec<_>>().join("\n"), @r#"
    Waiting
      … Mei Chen <mei@example.com>
          invited 2 days ago, only 9 hours
          left; the program coffee waits
          for them, and with it 林伟
          <lin@example.com>
      … Wu Yan <yan@new.example.com>
          invited 20 hours ago, 2 days
          left; yan@old.example.com keeps
          its access until then

    Later
    "#);
}

#[test]
fn several_workspaces_are_told_apart_and_listed() {
    let (one, other) = (lively(), World::new(vec![], vec![urgent()]));
    let id: WorkspaceId = "beta".parse().unwrap();
    let mut second = other.workspace();
    second.id = &id;
    let view = PlanView { workspaces: vec![one.workspace(), second], ..one.view() };
    let text = status(&view, 100);
    assert!(text.contains("Mei Chen <mei@example.com> in beta"), "{text}");
    assert!(text.contains(" beta       waiting   2         4       0      1        0"), "{text}");
    assert!(status(&view, 40).contains("Workspace beta: waiting; 2 programs, 4"), "{text}");
}

#[test]
fn who_has_nobody_to_wait_for_is_told_so() {
    let lapsed = |who: &str| Note::InvitationLapsed {
        email: email(who),
        name: "Bo".into(),
        how: Lapse::Expired,
    };
    let world = World::new(vec![], vec![lapsed("bo@example.com")]);
    let text = status(&world.view(), 100);
    assert!(text.ends_with("Nobody is waited for: 1 thing needs somebody to decide.\n"), "{text}");
}

#[test]
fn a_missing_credential_says_where_to_add_it() {
    let note = Note::Unsupported {
        subject: Subject::Program(key("coffee")),
        missing: Missing::ActingAs(email("mei@example.com")),
    };
    let text = status(&World::new(vec![], vec![note]).view(), 200);
    assert!(text.contains("`environments.NAME.masters`"), "{text}");
    assert!(text.contains("`mei@example.com: { env: VARIABLE_WITH_THEIR_TOKEN }`"), "{text}");
}

#[test]
fn whose_last_day_has_passed_is_not_counted() {
    let mut world = World::new(vec![], vec![]);
    let member = world.desired.members.get_mut(&email("mei@example.com")).unwrap();
    member.until = Some("2026-11-22".parse().unwrap());
    assert_eq!(status(&world.view(), 100), "In sync: 2 programs, 3 people.\n");
    let mut view = world.view();
    view.workspaces[0].now = "2026-11-22T23:59:59Z".parse().unwrap();
    assert_eq!(status(&view, 100), "In sync: 2 programs, 4 people.\n");
}

#[test]
fn programs_are_told_who_is_waited_for_and_what_hangs_on_it() {
    let text = plain(&report::status(&lively().view(), Format::Json, &Look::default()));
    must_be_valid(&text);
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&read["waiting"]).unwrap(), @r#"
    [
      {
        "workspace": "acme",
        "email": "mei@example.com",
        "name": "Mei Chen",
        "sent": "2026-11-20T17:00:00Z",
        "expires": "2026-11-23T17:00:00Z",
        "isUrgent": true,
        "holdsUp": [
          "coffee"
        ],
        "holdsUpPeople": [
          "lin@example.com"
        ]
      },
      {
        "workspace": "acme",
        "email": "yan@new.example.com",
        "name": "Wu Yan",
        "sent": "2026-11-22T12:00:00Z",
        "expires": "2026-11-25T12:00:00Z",
        "isUrgent": false,
        "holdsUp": [],
        "holdsUpPeople": [],
        "movesFrom": "yan@old.example.com"
      }
    ]
    "#);
    assert_eq!(read["later"][0]["note"]["fact"]["kind"], "resting");
    assert_eq!(read["needsSomebody"].as_array().unwrap().len(), 4);
    assert_eq!(read["ending"][0]["note"]["fact"]["until"], "2026-11-30");
}

#[test]
fn github_is_told_what_is_urgent_and_which_mail_came_back() {
    let text = plain(&report::status(&lively().view(), Format::Github, &Look::default()));
    let ours: Vec<&str> = text.lines().filter(|line| line.contains("mei@example.com")).collect();
    insta::assert_snapshot!(ours[..2].join("\n"), @r#"
    ::notice file=team.yaml,line=5,endLine=5,col=32,endColumn=47,title=Mei Chen <mei@example.com>::invited 2 days ago, only 9 hours left; the program coffee waits for them, and with it 林伟 <lin@example.com>
    ::error file=team.yaml,line=5,endLine=5,col=32,endColumn=47,title=Mei Chen <mei@example.com>::was invited, and the mail has not arrived: no such mailbox%0Ahelp: a queued mail is tried again; after a rejection, check whether `mei@example.com` is right
    "#);
}
