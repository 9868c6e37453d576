//! The sandbox's rules without HTTP, as a platform that the engine can look at and act on.

use crate::sandbox::scene::{listing as wire_listing, logo};
use jiff::{SignedDuration, Timestamp};
use minisync::{
    engine::{IdempotencyKey, Provider, ProviderError, Receipt, Refusal},
    model::{
        Allowance, Completeness, Digest, Email, Invitation, MemberId, Membership, MiniProgram,
        ProgramId, ProgramRef, Revision, Role, Seen, SeenListing, SeenMember, SeenProgram,
        WorkspaceId,
    },
    plan::{Action, Capabilities, Fingerprint, ProgramChange, Step},
    platform::sandbox as wire,
    sandbox::world::{
        self, About, Act, Caller, Command, Member, MemberNo, Move, Program, ProgramNo, Request,
        State, World,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroU32,
    sync::{Mutex, MutexGuard},
};

pub(crate) const OWNER: &str = "o@x.cn";

#[derive(Debug)]
pub(crate) struct Platform(Mutex<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) world: World,
    pub(crate) now: Timestamp,
    /// After so many answers more, they are lost; what was asked is done all the same.
    pub(crate) answers_left: usize,
    /// How many invitations may be sent in an hour.
    pub(crate) each_hour: Option<NonZeroU32>,
    /// What has happened, in order.
    pub(crate) done: Vec<Deed>,
    /// What is asked again under its key gets the answer that it got.
    answers: BTreeMap<IdempotencyKey, Receipt>,
}

/// Something that was brought about.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// By a run.
    Step(Step),
    /// By people: who is still being asked after it.
    Others(BTreeSet<Email>),
}

impl Platform {
    pub(crate) fn new(each_hour: Option<NonZeroU32>) -> Self {
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        let (world, answers) = (World::default().limited(each_hour), BTreeMap::new());
        let answers_left = usize::MAX;
        let mut inner = Inner { world, now, answers_left, each_hour, done: Vec::new(), answers };
        let owner = wire::Person { name: "Owner".into(), email: OWNER.into() };
        let new = wire::NewWorkspace { id: workspace().to_string(), owner };
        inner.ask(Caller::Operator, Command::CreateWorkspace(new), None).unwrap();
        let (bytes, digest) = logo();
        inner.act(OWNER, Act::PutLogo { digest, bytes }).unwrap();
        Self(Mutex::new(inner))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }
}

pub(crate) fn workspace() -> WorkspaceId {
    "acme".parse().unwrap()
}

impl Inner {
    /// Carries out what was decided, and says what it was about.
    fn ask(
        &mut self,
        caller: Caller,
        command: Command,
        expected: Option<Vec<u64>>,
    ) -> Result<About, minisync::sandbox::Refusal> {
        let changes = self.world.decide(&Request { caller, command, expected }, self.now)?;
        let about = changes.about.clone();
        self.world.take(changes);
        Ok(about)
    }

    pub(crate) fn act(&mut self, who: &str, act: Act) -> Result<About, minisync::sandbox::Refusal> {
        let command = Command::Within(workspace().to_string(), act);
        self.ask(Caller::Person(who.parse().unwrap()), command, None)
    }

    /// A move, where it is a legal one; people try things.
    pub(crate) fn try_move(&mut self, who: &str, id: MemberNo, to: Move) {
        drop(self.act(who, Act::Move { id: id.to_string(), to }));
    }

    /// Whoever joined, or is not there at all any more, is not among them.
    pub(crate) fn others_did_something(&mut self) {
        let is_asked =
            |it: &Member| matches!(it.state, State::Invited { .. } | State::Refused | State::Left);
        let asked = self.members().into_iter().filter(is_asked);
        let asked = asked.map(|it| it.email).collect();
        self.done.push(Deed::Others(asked));
    }

    pub(crate) fn pass(&mut self, hours: i64) {
        self.now += SignedDuration::from_hours(hours);
    }

    pub(crate) fn members(&self) -> Vec<Member> {
        self.world.workspace(&workspace()).unwrap().members().cloned().collect()
    }

    pub(crate) fn programs(&self) -> Vec<Program> {
        self.world.workspace(&workspace()).unwrap().programs().cloned().collect()
    }

