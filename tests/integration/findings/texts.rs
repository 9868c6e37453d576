//! MS03xx: texts.

use super::case::{Case, case};

pub(super) const CASES: &[Case] =
    &[EMPTY, EDGES, HIDDEN, NAME_LENGTH, NAME_CHARACTERS, NAME_TAKEN, TAGLINE, DESCRIPTION];

const EMPTY: Case = case(
    301,
    &[(", tagline: Good coffee every day", "")],
    &[("Good coffee every day", "\"\""), ("餐饮/咖啡", "\"  \""), ("An Owner", "''")],
);
const EDGES: Case = case(
    302,
    &[(
        "description: 在手机上点一杯现磨咖啡，到店即取，不用排队等待。",
        "description: |\n      在手机上点一杯现磨咖啡，到店即取，不用排队等待。",
    )],
    &[("Lucky Coffee", "\" Lucky Coffee\"")],
);
const HIDDEN: Case = case(
    303,
    &[("Mei Chen", "\"Mei 👩‍🍳 Chen\"")],
    &[
        ("Mei Chen", "\"Mei\\u202E nehC\""),
        ("Lucky Coffee", "\"Lucky\\tCoffee\""),
        ("幸福茶", "\"幸福\\u200B茶\""),
    ],
);
const NAME_LENGTH: Case = case(
    304,
    &[("name: 幸福茶", "name: 一二三四五六七八九十一二三四五")],
    &[("name: 幸福茶", "name: 茶"), ("name: 幸福咖啡", "name: 一二三四五六七八九十一二三四五六")],
);
const NAME_CHARACTERS: Case = case(
    305,
    &[("name: 幸福茶", "name: 幸福茶_Tea2")],
    &[
        ("name: 幸福茶", "name: 幸福茶!"),
        ("name: 幸福咖啡", "name: 幸福-咖啡"),
        ("Lucky Coffee", "Lucky ☕"),
    ],
);
const NAME_TAKEN: Case =
    case(306, &[("name: 幸福茶", "name: 幸福咖啡茶")], &[("name: 幸福茶", "name: 幸福咖啡")]);
const TAGLINE: Case = case(
    307,
    &[("Good coffee every day", "Coffee with 30 characters here")],
    &[
        ("Good coffee every day", "Coffee"),
        ("每天一杯好咖啡，幸福每一天", "每天一杯好咖啡，幸福每一天，从清晨到夜晚"),
    ],
);
const DESCRIPTION: Case = case(
    308,
    &[("tagline: Good coffee every day", "description: A cup of good coffee")],
    &[
        ("tagline: Good coffee every day", "description: Good coffee"),
        ("在手机上点一杯现磨咖啡，到店即取，不用排队等待。", "一杯好咖啡"),
    ],
);

