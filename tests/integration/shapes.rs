//! What is wrong with a text or its shape, and exactly where.

use minisync::{
    diagnostic::{Diagnostic, Source, Sources, Span},
    manifest::{self, PROJECT_FILE},
};

/// Every finding: code, place, what is under the caret, message, related places, help, fix.
fn findings(path: &str, text: &str) -> String {
    let sources = Sources::new(vec![Source { path: path.into(), text: text.into() }]);
    let place = |span: Span| {
        let (line, column) = sources.position(span);
        format!("{line}:{column} [{}]", &text[span.range()])
    };
    let mut lines = Vec::new();
    for found in manifest::parse(&sources).diagnostics {
        let Diagnostic { code, severity: _, message, primary, is_secret: _, related, help, fix } =
            found;
        lines.push(format!("{code} {} {message}", place(primary)));
        lines.extend(related.iter().map(|(span, word)| format!("  {} {word}", place(*span))));
        lines.extend(help.map(|help| format!("  help: {help}")));
        lines.extend(fix.map(|fix| {
            format!("  fix: {}: {} -> {}", fix.title, place(fix.span), fix.replacement)
        }));
    }
    lines.join("\n")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(findings("coffee.yaml", text), expected);
}

#[track_caller]
fn check_project(text: &str, expected: &str) {
    assert_eq!(findings(PROJECT_FILE, text), expected);
}

#[test]
fn an_unknown_key_says_what_is_known() {
    check(
        "apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: team, note: x }
members: []
spec:
  memebers: []
  default: yes
",
        "MS0101 3:25 [note] unknown key `note` in `metadata`
  help: known here: `name`, `labels` and `annotations`
MS0101 4:1 [members] unknown key `members` in a roster
  help: `members` belongs in `spec`
MS0101 6:3 [memebers] unknown key `memebers` in `spec`
  help: did you mean `members`?
  fix: rename it to `members`: 6:3 [memebers] -> members
MS0101 7:3 [default] unknown key `default` in `spec`
  help: known here: `workspace` and `members`",
    );
}

#[test]
fn a_missing_key_is_told_at_what_lacks_it() {
    check(
        "apiVersion: minisync.dev/v1
kind: Roster
spec:
  members:
    - email: mei@example.com
    - {}
    -
",
        "MS0102 5:7 [email] a member lacks `name` and `role`
  help: add `name`: the person's name, as colleagues and the invitation show it; `role`: what the person may do in the workspace
MS0102 6:7 [{}] a member lacks `name`, `email` and `role`
  help: add `name`: the person's name, as colleagues and the invitation show it; `email`: the person's e-mail address: where the invitation goes, and how minisync knows them; `role`: what the person may do in the workspace
MS0103 7:5 [-] a member has no value, and a mapping is needed
  help: write a value, or take the key out
MS0102 2:1 [kind] a roster lacks `metadata`
  help: add `metadata`: how this document is called",
    );
}

#[test]
fn a_missing_key_may_be_the_only_mistake_of_a_listing() {
    check(
        "apiVersion: minisync.dev/v1
kind: MiniProgram
metadata: { name: coffee }
spec:
  name: 幸福咖啡
  releaseTo: [alipay-cn]
  defaultLanguage: zh-CN
  listing:
    tagline: 每天一杯好咖啡
    customerService: { phone: 0571-8888888 }
",
        "MS0102 10:5 [customerService] `customerService` lacks `email`
  help: add `email`: the address that customers write to
MS0102 8:3 [listing] `listing` lacks `description`, `logo` and `industry`
  help: add `description`: what the mini program does: 20 to 200 characters; `logo`: the path of the logo, relative to this file: a square JPEG or PNG image of at most 256 KB inside the repository; `industry`: the industry, as the platform's search box names it",
    );
}

#[test]
fn what_looks_like_a_number_is_quoted() {
    check(
        "apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: team }
spec:
  workspace: 017
  members:
    - { name: 幸福, email: 1e3, role: true, miniPrograms: [2024, ~] }
",
        r#"MS0103 5:14 [017] `workspace` is a number, and text is needed
  help: put it in quotes to make it text
  fix: put it in quotes: 5:14 [017] -> "017"
MS0103 7:26 [1e3] `email` is a number, and text is needed
  help: put it in quotes to make it text
  fix: put it in quotes: 7:26 [1e3] -> "1e3"
MS0103 7:37 [true] `role` is the truth value `true`, and `master` or `developer` is needed
MS0103 7:58 [2024] an item of `miniPrograms` is a number, and text or a mapping is needed
  help: put it in quotes to make it text
  fix: put it in quotes: 7:58 [2024] -> "2024"
MS0103 7:64 [~] an item of `miniPrograms` is null, and text or a mapping is needed
  help: write a value, or take the key out"#,
    );
}