    fn seen(&self) -> Seen {
        let shown = self.members().into_iter().filter(|it| it.state != State::Withdrawn);
        Seen {
            programs: self.programs().iter().map(seen_program).collect(),
            members: shown.map(|it| self.seen_member(&it)).collect(),
            completeness: Completeness::Whole,
            allowance: self.each_hour.map(|each_hour| self.allowance(each_hour.get())),
            now: Some(self.now),
        }
    }

    fn allowance(&self, each_hour: u32) -> Allowance {
        let renews = world::next_hour(self.now);
        let begun = renews - SignedDuration::from_hours(1);
        let n_sent = self.world.workspace(&workspace()).unwrap().n_invited_since(begun);
        let left = each_hour.saturating_sub(u32::try_from(n_sent).unwrap());
        Allowance { left, renews, each_hour }
    }

    fn seen_member(&self, member: &Member) -> SeenMember {
        let role = match &member.role {
            Role::Owner => Role::Owner,
            Role::Master => Role::Master,
            Role::Developer(programs) => Role::Developer(programs.iter().map(program_id).collect()),
        };
        let sent = member.invited.as_ref().map_or(Timestamp::MIN, |invited| invited.at);
        let membership = match member.state {
            State::Invited { expires } if expires <= self.now => {
                Membership::Invited(role, Invitation::Expired { since: expires })
            }
            State::Invited { expires } => {
                Membership::Invited(role, Invitation::Pending { sent, expires })
            }
            State::Refused => Membership::Invited(role, Invitation::Refused),
            State::Withdrawn => Membership::Invited(role, Invitation::Withdrawn),
            State::Active { .. } => Membership::Active(role),
            State::Blocked { .. } => Membership::Blocked(role),
            State::Left => Membership::Left(role),
        };
        SeenMember {
            id: MemberId::new(member.no.to_string()),
            revision: Revision::new(member.revision_at(self.now).to_string()),
            name: member.name.clone(),
            email: member.email.clone(),
            membership,
            history: minisync::model::History::default(),
            undelivered: None,
        }
    }

    fn once(
        &mut self,
        step: &Step,
        key: &IdempotencyKey,
    ) -> Result<Receipt, minisync::sandbox::Refusal> {
        if let Some(receipt) = self.answers.get(key) {
            return Ok(receipt.clone());
        }
        let receipt = self.execute(step)?;
        self.answers.insert(key.clone(), receipt.clone());
        self.done.push(Deed::Step(step.clone()));
        Ok(receipt)
    }

    fn execute(&mut self, step: &Step) -> Result<Receipt, minisync::sandbox::Refusal> {
        let expected = match &step.against {
            Fingerprint::Absent => None,
            Fingerprint::At(revision) => Some(vec![revision.as_str().parse().unwrap()]),
        };
        let mut who = OWNER.to_owned();
        let act = match step.action.clone() {
            Action::CreateProgram { program } => {
                who = program.created_by.as_ref().map_or(who, ToString::to_string);
                Act::CreateProgram(new_program(&program))
            }
            Action::Invite { email, name, role } => {
                Act::Invite(new_member(email.as_str(), name, &role))
            }
            Action::Reinvite { email, id, name, role } => {
                Act::Reinvite { id: id.to_string(), new: new_member(email.as_str(), name, &role) }
            }
            Action::ChangeRole { id, to, .. } => {
                let (role, programs) = wire_role(&to);
                let patch = wire::MemberPatch { role, programs };
                Act::EditMember { id: id.to_string(), patch }
            }
            Action::Resend { id, .. } => Act::Move { id: id.to_string(), to: Move::Resend },
            Action::Withdraw { id, .. } => Act::Move { id: id.to_string(), to: Move::Withdraw },
            Action::Block { id, .. } => Act::Move { id: id.to_string(), to: Move::Block },
            Action::Unblock { id, .. } => Act::Move { id: id.to_string(), to: Move::Unblock },
            Action::Remove { id, .. } => Act::RemoveMember { id: id.to_string() },
            Action::DeleteProgram { id, .. } => Act::DeleteProgram { id: id.to_string() },
            Action::UpdateProgram { id, changes, .. } => {
                Act::EditProgram { id: id.to_string(), patch: patch(&changes) }
            }
            Action::AdoptProgram { .. } | Action::AdoptMember { .. } => {
                unreachable!("only the ledger is asked")
            }
        };
        let command = Command::Within(workspace().to_string(), act);
        let about = self.ask(Caller::Person(who.parse().unwrap()), command, expected)?;
        Ok(self.receipt(&about))
    }

