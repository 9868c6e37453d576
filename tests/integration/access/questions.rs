//! `access who` and `access what`.

use super::repository::{LIN, MEI, Repository, lines_of, names, program, roster};
use crate::{report::schema::must_be_valid, stage::MINISYNC};
use insta::assert_snapshot;
use std::{fs, process::Command};

#[test]
fn who_reaches_a_program_is_told_with_the_way_and_the_place() {
    let project = Repository::new();
    assert_snapshot!(project.says(&["access", "who", "coffee"]), @r"
    coffee (Lucky coffee) in workspace acme
     As         Who                           On the platform            Until  Manifest
     owner      An Owner <owner@example.com>  yes
     master     Mei Chen <mei@example.com>    no, only in the manifests         team.yaml:6
     developer  Lin Wei <lin@example.com>     no, only in the manifests         team.yaml:7

    1 person reaches coffee now. 2 people are named here without reaching it now. It does not exist on
      the platform yet.
    ");
    project.apply();
    let ann = "name: Ann, email: ann@example.com, role: developer, miniPrograms: [tea, coffee]";
    project.write("team.yaml", &roster(&[MEI, LIN, ann]));
    project.says(&["apply", "--yes"]);
    project.write(
        "team.yaml",
        &roster(&[&MEI.replace("master", "developer, miniPrograms: [tea]"), ann]),
    );
    assert_snapshot!(project.says(&["access", "who", "coffee"]), @r"
    coffee (Lucky coffee) in workspace acme
     As         Who                           On the platform       Until  Manifest
     owner      An Owner <owner@example.com>  yes
     master     Mei Chen <mei@example.com>    yes, and only there          team.yaml:6
     developer  Ann <ann@example.com>         invited, 3 days left         team.yaml:7
     developer  Lin Wei <lin@example.com>     yes, and only there

    3 people reach coffee now. 1 person is named here without reaching it now.
    ");
}

#[test]
fn somebody_who_is_blocked_or_has_refused_does_not_reach_it() {
    let project = Repository::new();
    project.says(&["apply", "--yes"]);
    project.says(&["sandbox", "refuse", "lin@example.com"]);
    project.says(&["sandbox", "accept", "mei@example.com"]);
    // Not the last master, who could not be blocked without being asked for by name.
    let ana = "name: Ana, email: ana@example.com, role: master";
    project.write("team.yaml", &roster(&[MEI, LIN, ana]));
    project.says(&["apply", "--yes"]);
    project.says(&["sandbox", "accept", "ana@example.com"]);
    project.write("team.yaml", &roster(&[&format!("{MEI}, blocked: true"), LIN, ana]));
    project.says(&["apply", "--yes"]);
    assert_snapshot!(project.says(&["access", "who", "coffee"]), @r"
    coffee (Lucky coffee) in workspace acme
     As         Who                           On the platform                 Until  Manifest
     owner      An Owner <owner@example.com>  yes
     master     Ana <ana@example.com>         yes                                    team.yaml:8
     master     Mei Chen <mei@example.com>    blocked                                team.yaml:6
     developer  Lin Wei <lin@example.com>     no, only in the manifests (the         team.yaml:7
                                              invitation was refused)

    2 people reach coffee now. 2 people are named here without reaching it now.
    ");
}

#[test]
fn a_program_is_found_by_its_name_too() {
    let project = Repository::new();
    project.apply();
    let by_key = project.says(&["access", "who", "tea"]);
    assert_eq!(project.says(&["access", "who", "Lucky tea"]), by_key);
}

#[test]
fn what_somebody_reaches_is_told_in_every_workspace() {
    let project = Repository::new();
    let beans = program("beans").replace("spec: {", "spec: { workspace: beans,");
    project.write("beans/programs.yaml", &beans);
    let mut team = roster(&["name: Lin Wei, email: LIN@example.com, role: master", MEI]);
    team = team.replace("spec:\n", "spec:\n  workspace: beans\n");
    project.write("beans/team.yaml", &team);
    project.apply();
    assert_snapshot!(project.says(&["access", "what", "Lin@Example.com"]), @r"
    Lin Wei <lin@example.com>
     Workspace  What                   As         On the platform  Until  Manifest
     acme       coffee (Lucky coffee)  developer  yes                     team.yaml:7
     beans      every mini program     master     yes                     beans/team.yaml:7

    Lin Wei <lin@example.com> reaches something in 2 workspaces now.
    ");
    assert_snapshot!(project.says(&["access", "what", "owner@example.com", "--format", "md"]), @r"
    ### minisync access what

    `An Owner <owner@example.com>` reaches something in 2 workspaces now.

    #### `An Owner <owner@example.com>`

    | Workspace | What | As | On the platform | Until | Manifest |
    |-|-|-|-|-|-|
    | `acme` | every mini program | owner | yes |  |  |
    | `beans` | every mini program | owner | yes |  |  |
    ");
}

#[test]
fn who_is_gone_reaches_nothing() {
    let project = Repository::new();
    project.says(&["apply", "--yes"]);
    project.says(&["sandbox", "refuse", "lin@example.com"]);
    project.write("team.yaml", &roster(&[MEI]));
    assert_snapshot!(project.says(&["access", "what", "lin@example.com"]), @r"
    Lin Wei <lin@example.com> reaches nothing now.
    In workspace acme: the invitation was refused.
    ");
}

#[test]
fn a_slip_is_understood() {
    let project = Repository::new();
    let said = project.minisync(&["access", "who", "cofee"]);
    assert_eq!((said.status, said.stdout.as_str()), (1, ""));
    assert_snapshot!(said.stderr, @r"
    Looking at the embedded sandbox.
    error: there is no mini program `cofee`
    help: did you mean `coffee`?
    ");
    let said = project.minisync(&["access", "what", "lin@exmaple.com"]);
    assert_eq!((said.status, said.stdout.as_str()), (1, ""));
    assert_snapshot!(said.stderr, @r"
    Looking at the embedded sandbox.
    error: neither the manifests nor the platform know lin@exmaple.com
    help: did you mean `lin@example.com`?
    ");
    let said = project.minisync(&["access", "what", "lin"]);
    assert_eq!((said.status, said.stdout.as_str()), (64, ""));
    assert_snapshot!(said.stderr, @r"
    error: `lin` is not an e-mail address
    help: people are known by their addresses, such as `lin@example.com`
    ");
    let said = project.minisync(&["access", "who", "something-else"]);
    assert_snapshot!(said.stderr, @r"
    Looking at the embedded sandbox.
    error: there is no mini program `something-else`
    help: known are `Lucky coffee`, `Lucky tea`, `coffee`, `tea`
    ");
}

#[test]
fn programs_get_the_same_answers() {
    let project = Repository::new();
    project.says(&["apply", "--yes"]);
    let who = project.says(&["access", "who", "coffee", "--format", "json"]);
    must_be_valid(&who);
    assert_snapshot!(lines_of(&who, "/programs/0/grants"), @r#"
    {"workspace":"acme","email":"owner@example.com","name":"An Owner","role":"owner","inManifests":false,"platform":"active","isManaged":false,"isDoubtful":false,"since":"NOW"}
    {"workspace":"acme","email":"mei@example.com","name":"Mei Chen","role":"master","inManifests":true,"platform":"invited","isManaged":true,"isDoubtful":false,"since":"NOW","invitedBy":"owner@example.com","expires":"NOW","place":{"path":"team.yaml","start":{"line":6,"column":55}}}
    {"workspace":"acme","email":"lin@example.com","name":"Lin Wei","role":"developer","program":{"key":"coffee","id":"ID","name":"Lucky coffee"},"inManifests":true,"platform":"invited","isManaged":true,"isDoubtful":false,"since":"NOW","invitedBy":"owner@example.com","expires":"NOW","place":{"path":"team.yaml","start":{"line":7,"column":80}}}
    "#);
    let what = project.says(&["access", "what", "lin@example.com", "--format", "json"]);
    must_be_valid(&what);
    assert!(what.contains("\"command\": \"accessWhat\""), "{what}");
}

#[test]
fn what_minisync_did_not_do_is_told_as_found() {
    let project = Repository::new();
    project.write("programs.yaml", &["coffee", "tea"].map(program).concat());
    let ann = "name: Ann, email: ann@example.com, role: developer, miniPrograms: [tea]";
    project.write("team.yaml", &roster(&[MEI, LIN, ann]));
    project.apply();
    // As if somebody else had done all of it.
    for name in names(&project.root().join(".minisync")) {
        if name.starts_with("ledger") {
            fs::remove_file(project.root().join(".minisync").join(name)).unwrap();
        }
    }
    project.write("programs.yaml", &program("coffee"));
    project.write("team.yaml", &roster(&[MEI, LIN]));
    let by_name = project.says(&["access", "who", "Lucky tea"]);
    assert_snapshot!(by_name, @r"
    Lucky tea (ID) in workspace acme
     As         Who                           On the platform      Until  Manifest
     owner      An Owner <owner@example.com>  yes
     master     Mei Chen <mei@example.com>    yes                         team.yaml:6
     developer  Ann <ann@example.com>         yes, and only there

    3 people reach Lucky tea now.
    ");
    let mut json = Command::new(MINISYNC);
    let json = project.run(json.args(["access", "who", "Lucky tea", "--format", "json"])).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let id = json.pointer("/programs/0/program/id").unwrap().as_str().unwrap();
    assert_eq!(project.says(&["access", "who", id]), by_name);
    assert_snapshot!(project.says(&["access", "diff"]), @r"
    Workspace acme
        Who                    Difference
     -  Ann <ann@example.com>  on the platform, not in the manifests: developer of Lucky tea; found
                               there, and left alone by minisync

    The manifests and the platform differ about 1 person.
    ");
}

#[test]
fn last_days_are_told() {
    let project = Repository::new();
    let lin = LIN.replace("[coffee]", "[coffee, { program: tea, until: 2098-12-31 }]");
    project.write("team.yaml", &roster(&[MEI, &format!("{lin}, until: 2099-01-31")]));
    project.apply();
    assert_snapshot!(project.says(&["access", "what", "lin@example.com"]), @r"
    Lin Wei <lin@example.com>
     Workspace  What                   As         On the platform  Until       Manifest
     acme       coffee (Lucky coffee)  developer  yes              2099-01-31  team.yaml:7
     acme       tea (Lucky tea)        developer  yes              2098-12-31  team.yaml:7

    Lin Wei <lin@example.com> reaches something in 1 workspace now.
    ");
    let ended = LIN.replace("[coffee]", "[tea, { program: coffee, until: 2020-12-31 }]");
    project.write("team.yaml", &roster(&[MEI, &ended]));
    assert_snapshot!(project.says(&["access", "diff"]), @r"
    Workspace acme
        Who                        Difference
     ~  Lin Wei <lin@example.com>  on the platform, not in the manifests: developer of coffee

    The manifests and the platform differ about 1 person.
    ");
}