#[test]
fn every_wrong_type_is_told_at_once() {
    check(
        "apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: team }
spec:
  workspace: [a]
  members:
    - { name: 幸福, email: a@b.cn, role: developer, miniPrograms: coffee, blocked: yes }
    - Mei
    - name:
      email: a@b.cn
      role: mster
",
        "MS0103 5:14 [[a]] `workspace` is a list, and text is needed
MS0103 7:65 [coffee] `miniPrograms` is text, and a list is needed
  help: write a list: `[coffee]`
  fix: make it a list: 7:65 [coffee] -> [coffee]
MS0103 7:82 [yes] `blocked` is text, and `true` or `false` is needed
  help: write `true`: in YAML 1.2, `yes` is text
  fix: write `true`: 7:82 [yes] -> true
MS0103 8:7 [Mei] a member is text, and a mapping is needed
MS0103 9:7 [name] `name` has no value, and text is needed
  help: write a value, or take the key out
MS0104 11:13 [mster] `role` cannot be `mster`
  help: did you mean `master`?
  fix: write `master`: 11:13 [mster] -> master",
    );
}

#[test]
fn an_assignment_is_a_key_or_a_mapping() {
    check(
        "apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: team }
spec:
  members:
    - name: Lin Wei
      email: lin@example.com
      role: developer
      miniPrograms:
        - { porgram: tea, until: 20270131 }
        - until: 2027-01-31
        - { program: 5, untill: x, role: y }
        - 2024
        - [tea]
        -
    - { name: 幸福, email: a@b.cn, role: developer, miniPrograms: coffee, until: 2027 }
    - { name: 幸福, email: a@b.cn, role: developer, previously: [a@b.cn], until: }
",
        r#"MS0101 10:13 [porgram] unknown key `porgram` in an assignment
  help: did you mean `program`?
  fix: rename it to `program`: 10:13 [porgram] -> program
MS0103 10:34 [20270131] `until` is a number, and text is needed
  help: for example `2027-01-31`
MS0102 11:11 [until] an assignment lacks `program`
  help: add `program`: the key of the mini program (its `metadata.name`)
MS0103 12:22 [5] `program` is a number, and text is needed
  help: put it in quotes to make it text
  fix: put it in quotes: 12:22 [5] -> "5"
MS0101 12:25 [untill] unknown key `untill` in an assignment
  help: did you mean `until`?
  fix: rename it to `until`: 12:25 [untill] -> until
MS0101 12:36 [role] unknown key `role` in an assignment
  help: known here: `program` and `until`
MS0103 13:11 [2024] an item of `miniPrograms` is a number, and text or a mapping is needed
  help: put it in quotes to make it text
  fix: put it in quotes: 13:11 [2024] -> "2024"
MS0103 14:11 [[tea]] an item of `miniPrograms` is a list, and text or a mapping is needed
MS0103 15:9 [-] an item of `miniPrograms` has no value, and text or a mapping is needed
  help: write a value, or take the key out
MS0103 16:65 [coffee] `miniPrograms` is text, and a list is needed
  help: write a list: `[coffee]`
  fix: make it a list: 16:65 [coffee] -> [coffee]
MS0103 16:80 [2027] `until` is a number, and text is needed
  help: for example `2027-01-31`
MS0103 17:63 [[a@b.cn]] `previously` is a list, and text is needed
MS0103 17:73 [until] `until` has no value, and text is needed
  help: write a value, or take the key out"#,
    );
}

