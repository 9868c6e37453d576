//! Serde, our own findings and the schemas are of one mind about shape.

use super::documents::{whole_program, whole_project, whole_roster};
use minisync::{
    diagnostic::{Source, Sources},
    manifest::{self, PROJECT_FILE, schema},
};
use proptest::{prelude::*, property_test, sample::Index};
use serde_json::Value;
use std::sync::OnceLock;

/// What is judged by rules, and not by shape.
fn shape_only(schema: &Value) -> Value {
    match schema {
        Value::Object(keywords) => {
            let values = [
                "pattern",
                "format",
                "minLength",
                "maxLength",
                "minItems",
                "minimum",
                "maximum",
                "enum",
            ];
            let kept = keywords.iter().filter(|(key, _)| !values.contains(&key.as_str()));
            Value::Object(kept.map(|(key, value)| (key.clone(), shape_only(value))).collect())
        }
        Value::Array(items) => items.iter().map(shape_only).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

struct Case {
    path: &'static str,
    document: Value,
    /// By its own schema, and by that of a file that may hold it.
    validators: Vec<jsonschema::Validator>,
}

fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let case = |path, document, schemas: &[Value]| Case {
            path,
            document,
            validators: schemas
                .iter()
                .map(|schema| jsonschema::validator_for(&shape_only(schema)).unwrap())
                .collect(),
        };
        vec![
            case("a.yaml", whole_program(), &[schema::mini_program(), schema::manifest()]),
            case("a.yaml", whole_roster(), &[schema::roster(), schema::manifest()]),
            case(PROJECT_FILE, whole_project(), &[schema::project()]),
        ]
    })
}

/// The paths of all values of a document.
fn pointers(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(value, &format!("{path}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                pointers(value, &format!("{path}/{at}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn damage(document: &mut Value, at: Index, how: usize, with: Value) {
    let mut paths = Vec::new();
    pointers(document, "", &mut paths);
    let path = at.get(&paths);
    let Some(value) = document.pointer_mut(path) else { return };
    match (how % 4, value) {
        (0, Value::Object(entries)) => {
            let first = entries.keys().next().cloned();
            first.map(|key| entries.remove(&key));
        }
        (1, Value::Object(entries)) => {
            let keys = ["extra", "name", "env", "file", "platform", "kind", "until"];
            entries.insert(keys[how / 4 % keys.len()].to_owned(), with);
        }
        (2, Value::Array(items)) => items.push(with),
        (_, value) => *value = with,
    }
}

const REPLACED: [&str; 21] = [
    "null",
    "true",
    "5",
    "1.5",
    "\"text\"",
    "\"yes\"",
    "\"\"",
    "\"sandbox\"",
    "\"master\"",
    "-1",
    "{ \"program\": \"a\" }",
    "[{ \"program\": \"a\", \"until\": 5 }, { \"until\": \"a\" }]",
    "[]",
    "[\"a\"]",
    "[null]",
    "{}",
    "{ \"env\": \"A\" }",
    "{ \"env\": \"A\", \"file\": \"b\" }",
    "{ \"Env\": \"A\" }",
    "{ \"platform\": \"sandbox\" }",
    "{ \"name\": \"a\", \"email\": \"b\", \"role\": \"master\" }",
];

fn replacements() -> impl Strategy<Value = Value> {
    proptest::sample::select(REPLACED.to_vec()).prop_map(|json| serde_json::from_str(json).unwrap())
}

#[property_test(config = ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
fn serde_our_findings_and_the_schemas_agree(
    case: Index,
    #[strategy = prop::collection::vec((any::<Index>(), 0_usize..24, replacements()), 0..4)] edits: Vec<
        (Index, usize, Value),
    >,
) {
    let Case { path, document, validators } = case.get(cases());
    let mut document = document.clone();
    for (at, how, with) in edits {
        damage(&mut document, at, how, with);
    }
    agree(path, &document, validators);
}

#[test]
fn they_agree_on_every_single_mistake() {
    for Case { path, document, validators } in cases() {
        let mut paths = Vec::new();
        pointers(document, "", &mut paths);
        for (pointer, with) in paths.iter().flat_map(|path| REPLACED.map(|with| (path, with))) {
            let mut document = document.clone();
            *document.pointer_mut(pointer).unwrap() = serde_json::from_str(with).unwrap();
            agree(path, &document, validators);
        }
    }
}

/// Serde takes the document, our walk finds nothing and the schemas accept it; or none of it.
#[track_caller]
fn agree(path: &str, document: &Value, validators: &[jsonschema::Validator]) {
    let text = serde_json::to_string_pretty(document).unwrap();
    let sources = Sources::new(vec![Source { path: path.into(), text: text.as_str().into() }]);
    let parsed = manifest::parse(&sources);
    let n_documents =
        parsed.programs.len() + parsed.rosters.len() + usize::from(parsed.project.is_some());
    assert_eq!(n_documents == 1, parsed.diagnostics.is_empty(), "{:#?} {text}", parsed.diagnostics);
    for validator in validators {
        assert_eq!(validator.is_valid(document), n_documents == 1, "{text}");
    }
}
