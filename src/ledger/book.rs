//! One workspace's journal while it is written: how far it has come, and its memory. Pure: it says
//! what is to be written, and takes it in when that is done.

use super::{
    fact::{self, Fact, Fate, Named, OpenIntent},
    journal::{Event, Granted, Head, How, Place, Record, Sealed},
    storage::Fault,
};
use crate::{
    engine::{Applied, Ending, IdempotencyKey, Intent, Receipt},
    model::{
        Acquaintance, Digest, Email, Fields, Memory, ProgramId, ProgramKey, Sighting, Subject,
        image,
    },
    plan::{self, Action, Step},
};
use jiff::Timestamp;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Whoever is there was invited once, by whomever.
pub(super) const INVITED_ONCE: Acquaintance = Acquaintance { sends: 1, wish: None };

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Book {
    pub(super) head: Head,
    pub(super) memory: Memory,
    /// Asked, and not known to have ended: by whom it is about, and its key.
    pub(super) open: BTreeMap<(Subject, String), OpenIntent>,
}

/// Records to be written, one after the other.
pub(super) struct Draft<'a> {
    pub(super) book: &'a Book,
    run: &'a str,
    at: Timestamp,
    head: Head,
    /// What the records so far leave; looked at before the book.
    fates: BTreeMap<String, Fate>,
    sealed: Vec<Sealed>,
}

/// What a draft leaves.
pub(super) struct Drafted {
    pub(super) records: Arc<[Sealed]>,
    fates: BTreeMap<String, Fate>,
}

impl Book {
    pub(super) fn new(head: Head) -> Self {
        Self { head, memory: Memory::default(), open: BTreeMap::new() }
    }

    /// What we manage, and of whom nothing was heard; who or what was asked for without an answer
    /// may be there.
    pub(super) fn memory(&self) -> Memory {
        let mut memory = self.memory.clone();
        for ((subject, _), OpenIntent { step, name }) in &self.open {
            memory.unheard.entry(subject.clone()).or_default().insert(step.clone());
            if let Subject::Member(email) = subject {
                memory.members.entry(email.clone()).or_insert(INVITED_ONCE);
            } else if let (Subject::Program(key), Some(name)) = (subject, name) {
                memory.unanswered.entry(key.clone()).or_default().insert(name.clone());
            }
        }
        memory
    }

    pub(super) fn facts(&self) -> BTreeMap<String, Value> {
        let Memory {
            programs,
            unanswered: _,
            members,
            reading,
            sightings,
            rosters,
            unheard: _,
            mark,
        } = self.memory.clone();
        let programs = programs.into_iter().map(|(key, id)| Fact::Program(key, id));
        let members = members.into_iter().map(|(email, it)| Fact::Member(email, it));
        let seen = sightings.into_iter().map(|(subject, it)| Fact::Seen(subject, it));
        let open = self
            .open
            .iter()
            .map(|((subject, key), it)| Fact::Intent(subject.clone(), key.clone(), it.clone()));
        let marks = (mark > 0).then_some(Fact::Mark(mark)).into_iter();
        let rosters = (!rosters.is_empty()).then_some(Fact::Rosters(rosters)).into_iter();
        let all = programs.chain(members).chain(seen).chain(open).chain(rosters).chain(marks);
        all.chain(reading.map(Fact::Reading)).map(|fact| (fact.key(), fact.value())).collect()
    }

    /// Takes in what has been written.
    pub(super) fn absorb(&mut self, drafted: Drafted) {
        let Drafted { records, fates } = drafted;
        for fate in fates.into_values() {
            match fate {
                Fate::Held(fact) => self.remember(fact),
                Fate::Gone(named) => self.forget(named),
            }
        }
        if let Some(last) = records.last() {
            self.head = last.head();
        }
    }

    /// Takes in what was read.
    pub(super) fn follow(&mut self, sealed: &Sealed) -> Result<(), Fault> {
        let Record { remember, forget, .. } = &sealed.record;
        for key in forget {
            self.forget(Named::parsed(key)?);
        }
        for (key, value) in remember {
            self.remember(Fact::parsed(key, value)?);
        }
        self.head = sealed.head();
        Ok(())
    }

    pub(super) fn remember(&mut self, fact: Fact) {
        match fact {
            Fact::Program(key, id) => drop(self.memory.programs.insert(key, id)),
            Fact::Member(email, it) => drop(self.memory.members.insert(email, it)),
            Fact::Seen(subject, it) => drop(self.memory.sightings.insert(subject, it)),
            Fact::Intent(subject, key, asked) => drop(self.open.insert((subject, key), asked)),
            Fact::Reading(reading) => self.memory.reading = Some(reading),
            Fact::Rosters(names) => self.memory.rosters = names,
            Fact::Mark(number) => self.memory.mark = number,
        }
    }

    fn forget(&mut self, named: Named) {
        match named {
            Named::Program(key) => drop(self.memory.programs.remove(&key)),
            Named::Member(email) => drop(self.memory.members.remove(&email)),
            Named::Seen(subject) => drop(self.memory.sightings.remove(&subject)),
            Named::Intent(subject, key) => drop(self.open.remove(&(subject, key))),
        }
    }

