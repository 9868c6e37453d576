//! Which of the things in a workspace are meant.

use super::Scope;
use crate::{
    cli::error::CliError,
    model::{Actual, Desired, Email, ProgramId, ProgramKey},
    plan::{
        Action, Stray,
        adoption::{FoundPeople, FoundPrograms},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// What was found in one workspace of what was named.
#[derive(Debug, Default)]
pub(super) struct Meant {
    is_there: bool,
    /// Of the programs, also of those that a manifest names already.
    keys: BTreeSet<ProgramKey>,
    /// What could have been named instead.
    others: Vec<String>,
}

impl Meant {
    pub(super) fn covers(&self, scope: &Scope, action: &Action) -> bool {
        match (scope, action) {
            (Scope::Everything, Action::AdoptProgram { .. } | Action::AdoptMember { .. }) => true,
            (Scope::Member(wanted), Action::AdoptMember { email, .. }) => email == wanted,
            (Scope::Program { .. }, Action::AdoptProgram { key, .. }) => self.keys.contains(key),
            (Scope::Everything | Scope::Member(_) | Scope::Program { .. }, _) => false,
        }
    }
}

/// What was named must be somewhere.
pub(super) fn check_there<'a>(
    scope: &Scope,
    meant: impl Iterator<Item = &'a Meant> + Clone,
) -> Result<(), CliError> {
    if meant.clone().any(|meant| meant.is_there) {
        return Ok(());
    }
    let (message, called) = match scope {
        Scope::Everything => return Ok(()),
        Scope::Member(wanted) => {
            (format!("nobody on the platform has the address `{wanted}`"), wanted.as_str())
        }
        Scope::Program { called, .. } => {
            (format!("no mini program is called `{called}`"), called.as_str())
        }
    };
    let others = meant.flat_map(|meant| &meant.others).map(String::as_str);
    let error = CliError::failed(message);
    Err(match crate::manifest::closest(called, others) {
        Some(meant) => error.help(format!("did you mean `{meant}`?")),
        None => error.help("`minisync plan` lists what no manifest names"),
    })
}

/// Of the programs that are found, those that are meant.
pub(super) fn programs(
    scope: &Scope,
    mut found: FoundPrograms,
    desired: &Desired,
    actual: &Actual,
) -> Result<(FoundPrograms, Meant), CliError> {
    let (called, key) = match scope {
        Scope::Everything => return Ok((found, Meant::default())),
        Scope::Member(wanted) => {
            let mut doubtful = actual.doubtful.iter().map(|record| &record.email);
            let is_there =
                actual.members.contains_key(wanted) || doubtful.any(|email| email == wanted);
            let others = actual.members.keys().map(ToString::to_string).collect();
            return Ok((FoundPrograms::default(), Meant { is_there, others, ..Meant::default() }));
        }
        Scope::Program { called, key } => (called, key.as_ref()),
    };
    let is_meant = |id: &ProgramId, name: &str| id.as_str() == called || name == called;
    found.programs.retain(|_, seen| is_meant(&seen.id, &seen.name));
    found.left.retain(|stray, _| match stray {
        Stray::Program { id, name } => is_meant(id, name),
        Stray::Member { .. } | Stray::Assignment { .. } => false,
    });
    let known = actual.programs.iter().filter(|(key, program)| {
        desired.programs.contains_key(*key) && is_meant(&program.seen.id, &program.seen.name)
    });
    let known: BTreeSet<_> = known.map(|(key, _)| key.clone()).collect();
    if let Some(key) = key {
        give_key(key, &mut found, &known, (desired, actual))?;
    }
    let others = actual.unmanaged_programs.values().map(|seen| seen.name.clone()).collect();
    let keys: BTreeSet<_> = found.programs.keys().cloned().chain(known).collect();
    let is_there = !keys.is_empty() || !found.left.is_empty();
    Ok((found, Meant { is_there, keys, others }))
}

/// `known` are the keys that it has in manifests already.
fn give_key(
    key: &ProgramKey,
    found: &mut FoundPrograms,
    known: &BTreeSet<ProgramKey>,
    (desired, actual): (&Desired, &Actual),
) -> Result<(), CliError> {
    if let Some(other) = known.iter().find(|known| *known != key) {
        return Err(CliError::failed(format!("a manifest names it already: its key is `{other}`"))
            .help(
                "leave `--key` out; to rename it, write its key as `previously` in the manifest",
            ));
    }
    let Some((_, seen)) = found.programs.pop_first() else { return Ok(()) };
    let holder = actual.programs.get(key).map(|program| &program.seen);
    if desired.programs.contains_key(key) || holder.is_some_and(|holder| holder.id != seen.id) {
        return Err(CliError::failed(format!("the key `{key}` is another mini program's"))
            .help("choose another, or leave `--key` out"));
    }
    found.programs = BTreeMap::from([(key.clone(), seen)]);
    Ok(())
}

/// Of the people who are found, those who are meant.
pub(super) fn people(
    scope: &Scope,
    mut people: FoundPeople,
    protected: &BTreeSet<Email>,
) -> Result<FoundPeople, CliError> {
    match scope {
        Scope::Everything => {}
        // Who has the program already and is on a roster keeps it.
        Scope::Program { .. } => {
            people.members.clear();
            people.left.clear();
        }
        Scope::Member(wanted) => {
            if protected.contains(wanted) {
                let message = format!("{wanted} is the owner, or who we act as, and on no roster");
                return Err(CliError::failed(message));
            }
            people.members.retain(|email, _| email == wanted);
            people.assignments.clear();
            let is_wanted =
                |stray: &Stray| matches!(stray, Stray::Member { email, .. } if email == wanted);
            people.left.retain(|stray, _| is_wanted(stray));
        }
    }
    Ok(people)
}
