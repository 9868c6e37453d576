//! The schemas under `schema/`: current, and of one mind with what we read.

use minisync::{
    diagnostic::{Source, Sources},
    manifest::{self, PROJECT_FILE, schema},
};
use proptest::{prelude::*, property_test, sample::Index};
use serde_json::{Value, json};
use std::{env, fs, path::Path, sync::OnceLock};

#[test]
#[expect(clippy::disallowed_methods, reason = "asks whether to write the files anew")]
fn the_schemas_are_those_of_the_types() {
    for (name, schema) in [
        ("manifest", schema::manifest()),
        ("mini-program", schema::mini_program()),
        ("roster", schema::roster()),
        ("project", schema::project()),
    ] {
        let path = format!("schema/{name}.schema.json");
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if env::var("MINISYNC_BLESS").is_ok() {
            fs::write(&path, &text).unwrap();
        }
        let file = fs::read_to_string(&path).unwrap_or_default();
        assert!(file == text, "{path} is not current: MINISYNC_BLESS=1 writes it anew");
    }
}

/// Every key that there is.
fn whole_program() -> Value {
    json!({
        "apiVersion": "minisync.dev/v1",
        "kind": "MiniProgram",
        "metadata": { "name": "coffee", "labels": { "a": "b" }, "annotations": { "c": "d" } },
        "spec": {
            "name": "幸福咖啡",
            "workspace": "acme",
            "releaseTo": ["alipay-cn"],
            "defaultLanguage": "zh-CN",
            "createdBy": "mei@example.com",
            "listing": {
                "tagline": "每天一杯好咖啡，幸福每一天",
                "description": "附近门店现磨咖啡，手机点单，到店自取，外卖送到家。",
                "logo": "logos/coffee.png",
                "industry": "餐饮/咖啡",
                "customerService": { "phone": "0571-8888888", "email": "care@example.com" },
            },
            "languages": {
                "en-US": {
                    "name": "Lucky Coffee",
                    "tagline": "Good coffee every day",
                    "description": "Freshly ground coffee near you.",
                },
            },
        },
    })
}

fn whole_roster() -> Value {
    json!({
        "apiVersion": "minisync.dev/v1",
        "kind": "Roster",
        "metadata": { "name": "team", "labels": { "a": "b" }, "annotations": { "c": "d" } },
        "spec": {
            "workspace": "acme",
            "members": [
                { "name": "Mei Chen", "email": "mei@example.com", "role": "master" },
                {
                    "name": "Lin Wei",
                    "email": "lin@example.com",
                    "role": "developer",
                    "miniPrograms": ["coffee"],
                    "blocked": true,
                },
            ],
        },
    })
}

fn whole_project() -> Value {
    json!({
        "apiVersion": "minisync.dev/v1",
        "kind": "Project",
        "workspace": "acme",
        "owner": { "name": "An Owner", "email": "owner@example.com" },
        "manifests": ["manifests/**/*.yaml"],
        "environments": {
            "local": { "platform": "sandbox" },
            "staging": {
                "platform": "sandbox",
                "url": "https://sandbox.example.com",
                "credential": { "env": "MINISYNC_TOKEN" },
                "masters": { "mei@example.com": { "file": "~/.config/minisync/mei" } },
            },
        },
        "environment": "local",
        "ledger": ".minisync/ledger.db",
        "policy": { "prune": false },
    })
}

fn errors(schema: &Value, document: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).unwrap();
    let error =
        |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
    validator.iter_errors(document).map(error).collect()
}

#[test]
fn documents_with_every_key_are_accepted() {
    let none: Vec<String> = Vec::new();
    assert_eq!(errors(&schema::mini_program(), &whole_program()), none);
    assert_eq!(errors(&schema::roster(), &whole_roster()), none);
    assert_eq!(errors(&schema::project(), &whole_project()), none);
    assert_eq!(errors(&schema::manifest(), &whole_program()), none);
    assert_eq!(errors(&schema::manifest(), &whole_roster()), none);
}

