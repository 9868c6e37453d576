//! What YAML means: a second reader agrees, and no text at all makes us panic.

use minisync::{
    diagnostic::{Source, SourceId, Sources},
    manifest::{
        self, Context, edit,
        yaml::{self, Kind, Node},
    },
};
use proptest::{prelude::*, property_test, sample::Index};
use serde_json::{Value, json};

/// The documents of a text as JSON; `None` when there are findings.
fn read(text: &str) -> Option<Vec<Value>> {
    let mut found = Vec::new();
    let documents = yaml::documents(SourceId(0), text, &mut found);
    found.is_empty().then(|| documents.iter().map(value).collect())
}

fn value(node: &Node<'_>) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(it) => json!(it),
        Kind::Integer(it) => json!(it),
        Kind::Float(it) => json!(it),
        Kind::Text(it) => json!(it),
        Kind::List(items) => items.iter().map(value).collect(),
        Kind::Mapping(entries) => {
            Value::Object(entries.iter().map(|(k, v)| (k.text.to_string(), value(v))).collect())
        }
        Kind::Broken => panic!("broken without a finding"),
    }
}

#[test]
fn every_style_of_writing_gives_the_same_value() {
    let expected = json!({ "name": "幸福 咖啡", "list": ["a", "b"], "note": "one\ntwo\n" });
    for text in [
        "name: 幸福 咖啡\nlist: [a, b]\nnote: |\n  one\n  two\n",
        "name: \"幸福 咖啡\"\nlist:\n- 'a'\n- b # a comment\nnote: \"one\\ntwo\\n\"\n",
        "\u{feff}name: 幸福\n  咖啡\r\nlist:\r\n  - a\r\n  - b\r\nnote: |\r\n  one\r\n  two\r\n",
        "---\n{ name: '幸福 咖啡', list: [a, b,], note: \"one\\ntwo\\n\" }\n...\n",
        "name: >-\n  幸福\n  咖啡\nlist: [&x a, b]\nnote: |+\n  one\n  two\n",
        "%YAML 1.2\n---\n? name\n: !!str 幸福 咖啡\nlist: !!seq [a, b]\n\"note\": |\n one\n two\n",
    ] {
        assert_eq!(read(text), Some(vec![expected.clone()]), "{text}");
    }
}

#[test]
fn scalars_mean_what_yaml_1_2_says() {
    let text =
        "[no, Yes, on, 0571-8888888, 017, 0o17, 1e3, ~, '', \"1\", null, TRUE, 2026-11-23, 1_0, =]";
    let expected = json!([
        "no",
        "Yes",
        "on",
        "0571-8888888",
        17,
        15,
        1000.0,
        null,
        "",
        "1",
        null,
        true,
        "2026-11-23",
        "1_0",
        "="
    ]);
    assert_eq!(read(text), Some(vec![expected]));
}

#[test]
fn aliases_repeat_values_and_an_anchor_may_be_set_again() {
    let text = "a: &x { b: [1] }\nc: *x\nd: &x e\nf: *x\n*x : g\n";
    let expected = json!({ "a": { "b": [1] }, "c": { "b": [1] }, "d": "e", "f": "e", "e": "g" });
    assert_eq!(read(text), Some(vec![expected]));
    assert_eq!(codes("a: &x 1\n*x : 2\n"), ["MS0007"]);
}

fn codes(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    yaml::documents(SourceId(0), text, &mut found);
    found.iter().map(|found| found.code.to_string()).collect()
}

