//! `access diff` without a revision: the manifests and the platform.

use super::repository::{LIN, MEI, Repository, lines_of, roster};
use crate::report::schema::must_be_valid;
use insta::assert_snapshot;

#[test]
fn before_anything_was_done_everybody_is_missing() {
    let project = Repository::new();
    assert_snapshot!(project.says(&["access", "diff"]), @r"
    Workspace acme
        Who                         Difference
     +  Lin Wei <lin@example.com>   in the manifests, not on the platform: developer of coffee
     +  Mei Chen <mei@example.com>  in the manifests, not on the platform: master

    The manifests and the platform differ about 2 people.
    ");
    assert_eq!(project.minisync(&["access", "diff", "--detailed-exitcode"]).status, 2);
}

#[test]
fn an_invitation_that_waits_is_no_difference() {
    let project = Repository::new();
    project.says(&["apply", "--yes"]);
    assert_snapshot!(project.says(&["access", "diff"]), @r"
    Workspace acme
        Who                         Difference
     …  Lin Wei <lin@example.com>   invited, has not accepted yet, 3 days left
     …  Mei Chen <mei@example.com>  invited, has not accepted yet, 3 days left

    The manifests and the platform agree about everybody. 2 people have to accept.
    ");
    assert_eq!(project.minisync(&["access", "diff", "--detailed-exitcode"]).status, 3);
    project.says(&["sandbox", "accept", "--all"]);
    let said = project.minisync(&["access", "diff", "--detailed-exitcode"]);
    assert_eq!(said.status, 0);
    assert_eq!(said.stdout, "The manifests and the platform agree about everybody.\n");
}

#[test]
fn every_way_to_differ_is_told_from_both_sides() {
    let project = Repository::new();
    let ann = "name: Ann, email: ann@example.com, role: developer, miniPrograms: [tea]";
    project.write("team.yaml", &roster(&[MEI, LIN, ann]));
    project.apply();
    let lin = LIN.replace("[coffee]", "[tea]");
    let mei = format!("{MEI}, blocked: true");
    let bo = "name: Bo, email: bo@example.com, role: developer, miniPrograms: [coffee, tea]";
    project.write("team.yaml", &roster(&[&mei, &lin, bo]));
    assert_snapshot!(project.says(&["access", "diff"]), @r"
    Workspace acme
        Who                         Difference
     -  Ann <ann@example.com>       on the platform, not in the manifests: developer of tea
     +  Bo <bo@example.com>         in the manifests, not on the platform: developer of coffee and tea
     ~  Lin Wei <lin@example.com>   in the manifests, not on the platform: developer of tea; on the
                                    platform, not in the manifests: developer of coffee
     ~  Mei Chen <mei@example.com>  to be blocked, and is not

    The manifests and the platform differ about 4 people.
    ");
    assert_snapshot!(project.says(&["access", "diff", "--format", "markdown"]), @r"
    ### minisync access diff

    The manifests and the platform differ about 4 people.

    #### Workspace `acme`

    |  | Who | Difference |
    |-|-|-|
    | - | `Ann <ann@example.com>` | on the platform, not in the manifests: developer of `tea` |
    | + | `Bo <bo@example.com>` | in the manifests, not on the platform: developer of `coffee` and `tea` |
    | ~ | `Lin Wei <lin@example.com>` | in the manifests, not on the platform: developer of `tea`; on the platform, not in the manifests: developer of `coffee` |
    | ~ | `Mei Chen <mei@example.com>` | to be blocked, and is not |
    ");
    let json = project.says(&["access", "diff", "--format", "json"]);
    must_be_valid(&json);
    assert_snapshot!(lines_of(&json, "/changes"), @r#"
    {"workspace":"acme","email":"ann@example.com","name":"Ann","kind":"gone","gets":[],"loses":[{"role":"developer","program":"tea"}],"until":[],"isFound":false}
    {"workspace":"acme","email":"bo@example.com","name":"Bo","kind":"new","gets":[{"role":"developer","program":"coffee"},{"role":"developer","program":"tea"}],"loses":[],"until":[],"isFound":false}
    {"workspace":"acme","email":"lin@example.com","name":"Lin Wei","kind":"changed","gets":[{"role":"developer","program":"tea"}],"loses":[{"role":"developer","program":"coffee"}],"until":[],"isFound":false}
    {"workspace":"acme","email":"mei@example.com","name":"Mei Chen","kind":"changed","gets":[],"loses":[],"blocked":true,"until":[],"isFound":false}
    "#);
}
