//! A coffee chain, and plans for it.

use jiff::{SignedDuration, Timestamp};
use minisync::{
    diagnostic::{Source, SourceId, Sources, Span},
    manifest::Origins,
    model::{
        Actual, CustomerService, Desired, Digest, Email, Listing, Logo, LogoFormat, Member,
        MemberId, MiniProgram, ProgramId, ProgramKey, ProgramRef, ReleaseTarget, Revision, Role,
        SeenProgram, Subject, Translation, WorkspaceId,
    },
    plan::{Action, Fingerprint, Note, Plan, ProgramChange, Reason, Rules, Step, Term},
    report::{PlanView, WorkspaceView},
};
use std::collections::BTreeMap;

pub(super) const TEAM: &str = "\
kind: Roster
metadata: { name: team }
spec:
  members:
    - { name: Mei Chen, email: mei@example.com, role: master }
    - { name: 林伟, email: lin@example.com, role: developer, miniPrograms: [coffee, tea] }
    - { name: Wu Yan, email: yan@example.com, role: developer, miniPrograms: [tea] }
    - { name: Åsa Öberg, email: asa.oeberg@a-rather-long-domain-name.example.com, role: master }
";

const COFFEE: &str = "kind: MiniProgram\nmetadata: { name: coffee }\nspec: { name: 幸福咖啡 }\n";

/// One workspace, with everything that a view needs.
pub(super) struct World {
    pub(super) id: WorkspaceId,
    pub(super) desired: Desired,
    pub(super) actual: Actual,
    pub(super) rules: Rules,
    pub(super) plan: Plan,
    pub(super) drift: Vec<minisync::plan::Drift>,
    pub(super) origins: Origins,
    pub(super) sources: Sources,
}

pub(super) fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

pub(super) fn email(text: &str) -> Email {
    text.parse().unwrap()
}

pub(super) fn key(text: &str) -> ProgramKey {
    text.parse().unwrap()
}

pub(super) fn developer(programs: &[&str]) -> Role<ProgramRef> {
    let existing = |text: &&str| ProgramRef::Existing {
        key: Some(key(text)),
        id: ProgramId::new(format!("2021-{text}")),
    };
    Role::Developer(programs.iter().map(existing).collect())
}

pub(super) fn member_id() -> MemberId {
    MemberId::new("m-7")
}

pub(super) fn program_id() -> ProgramId {
    ProgramId::new("2021-7")
}

/// `sent` and `left` in hours.
pub(super) fn waiting(who: &str, name: &str, (sent, left): (i64, i64)) -> Note {
    Note::WaitingForMember {
        email: email(who),
        name: name.into(),
        term: Term {
            sent: now() - SignedDuration::from_hours(sent),
            expires: now() + SignedDuration::from_hours(left),
        },
        is_urgent: false,
    }
}

pub(super) fn step(action: Action, reason: Reason) -> Step {
    Step { action, reason, against: Fingerprint::At(Revision::new("7")) }
}

pub(super) fn program(name: &str, key_: &str) -> MiniProgram {
    MiniProgram {
        previously: None,
        ignore: minisync::model::Exemptions::new(),
        key: key(key_),
        name: name.into(),
        release_to: [ReleaseTarget::AlipayCn].into(),
        default_language: "zh-CN".parse().unwrap(),
        created_by: None,
        listing: None,
        languages: BTreeMap::new(),
    }
}

pub(super) fn create(name: &str, key: &str) -> Step {
    step(Action::CreateProgram { program: Box::new(program(name, key)) }, Reason::Missing)
}

pub(super) fn invite(who: &str, name: &str, role: Role<ProgramRef>) -> Step {
    step(Action::Invite { email: email(who), name: name.into(), role }, Reason::Missing)
}

pub(super) fn logo() -> Logo {
    Logo {
        digest: Digest::new("0123456789abcdef0123456789abcdef"),
        format: LogoFormat::Png,
        path: "logos/coffee.png".into(),
    }
}

fn listing() -> Listing {
    Listing {
        tagline: "每天一杯好咖啡，幸福每一天".into(),
        description: "现磨咖啡，门店自提或外送，三十分钟内送到。".into(),
        logo: logo(),
        industry: "餐饮/咖啡".into(),
        customer_service: CustomerService {
            phone: "0571-8888888".into(),
            email: email("care@example.com"),
        },
    }
}

/// A master's program, with everything.
pub(super) fn full_program() -> MiniProgram {
    MiniProgram {
        created_by: Some(email("mei@example.com")),
        listing: Some(listing()),
        languages: [("en-US".parse().unwrap(), Translation::default())].into(),
        ..program("幸福咖啡", "coffee")
    }
}

pub(super) fn update() -> Step {
    let changes = vec![
        ProgramChange::Name { from: "幸福茶".into(), to: "幸福茶馆".into() },
        ProgramChange::ReleaseTo { from: [].into(), to: [ReleaseTarget::AlipayCn].into() },
        ProgramChange::Tagline { from: None, to: "每天一杯好茶，幸福每一天".into() },
        ProgramChange::Description {
            from: Some("Fresh tea from the hills of Hangzhou, served hot in every one of our forty shops, or brought to your door.".into()),
            to: "Fresh tea from the hills of Hangzhou, served hot or iced in every one of our fifty shops, or brought to your door.".into(),
        },
        ProgramChange::Logo { from: Some(Digest::new("fedcba9876543210")), to: logo() },
        ProgramChange::Language {
            tag: "en-US".parse().unwrap(),
            from: Some(Translation { name: Some("Lucky Tea".into()), ..Translation::default() }),
            to: None,
        },
    ];
    step(Action::UpdateProgram { key: key("tea"), id: program_id(), changes }, Reason::Differs)
}

