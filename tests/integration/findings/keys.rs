//! MS02xx: keys and identity.

use super::case::{Case, case};

pub(super) const CASES: &[Case] =
    &[KEY_FORM, KEY_TWICE, WORKSPACE_FORM, EMAIL_FORM, SAME_KEY, STILL_WRITTEN, PREVIOUS_TWICE];

const KEY_FORM: Case = case(
    201,
    &[("name: team", "name: team-2")],
    &[("name: team", "name: Core_Team"), ("name: partners", "name: 伙伴")],
);
const KEY_TWICE: Case = case(
    202,
    &[
        ("name: partners }\nspec:", "name: team }\nspec:\n  workspace: emca"),
        ("[tea]", "[]"),
        ("role: developer, miniPrograms: []", "role: master"),
    ],
    &[("name: partners", "name: team")],
);
const WORKSPACE_FORM: Case = case(
    203,
    &[("workspace: acme", "workspace: acme-2")],
    &[("workspace: acme", "workspace: \"Acme \"")],
);
const EMAIL_FORM: Case = case(
    204,
    &[("care@example.com", "关怀@例子.中国")],
    &[
        ("care@example.com", "\"Care <care@example.com>\""),
        ("owner@example.com", "owner@localhost"),
        ("lin@example.com", "lin＠example。com"),
    ],
);

const SAME_KEY: Case = case(
    205,
    &[("name: tea }", "name: tea, previously: cha }")],
    &[("name: tea }", "name: tea, previously: tea }")],
);
const STILL_WRITTEN: Case = case(
    206,
    &[("name: tea }", "name: tea, previously: partners }")],
    &[("name: tea }", "name: tea, previously: coffee }")],
);
const PREVIOUS_TWICE: Case = case(
    207,
    &[("name: tea }", "name: tea, previously: cha }")],
    &[
        ("name: coffee }", "name: coffee, previously: cha }"),
        ("name: tea }", "name: tea, previously: cha }"),
    ],
);

#[test]
fn a_previous_key_leads_to_one_program_and_to_no_other() {
    insta::assert_snapshot!(SAME_KEY.told(), @r"
    error MS0205 coffee.yaml:20:36 [tea]
      `tea` is the key that this mini program has
      coffee.yaml:20:19 [tea]: here it is its key
      help: leave `previously` out, or write the key it had before
    ");
    insta::assert_snapshot!(STILL_WRITTEN.told(), @r"
    error MS0206 coffee.yaml:20:36 [coffee]
      `coffee` is a key still, and so cannot become `tea`
      coffee.yaml:3:19 [coffee]: here it is written
      help: take that document away, or leave `previously` out
    ");
    insta::assert_snapshot!(PREVIOUS_TWICE.told(), @r"
    error MS0207 coffee.yaml:20:36 [cha]
      `cha` cannot become `coffee` and `tea`
      coffee.yaml:3:39 [cha]: here it becomes `coffee`
      help: keep `previously` with the mini program whose key it was
    ");
}

#[test]
fn a_key_has_one_form() {
    insta::assert_snapshot!(KEY_FORM.told(), @r"
    error MS0201 team.yaml:3:19 [Core_Team]
      the key `Core_Team` has `C` in it, and only a-z, 0-9 and `-` may be
      help: `core-team` would do
      fix: write `core-team`: team.yaml:3:19 [Core_Team] -> core-team
    error MS0201 team.yaml:11:19 [伙伴]
      the key `伙伴` has `伙` in it, and only a-z, 0-9 and `-` may be
      help: for example `coffee` or `coffee-2`
    ");
}

#[test]
fn a_key_names_one_document() {
    insta::assert_snapshot!(KEY_TWICE.told(), @r"
    error MS0202 team.yaml:11:19 [team]
      roster `team` is written twice in workspace `acme`
      team.yaml:3:19 [team]: it is written here first
      help: give one of them another key, or name its workspace
    ");
}

#[test]
fn a_program_is_written_once() {
    let twice = case(202, &[], &[("name: tea }", "name: coffee }"), ("[tea]", "[coffee]")]);
    insta::assert_snapshot!(twice.told(), @r"
    error MS0202 coffee.yaml:20:19 [coffee]
      mini program `coffee` is written twice in workspace `acme`
      coffee.yaml:3:19 [coffee]: it is written here first
      help: give one of them another key, or name its workspace
    ");
}

#[test]
fn a_workspace_has_the_form_of_a_key() {
    insta::assert_snapshot!(WORKSPACE_FORM.told(), @r#"
    error MS0203 minisync.yaml:3:12 ["Acme "]
      the workspace `Acme ` has `A` in it, and only a-z, 0-9 and `-` may be
      help: `acme` would do
      fix: write `acme`: minisync.yaml:3:12 ["Acme "] -> acme
    "#);
}

#[test]
fn an_address_is_one_that_mail_can_be_sent_to() {
    insta::assert_snapshot!(EMAIL_FORM.told(), @r#"
    error MS0204 coffee.yaml:14:52 ["Care <care@example.com>"]
      `Care <care@example.com>` is not an e-mail address
      help: the address alone is `care@example.com`
      fix: write `care@example.com`: coffee.yaml:14:52 ["Care <care@example.com>"] -> care@example.com
    error MS0204 minisync.yaml:4:33 [owner@localhost]
      `owner@localhost` is not an e-mail address
      help: write it as `name@example.com`
    error MS0204 team.yaml:7:31 [lin＠example。com]
      `lin＠example。com` is not an e-mail address
      help: the address alone is `lin@example.com`
      fix: write `lin@example.com`: team.yaml:7:31 [lin＠example。com] -> lin@example.com
    "#);
}