#[test]
fn a_share_has_a_percent_sign_and_a_number_has_none() {
    check_project(
        "apiVersion: minisync.dev/v1
kind: Project
policy: { rails: { removals: { share: 25, most: 20% } } }
",
        "MS0103 3:39 [25] `share` is a number, and text is needed
  help: write `25%`
  fix: write `25%`: 3:39 [25] -> 25%
MS0103 3:49 [20%] `most` is text, and a whole number is needed
  help: it counts people or mini programs, such as `20`; `share: 20%` beside it is a part of them",
    );
    for share in ["0.25", "300"] {
        let text = format!(
            "apiVersion: minisync.dev/v1\nkind: Project\n\
             policy: {{ rails: {{ removals: {{ share: {share}, most: 20 people }} }} }}\n"
        );
        let found = findings(PROJECT_FILE, &text);
        assert!(found.contains("text is needed\n  help: for example `25%`\n"), "{found}");
        assert!(found.ends_with("`most` is text, and a whole number is needed"), "{found}");
    }
}

#[test]
fn a_policy_is_written_in_words_numbers_and_durations() {
    check_project(
        "apiVersion: minisync.dev/v1
kind: Project
policy:
  invitations:
    onExpired: resent
    onRefused: resend
    maxResends: two
    resendAfter: 5
    remindBefor: 12h
  members: { whoLeft: true }
  onExpired: report
",
        r#"MS0104 5:16 [resent] `onExpired` cannot be `resent`
  help: did you mean `resend`?
  fix: write `resend`: 5:16 [resent] -> resend
MS0104 6:16 [resend] `onRefused` cannot be `resend`
  help: it is `report` or `reinvite`
MS0103 7:17 [two] `maxResends` is text, and a whole number is needed
MS0103 8:18 [5] `resendAfter` is a number, and text is needed
  help: for example `1h`
MS0101 9:5 [remindBefor] unknown key `remindBefor` in `invitations`
  help: did you mean `remindBefore`?
  fix: rename it to `remindBefore`: 9:5 [remindBefor] -> remindBefore
MS0103 10:23 [true] `whoLeft` is the truth value `true`, and `report` or `reinvite` is needed
MS0101 11:3 [onExpired] unknown key `onExpired` in `policy`
  help: `onExpired` belongs in `policy.invitations`"#,
    );
}

#[test]
fn an_alias_is_not_quoted() {
    check(
        "apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: team }
spec:
  members:
    - { name: &n 5, email: a@b.cn, role: master }
    - { name: *n, email: b@b.cn, role: master }
",
        r#"MS0103 6:18 [5] `name` is a number, and text is needed
  help: put it in quotes to make it text
  fix: put it in quotes: 6:18 [5] -> "5"
MS0103 7:15 [*n] `name` is a number, and text is needed"#,
    );
}

#[test]
fn a_document_of_another_format_is_told_once() {
    check(
        "apiVersion: v1
kind: ConfigMap
data: { a: 1 }
---
apiVersion: minisync.dev/v2
kind: Roster
metadata: { name: team }
spec: { members: [] }
",
        "MS0105 1:13 [v1] the document is `v1`, and not a minisync manifest
  help: write `apiVersion: minisync.dev/v1`; or, if the file belongs to another program, say in `minisync.yaml` which files are `manifests`
MS0105 5:13 [minisync.dev/v2] this minisync does not read `minisync.dev/v2`
  help: did you mean `minisync.dev/v1`?
  fix: write `minisync.dev/v1`: 5:13 [minisync.dev/v2] -> minisync.dev/v1",
    );
}

#[test]
fn a_kind_is_needed_and_known() {
    check(
        "apiVersion: minisync.dev/v1
spec: { members: [] }
---
kind: Rooster
---
kind: Deployment
---
kind: [Roster]
---
a: 1
",
        "MS0107 1:1 [apiVersion] the document does not say its `kind`
  help: add `kind: Roster`
MS0106 4:7 [Rooster] unknown kind `Rooster`
  help: did you mean `Roster`?
  fix: write `Roster`: 4:7 [Rooster] -> Roster
MS0106 6:7 [Deployment] unknown kind `Deployment`
  help: the kinds are `MiniProgram` and `Roster`
MS0106 8:7 [[Roster]] the `kind` must be text
  help: the kinds are `MiniProgram` and `Roster`
MS0107 10:1 [a] the document does not say its `kind`
  help: add `kind: MiniProgram` or `kind: Roster`; or, if the file belongs to another program, say in `minisync.yaml` which files are `manifests`",
    );
}

#[test]
fn a_document_is_a_mapping() {
    check(
        "- a
---
hello
---
~
",
        "MS0109 1:1 [- a] a document must be a mapping with `apiVersion` and `kind`
MS0109 3:1 [hello] a document must be a mapping with `apiVersion` and `kind`
MS0109 5:1 [~] a document must be a mapping with `apiVersion` and `kind`",
    );
}

