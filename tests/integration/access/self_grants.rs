//! Who gives something to themselves is pointed out before it is done.

use super::repository::{LIN, MEI, Repository, roster};
use std::fs;

const BO: &str = "name: Bo, email: bo@example.com, role: master";

fn told(plan: &str) -> Vec<&str> {
    plan.lines().filter(|line| line.contains("themselves")).map(str::trim).collect()
}

#[test]
fn who_wrote_their_own_role_is_pointed_out() {
    let project = Repository::new();
    project.write("team.yaml", &roster(&[MEI, LIN, BO]));
    project.git(&["add", "--all"]);
    project.git(&["commit", "--quiet", "--author=Bo B. <BO@example.com>", "--message", "adds Bo"]);
    assert_eq!(
        told(&project.says(&["plan"])),
        [
            "Given to themselves",
            "! Bo <bo@example.com>  gives themselves the role master (commit HASH)"
        ]
    );
    let json: serde_json::Value =
        serde_json::from_str(&project.says(&["plan", "--format", "json"])).unwrap();
    let grants = json.pointer("/workspaces/0/selfGrants").unwrap();
    assert_eq!(grants.as_array().unwrap().len(), 1);
    assert_eq!(grants.pointer("/0/email").unwrap(), "bo@example.com");
    assert_eq!(grants.pointer("/0/place/start/line").unwrap(), 8);
    let github = project.says(&["plan", "--format", "github"]);
    let warning = "::warning file=team.yaml,line=8,endLine=8";
    assert!(told(&github)[0].starts_with(warning), "{github}");
    let markdown = project.says(&["plan", "--format", "markdown"]);
    assert_eq!(told(&markdown).len(), 2, "{markdown}");
}

#[test]
fn lines_that_are_not_committed_are_those_of_whoever_works_here() {
    let project = Repository::below("apps/coffee");
    project.git(&["config", "user.email", "lin@example.com"]);
    project.write("team.yaml", &roster(&[MEI, &LIN.replace("[coffee]", "[coffee, tea]")]));
    let grant = "gives themselves the role developer of coffee and tea (not committed)";
    for format in ["human", "github"] {
        let plan = project.says(&["plan", "--format", format]);
        let words: Vec<_> = plan.split_whitespace().collect();
        assert!(words.join(" ").contains(grant), "{plan}");
    }
    project.git(&["config", "user.email", "mei@example.com"]);
    assert_eq!(told(&project.says(&["plan"])), Vec::<&str>::new());
}

#[test]
fn nobody_is_pointed_out_where_there_is_no_git() {
    let project = Repository::new();
    fs::remove_dir_all(project.root().join(".git")).unwrap();
    assert_eq!(told(&project.says(&["plan"])), Vec::<&str>::new());
}

#[test]
fn who_takes_the_lines_of_somebody_else_for_their_own_address_is_pointed_out() {
    let project = Repository::new();
    let member = |who: &str| {
        let head = "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: { name: more }\nspec:\n";
        let role = "      role: master\n      name: Bo\n";
        project.write("more.yaml", &format!("{head}  members:\n    - {who}\n{role}"));
        project.git(&["add", "--all"]);
    };
    member("email: bo@example.com");
    project.git(&["commit", "--quiet", "--author=Mei <mei@example.com>", "--message", "adds Bo"]);
    assert_eq!(told(&project.says(&["plan"])), Vec::<&str>::new());
    member("email: eve@example.com\n      previously: bo@example.com");
    project.git(&["commit", "--quiet", "--author=Eve <eve@example.com>", "--message", "moves"]);
    assert_eq!(told(&project.says(&["plan"])).len(), 2);
}
