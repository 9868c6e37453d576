//! Plans, outcomes and standings for programs, pull requests and workflow logs.

use super::{
    applies::{refused, steps},
    findings,
    plans::plain,
    schema::must_be_valid,
    world::{World, developer, eventful, invite, key, waiting},
};
use minisync::{
    engine::{Applied, Outcome, ProviderError},
    model::{Subject, WorkspaceId},
    report::{self, ApplyView, Format, Look, PlanView},
};
use std::collections::BTreeMap;

/// Every kind of outcome.
pub(super) fn outcomes() -> Vec<Outcome> {
    vec![
        refused("name-taken", "the name `幸福咖啡` is taken"),
        Outcome::Done,
        Outcome::Stale,
        Outcome::Blocked { by: Subject::Program(key("coffee")) },
        Outcome::Failed(ProviderError::Unreachable("no answer within 10 s".into())),
        Outcome::NotStarted,
    ]
}

pub(super) fn plan(view: &PlanView<'_>, format: Format) -> String {
    plain(&report::plan(view, format, &Look::default()))
}

pub(super) fn apply(world: &World, outcomes: Vec<Outcome>, format: Format) -> String {
    let applied = BTreeMap::from([(world.id.clone(), Applied { outcomes })]);
    let view =
        ApplyView { plan: &world.view(), applied: &applied, gone: &[], heads: &BTreeMap::new() };
    plain(&report::apply(&view, format, &Look::default()))
}

