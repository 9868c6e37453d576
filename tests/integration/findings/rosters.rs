//! MS06xx: rosters.

use super::case::{Case, Change, case};

pub(super) const CASES: &[Case] = &[
    NO_MASTER,
    DISAGREE,
    LISTED_TWICE,
    NOTHING_ASSIGNED,
    UNKNOWN_PROGRAM,
    ASSIGNED_TWICE,
    OWNER_LISTED,
    MASTER_ASSIGNED,
    NOBODY,
    SAME_ADDRESS,
    STILL_LISTED,
    CLAIMED_TWICE,
    OWNER_MOVED,
    DAY_FORM,
    OUTLASTS,
];

const NO_MASTER: Case = case(
    601,
    &[("createdBy: mei@example.com", "createdBy: Mei@EXAMPLE.com")],
    &[("createdBy: mei@example.com", "createdBy: mai@example.com")],
);
const DISAGREE: Case = case(
    602,
    &[],
    &[(
        "{ name: Lin Wei, email: Lin@Example.com, role: developer, miniPrograms: [tea] }",
        "{ name: Lin W., email: Lin@Example.com, role: master, blocked: true }",
    )],
);
const LISTED_TWICE: Case = case(
    603,
    &[],
    &[(
        "role: master }\n",
        "role: master }\n    - { name: Mei Chen, email: MEI@example.com, role: master }\n",
    )],
);
const NOTHING_ASSIGNED: Case = case(
    604,
    &[("role: developer, miniPrograms: [coffee] }", "role: developer }")],
    &[
        ("role: developer, miniPrograms: [coffee] }", "role: developer }"),
        ("miniPrograms: [tea] }", "miniPrograms: [] }"),
    ],
);
const UNKNOWN_PROGRAM: Case =
    case(605, &[("[coffee]", "[coffee, tea]")], &[("[coffee]", "[cofee]"), ("[tea]", "[bakery]")]);
const ASSIGNED_TWICE: Case = case(606, &[], &[("[coffee]", "[coffee, tea, coffee]")]);
const OWNER_LISTED: Case = case(607, &[], &[("owner@example.com", "Lin@example.com")]);
const MASTER_ASSIGNED: Case = case(
    608,
    &[("role: master }", "role: master, miniPrograms: [] }")],
    &[("role: master }", "role: master, miniPrograms: [coffee] }")],
);
const NOBODY: Case = case(
    609,
    &[],
    &[(
        "members:\n    - { name: Lin Wei, email: Lin@Example.com, role: developer, miniPrograms: [tea] }",
        "members: []",
    )],
);

/// Mei had another address.
const MOVED: Change =
    ("email: mei@example.com", "email: mei@example.com, previously: mei@old.example.com");
const SAME_ADDRESS: Case = case(
    610,
    &[MOVED],
    &[("email: mei@example.com", "email: mei@example.com, previously: Mei@EXAMPLE.com")],
);
const STILL_LISTED: Case = case(
    611,
    &[MOVED],
    &[("email: mei@example.com", "email: mei@example.com, previously: LIN@example.com")],
);
const CLAIMED_TWICE: Case = case(
    612,
    // On several rosters, one and the same person may say so each time.
    &[
        ("email: lin@example.com", "email: lin@example.com, previously: lin@old.example.com"),
        ("email: Lin@Example.com", "email: Lin@Example.com, previously: LIN@old.example.com"),
    ],
    &[
        ("email: mei@example.com", "email: mei@example.com, previously: Us@old.example.com"),
        ("email: Lin@Example.com", "email: Lin@Example.com, previously: us@old.example.com"),
    ],
);
const OWNER_MOVED: Case = case(
    613,
    &[MOVED],
    &[("email: mei@example.com", "email: mei@example.com, previously: Owner@example.com")],
);
const DAY_FORM: Case = case(
    614,
    &[
        ("role: master }", "role: master, until: 2028-02-29 }"),
        // Long past: nobody knows here what day it is.
        ("[coffee]", "[{ program: coffee, until: 1999-12-31 }]"),
    ],
    &[
        ("role: master }", "role: master, until: 2027-02-29 }"),
        ("[coffee]", "[{ program: coffee, until: 31.1.2027 }]"),
        ("[tea]", "[{ program: tea, until: 2027年1月31日 }]"),
    ],
);
const OUTLASTS: Case = case(
    615,
    &[
        ("[coffee] }", "[{ program: coffee, until: 2027-01-31 }], until: 2027-01-31 }"),
        ("[tea] }", "[tea, { program: coffee }], until: 2027-01-31 }"),
    ],
    &[
        ("[coffee] }", "[{ program: coffee, until: 2027-02-01 }], until: 2027-01-31 }"),
        ("[tea] }", "[tea], until: 2027-01-31 }"),
    ],
);