#[test]
fn what_is_made_to_exhaust_memory_is_refused() {
    let laughs: String = (1..9)
        .map(|n| {
            let before = vec![format!("*a{}", n - 1); 9].join(", ");
            format!("a{n}: &a{n} [{before}]\n")
        })
        .collect();
    assert_eq!(codes(&format!("a0: &a0 ha\n{laughs}")), ["MS0003"]);
    let quadratic = format!("a: &a {}\nb: [{}]\n", "x".repeat(20_000), "*a, ".repeat(20_000));
    assert_eq!(codes(&quadratic), ["MS0003"]);
    for deep in ["[", "- ", "? ", "{a: ", "&a [", "!!seq ["] {
        assert_eq!(codes(&deep.repeat(100_000)), ["MS0004"], "{deep}");
    }
    let chain: String = (1..40).map(|n| format!("a{n}: &a{n} [[*a{}]]\n", n - 1)).collect();
    assert_eq!(codes(&format!("a0: &a0 x\n{chain}")), ["MS0004"]);
}

#[test]
fn ten_thousand_aliases_of_a_small_value_are_fine() {
    let text = format!("a: &a {{ b: c, d: e }}\nf:\n{}", "- *a\n".repeat(10_000));
    assert_eq!(read(&text).unwrap()[0]["f"].as_array().unwrap().len(), 10_000);
}

/// Texts that look like something else, one a line.
const TRAPS: &str = r#"no
017
0571-8888888
1e3
.5
~
null
True
a: b
幸福
- x
#
'
"
<<
*a
&a
!a
%a
@a
`
a #b
a#b
[
}
,
? a
---
...
0x1f
0o7
.inf
\n
👩‍👩‍👧
=
|
>
a:
:a
1.
+1"#;

/// Values that are easily mistaken for others.
fn values() -> impl Strategy<Value = Value> {
    let blanks =
        ["", "one\ntwo\n", "one\n\n\ntwo", "\n", "  \n x", " lead", "tail ", "\ttab", "\u{a0}"];
    let traps: Vec<_> = TRAPS.lines().chain(blanks).collect();
    let traps = proptest::sample::select(traps).prop_map(str::to_owned);
    let text = prop_oneof![traps, "[a-c:# \n'\"-]{0,8}"];
    let leaf = prop_oneof![
        text.clone().prop_map(Value::String),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(Value::from),
        Just(Value::Null)
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(text.clone(), inner, 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

#[property_test(config = ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
fn what_another_program_writes_is_read_as_it_was_meant(#[strategy = values()] meant: Value) {
    let text = yaml_serde::to_string(&meant).unwrap();
    // The merge key of YAML 1.1 is refused, even where no merging is meant.
    prop_assume!(!text.contains("<<:"));
    assert_eq!(read(&text), Some(vec![meant]), "{text}");
}

#[property_test(config = ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
fn json_is_yaml(#[strategy = values()] meant: Value) {
    let text = serde_json::to_string(&meant).unwrap();
    prop_assume!(!text.contains("\"<<\""));
    assert_eq!(read(&text), Some(vec![meant]), "{text}");
}

#[property_test(config = ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
fn what_we_write_as_a_scalar_is_read_as_the_same_text(
    #[strategy = "[ -~\t\n咖\u{202e}\u{85}\u{feff}]{0,6}|[0-9.eox~+-]{1,4}"] text: String,
) {
    let written = yaml::written(&text);
    assert_eq!(read(&format!("- {written}\n")), Some(vec![json!([text])]), "{written}");
    assert_eq!(
        read(&format!("{{ a: {written} }}\n")),
        Some(vec![json!({ "a": text })]),
        "{written}"
    );
}

const MANIFEST: &str = include_str!("../../examples/master/coffee.yaml");

fn mutated(mut text: String, edits: &[(Index, u8, char)]) -> String {
    for (at, how, c) in edits {
        let at = text.floor_char_boundary(at.index(text.len() + 1));
        match how % 4 {
            0 => text.insert(at, *c),
            1 => drop(text.get(at..).is_some_and(|rest| !rest.is_empty()).then(|| text.remove(at))),
            2 => text.truncate(at),
            _ => {
                let copy = text[text.floor_char_boundary(at / 2)..at].to_owned();
                text.insert_str(at, &copy);
            }
        }
    }
    text
}

fn load(text: &str) {
    let sources = Sources::new(vec![Source { path: "a.yaml".into(), text: text.into() }]);
    let loaded = manifest::parse(&sources).load(&Context::default());
    for found in loaded.diagnostics() {
        assert!(text.get(found.primary.range()).is_some(), "{found:?}");
        assert!(found.related.iter().all(|(span, _)| text.get(span.range()).is_some()));
    }
}

#[property_test(config = ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
fn no_text_makes_us_panic_or_point_outside_of_it(text: String) {
    load(&text);
}

const TOKENS: [&str; 36] = [
    "a", "b", "c", "-", "?", ":", ",", "[", "]", "{", "}", "#", "&a", "*a", "!", "|", ">", "'",
    "\"", "%", "@", "`", " ", "  ", "\n", "\n  ", "\t", "---\n", "...\n", "咖", "\u{feff}", "\r\n",
    "<<: ", "!!str ", "- ", ": ",
];

