//! What has changed outside git, in every format.

use super::{
    plans::plain,
    world::{World, email, key, now, step},
};
use jiff::ToSpan as _;
use minisync::{
    model::{Field, LastChange, ProgramId, Subject},
    plan::{Action, Drift, Edit, Note, Outside, ProgramChange, Reason},
    report::{Format, Look, human, plan, status},
};

fn edit(field: Field, from: &str, to: &str) -> Edit {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Edit { field, from: text(from), to: text(to) }
}

fn drift(subject: Subject, what: Outside) -> Drift {
    let (after, before) = (now() - 10.hours(), now());
    Drift { subject, what, after, before, last_change: LastChange::default() }
}

/// Tea was renamed by Mei, Lin was taken off a program, Bo is gone; and two leaves.
fn changed() -> World {
    let name = ProgramChange::Name { from: "快乐茶".into(), to: "幸福茶".into() };
    let update = Action::UpdateProgram {
        key: key("tea"),
        id: ProgramId::new("2021-2"),
        changes: vec![name],
    };
    let tea = Subject::Program(key("tea"));
    let notes = vec![
        Note::Ignored {
            subject: tea.clone(),
            field: Field::Tagline,
            until: Some("2027-01-31".parse().unwrap()),
        },
        Note::IgnoreEnded {
            subject: Subject::Member(email("mei@example.com")),
            field: Field::Role,
            until: "2026-10-31".parse().unwrap(),
        },
        Note::Lookalike {
            key: key("coffee"),
            id: ProgramId::new("2021-9"),
            name: "Old Shop".into(),
        },
    ];
    let renamed = Action::AdoptProgram { key: key("juice"), id: ProgramId::new("2021-3") };
    let mut world =
        World::new(vec![step(renamed, Reason::Renamed), step(update, Reason::Differs)], notes);
    let by = LastChange { at: Some(now() - 2.hours()), by: Some(email("mei@example.com")) };
    let name = Outside::Changed(vec![edit(Field::Name, "幸福茶", "快乐茶")]);
    let lin = Subject::Member(email("lin@example.com"));
    let fewer = vec![edit(Field::MiniPrograms, "coffee, tea", "coffee")];
    world.drift = vec![
        Drift { last_change: by, ..drift(tea, name) },
        drift(lin, Outside::Changed(fewer)),
        drift(Subject::Member(email("bo@example.com")), Outside::Removed),
    ];
    world
}

