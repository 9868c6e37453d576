//! What is written next in a journal: which records, and what they make of the memory.

use super::{
    book::{Book, INVITED_ONCE},
    fact::{self, Fact, Fate, Named, OpenIntent},
    journal::{Event, Granted, Head, How, Line, NewRecord, Place},
    storage::Entry,
};
use crate::{
    engine::{Applied, Ending, IdempotencyKey, Intent, Receipt},
    model::{Acquaintance, Digest, Email, Fields, ProgramId, ProgramKey, Sighting, Subject, image},
    plan::{self, Action, Step},
};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use std::{collections::BTreeMap, mem, sync::Arc};

/// Records to be written, one after the other.
pub(super) struct Draft<'a> {
    pub(super) book: &'a Book,
    run: &'a str,
    at: Timestamp,
    head: Head,
    /// What the records so far leave; looked at before the book.
    fates: BTreeMap<String, Fate>,
    lines: Vec<Line>,
    /// What was written before is folded.
    folds: bool,
}

/// What a draft leaves.
pub(super) struct Drafted {
    pub(super) entry: Arc<Entry>,
    pub(super) fates: BTreeMap<String, Fate>,
}

impl Book {
    pub(super) fn draft<'a>(&'a self, run: &'a str, at: Timestamp) -> Draft<'a> {
        let (head, fates) = (self.head.clone(), BTreeMap::new());
        Draft { book: self, run, at, head, fates, lines: Vec::new(), folds: false }
    }
}

/// What an event does to the memory, by key; the last word about a key counts.
#[derive(Default)]
pub(super) struct Effect(Vec<(String, Fate)>);

impl Effect {
    pub(super) fn remember(&mut self, fact: Fact) {
        self.0.push((fact.key(), Fate::Held(fact)));
    }

    pub(super) fn forget(&mut self, named: Named) {
        self.0.push((named.key(), Fate::Gone(named)));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each key once, in order.
    fn settled(self) -> Vec<(String, Fate)> {
        let Self(mut fates) = self;
        fates.sort_by(|(one, _), (other, _)| one.cmp(other));
        fates.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                mem::swap(later, earlier);
            }
            is_same
        });
        fates
    }
}

/// What a record remembers, as it is written.
struct Remembered<'a>(&'a [(String, Fate)]);

impl Serialize for Remembered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let held = self.0.iter().filter_map(|(key, fate)| Some((key, fate.fact()?)));
        serializer.collect_map(held)
    }
}

/// What a record forgets, as it is written.
struct Forgotten<'a>(&'a [(String, Fate)]);

impl Serialize for Forgotten<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let gone = self.0.iter().filter(|(_, fate)| fate.fact().is_none());
        serializer.collect_seq(gone.map(|(key, _)| key))
    }
}

impl Draft<'_> {
    pub(super) fn done(self) -> Drafted {
        let Self { book, head, fates, lines, folds, run: _, at: _ } = self;
        let fold = (folds || book.is_to_be_folded()).then(|| book.fold());
        Drafted { entry: Arc::new(Entry { lines, head, fold }), fates }
    }

    /// Once or twice a run: what was written before is folded.
    pub(super) fn write(&mut self, event: &Event, effect: Effect) {
        self.folds = true;
        self.jot(event, effect);
    }

    /// One of very many.
    fn jot(&mut self, event: &Event, effect: Effect) {
        let fates = effect.settled();
        let n_held = fates.iter().filter(|(_, fate)| fate.fact().is_some()).count();
        let line = self.head.line(&NewRecord {
            number: self.head.number + 1,
            at: self.at,
            run: self.run,
            event,
            remember: (n_held > 0).then_some(Remembered(&fates)),
            forget: (n_held < fates.len()).then_some(Forgotten(&fates)),
        });
        self.head = self.head.after(&line);
        self.lines.push(line);
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
        self.write(&event, Effect::default());
    }

    /// As [`Draft::event`], of something that is done here.
    pub(super) fn mark(&mut self, event: Event) {
        let effect = self.marked();
        self.write(&event, effect);
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
        self.write(&Event::Migrated { layout }, effect);
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
        self.jot(&event, effect);
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
        self.jot(&Event::Ended { key, how, why }, effect);
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
