//! The only place where words about counts, times, steps and outcomes are chosen.

pub(super) mod awaited;
pub(super) mod command;
pub(super) mod drift;
pub(super) mod danger;
pub(super) mod field;
pub(super) mod invitation;
pub(super) mod kind;
pub(super) mod note;
pub(super) mod outcome;
pub(super) mod phrase;
pub(super) mod self_grant;
pub(super) mod saved;
pub(super) mod step;
pub(super) mod summary;
pub(super) mod time;
pub(super) mod way_out;

use super::view::{Census, Tally};
use crate::{
    model::{Desired, WorkspaceId},
    plan::Standing,
};
use std::collections::BTreeMap;

/// `1 program`, `2 programs`.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// With commas between the thousands.
pub(super) fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `3 errors and 1 warning in 2 files`
pub(super) fn tally(tally: Tally) -> String {
    let kinds = [(tally.errors, "error", "errors"), (tally.warnings, "warning", "warnings")];
    let counts: Vec<String> = kinds
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| count(n, one, many))
        .collect();
    format!("{} in {}", list(&counts), count(tally.files, "file", "files"))
}

/// `3 programs, 14 people`
fn population(desired: &BTreeMap<WorkspaceId, Desired>) -> String {
    let n_programs = desired.values().map(|desired| desired.programs.len()).sum();
    let n_people = desired.values().map(|desired| desired.members.len()).sum();
    let programs = count(n_programs, "program", "programs");
    format!("{programs}, {}", count(n_people, "person", "people"))
}

/// `waiting; 2 programs, 14 people, 3 steps to carry out, 1 thing needs somebody`
pub(super) fn census(census: Census, standing: Standing) -> String {
    let Census { programs, people, steps, waiting, open, drift } = census;
    let programs = count(programs, "program", "programs");
    let people = count(people, "person", "people");
    let mut text = format!("{}; {programs}, {people}", summary::standing(standing));
    let more = [
        (steps, "step to carry out", "steps to carry out"),
        (waiting, "person waited for", "people waited for"),
        (open, "thing needs somebody", "things need somebody"),
        (drift, "thing changed outside git", "things changed outside git"),
    ];
    for (n, one, many) in more.into_iter().filter(|(n, ..)| *n > 0) {
        text.push_str(", ");
        text.push_str(&count(n, one, many));
    }
    text
}

/// `No findings in 3 files: 3 programs, 14 people`
pub(super) fn clean(n_files: usize, desired: &BTreeMap<WorkspaceId, Desired>) -> String {
    format!("No findings in {}: {}", count(n_files, "file", "files"), population(desired))
}

/// `250 more findings; --all shows them`
pub(super) fn not_shown(n: usize, one: &str, many: &str) -> String {
    let (one, many) = (format!("more {one}"), format!("more {many}"));
    format!("{}; `--all` shows {}", count(n, &one, &many), if n == 1 { "it" } else { "them" })
}

#[cfg(test)]
mod tests {
    use super::{count, list};

    #[test]
    fn counts_agree_with_their_nouns() {
        assert_eq!(count(0, "person", "people"), "0 people");
        assert_eq!(count(1, "person", "people"), "1 person");
        assert_eq!(count(1_234_567, "person", "people"), "1,234,567 people");
        assert_eq!(count(100, "person", "people"), "100 people");
    }

    #[test]
    fn lists_end_with_and() {
        let list =
            |items: &[&str]| list(&items.iter().map(|item| (*item).into()).collect::<Vec<_>>());
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }
}
