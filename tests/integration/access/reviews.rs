//! `access review`: what an audit gets to see.

use super::repository::{LIN, MEI, Repository, lines_of, roster};
use crate::{report::schema::must_be_valid, stage::Stage};
use insta::assert_snapshot;
use std::fs;

#[test]
fn every_grant_is_told_with_the_commit_that_made_it() {
    let project = Repository::new();
    project.apply();
    let ann = "name: Ann, email: ann@example.com, role: developer, miniPrograms: [tea, coffee]";
    project.write("team.yaml", &roster(&[MEI, LIN, ann]));
    project.commit("lets Ann in, and \"quotes\"");
    project.says(&["apply", "--yes"]);
    project.write(
        "team.yaml",
        &roster(&[MEI, LIN, ann, "name: Bo, email: bo@example.com, role: master"]),
    );
    project.write(
        "more.yaml",
        &roster(&["name: Cy, email: cy@example.com, role: master"]).replace("team", "more"),
    );
    assert_snapshot!(project.says(&["access", "review"]), @r#"
    workspace,name,email,role,program,program name,status,invitation ends,since,invited by,until,manifest,commit,commit author,commit date,commit subject,managed,confirmed
    acme,Ann,ann@example.com,developer,coffee,Lucky coffee,invited,NOW,NOW,owner@example.com,,team.yaml:8,HASH,Zhao Ming,2020-01-02T03:04:05Z,"lets Ann in, and ""quotes""",managed,NOW
    acme,Ann,ann@example.com,developer,tea,Lucky tea,invited,NOW,NOW,owner@example.com,,team.yaml:8,HASH,Zhao Ming,2020-01-02T03:04:05Z,"lets Ann in, and ""quotes""",managed,NOW
    acme,Bo,bo@example.com,master,*,,not on the platform,,,,,team.yaml:9,not committed,,,,only in the manifests,NOW
    acme,Cy,cy@example.com,master,*,,not on the platform,,,,,more.yaml:6,file not in git,,,,only in the manifests,NOW
    acme,Lin Wei,lin@example.com,developer,coffee,Lucky coffee,active,,NOW,owner@example.com,,team.yaml:7,HASH,Zhao Ming,2020-01-02T03:04:05Z,begins,managed,NOW
    acme,Mei Chen,mei@example.com,master,*,,active,,NOW,owner@example.com,,team.yaml:6,HASH,Zhao Ming,2020-01-02T03:04:05Z,begins,managed,NOW
    acme,An Owner,owner@example.com,owner,*,,active,,NOW,,,,,,,,owner,NOW
    "#);
    assert_snapshot!(project.says(&["access", "review", "--format", "md"]), @r#"
    ### minisync access review

    7 grants to 6 people.

    #### Workspace `acme`, as read at NOW

    | Who | As | What | Status | Since | Until | Granted by | Managed |
    |-|-|-|-|-|-|-|-|
    | `Ann <ann@example.com>` | developer | `coffee` (`Lucky coffee`) | invited until NOW | TODAY, invited by `owner@example.com` |  | `team.yaml:8` `HASH` 2020-01-02 `Zhao Ming`: `lets Ann in, and "quotes"` | managed |
    | `Ann <ann@example.com>` | developer | `tea` (`Lucky tea`) | invited until NOW | TODAY, invited by `owner@example.com` |  | `team.yaml:8` `HASH` 2020-01-02 `Zhao Ming`: `lets Ann in, and "quotes"` | managed |
    | `Bo <bo@example.com>` | master | every mini program | not on the platform |  |  | `team.yaml:9` not committed | only in the manifests |
    | `Cy <cy@example.com>` | master | every mini program | not on the platform |  |  | `more.yaml:6` file not in git | only in the manifests |
    | `Lin Wei <lin@example.com>` | developer | `coffee` (`Lucky coffee`) | active | TODAY, invited by `owner@example.com` |  | `team.yaml:7` `HASH` 2020-01-02 `Zhao Ming`: `begins` | managed |
    | `Mei Chen <mei@example.com>` | master | every mini program | active | TODAY, invited by `owner@example.com` |  | `team.yaml:6` `HASH` 2020-01-02 `Zhao Ming`: `begins` | managed |
    | `An Owner <owner@example.com>` | owner | every mini program | active | TODAY |  |  | owner |
    "#);
    let json = project.says(&["access", "review", "--format", "json"]);
    must_be_valid(&json);
    assert_snapshot!(lines_of(&json, "/grants"), @r#"
    {"workspace":"acme","email":"ann@example.com","name":"Ann","role":"developer","program":{"key":"coffee","id":"ID","name":"Lucky coffee"},"inManifests":true,"platform":"invited","isManaged":true,"isDoubtful":false,"since":"NOW","invitedBy":"owner@example.com","expires":"NOW","place":{"path":"team.yaml","start":{"line":8,"column":81}},"grantedBy":{"kind":"commit","hash":"HASH","author":"Zhao Ming","at":"2020-01-02T03:04:05Z","subject":"lets Ann in, and \"quotes\"","isEdge":false},"confirmed":"NOW"}
    {"workspace":"acme","email":"ann@example.com","name":"Ann","role":"developer","program":{"key":"tea","id":"ID","name":"Lucky tea"},"inManifests":true,"platform":"invited","isManaged":true,"isDoubtful":false,"since":"NOW","invitedBy":"owner@example.com","expires":"NOW","place":{"path":"team.yaml","start":{"line":8,"column":76}},"grantedBy":{"kind":"commit","hash":"HASH","author":"Zhao Ming","at":"2020-01-02T03:04:05Z","subject":"lets Ann in, and \"quotes\"","isEdge":false},"confirmed":"NOW"}
    {"workspace":"acme","email":"bo@example.com","name":"Bo","role":"master","inManifests":true,"platform":"absent","isDoubtful":false,"place":{"path":"team.yaml","start":{"line":9,"column":48}},"grantedBy":{"kind":"uncommitted"},"confirmed":"NOW"}
    {"workspace":"acme","email":"cy@example.com","name":"Cy","role":"master","inManifests":true,"platform":"absent","isDoubtful":false,"place":{"path":"more.yaml","start":{"line":6,"column":48}},"grantedBy":{"kind":"untracked"},"confirmed":"NOW"}
    {"workspace":"acme","email":"lin@example.com","name":"Lin Wei","role":"developer","program":{"key":"coffee","id":"ID","name":"Lucky coffee"},"inManifests":true,"platform":"active","isManaged":true,"isDoubtful":false,"since":"NOW","invitedBy":"owner@example.com","place":{"path":"team.yaml","start":{"line":7,"column":80}},"grantedBy":{"kind":"commit","hash":"HASH","author":"Zhao Ming","at":"2020-01-02T03:04:05Z","subject":"begins","isEdge":false},"confirmed":"NOW"}
    {"workspace":"acme","email":"mei@example.com","name":"Mei Chen","role":"master","inManifests":true,"platform":"active","isManaged":true,"isDoubtful":false,"since":"NOW","invitedBy":"owner@example.com","place":{"path":"team.yaml","start":{"line":6,"column":55}},"grantedBy":{"kind":"commit","hash":"HASH","author":"Zhao Ming","at":"2020-01-02T03:04:05Z","subject":"begins","isEdge":false},"confirmed":"NOW"}
    {"workspace":"acme","email":"owner@example.com","name":"An Owner","role":"owner","inManifests":false,"platform":"active","isManaged":false,"isDoubtful":false,"since":"NOW","confirmed":"NOW"}
    "#);
}

#[test]
fn a_page_for_the_archive_stands_alone() {
    let project = Repository::new();
    project.apply();
    let page = project.says(&["access", "review", "--format", "html"]);
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"));
    let body = page.split("<body>").nth(1).unwrap();
    assert_snapshot!(body, @r#"

    <h1>minisync access review</h1>
    <p>3 grants to 3 people.</p>
    <table>
    <caption>Workspace acme, as read at NOW</caption>
    <thead><tr><th scope="col">Who</th><th scope="col">As</th><th scope="col">What</th><th scope="col">Status</th><th scope="col">Since</th><th scope="col">Until</th><th scope="col">Granted by</th><th scope="col">Managed</th></tr></thead>
    <tbody>
    <tr><td>Lin Wei &lt;lin@example.com&gt;</td><td>developer</td><td>coffee (Lucky coffee)</td><td>active</td><td>TODAY, invited by owner@example.com</td><td></td><td>team.yaml:7 HASH 2020-01-02 Zhao Ming: begins</td><td>managed</td></tr>
    <tr><td>Mei Chen &lt;mei@example.com&gt;</td><td>master</td><td>every mini program</td><td>active</td><td>TODAY, invited by owner@example.com</td><td></td><td>team.yaml:6 HASH 2020-01-02 Zhao Ming: begins</td><td>managed</td></tr>
    <tr><td>An Owner &lt;owner@example.com&gt;</td><td>owner</td><td>every mini program</td><td>active</td><td>TODAY</td><td></td><td></td><td>owner</td></tr>
    </tbody>
    </table>
    </body>
    </html>
    "#);
}

#[test]
fn no_name_becomes_a_formula_or_markup() {
    let project = Repository::new();
    let evil = [
        r#"name: "=cmd()|' /C calc'!A1", email: a@example.com, role: master"#,
        r#"name: "<script>alert(1)</script>", email: b@example.com, role: master"#,
        r#"name: "+1 @team [x](y) | `z`", email: c@example.com, role: master"#,
        r#"name: "::error::x ::error::y", email: d@example.com, role: master"#,
    ];
    project.write("team.yaml", &roster(&evil));
    project.commit("=evil <img src=x> @here");
    project.apply();
    let csv = project.says(&["access", "review"]);
    assert_snapshot!(csv, @r#"
    workspace,name,email,role,program,program name,status,invitation ends,since,invited by,until,manifest,commit,commit author,commit date,commit subject,managed,confirmed
    acme,"'=cmd()|' /C calc'!A1",a@example.com,master,*,,active,,NOW,owner@example.com,,team.yaml:6,HASH,Zhao Ming,2020-01-02T03:04:05Z,"'=evil <img src=x> @here",managed,NOW
    acme,<script>alert(1)</script>,b@example.com,master,*,,active,,NOW,owner@example.com,,team.yaml:7,HASH,Zhao Ming,2020-01-02T03:04:05Z,"'=evil <img src=x> @here",managed,NOW
    acme,"'+1 @team [x](y) | `z`",c@example.com,master,*,,active,,NOW,owner@example.com,,team.yaml:8,HASH,Zhao Ming,2020-01-02T03:04:05Z,"'=evil <img src=x> @here",managed,NOW
    acme,::error::x ::error::y,d@example.com,master,*,,active,,NOW,owner@example.com,,team.yaml:9,HASH,Zhao Ming,2020-01-02T03:04:05Z,"'=evil <img src=x> @here",managed,NOW
    acme,An Owner,owner@example.com,owner,*,,active,,NOW,,,,,,,,owner,NOW
    "#);
    let html = project.says(&["access", "review", "--format", "html"]);
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    let markdown = project.says(&["access", "review", "--format", "md"]);
    assert_snapshot!(markdown, @r"
    ### minisync access review

    5 grants to 5 people.

    #### Workspace `acme`, as read at NOW

    | Who | As | What | Status | Since | Until | Granted by | Managed |
    |-|-|-|-|-|-|-|-|
    | `=cmd()\|' /C calc'!A1 <a@example.com>` | master | every mini program | active | TODAY, invited by `owner@example.com` |  | `team.yaml:6` `HASH` 2020-01-02 `Zhao Ming`: `=evil <img src=x> @here` | managed |
    | `<script>alert(1)</script> <b@example.com>` | master | every mini program | active | TODAY, invited by `owner@example.com` |  | `team.yaml:7` `HASH` 2020-01-02 `Zhao Ming`: `=evil <img src=x> @here` | managed |
    | ``+1 @team [x](y) \| `z` <c@example.com>`` | master | every mini program | active | TODAY, invited by `owner@example.com` |  | `team.yaml:8` `HASH` 2020-01-02 `Zhao Ming`: `=evil <img src=x> @here` | managed |
    | `::error::x ::error::y <d@example.com>` | master | every mini program | active | TODAY, invited by `owner@example.com` |  | `team.yaml:9` `HASH` 2020-01-02 `Zhao Ming`: `=evil <img src=x> @here` | managed |
    | `An Owner <owner@example.com>` | owner | every mini program | active | TODAY |  |  | owner |
    ");
    let who = project.says(&["access", "who", "coffee"]);
    assert!(!who.contains("::error"), "{who}");
}

#[test]
fn a_shallow_clone_says_that_a_line_may_be_older() {
    let project = Repository::new();
    project.write("minisync.yaml", &(super::repository::PROJECT.to_owned() + "# more\n"));
    project.commit("another");
    let clone = Stage::empty();
    let url = format!("file://{}", project.root().display());
    let git = ["clone", "--quiet", "--depth=1", &url, "."];
    assert_eq!(clone.run(super::repository::command("git").args(git)).status, 0);
    let said = clone.minisync(&["access", "review"]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    let line = said.stdout.lines().find(|line| line.contains("mei@")).unwrap();
    assert!(line.contains(" or before,"), "{line}");
}

#[test]
fn without_git_the_grants_are_told_all_the_same() {
    let project = Repository::new();
    fs::remove_dir_all(project.root().join(".git")).unwrap();
    let csv = project.says(&["access", "review"]);
    let line = csv.lines().find(|line| line.contains("lin@")).unwrap();
    assert_eq!(
        line,
        "acme,Lin Wei,lin@example.com,developer,coffee,Lucky coffee,\
        not on the platform,,,,,team.yaml:7,no git repository,,,,only in the manifests,NOW"
    );
}
