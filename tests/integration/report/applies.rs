//! What became of plans, on a terminal.

use super::{
    formats,
    plans::plain,
    world::{self, World, create, developer, email, invite, key},
};
use minisync::{
    diagnostic::{Code, CodeInfo},
    engine::{Applied, Event, Outcome, ProviderError, Refusal},
    model::Subject,
    plan::{Action, Reason, Step},
    report::{
        ApplyView, Format, Look, PlanView,
        human::{self, Extent},
    },
};
use std::{collections::BTreeMap, time::Duration};

pub(super) fn refused(rule: &str, detail: &str) -> Outcome {
    Outcome::Failed(ProviderError::Refused(Refusal {
        rule: rule.into(),
        field: None,
        detail: detail.into(),
    }))
}

fn apply(world: &World, outcomes: Vec<Outcome>) -> String {
    let applied = BTreeMap::from([(world.id.clone(), Applied { outcomes })]);
    let view =
        ApplyView { plan: &world.view(), applied: &applied, gone: &[], heads: &BTreeMap::new() };
    plain(&human::apply(&view, &Look::default()))
}

pub(super) fn steps() -> Vec<Step> {
    vec![
        create("幸福咖啡", "coffee"),
        create("幸福茶馆", "tea"),
        world::update(),
        invite("lin@example.com", "林伟", developer(&["coffee", "tea"])),
        invite("mei@example.com", "Mei Chen", developer(&["coffee"])),
        invite("yan@example.com", "Wu Yan", developer(&["tea"])),
    ]
}

