//! Which mini program on the platform is which manifest's.
//!
//! By the id we remember, be it under the key that the manifest says it had before: a program that
//! we manage stays ours when its key changes. Where both keys lead to a program of their own, none
//! of the two is touched. Without an id, by a name that is exactly the same, that one program has
//! and one manifest claims: such a program is found, not ours, until a plan adopts it. Where nothing
//! has the manifest's name, by the one that it was asked for under, if nobody heard of that again.

use crate::{
    model::{
        ActualProgram, Completeness, Desired, Memory, MiniProgram, Ownership, ProgramId,
        ProgramKey, Seen, SeenProgram, Subject,
    },
    plan::Note,
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub(super) struct Programs {
    pub(super) known: BTreeMap<ProgramKey, ActualProgram>,
    /// Neither known nor a candidate for a key.
    pub(super) strangers: BTreeMap<ProgramId, SeenProgram>,
    pub(super) notes: Vec<Note>,
}

enum Identity<'a> {
    Known(Ownership, &'a SeenProgram),
    Absent,
    Ambiguous(BTreeSet<&'a ProgramId>),
}

pub(super) fn recognise(seen: &Seen, desired: &Desired, memory: &Memory) -> Programs {
    let pairing = Pairing::new(seen, desired, memory);
    let mut programs = Programs::default();
    let mut strangers: BTreeSet<&ProgramId> = pairing.by_id.keys().copied().collect();
    let keys: BTreeSet<&ProgramKey> =
        desired.programs.keys().chain(pairing.remembered.ids.keys().copied()).collect();
    for key in keys {
        match pairing.identity(key) {
            Identity::Known(ownership, seen) => {
                strangers.remove(&seen.id);
                let known_as = pairing.remembered.known_as.get(key).copied().cloned();
                let program = ActualProgram { ownership, known_as, seen: seen.clone() };
                programs.known.insert(key.clone(), program);
            }
            Identity::Absent => {}
            Identity::Ambiguous(candidates) => {
                strangers.retain(|id| !candidates.contains(id));
                programs.notes.push(Note::Ambiguous {
                    subject: Subject::Program(key.clone()),
                    candidates: candidates.into_iter().map(ToString::to_string).collect(),
                });
            }
        }
    }
    let strangers = strangers.into_iter().filter_map(|id| pairing.by_id[id].first());
    programs.strangers = strangers.map(|seen| (seen.id.clone(), (*seen).clone())).collect();
    programs
}

/// What the memory says, under the keys that the manifests have now.
#[derive(Default)]
struct Remembered<'a> {
    ids: BTreeMap<&'a ProgramKey, &'a ProgramId>,
    /// The keys that programs are remembered by which have another one now.
    known_as: BTreeMap<&'a ProgramKey, &'a ProgramKey>,
    /// Programs of a key and of the one before it that are not the same.
    rivals: BTreeMap<&'a ProgramKey, BTreeSet<&'a ProgramId>>,
}

impl<'a> Remembered<'a> {
    /// `may_exist`: whether the platform has such a program, or a reading may have missed it.
    fn new(
        desired: &'a Desired,
        memory: &'a Memory,
        may_exist: impl Fn(&ProgramId) -> bool,
    ) -> Self {
        let mut remembered = Self { ids: memory.programs.iter().collect(), ..Self::default() };
        for (key, program) in &desired.programs {
            let old = program.previously.as_ref();
            let Some(old) = old.filter(|old| !desired.programs.contains_key(old)) else { continue };
            let Some(id) = memory.programs.get(old) else { continue };
            let own = memory.programs.get(key).filter(|own| *own != id && may_exist(own));
            match own {
                Some(own) if may_exist(id) => {
                    remembered.rivals.insert(key, [own, id].into());
                }
                Some(_) => continue,
                None => {
                    remembered.ids.insert(key, id);
                    remembered.known_as.insert(key, old);
                }
            }
            remembered.ids.remove(old);
        }
        remembered
    }
}

/// Everything that identities are told by, looked up once.
struct Pairing<'a> {
    desired: &'a Desired,
    remembered: Remembered<'a>,
    completeness: Completeness,
    /// Different versions of one program: it changed while the pages were read.
    by_id: BTreeMap<&'a ProgramId, Vec<&'a SeenProgram>>,
    /// Who remembers a program; more than one key when the ledger was tampered with.
    remembered_by: BTreeMap<&'a ProgramId, Vec<&'a ProgramKey>>,
    /// The programs that nobody remembers.
    by_name: BTreeMap<&'a str, BTreeSet<&'a ProgramId>>,
    /// The programs that were asked for and never heard of: their names, by key.
    unanswered: &'a BTreeMap<ProgramKey, BTreeSet<String>>,
    /// The keys that have nothing but a name to go by.
    claims: BTreeMap<&'a str, usize>,
}