impl World {
    pub(super) fn new(steps: Vec<Step>, notes: Vec<Note>) -> Self {
        let sources = Sources::new(vec![
            Source { path: "team.yaml".into(), text: TEAM.into() },
            Source { path: "coffee.yaml".into(), text: COFFEE.into() },
        ]);
        let id: WorkspaceId = "acme".parse().unwrap();
        let mut origins = Origins::default();
        let mut desired = Desired::default();
        for (who, name) in [
            ("mei@example.com", "Mei Chen"),
            ("lin@example.com", "林伟"),
            ("yan@example.com", "Wu Yan"),
            ("asa.oeberg@a-rather-long-domain-name.example.com", "Åsa Öberg"),
        ] {
            let at = TEAM.find(who).unwrap();
            let span = Span::new(SourceId(1), at..at + who.len());
            origins.record(&id, Subject::Member(email(who)), span);
            let (email, name) = (email(who), name.to_owned());
            let member = Member {
                ignore: minisync::model::Exemptions::new(),
                email,
                name,
                role: Role::Master,
                blocked: false,
                previously: None,
                until: None,
                assignments_until: BTreeMap::new(),
            };
            desired.members.insert(member.email.clone(), member);
        }
        let at = COFFEE.find("coffee").unwrap();
        let span = Span::new(SourceId(0), at..at + "coffee".len());
        origins.record(&id, Subject::Program(key("coffee")), span);
        for (name, key_) in [("幸福咖啡", "coffee"), ("幸福茶馆", "tea")] {
            desired.programs.insert(key(key_), program(name, key_));
        }
        let plan = Plan { steps, notes };
        let (rules, drift) = (Rules::default(), Vec::new());
        Self { id, desired, actual: actual(), rules, plan, drift, origins, sources }
    }

    pub(super) fn workspace(&self) -> WorkspaceView<'_> {
        let Self { id, desired, actual, rules, plan, .. } = self;
        let drift = &self.drift;
        WorkspaceView { id, plan, desired, actual, drift, rules, now: now(), mark: 0 }
    }

    pub(super) fn view(&self) -> PlanView<'_> {
        PlanView {
            workspaces: vec![self.workspace()],
            unread: Vec::new(),
            findings: &[],
            origins: &self.origins,
            sources: &self.sources,
            self_grants: Vec::new(),
            digest: None,
        }
    }
}

fn actual() -> Actual {
    let seen = SeenProgram {
        id: ProgramId::new("2021-9"),
        revision: Revision::new("1"),
        name: "Old Shop".into(),
        release_to: [].into(),
        default_language: "en-US".parse().unwrap(),
        listing: None,
        languages: BTreeMap::new(),
        last_change: minisync::model::LastChange::default(),
    };
    Actual { unmanaged_programs: [(seen.id.clone(), seen)].into(), ..Actual::default() }
}

/// A bit of everything.
pub(super) fn eventful() -> World {
    let id = member_id;
    let existing = || Reason::Differs;
    let steps = vec![
        step(
            Action::AdoptProgram { key: key("juice"), id: ProgramId::new("2021-3") },
            Reason::Found,
        ),
        create("幸福咖啡", "coffee"),
        step(Action::CreateProgram { program: Box::new(full_program()) }, Reason::Missing),
        update(),
        invite("lin@example.com", "林伟", developer(&["coffee", "tea"])),
        invite("asa.oeberg@a-rather-long-domain-name.example.com", "Åsa Öberg", Role::Master),
        step(Action::Resend { email: email("yan@example.com"), id: id() }, Reason::Expired),
        step(
            Action::ChangeRole {
                email: email("mei@example.com"),
                id: id(),
                from: developer(&["a", "b", "c", "d", "e", "f", "g", "h"]),
                to: Role::Master,
                before_unblock: false,
            },
            existing(),
        ),
        step(
            Action::Remove { email: email("bo@example.com"), id: id(), moved_to: None },
            Reason::Unasked,
        ),
        step(Action::DeleteProgram { key: key("tea"), id: program_id() }, Reason::Unasked),
    ];
    World::new(steps, notes())
}

pub(super) fn notes() -> Vec<Note> {
    use minisync::plan::{Lapse, Missing, Stray};
    let old = || ProgramId::new("2021-9");
    vec![
        waiting("mei@example.com", "Mei Chen", (20, 52)),
        waiting("lin@example.com", "林伟", (53, 19)),
        Note::WaitingForMaster { key: key("coffee"), master: email("mei@example.com"), term: None },
        Note::WaitingForMaster { key: key("juice"), master: email("yan@example.com"), term: None },
        Note::WaitingForProgram {
            email: email("yan@example.com"),
            programs: [key("coffee")].into(),
        },
        Note::InvitationLapsed {
            email: email("bo@example.com"),
            name: "Bo".into(),
            how: Lapse::Refused,
        },
        Note::Unsupported {
            subject: Subject::Program(key("tea")),
            missing: Missing::RemovingListing,
        },
        Note::Ambiguous {
            subject: Subject::Member(email("lin@example.com")),
            candidates: ["li***@example.com".into(), "l***@example.com".into()].into(),
        },
        Note::Unmanaged(Stray::Program { id: old(), name: "Old Shop".into() }),
        Note::Unmanaged(Stray::Assignment { email: email("yan@example.com"), program: old() }),
        Note::Protected { email: email("owner@example.com") },
    ]
}
