//! Who reaches what: what the manifests give somebody and what the platform does, side by side.

use crate::{
    diagnostic::Span,
    model::{
        ActualMember, Email, History, Invitation, Member, Membership, Ownership, ProgramId,
        ProgramKey, Role, SeenMember, Subject,
    },
    report::view::{PlanView, WorkspaceView},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::collections::{BTreeMap, BTreeSet};

/// A mini program as both sides can name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Program {
    Key(ProgramKey),
    /// On the platform only.
    Id(ProgramId),
}

/// What somebody may do; who may most comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Right {
    Owner,
    Master,
    Developer(Program),
}

/// What the platform knows of somebody.
#[derive(Debug, Clone)]
pub(in crate::report) struct Record<'a> {
    pub(in crate::report) state: State<'a>,
    pub(in crate::report) rights: BTreeSet<Right>,
    pub(in crate::report) history: &'a History,
    pub(in crate::report) ownership: Ownership,
    /// One of several between which nothing decides.
    pub(in crate::report) is_doubtful: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum State<'a> {
    Active,
    Invited { sent: Timestamp, expires: Timestamp },
    Blocked,
    Expired { since: Timestamp },
    Refused,
    Withdrawn,
    Left,
    Unrecognised(&'a str),
}

/// Somebody in one workspace.
#[derive(Debug, Clone)]
pub(in crate::report) struct Person<'a> {
    pub(in crate::report) workspace: &'a WorkspaceView<'a>,
    pub(in crate::report) email: &'a Email,
    pub(in crate::report) name: &'a str,
    /// What the manifests give today, each with its last day.
    pub(in crate::report) wanted: BTreeMap<Right, Option<Date>>,
    pub(in crate::report) member: Option<&'a Member>,
    pub(in crate::report) record: Option<Record<'a>>,
}

/// One thing that somebody may do, or is to.
#[derive(Debug, Clone)]
pub(in crate::report) struct Grant<'p> {
    pub(in crate::report) person: &'p Person<'p>,
    pub(in crate::report) right: Right,
    pub(in crate::report) in_manifests: bool,
    /// An invitation counts: the platform will give it without asking anybody but them.
    pub(in crate::report) on_platform: bool,
    pub(in crate::report) until: Option<Date>,
}

impl Right {
    pub(in crate::report) fn role(&self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Master => "master",
            Self::Developer(_) => "developer",
        }
    }

    /// `None`: every one of the workspace.
    pub(in crate::report) fn program(&self) -> Option<&Program> {
        match self {
            Self::Owner | Self::Master => None,
            Self::Developer(program) => Some(program),
        }
    }
}

impl State<'_> {
    /// Whether anything is left of it.
    fn counts(self) -> bool {
        match self {
            Self::Active | Self::Invited { .. } | Self::Blocked | Self::Unrecognised(_) => true,
            Self::Expired { .. } | Self::Refused | Self::Withdrawn | Self::Left => false,
        }
    }
}

/// What the manifests give a person who has no past: everything that has not ended on that day, and
/// until when.
pub(super) fn rights_on(member: &Member, today: Option<Date>) -> BTreeMap<Right, Option<Date>> {
    let Some(today) = today else { return rights(member, &member.role) };
    if member.has_ended(today) {
        return BTreeMap::new();
    }
    rights(member, &member.role_on(today))
}

fn rights(member: &Member, role: &Role<ProgramKey>) -> BTreeMap<Right, Option<Date>> {
    match role {
        Role::Owner => BTreeMap::from([(Right::Owner, member.until)]),
        Role::Master => BTreeMap::from([(Right::Master, member.until)]),
        Role::Developer(keys) => {
            let until = |key| member.assignments_until.get(key).copied();
            let last = |key| [until(key), member.until].into_iter().flatten().min();
            let right = |key: &ProgramKey| Right::Developer(Program::Key(key.clone()));
            keys.iter().map(|key| (right(key), last(key))).collect()
        }
    }
}

/// Everybody whom the manifests or the platform know, workspace by workspace.
pub(in crate::report) fn people<'a>(view: &'a PlanView<'a>) -> Vec<Person<'a>> {
    let today = view.now().to_zoned(TimeZone::UTC).date();
    view.workspaces.iter().flat_map(|workspace| people_of(workspace, today)).collect()
}

fn people_of<'a>(workspace: &'a WorkspaceView<'a>, today: Date) -> Vec<Person<'a>> {
    let doubtful: BTreeSet<&Email> =
        workspace.actual.doubtful.iter().map(|record| &record.email).collect();
    let known = workspace.desired.members.keys().chain(workspace.actual.members.keys());
    let emails: BTreeSet<&Email> = known.chain(doubtful.iter().copied()).collect();
    let mut people = Vec::new();
    for email in emails {
        let member = workspace.desired.members.get(email);
        let person = |record: Option<Record<'a>>, name: Option<&'a String>| Person {
            workspace,
            email,
            name: member.map(|member| &member.name).or(name).map_or("", String::as_str),
            wanted: member.map(|member| rights_on(member, Some(today))).unwrap_or_default(),
            member,
            record,
        };
        if doubtful.contains(email) {
            let records = workspace.actual.doubtful.iter().filter(|found| found.email == *email);
            let keys = keys(workspace);
            let records = records.map(|found| person(Some(doubt(found, &keys)), Some(&found.name)));
            // Any of the records may be the one that the manifests mean: asked for is one of them.
            people.extend(records.enumerate().map(|(at, person)| match at {
                0 => person,
                _ => Person { wanted: BTreeMap::new(), ..person },
            }));
        } else {
            let found = workspace.actual.members.get(email);
            people.push(person(found.map(record), found.map(|found| &found.name)));
        }
    }
    people
}

