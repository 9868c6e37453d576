//! A platform, manifests, a ledger, and everything that may happen between them.

use super::{
    manifests::{Manifests, PEOPLE, Wish, email},
    platform::{OWNER, Platform, workspace},
};
use jiff::SignedDuration;
use minisync::{
    engine::{self, Outcome, Patience, Prospect, Stop},
    ledger::Ledger,
    model::{Desired, Email, Member, Role, Subject},
    plan::{Action, InvitationPolicy, Note, OnEnd, Plan, Policy, Reason, Rules, Standing, Step},
    platform::sandbox as wire,
    sandbox::world::{self, Act, Move, State},
};
use proptest::{prelude::*, sample::select};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};
use tokio::runtime::Runtime;

/// Something that happens. People and things are picked by number, whatever there is.
#[derive(Debug, Clone)]
pub(super) enum Op {
    Apply,
    /// A plan is made, this happens, and only then it is applied.
    ApplyLate(Box<Self>),
    /// The run dies after so many answers.
    Die(usize),
    /// Somebody does something about their own membership.
    Person(usize, Move),
    /// The owner does something in the console.
    Hand(usize, Move),
    RemoveByHand(usize),
    /// The owner invites somebody in the console, as a master.
    InviteByHand(&'static str),
    Edit(&'static str, Option<Wish>),
    Hours(i64),
}

pub(super) fn some_op() -> impl Strategy<Value = Op> {
    let own = select(vec![Move::Accept, Move::Accept, Move::Accept, Move::Refuse, Move::Leave]);
    let hand = select(vec![Move::Withdraw, Move::Resend, Move::Block, Move::Unblock]);
    let act = prop_oneof![
        6 => (0usize..8, own).prop_map(|(who, to)| Op::Person(who, to)),
        2 => (0usize..8, hand).prop_map(|(who, to)| Op::Hand(who, to)),
        1 => (0usize..8).prop_map(Op::RemoveByHand),
        1 => select(&PEOPLE[..]).prop_map(Op::InviteByHand),
        4 => (select(&PEOPLE[..]), prop::option::weighted(0.8, some_wish()))
            .prop_map(|(who, wish)| Op::Edit(who, wish)),
        3 => select(vec![1i64, 2, 30, 73, 80]).prop_map(Op::Hours),
    ];
    prop_oneof![
        6 => Just(Op::Apply),
        2 => act.clone().prop_map(|op| Op::ApplyLate(Box::new(op))),
        1 => (0usize..6).prop_map(Op::Die),
        12 => act,
    ]
}

fn some_wish() -> impl Strategy<Value = Wish> {
    (prop::bool::weighted(0.4), 1u8..4, prop::bool::weighted(0.15), any::<bool>()).prop_map(
        |(is_master, programs, is_blocked, has_moved)| Wish {
            is_master,
            programs,
            is_blocked,
            has_moved,
            until: None,
        },
    )
}

pub(super) fn some_policy() -> impl Strategy<Value = Policy> {
    let on_end = || select(vec![OnEnd::Report, OnEnd::AskAgain]);
    (on_end(), on_end(), on_end(), 0u32..3).prop_map(
        |(on_expired, on_refused, who_left, max_resends)| {
            let invitations = InvitationPolicy {
                on_expired,
                on_refused,
                max_resends,
                resend_after: SignedDuration::from_hours(1),
                ..InvitationPolicy::default()
            };
            Policy { prune: false, invitations, who_left, ..Policy::default() }
        },
    )
}

pub(super) struct Town {
    platform: Platform,
    manifests: Manifests,
    ledger: Ledger,
    policy: Policy,
    runtime: Runtime,
    /// How often somebody was asked for the same wish, told from what was carried out.
    asked: BTreeMap<Email, u32>,
    /// Whom a run asked in, or may have, or took over.
    ours: BTreeSet<Email>,
    /// Whom only the owner asked in.
    guests: BTreeSet<Email>,
    /// Guests whom some roster named for a while: a run may have taken them for ours.
    claimed: BTreeSet<Email>,
    /// What runs should not have met with.
    surprises: Vec<String>,
}

impl Town {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            platform: Platform::new(None),
            manifests: Manifests::default(),
            ledger: crate::ledger::open(Path::new(":memory:"), "sandbox"),
            policy,
            runtime: tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap(),
            asked: BTreeMap::new(),
            ours: BTreeSet::new(),
            guests: BTreeSet::new(),
            claimed: BTreeSet::new(),
            surprises: Vec::new(),
        }
    }