#[test]
fn a_text_says_something() {
    insta::assert_snapshot!(EMPTY.told(), @r#"
    error MS0301 coffee.yaml:13:15 ["  "]
      the industry is empty
      help: fill it in
    error MS0301 coffee.yaml:16:43 [""]
      the tagline in `en-US` is empty
      help: leave it out, and the default language is shown instead
    error MS0301 minisync.yaml:4:16 ['']
      the person's name is empty
      help: fill it in
    "#);
}

#[test]
fn a_text_has_no_white_space_around_it() {
    insta::assert_snapshot!(EDGES.told(), @r#"
    error MS0302 coffee.yaml:16:20 [" Lucky Coffee"]
      the name ` Lucky Coffee` in `en-US` begins with white space
      help: platforms cut it off, and every plan would want it back
      fix: take the white space away: coffee.yaml:16:20 [" Lucky Coffee"] -> Lucky Coffee
    "#);
}

#[test]
fn all_of_a_text_can_be_seen() {
    insta::assert_snapshot!(HIDDEN.told(), @r#"
    error MS0303 coffee.yaml:16:20 ["Lucky\\tCoffee"]
      the name in `en-US` has a tab in it
      help: without it, it is `Lucky Coffee`
      fix: take it away: coffee.yaml:16:20 ["Lucky\\tCoffee"] -> Lucky Coffee
    error MS0303 coffee.yaml:22:9 ["幸福\\u200B茶"]
      the name has a character in it that cannot be seen: U+200B
      help: without it, it is `幸福茶`
      fix: take it away: coffee.yaml:22:9 ["幸福\\u200B茶"] -> 幸福茶
    error MS0303 team.yaml:6:15 ["Mei\\u202E nehC"]
      the person's name has a character in it that reorders the text around it: U+202E
      help: without it, it is `Mei nehC`
      fix: take it away: team.yaml:6:15 ["Mei\\u202E nehC"] -> Mei nehC
    "#);
}

#[test]
fn a_name_is_3_to_30_wide() {
    insta::assert_snapshot!(NAME_LENGTH.told(), @r"
    error MS0304 coffee.yaml:5:9 [一二三四五六七八九十一二三四五六]
      the name `一二三四五六七八九十一二三四五六` is 32 wide, and 30 is the limit
      help: a Chinese character counts as 2, a letter or digit as 1
    error MS0304 coffee.yaml:22:9 [茶]
      the name `茶` is 2 wide, and 3 is the least
      help: a Chinese character counts as 2, a letter or digit as 1
    ");
}

#[test]
fn a_name_has_characters_that_names_may_have() {
    insta::assert_snapshot!(NAME_CHARACTERS.told(), @r"
    warning MS0305 coffee.yaml:5:9 [幸福-咖啡]
      the name `幸福-咖啡` has `-` in it, which not every documented way of creating a mini program takes
      help: Chinese characters, Latin letters, digits and `_` are taken everywhere
    warning MS0305 coffee.yaml:16:20 [Lucky ☕]
      the name `Lucky ☕` in `en-US` has `☕` in it, which not every documented way of creating a mini program takes
      help: Chinese characters, Latin letters, digits and `_` are taken everywhere
    error MS0305 coffee.yaml:22:9 [幸福茶!]
      the name `幸福茶!` has `!` in it, which names may not have
      help: Chinese characters, Latin letters, digits and `_` are taken everywhere
    ");
}

#[test]
fn a_name_belongs_to_one_program() {
    insta::assert_snapshot!(NAME_TAKEN.told(), @r"
    error MS0306 coffee.yaml:22:9 [幸福咖啡]
      the name `幸福咖啡` belongs to `coffee` already, in workspace `acme`
      coffee.yaml:5:9 [幸福咖啡]: `coffee` has it
      help: give each its own name, or leave one of them out
    ");
}

#[test]
fn a_tagline_has_10_to_30_characters() {
    insta::assert_snapshot!(TAGLINE.told(), @r"
    warning MS0307 coffee.yaml:10:14 [每天一杯好咖啡，幸福每一天，从清晨到夜晚]
      the tagline is 20 characters long, but 40 when a Chinese one counts as 2: the platform may refuse it
      help: it is not documented how 10 to 30 are counted; a text that fits in both ways is safe
    error MS0307 coffee.yaml:16:43 [Coffee]
      the tagline in `en-US` is 6 characters long, and at least 10 are needed
      help: 10 to 30 characters are asked for
    ");
}

#[test]
fn a_description_has_20_to_200_characters() {
    insta::assert_snapshot!(DESCRIPTION.told(), @r"
    error MS0308 coffee.yaml:11:18 [一杯好咖啡]
      the description is 10 characters long even when a Chinese one counts as 2, and at least 20 are needed
      help: 20 to 200 characters are asked for
    error MS0308 coffee.yaml:16:47 [Good coffee]
      the description in `en-US` is 11 characters long, and at least 20 are needed
      help: 20 to 200 characters are asked for
    ");
}

#[test]
fn a_length_that_ways_of_counting_disagree_on_is_a_warning() {
    let disputed = case(307, &[], &[("每天一杯好咖啡，幸福每一天", "每天好咖啡")]);
    insta::assert_snapshot!(disputed.told(), @r"
    warning MS0307 coffee.yaml:10:14 [每天好咖啡]
      the tagline is 5 characters long, but 10 when a Chinese one counts as 2: the platform may refuse it
      help: it is not documented how 10 to 30 are counted; a text that fits in both ways is safe
    ");
}
