//! Opening projects on a real disk.

use minisync::{
    manifest::PROJECT_FILE,
    project::{self, Environment, Ledger, Project, ProjectError, Secret},
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

const ROSTER: &str = "apiVersion: minisync.dev/v1\nkind: Roster\nmetadata: {name: team}\n";
const PROJECT: &str = "apiVersion: minisync.dev/v1\nkind: Project\n";

/// A folder with these files in it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn open(folder: &TempDir, given: &[&str]) -> Result<Project, ProjectError> {
    let given: Vec<PathBuf> = given.iter().map(|path| folder.path().join(path)).collect();
    project::open(&given)
}

fn paths(project: &Project) -> Vec<&str> {
    project.sources.iter().map(|(_, source)| source.path.as_str()).collect()
}

#[test]
fn every_manifest_below_is_read_and_nothing_else() {
    let folder = folder(&[
        ("b.yaml", ROSTER),
        ("a/c.yml", ROSTER),
        ("a/notes.txt", ROSTER),
        (".github/workflows/ci.yaml", ROSTER),
        ("ignored.yaml", ROSTER),
        (".gitignore", "ignored.yaml\n"),
        ("compose.yaml", "services: {}\n"),
        ("empty.yaml", ""),
        ("other/minisync.yaml", PROJECT),
        ("other/team.yaml", ROSTER),
    ]);
    let project = open(&folder, &["."]).unwrap();
    assert_eq!(paths(&project), ["a/c.yml", "b.yaml"]);
    assert_eq!(project.n_others, 2);
}

#[test]
fn a_named_file_is_read_whatever_it_holds() {
    let folder = folder(&[("compose.yaml", "services: {}\n"), ("team.yaml", ROSTER)]);
    let project = open(&folder, &["compose.yaml"]).unwrap();
    assert_eq!(paths(&project), ["compose.yaml"]);
}

#[test]
fn no_manifest_at_all_says_what_was_looked_for() {
    let folder = folder(&[("compose.yaml", "services: {}\n")]);
    let error = open(&folder, &["."]).unwrap_err();
    let message = error.to_string().replace(&*real(folder.path()), "ROOT");
    insta::assert_snapshot!(message, @"no manifest in `ROOT` (one YAML file in it is something else)");
    insta::assert_snapshot!(error.help(), @r"
    looked for `.yaml` and `.yml` files with `apiVersion: minisync.dev/v1`; `minisync init` writes a starting point
    ");
    let error = open(&folder, &["nowhere"]).unwrap_err();
    assert!(matches!(error, ProjectError::Missing(_)), "{error}");
}

fn real(path: &Path) -> String {
    fs::canonicalize(path).unwrap().display().to_string()
}

#[test]
fn a_project_without_a_file_has_sound_defaults() {
    let folder = folder(&[("team.yaml", ROSTER)]);
    let project = open(&folder, &["."]).unwrap();
    assert!(!project.has_project_file());
    assert_eq!(project.settings.workspace.as_str(), "default");
    let kept = project.root().join(".minisync");
    assert_eq!(project.settings.ledger, Ledger::File(kept.join("ledger.db")));
    assert_eq!(project.environment(None), Ok(Environment::EmbeddedSandbox(kept)));
    assert_eq!(
        project.environment(Some("production")).unwrap_err().to_string(),
        "there is no environment `production` in `minisync.yaml`; it has none"
    );
}

#[test]
fn the_project_is_found_from_below_and_read_whole() {
    let folder = folder(&[
        (PROJECT_FILE, "apiVersion: minisync.dev/v1\nkind: Project\nworkspace: acme\n"),
        ("programs/coffee.yaml", ROSTER),
        ("teams/team.yaml", ROSTER),
    ]);
    for given in ["teams", "teams/team.yaml", ".", PROJECT_FILE] {
        let project = open(&folder, &[given]).unwrap();
        assert_eq!(paths(&project), [PROJECT_FILE, "programs/coffee.yaml", "teams/team.yaml"]);
        assert_eq!(project.settings.workspace.as_str(), "acme");
        let asked: Vec<bool> =
            project.sources.iter().map(|(id, _)| project.is_asked_about(id)).collect();
        let all = !given.starts_with("teams");
        assert_eq!(asked, [all, all, true], "{given}");
    }
}

#[test]
fn globs_say_which_files_are_manifests() {
    let manifests = format!("{PROJECT}manifests: [\"teams/*.yaml\", .hidden/*.yaml]\n");
    let folder = folder(&[
        (PROJECT_FILE, &manifests),
        ("teams/a.yaml", "services: {}\n"),
        ("teams/deep/b.yaml", ROSTER),
        ("c.yaml", ROSTER),
        (".hidden/d.yaml", ROSTER),
        ("teams/.hidden/e.yaml", ROSTER),
    ]);
    let project = open(&folder, &["."]).unwrap();
    assert_eq!(paths(&project), [".hidden/d.yaml", PROJECT_FILE, "teams/a.yaml"]);
}

#[test]
fn environments_name_secrets_and_never_hold_them() {
    let environments = "
owner: { name: An Owner, email: Owner@Example.com }
environments:
  local: { platform: sandbox }
  staging:
    platform: sandbox
    url: https://sandbox.example.com
    credential: { env: MINISYNC_TOKEN }
    masters:
      mei@example.com: { file: secrets/mei }
      lin@example.com: { file: ~/.config/lin }
";
    let folder =
        folder(&[(PROJECT_FILE, &format!("{PROJECT}{environments}")), ("team.yaml", ROSTER)]);
    let project = open(&folder, &["."]).unwrap();
    assert_eq!(project.settings.owner.as_ref().unwrap().email.as_str(), "owner@example.com");
    assert_eq!(
        project.environment(None).unwrap_err().to_string(),
        "`minisync.yaml` has several environments (local, staging), and none of them is the default"
    );
    let Ok(Environment::Sandbox(staging)) = project.environment(Some("staging")) else {
        panic!("staging is a server");
    };
    assert_eq!(staging.credential, Some(Secret::Env("MINISYNC_TOKEN".into())));
    let masters: Vec<&Secret> = staging.masters.values().collect();
    let mei = Secret::File(project.root().join("secrets/mei"));
    assert_eq!(masters, [&Secret::HomeFile(".config/lin".into()), &mei]);
}