#[test]
fn a_creator_is_a_master() {
    insta::assert_snapshot!(NO_MASTER.told(), @r"
    error MS0601 coffee.yaml:8:14 [mai@example.com]
      `mai@example.com` is on no roster of workspace `acme`
      help: did you mean `mei@example.com`?
      fix: write `mei@example.com`: coffee.yaml:8:14 [mai@example.com] -> mei@example.com
    ");
}

#[test]
fn a_creator_is_neither_developer_nor_blocked_nor_the_owner() {
    let developer = case(601, &[], &[("createdBy: mei@example.com", "createdBy: lin@example.com")]);
    insta::assert_snapshot!(developer.told(), @r"
    error MS0601 coffee.yaml:8:14 [lin@example.com]
      `lin@example.com` is no master, and so cannot create
      team.yaml:7:54 [developer]: here they are a developer
      help: give them `role: master`, or leave `createdBy` out
    ");
    let blocked = case(601, &[], &[("role: master }", "role: master, blocked: true }")]);
    insta::assert_snapshot!(blocked.told(), @r"
    error MS0601 coffee.yaml:8:14 [mei@example.com]
      `mei@example.com` is blocked, and so cannot create
      team.yaml:6:32 [mei@example.com]: here they are blocked
      help: unblock them, or leave `createdBy` out
    ");
    let owner = case(601, &[], &[("createdBy: mei@example.com", "createdBy: Owner@example.com")]);
    insta::assert_snapshot!(owner.told(), @r"
    error MS0601 coffee.yaml:8:14 [Owner@example.com]
      `Owner@example.com` is the owner, who needs no `createdBy`
      minisync.yaml:4:33 [owner@example.com]: the owner
      help: leave `createdBy` out
    ");
}

#[test]
fn rosters_agree_about_a_person() {
    insta::assert_snapshot!(DISAGREE.told(), @r"
    error MS0602 team.yaml:14:15 [Lin W.]
      `lin@example.com` is called `Lin W.` here, and called `Lin Wei` elsewhere
      team.yaml:7:15 [Lin Wei]: here they are called `Lin Wei`
      help: make both places say the same
    error MS0602 team.yaml:14:30 [Lin@Example.com]
      `lin@example.com` is blocked here, and not blocked elsewhere
      team.yaml:7:31 [lin@example.com]: here they are not blocked
      help: make both places say the same
    error MS0602 team.yaml:14:53 [master]
      `lin@example.com` is a master here, and a developer elsewhere
      team.yaml:7:54 [developer]: here they are a developer
      help: make both places say the same
    ");
}

#[test]
fn rosters_agree_about_the_last_day() {
    const DAYS: &[Change] = &[
        ("[coffee] }", "[coffee], until: 2027-01-31 }"),
        ("[tea] }", "[tea], until: 2027-02-28 }"),
    ];
    insta::assert_snapshot!(case(602, &[], DAYS).told(), @r"
    error MS0602 team.yaml:14:93 [2027-02-28]
      `lin@example.com` is a member until `2027-02-28` here, and a member until `2027-01-31` elsewhere
      team.yaml:7:96 [2027-01-31]: here they are a member until `2027-01-31`
      help: make both places say the same
    ");
    insta::assert_snapshot!(case(602, &[], &DAYS[..1]).told(), @r"
    error MS0602 team.yaml:14:31 [Lin@Example.com]
      `lin@example.com` is a member without end here, and a member until `2027-01-31` elsewhere
      team.yaml:7:96 [2027-01-31]: here they are a member until `2027-01-31`
      help: make both places say the same
    ");
}

#[test]
fn rosters_agree_about_the_previous_address_or_leave_it_out() {
    let moved = case(
        602,
        &[("email: Lin@Example.com", "email: Lin@Example.com, previously: lin@old.example.com")],
        &[
            ("email: lin@example.com", "email: lin@example.com, previously: lin@old.example.com"),
            ("email: Lin@Example.com", "email: Lin@Example.com, previously: wei@old.example.com"),
        ],
    );
    insta::assert_snapshot!(moved.told(), @r"
    error MS0602 team.yaml:14:60 [wei@old.example.com]
      `lin@example.com` is the same person as `wei@old.example.com` here, and the same person as `lin@old.example.com` elsewhere
      team.yaml:7:60 [lin@old.example.com]: here they are the same person as `lin@old.example.com`
      help: make both places say the same
    ");
}

#[test]
fn a_previous_address_is_an_address() {
    let odd = case(
        204,
        &[],
        &[(
            "email: mei@example.com",
            "email: mei@example.com, previously: Mei <mei@old.example.com>",
        )],
    );
    insta::assert_snapshot!(odd.told(), @r"
    error MS0204 team.yaml:6:61 [Mei <mei@old.example.com>]
      `Mei <mei@old.example.com>` is not an e-mail address
      help: the address alone is `mei@old.example.com`
      fix: write `mei@old.example.com`: team.yaml:6:61 [Mei <mei@old.example.com>] -> mei@old.example.com
    ");
}

#[test]
fn a_previous_address_is_another_one() {
    insta::assert_snapshot!(SAME_ADDRESS.told(), @r"
    error MS0610 team.yaml:6:61 [Mei@EXAMPLE.com]
      `mei@example.com` is the address that `Mei Chen` has
      team.yaml:6:32 [mei@example.com]: here it is their address
      help: leave `previously` out, or write the address they had before
    ");
}

#[test]
fn a_previous_address_is_on_no_roster() {
    insta::assert_snapshot!(STILL_LISTED.told(), @r"
    error MS0611 team.yaml:6:61 [LIN@example.com]
      `lin@example.com` is on a roster still, and so cannot become `mei@example.com`
      team.yaml:7:31 [lin@example.com]: here it is listed
      help: take that line away: role and mini programs go on under the new address
    ");
}

#[test]
fn a_previous_address_was_that_of_one_person() {
    insta::assert_snapshot!(CLAIMED_TWICE.told(), @r"
    error MS0612 team.yaml:14:60 [us@old.example.com]
      `us@old.example.com` cannot become `mei@example.com` and `lin@example.com`
      team.yaml:6:61 [Us@old.example.com]: here it becomes `mei@example.com`
      help: keep `previously` with the person whose address it was
    ");
}

#[test]
fn the_owner_does_not_move() {
    insta::assert_snapshot!(OWNER_MOVED.told(), @r"
    error MS0613 team.yaml:6:61 [Owner@example.com]
      `owner@example.com` is the owner, whose address minisync does not change
      minisync.yaml:4:33 [owner@example.com]: the owner
      help: leave `previously` out
    ");
}

#[test]
fn a_creator_is_named_by_the_new_address() {
    let old = case(
        601,
        &[],
        &[
            ("role: master }", "role: master, previously: mei@old.example.com }"),
            ("createdBy: mei@example.com", "createdBy: Mei@old.example.com"),
        ],
    );
    insta::assert_snapshot!(old.told(), @r"
    error MS0601 coffee.yaml:8:14 [Mei@old.example.com]
      `Mei@old.example.com` is an address that somebody had before
      team.yaml:6:75 [mei@old.example.com]: here it is the previous address
      help: write the new address, `mei@example.com`
      fix: write `mei@example.com`: coffee.yaml:8:14 [Mei@old.example.com] -> mei@example.com
    ");
}

#[test]
fn an_until_is_a_day() {
    insta::assert_snapshot!(DAY_FORM.told(), @r"
    error MS0614 team.yaml:6:70 [2027-02-29]
      `2027-02-29` is not a day of the calendar
      help: write year, month and day, for example `2027-01-31`
    error MS0614 team.yaml:7:106 [31.1.2027]
      `31.1.2027` is not a day of the calendar
      help: write year, month and day, for example `2027-01-31`
    error MS0614 team.yaml:14:103 [2027年1月31日]
      `2027年1月31日` is not a day of the calendar
      help: did you mean `2027-01-31`?
      fix: write `2027-01-31`: team.yaml:14:103 [2027年1月31日] -> 2027-01-31
    ");
}

#[test]
fn an_assignment_ends_with_the_membership_at_the_latest() {
    insta::assert_snapshot!(OUTLASTS.told(), @r"
    warning MS0615 team.yaml:7:106 [2027-02-01]
      `coffee` ends on `2027-02-01`, and the membership before that
      team.yaml:7:128 [2027-01-31]: here the membership ends
      help: leave the later day out, or let the membership last as long
    ");
}

#[test]
fn a_person_is_on_a_roster_once() {
    insta::assert_snapshot!(LISTED_TWICE.told(), @r"
    warning MS0603 team.yaml:7:32 [MEI@example.com]
      `mei@example.com` is on this roster twice
      team.yaml:6:32 [mei@example.com]: they are here already
      help: put the two lines together
    ");
}

#[test]
fn a_developer_has_a_program() {
    insta::assert_snapshot!(NOTHING_ASSIGNED.told(), @r"
    error MS0604 team.yaml:7:54 [developer]
      developer `Lin Wei` has no mini program
      help: list at least one key under `miniPrograms`, or make them `role: master`
    ");
}

#[test]
fn an_assigned_program_exists() {
    insta::assert_snapshot!(UNKNOWN_PROGRAM.told(), @r"
    error MS0605 team.yaml:7:80 [cofee]
      there is no mini program `cofee` in workspace `acme`
      help: did you mean `coffee`?
      fix: write `coffee`: team.yaml:7:80 [cofee] -> coffee
    error MS0605 team.yaml:14:80 [bakery]
      there is no mini program `bakery` in workspace `acme`
      help: describe it in a manifest, or take it off the list
    ");
}

#[test]
fn an_assigned_program_exists_in_the_same_workspace() {
    let elsewhere = case(605, &[], &[("name: 幸福茶\n", "name: 幸福茶\n  workspace: other\n")]);
    insta::assert_snapshot!(elsewhere.told(), @r"
    error MS0605 team.yaml:14:80 [tea]
      there is no mini program `tea` in workspace `acme`
      coffee.yaml:20:19 [tea]: it is in workspace `other`
      help: name the workspace in one of the two manifests
    ");
}

#[test]
fn what_could_not_be_read_is_not_called_missing() {
    // The program `tea` lacks its name; that `lin` is assigned to it is not a second mistake.
    let lost = case(102, &[], &[("  name: 幸福茶\n", "")]);
    insta::assert_snapshot!(lost.told(), @r"
    error MS0102 coffee.yaml:21:1 [spec]
      `spec` lacks `name`
      help: add `name`: the name that customers see, in the default language: 3 to 30 characters, where a Chinese character counts as two
    ");
    let lost = case(103, &[], &[("name: Mei Chen", "name: [Mei, Chen]")]);
    insta::assert_snapshot!(lost.told(), @r"
    error MS0103 team.yaml:6:15 [[Mei, Chen]]
      `name` is a list, and text is needed
    ");
}

#[test]
fn a_program_is_assigned_once() {
    insta::assert_snapshot!(ASSIGNED_TWICE.told(), @r"
    warning MS0606 team.yaml:7:93 [coffee]
      `coffee` is on this list twice
      team.yaml:7:80 [coffee]: it is here already
      help: leave it out here
    ");
}

#[test]
fn the_owner_is_on_no_roster() {
    insta::assert_snapshot!(OWNER_LISTED.told(), @r"
    error MS0607 team.yaml:7:31 [lin@example.com]
      `lin@example.com` is the owner, and cannot be a developer as well
      minisync.yaml:4:33 [Lin@example.com]: the owner
      help: take the line away: the owner reaches everything
    ");
}

#[test]
fn a_master_is_assigned_to_nothing() {
    insta::assert_snapshot!(MASTER_ASSIGNED.told(), @r"
    warning MS0608 team.yaml:6:77 [[coffee]]
      a master reaches every mini program, so this list changes nothing
      team.yaml:6:55 [master]: a master
      help: leave `miniPrograms` out, or make them `role: developer`
    ");
}

#[test]
fn a_roster_lists_somebody() {
    insta::assert_snapshot!(NOBODY.told(), @r"
    warning MS0609 team.yaml:11:19 [partners]
      roster `partners` lists nobody
      help: list people under `members`, or leave the roster out
    ");
}
