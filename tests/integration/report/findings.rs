//! Findings, in every format.

use super::{plans::plain, schema::must_be_valid};
use minisync::{
    diagnostic::{Code, Diagnostic, Fix, Severity, Source, SourceId, Sources, Span},
    report::{self, CheckView, Format, Look},
};
use std::collections::BTreeMap;

const ROSTER: &str = "\
kind: Roster
spec:
  members:
    - { name: 林伟, email: lin@example.com, role: developr }\r
    - { name: 👩‍💻 Mei, email: lin@example.com,\trole: master }
";

pub(super) fn sources() -> Sources {
    let program = "name: 幸福咖啡\n";
    Sources::new(vec![
        Source { path: "people/团队.yaml".into(), text: ROSTER.into() },
        Source { path: "coffee.yaml".into(), text: program.into() },
    ])
}

/// The `nth` place of `text` in a source.
fn span(sources: &Sources, source: u32, text: &str, nth: usize) -> Span {
    let source = SourceId(source);
    let (at, _) = sources.get(source).text.match_indices(text).nth(nth).unwrap();
    Span::new(source, at..at + text.len())
}

fn finding(code: u16, primary: Span, message: &str) -> Diagnostic {
    Diagnostic {
        code: Code(code),
        severity: Severity::Error,
        message: message.into(),
        primary,
        is_secret: false,
        related: Vec::new(),
        help: None,
        fix: None,
    }
}

pub(super) fn findings(sources: &Sources) -> Vec<Diagnostic> {
    let role = span(sources, 1, "developr", 0);
    vec![
        Diagnostic {
            related: vec![(span(sources, 1, "lin@example.com", 0), "here as a developer".into())],
            help: Some("give each person one role".into()),
            ..finding(302, span(sources, 1, "master", 0), "`lin@example.com` has two roles")
        },
        Diagnostic {
            help: Some("did you mean `developer`?".into()),
            fix: Some(Fix {
                title: "write `developer`".into(),
                span: role,
                replacement: "developer".into(),
            }),
            ..finding(301, role, "unknown role `developr`")
        },
        Diagnostic {
            severity: Severity::Warning,
            related: vec![(span(sources, 1, "林伟", 0), "named here".into())],
            ..finding(204, span(sources, 0, "咖啡", 0), "`咖啡` is a general word")
        },
    ]
}

fn check(sources: &Sources, findings: &[Diagnostic], format: Format) -> String {
    let view = CheckView { sources, findings, desired: &BTreeMap::new() };
    let text = report::check(&view, format, &Look::default());
    plain(&text)
}

