//! What a whole reading does to the memory: who is ours still, what is as it was, and what somebody
//! has changed.

use super::{
    book::INVITED_ONCE,
    draft::{Draft, Effect},
    fact::{Fact, Named},
    journal::Event,
};
use crate::{
    engine::Found,
    model::{Acquaintance, Sighting, Subject},
};
use jiff::SignedDuration;

/// A reading that found nothing else than the one before is written down this much later.
const READINGS_APART: SignedDuration = SignedDuration::from_mins(5);

impl Draft<'_> {
    pub(super) fn keep(&mut self, found: &Found) {
        let mut effect = Effect::default();
        self.end_intents(found, &mut effect);
        for (email, known) in &self.book.memory.members {
            match found.people.get(email) {
                None => effect.forget(Named::Member(email.clone())),
                Some(wish) if known.wish == *wish && (wish.is_some() || known.sends == 0) => {}
                Some(wish) => {
                    let counted = wish.as_ref().filter(|wish| known.counts_for(wish));
                    let sends = counted.map_or(0, |_| known.sends);
                    let acquaintance = Acquaintance { sends, wish: wish.clone() };
                    effect.remember(Fact::Member(email.clone(), acquaintance));
                }
            }
        }
        self.sight(found, &mut effect);
        if found.rosters != self.book.memory.rosters {
            effect.remember(Fact::Rosters(found.rosters.clone()));
        }
        if !effect.is_empty() || self.is_due(found) {
            effect.remember(Fact::Reading(found.reading));
            self.write(&Event::Read, effect);
        }
    }

    fn is_due(&self, found: &Found) -> bool {
        self.book.memory.reading.is_none_or(|last| {
            let same =
                (last.members, last.programs) == (found.reading.members, found.reading.programs);
            !same || last.at.duration_until(found.reading.at) >= READINGS_APART
        })
    }

    /// Whom we asked without an answer: not there, or there and ours.
    fn end_intents(&self, found: &Found, effect: &mut Effect) {
        for (subject, key) in self.book.open.keys() {
            let Subject::Member(email) = subject else { continue };
            let is_known = self.book.memory.members.contains_key(email);
            match found.people.get(email) {
                None => effect.forget(Named::Intent(subject.clone(), key.clone())),
                Some(_) if is_known => {}
                Some(_) => {
                    effect.forget(Named::Intent(subject.clone(), key.clone()));
                    effect.remember(Fact::Member(email.clone(), INVITED_ONCE));
                }
            }
        }
    }

    fn sight(&self, found: &Found, effect: &mut Effect) {
        let known = &self.book.memory.sightings;
        for (subject, fields) in &found.sightings {
            let is_as_known = |it: &Sighting| it.fields == *fields && it.until.is_none();
            if !known.get(subject).is_some_and(is_as_known) && !self.lasts(subject, found, effect) {
                let sighting =
                    Sighting { at: found.reading.at, until: None, fields: fields.clone() };
                effect.remember(Fact::Seen(subject.clone(), sighting));
            }
        }
        for subject in known.keys().filter(|subject| !found.sightings.contains_key(*subject)) {
            if !self.lasts(subject, found, effect) {
                effect.forget(Named::Seen(subject.clone()));
                self.forget_deleted(subject, effect);
            }
        }
    }

    /// A program that is gone, after something was asked of it and never heard of.
    fn forget_deleted(&self, subject: &Subject, effect: &mut Effect) {
        if let Subject::Program(key) = subject
            && self.open_intents(subject).next().is_some()
        {
            effect.forget(Named::Program(key.clone()));
        }
    }

    /// Whether a sighting is remembered on although it holds no more. Where it does not last, what
    /// was asked without an answer and is not asked again has been done, or asked for what is gone.
    fn lasts(&self, subject: &Subject, found: &Found, effect: &mut Effect) -> bool {
        let Some(sighting) = self.book.memory.sightings.get(subject) else { return false };
        let Some(until) = found.drifted.get(subject) else {
            let is_over = !found.asked_again.contains(subject);
            for (key, _) in self.open_intents(subject).filter(|_| is_over) {
                effect.forget(Named::Intent(subject.clone(), key.clone()));
            }
            return false;
        };
        if sighting.until.is_none() {
            let sighting = Sighting { until: Some(*until), ..sighting.clone() };
            effect.remember(Fact::Seen(subject.clone(), sighting));
        }
        true
    }
}