    pub(super) fn live(&mut self, op: &Op) {
        match op {
            Op::Apply => {
                let prospect = self.look();
                self.apply(&prospect, Late(false));
            }
            Op::ApplyLate(op) => {
                let (prospect, planned) = (self.look(), self.manifests.desired());
                self.let_go();
                self.live(op);
                let counted = self.asked.clone();
                self.apply(&prospect, Late(true));
                // What was asked for an older wish is not asked again for this one.
                let now = self.manifests.desired();
                self.asked.retain(|email, n| {
                    if planned.members.get(email) != now.members.get(email) {
                        *n = counted.get(email).copied().unwrap_or_default();
                    }
                    true
                });
            }
            Op::Die(answers) => {
                self.platform.lock().answers_left = *answers;
                let prospect = self.look();
                self.apply(&prospect, Late(true));
                self.platform.lock().answers_left = usize::MAX;
            }
            Op::Person(who, to) => {
                let mut platform = self.platform.lock();
                if let Some(member) = pick(&platform.members(), *who) {
                    platform.try_move(member.email.as_str(), member.no, *to);
                }
            }
            Op::Hand(who, to) => {
                let mut platform = self.platform.lock();
                if let Some(member) = pick(&platform.members(), *who) {
                    platform.try_move(OWNER, member.no, *to);
                }
            }
            Op::RemoveByHand(who) => {
                let mut platform = self.platform.lock();
                if let Some(member) = pick(&platform.members(), *who) {
                    let id = member.no.to_string();
                    drop(platform.act(OWNER, Act::RemoveMember { id }));
                }
            }
            Op::InviteByHand(who) => self.invite_by_hand(who),
            Op::Edit(who, wish) => self.edit(who, *wish),
            Op::Hours(hours) => self.platform.lock().pass(*hours),
        }
        self.start_counting_anew();
    }

    /// Whoever was nobody's before, and is on no roster, is the owner's own guest.
    fn invite_by_hand(&mut self, who: &'static str) {
        let (programs, role) = (BTreeSet::new(), wire::Role::Master);
        let new = wire::NewMember { name: "Guest".into(), email: who.into(), role, programs };
        let address = email(who);
        let desired = self.manifests.desired();
        let is_named = desired
            .members
            .values()
            .any(|it| it.email == address || it.previously.as_ref() == Some(&address));
        let is_invited = self.platform.lock().act(OWNER, Act::Invite(new)).is_ok();
        if is_invited && !self.ours.contains(&address) {
            let those = if is_named { &mut self.claimed } else { &mut self.guests };
            those.insert(address);
        }
    }

    fn is_guest(&self, who: &Email) -> bool {
        self.guests.contains(who) || self.claimed.contains(who)
    }

    /// Whoever is gone when a run looks, or said no and is not asked for, is not ours any more.
    fn let_go(&mut self) {
        let members = self.platform.lock().members();
        let named = self.manifests.desired().members;
        self.ours.retain(|who| {
            members.iter().any(|it| {
                let has_ended = matches!(it.state, State::Refused | State::Left);
                it.email == *who
                    && it.state != State::Withdrawn
                    && (!has_ended || named.contains_key(who))
            })
        });
    }

    fn edit(&mut self, who: &'static str, wish: Option<Wish>) {
        let before = self.manifests.desired();
        match wish {
            Some(wish) => drop(self.manifests.wishes.insert(who, wish)),
            None => drop(self.manifests.wishes.remove(who)),
        }
        let after = self.manifests.desired();
        for old in after.members.values().filter_map(|it| it.previously.clone()) {
            if self.guests.remove(&old) {
                self.claimed.insert(old);
            }
        }
        self.asked.retain(|email, _| before.members.get(email) == after.members.get(email));
    }

    /// Whoever joined, or is not there at all any more, begins anew.
    fn start_counting_anew(&mut self) {
        let members = self.platform.lock().members();
        self.asked.retain(|email, _| {
            members.iter().any(|it| {
                it.email == *email
                    && matches!(it.state, State::Invited { .. } | State::Refused | State::Left)
            })
        });
    }

    fn look(&self) -> Prospect {
        let rules = Rules {
            policy: self.policy.clone(),
            protected: [email(OWNER)].into(),
            ..Rules::default()
        };
        let desired = self.manifests.desired();
        let workspace = workspace();
        self.runtime.block_on(async {
            let memory = self.ledger.load(&workspace).await.unwrap();
            engine::look(&workspace, &desired, &self.platform, &memory, &rules).await.unwrap()
        })
    }