impl<'a> Pairing<'a> {
    fn new(seen: &'a Seen, desired: &'a Desired, memory: &'a Memory) -> Self {
        let mut by_id: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for program in &seen.programs {
            let versions = by_id.entry(&program.id).or_default();
            if !versions.contains(&program) {
                versions.push(program);
            }
        }
        let is_partial = seen.completeness == Completeness::Partial;
        let may_exist = |id: &ProgramId| is_partial || by_id.contains_key(id);
        let mut pairing = Self {
            desired,
            remembered: Remembered::new(desired, memory, may_exist),
            completeness: seen.completeness,
            by_id,
            remembered_by: BTreeMap::new(),
            by_name: BTreeMap::new(),
            unanswered: &memory.unanswered,
            claims: BTreeMap::new(),
        };
        for (key, id) in &pairing.remembered.ids {
            pairing.remembered_by.entry(id).or_default().push(key);
        }
        for program in &seen.programs {
            if !pairing.is_remembered(&program.id) {
                pairing.by_name.entry(&program.name).or_default().insert(&program.id);
            }
        }
        for (key, program) in &desired.programs {
            if pairing.id_of(key).is_none() {
                for name in pairing.names(program) {
                    *pairing.claims.entry(name).or_default() += 1;
                }
            }
        }
        pairing
    }

    /// Under whatever key.
    fn is_remembered(&self, id: &ProgramId) -> bool {
        let mut rivals = self.remembered.rivals.values().flatten();
        self.remembered_by.contains_key(id) || rivals.any(|rival| *rival == id)
    }

    /// The remembered id, when the platform still has such a program.
    fn id_of(&self, key: &ProgramKey) -> Option<&'a ProgramId> {
        self.remembered.ids.get(key).copied().filter(|id| self.by_id.contains_key(id))
    }

    fn identity(&self, key: &ProgramKey) -> Identity<'a> {
        if let Some(rivals) = self.remembered.rivals.get(key) {
            return Identity::Ambiguous(rivals.clone());
        }
        if let Some(id) = self.id_of(key) {
            return match self.by_id[id].as_slice() {
                [seen] if self.remembered_by[id].len() == 1 => {
                    Identity::Known(Ownership::Managed, seen)
                }
                _ => Identity::Ambiguous([id].into()),
            };
        }
        match self.desired.programs.get(key) {
            Some(program) => self.identity_by_name(program),
            None => Identity::Absent,
        }
    }

    /// Those that it has on the platform: its own or, where nothing is called that, any that it was
    /// to have when nobody heard how that ended.
    fn names(&self, program: &'a MiniProgram) -> BTreeSet<&'a str> {
        let is_there = |name: &&'a str| self.by_name.contains_key(name);
        let own = Some(program.name.as_str()).filter(is_there);
        if own.is_some() {
            return own.into_iter().collect();
        }
        let old = program.previously.as_ref();
        let old = old.filter(|old| !self.desired.programs.contains_key(old));
        let keys = [Some(&program.key), old].into_iter().flatten();
        let asked = keys.filter_map(|key| self.unanswered.get(key)).flatten();
        asked.map(String::as_str).filter(is_there).collect()
    }

    fn identity_by_name(&self, program: &'a MiniProgram) -> Identity<'a> {
        let (key, names) = (&program.key, self.names(program));
        if names.is_empty() {
            return Identity::Absent;
        }
        let candidates = names.iter().flat_map(|name| &self.by_name[name]);
        let is_claimed_once = names.iter().all(|name| self.claims[name] == 1);
        // A remembered program that an incomplete reading does not show may well exist.
        let unseen = match self.completeness {
            Completeness::Whole => None,
            Completeness::Partial => self.remembered.ids.get(key).copied(),
        };
        let candidates: BTreeSet<_> = candidates.copied().chain(unseen).collect();
        let only = candidates.first().filter(|_| candidates.len() == 1 && is_claimed_once);
        match only.map(|id| self.by_id[*id].as_slice()) {
            Some([seen]) => Identity::Known(Ownership::Unmanaged, seen),
            Some(_) | None => Identity::Ambiguous(candidates),
        }
    }
}
