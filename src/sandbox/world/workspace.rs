//! A workspace: its objects, and the indexes that keep every request cheap.

use super::{
    Caller, Change, Changes, Member, MemberNo, Program, ProgramNo, State, World, change::About,
    fields,
};
use crate::{
    model::{Digest, Email, LogoFormat, ReleaseTarget, Role, WorkspaceId},
    platform::sandbox as wire,
    sandbox::rule::{Findings, Refusal, Rule},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    id: WorkspaceId,
    revision: u64,
    next: u64,
    programs: BTreeMap<ProgramNo, Program>,
    program_names: BTreeMap<String, ProgramNo>,
    released: BTreeSet<(ReleaseTarget, ProgramNo)>,
    members: BTreeMap<MemberNo, Member>,
    /// Who was invited when, for the last time.
    invited: BTreeSet<(Timestamp, MemberNo)>,
    /// At most one membership for an address, whatever became of it: a new invitation takes the
    /// place of a refused or withdrawn one.
    addresses: BTreeMap<Email, MemberNo>,
    logos: BTreeMap<Digest, LogoFormat>,
}

impl Workspace {
    /// A workspace before the changes that make it.
    pub(super) fn empty(id: WorkspaceId) -> Self {
        Self {
            id,
            revision: 0,
            next: 1,
            programs: BTreeMap::new(),
            program_names: BTreeMap::new(),
            released: BTreeSet::new(),
            members: BTreeMap::new(),
            invited: BTreeSet::new(),
            addresses: BTreeMap::new(),
            logos: BTreeMap::new(),
        }
    }

    pub fn id(&self) -> &WorkspaceId {
        &self.id
    }

    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The number that the next new thing gets.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// There is one as soon as the changes that make the workspace are taken.
    pub fn owner(&self) -> Option<&Member> {
        // Numbers go up, and the owner was there first.
        self.members.values().next().filter(|member| member.role == Role::Owner)
    }

    pub fn programs(&self) -> impl Iterator<Item = &Program> {
        self.programs.values()
    }

    pub fn program(&self, no: ProgramNo) -> Option<&Program> {
        self.programs.get(&no)
    }

    pub fn program_named(&self, name: &str) -> Option<ProgramNo> {
        self.program_names.get(name).copied()
    }

    pub fn n_released_to(&self, target: ReleaseTarget) -> usize {
        self.released.iter().filter(|(to, _)| *to == target).count()
    }

    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    pub fn member(&self, no: MemberNo) -> Option<&Member> {
        self.members.get(&no)
    }

    /// The one membership of an address, also one that was refused or withdrawn.
    pub fn member_at(&self, email: &Email) -> Option<&Member> {
        self.addresses.get(email).and_then(|no| self.members.get(no))
    }

    pub fn n_invited_since(&self, time: Timestamp) -> usize {
        self.invited.range((time, MemberNo::new(0))..).count()
    }

    /// The format of a logo that was uploaded.
    pub fn logo(&self, digest: &Digest) -> Option<LogoFormat> {
        self.logos.get(digest).copied()
    }

    pub(super) fn advance(&mut self, revision: u64, next: u64) {
        self.revision = revision;
        self.next = next;
    }

    pub(super) fn take(&mut self, change: Change) {
        match change {
            Change::Program(program) => self.take_program(*program),
            Change::ProgramGone(no) => self.drop_program(no),
            Change::Member(member) => {
                self.drop_member(member.no);
                self.addresses.insert(member.email.clone(), member.no);
                self.invited.extend(member.invited.as_ref().map(|it| (it.at, member.no)));
                self.members.insert(member.no, *member);
            }
            Change::MemberGone(no) => self.drop_member(no),
            Change::Logo { digest, format, bytes: _ } => {
                self.logos.insert(digest, format);
            }
        }
    }

    fn take_program(&mut self, program: Program) {
        self.drop_program(program.no);
        self.program_names.insert(program.name.clone(), program.no);
        self.released.extend(program.release_to.iter().map(|target| (*target, program.no)));
        self.programs.insert(program.no, program);
    }

    fn drop_program(&mut self, no: ProgramNo) {
        if let Some(program) = self.programs.remove(&no) {
            self.program_names.remove(&program.name);
            for target in program.release_to {
                self.released.remove(&(target, no));
            }
        }
    }

    fn drop_member(&mut self, no: MemberNo) {
        let Some(member) = self.members.remove(&no) else { return };
        if let Some(invited) = member.invited {
            self.invited.remove(&(invited.at, no));
        }
        if self.addresses.get(&member.email) == Some(&no) {
            self.addresses.remove(&member.email);
        }
    }
}

impl World {
    pub(super) fn create_workspace(
        &self,
        caller: &Caller,
        new: &wire::NewWorkspace,
        now: Timestamp,
    ) -> Result<Changes, Refusal> {
        if let Caller::Person(_) = caller {
            return Err(Refusal::new(
                Rule::OperatorOnly,
                "only the sandbox's operator makes workspaces",
            ));
        }
        let mut findings = Findings::default();
        let id = fields::workspace_id(&mut findings, "/id", &new.id);
        fields::person_name(&mut findings, "/owner/name", &new.owner.name);
        let email = fields::email(&mut findings, "/owner/email", &new.owner.email);
        if id.as_ref().is_some_and(|id| self.workspaces.contains_key(id)) {
            let message = format!("the workspace `{}` exists already", new.id);
            findings.add("/id", Rule::WorkspaceExists, message);
        }
        let (id, email) = findings.settle(id.zip(email))?;
        let mut changes = Changes::to(&Workspace::empty(id), About::Workspace);
        let owner = Member {
            touch: None,
            no: MemberNo::new(changes.number()),
            revision: 0,
            name: new.owner.name.clone(),
            email,
            role: Role::Owner,
            invited: None,
            state: State::Active { since: now },
        };
        Ok(changes.member(owner).new_thing(About::Workspace))
    }
}