    fn apply(&mut self, prospect: &Prospect, Late(is_late): Late) {
        if !is_late {
            self.let_go();
            self.surprises.extend(self.pulled_back(&prospect.plan));
        }
        let workspace = workspace();
        let locked = self.runtime.block_on(async {
            let locked = self.ledger.lock([&workspace], crate::ledger::run("one")).await.unwrap();
            prospect.settle(&locked).await.unwrap();
            locked
        });
        let site = engine::Site {
            workspace: &workspace,
            provider: &self.platform,
            store: &locked,
            concurrency: 4,
            patience: Patience {
                retries: 0,
                first_pause: Duration::ZERO,
                longest_pause: Duration::ZERO,
            },
            stop: &Stop::default(),
            whole: None,
        };
        let applied = self.runtime.block_on(engine::apply(&prospect.plan, &site, &|_| {})).unwrap();
        let takes = |step: &Step| {
            step.action.sends_invitation() || matches!(step.action, Action::AdoptMember { .. })
        };
        for step in prospect.plan.steps.iter().filter(|step| takes(step)) {
            if let Subject::Member(who) = step.action.subject() {
                self.guests.remove(&who);
                self.ours.insert(who);
            }
        }
        let touched = prospect.plan.steps.iter().filter(|step| {
            matches!(step.action.subject(), Subject::Member(who) if self.guests.contains(&who))
        });
        self.surprises.extend(touched.map(|step| format!("not ours: {:?}", step.action)));
        for (step, outcome) in prospect.plan.steps.iter().zip(applied.outcomes) {
            let ends = matches!(step.action, Action::Withdraw { .. } | Action::Remove { .. });
            if let (true, Outcome::Done, Subject::Member(who)) =
                (ends, &outcome, step.action.subject())
            {
                self.ours.remove(&who);
            }
            // A lost answer may well have had its effect.
            let is_done = match &outcome {
                Outcome::Done => true,
                Outcome::Failed(error) => !error.is_certain(),
                Outcome::Stale | Outcome::Blocked { .. } | Outcome::NotStarted => false,
            };
            // An invitation that says something else now is not nagging.
            let asks = step.action.sends_invitation() && step.reason != Reason::InvitationDiffers;
            if let Subject::Member(email) = step.action.subject()
                && is_done
                && asks
            {
                *self.asked.entry(email).or_default() += 1;
            }
            if outcome != Outcome::Done && !is_late {
                self.surprises.push(format!("{:?}: {outcome:?}", step.action));
            }
        }
    }

    /// Whom the plan asks again although they said no or went, and policy leaves that to people.
    fn pulled_back(&self, plan: &Plan) -> Vec<String> {
        let members = self.platform.lock().members();
        let is_invited = |who: &Email| {
            plan.steps.iter().any(|step| {
                step.action.sends_invitation()
                    && step.action.subject() == Subject::Member(who.clone())
            })
        };
        let may_not = members.iter().filter(|it| match it.state {
            State::Left => self.policy.who_left == OnEnd::Report,
            State::Refused => self.policy.invitations.on_refused == OnEnd::Report,
            State::Invited { .. }
            | State::Withdrawn
            | State::Active { .. }
            | State::Blocked { .. } => false,
        });
        let pulled = may_not.filter(|it| is_invited(&it.email));
        pulled.map(|it| format!("{} is asked again", it.email)).collect()
    }

    /// Applies until nothing changes any more, while nobody answers.
    pub(super) fn settle(&mut self) -> Plan {
        for _ in 0..8 {
            let prospect = self.look();
            if prospect.plan.steps.is_empty() {
                return prospect.plan;
            }
            self.apply(&prospect, Late(false));
        }
        self.look().plan
    }

    /// What must never be.
    pub(super) fn wrongs(&self) -> Vec<String> {
        let mut wrongs = self.surprises.clone();
        let platform = self.platform.lock();
        let programs: BTreeSet<_> = platform.programs().iter().map(|it| it.no).collect();
        let mut live = BTreeSet::new();
        for member in platform.members().iter().filter(|it| it.is_live()) {
            if !live.insert(member.email.clone()) {
                wrongs.push(format!("two live records of {}", member.email));
            }
            if let Role::Developer(assigned) = &member.role
                && (assigned.is_empty() || !assigned.is_subset(&programs))
            {
                wrongs.push(format!("{} is assigned to {assigned:?}", member.email));
            }
        }
        let most = 1 + self.policy.invitations.max_resends;
        let nagged = self.asked.iter().filter(|(_, n)| **n > most);
        wrongs.extend(nagged.map(|(email, n)| format!("{email} was asked {n} times")));
        wrongs
    }