    fn receipt(&self, about: &About) -> Receipt {
        match about {
            About::Program(no) => {
                let found = self.programs().into_iter().find(|it| it.no == *no).unwrap();
                let revision = Revision::new(found.revision.to_string());
                Receipt::Program { id: program_id(no), revision }
            }
            About::Member(no) => {
                let found = self.members().into_iter().find(|it| it.no == *no).unwrap();
                let revision = Revision::new(found.revision_at(self.now).to_string());
                Receipt::Member { id: MemberId::new(no.to_string()), revision }
            }
            About::Workspace | About::Logo(_) | About::Nothing => Receipt::Gone,
        }
    }
}

impl Provider for Platform {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    async fn observe(&self) -> Result<Seen, ProviderError> {
        Ok(self.lock().seen())
    }

    async fn execute(&self, step: &Step, key: &IdempotencyKey) -> Result<Receipt, ProviderError> {
        let mut inner = self.lock();
        let result = inner.once(step, key).map_err(|refusal| {
            let broken = &refusal.broken()[0];
            match refusal.status() {
                412 => ProviderError::Stale,
                404 if step.against != Fingerprint::Absent => ProviderError::Stale,
                _ => ProviderError::Refused(Refusal {
                    rule: broken.rule.as_str().to_owned(),
                    field: None,
                    detail: broken.message.clone(),
                }),
            }
        });
        match inner.answers_left.checked_sub(1) {
            Some(left) => inner.answers_left = left,
            None => return Err(ProviderError::Unreachable("no answer".into())),
        }
        result
    }
}

fn program_id(no: &ProgramNo) -> ProgramId {
    ProgramId::new(no.to_string())
}

fn seen_program(program: &Program) -> SeenProgram {
    SeenProgram {
        id: program_id(&program.no),
        revision: Revision::new(program.revision.to_string()),
        name: program.name.clone(),
        release_to: program.release_to.clone(),
        default_language: program.default_language.clone(),
        listing: program.listing.as_ref().map(|it| SeenListing {
            tagline: it.tagline.clone(),
            description: it.description.clone(),
            logo: it.logo.clone(),
            industry: it.industry.clone(),
            phone: it.phone.clone(),
            email: it.email.to_string(),
        }),
        languages: BTreeMap::new(),
        last_change: minisync::model::LastChange::default(),
    }
}

fn new_program(program: &MiniProgram) -> wire::NewProgram {
    wire::NewProgram {
        name: program.name.clone(),
        release_to: BTreeSet::new(),
        default_language: program.default_language.to_string(),
        listing: program
            .listing
            .as_ref()
            .map(|it| wire::Listing { tagline: it.tagline.clone(), ..wire_listing() }),
        languages: BTreeMap::new(),
    }
}

fn patch(changes: &[ProgramChange]) -> wire::ProgramPatch {
    let mut patch = wire::ProgramPatch::default();
    for change in changes {
        match change {
            ProgramChange::Name { to, .. } => patch.name = Some(to.clone()),
            ProgramChange::Tagline { to, .. } => {
                patch.listing.get_or_insert_default().tagline = Some(to.clone());
            }
            ProgramChange::ReleaseTo { .. }
            | ProgramChange::Description { .. }
            | ProgramChange::Logo { .. }
            | ProgramChange::Industry { .. }
            | ProgramChange::Phone { .. }
            | ProgramChange::Email { .. }
            | ProgramChange::Language { .. } => {
                unreachable!("these manifests never change {change:?}")
            }
        }
    }
    patch
}

/// Of the logo that every program here has.
pub(crate) fn logo_digest() -> Digest {
    Digest::new(logo().1)
}

fn new_member(email: &str, name: String, role: &Role<ProgramRef>) -> wire::NewMember {
    let (role, programs) = wire_role(role);
    wire::NewMember { name, email: email.to_owned(), role, programs }
}

fn wire_role(role: &Role<ProgramRef>) -> (wire::Role, BTreeSet<String>) {
    let id = |program: &ProgramRef| match program {
        ProgramRef::Existing { id, .. } => id.to_string(),
        ProgramRef::New(key) => unreachable!("{key} was not created before"),
    };
    let programs = role.assignments().map(id).collect();
    match role {
        Role::Owner => (wire::Role::Owner, programs),
        Role::Master => (wire::Role::Master, programs),
        Role::Developer(_) => (wire::Role::Developer, programs),
    }
}