#[property_test(config = ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
fn no_yaml_like_text_makes_us_panic(
    #[strategy = prop::collection::vec(0..TOKENS.len(), 0..60)] tokens: Vec<usize>,
) {
    load(&tokens.into_iter().map(|token| TOKENS[token]).collect::<String>());
}

#[property_test(config = ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
fn no_damaged_manifest_makes_us_panic(
    #[strategy = prop::collection::vec((any::<Index>(), 0_u8..4, "[a:\\[{'\"&*!|>\n\t -]"), 1..4)]
    edits: Vec<(Index, u8, String)>,
) {
    let edits: Vec<_> =
        edits.into_iter().map(|(at, how, c)| (at, how, c.chars().next().unwrap())).collect();
    load(&mutated(MANIFEST.to_owned(), &edits));
}

/// What a text asks for, and what is wrong with it.
fn judged(text: &str) -> (Option<String>, Vec<String>) {
    let sources = Sources::new(vec![Source { path: "a.yaml".into(), text: text.into() }]);
    let loaded = manifest::parse(&sources).load(&Context::default());
    let mut codes: Vec<_> = loaded.diagnostics().iter().map(|it| it.code.to_string()).collect();
    codes.sort();
    (loaded.into_valid().ok().map(|valid| format!("{:?}", valid.workspaces)), codes)
}

#[property_test(config = ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]
fn what_is_formatted_asks_for_the_same_and_is_left_alone_from_then_on(
    #[strategy = prop::sample::select(vec![MANIFEST, SMALL, ROSTER])] text: &'static str,
    #[strategy = prop::collection::vec((any::<Index>(), 0_u8..4, "[a:\\[{'\"|>\n #-]"), 0..4)]
    edits: Vec<(Index, u8, String)>,
) {
    let edits: Vec<_> =
        edits.into_iter().map(|(at, how, c)| (at, how, c.chars().next().unwrap())).collect();
    let text = mutated(text.to_owned(), &edits);
    if let Ok(formatted) = edit::format(&text) {
        prop_assert_eq!(judged(&formatted), judged(&text), "{}\n{}", text, formatted);
        prop_assert_eq!(edit::format(&formatted), Ok(formatted.clone()));
        prop_assert!(formatted.is_empty() || formatted.ends_with('\n'));
        let words = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(words(&formatted), words(&text));
    }
}

const SMALL: &str = include_str!("../../examples/quickstart/coffee.yaml");
const ROSTER: &str = include_str!("../../examples/master/team.yaml");

#[test]
fn the_examples_that_people_wrote_are_in_form() {
    let examples = ["coffee-chain", "master", "quickstart"];
    let folders: Vec<_> =
        examples.iter().map(|name| std::path::Path::new("examples").join(name)).collect();
    let project = |folder| minisync::project::open(&[folder]).unwrap();
    for project in folders.into_iter().map(project) {
        for (source, path) in project.named() {
            let formatted = edit::format(&source.text).unwrap();
            assert_eq!(formatted, *source.text, "{}", path.display());
        }
    }
}
