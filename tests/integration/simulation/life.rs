//! What happens in one life: runs, and everything between them, drawn from its seed.

use super::{
    chance::Chance,
    disturbed::Disturbed,
    fate::{End, Fate, Weather},
    oracle::{Late, Oracle},
    others::others,
    run::{Job, Running, Told},
    time::Time,
};
use crate::interleaving::{
    manifests::{Manifests, PEOPLE, PROGRAMS, Wish, email},
    platform::{OWNER, Platform, workspace},
};
use jiff::SignedDuration;
use minisync::{
    engine::Outcome,
    ledger::{Ledger, Run},
    model::{Desired, Memory},
    plan::{InvitationPolicy, Limit, OnEnd, Percent, Plan, Policy, Rails, Rules},
};
use std::{
    num::NonZeroU32,
    path::Path,
    sync::{Arc, Mutex},
};

pub(super) struct Life {
    chance: Chance,
    time: Time,
    skew: SignedDuration,
    platform: Arc<Platform>,
    manifests: Manifests,
    ledger: Ledger,
    policy: Policy,
    /// A run that sleeps, and does not know it.
    frozen: Option<Running>,
    /// Somebody may have the lock who does not give it back.
    is_locked: bool,
    n_runs: usize,
    oracle: Oracle,
    pub(super) log: Vec<String>,
}

/// Lives it to its end; what went wrong, and what happened.
pub(super) fn live(seed: u64) -> (Vec<String>, Vec<String>) {
    fastrand::seed(seed);
    let mut life = Life::new(seed);
    let n_ops = 4 + life.chance.below(28);
    for _ in 0..n_ops {
        life.happen();
        let wrongs = life.oracle.wrongs(&life.platform.lock(), &life.policy);
        if !wrongs.is_empty() {
            return (wrongs, life.log);
        }
    }
    let wrongs = life.settle();
    (wrongs, life.log)
}