#[test]
fn a_plan_tells_what_changed_since_when_and_by_whom() {
    let world = changed();
    insta::assert_snapshot!(plain(&human::plan(&world.view(), &Look::default())), @r"
    Workspace acme

      Programs
        < juice  adopt 2021-3 (managed already, under the key it had before)
        ~ tea    update 1 field (differs from the manifest, changed outside git)
            name: 快乐茶 → 幸福茶

      Changed outside git
          tea                     on 2026-11-23 06:00 UTC by Mei Chen <mei@example.com>
            name: 幸福茶 → 快乐茶
          林伟 <lin@example.com>  between 2026-11-22 22:00 and 2026-11-23 08:00 UTC
            miniPrograms: coffee, tea → coffee
          bo@example.com          removed between 2026-11-22 22:00 and 2026-11-23 08:00 UTC

      Needs somebody
        ! coffee  looks like Old Shop, which is in no manifest: it may be the same, renamed by hand
                  help: if it is the same, write `name: Old Shop` in the manifest: then it is adopted,
                    and nothing is created

      Left alone
          tea                         keeps its listing.tagline, which the manifest ignores until
                                      2027-01-31
          Mei Chen <mei@example.com>  role was ignored until 2026-10-31, and the manifest counts again
                                      help: take that line out of `ignore`, or give it another day

    Plan: 1 program to adopt, 1 to update.
    1 thing needs somebody to decide.
    3 things have changed outside git.
    ");
}

#[test]
fn status_counts_it() {
    let world = World { plan: minisync::plan::Plan::default(), ..changed() };
    insta::assert_snapshot!(plain(&human::status(&world.view(), &Look::default())), @r"
    3 things have changed outside git.
    In sync: 2 programs, 4 people.
    ");
    assert!(status(&world.view(), Format::Json, &Look::default()).contains(r#""drift": 3"#));
}

#[test]
fn github_and_markdown_tell_it_at_a_glance() {
    let world = changed();
    insta::assert_snapshot!(plan(&world.view(), Format::Github, &Look::default()), @r"
    ::warning file=coffee.yaml,line=2,endLine=2,col=19,endColumn=25,title=coffee::looks like Old Shop, which is in no manifest: it may be the same, renamed by hand%0Ahelp: if it is the same, write `name: Old Shop` in the manifest: then it is adopted, and nothing is created
    ::warning title=tea::changed outside git on 2026-11-23 06:00 UTC by Mei Chen <mei@example.com>: name: 幸福茶 → 快乐茶
    ::warning file=team.yaml,line=6,endLine=6,col=26,endColumn=41,title=林伟 <lin@example.com>::changed outside git between 2026-11-22 22:00 and 2026-11-23 08:00 UTC: miniPrograms: coffee, tea → coffee
    ::warning title=bo@example.com::removed outside git between 2026-11-22 22:00 and 2026-11-23 08:00 UTC
    ::notice title=minisync%3A drifted::Plan: 1 program to adopt, 1 to update.%0A1 thing needs somebody to decide.%0A3 things have changed outside git.
    ");
    insta::assert_snapshot!(plan(&world.view(), Format::Markdown, &Look::default()), @r"
    ### minisync plan: drifted

    Plan: 1 program to adopt, 1 to update.
    1 thing needs somebody to decide.
    3 things have changed outside git.

    #### Workspace `acme`

    | | | | |
    |-|-|-|-|
    | `<` | `juice` | adopt `2021-3` | managed already, under the key it had before |
    | `~` | `tea` | update 1 field | differs from the manifest, changed outside git |

    <details><summary><code>tea</code>: 1 field</summary>

    ```diff
    - name: 快乐茶
    + name: 幸福茶
    ```

    </details>

    **Changed outside git**

    | | | | |
    |-|-|-|-|
    |  | `tea` | changed outside git on 2026-11-23 06:00 UTC by `Mei Chen <mei@example.com>`: `name`: `幸福茶` → `快乐茶` |  |
    |  | `林伟 <lin@example.com>` | changed outside git between 2026-11-22 22:00 and 2026-11-23 08:00 UTC: `miniPrograms`: `coffee, tea` → `coffee` |  |
    |  | `bo@example.com` | removed outside git between 2026-11-22 22:00 and 2026-11-23 08:00 UTC |  |

    **Needs somebody**

    | | | | |
    |-|-|-|-|
    | `!` | `coffee` | looks like `Old Shop`, which is in no manifest: it may be the same, renamed by hand | if it is the same, write `name: Old Shop` in the manifest: then it is adopted, and nothing is created |

    **Left alone**

    | | | | |
    |-|-|-|-|
    |  | `tea` | keeps its `listing.tagline`, which the manifest ignores until 2027-01-31 |  |
    |  | `Mei Chen <mei@example.com>` | `role` was ignored until 2026-10-31, and the manifest counts again | take that line out of `ignore`, or give it another day |
    ");
}

#[test]
fn json_has_every_field_of_it() {
    let json: serde_json::Value =
        serde_json::from_str(&plan(&changed().view(), Format::Json, &Look::default())).unwrap();
    let workspace = &json["workspaces"][0];
    assert_eq!(workspace["steps"][1]["undoesDrift"], true);
    assert_eq!(workspace["steps"][0]["undoesDrift"], false);
    let drift = serde_json::to_string_pretty(&workspace["drift"][0]).unwrap();
    insta::assert_snapshot!(drift, @r#"
    {
      "subject": {
        "kind": "program",
        "key": "tea",
        "name": "幸福茶馆"
      },
      "isRemoved": false,
      "changes": [
        {
          "field": "name",
          "before": "幸福茶",
          "after": "快乐茶"
        }
      ],
      "after": "2026-11-22T22:00:00Z",
      "before": "2026-11-23T08:00:00Z",
      "at": "2026-11-23T06:00:00Z",
      "by": "mei@example.com",
      "text": "tea: changed outside git on 2026-11-23 06:00 UTC by Mei Chen <mei@example.com>: name: 幸福茶 → 快乐茶"
    }
    "#);
}