#[test]
fn every_key_is_in_the_document_that_has_every_key() {
    fn missing(schema: &Value, document: &Value, path: &str, found: &mut Vec<String>) {
        for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}/{key}");
            let items = document.as_array().map_or(std::slice::from_ref(document), Vec::as_slice);
            match items.iter().find_map(|item| item.get(key)) {
                Some(value) => missing(schema, value, &path, found),
                None => found.push(path),
            }
        }
        if schema.get("items").is_some() {
            missing(&schema["items"], document, path, found);
        }
        if let (Some(true), Some(entries)) =
            (schema.get("additionalProperties").map(Value::is_object), document.as_object())
        {
            let values: Value = entries.values().cloned().collect();
            missing(&schema["additionalProperties"], &values, path, found);
        }
        for variant in schema["oneOf"].as_array().into_iter().flatten() {
            if variant["properties"]["platform"].is_object() {
                missing(variant, document, path, found);
            }
        }
    }
    let mut found = Vec::new();
    missing(&schema::mini_program(), &whole_program(), "program", &mut found);
    missing(&schema::roster(), &whole_roster(), "roster", &mut found);
    missing(&schema::project(), &whole_project(), "project", &mut found);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_field_has_a_description_that_is_a_sentence() {
    fn mute(schema: &Value, path: &str, found: &mut Vec<String>) {
        for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{key}");
            let description = schema["description"].as_str().unwrap_or_default();
            if !description.ends_with('.') || description.contains('\n') {
                found.push(path.clone());
            }
            mute(schema, &path, found);
        }
        for key in
            ["items", "additionalProperties"].into_iter().filter(|key| schema[key].is_object())
        {
            mute(&schema[key], &format!("{path}.{key}"), found);
        }
        for (at, variant) in schema["oneOf"].as_array().into_iter().flatten().enumerate() {
            mute(variant, &format!("{path}.{at}"), found);
        }
    }
    let mut found = Vec::new();
    mute(&schema::mini_program(), "program", &mut found);
    mute(&schema::roster(), "roster", &mut found);
    mute(&schema::project(), "project", &mut found);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn no_key_may_be_null() {
    for schema in [schema::manifest(), schema::project()] {
        assert!(!schema.to_string().contains("null"));
    }
}

#[test]
fn what_the_program_accepts_an_editor_accepts() {
    let program = |key: &str, value: &str| {
        let mut program = whole_program();
        program["spec"][key] = json!(value);
        errors(&schema::mini_program(), &program)
    };
    let none: Vec<String> = Vec::new();
    for (key, value) in
        [("name", "咖啡"), ("createdBy", "张三@例子.中国"), ("defaultLanguage", "zh-Hans-CN-x-a")]
    {
        assert_eq!(program(key, value), none);
    }
    for (key, value) in
        [("name", "x"), ("workspace", "Acme"), ("createdBy", "mei"), ("defaultLanguage", "zh_CN")]
    {
        assert_eq!(program(key, value).len(), 1, "{key}");
    }
}

/// What is judged by rules, and not by shape.
fn shape_only(schema: &Value) -> Value {
    match schema {
        Value::Object(keywords) => {
            let values = ["pattern", "minLength", "maxLength", "minItems", "enum"];
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
            let keys = ["extra", "name", "env", "file", "platform", "kind"];
            entries.insert(keys[how / 4 % keys.len()].to_owned(), with);
        }
        (2, Value::Array(items)) => items.push(with),
        (_, value) => *value = with,
    }
}

fn replacements() -> impl Strategy<Value = Value> {
    proptest::sample::select(vec![
        json!(null),
        json!(true),
        json!(5),
        json!(1.5),
        json!("text"),
        json!("yes"),
        json!(""),
        json!("sandbox"),
        json!("master"),
        json!([]),
        json!(["a"]),
        json!([null]),
        json!({}),
        json!({ "env": "A" }),
        json!({ "env": "A", "file": "b" }),
        json!({ "Env": "A" }),
        json!({ "platform": "sandbox" }),
        json!({ "name": "a", "email": "b", "role": "master" }),
    ])
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
    let text = serde_json::to_string_pretty(&document).unwrap();
    let sources = Sources::new(vec![Source { path: (*path).into(), text: text.as_str().into() }]);
    let parsed = manifest::parse(&sources);
    let n_documents =
        parsed.programs.len() + parsed.rosters.len() + usize::from(parsed.project.is_some());
    assert_eq!(n_documents == 1, parsed.diagnostics.is_empty(), "{:#?} {text}", parsed.diagnostics);
    for validator in validators {
        assert_eq!(validator.is_valid(&document), n_documents == 1, "{text}");
    }
}

#[test]
fn every_example_is_accepted() {
    let mut n_documents = 0;
    let mut folders = vec![Path::new("examples").to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "broken") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                let text = fs::read_to_string(&path).unwrap();
                let is_project = path.file_name().is_some_and(|name| name == PROJECT_FILE);
                let schema = if is_project { schema::project() } else { schema::manifest() };
                for document in text.split("\n---\n") {
                    let document: Value = yaml_serde::from_str(document).unwrap();
                    assert_eq!(errors(&schema, &document), Vec::<String>::new(), "{path:?}");
                    n_documents += 1;
                }
            }
        }
    }
    assert!(n_documents >= 10);
}
