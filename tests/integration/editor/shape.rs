//! Shape: the schemas accept every example and refuse every broken manifest, in the eyes of two
//! validators that know nothing of each other.

use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const VALIDATOR: &str = "target/tools/venv/bin/check-jsonschema";
const MANIFEST: &str = "schema/manifest.schema.json";
const PROJECT: &str = "schema/project.schema.json";

fn yaml_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("broken") && !path.ends_with(".minisync") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} has manifests");
    found
}

/// The project files, and the manifests.
fn examples() -> (Vec<PathBuf>, Vec<PathBuf>) {
    yaml_files("examples").into_iter().partition(|path| path.ends_with("minisync.yaml"))
}

/// The documents of a file, each on its own: `check-jsonschema` reads no more than one a file.
fn documents(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().split("\n---\n").map(str::to_owned).collect()
}

fn value(document: &str) -> Value {
    yaml_serde::from_str(document).unwrap()
}

/// The files that `check-jsonschema` refuses.
fn refused(schema: &str, files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let output = Command::new(VALIDATOR)
        .args(["--output-format", "json", "--schemafile", schema])
        .args(files)
        .output()
        .unwrap_or_else(|why| panic!("{VALIDATOR}: {why}; run tests/tools/install"));
    let answer: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let named = |list: &str| -> Vec<Value> { answer[list].as_array().cloned().unwrap_or_default() };
    assert_eq!(named("parse_errors"), Vec::<Value>::new());
    let errors = named("errors");
    assert_eq!(output.status.success(), errors.is_empty(), "{answer:#}");
    errors.iter().map(|error| error["filename"].as_str().unwrap().into()).collect()
}

#[test]
fn check_jsonschema_accepts_every_example() {
    let folder = tempfile::tempdir().unwrap();
    let (projects, manifests) = examples();
    for (schema, paths) in [(PROJECT, projects), (MANIFEST, manifests)] {
        let mut files = Vec::new();
        for document in paths.iter().flat_map(|path| documents(path)) {
            let file = folder.path().join(format!("{}-{}.yaml", &schema[7..10], files.len()));
            fs::write(&file, document).unwrap();
            files.push(file);
        }
        assert_eq!(refused(schema, &files), BTreeSet::new());
    }
}

#[test]
fn check_jsonschema_refuses_every_broken_shape() {
    for (schema, folder) in
        [(MANIFEST, "tests/fixtures/shape/manifest"), (PROJECT, "tests/fixtures/shape/project")]
    {
        let files = yaml_files(folder);
        let refused = refused(schema, &files);
        let accepted: Vec<&PathBuf> =
            files.iter().filter(|file| !refused.contains(*file)).collect();
        assert_eq!(accepted, Vec::<&PathBuf>::new());
    }
}

#[test]
fn a_broken_shape_is_refused_at_its_place_for_its_reason() {
    for (schema, folder) in
        [(MANIFEST, "tests/fixtures/shape/manifest"), (PROJECT, "tests/fixtures/shape/project")]
    {
        let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for file in yaml_files(folder) {
            let text = fs::read_to_string(&file).unwrap();
            let told = text.lines().next().and_then(|line| line.strip_prefix("# refused: "));
            let [place, keyword, word] = told.unwrap().split(' ').collect::<Vec<_>>()[..] else {
                panic!("{}: says where, by which keyword and with which word", file.display());
            };
            let instance = value(&text);
            let errors: Vec<(String, String, String)> = validator
                .iter_errors(&instance)
                .map(|error| {
                    let place = error.instance_path().to_string();
                    (place, error.kind().keyword().to_owned(), error.to_string())
                })
                .collect();
            let fits = errors.iter().any(|(at, by, says)| {
                at == place.trim_end_matches('/') && by == keyword && says.contains(word)
            });
            assert!(fits, "{}: {errors:#?}", file.display());
        }
    }
}

#[test]
fn a_second_validator_accepts_every_example() {
    let (projects, manifests) = examples();
    for (schema, paths) in [(PROJECT, projects), (MANIFEST, manifests)] {
        let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for path in paths {
            for document in documents(&path) {
                let instance = value(&document);
                let errors: Vec<String> =
                    validator.iter_errors(&instance).map(|error| error.to_string()).collect();
                assert_eq!(errors, Vec::<String>::new(), "{}", path.display());
            }
        }
    }
}
