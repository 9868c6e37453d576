//! What people get from a real editor engine and from real validators, by our schemas alone.

mod server;
mod shape;

use server::{Editor, keys, labels};

const PROGRAM: &str = "apiVersion: minisync.dev/v1
kind: MiniProgram
metadata:
  name: coffee
spec:
  name: 幸福咖啡
  defaultLanguage: zh-CN
  releaseTo: [alipay-cn]
";

const ROSTER: &str = "apiVersion: minisync.dev/v1
kind: Roster
metadata:
  name: coffee-team
spec:
  members:
";

/// A manifest as the examples write theirs, so that their modelines are on trial too: one in each
/// document, because the editor takes it to hold for that document only.
fn manifest(text: &str) -> String {
    let modeline = "# yaml-language-server: $schema=../../schema/manifest.schema.json\n";
    format!("{modeline}{}", text.replace("---\n", &format!("---\n{modeline}")))
}

fn project(text: &str) -> String {
    format!("# yaml-language-server: $schema=../../schema/project.schema.json\n{text}")
}

#[test]
fn the_editor_completes_kinds_roles_and_targets() {
    let mut editor = Editor::start();
    let mut offered = |text: &str| labels(&editor.completion(&manifest(text)));
    assert_eq!(offered("apiVersion: minisync.dev/v1\nkind: ‸\n"), ["MiniProgram", "Roster"]);
    assert_eq!(offered("apiVersion: ‸\n"), ["minisync.dev/v1"]);
    let role = format!("{ROSTER}    - name: 陈梅\n      email: mei@example.com\n      role: ‸\n");
    assert_eq!(offered(&role), ["developer", "master"]);
    let target = PROGRAM.replace("[alipay-cn]", "\n    - ‸");
    assert_eq!(offered(&target), ["alipay-cn"]);
}

#[test]
fn the_editor_completes_the_fields_that_are_missing() {
    let mut editor = Editor::start();
    let mut offered = |text: &str| keys(editor.completion(&manifest(text)));
    assert_eq!(
        offered(&format!("{PROGRAM}  ‸\n")),
        ["createdBy", "ignore", "languages", "listing", "workspace"]
    );
    let listing = format!("{PROGRAM}  listing:\n    tagline: 每天一杯好咖啡，幸福每一天\n    ‸\n");
    assert_eq!(offered(&listing), ["customerService", "description", "industry", "logo"]);
    let member = format!("{ROSTER}    - name: 陈梅\n      ‸\n");
    assert_eq!(
        offered(&member),
        ["blocked", "email", "ignore", "miniPrograms", "previously", "role", "until"]
    );
    let second = format!("{PROGRAM}---\n{ROSTER}    - name: 陈梅\n      ‸\n");
    assert_eq!(
        offered(&second),
        ["blocked", "email", "ignore", "miniPrograms", "previously", "role", "until"]
    );
}

#[test]
fn the_editor_completes_an_assignment_that_ends() {
    let mut editor = Editor::start();
    let member = format!("{ROSTER}    - name: 林伟\n      miniPrograms:\n");
    let begun = format!("{member}        - program: coffee\n          ‸\n");
    assert_eq!(keys(editor.completion(&manifest(&begun))), ["until"]);
    let new = format!("{member}        - coffee\n        - p‸\n");
    assert!(labels(&editor.completion(&manifest(&new))).contains(&"program".to_owned()));
}

#[test]
fn the_editor_completes_the_project_file() {
    let mut editor = Editor::start();
    let head = "apiVersion: minisync.dev/v1\nkind: Project\n";
    let mut offered = |text: &str| editor.completion(&project(&format!("{head}{text}")));
    assert_eq!(
        keys(offered("‸\n")),
        ["environment", "environments", "ledger", "manifests", "owner", "policy", "workspace"]
    );
    assert_eq!(labels(&offered("environments:\n  local:\n    platform: ‸\n")), ["sandbox"]);
    assert_eq!(
        keys(offered("policy:\n  ‸\n")),
        ["invitations", "members", "plans", "prune", "rails"]
    );
    assert_eq!(
        keys(offered("policy:\n  invitations:\n    ‸\n")),
        ["maxResends", "onExpired", "onRefused", "remindBefore", "resendAfter"]
    );
    let words = "policy:\n  invitations:\n    onExpired: ‸\n";
    assert_eq!(labels(&offered(words)), ["report", "resend"]);
    let mail = "environments:\n  local:\n    platform: sandbox\n    mail:\n      ‸\n";
    assert_eq!(keys(offered(mail)), ["from", "password", "rootCertificate", "smtp", "user"]);
}

#[test]
fn the_editor_offers_whole_documents_to_start_from() {
    let mut editor = Editor::start();
    for (label, has) in [("MiniProgram", "defaultLanguage: "), ("Roster", "role: ")] {
        let offers = editor.completion(&manifest("‸\n"));
        let snippet = offers
            .iter()
            .find(|offer| {
                let text = offer["insertText"].as_str().unwrap_or_default();
                text.contains(&format!("kind: {label}")) && text.contains(has)
            })
            .unwrap_or_else(|| panic!("no snippet for {label} in {:?}", labels(&offers)));
        assert_eq!(snippet["insertTextFormat"], 2, "places to fill in, one after the other");
    }
}

#[test]
fn the_editor_explains_what_the_mouse_is_over() {
    let mut editor = Editor::start();
    for (text, says) in [
        (PROGRAM.replace("defaultLanguage", "default‸Language"), "device language"),
        (PROGRAM.replace("幸福咖啡", "幸福‸咖啡"), "a Chinese character counts as two"),
        (format!("{ROSTER}    - name: 陈梅\n      ro‸le: master\n"), "Reaches every mini program"),
        (format!("{PROGRAM}---\n{ROSTER}    - em‸ail: mei@example.com\n"), "invitation goes"),
        (format!("{ROSTER}    - name: 林伟\n      miniPrograms: [{{ unt‸il: x }}]\n"), "last day"),
    ] {
        let shown = editor.hover(&manifest(&text));
        assert!(shown.contains(says), "{text}\nshows: {shown}");
    }
    let shown = editor.hover(&project("apiVersion: minisync.dev/v1\nkind: Project\nled‸ger: x\n"));
    assert!(shown.contains("platform ids"), "{shown}");
}

#[test]
fn the_editor_underlines_what_is_wrong_and_nothing_else() {
    let mut editor = Editor::start();
    let broken = format!(
        "{}---\n{ROSTER}    - name: 陈梅\n      emial: mei@example.com\n      role: admin\n      \
         until: 2027-01-31\n      miniPrograms: [coffee, {{ program: tea, until: 2027-02-28 }}]\n",
        PROGRAM.replace("defaultLanguage", "defaultLangauge")
    );
    let found = editor.diagnostics(&manifest(&broken));
    let of = |word: &str| -> Vec<&str> {
        found.iter().filter(|(_, says)| says.contains(word)).map(|(at, _)| at.as_str()).collect()
    };
    assert_eq!(of("defaultLangauge"), ["defaultLangauge"], "{found:#?}");
    assert_eq!(of("emial"), ["emial"], "{found:#?}");
    assert_eq!(of(r#""master" | "developer""#), ["admin"], "{found:#?}");
    assert_eq!(of("Missing").len(), 2, "{found:#?}");
    assert_eq!(found.len(), 5, "{found:#?}");
}
