//! What makes a record follow from the one before it.

use minisync::{
    ledger::{Broken, Event, Head, Place, Record, Sealed},
    model::{Digest, image},
};
use std::collections::{BTreeMap, BTreeSet};

fn start() -> Head {
    Head::start("one", &Place { platform: "sandbox".into(), workspace: "acme".parse().unwrap() })
}

fn record(number: u64, run: &str) -> Record {
    Record {
        number,
        at: "2026-11-23T08:00:00Z".parse().unwrap(),
        run: run.into(),
        event: Event::Read,
        remember: BTreeMap::new(),
        forget: BTreeSet::new(),
    }
}

/// Hashed as documented, whatever minisync does.
fn hash(head: &Head, text: &str) -> Digest {
    image::digest(format!("{}\n{text}", head.hash).as_bytes())
}

/// The record that comes next, with a hash that fits.
fn next(head: &Head, record: &Record) -> Result<Sealed, Broken> {
    let text = record.text();
    head.checked(&text, &hash(head, &text))
}

#[test]
fn a_record_made_anew_with_a_hash_that_fits_leads_nowhere() {
    let first = next(&start(), &record(1, "ours")).unwrap();
    let second = next(&first.head(), &record(2, "ours")).unwrap();
    let forged = next(&start(), &record(1, "theirs")).unwrap();
    let found = forged.head().checked(&second.text, &second.hash);
    assert_eq!(found, Err(Broken::Altered { number: 2 }));
}

#[test]
fn a_record_of_another_workspace_is_none_of_this_one() {
    let there =
        Head::start("one", &Place { platform: "sandbox".into(), workspace: "b".parse().unwrap() });
    let theirs = next(&there, &record(1, "ours")).unwrap();
    let found = start().checked(&theirs.text, &theirs.hash);
    assert_eq!(found, Err(Broken::Altered { number: 1 }));
}

#[test]
fn a_number_that_is_left_out_is_missing_however_well_it_is_sealed() {
    assert_eq!(next(&start(), &record(2, "ours")), Err(Broken::Missing { number: 1 }));
}

#[test]
fn a_record_has_one_way_of_being_written() {
    let (head, text) = (start(), format!("{} ", record(1, "ours").text()));
    let found = head.checked(&text, &hash(&head, &text));
    assert!(matches!(found, Err(Broken::Unreadable { number: 1, .. })), "{found:?}");
}