    pub(super) fn draft<'a>(&'a self, run: &'a str, at: Timestamp) -> Draft<'a> {
        let (head, fates) = (self.head.clone(), BTreeMap::new());
        Draft { book: self, run, at, head, fates, sealed: Vec::new() }
    }
}

/// What an event does to the memory.
#[derive(Default)]
pub(super) struct Effect(pub(super) BTreeMap<String, Fate>);

impl Effect {
    pub(super) fn remember(&mut self, fact: Fact) {
        self.0.insert(fact.key(), Fate::Held(fact));
    }

    pub(super) fn forget(&mut self, named: Named) {
        self.0.insert(named.key(), Fate::Gone(named));
    }
}

impl Draft<'_> {
    pub(super) fn done(self) -> Drafted {
        Drafted { records: self.sealed.into(), fates: self.fates }
    }

    pub(super) fn write(&mut self, event: Event, effect: Effect) {
        let Effect(fates) = effect;
        let (mut remember, mut forget) = (BTreeMap::new(), BTreeSet::new());
        for (key, fate) in &fates {
            match fate {
                Fate::Held(fact) => drop(remember.insert(key.clone(), fact.value())),
                Fate::Gone(_) => drop(forget.insert(key.clone())),
            }
        }
        let (number, run) = (self.head.number + 1, self.run.to_owned());
        let sealed = self.head.after(Record { number, at: self.at, run, event, remember, forget });
        self.head = sealed.head();
        self.sealed.push(sealed);
        self.fates.extend(fates);
    }

    fn member(&self, email: &Email) -> Option<Acquaintance> {
        match self.fates.get(&fact::member_key(email)) {
            Some(Fate::Held(Fact::Member(_, known))) => Some(known.clone()),
            Some(_) => None,
            None => self.book.memory.members.get(email).cloned(),
        }
    }

    fn fields(&self, subject: &Subject) -> Option<&Fields> {
        match self.fates.get(&fact::seen_key(subject)) {
            Some(Fate::Held(Fact::Seen(_, sighting))) => Some(&sighting.fields),
            Some(_) => None,
            None => self.book.memory.sightings.get(subject).map(|sighting| &sighting.fields),
        }
    }

    /// With their keys.
    pub(super) fn open_intents(
        &self,
        subject: &Subject,
    ) -> impl Iterator<Item = (&String, &OpenIntent)> {
        let from = (subject.clone(), String::new());
        let open = self.book.open.range(from..).take_while(move |((it, _), _)| it == subject);
        open.map(|((_, key), asked)| (key, asked))
    }

    pub(super) fn event(&mut self, event: Event) {
        self.write(event, Effect::default());
    }

    /// As [`Draft::event`], of something that is done here.
    pub(super) fn mark(&mut self, event: Event) {
        let effect = self.marked();
        self.write(event, effect);
    }

    fn marked(&self) -> Effect {
        let mut effect = Effect::default();
        effect.remember(Fact::Mark(self.head.number + 1));
        effect
    }

    pub(super) fn finish(&mut self, applied: &Applied) {
        let done = applied.n_done() as u64;
        let undone = applied.outcomes.len() as u64 - done;
        self.mark(Event::Finished { done, undone });
    }

    /// An older ledger's memory, in one go.
    pub(super) fn migrate(&mut self, layout: u64, facts: Vec<Fact>) {
        let mut effect = Effect::default();
        for fact in facts {
            effect.remember(fact);
        }
        self.write(Event::Migrated { layout }, effect);
    }
}

