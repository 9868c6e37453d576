//! Who is who: the platform's ids and addresses, told as the manifests' keys and people.
//!
//! A doubtful identity is a note here, and never a guess further up.

mod members;
mod programs;

use super::Note;
use crate::model::{Actual, Desired, Memory, Seen};
use std::collections::BTreeSet;

/// What the platform said, in our names, and what of it is doubtful.
pub fn recognise(seen: &Seen, desired: &Desired, memory: &Memory) -> (Actual, Vec<Note>) {
    let programs = programs::recognise(seen, desired, memory);
    let members = members::recognise(seen, desired, memory, &programs.known);
    let mut notes = [programs.notes, members.notes].concat();
    notes.sort();
    let ambiguous = notes.iter().filter_map(ambiguous_subject).cloned().collect();
    // Sorted: should two have one name after all, the order of a reading does not matter.
    let names: BTreeSet<_> = seen.programs.iter().map(|it| (&it.name, &it.id)).collect();
    let names = names.into_iter().map(|(name, id)| (name.clone(), id.clone())).collect();
    let actual = Actual {
        programs: programs.known,
        unmanaged_programs: programs.strangers,
        names,
        members: members.known,
        ambiguous,
        doubtful: members.doubtful,
        completeness: seen.completeness,
        allowance: seen.allowance,
        figures: seen.figures(),
        before: memory.reading,
        rosters: memory.rosters.clone(),
    };
    (actual, notes)
}

fn ambiguous_subject(note: &Note) -> Option<&crate::model::Subject> {
    if let Note::Ambiguous { subject, .. } = note { Some(subject) } else { None }
}