#[test]
fn findings_stand_under_their_lines_by_place_with_a_count() {
    let sources = sources();
    insta::assert_snapshot!(check(&sources, &findings(&sources), Format::Human), @r#"
    warning[MS0204]: `咖啡` is a general word
     --> coffee.yaml:1:9
      |
    1 | name: 幸福咖啡
      |           ^^^^
      |
     ::: people/团队.yaml:4:15
      |
    4 |     - { name: 林伟, email: lin@example.com, role: developr }
      |               ---- named here

    error[MS0301]: unknown role `developr`
     --> people/团队.yaml:4:49
      |
    4 |     - { name: 林伟, email: lin@example.com, role: developr }
      |                                                   ^^^^^^^^
      |
    help: did you mean `developer`?
      |
    4 |     - { name: 林伟, email: lin@example.com, role: developer }
      |                                                          +

    error[MS0302]: `lin@example.com` has two roles
     --> people/团队.yaml:5:54
      |
    4 |     - { name: 林伟, email: lin@example.com, role: developr }
      |                            --------------- here as a developer
    5 |     - { name: 👩💻 Mei, email: lin@example.com,    role: master }
      |                                                          ^^^^^^
      |
      = help: give each person one role

    2 errors and 1 warning in 2 files. `minisync explain MS0204` says more about a finding.
    "#);
}

#[test]
fn programs_get_places_in_characters_and_bytes() {
    let sources = sources();
    must_be_valid(&check(&sources, &findings(&sources), Format::Json));
    insta::assert_snapshot!(check(&sources, &findings(&sources)[1..2], Format::Json), @r#"
    {
      "command": "check",
      "version": 1,
      "summary": {
        "errors": 1,
        "warnings": 0,
        "files": 2,
        "programs": 0,
        "people": 0
      },
      "findings": [
        {
          "code": "MS0301",
          "severity": "error",
          "message": "unknown role `developr`",
          "place": {
            "path": "people/团队.yaml",
            "start": {
              "line": 4,
              "column": 49
            },
            "end": {
              "line": 4,
              "column": 57
            },
            "bytes": {
              "start": 82,
              "end": 90
            }
          },
          "related": [],
          "help": "did you mean `developer`?",
          "fix": {
            "title": "write `developer`",
            "place": {
              "path": "people/团队.yaml",
              "start": {
                "line": 4,
                "column": 49
              },
              "end": {
                "line": 4,
                "column": 57
              },
              "bytes": {
                "start": 82,
                "end": 90
              }
            },
            "replacement": "developer"
          }
        }
      ]
    }
    "#);
}

#[test]
fn github_gets_one_command_a_finding() {
    let sources = sources();
    insta::assert_snapshot!(check(&sources, &findings(&sources), Format::Github), @r#"
    ::warning file=coffee.yaml,line=1,endLine=1,col=9,endColumn=11,title=MS0204::`咖啡` is a general word%0Apeople/团队.yaml:4:15: named here
    ::error file=people/团队.yaml,line=4,endLine=4,col=49,endColumn=57,title=MS0301::unknown role `developr`%0Ahelp: did you mean `developer`?
    ::error file=people/团队.yaml,line=5,endLine=5,col=54,endColumn=60,title=MS0302::`lin@example.com` has two roles%0Apeople/团队.yaml:4:26: here as a developer%0Ahelp: give each person one role
    2 errors and 1 warning in 2 files.
    "#);
}

#[test]
fn what_comes_from_outside_can_do_nothing() {
    let text = "name: \u{1b}]0;owned\u{7}\u{202e}咖啡\u{9b}2J # ::error::x\n";
    let source = Source { path: "a\u{1b}[2J,b:%.yaml".into(), text: text.into() };
    let sources = Sources::new(vec![source]);
    let found = Diagnostic {
        related: vec![(span(&sources, 0, "name", 0), "\u{1b}[31mred\r\n::error::y".into())],
        help: Some("100% \u{1b}c\n::stop-commands::z".into()),
        ..finding(105, span(&sources, 0, "咖啡", 0), "`\u{1b}[8m` hides\n::warning::w")
    };
    insta::assert_snapshot!(check(&sources, std::slice::from_ref(&found), Format::Human), @r#"
    error[MS0105]: `␛[8m` hides⏎::warning::w
     --> a␛[2J,b:%.yaml:1:18
      |
    1 | name: ␛]0;owned␇�咖啡�2J # ::error::x
      | ----             ^^^^
      | |
      | ␛[31mred␍⏎::error::y
      |
      = help: 100% ␛c⏎::stop-commands::z

    1 error in 1 file. `minisync explain MS0105` says more about a finding.
    "#);
    insta::assert_snapshot!(check(&sources, std::slice::from_ref(&found), Format::Github), @r#"
    ::error file=a␛[2J%2Cb%3A%25.yaml,line=1,endLine=1,col=18,endColumn=20,title=MS0105::`␛[8m` hides⏎::warning::w%0Aa␛[2J,b:%25.yaml:1:1: ␛[31mred␍⏎::error::y%0Ahelp: 100%25 ␛c⏎::stop-commands::z
    1 error in 1 file.
    "#);
    let json = check(&sources, &[found], Format::Json);
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read["findings"][0]["help"], "100% \u{1b}c\n::stop-commands::z");
}

#[test]
fn a_long_line_is_cut_around_its_places() {
    let text = format!("a: {}咖啡, {}, b: last\n", "x, ".repeat(400), "y, ".repeat(400));
    let sources = Sources::new(vec![Source { path: "long.yaml".into(), text: text.into() }]);
    let found = Diagnostic {
        related: vec![(span(&sources, 0, "last", 0), "this too".into())],
        ..finding(105, span(&sources, 0, "咖啡", 0), "too general")
    };
    insta::assert_snapshot!(check(&sources, &[found], Format::Human), @r#"
    error[MS0105]: too general
     --> long.yaml:1:1204
      |
    1 | ... x, x, x, x, x, x, x, x, x, x, x, x, x, x, 咖啡, y, y, y, y, y, y, y, y, y, y, y, y, y, y,...
      |                                               ^^^^
      |
     ::: long.yaml:1:2413
      |
    1 | ...y, y, y, y, y, y, y, y, y, y, y, , b: last
      |                                          ---- this too

    1 error in 1 file. `minisync explain MS0105` says more about a finding.
    "#);
}

#[test]
fn a_hundred_findings_are_enough_unless_asked() {
    let sources = sources();
    let one = finding(301, span(&sources, 1, "developr", 0), "unknown role `developr`");
    let many = vec![one; 1_234];
    let text = check(&sources, &many, Format::Human);
    assert_eq!(text.matches("error[MS0301]").count(), 100);
    assert!(text.contains("1,134 more findings; `--all` shows them"), "{text}");
    assert!(text.contains("1,234 errors in 1 file."), "{text}");
}

#[test]
fn nothing_found_says_what_was_read() {
    let sources = sources();
    insta::assert_snapshot!(check(&sources, &[], Format::Human), @"No findings in 2 files: 0 programs, 0 people.");
    insta::assert_snapshot!(check(&sources, &[], Format::Github), @"No findings in 2 files: 0 programs, 0 people.");
}