/// Acting.
impl Draft<'_> {
    /// The open intent of the same step if there is one, else a new one.
    pub(super) fn intend(&mut self, ledger: &str, place: &Place, step: &Step) -> Intent {
        let (subject, asked) = (step.action.subject(), OpenIntent::of(step));
        let known = self.open_intents(&subject).find(|(_, it)| it.step == asked.step);
        let known = known.map(|(key, _)| key.clone());
        let again = known.is_some();
        let key = known.unwrap_or_else(|| self.new_key(ledger, place, &asked.step));
        let mut effect = self.marked();
        if !again {
            self.count_send(step, &mut effect);
            effect.remember(Fact::Intent(subject.clone(), key.clone(), asked.clone()));
        }
        let (subject, what) = (subject.to_string(), step.action.word().to_owned());
        let (step, granted) = (asked.step.to_string(), Granted::of(&step.action));
        let event = Event::Intended { subject, what, step, key: key.clone(), granted, again };
        self.write(event, effect);
        Intent { key: IdempotencyKey::new(key), is_repeated: again }
    }

    /// From what is asked, of whom and where, and how far the journal has come: never used again.
    fn new_key(&self, ledger: &str, place: &Place, step: &Digest) -> String {
        let Place { platform, workspace } = place;
        let number = self.head.number + 1;
        let place = format!("{ledger}\n{}\n{platform}\n{workspace}", platform.len());
        // The run: a ledger that was restored from a copy counts the same numbers again.
        let text = format!("{place}/{}/{number}/{step}", self.run);
        image::digest(text.as_bytes()).to_string()
    }

    pub(super) fn record(&mut self, ending: &Ending<'_>) {
        let mut effect = Effect::default();
        let (subject, key) = (ending.step.action.subject(), ending.intent.key.as_str().to_owned());
        let (how, why) = match ending.result {
            Some(Ok(receipt)) => {
                self.succeed(ending.step, receipt, &mut effect);
                (How::Done, None)
            }
            Some(Err(error)) if error.is_certain() => {
                self.uncount_send(ending.step, &mut effect);
                effect.forget(Named::Intent(subject, key.clone()));
                let is_stale = *error == crate::engine::ProviderError::Stale;
                (if is_stale { How::Stale } else { How::Refused }, Some(error.to_string()))
            }
            Some(Err(error)) => (How::Unknown, Some(error.to_string())),
            None => {
                if !ending.intent.is_repeated {
                    self.uncount_send(ending.step, &mut effect);
                    effect.forget(Named::Intent(subject, key.clone()));
                }
                (How::NotAsked, None)
            }
        };
        self.write(Event::Ended { key, how, why }, effect);
    }

    fn succeed(&self, step: &Step, receipt: &Receipt, effect: &mut Effect) {
        // What was once asked of the same person or program, and never heard of, was asked of a
        // world that is gone: its key must not be used again.
        let subject = step.action.subject();
        for (key, _) in self.open_intents(&subject) {
            effect.forget(Named::Intent(subject.clone(), key.clone()));
        }
        self.leave_behind(step, effect);
        match &step.action {
            Action::AdoptProgram { key, id } => self.take(key, id, effect),
            Action::CreateProgram { program } => match receipt {
                Receipt::Program { id, .. } => self.take(&program.key, id, effect),
                Receipt::Member { .. } | Receipt::Gone => {}
            },
            Action::DeleteProgram { key, .. } => effect.forget(Named::Program(key.clone())),
            Action::AdoptMember { email, .. }
            | Action::Invite { email, .. }
            | Action::Reinvite { email, .. } => {
                let known = self.member(email).unwrap_or(INVITED_ONCE);
                effect.remember(Fact::Member(email.clone(), known));
            }
            Action::Withdraw { email, .. } | Action::Remove { email, .. } => {
                effect.forget(Named::Member(email.clone()));
            }
            Action::UpdateProgram { .. }
            | Action::Resend { .. }
            | Action::ChangeRole { .. }
            | Action::Block { .. }
            | Action::Unblock { .. } => {}
        }
    }

    /// What our own step has changed is no change of somebody else's. Dated by the reading that the
    /// step was planned on: in the platform's time, and early rather than late.
    fn leave_behind(&self, step: &Step, effect: &mut Effect) {
        let Some(reading) = self.book.memory.reading else { return };
        let subject = step.action.subject();
        let before = self.fields(&subject);
        match plan::after(&step.action, before) {
            Some(fields) => {
                effect.remember(Fact::Seen(
                    subject,
                    Sighting { at: reading.at, until: None, fields },
                ));
            }
            None if before.is_some() => effect.forget(Named::Seen(subject)),
            None => {}
        }
    }

    /// One key for one program: whoever had it before has it no more.
    fn take(&self, key: &ProgramKey, id: &ProgramId, effect: &mut Effect) {
        let had_it = self.book.memory.programs.iter().filter(|(_, known)| *known == id);
        // Who has another one by now has that.
        let is_as_it_was = |key: &ProgramKey| !self.fates.contains_key(&fact::program_key(key));
        for (other, _) in had_it.filter(|(other, _)| is_as_it_was(other)) {
            effect.forget(Named::Program(other.clone()));
        }
        effect.remember(Fact::Program(key.clone(), id.clone()));
    }

    /// Counts with the intent, so that what a dying run may have sent is not sent beyond the
    /// policy. Whom we have asked without an answer, and act on, was found: an incomplete reading
    /// says so of them, too, and ends no intents.
    fn count_send(&self, step: &Step, effect: &mut Effect) {
        let Some(email) = step.action.member() else { return };
        let (known, sends) = (self.member(&email), step.action.sends_invitation());
        let was_asked = self.open_intents(&step.action.subject()).next().is_some();
        match known.or_else(|| was_asked.then_some(INVITED_ONCE)) {
            Some(known) if sends => effect.remember(times(email, known, 1)),
            Some(known) if was_asked => effect.remember(Fact::Member(email, known)),
            Some(_) | None => {}
        }
    }

    /// After a certain no.
    fn uncount_send(&self, step: &Step, effect: &mut Effect) {
        let Some(email) = step.action.member().filter(|_| step.action.sends_invitation()) else {
            return;
        };
        if let Some(known) = self.member(&email) {
            effect.remember(times(email, known, -1));
        }
    }
}

/// Asked so many times more.
fn times(email: Email, known: Acquaintance, more: i32) -> Fact {
    let sends = known.sends.saturating_add_signed(more);
    Fact::Member(email, Acquaintance { sends, ..known })
}