fn json(text: &str) -> serde_json::Value {
    must_be_valid(text);
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_json_output_keeps_to_its_schema() {
    let world = eventful();
    let found = findings::findings(&findings::sources());
    let broken: WorkspaceId = "broken".parse().unwrap();
    let view = PlanView {
        unread: vec![(&broken, "no answer".into())],
        findings: &found,
        sources: &findings::sources(),
        ..world.view()
    };
    let read = json(&plan(&view, Format::Json));
    assert_eq!(read["command"], "plan");
    assert_eq!(read["standing"], "drifted");
    assert_eq!(read["workspaces"][0]["steps"].as_array().unwrap().len(), world.plan.steps.len());
    assert_eq!(read["workspaces"][0]["notes"].as_array().unwrap().len(), world.plan.notes.len());
    assert_eq!(read["unread"][0]["workspace"], "broken");
    let read = json(&apply(&World::new(steps(), vec![]), outcomes(), Format::Json));
    assert_eq!(read["complete"], false);
    let read = json(&plain(&report::status(&view, Format::Json, &Look::default())));
    assert_eq!(read["waiting"][1]["holdsUp"][0], "coffee");
}

#[test]
fn a_step_in_json_has_all_that_the_plan_knows() {
    let world = World::new(
        vec![invite("lin@example.com", "林伟", developer(&["coffee"]))],
        vec![waiting("mei@example.com", "Mei Chen", (20, 52))],
    );
    let read = json(&plan(&world.view(), Format::Json));
    let workspace = &read["workspaces"][0];
    insta::assert_snapshot!(serde_json::to_string_pretty(&workspace["steps"][0]).unwrap(), @r#"
    {
      "action": "invite",
      "phase": "grant",
      "subject": {
        "kind": "member",
        "email": "lin@example.com",
        "name": "林伟"
      },
      "after": {
        "kind": "role",
        "role": "developer",
        "programs": [
          {
            "key": "coffee",
            "id": "2021-coffee"
          }
        ]
      },
      "changes": [],
      "reason": "missing",
      "undoesDrift": false,
      "against": "7",
      "place": {
        "path": "team.yaml",
        "start": {
          "line": 6,
          "column": 26
        },
        "end": {
          "line": 6,
          "column": 41
        },
        "bytes": {
          "start": 147,
          "end": 162
        }
      },
      "text": "invite 林伟 <lin@example.com> as developer of coffee"
    }
    "#);
    insta::assert_snapshot!(serde_json::to_string_pretty(&workspace["notes"][0]["fact"]).unwrap(), @r#"
    {
      "kind": "waitingForMember",
      "email": "mei@example.com",
      "name": "Mei Chen",
      "sent": "2026-11-22T12:00:00Z",
      "expires": "2026-11-25T12:00:00Z",
      "isUrgent": false
    }
    "#);
}

#[test]
fn an_update_in_json_is_field_by_field() {
    let read = json(&plan(&eventful().view(), Format::Json));
    let steps = read["workspaces"][0]["steps"].as_array().unwrap();
    let update = steps.iter().find(|step| step["action"] == "updateProgram").unwrap();
    let fields: Vec<&str> = update["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["field"].as_str().unwrap())
        .collect();
    let expected = [
        "name",
        "releaseTo",
        "listing.tagline",
        "listing.description",
        "listing.logo",
        "languages.en-US.name",
    ];
    assert_eq!(fields, expected);
    assert_eq!(update["changes"][0]["before"], "幸福茶");
    assert!(update["changes"][1].get("before").is_none());
}

#[test]
fn an_outcome_in_json_says_how_and_why() {
    let read = json(&apply(&World::new(steps(), vec![]), outcomes(), Format::Json));
    let outcomes: Vec<String> = read["workspaces"][0]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["outcome"].to_string())
        .collect();
    insta::assert_snapshot!(outcomes.join("\n"), @r#"
    {"kind":"failed","error":{"kind":"refused","message":"the name `幸福咖啡` is taken","rule":"name-taken"},"help":"choose another name: names are unique in a workspace"}
    {"kind":"done"}
    {"kind":"stale"}
    {"kind":"blocked","by":{"kind":"program","key":"coffee","name":"幸福咖啡"}}
    {"kind":"failed","error":{"kind":"unreachable","message":"no answer within 10 s"},"help":"apply again later: nothing is done twice"}
    {"kind":"notStarted"}
    "#);
    insta::assert_snapshot!(read["counts"].to_string(), @r#"{"steps":6,"done":1,"failed":2,"stale":1,"blocked":1,"notStarted":1}"#);
}

#[test]
fn a_pull_request_gets_a_plan_in_tables() {
    insta::assert_snapshot!(plan(&eventful().view(), Format::Markdown), @r#"
    ### minisync plan: drifted

    Plan: 1 program to adopt, 2 to create, 1 to update, 1 to delete, 2 people to invite, 1 to remove, 1 invitation to resend, 1 role to change.
    Waiting for 2 of 4 people: `林伟` (invited 2 days ago, 19 hours left) and `Mei Chen` (invited 20 hours ago, 2 days left; the program `coffee` waits for them, and with it `Wu Yan <yan@example.com>`).
    3 things need somebody to decide.

    #### Workspace `acme`

    | | | | |
    |-|-|-|-|
    | `<` | `juice` | adopt `2021-3` | there already, and not managed so far |
    | `+` | `coffee` | create `幸福咖啡` (`zh-CN`, for `alipay-cn`, listing to follow) | new |
    | `+` | `coffee` | create `幸福咖啡` (`zh-CN` and `en-US`, for `alipay-cn`) as `Mei Chen <mei@example.com>` | new |
    | `~` | `tea` | update 6 fields | differs from the manifest |
    | `+` | `林伟 <lin@example.com>` | invite as developer of `coffee` and `tea` | new |
    | `+` | `Åsa Öberg <asa.oeberg@a-rather-long-domain-name.example.com>` | invite as master | new |
    | `↺` | `Wu Yan <yan@example.com>` | resend the invitation | nobody accepted in time |
    | `~` | `Mei Chen <mei@example.com>` | developer of `a`, `b`, `c`, `d`, `e`, `f` and 2 more → master | differs from the manifest |
    | `-` | `bo@example.com` | remove from the workspace | no manifest asks for it any more |
    | `-` | `tea` | delete `幸福茶馆` | no manifest asks for it any more |

    <details><summary><code>tea</code>: 6 fields</summary>

    ```diff
    - name: 幸福茶
    + name: 幸福茶馆
    + releaseTo: alipay-cn
    + listing.tagline: 每天一杯好茶，幸福每一天
    - listing.description: Fresh tea from the hills of Hangzhou, served hot in every one of our forty shops, or brought to your door.
    + listing.description: Fresh tea from the hills of Hangzhou, served hot or iced in every one of our fifty shops, or brought to your door.
    - listing.logo: fedcba987654
    + listing.logo: logos/coffee.png (0123456789ab)
    - languages.en-US.name: Lucky Tea
    ```

    </details>

    **Waiting**

    | | | | |
    |-|-|-|-|
    | `…` | `林伟 <lin@example.com>` | invited 2 days ago, 19 hours left |  |
    | `…` | `Mei Chen <mei@example.com>` | invited 20 hours ago, 2 days left; the program `coffee` waits for them, and with it `Wu Yan <yan@example.com>` |  |
    | `…` | `juice` | is to be created by `Wu Yan <yan@example.com>`, who is no master yet |  |

    **Needs somebody**

    | | | | |
    |-|-|-|-|
    | `!` | `Bo <bo@example.com>` | refused the invitation | run `minisync apply --reinvite bo@example.com` to ask again, or take them off the roster |
    | `!` | `tea` | a listing that has been made cannot be taken away | put the listing back into the manifest |
    | `!` | `林伟 <lin@example.com>` | could be any of `l***@example.com` and `li***@example.com`, so nothing is done about it | leave only one of them, in the platform's console |

    **Left alone**

    | | | | |
    |-|-|-|-|
    |  | `Old Shop` | program `2021-9` is in no manifest |  |
    |  | `Wu Yan <yan@example.com>` | also has access to `Old Shop`, which is in no manifest |  |
    |  | `owner@example.com` | is the owner or the account we act as, and is never changed |  |
    "#);
}

#[test]
fn a_pull_request_gets_what_was_not_done_first() {
    let world = World::new(steps(), vec![]);
    insta::assert_snapshot!(apply(&world, outcomes(), Format::Markdown), @r#"
    ### minisync apply: not complete

    Applied: 1 program created.
    Of 6 steps, 2 failed, 1 skipped because of changes since the plan, 1 not tried without what they need, 1 not begun.
    Another apply goes on where this one stopped; `minisync plan` shows what is left.

    - `coffee.yaml:2:19`: could not create `coffee`: ``the name `幸福咖啡` is taken (name-taken)``
      - help: choose another name: names are unique in a workspace
    - `team.yaml:5:32`: could not invite `Mei Chen <mei@example.com>` as developer of `coffee`: `no answer within 10 s`
      - help: apply again later: nothing is done twice
    - did not update `tea`: it has changed since the plan was made
      - help: run `minisync plan` to see what it is like by now
    - `team.yaml:6:26`: did not invite `林伟 <lin@example.com>` as developer of `coffee` and `tea`: it needs `coffee`, and that was not done
    - `team.yaml:7:30`: did not invite `Wu Yan <yan@example.com>` as developer of `tea`: this run did not come to it

    <details><summary>What was done</summary>

    - create `tea`

    </details>
    "#);
}

#[test]
fn a_pull_request_gets_the_standing_as_a_table() {
    let notes = vec![
        waiting("mei@example.com", "Mei Chen", (20, 52)),
        waiting("lin@example.com", "林伟", (53, 19)),
    ];
    let world = World::new(vec![], notes);
    let text = plain(&report::status(&world.view(), Format::Markdown, &Look::default()));
    insta::assert_snapshot!(text, @r#"
    ### minisync status: waiting

    Waiting for 2 of 4 people: `林伟` (invited 2 days ago, 19 hours left) and `Mei Chen` (invited 20 hours ago, 2 days left).

    **Waiting**

    | | | | |
    |-|-|-|-|
    | `…` | `林伟 <lin@example.com>` | invited 2 days ago, 19 hours left |  |
    | `…` | `Mei Chen <mei@example.com>` | invited 20 hours ago, 2 days left |  |

    | Workspace | Standing | Programs | People | To do | Waiting | Open |
    |-|-|-:|-:|-:|-:|-:|
    | `acme` | waiting | 2 | 4 | 0 | 2 | 0 |
    "#);
}

#[test]
fn a_comment_is_never_longer_than_github_takes() {
    let many = (0..5_000)
        .map(|n| invite(&format!("p{n}@example.com"), "林伟林伟林伟", developer(&["coffee"])));
    let world = World::new(many.collect(), vec![]);
    let text = plan(&world.view(), Format::Markdown);
    assert!(text.chars().count() < 65_536, "{}", text.chars().count());
    let n_rows = text.matches("| `+` |").count();
    assert!(n_rows > 300, "{n_rows}");
    let left_out = report_count(5_000 - n_rows);
    assert!(
        text.ends_with(&format!("_And {left_out} more lines, for which there is no room here._\n"))
    );
    let text = apply(&world, vec![Outcome::Done; 5_000], Format::Markdown);
    assert!(text.chars().count() < 65_536, "{}", text.chars().count());
    assert!(text.contains("</details>"), "what was opened is closed");
}

/// `4,321`
fn report_count(n: usize) -> String {
    format!("{},{:03}", n / 1_000, n % 1_000)
}

#[test]
fn github_gets_what_needs_somebody_and_how_things_stand() {
    insta::assert_snapshot!(plan(&eventful().view(), Format::Github), @r#"
    ::warning title=Bo <bo@example.com>::refused the invitation%0Ahelp: run `minisync apply --reinvite bo@example.com` to ask again, or take them off the roster
    ::warning title=tea::a listing that has been made cannot be taken away%0Ahelp: put the listing back into the manifest
    ::warning file=team.yaml,line=6,endLine=6,col=26,endColumn=41,title=林伟 <lin@example.com>::could be any of l***@example.com and li***@example.com, so nothing is done about it%0Ahelp: leave only one of them, in the platform's console
    ::notice title=minisync%3A drifted::Plan: 1 program to adopt, 2 to create, 1 to update, 1 to delete, 2 people to invite, 1 to remove, 1 invitation to resend, 1 role to change.%0AWaiting for 2 of 4 people: 林伟 (invited 2 days ago, 19 hours left) and Mei Chen (invited 20 hours ago, 2 days left; the program coffee waits for them, and with it Wu Yan <yan@example.com>).%0A3 things need somebody to decide.
    "#);
}

#[test]
fn github_gets_each_failure_at_its_line() {
    let world = World::new(steps(), vec![]);
    insta::assert_snapshot!(apply(&world, outcomes(), Format::Github), @r#"
    ::error file=coffee.yaml,line=2,endLine=2,col=19,endColumn=25,title=coffee::could not create coffee: the name `幸福咖啡` is taken (name-taken)%0Ahelp: choose another name: names are unique in a workspace
    ::error file=team.yaml,line=5,endLine=5,col=32,endColumn=47,title=Mei Chen <mei@example.com>::could not invite Mei Chen <mei@example.com> as developer of coffee: no answer within 10 s%0Ahelp: apply again later: nothing is done twice
    ::warning title=tea::did not update tea: it has changed since the plan was made%0Ahelp: run `minisync plan` to see what it is like by now
    ::warning file=team.yaml,line=6,endLine=6,col=26,endColumn=41,title=林伟 <lin@example.com>::did not invite 林伟 <lin@example.com> as developer of coffee and tea: it needs coffee, and that was not done
    ::warning file=team.yaml,line=7,endLine=7,col=30,endColumn=45,title=Wu Yan <yan@example.com>::did not invite Wu Yan <yan@example.com> as developer of tea: this run did not come to it
    ::notice title=minisync apply::Applied: 1 program created.%0AOf 6 steps, 2 failed, 1 skipped because of changes since the plan, 1 not tried without what they need, 1 not begun.%0AAnother apply goes on where this one stopped; `minisync plan` shows what is left.
    "#);
}
