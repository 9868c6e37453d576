//! `access diff REV`: what was, and what is.

use super::repository::{LIN, MEI, Repository, names, program, roster};
use crate::{report::schema::must_be_valid, stage::MINISYNC};
use insta::assert_snapshot;
use std::{fs, process::Command};

/// Three commits: Mei and Lin; Ann comes; Mei goes and Lin becomes a master.
fn history() -> Repository {
    let project = Repository::new();
    let ann = "name: Ann, email: ann@example.com, role: developer, miniPrograms: [tea, coffee]";
    project.write("team.yaml", &roster(&[MEI, LIN, ann]));
    project.commit("Ann comes");
    let lin = "name: Lin Wei, email: lin@example.com, role: master";
    let ann = ann.replace("[tea, coffee]", "[tea], blocked: true");
    project.write("team.yaml", &roster(&[lin, &ann]));
    project.commit("Lin takes over");
    project
}

#[test]
fn two_revisions_are_told_apart_by_what_people_may_do() {
    let project = history();
    assert_snapshot!(project.says(&["access", "diff", "HEAD~2..HEAD"]), @r"
    Workspace acme
        Who                         Difference
     +  Ann <ann@example.com>       gets developer of tea; is blocked
     ~  Lin Wei <lin@example.com>   master instead of developer of coffee
     -  Mei Chen <mei@example.com>  loses master

    From `HEAD~2` to `HEAD`: 1 person is new, 1 person changes and 1 person is gone.
    ");
    let json = project.says(&["access", "diff", "HEAD~2..", "--format", "json"]);
    must_be_valid(&json);
    assert!(json.contains("\"to\": \"HEAD\""), "{json}");
    let said = project.minisync(&["access", "diff", "HEAD~1", "--detailed-exitcode"]);
    assert_eq!(said.status, 2);
    let said = project.minisync(&["access", "diff", "HEAD", "--detailed-exitcode"]);
    assert_eq!(
        (said.status, said.stdout.as_str()),
        (0, "From `HEAD` to the files as they are: nobody's access changes.\n")
    );
}

#[test]
fn the_files_as_they_are_count_and_the_repository_stays_as_it_is() {
    let project = Repository::new();
    project.write("team.yaml", &roster(&[MEI]));
    project.git(&["add", "team.yaml"]);
    project.write("team.yaml", &roster(&[LIN]));
    let before = project.git(&["status", "--porcelain"]);
    assert_snapshot!(project.says(&["access", "diff", "main"]), @r"
    Workspace acme
        Who                         Difference
     -  Mei Chen <mei@example.com>  loses master

    From `main` to the files as they are: 1 person is gone.
    ");
    assert_eq!(project.git(&["status", "--porcelain"]), before);
    assert!(!names(&project.root()).contains(&".minisync".to_owned()), "the platform is not asked");
}

#[test]
fn errors_of_a_revision_are_told_with_its_name() {
    let project = Repository::new();
    project.write("team.yaml", &roster(&[MEI]).replace("role: master", "role: boss"));
    project.commit("a mistake");
    project.write("team.yaml", &roster(&[MEI, LIN]));
    let said = project.minisync(&["access", "diff", "HEAD"]);
    assert_eq!((said.status, said.stdout.as_str()), (1, ""));
    assert_snapshot!(said.stderr, @r"
    error[MS0104]: `role` cannot be `boss`
     --> HEAD:team.yaml:6:55
      |
    6 |     - { name: Mei Chen, email: mei@example.com, role: boss }
      |                                                       ^^^^
      |
      = help: it is `master` or `developer`

    1 error in 1 file. `minisync explain MS0104` says more about a finding.
    ");
    let said = project.minisync(&["access", "diff", "HEAD", "--format", "json"]);
    assert_eq!(said.status, 1);
    assert!(said.stdout.contains("\"path\": \"HEAD:team.yaml\""), "{}", said.stdout);
}

#[test]
fn before_there_was_a_project_nobody_had_anything() {
    let project = Repository::below("later");
    project.git(&["checkout", "--quiet", "--orphan", "empty"]);
    project.git(&["rm", "--quiet", "-r", "--cached", "."]);
    project.git(&["commit", "--quiet", "--allow-empty", "--message", "nothing"]);
    let said = project.minisync(&["access", "diff", "empty..main"]);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert_snapshot!(said.stdout, @r"
    Workspace acme
        Who                         Difference
     +  Lin Wei <lin@example.com>   gets developer of coffee
     +  Mei Chen <mei@example.com>  gets master

    From `empty` to `main`: 2 people are new.
    ");
    assert_snapshot!(said.stderr, @"There is no manifest at `empty`.");
}

#[test]
fn a_project_in_a_folder_below_is_read_with_what_it_needs_from_above() {
    let project = Repository::below("a b 项目/shops");
    let logo = fs::read("examples/master/logos/coffee.png").unwrap();
    fs::create_dir_all(project.root().join("../logos")).unwrap();
    fs::write(project.root().join("../logos/coffee.png"), logo).unwrap();
    let listing = ", listing: { tagline: 每天一杯好咖啡，幸福每一天, \
                   description: 在线点单，到店即取。现磨咖啡、季节特调和手工甜点，附近门店一目了然。, \
                   logo: ../logos/coffee.png, industry: 餐饮/咖啡, \
                   customerService: { phone: 0571-8888888, email: care@example.com } } }";
    let listed = program("coffee").replace(" }\n---", &format!("{listing}\n---"));
    project.write("programs.yaml", &(listed + &program("tea")));
    let checked = project.minisync(&["check"]);
    assert_eq!(checked.status, 0, "{}", checked.stdout);
    project.write(".gitignore", "ignored.yaml\n");
    project.commit("a listing");
    project.write("team.yaml", &roster(&[MEI]));
    assert_snapshot!(project.says(&["access", "diff", "HEAD"]), @r"
    Workspace acme
        Who                        Difference
     -  Lin Wei <lin@example.com>  loses developer of coffee

    From `HEAD` to the files as they are: 1 person is gone.
    ");
    let from_outside = ["access", "diff", "HEAD", "--project", "a b 项目/shops"];
    let said = project.stage.minisync(&from_outside);
    assert_eq!(said.status, 0, "{}", said.stderr);
}

#[test]
fn what_git_cannot_do_is_said_with_the_way_out() {
    let project = Repository::new();
    for revision in ["v9", "--all", "HEAD...main", "main:team.yaml"] {
        let said = project.minisync(&["access", "diff", "--", revision]);
        assert_eq!(said.stdout, "", "{revision}");
        assert!(matches!(said.status, 1 | 64), "{revision}: {}", said.status);
        assert!(said.stderr.contains("help: "), "{revision}: {}", said.stderr);
        assert!(said.stderr.contains(&format!("`{revision}`")), "{}", said.stderr);
    }
    fs::remove_dir_all(project.root().join(".git")).unwrap();
    let said = project.minisync(&["access", "diff", "HEAD"]);
    assert_eq!(said.status, 1);
    assert_snapshot!(said.stderr.replace(project.stage.folder.path().to_str().unwrap(), "~"), @r"
    error: ~ is not in a git repository
    help: revisions are looked up in git: run this in a clone; without a revision, `minisync access diff` compares with the platform
    ");
    let mut alone = Command::new(MINISYNC);
    alone.args(["access", "diff", "HEAD"]).current_dir(project.root()).env_clear();
    let output = alone.env("PATH", project.root()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @r"
    error: there is no `git` program
    help: install git, and see to it that it is on the PATH
    ");
}

#[test]
fn where_a_hook_runs_its_surroundings_mislead_nobody() {
    let (project, other) = (history(), Repository::new());
    let git = other.root().join(".git");
    let mut hook = Command::new("env");
    hook.arg(format!("GIT_DIR={}", git.display()))
        .arg(format!("GIT_INDEX_FILE={}", git.join("index").display()))
        .arg("GIT_WORK_TREE=/")
        .args([MINISYNC, "access", "diff", "HEAD~2"]);
    let said = project.run(&mut hook);
    assert_eq!(said.status, 0, "{}", said.stderr);
    assert!(said.stdout.contains("to the files as they are: 1 person is new"), "{}", said.stdout);
    assert_eq!(other.git(&["status", "--porcelain"]), "");
}

#[test]
fn filters_of_the_repository_are_honoured() {
    let project = Repository::new();
    // As large files are kept: what is in git is not what people see.
    project.git(&["config", "filter.role.clean", "sed s/developer/ROLE/"]);
    project.git(&["config", "filter.role.smudge", "sed s/ROLE/developer/"]);
    project.write(".gitattributes", "team.yaml filter=role\n");
    project.write("team.yaml", &(roster(&[MEI, LIN]) + "# filtered\n"));
    project.commit("filtered");
    assert!(project.git(&["show", "HEAD:team.yaml"]).contains("ROLE"));
    let said = project.says(&["access", "diff", "HEAD"]);
    assert_eq!(said, "From `HEAD` to the files as they are: nobody's access changes.\n");
}
