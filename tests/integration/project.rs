//! Opening projects on a real disk.

use minisync::project::{self, Environment, Ledger, Project, ProjectError};
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
