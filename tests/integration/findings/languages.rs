//! MS05xx: languages and release targets.

use super::case::{Case, case, load, sound_disk, sources_of, told};

pub(super) const CASES: &[Case] = &[
    TAG_FORM,
    DEFAULT_REPEATED,
    LANGUAGE_TWICE,
    UNKNOWN_TARGET,
    NOWHERE,
    TARGET_TWICE,
    CHINESE_NEEDED,
];

const TAG_FORM: Case = case(
    501,
    &[("en-US", "zh-Hant-HK")],
    &[
        ("en-US", "en_US"),
        ("defaultLanguage: zh-CN\n  createdBy", "defaultLanguage: cn\n  createdBy"),
    ],
);
const DEFAULT_REPEATED: Case = case(502, &[("en-US", "zh-HK")], &[("en-US", "zh-cn")]);
const LANGUAGE_TWICE: Case = case(
    503,
    &[("    en-US:", "    en-GB: {}\n    en-US:")],
    &[("    en-US:", "    en-us: {}\n    en-US:")],
);
const UNKNOWN_TARGET: Case = case(
    504,
    &[],
    &[
        (
            "[alipay-cn]\n  defaultLanguage: zh-CN\n  createdBy",
            "[Alipay China]\n  defaultLanguage: zh-CN\n  createdBy",
        ),
        ("name: 幸福茶\n  releaseTo: [alipay-cn]", "name: 幸福茶\n  releaseTo: [wechat]"),
    ],
);
const NOWHERE: Case =
    case(505, &[], &[("name: 幸福茶\n  releaseTo: [alipay-cn]", "name: 幸福茶\n  releaseTo: []")]);
const TARGET_TWICE: Case = case(
    506,
    &[],
    &[(
        "name: 幸福茶\n  releaseTo: [alipay-cn]",
        "name: 幸福茶\n  releaseTo: [alipay-cn, alipay-cn]",
    )],
);
const CHINESE_NEEDED: Case = case(
    508,
    &[("zh-CN\n  createdBy", "zh-HK\n  createdBy")],
    &[("zh-CN\n  createdBy", "fr-FR\n  createdBy")],
);

#[test]
fn a_language_is_a_tag() {
    insta::assert_snapshot!(TAG_FORM.told(), @r"
    error MS0501 coffee.yaml:7:20 [cn]
      `cn` is not a language tag
      help: it is written `zh-CN`
      fix: write `zh-CN`: coffee.yaml:7:20 [cn] -> zh-CN
    error MS0501 coffee.yaml:16:5 [en_US]
      `en_US` is not a language tag
      help: it is written `en-US`
      fix: write `en-US`: coffee.yaml:16:5 [en_US] -> en-US
    ");
}

#[test]
fn the_default_language_is_not_repeated() {
    insta::assert_snapshot!(DEFAULT_REPEATED.told(), @r"
    error MS0502 coffee.yaml:16:5 [zh-cn]
      `zh-cn` is the default language already
      coffee.yaml:7:20 [zh-CN]: its texts are those beside this
      help: leave it out here
    ");
}

#[test]
fn a_language_has_one_spelling() {
    insta::assert_snapshot!(LANGUAGE_TWICE.told(), @r"
    error MS0503 coffee.yaml:17:5 [en-US]
      `en-US` is the same language as `en-us`
      coffee.yaml:16:5 [en-us]: it is here already
      help: put the texts together under one of them
    ");
}

#[test]
fn a_release_target_is_known() {
    insta::assert_snapshot!(UNKNOWN_TARGET.told(), @r"
    error MS0504 coffee.yaml:6:15 [Alipay China]
      `Alipay China` is not a known release target
      help: did you mean `alipay-cn`?
      fix: write `alipay-cn`: coffee.yaml:6:15 [Alipay China] -> alipay-cn
    error MS0504 coffee.yaml:23:15 [wechat]
      `wechat` is not a known release target
      help: known is `alipay-cn`
    ");
}

#[test]
fn a_program_is_released_somewhere() {
    insta::assert_snapshot!(NOWHERE.told(), @r"
    error MS0505 coffee.yaml:23:14 [[]]
      `releaseTo` names no target, and a mini program needs one
      help: `alipay-cn` is the one there is
      fix: write `[alipay-cn]`: coffee.yaml:23:14 [[]] -> [alipay-cn]
    ");
}

#[test]
fn a_release_target_is_named_once() {
    insta::assert_snapshot!(TARGET_TWICE.told(), @r"
    warning MS0506 coffee.yaml:23:26 [alipay-cn]
      `alipay-cn` is named twice
      coffee.yaml:23:15 [alipay-cn]: it is named here first
      help: leave it out here
    ");
}

#[test]
fn what_a_master_creates_is_chinese() {
    insta::assert_snapshot!(CHINESE_NEEDED.told(), @r"
    error MS0508 coffee.yaml:7:20 [fr-FR]
      the default language is `fr-FR`, and what a master creates is Chinese
      coffee.yaml:8:14 [mei@example.com]: a master creates it
      help: make it `zh-CN`, and give the other texts under `languages`
    ");
}

/// So many programs in one workspace, released to Alipay China.
pub(super) fn released(n_programs: usize) -> String {
    let program = |n| {
        format!(
            "---\napiVersion: minisync.dev/v1\nkind: MiniProgram\nmetadata: {{name: p-{n}}}\n\
             spec: {{name: 店铺{n}, releaseTo: [alipay-cn], defaultLanguage: zh-CN}}\n"
        )
    };
    let sources = sources_of(vec![("many.yaml".into(), (0..n_programs).map(program).collect())]);
    told(&sources, load(&sources, sound_disk).diagnostics())
}

#[test]
fn a_workspace_releases_ten_programs_to_alipay_china() {
    assert_eq!(released(10), "");
    insta::assert_snapshot!(released(12), @r"
    error MS0507 many.yaml:55:32 [alipay-cn]
      workspace `default` releases 12 mini programs to Alipay China, and 10 is the limit
      many.yaml:60:32 [alipay-cn]: so is this one
      help: a merchant with more of them needs another workspace
    ");
}