#[test]
fn a_complete_apply_says_what_was_done_and_who_is_next() {
    let outcomes = vec![Outcome::Done; 6];
    insta::assert_snapshot!(apply(&World::new(steps(), vec![]), outcomes), @r#"
    Applied: 2 programs created, 1 updated, 3 people invited.
    3 people have an invitation to accept; `minisync status` says who.
    "#);
}

#[test]
fn a_deletion_that_waits_for_a_person_is_told_so() {
    let deletion = Action::DeleteProgram { key: key("tea"), id: world::program_id() };
    let steps = vec![world::step(deletion, Reason::Unasked)];
    let by = Subject::Member(email("lin@example.com"));
    let told = apply(&World::new(steps, vec![]), vec![Outcome::Blocked { by }]);
    let why =
        "did not delete tea: what was to be done first about 林伟 <lin@example.com> was not done";
    assert!(told.contains(why), "{told}");
}

#[test]
fn what_failed_is_told_at_its_line_with_the_platforms_words() {
    let outcomes = vec![
        refused("name-taken", "the name `幸福咖啡` is taken\u{1b}[2J"),
        Outcome::Done,
        Outcome::Stale,
        Outcome::Blocked { by: Subject::Program(key("coffee")) },
        Outcome::Failed(ProviderError::Unreachable("no answer within 10 s".into())),
        Outcome::NotStarted,
    ];
    insta::assert_snapshot!(apply(&World::new(steps(), vec![]), outcomes), @r#"
    error: could not create coffee: the name `幸福咖啡` is taken␛[2J (name-taken)
     --> coffee.yaml:2:19
      |
    2 | metadata: { name: coffee }
      |                   ^^^^^^
      |
      = help: choose another name: names are unique in a workspace

    error: could not invite Mei Chen <mei@example.com> as developer of coffee: no answer within 10 s
     --> team.yaml:5:32
      |
    5 |     - { name: Mei Chen, email: mei@example.com, role: master }
      |                                ^^^^^^^^^^^^^^^
      |
      = help: apply again later: nothing is done twice

    warning: did not update tea: it has changed since the plan was made
     |
     = help: run `minisync plan` to see what it is like by now

    warning: did not invite 林伟 <lin@example.com> as developer of coffee and tea: it needs coffee, and that was not done
     --> team.yaml:6:26
      |
    6 |     - { name: 林伟, email: lin@example.com, role: developer, miniPrograms: [coffee, tea] }
      |                            ^^^^^^^^^^^^^^^

    warning: did not invite Wu Yan <yan@example.com> as developer of tea: this run did not come to it
     --> team.yaml:7:30
      |
    7 |     - { name: Wu Yan, email: yan@example.com, role: developer, miniPrograms: [tea] }
      |                              ^^^^^^^^^^^^^^^

    Applied: 1 program created.
    Of 6 steps, 2 failed, 1 skipped because of changes since the plan, 1 not tried without what they
      need, 1 not begun.
    Another apply goes on where this one stopped; `minisync plan` shows what is left.
    "#);
}

#[test]
fn thousands_that_failed_alike_are_counted() {
    let many =
        (0..3_000).map(|n| invite(&format!("p{n}@example.com"), "Person", developer(&["coffee"])));
    let world = World::new(many.collect(), vec![]);
    let down = Outcome::Failed(ProviderError::Unreachable("no answer within 10 s".into()));
    let text = apply(&world, vec![down; 3_000]);
    assert_eq!(text.matches("error: could not invite").count(), 5, "{text}");
    assert!(text.contains("2,995 more steps that were not done; `--all` shows them"), "{text}");
}

#[test]
fn a_workspace_that_was_not_begun_counts_as_not_begun() {
    let world = World::new(steps(), vec![]);
    let view = ApplyView {
        plan: &world.view(),
        applied: &BTreeMap::new(),
        gone: &[],
        heads: &BTreeMap::new(),
    };
    let text = plain(&human::apply(&view, &Look { extent: Extent::Whole, ..Look::default() }));
    assert!(text.contains("Of 6 steps, 6 not begun."), "{text}");
    assert_eq!(text.matches("this run did not come to it").count(), 6, "{text}");
}

#[test]
fn with_nothing_to_do_apply_says_how_things_stand() {
    let world = World::new(vec![], vec![world::waiting("mei@example.com", "Mei Chen", (20, 52))]);
    insta::assert_snapshot!(apply(&world, vec![]), @"Waiting for 1 of 4 people: Mei Chen (invited 20 hours ago, 2 days left).");
    for format in [Format::Json, Format::Markdown, Format::Github] {
        let text = formats::apply(&world, vec![], format);
        assert!(text.contains("Waiting for 1 of 4 people"), "{format:?}: {text}");
    }
}

#[test]
fn of_several_workspaces_a_failure_says_which() {
    let (one, other) = (World::new(steps(), vec![]), World::new(vec![], vec![]));
    let plan = PlanView { workspaces: vec![one.workspace(), other.workspace()], ..one.view() };
    let outcomes = vec![refused("name-taken", "taken"); 6];
    let applied = BTreeMap::from([(one.id.clone(), Applied { outcomes })]);
    let view = ApplyView { plan: &plan, applied: &applied, gone: &[], heads: &BTreeMap::new() };
    let text = plain(&human::apply(&view, &Look::default()));
    assert!(text.starts_with("error: in workspace acme, could not create coffee: taken"), "{text}");
}

#[test]
fn progress_is_a_line_an_event() {
    let world = World::new(steps(), vec![]);
    let workspace = world.workspace();
    let slow = "the platform asked us to slow down".to_owned();
    let events = [
        Event::StepStarted { step: 0 },
        Event::Retrying { step: 0, after: Duration::from_secs(20), why: slow },
        Event::StepEnded { step: 0, outcome: Outcome::Done },
        Event::StepEnded { step: 3, outcome: Outcome::Stale },
        Event::StepEnded { step: 4, outcome: refused("person-name", "a name is\r\nneeded") },
        Event::StepEnded { step: 99, outcome: Outcome::Done },
    ];
    let lines: Vec<String> =
        events.iter().filter_map(|event| human::progress(event, &workspace)).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    again in 20 s: create coffee: the platform asked us to slow down
    done: create coffee
    did not invite 林伟 <lin@example.com> as developer of coffee and tea: it has changed since the plan was made
    could not invite Mei Chen <mei@example.com> as developer of coffee: a name is␍⏎needed (person-name)
    "#);
}

#[test]
fn explaining_a_code() {
    let info = CodeInfo {
        code: Code(301),
        title: "a name has the wrong width",
        explanation: "The name of a mini program is between 3 and 30 characters wide, and a Chinese \
            character counts as 2.\n\nShorten it.",
        source: "quickstart, Create a mini program by a master",
    };
    let look = Look { width: 60, extent: Extent::Brief };
    let example = "spec:\n  name: 咖\n";
    insta::assert_snapshot!(plain(&human::explain(&info, Some(example), &look)), @r#"
    MS0301: a name has the wrong width

    The name of a mini program is between 3 and 30 characters
    wide, and a Chinese character counts as 2.

    Shorten it.

    For example, this has it:

        spec:
          name: 咖

    Source: quickstart, Create a mini program by a master
    "#);
    insta::assert_snapshot!(plain(&human::codes(&[&info], &look)), @"MS0301  a name has the wrong width");
}

#[test]
fn a_step_has_a_name_for_the_bar() {
    let world = World::new(steps(), vec![]);
    let deed = human::deed(&world.plan.steps[3], &world.workspace());
    assert_eq!(deed, "invite 林伟 <lin@example.com> as developer of coffee and tea");
    assert_eq!(world.view().standing(), minisync::plan::Standing::Drifted);
    assert!(world.desired.members.contains_key(&email("lin@example.com")));
}
