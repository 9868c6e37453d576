//! MS08xx: what is left to others.

use super::case::{Case, case};

pub(super) const CASES: &[Case] = &[NO_FIELD, FIELD_TWICE];

const NO_FIELD: Case = case(
    801,
    &[
        (
            "  createdBy: mei@example.com",
            "  createdBy: mei@example.com\n  ignore: [{ field: listing.tagline }, \
             { field: languages.ja, until: 1999-12-31 }]",
        ),
        ("role: master }", "role: master, ignore: [{ field: role, because: she asked }] }"),
    ],
    &[
        (
            "  createdBy: mei@example.com",
            "  createdBy: mei@example.com\n  ignore: [{ field: tagline }, { field: Name }, \
             { field: role }]",
        ),
        ("role: master }", "role: master, ignore: [{ field: blocked }] }"),
    ],
);
const FIELD_TWICE: Case = case(
    802,
    &[("role: master }", "role: master, ignore: [{ field: role }] }")],
    &[(
        "role: master }",
        "role: master, ignore: [{ field: role }, { field: role, until: 2027-01-31 }] }",
    )],
);

#[test]
fn only_a_field_can_be_ignored() {
    insta::assert_snapshot!(NO_FIELD.told(), @r"
    error MS0801 coffee.yaml:9:21 [tagline]
      `tagline` is no field of a mini program that can be ignored
      help: did you mean `listing.tagline`?
      fix: write `listing.tagline`: coffee.yaml:9:21 [tagline] -> listing.tagline
    error MS0801 coffee.yaml:9:41 [Name]
      `Name` is no field of a mini program that can be ignored
      help: did you mean `name`?
      fix: write `name`: coffee.yaml:9:41 [Name] -> name
    error MS0801 coffee.yaml:9:58 [role]
      `role` is no field of a mini program that can be ignored
      help: one of `name`, `releaseTo`, `defaultLanguage`, `listing.tagline`, `listing.description`, `listing.logo`, `listing.industry`, `listing.customerService.phone`, `listing.customerService.email`, `languages.en-US`
    error MS0801 team.yaml:6:81 [blocked]
      `blocked` is no field of a person that can be ignored
      help: one of `role`, `miniPrograms`
    ");
}

#[test]
fn a_field_is_ignored_once() {
    insta::assert_snapshot!(FIELD_TWICE.told(), @r"
    error MS0802 team.yaml:6:98 [role]
      `role` is ignored twice
      team.yaml:6:81 [role]: here first
      help: keep the line that is meant
    ");
}

#[test]
fn the_last_day_of_an_ignored_field_is_a_day() {
    let bad = case(
        614,
        &[],
        &[("role: master }", "role: master, ignore: [{ field: role, until: 2027/1/31 }] }")],
    );
    insta::assert_snapshot!(bad.told(), @r"
    error MS0614 team.yaml:6:94 [2027/1/31]
      `2027/1/31` is not a day of the calendar
      help: did you mean `2027-01-31`?
      fix: write `2027-01-31`: team.yaml:6:94 [2027/1/31] -> 2027-01-31
    ");
}
