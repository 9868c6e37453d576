//! Last days and new addresses in `access diff`.

use insta::assert_snapshot;
use jiff::civil::date;
use minisync::{
    model::{Desired, Member, Role},
    report::{
        Look,
        access::{Comparison, Format, Side, diff},
    },
};
use std::collections::{BTreeMap, BTreeSet};

fn developer(email: &str, keys: &[&str]) -> Member {
    Member {
        ignore: minisync::model::Exemptions::new(),
        email: email.parse().unwrap(),
        name: email.split('@').next().unwrap().to_owned(),
        role: Role::Developer(keys.iter().map(|key| key.parse().unwrap()).collect::<BTreeSet<_>>()),
        blocked: false,
        previously: None,
        until: None,
        assignments_until: BTreeMap::new(),
    }
}

fn side(members: Vec<Member>) -> Side {
    let members = members.into_iter().map(|member| (member.email.clone(), member)).collect();
    let desired = Desired { members, ..Desired::default() };
    Side::of_manifests([(&"acme".parse().unwrap(), &desired)], None)
}

#[test]
fn another_last_day_and_another_address_are_told_as_such() {
    let yan = developer("yan@old.example.com", &["coffee"]);
    let lin = developer("lin@example.com", &["coffee", "tea"]);
    let before = side(vec![yan.clone(), lin.clone()]);
    let moved = Member {
        email: "yan@new.example.com".parse().unwrap(),
        previously: Some(yan.email.clone()),
        ..yan
    };
    let limited = Member {
        until: Some(date(2027, 1, 31)),
        assignments_until: BTreeMap::from([("tea".parse().unwrap(), date(2026, 12, 31))]),
        ..lin
    };
    let after = side(vec![moved, limited]);
    let from = (before, "v1".to_owned());
    let comparison =
        Comparison::of_revisions(from, (after, Some("v2".to_owned())), jiff::Timestamp::UNIX_EPOCH);
    assert_snapshot!(diff(&comparison, Format::Markdown, &Look::default()), @r"
    ### minisync access diff

    From `v1` to `v2`: 1 person is new, 1 person changes and 1 person is gone.

    #### Workspace `acme`

    |  | Who | Difference |
    |-|-|-|
    | ~ | `lin <lin@example.com>` | developer of `coffee` only until 2027-01-31; developer of `tea` only until 2026-12-31 |
    | + | `yan <yan@new.example.com>` | gets developer of `coffee`; moves from `yan@old.example.com` |
    | - | `yan <yan@old.example.com>` | loses developer of `coffee`; moves to `yan@new.example.com` |
    ");
}