#[test]
fn a_project_document_belongs_in_the_project_file() {
    check(
        "kind: Project
",
        "MS0108 1:7 [Project] a project document belongs in `minisync.yaml`, next to the manifests
  help: move it to the `minisync.yaml` at the root of the project",
    );
}

#[test]
fn a_manifest_does_not_belong_in_the_project_file() {
    check_project(
        "kind: Roster
---
spec: {}
---
kind: Porject
---
kind: X
",
        "MS0108 1:7 [Roster] `minisync.yaml` is the project file, and this document is a manifest
  help: move the document to a file of its own
MS0107 3:1 [spec] the document does not say its `kind`
  help: add `kind: Project`
MS0106 5:7 [Porject] unknown kind `Porject`
  help: did you mean `Project`?
  fix: write `Project`: 5:7 [Porject] -> Project
MS0106 7:7 [X] unknown kind `X`
  help: the kind of the project file is `Project`",
    );
}

#[test]
fn the_project_file_has_one_document() {
    check_project(
        "apiVersion: minisync.dev/v1
kind: Project
---
apiVersion: minisync.dev/v1
kind: Project
",
        "MS0108 4:1 [] `minisync.yaml` holds one document, and this is another one",
    );
}

#[test]
fn an_environment_has_the_keys_of_its_platform() {
    check_project(
        "apiVersion: minisync.dev/v1
kind: Project
environments:
  a: { platform: sandbx }
  b: {}
  c: sandbox
  d: { platform: sandbox, uri: x }
  e: { platform: 1 }
  f:
",
        "MS0104 4:18 [sandbx] `platform` cannot be `sandbx`
  help: did you mean `sandbox`?
  fix: write `sandbox`: 4:18 [sandbx] -> sandbox
MS0102 5:3 [b] `b` lacks `platform`
  help: add `platform`: the platform that minisync brings along: embedded, or a sandbox server
MS0103 6:6 [sandbox] `c` is text, and a mapping is needed
MS0101 7:27 [uri] unknown key `uri` in `d`
  help: did you mean `url`?
  fix: rename it to `url`: 7:27 [uri] -> url
MS0103 8:18 [1] `platform` is a number, and `sandbox` is needed
MS0103 9:3 [f] `f` has no value, and a mapping is needed
  help: write a value, or take the key out",
    );
}

#[test]
fn a_secret_is_one_reference() {
    check_project(
        "apiVersion: minisync.dev/v1
kind: Project
environments:
  a:
    platform: sandbox
    credential: s3cret
    masters: { x: {}, y: { env: A, file: B }, z: { evn: A }, w: { env: 1 } }
",
        r#"MS0103 6:17 [s3cret] `credential` is text, and `{ env: … }` or `{ file: … }` is needed
  help: `env`: the environment variable that holds the secret; `file`: the file that holds the secret, relative to `minisync.yaml`; `~` is your home folder
MS0102 7:16 [x] `x` lacks `env` or `file`
MS0101 7:23 [y] `y` has `env` and `file`, and only one may be
MS0101 7:52 [evn] unknown key `evn` in `z`
  help: did you mean `env`?
  fix: rename it to `env`: 7:52 [evn] -> env
MS0103 7:72 [1] `env` is a number, and text is needed
  help: put it in quotes to make it text
  fix: put it in quotes: 7:72 [1] -> "1""#,
    );
}

#[test]
fn an_empty_file_is_worth_a_word() {
    check("", "MS0008 1:1 [] there is no document in this file");
}

#[test]
fn comments_alone_are_no_document() {
    check(
        "\u{feff}# later
---
# later
",
        "MS0008 1:1 [] there is no document in this file",
    );
}

#[test]
fn a_mistake_in_one_document_leaves_the_next_alone() {
    check(
        r#"a: "x
b: 1
---
kind: Rooster
"#,
        r#"MS0001 1:4 ["] the quotes that begin here do not end
  help: add the closing quote
MS0106 4:7 [Rooster] unknown kind `Rooster`
  help: did you mean `Roster`?
  fix: write `Roster`: 4:7 [Rooster] -> Roster"#,
    );
}

