//! What the platform does not say clearly: nobody is told to be fine, or to be gone.

use crate::report::schema::must_be_valid;
use insta::assert_snapshot;
use jiff::Timestamp;
use minisync::{
    diagnostic::Sources,
    manifest::Origins,
    model::{
        Actual, ActualMember, Completeness, Desired, Email, History, Member, MemberId, Membership,
        Ownership, Revision, Role, SeenMember, WorkspaceId,
    },
    plan::{Plan, Rules},
    report::{
        Look, PlanView, WorkspaceView,
        access::{Comparison, Format, ReviewFormat, ReviewView, diff, review, what},
    },
};
use std::collections::{BTreeMap, BTreeSet};

fn email(text: &str) -> Email {
    text.parse().unwrap()
}

fn master(address: &str) -> (Email, Member) {
    let member = Member {
        ignore: minisync::model::Exemptions::new(),
        email: email(address),
        name: "Somebody".to_owned(),
        role: Role::Master,
        blocked: false,
        previously: None,
        until: None,
        assignments_until: BTreeMap::new(),
    };
    (email(address), member)
}

/// Lin, of whom the platform uses a strange word, and Mei, whom it has twice.
fn actual() -> Actual {
    let lin = ActualMember {
        ownership: Ownership::Managed,
        id: MemberId::new("m1"),
        revision: Revision::new("1"),
        name: "Lin".to_owned(),
        membership: Membership::Unrecognised("suspended".to_owned()),
        history: History::default(),
        elsewhere: BTreeSet::new(),
        undelivered: None,
        sends: 0,
    };
    let mei = |id: &str, membership| SeenMember {
        id: MemberId::new(id),
        revision: Revision::new("1"),
        name: "Mei".to_owned(),
        email: email("mei@example.com"),
        membership,
        history: History::default(),
        undelivered: None,
    };
    Actual {
        members: BTreeMap::from([(email("lin@example.com"), lin)]),
        doubtful: vec![
            mei("m2", Membership::Active(Role::Master)),
            mei("m3", Membership::Blocked(Role::Developer(BTreeSet::new()))),
        ],
        completeness: Completeness::Partial,
        ..Actual::default()
    }
}

fn with_view(see: impl FnOnce(PlanView<'_>)) {
    let (id, lost): (WorkspaceId, WorkspaceId) = ("acme".parse().unwrap(), "lost".parse().unwrap());
    let desired = Desired {
        members: BTreeMap::from([master("lin@example.com"), master("mei@example.com")]),
        ..Desired::default()
    };
    let (plan, actual, rules) = (Plan::default(), actual(), Rules::default());
    let view = WorkspaceView {
        id: &id,
        plan: &plan,
        desired: &desired,
        actual: &actual,
        drift: &[],
        rules: &rules,
        now: Timestamp::UNIX_EPOCH,
        mark: 0,
    };
    see(PlanView {
        workspaces: vec![view],
        unread: vec![(&lost, "it is out of order".to_owned())],
        findings: &[],
        origins: &Origins::default(),
        sources: &Sources::default(),
        self_grants: Vec::new(),
        digest: None,
    });
}

#[test]
fn whoever_is_unclear_is_neither_new_nor_gone() {
    with_view(|view| {
        let comparison = Comparison::with_platform(&view);
        assert_snapshot!(diff(&comparison, Format::Markdown, &Look::default()), @r"
    ### minisync access diff

    The manifests and the platform agree about everybody who could be compared.
    Nothing is known of workspace `lost`: `it is out of order`
    Workspace `acme` changed while it was read: somebody may be missing here.
    The platform says `suspended` of `Somebody <lin@example.com>`, a word that minisync does not know: what they reach is not known.
    Workspace `acme` has `mei@example.com` more than once, and does not tell which of the records counts.
    ");
        must_be_valid(&diff(&comparison, Format::Json, &Look::default()));
    });
}

#[test]
fn every_record_of_an_address_is_shown() {
    with_view(|view| {
        let mei = email("mei@example.com");
        assert_snapshot!(what(&view, &mei, Format::Markdown, &Look::default()), @r"
    ### minisync access what

    `Somebody <mei@example.com>` reaches something in 1 workspace now.
    Nothing is known of workspace `lost`: `it is out of order`
    Workspace `acme` changed while it was read: somebody may be missing here.
    Workspace `acme` has `mei@example.com` more than once, and does not tell which of the records counts.

    #### `Somebody <mei@example.com>`

    | Workspace | What | As | On the platform | Until | Manifest |
    |-|-|-|-|-|-|
    | `acme` | every mini program | master | yes (the platform has this address more than once) |  |  |
    ");
        must_be_valid(&what(&view, &mei, Format::Json, &Look::default()));
    });
}

#[test]
fn an_audit_is_told_what_it_does_not_see() {
    with_view(|view| {
        let view = ReviewView { plan: view, read_at: BTreeMap::new(), authors: BTreeMap::new() };
        assert_snapshot!(review(&view, ReviewFormat::Markdown), @r"
    ### minisync access review

    2 grants to 2 people.
    Nothing is known of workspace `lost`: `it is out of order`
    Workspace `acme` changed while it was read: somebody may be missing here.
    The platform says `suspended` of `Somebody <lin@example.com>`, a word that minisync does not know: what they reach is not known.
    Workspace `acme` has `mei@example.com` more than once, and does not tell which of the records counts.

    #### Workspace `acme`, as read at 1970-01-01T00:00:00Z

    | Who | As | What | Status | Since | Until | Granted by | Managed |
    |-|-|-|-|-|-|-|-|
    | `Somebody <lin@example.com>` | master | every mini program | unclear: `suspended` |  |  |  | only in the manifests |
    | `Somebody <mei@example.com>` | master | every mini program | active |  |  |  | found |
    ");
        must_be_valid(&review(&view, ReviewFormat::Json));
    });
}
