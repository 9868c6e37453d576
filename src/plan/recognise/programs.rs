//! Which mini program on the platform is which manifest's.
//!
//! By the id we remember. Without one, by a name that is exactly the same, that one program has
//! and one manifest claims: such a program is found, not ours, until a plan adopts it.

use crate::{
    model::{
        ActualProgram, Completeness, Desired, Memory, Ownership, ProgramId, ProgramKey, Seen,
        SeenProgram, Subject,
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
    let survey = Survey::new(seen, desired, memory);
    let mut programs = Programs::default();
    let mut strangers: BTreeSet<&ProgramId> = survey.by_id.keys().copied().collect();
    let keys: BTreeSet<&ProgramKey> =
        desired.programs.keys().chain(memory.programs.keys()).collect();
    for key in keys {
        match survey.identity(key) {
            Identity::Known(ownership, seen) => {
                strangers.remove(&seen.id);
                let program = ActualProgram { ownership, seen: seen.clone() };
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
    let strangers = strangers.into_iter().filter_map(|id| survey.by_id[id].first());
    programs.strangers = strangers.map(|seen| (seen.id.clone(), (*seen).clone())).collect();
    programs
}

/// Everything that identities are told by, looked up once.
struct Survey<'a> {
    desired: &'a Desired,
    memory: &'a Memory,
    completeness: Completeness,
    /// Different versions of one program: it changed while the pages were read.
    by_id: BTreeMap<&'a ProgramId, Vec<&'a SeenProgram>>,
    /// Who remembers a program; more than one key when the ledger was tampered with.
    remembered_by: BTreeMap<&'a ProgramId, Vec<&'a ProgramKey>>,
    /// The programs that nobody remembers.
    by_name: BTreeMap<&'a str, BTreeSet<&'a ProgramId>>,
    /// The keys that have nothing but a name to go by.
    claims: BTreeMap<&'a str, usize>,
}

impl<'a> Survey<'a> {
    fn new(seen: &'a Seen, desired: &'a Desired, memory: &'a Memory) -> Self {
        let mut survey = Self {
            desired,
            memory,
            completeness: seen.completeness,
            by_id: BTreeMap::new(),
            remembered_by: BTreeMap::new(),
            by_name: BTreeMap::new(),
            claims: BTreeMap::new(),
        };
        for (key, id) in &memory.programs {
            survey.remembered_by.entry(id).or_default().push(key);
        }
        for program in &seen.programs {
            let versions = survey.by_id.entry(&program.id).or_default();
            if !versions.contains(&program) {
                versions.push(program);
            }
            if !survey.remembered_by.contains_key(&program.id) {
                survey.by_name.entry(&program.name).or_default().insert(&program.id);
            }
        }
        for (key, program) in &desired.programs {
            if survey.remembered(key).is_none() {
                *survey.claims.entry(&program.name).or_default() += 1;
            }
        }
        survey
    }

    /// The remembered id, when the platform still has such a program.
    fn remembered(&self, key: &ProgramKey) -> Option<&'a ProgramId> {
        self.memory.programs.get(key).filter(|id| self.by_id.contains_key(id))
    }

    fn identity(&self, key: &ProgramKey) -> Identity<'a> {
        if let Some(id) = self.remembered(key) {
            return match self.by_id[id].as_slice() {
                [seen] if self.remembered_by[id].len() == 1 => {
                    Identity::Known(Ownership::Managed, seen)
                }
                _ => Identity::Ambiguous([id].into()),
            };
        }
        match self.desired.programs.get(key) {
            Some(program) => self.identity_by_name(key, &program.name),
            None => Identity::Absent,
        }
    }

    fn identity_by_name(&self, key: &ProgramKey, name: &str) -> Identity<'a> {
        let Some(candidates) = self.by_name.get(name) else { return Identity::Absent };
        // A remembered program that an incomplete reading does not show may well exist.
        let unseen = match self.completeness {
            Completeness::Whole => None,
            Completeness::Partial => self.memory.programs.get(key),
        };
        let candidates: BTreeSet<_> = candidates.iter().copied().chain(unseen).collect();
        let only = candidates.first().filter(|_| candidates.len() == 1 && self.claims[name] == 1);
        match only.map(|id| self.by_id[*id].as_slice()) {
            Some([seen]) => Identity::Known(Ownership::Unmanaged, seen),
            Some(_) | None => Identity::Ambiguous(candidates),
        }
    }
}
