//! Plans and standings on a terminal.

use super::world::{self, World, create, developer, eventful, invite, waiting};
use minisync::report::{
    Look, PlanView,
    human::{self, Extent},
};

/// Without our colours; whatever else could steer a terminal is somebody else's, and a bug.
pub(super) fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (colour, rest) = part.split_once('m').expect("a colour ends with m");
        assert!(colour.chars().all(|c| c.is_ascii_digit() || c == ';'), "{text:?}");
        plain.push_str(rest);
    }
    assert!(!plain.contains(|c: char| c.is_control() && c != '\n'), "{plain:?}");
    plain
}

fn plan(view: &PlanView<'_>, width: usize) -> String {
    plain(&human::plan(view, &Look { width, extent: Extent::Brief }))
}

fn status(view: &PlanView<'_>) -> String {
    plain(&human::status(view, &Look::default()))
}

#[test]
fn a_stranger_understands_a_plan() {
    insta::assert_snapshot!(plan(&eventful().view(), 100), @r#"
    Workspace acme

      Programs
        < juice   adopt 2021-3 (there already, and not managed so far)
        + coffee  create 幸福咖啡 (zh-CN, for alipay-cn, listing to follow) (new)
        + coffee  create 幸福咖啡 (zh-CN and en-US, for alipay-cn) as Mei Chen <mei@example.com> (new)
        ~ tea     update 6 fields (differs from the manifest)
            name: 幸福茶 → 幸福茶馆
            releaseTo: {+alipay-cn+}
            listing.tagline: {+每天一杯好茶，幸福每一天+}
            listing.description: … served hot {+or iced +}in every one of our [-forty-]{+fifty+} shops,
              or …
            listing.logo: fedcba987654 → logos/coffee.png (0123456789ab)
            languages.en-US.name: [-Lucky Tea-]
        - tea     delete 幸福茶馆 (no manifest asks for it any more)

      People
        + 林伟 <lin@example.com>      invite as developer of coffee and tea (new)
        + Åsa Öberg <asa.oeberg@a-rather-long-domain-name.example.com>
            invite as master (new)
        ↺ Wu Yan <yan@example.com>    resend the invitation (nobody accepted in time)
        ~ Mei Chen <mei@example.com>  developer of a, b, c, d, e, f and 2 more → master (differs from
                                      the manifest)
        - bo@example.com              remove from the workspace (no manifest asks for it any more)

      Waiting
        … 林伟 <lin@example.com>      invited 2 days ago, 19 hours left
        … Mei Chen <mei@example.com>  invited 20 hours ago, 2 days left; the program coffee waits for
                                      them, and with it Wu Yan <yan@example.com>
        … juice                       is to be created by Wu Yan <yan@example.com>, who is no master yet

      Needs somebody
        ! Bo <bo@example.com>     refused the invitation
                                  help: run `minisync apply --reinvite bo@example.com` to ask again, or
                                    take them off the roster
        ! tea                     a listing that has been made cannot be taken away
                                  help: put the listing back into the manifest
        ! 林伟 <lin@example.com>  could be any of l***@example.com and li***@example.com, so nothing is
                                  done about it
                                  help: leave only one of them, in the platform's console

      Left alone
          Old Shop                  program 2021-9 is in no manifest
          Wu Yan <yan@example.com>  also has access to Old Shop, which is in no manifest
          owner@example.com         is the owner or the account we act as, and is never changed

    Plan: 1 program to adopt, 2 to create, 1 to update, 1 to delete, 2 people to invite, 1 to remove, 1
      invitation to resend, 1 role to change.
    Waiting for 2 of 4 people.
    3 things need somebody to decide.
    "#);
}

#[test]
fn a_narrow_terminal_gets_things_and_texts_below_each_other() {
    let steps = vec![
        create("幸福咖啡", "coffee"),
        world::update(),
        invite("lin@example.com", "林伟", developer(&["coffee", "tea"])),
    ];
    let world = World::new(steps, vec![waiting("mei@example.com", "Mei Chen", (20, 52))]);
    let text = plan(&world.view(), 40);
    insta::assert_snapshot!(text, @r#"
    Workspace acme

      Programs
        + coffee
            create 幸福咖啡 (zh-CN, for
            alipay-cn, listing to follow)
            (new)
        ~ tea
            update 6 fields (differs from
            the manifest)
            name: 幸福茶 → 幸福茶馆
            releaseTo: {+alipay-cn+}
            listing.tagline: {+每天一杯好
              茶，幸福每一天+}
            listing.description: … served
              hot {+or iced +}in every one
              of our [-forty-]{+fifty+}
              shops, or …
            listing.logo: fedcba987654 →
              logos/coffee.png
              (0123456789ab)
            languages.en-US.name: [-Lucky
              Tea-]

      People
        + 林伟 <lin@example.com>
            invite as developer of coffee
            and tea (new)

      Waiting
        … Mei Chen <mei@example.com>
            invited 20 hours ago, 2 days
            left

    Plan: 1 program to create, 1 to update,
      1 person to invite.
    Waiting for 1 of 4 people.
    "#);
}

#[test]
fn in_sync_is_one_line() {
    insta::assert_snapshot!(plan(&World::new(vec![], vec![]).view(), 100), @"In sync: 2 programs, 4 people.");
}

#[test]
fn waiting_says_for_whom_and_how_long() {
    let notes = vec![
        waiting("mei@example.com", "Mei Chen", (20, 52)),
        waiting("lin@example.com", "Lin Wei", (53, 19)),
        minisync::plan::Note::WaitingForMaster {
            key: world::key("coffee"),
            master: world::email("mei@example.com"),
            term: None,
        },
    ];
    let world = World::new(vec![], notes);
    insta::assert_snapshot!(plan(&world.view(), 100), @r#"
    Waiting for 2 of 4 people: Lin Wei (invited 2 days ago, 19 hours left) and Mei Chen (invited 20
      hours ago, 2 days left; the program coffee waits for them).
    "#);
    insta::assert_snapshot!(status(&world.view()), @r#"
      Waiting
        … Lin Wei <lin@example.com>   invited 2 days ago, 19 hours left
        … Mei Chen <mei@example.com>  invited 20 hours ago, 2 days left; the program coffee waits for
                                      them

    Waiting for 2 of 4 people.
    "#);
}

#[test]
fn much_of_the_same_is_counted_unless_asked() {
    let many = (0..500).map(|n| {
        invite(&format!("p{n:03}@example.com"), &format!("Person {n}"), developer(&["coffee"]))
    });
    let world = World::new(many.collect(), vec![]);
    let text = plan(&world.view(), 100);
    assert_eq!(text.matches("invite as").count(), 20, "{text}");
    assert!(text.contains("and 480 people to invite; `--all` shows them"), "{text}");
    assert!(text.ends_with("Plan: 500 people to invite.\n"), "{text}");
    let all = human::plan(&world.view(), &Look { extent: Extent::Whole, ..Look::default() });
    assert_eq!(all.matches("invite as").count(), 500);
}

#[test]
fn many_workspaces_do_not_flood_the_terminal() {
    let steps: Vec<_> = (0..25)
        .map(|n| invite(&format!("p{n}@example.com"), "Person", developer(&["coffee"])))
        .collect();
    let ids: Vec<minisync::model::WorkspaceId> =
        (0..50).map(|n| format!("ws-{n:02}").parse().unwrap()).collect();
    let world = World::new(steps, vec![]);
    let workspaces = ids.iter().map(|id| {
        let mut workspace = world.workspace();
        workspace.id = id;
        workspace
    });
    let down = "the platform did not answer within 10 s".to_owned();
    let broken: minisync::model::WorkspaceId = "ws-50".parse().unwrap();
    let unread = vec![(&broken, down)];
    let view = PlanView { workspaces: workspaces.collect(), unread, ..world.view() };
    let text = plan(&view, 100);
    assert!(text.lines().count() < 330, "{text}");
    let end: Vec<&str> = text.lines().rev().take(6).collect();
    let end: Vec<&str> = end.into_iter().rev().collect();
    insta::assert_snapshot!(end.join("\n"), @r#"
    Workspace ws-49: 25 people to invite

    error: workspace ws-50: the platform did not answer within 10 s

    Plan: 1,250 people to invite, in 50 of 51 workspaces.
    1 workspace could not be read: ws-50.
    "#);
}

#[test]
fn status_is_a_table_and_the_people_who_are_waited_for() {
    insta::assert_snapshot!(status(&eventful().view()), @r#"
      Waiting
        … 林伟 <lin@example.com>      invited 2 days ago, 19 hours left
        … Mei Chen <mei@example.com>  invited 20 hours ago, 2 days left; the program coffee waits for
                                      them, and with it Wu Yan <yan@example.com>
        … juice                       is to be created by Wu Yan <yan@example.com>, who is no master yet

      Needs somebody
        ! Bo <bo@example.com>     refused the invitation
                                  help: run `minisync apply --reinvite bo@example.com` to ask again, or
                                    take them off the roster
        ! tea                     a listing that has been made cannot be taken away
                                  help: put the listing back into the manifest
        ! 林伟 <lin@example.com>  could be any of l***@example.com and li***@example.com, so nothing is
                                  done about it
                                  help: leave only one of them, in the platform's console

    3 things need somebody to decide.
    Waiting for 2 of 4 people.
    Plan: 1 program to adopt, 2 to create, 1 to update, 1 to delete, 2 people to invite, 1 to remove, 1
      invitation to resend, 1 role to change.
    "#);
}

#[test]
fn status_names_those_who_have_least_time_left() {
    let notes = (0..500).map(|n| waiting(&format!("p{n}@example.com"), "Person", (20, 52 + n)));
    let world = World::new(vec![], notes.collect());
    let text = status(&world.view());
    assert_eq!(text.matches("invited").count(), 50, "{text}");
    assert!(text.contains("p0@example.com"), "{text}");
    assert!(text.contains("450 more lines; `--all` shows them"), "{text}");
}

#[test]
fn colours_are_in_the_text_for_whoever_prints_it() {
    let world = World::new(vec![create("幸福咖啡", "coffee")], vec![]);
    let text = human::plan(&world.view(), &Look::default());
    assert!(text.contains("\u{1b}[32m+\u{1b}[0m \u{1b}[1mcoffee\u{1b}[0m"), "{text:?}");
}
