//! JSON Schema of the file format, made from the document types.
//!
//! Draft 07, because it is what editors read whole (yaml-language-server, the JetBrains IDEs,
//! Visual Studio), and because nothing here needs more. Everything is inlined, so that an editor's
//! hover and our own walk meet no references.
//!
//! Patterns and lengths refuse only what every documented reading refuses: an editor must not
//! underline what `check` accepts.

use super::document::{MiniProgramDocument, ProjectDocument, RosterDocument};
use schemars::{JsonSchema, Schema, generate::SchemaSettings, transform::transform_subschemas};
use serde_json::{Map, Value, json};

/// One document of `kind: MiniProgram`.
pub fn mini_program() -> Value {
    with_snippets(of::<MiniProgramDocument>(), &[mini_program_snippet()])
}

/// One document of `kind: Roster`.
pub fn roster() -> Value {
    with_snippets(of::<RosterDocument>(), &[roster_snippet()])
}

/// The project file, `minisync.yaml`.
pub fn project() -> Value {
    with_snippets(of::<ProjectDocument>(), &[project_snippet()])
}

/// Any document of a manifest, by its `kind`.
pub fn manifest() -> Value {
    let kinds = [of::<MiniProgramDocument>(), of::<RosterDocument>()];
    let constants = |key| kinds.iter().map(|kind| constant(kind, key)).collect::<Vec<_>>();
    let branches: Vec<_> = kinds.iter().map(branch).collect();
    let mut api_version = kinds[0]["properties"]["apiVersion"].clone();
    api_version["description"] = json!("The version of the file format.");
    let schema = json!({
        "$schema": kinds[0]["$schema"],
        "title": "Manifest",
        "description": "A document of a minisync manifest: a mini program or a roster, by its `kind`.",
        "type": "object",
        "properties": {
            "apiVersion": api_version,
            "kind": {
                "description": "What this document describes.",
                "oneOf": constants("kind"),
            },
        },
        "required": ["apiVersion", "kind"],
        "allOf": branches,
    });
    with_snippets(schema, &[mini_program_snippet(), roster_snippet()])
}

/// The schema of a document type.
pub(super) fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    tidy(&mut schema);
    schema.to_value()
}

/// The one value that a key of a kind may have, with its description.
fn constant(schema: &Value, key: &str) -> Value {
    schema["properties"][key]["oneOf"][0].clone()
}

/// What holds for a document once its kind is known.
fn branch(schema: &Value) -> Value {
    let kind = &constant(schema, "kind")["const"];
    let mut then = schema.clone();
    if let Some(then) = then.as_object_mut() {
        then.retain(|key, _| !matches!(key.as_str(), "$schema" | "title" | "description"));
    }
    json!({
        "if": { "properties": { "kind": { "const": kind } }, "required": ["kind"] },
        "then": then,
    })
}

fn tidy(schema: &mut Schema) {
    refuse_null(schema);
    drop_empty_default(schema);
    drop_width(schema);
    describe_own_key(schema);
    join_lines(schema);
    transform_subschemas(&mut tidy, schema);
}

/// A key is left out rather than set to null, which editors would offer otherwise.
fn refuse_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [name] = types.as_slice() {
            let name = name.clone();
            schema.insert("type".to_owned(), name);
        }
    }
    let Some(Value::Array(options)) = schema.get("anyOf") else { return };
    let rest: Vec<_> = options.iter().filter(|option| option["type"] != "null").collect();
    if let [Value::Object(only)] = rest.as_slice() {
        let only = only.clone();
        schema.remove("anyOf");
        for (key, value) in only {
            if schema.get(&key).is_none() {
                schema.insert(key, value);
            }
        }
    }
}

/// Editors insert defaults, and an empty mapping is not worth inserting.
fn drop_empty_default(schema: &mut Schema) {
    if schema.get("default").is_some_and(|default| default.is_null() || default == &json!({})) {
        schema.remove("default");
    }
}

/// How wide our integers are means nothing to readers of the file.
fn drop_width(schema: &mut Schema) {
    if schema.get("type").is_some_and(|name| name == "integer") {
        schema.remove("format");
    }
}

/// The variant of an enum becomes a mapping with one key of its own, or with a constant; hovering
/// meets that key, and so the description of the variant belongs there.
fn describe_own_key(schema: &mut Schema) {
    let described: Map<_, _> = ["description", "examples"]
        .into_iter()
        .filter_map(|key| Some((key.to_owned(), schema.get(key)?.clone())))
        .collect();
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    let single = properties.len() == 1;
    for property in properties.values_mut().filter_map(Value::as_object_mut) {
        let bare = property.keys().all(|key| matches!(key.as_str(), "type" | "const"));
        if bare && (single || property.contains_key("const")) {
            property.extend(described.clone());
        }
    }
    if single {
        schema.remove("examples");
    }
}

/// Line ends of our sources mean nothing to readers of a hover.
fn join_lines(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace('\n', " ");
    }
}

fn with_snippets(mut schema: Value, snippets: &[Value]) -> Value {
    schema["defaultSnippets"] = snippets.into();
    schema
}

fn mini_program_snippet() -> Value {
    json!({
        "label": "MiniProgram",
        "description": "A mini program that the owner creates; the listing may follow.",
        "body": {
            "apiVersion": "minisync.dev/v1",
            "kind": "MiniProgram",
            "metadata": { "name": "${1:coffee}" },
            "spec": {
                "name": "${2:幸福咖啡}",
                "releaseTo": ["alipay-cn"],
                "defaultLanguage": "${3:zh-CN}",
            },
        },
    })
}

fn roster_snippet() -> Value {
    json!({
        "label": "Roster",
        "description": "People, with their roles and mini programs.",
        "body": {
            "apiVersion": "minisync.dev/v1",
            "kind": "Roster",
            "metadata": { "name": "${1:coffee-team}" },
            "spec": {
                "members": [
                    {
                        "name": "${2:Lin Wei}",
                        "email": "${3:lin@example.com}",
                        "role": "developer",
                        "miniPrograms": ["${4:coffee}"],
                    },
                ],
            },
        },
    })
}

fn project_snippet() -> Value {
    json!({
        "label": "Project",
        "description": "A project on the embedded sandbox.",
        "body": {
            "apiVersion": "minisync.dev/v1",
            "kind": "Project",
            "workspace": "${1:acme}",
            "owner": { "name": "${2:An Owner}", "email": "${3:owner@example.com}" },
            "environments": { "local": { "platform": "sandbox" } },
            "environment": "local",
        },
    })
}
