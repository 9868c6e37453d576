//! The schema of the JSON output, and whether the output keeps to it.

use minisync::report::{json, saved};
use serde_json::Value;
use std::{env, fs};

/// Refuses what the schema does not allow.
pub(crate) fn must_be_valid(output: &str) {
    must_keep_to(&json::schema(), output);
}

pub(crate) fn must_keep_to(schema: &Value, output: &str) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let output: Value = serde_json::from_str(output).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&output)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "asks whether to write the files anew")]
fn the_schemas_are_those_of_the_types() {
    let schemas = [
        ("schema/report.schema.json", json::schema()),
        ("schema/saved-plan.schema.json", saved::schema()),
    ];
    for (path, schema) in schemas {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if env::var("MINISYNC_BLESS").is_ok() {
            fs::write(path, &text).unwrap();
        }
        let file = fs::read_to_string(path).unwrap();
        assert_eq!(file, text, "MINISYNC_BLESS=1 writes it anew");
    }
}
