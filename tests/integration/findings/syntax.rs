//! MS000x and MS01xx: YAML, and the shape of documents. What each says in detail is told in
//! `shapes` and `yaml`; here each has its good and its bad.

use super::case::{Case, case};

pub(super) const CASES: &[Case] = &[
    case(1, &[("Mei Chen", "\"Mei Chen\"")], &[("Mei Chen", "\"Mei Chen")]),
    case(
        2,
        &[("name: team }", "name: team, labels: {a: b} }")],
        &[("name: team }", "name: team, name: team-2 }")],
    ),
    case(3, &[("Lin Wei, email: lin@", "&lin Lin Wei, email: lin@")], &[("name: team }", BOMB)]),
    case(4, &[("name: team }", "name: team, labels: { } }")], &[("name: team }", DEEP)]),
    case(5, &[("Mei Chen", "!!str Mei Chen")], &[("Mei Chen", "!secret Mei Chen")]),
    case(
        6,
        &[("name: team }", "name: team, labels: { merge: x } }")],
        &[("name: team }", "name: team, <<: { labels: {} } }")],
    ),
    case(
        7,
        &[("name: team }", "name: team, labels: { \"[a]\": b } }")],
        &[("name: team }", "name: team, labels: { [a]: b } }")],
    ),
    case(9, &[("Mei Chen", "\"*mei\"")], &[("Mei Chen", "*mei")]),
    case(
        101,
        &[("name: team }", "name: team, annotations: {} }")],
        &[("name: team }", "name: team, note: x }")],
    ),
    case(102, &[], &[("    tagline: 每天一杯好咖啡，幸福每一天\n", "")]),
    case(103, &[("Mei Chen", "\"12\"")], &[("Mei Chen", "12")]),
    case(104, &[], &[("role: master", "role: admin")]),
    case(
        105,
        &[],
        &[(
            "apiVersion: minisync.dev/v1\nkind: Project",
            "apiVersion: minisync.dev/v2\nkind: Project",
        )],
    ),
    case(106, &[], &[("kind: Project", "kind: Projekt")]),
    case(107, &[], &[("kind: Project\n", "")]),
    case(
        108,
        &[],
        &[(
            "environment: local\n",
            "environment: local\n---\napiVersion: minisync.dev/v1\nkind: Roster\nmetadata: { name: x }\nspec: { members: [] }\n",
        )],
    ),
    case(109, &[], &[("environment: local\n", "environment: local\n--- [a, b]\n")]),
];

const BOMB: &str = "name: team, annotations: { x: x } }\n\
    a: &a [xxxxxxxxxx, xxxxxxxxxx, xxxxxxxxxx, xxxxxxxxxx, xxxxxxxxxx]\n\
    b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n\
    c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n\
    d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n\
    e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n\
    f: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]";

const DEEP: &str = "name: team }\n\
    deep: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\
    ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";

#[test]
fn each_has_its_good_and_its_bad() {
    for case in CASES {
        assert!(!case.told().is_empty());
    }
}