impl Life {
    fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let each_hour = chance.one_in(4).then(|| NonZeroU32::new(2).unwrap());
        let (time, policy) = (Time::new(), policy(&mut chance));
        let minutes = chance.pick(&[0, 0, 0, 0, 7, -7, 3_000, -3_000]);
        let ledger = Ledger::open(Path::new(":memory:"), "sandbox", "a ledger", time.clock());
        let log = vec![format!("{policy:?}, {each_hour:?} an hour, {minutes} minutes ahead")];
        let mut life = Self {
            chance,
            time,
            skew: SignedDuration::from_mins(minutes),
            platform: Arc::new(Platform::new(each_hour)),
            manifests: Manifests::default(),
            ledger: ledger.unwrap(),
            policy,
            frozen: None,
            is_locked: false,
            n_runs: 0,
            oracle: Oracle::default(),
            log,
        };
        for who in PEOPLE {
            if !life.chance.one_in(3) {
                life.edit_person(who);
            }
        }
        life
    }

    fn happen(&mut self) {
        #[derive(Clone, Copy)]
        enum Op {
            Run,
            Wake,
            Others,
            EditPerson,
            EditProgram,
            Hours,
        }
        let ops = [
            (10, Op::Run),
            (2, Op::Wake),
            (9, Op::Others),
            (5, Op::EditPerson),
            (1, Op::EditProgram),
            (4, Op::Hours),
        ];
        match self.chance.weighed(&ops) {
            Op::Run => self.run(),
            Op::Wake => self.wake(),
            Op::Others => {
                let told = others(&self.platform_now(), &mut self.chance);
                self.log.push(told);
            }
            Op::EditPerson => {
                let who = self.chance.weighed(&[
                    (5, PEOPLE[0]),
                    (5, PEOPLE[1]),
                    (5, PEOPLE[2]),
                    (5, PEOPLE[3]),
                    (1, OWNER),
                ]);
                self.edit_person(who);
            }
            Op::EditProgram => self.edit_program(),
            Op::Hours => {
                let hours = self.chance.pick(&[1, 2, 30, 73, 80, 170]);
                self.log.push(format!("{hours} hours pass"));
                self.pass(SignedDuration::from_hours(hours));
            }
        }
        self.oracle.account(&self.platform.lock(), &Desired::default(), Late(false));
        self.oracle.let_go(&self.platform.lock());
    }

    fn pass(&mut self, duration: SignedDuration) {
        self.time.pass(duration);
        self.is_locked &= duration < SignedDuration::from_secs(30);
    }

    /// As it is now.
    fn platform_now(&self) -> Arc<Platform> {
        self.platform.lock().now = self.time.now() + self.skew;
        self.platform.clone()
    }

    fn edit_person(&mut self, who: &'static str) {
        let before = self.manifests.desired();
        if self.chance.one_in(5) {
            self.manifests.wishes.remove(who);
        } else {
            let today = self.time.now().to_zoned(jiff::tz::TimeZone::UTC).date();
            let days = self.chance.pick(&[None, None, None, Some(0), Some(2), Some(9)]);
            let wish = Wish {
                is_master: self.chance.one_in(3),
                programs: u8::try_from(1 + self.chance.below(3)).unwrap(),
                is_blocked: self.chance.one_in(7),
                has_moved: self.chance.one_in(2),
                until: days.map(|days| today + SignedDuration::from_hours(24 * days)),
            };
            self.manifests.wishes.insert(who, wish);
        }
        self.log.push(format!("edit {who}: {:?}", self.manifests.wishes.get(who)));
        self.oracle.edited(&before, &self.manifests.desired());
    }

    fn edit_program(&mut self) {
        let before = self.manifests.desired();
        let key = self.chance.pick(&PROGRAMS);
        if self.chance.one_in(3) {
            self.manifests.programs.remove(key);
        } else {
            let edition = u8::try_from(self.chance.below(3)).unwrap();
            self.manifests.programs.insert(key, edition);
        }
        self.log.push(format!("edit programs: {:?}", self.manifests.programs));
        self.oracle.edited(&before, &self.manifests.desired());
        self.rename(&before);
    }

    fn rename(&mut self, before: &Desired) {
        let memory = self.memory();
        self.oracle.renamed(before, &self.manifests.desired(), &memory);
    }

    fn memory(&self) -> Memory {
        let memory = self.time.process().run(async { self.ledger.load(&workspace()).await });
        memory.unwrap()
    }

    fn fate(&mut self) -> Fate {
        let chance = &mut self.chance;
        let one_request_in = chance.pick(&[0, 0, 2, 5, 10]);
        let one_reading_in = chance.pick(&[0, 0, 2]);
        let barred_from = chance.one_in(12).then(|| chance.below(12));
        let full_from = chance.one_in(12).then(|| chance.below(12));
        let weather = Weather { one_request_in, one_reading_in, barred_from, full_from };
        let end = chance.weighed(&[(4, None), (2, Some(End::Killed)), (1, Some(End::Frozen))]);
        let end = end.map(|end| (chance.below(40), end));
        let fate = Fate::new(weather, end, chance.fork());
        for _ in 0..chance.pick(&[0, 0, 1, 3]) {
            fate.meanwhile_at(chance.below(30));
        }
        fate
    }

    fn run(&mut self) {
        let fate = self.fate();
        // On one machine, nobody begins while somebody who is alive has the folder.
        let den =
            if self.frozen.is_some() { "elsewhere" } else { self.chance.pick(&["here", "there"]) };
        let order = (self.chance.pick(&[1, 4]), self.chance.one_in(3));
        let running = self.begin(fate, den, order);
        self.watch(running);
    }

    fn begin(&mut self, fate: Fate, den: &str, order: (usize, bool)) -> Running {
        let (concurrency, is_allowed) = order;
        self.n_runs += 1;
        let id = format!("run {}", self.n_runs);
        self.log.push(format!("{id} {den}, {concurrency} at a time, {:?}", fate.weather));
        let meanwhile = Mutex::new(self.chance.fork());
        let job = Job {
            disturbed: Disturbed {
                platform: self.platform_now(),
                fate: Arc::new(fate),
                time: self.time.clone(),
                skew: self.skew,
                meanwhile: Box::new(move |platform| {
                    others(platform, &mut meanwhile.lock().unwrap())
                }),
                wrongs: self.oracle.surprises.clone(),
                is_half_blind: false.into(),
                seen: Mutex::default(),
                bounds: None,
                toll: Mutex::default(),
            },
            ledger: self.ledger.clone(),
            desired: Arc::new(self.manifests.desired()),
            rules: Rules {
                policy: self.policy.clone(),
                protected: [email(OWNER)].into(),
                now: self.time.now(),
                ..Rules::default()
            },
            run: Run { den: den.to_owned(), ..crate::ledger::run(&id) },
            concurrency,
            is_allowed,
        };
        Running::begin(self.time.process(), job)
    }

    /// Lets it go on to its end, whatever that is.
    fn watch(&mut self, mut running: Running) -> Option<(Plan, Vec<Outcome>)> {
        let told = running.go_on();
        self.log.extend(running.log());
        // Whoever got the lock has taken it away from the one that sleeps.
        if let (Some(frozen), false) = (&self.frozen, matches!(told, Ok(Told::Held))) {
            frozen.overtake();
        }
        let late = Late(running.is_late());
        self.oracle.account(&self.platform.lock(), &running.desired, late);
        self.rename(&running.desired);
        self.verify();
        match told {
            Ok(Told::Applied(plan, outcomes)) => {
                self.log.push(format!("  ended: {outcomes:?}"));
                return Some((plan, outcomes));
            }
            Ok(Told::Held) => {
                if !self.is_locked {
                    self.oracle.surprise("the lock is held, and nobody can have it".to_owned());
                }
                self.log.push("  another has the lock".to_owned());
            }
            Ok(Told::Blind(why)) => self.log.push(format!("  could not look: {why}")),
            Ok(Told::Withheld) => self.log.push("  a rail holds".to_owned()),
            Ok(Told::LedgerFailed) => {
                self.is_locked = true;
                self.log.push("  the ledger failed".to_owned());
            }
            Err(End::Killed) => self.is_locked = true,
            Err(End::Frozen) => {
                self.is_locked = true;
                self.frozen = Some(running);
            }
        }
        None
    }

    fn wake(&mut self) {
        if let Some(running) = self.frozen.take() {
            running.wake();
            self.log.push("the frozen run wakes".to_owned());
            self.watch(running);
        }
    }

    /// The journal is whole, and the memory follows from it.
    fn verify(&mut self) {
        let verified =
            self.time.process().run(async { self.ledger.verify(&workspace(), None).await });
        if let Err(why) = verified {
            self.oracle.surprise(format!("the journal does not hold: {why}"));
        }
    }

    /// Nothing goes wrong any more, and nobody answers: soon there is nothing left to do.
    fn settle(&mut self) -> Vec<String> {
        self.frozen = None;
        self.pass(SignedDuration::from_secs(31));
        self.log.push("from now on, nothing happens".to_owned());
        for _ in 0..8 {
            let running = self.begin(Fate::kind(), "here", (4, true));
            let Some((plan, outcomes)) = self.watch(running) else {
                return vec!["a run ended for no reason".to_owned()];
            };
            let odd = |outcome: &&Outcome| !matches!(outcome, Outcome::Done | Outcome::Stale);
            if let Some(outcome) = outcomes.iter().find(odd) {
                self.oracle.surprise(format!("{outcome:?} for no reason"));
            }
            let (platform, memory) = (self.platform.lock(), self.memory());
            let mut wrongs = self.oracle.wrongs(&platform, &self.policy);
            if plan.steps.is_empty() {
                let (desired, end) = (self.manifests.desired(), (&plan, &memory));
                wrongs.extend(self.oracle.unsettled(&platform, &desired, end, &self.policy));
                return wrongs;
            }
            if !wrongs.is_empty() {
                return wrongs;
            }
        }
        vec!["it does not come to rest".to_owned()]
    }
}

fn policy(chance: &mut Chance) -> Policy {
    let mut on_end = || chance.pick(&[OnEnd::Report, OnEnd::AskAgain]);
    let (on_expired, on_refused, who_left) = (on_end(), on_end(), on_end());
    let invitations = InvitationPolicy {
        on_expired,
        on_refused,
        max_resends: chance.pick(&[0, 1, 2]),
        resend_after: SignedDuration::from_hours(1),
        ..InvitationPolicy::default()
    };
    let share = Percent::new(chance.pick(&[0, 25, 100])).unwrap();
    let removals = Limit { most: chance.pick(&[0, 1, 2, 20]), share };
    let rails = Rails { removals, least_masters: chance.pick(&[0, 1, 2]), ..Rails::default() };
    Policy { prune: chance.one_in(2), invitations, who_left, rails }
}
