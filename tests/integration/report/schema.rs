//! The schema of the JSON output, and whether the output keeps to it.

use minisync::report::json;
use std::{env, fs};

const PATH: &str = "schema/report.schema.json";

/// Refuses what the schema does not allow.
pub(crate) fn must_be_valid(output: &str) {
    let schema = json::schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let output: serde_json::Value = serde_json::from_str(output).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&output)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "asks whether to write the file anew")]
fn the_schema_is_that_of_the_types() {
    let text = serde_json::to_string_pretty(&json::schema()).unwrap() + "\n";
    if env::var("MINISYNC_BLESS").is_ok() {
        fs::write(PATH, &text).unwrap();
    }
    let file = fs::read_to_string(PATH).unwrap();
    assert_eq!(file, text, "MINISYNC_BLESS=1 writes it anew");
}