#[test]
fn a_key_is_given_once() {
    check(
        r#"apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: team, name: other, "name": third }
spec: { members: [] }
"#,
        r#"MS0002 3:25 [name] `name` is given twice
  3:13 [name] first given here
  help: keep the one that is meant
MS0002 3:38 ["name"] `name` is given twice
  3:13 [name] first given here
  help: keep the one that is meant"#,
    );
}

#[test]
fn quotes_end() {
    check(
        "a: 'x
",
        "MS0001 1:4 ['] the quotes that begin here do not end
  help: add the closing quote",
    );
}

#[test]
fn brackets_end() {
    check(
        "a: [
---
a: { b: 1
---
a: }
---
a: [1, 2
b: 3
---
a: [1 2}
",
        "MS0001 1:4 [[] the `[` that begins here does not end
  help: close the list with `]`
MS0001 3:4 [{] the `{` that begins here does not end
  help: close the mapping with `}`
MS0001 5:4 [}] this bracket closes nothing
  help: take it out, or put the text in quotes
MS0001 8:2 [:] a `:` makes a key of what comes before it, and no key may be here
  help: close the bracket before this line
MS0001 10:4 [[] the `[` that begins here is closed by a `}`
  help: close the innermost bracket first",
    );
}

#[test]
fn tabs_do_not_indent() {
    check(
        "a:
\u{9}b: 1
---
a:\u{9}b
\u{9}c: d
",
        "MS0001 2:1 [\u{9}] a tab cannot indent
  help: indent with spaces
MS0001 5:1 [\u{9}] a tab cannot indent
  help: indent with spaces",
    );
}

#[test]
fn indentation_lines_up() {
    check(
        "a:
  b: 1
 c: 2
---
- x
 y: 1
---
members:
- a
-b
---
a: b: c
",
        "MS0001 3:2 [c] a key must begin here, in line with the keys above it
  help: check the indentation
MS0001 6:3 [:] a `:` makes a key of what comes before it, and no key may be here
  help: put the text in quotes if the `:` belongs to it; else check the indentation
MS0001 10:1 [-] this line is neither a key with a `:` nor an item with `- `
  help: write `key: value`, or `- ` before an item
MS0001 12:5 [:] a `:` makes a key of what comes before it, and no key may be here
  help: put the text in quotes if the `:` belongs to it; else check the indentation",
    );
}

#[test]
fn some_characters_need_quotes() {
    check(
        "a: @x\n---\na: `x`\n---\na: 'b' c\n---\na: \"\\q\"\n---\na: \u{7}\n---\na: x\0y\n",
        "MS0001 1:4 [@] `@` cannot begin a value\n  help: put the value in quotes\nMS0001 3:4 [`] a backtick cannot begin a value\n  help: put the value in quotes\nMS0001 5:8 [c] the text goes on after its closing quote\n  help: write `''` for a quote inside single quotes\nMS0001 7:4 [\"] this escape means nothing in YAML\n  help: write `\\\\` for a backslash, or use single quotes\nMS0001 9:4 [\u{7}] the control character U+0007 may not be in YAML\n  help: take it out\nMS0001 11:5 [\0] the control character U+0000 may not be in YAML\n  help: take it out",
    );
}

#[test]
fn an_alias_repeats_what_came_before() {
    check(
        "apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: team }
spec:
  members: *people
---
a: &x [*x]
",
        "MS0009 5:12 [*people] the alias `*people` repeats nothing: no `&people` comes before it
  help: put text that begins with `*` in quotes
MS0003 7:8 [*x] the alias `*x` repeats itself",
    );
}

#[test]
fn tags_and_merge_keys_are_refused() {
    check(
        "apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: !env NAME, <<: x }
spec: !!map { members: !!set [] }
---
apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: team }
spec: { ? [a] : b, members: [] }
",
        "MS0005 3:19 [!env] the tag `!env` is not supported
  help: write the value itself, without a tag
MS0006 3:30 [<<] merge keys (`<<`) are not supported
  help: write the keys out, or use an alias for a whole value
MS0005 4:24 [!!set] the tag `!!set` is not supported
  help: write the value itself, without a tag
MS0007 9:11 [[a]] a key must be text, and this one stands for something else",
    );
}

#[test]
fn core_tags_say_what_is_so_anyway() {
    check(
        "apiVersion: minisync.dev/v1
kind: Roster
metadata: { name: team }
spec: !!map
  members: !!seq
    - { name: !!str 5, email: ! 6, role: !!str master, blocked: !!bool false }
",
        "",
    );
}