    /// What is neither as the manifests ask, nor waits for somebody, nor is told.
    pub(super) fn unsettled(&self, plan: &Plan) -> Vec<String> {
        let desired = self.manifests.desired();
        let members = self.platform.lock().members();
        let mut unsettled = Vec::new();
        let mut waited_for = BTreeSet::new();
        for note in &plan.notes {
            if let Note::WaitingForMember { email, .. } = note {
                waited_for.insert(email.clone());
            }
        }
        let now = self.platform.lock().now;
        // Whoever moves is waited for at the old address until the new one can be invited.
        let moving: BTreeSet<_> =
            desired.members.values().filter_map(|it| it.previously.as_ref()).collect();
        let is_meant = |it: &world::Member| {
            desired.members.contains_key(&it.email)
                || moving.contains(&it.email)
                || !self.is_guest(&it.email)
        };
        let members: Vec<_> = members.into_iter().filter(is_meant).collect();
        let pending = members
            .iter()
            .filter(|it| matches!(it.state, State::Invited { expires } if expires > now));
        let pending: BTreeSet<_> = pending.map(|it| it.email.clone()).collect();
        if pending != waited_for {
            unsettled.push(format!("{pending:?} have not accepted, {waited_for:?} are waited for"));
        }
        for member in desired.members.values() {
            unsettled.extend(self.unsettled_member(member, &members, plan));
        }
        for found in members.iter().filter(|it| it.is_live() && it.email.as_str() != OWNER) {
            let is_old =
                desired.members.values().any(|it| it.previously.as_ref() == Some(&found.email));
            let is_expired = found.is_expired(now);
            if !desired.members.contains_key(&found.email) && !is_old && !is_expired {
                unsettled.push(format!("{} is still there", found.email));
            }
        }
        if plan.standing() == Standing::InSync && !self.is_in_sync(&desired, &members) {
            unsettled.push("not in sync".to_owned());
        }
        unsettled
    }

    fn unsettled_member(
        &self,
        wanted: &Member,
        members: &[world::Member],
        plan: &Plan,
    ) -> Option<String> {
        let found = members.iter().find(|it| it.email == wanted.email);
        let is_told = plan.notes.iter().any(|note| concerns(note, &wanted.email));
        let is_right = found.is_some_and(|found| {
            let is_in_place = match found.state {
                State::Active { .. } => !wanted.blocked,
                State::Blocked { .. } => wanted.blocked,
                State::Invited { .. } | State::Refused | State::Withdrawn | State::Left => {
                    return wanted.blocked;
                }
            };
            is_in_place && (wanted.blocked || found.role.name() == wanted.role.name())
        });
        let is_not_due = wanted.blocked && found.is_none();
        (!is_right && !is_told && !is_not_due)
            .then(|| format!("{} is {found:?}, and nothing is said of it", wanted.email))
    }

    fn is_in_sync(&self, desired: &Desired, members: &[world::Member]) -> bool {
        desired.members.values().filter(|it| !it.blocked).all(|wanted| {
            members.iter().any(|it| {
                it.email == wanted.email
                    && matches!(it.state, State::Active { .. })
                    && it.role.assignments().count() == wanted.role.assignments().count()
            })
        }) && self.platform.lock().programs().len() == desired.programs.len()
    }
}

/// Whether something may have happened since the plan was made.
struct Late(bool);

fn pick(members: &[world::Member], at: usize) -> Option<world::Member> {
    let people: Vec<_> = members.iter().filter(|it| it.email.as_str() != OWNER).collect();
    (!people.is_empty()).then(|| people[at % people.len()].clone())
}

pub(crate) fn concerns(note: &Note, who: &Email) -> bool {
    match note {
        Note::WaitingForMember { email, .. }
        | Note::WaitingForProgram { email, .. }
        | Note::Resting { email, .. }
        | Note::Queued { email, .. }
        | Note::GaveUp { email, .. }
        | Note::Left { email, .. }
        | Note::InvitationLapsed { email, .. } => email == who,
        Note::WaitingForMaster { .. }
        | Note::Incomplete
        | Note::ClocksDisagree { .. }
        | Note::Moving { .. }
        | Note::Ending { .. }
        | Note::Undelivered { .. }
        | Note::Unsupported { .. }
        | Note::Unmanaged(_)
        | Note::NotPruned { .. }
        | Note::LastProgram { .. }
        | Note::Lookalike { .. }
        | Note::Ignored { .. }
        | Note::IgnoreEnded { .. }
        | Note::Ambiguous { .. }
        | Note::NameTaken { .. }
        | Note::Protected { .. }
        | Note::Withheld { .. }
        | Note::Kept { .. }
        | Note::Unrecognised { .. } => false,
    }
}
