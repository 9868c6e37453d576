//! One workspace's journal as far as it has come, and the memory that it amounts to. Pure: what is
//! written next is a `Draft` of it.

use super::{
    fact::{self, Fact, Fate, Named, OpenIntent},
    journal::{Head, Sealed},
    storage::{Entry, Fault, Fold, Shelf},
};
use crate::model::{Acquaintance, Memory, Subject};
use serde_json::Value;
use std::{
    collections::{BTreeMap, btree_map},
    mem,
};

/// Whoever is there was invited once, by whomever.
pub(super) const INVITED_ONCE: Acquaintance = Acquaintance { sends: 1, wish: None };

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Book {
    pub(super) head: Head,
    pub(super) memory: Memory,
    /// Asked, and not known to have ended: by whom it is about, and its key.
    pub(super) open: BTreeMap<(Subject, String), OpenIntent>,
    /// The number of the record until which the facts are folded.
    folded: u64,
    /// What the facts are since then, by key.
    unfolded: BTreeMap<String, Unfolded>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Unfolded {
    /// Something is folded under this key; but for an empty list, which is never forgotten.
    is_folded: bool,
    /// As it is written; `None`: nothing is held any more.
    value: Option<String>,
}

/// After so many records the facts are folded, whatever a run is about.
const MOST_UNFOLDED: u64 = 10_000;

impl Book {
    pub(super) fn new(head: Head) -> Self {
        let (memory, open, unfolded) = Default::default();
        Self { head, memory, open, folded: 0, unfolded }
    }

    /// As far as the records lead, and whether that is to the head. `start`: the head of an empty
    /// journal.
    pub(super) fn read(shelf: Shelf, start: Head) -> Result<(Self, bool), Fault> {
        let (rest, is_whole) = shelf.rest(start);
        let Shelf { head, folded, facts, tail: _ } = shelf;
        let mut book = Self { folded, ..Self::new(head) };
        for (key, value) in &facts {
            book.remember(Fact::parsed(key, value)?);
        }
        for record in &rest {
            book.catch_up(record)?;
        }
        Ok((book, is_whole))
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

    /// Takes in what has been written, and what it leaves.
    pub(super) fn absorb(&mut self, entry: &Entry, fates: BTreeMap<String, Fate>) {
        if let Some(Fold { to, change: _ }) = entry.fold {
            self.unfolded.clear();
            self.folded = to;
        }
        for (key, fate) in fates {
            self.take_in(key, fate);
        }
        self.head = entry.head.clone();
    }

    /// Takes in what was read and is not folded.
    fn catch_up(&mut self, sealed: &Sealed) -> Result<(), Fault> {
        for (key, fate) in fact::fates(&sealed.record)? {
            self.take_in(key, fate);
        }
        self.head = sealed.head();
        Ok(())
    }

    /// Takes in what was read, to be looked at only.
    pub(super) fn follow(&mut self, sealed: &Sealed) -> Result<(), Fault> {
        for (_, fate) in fact::fates(&sealed.record)? {
            self.change(fate);
        }
        self.head = sealed.head();
        Ok(())
    }

    fn take_in(&mut self, key: String, fate: Fate) {
        let value = fate.fact().map(Fact::text);
        let was_held = self.change(fate);
        match self.unfolded.entry(key) {
            btree_map::Entry::Vacant(new) if was_held || value.is_some() => {
                new.insert(Unfolded { is_folded: was_held, value });
            }
            btree_map::Entry::Vacant(_) => {}
            btree_map::Entry::Occupied(known) if value.is_none() && !known.get().is_folded => {
                known.remove();
            }
            btree_map::Entry::Occupied(mut known) => known.get_mut().value = value,
        }
    }

    /// Whether something was held under its key.
    fn change(&mut self, fate: Fate) -> bool {
        match fate {
            Fate::Held(fact) => self.remember(fact),
            Fate::Gone(named) => self.forget(named),
        }
    }

    pub(super) fn remember(&mut self, fact: Fact) -> bool {
        let Memory { programs, members, sightings, reading, rosters, mark, .. } = &mut self.memory;
        match fact {
            Fact::Program(key, id) => programs.insert(key, id).is_some(),
            Fact::Member(email, it) => members.insert(email, it).is_some(),
            Fact::Seen(subject, it) => sightings.insert(subject, it).is_some(),
            Fact::Intent(subject, key, asked) => self.open.insert((subject, key), asked).is_some(),
            Fact::Reading(found) => reading.replace(found).is_some(),
            Fact::Rosters(names) => !mem::replace(rosters, names).is_empty(),
            Fact::Mark(number) => mem::replace(mark, number) > 0,
        }
    }

    fn forget(&mut self, named: Named) -> bool {
        match named {
            Named::Program(key) => self.memory.programs.remove(&key).is_some(),
            Named::Member(email) => self.memory.members.remove(&email).is_some(),
            Named::Seen(subject) => self.memory.sightings.remove(&subject).is_some(),
            Named::Intent(subject, key) => self.open.remove(&(subject, key)).is_some(),
        }
    }

    /// Whether it is time to.
    pub(super) fn is_to_be_folded(&self) -> bool {
        self.head.number - self.folded >= MOST_UNFOLDED
    }

    pub(super) fn fold(&self) -> Fold {
        let ends = self.unfolded.iter();
        let change = ends.map(|(key, it)| (key.clone(), it.value.clone())).collect();
        Fold { to: self.head.number, change }
    }
}