fn record(found: &ActualMember) -> Record<'_> {
    let named = |key: &ProgramKey| Program::Key(key.clone());
    let elsewhere = found.elsewhere.iter().cloned().map(Program::Id).map(Right::Developer);
    let mut rights = rights_found(&found.membership, named);
    if state(&found.membership).counts() {
        rights.extend(elsewhere);
    }
    Record {
        state: state(&found.membership),
        rights,
        history: &found.history,
        ownership: found.ownership,
        is_doubtful: false,
    }
}

fn doubt<'a>(found: &'a SeenMember, keys: &BTreeMap<&ProgramId, &ProgramKey>) -> Record<'a> {
    let named = |id: &ProgramId| match keys.get(id) {
        Some(key) => Program::Key((*key).clone()),
        None => Program::Id(id.clone()),
    };
    Record {
        state: state(&found.membership),
        rights: rights_found(&found.membership, named),
        history: &found.history,
        ownership: Ownership::Unmanaged,
        is_doubtful: true,
    }
}

fn keys<'a>(workspace: &WorkspaceView<'a>) -> BTreeMap<&'a ProgramId, &'a ProgramKey> {
    workspace.actual.programs.iter().map(|(key, it)| (&it.seen.id, key)).collect()
}

fn rights_found<P>(membership: &Membership<P>, named: impl Fn(&P) -> Program) -> BTreeSet<Right> {
    let role = membership.role().filter(|_| state(membership).counts());
    match role {
        None => BTreeSet::new(),
        Some(Role::Owner) => BTreeSet::from([Right::Owner]),
        Some(Role::Master) => BTreeSet::from([Right::Master]),
        Some(Role::Developer(programs)) => {
            programs.iter().map(|program| Right::Developer(named(program))).collect()
        }
    }
}

fn state<P>(membership: &Membership<P>) -> State<'_> {
    match membership {
        Membership::Invited(_, Invitation::Pending { sent, expires }) => {
            State::Invited { sent: *sent, expires: *expires }
        }
        Membership::Invited(_, Invitation::Expired { since }) => State::Expired { since: *since },
        Membership::Invited(_, Invitation::Refused) => State::Refused,
        Membership::Invited(_, Invitation::Withdrawn) => State::Withdrawn,
        Membership::Active(_) => State::Active,
        Membership::Blocked(_) => State::Blocked,
        Membership::Left(_) => State::Left,
        Membership::Unrecognised(said) => State::Unrecognised(said),
    }
}

impl Person<'_> {
    /// Everything that either side gives; who may most comes first.
    pub(in crate::report) fn grants(&self) -> Vec<Grant<'_>> {
        let found = self.record.iter().flat_map(|record| &record.rights);
        let rights: BTreeSet<&Right> = self.wanted.keys().chain(found).collect();
        let grant = |right: &Right| Grant {
            person: self,
            right: right.clone(),
            in_manifests: self.wanted.contains_key(right),
            on_platform: self.record.as_ref().is_some_and(|it| it.rights.contains(right)),
            until: self.wanted.get(right).copied().flatten(),
        };
        rights.into_iter().map(grant).collect()
    }

    /// `Lin Wei <lin@example.com>`
    pub(in crate::report) fn told(&self) -> String {
        told(self.name, self.email)
    }

    /// Whether minisync cannot tell what they reach.
    pub(in crate::report) fn is_unclear(&self) -> bool {
        self.unrecognised().is_some() || self.record.as_ref().is_some_and(|it| it.is_doubtful)
    }

    /// What the platform says of them, where that is a word that we do not know.
    pub(in crate::report) fn unrecognised(&self) -> Option<&str> {
        match self.record.as_ref()?.state {
            State::Unrecognised(said) => Some(said),
            State::Active
            | State::Invited { .. }
            | State::Blocked
            | State::Expired { .. }
            | State::Refused
            | State::Withdrawn
            | State::Left => None,
        }
    }
}

pub(super) fn told(name: &str, email: &Email) -> String {
    if name.is_empty() { email.to_string() } else { format!("{name} <{email}>") }
}

impl Grant<'_> {
    /// Where the manifests give it.
    pub(in crate::report) fn place(&self, view: &PlanView<'_>) -> Option<Span> {
        let (workspace, email) = (self.person.workspace.id, self.person.email);
        let member = self.person.member?;
        let program = match self.right.program() {
            Some(Program::Key(key)) => Some(key),
            Some(Program::Id(_)) | None => None,
        };
        let granted = self.in_manifests.then(|| view.origins.grant(workspace, email, program));
        let named = Subject::Member(member.email.clone());
        granted.flatten().or_else(|| view.place(workspace, &named))
    }

    pub(in crate::report) fn is_owner(&self) -> bool {
        self.right == Right::Owner
    }
}

/// A mini program's name as customers read it, where anybody knows one.
pub(in crate::report) fn name_of<'a>(
    program: &Program,
    workspace: &WorkspaceView<'a>,
) -> Option<&'a str> {
    match program {
        Program::Key(key) => {
            let wanted = workspace.desired.programs.get(key).map(|program| &program.name);
            let found = workspace.actual.programs.get(key).map(|program| &program.seen.name);
            wanted.or(found).map(String::as_str)
        }
        Program::Id(id) => {
            workspace.actual.unmanaged_programs.get(id).map(|program| program.name.as_str())
        }
    }
}

/// Our key for it, or the platform's name for it where we have none.
pub(in crate::report) fn label(program: &Program, workspace: &WorkspaceView<'_>) -> String {
    match program {
        Program::Key(key) => key.to_string(),
        Program::Id(id) => {
            name_of(program, workspace).map_or_else(|| id.to_string(), str::to_owned)
        }
    }
}
