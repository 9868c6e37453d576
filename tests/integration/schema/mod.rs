//! The schemas under `schema/`: current, and of one mind with what we read.

mod agreement;
mod documents;

use documents::{whole_program, whole_project, whole_roster};
use minisync::{
    diagnostic::{Source, Sources},
    manifest::{self, Context, PROJECT_FILE, schema},
    model::{Digest, Logo, LogoFormat},
};
use proptest::{prelude::*, property_test};
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
        for form in schema["anyOf"].as_array().into_iter().flatten() {
            missing(form, document, path, found);
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
        let variants = ["oneOf", "anyOf"].into_iter().filter_map(|key| schema[key].as_array());
        for (at, variant) in variants.flatten().enumerate() {
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
    for (key, value) in [
        ("name", "咖啡"),
        ("name", "abcdefghijabcdefghijabcdefghij\n"),
        ("createdBy", "张三@例子.中国"),
        ("defaultLanguage", "zh-Hans-CN-x-a"),
    ] {
        assert_eq!(program(key, value), none);
    }
    for (key, value) in
        [("name", "x"), ("workspace", "Acme"), ("createdBy", "mei"), ("defaultLanguage", "zh_CN")]
    {
        assert_eq!(program(key, value).len(), 1, "{key}");
    }
}

/// Values of which rules accept some, of every field that the schema has a say in.
fn written() -> impl Strategy<Value = (bool, &'static str, String)> {
    let program = [
        ("/metadata/name", "[a-z0-9-]{0,3}[A-Z]?\n?|[a-z]{60,64}"),
        ("/spec/name", "[a幸1_ ]{0,18}\n?|[a1]{29,31}\n?"),
        ("/spec/workspace", "[a-z0-9-]{0,3}[A-Z]?\n?"),
        ("/spec/defaultLanguage", "(zh|ZH)[-_]?(CN|Hans|hans-cn|x-a-b)?\n?"),
        ("/spec/listing/tagline", "[a好 ]{4,6}|[a好]{8,32}\n?"),
        ("/spec/listing/description", "[a好]{9,11}\n?|[a好]{198,202}\n?"),
        ("/spec/listing/industry", "[a/ 饮]{0,2}\n?"),
        ("/spec/listing/customerService/phone", "[0-9]{3,4}-?[0-9]{6,8}\n?"),
        ("/spec/listing/customerService/email", "[a.张+ ]{0,3}@?[a.例-]{1,3}\\.(cn|中国|c)\n?"),
        ("/spec/languages/en-US/name", "[a咖_ é]{0,16}\n?|[a1]{29,31}\n?"),
        ("/spec/languages/en-US/tagline", "[a好]{4,32}\n?"),
    ];
    let roster = [
        ("/spec/members/1/name", "[a 幸]{0,2}\n?"),
        ("/spec/members/1/email", "[a.张+ ]{0,3}@?[a.例-]{1,3}\\.(cn|中国|c)\n?"),
        ("/spec/members/1/previously", "[a.张+ ]{0,3}@?[a.例-]{1,3}\\.(cn|中国|c)\n?"),
        ("/spec/members/1/until", "2028-?[01][0-9]-?[0-3][0-9]\n?|[0-9]{4}-02-29"),
        ("/spec/members/1/miniPrograms/1/until", "2026-[01][0-9]-[0-3][0-9]\n?"),
    ];
    let fields = program.map(|field| (true, field)).into_iter();
    let fields: Vec<_> = fields.chain(roster.map(|field| (false, field))).collect();
    proptest::sample::select(fields).prop_flat_map(|(is_program, (path, values))| {
        values.prop_map(move |value| (is_program, path, value))
    })
}

#[property_test(config = ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
fn no_editor_underlines_what_check_accepts(
    #[strategy = written()] field: (bool, &'static str, String),
) {
    static SCHEMA: OnceLock<jsonschema::Validator> = OnceLock::new();
    let schema = SCHEMA.get_or_init(|| jsonschema::validator_for(&schema::manifest()).unwrap());
    let (is_program, path, value) = field;
    let mut documents = [whole_roster(), whole_program()];
    *documents[usize::from(is_program)].pointer_mut(path).unwrap() = json!(value);
    let source = |(at, document): (usize, &Value)| Source {
        path: format!("{at}.yaml"),
        text: document.to_string().into(),
    };
    let sources = Sources::new(documents.iter().enumerate().map(source).collect());
    let parsed = manifest::parse(&sources);
    let logo = Logo { digest: Digest::new("a"), format: LogoFormat::Png, path: "a".into() };
    let logos = parsed.logo_paths().map(|(_, path)| (path.span, Ok(logo.clone()))).collect();
    let loaded = parsed.load(&Context { logos, ..Context::default() });
    if loaded.into_valid().is_ok() {
        assert!(documents.iter().all(|document| schema.is_valid(document)), "{path}: {value:?}");
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
