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

fn checked(head: &Head, Sealed { record, hash, .. }: &Sealed) -> Result<Sealed, Broken> {
    head.checked(&record.text(), hash)
}

#[test]
fn a_record_made_anew_with_a_hash_that_fits_leads_nowhere() {
    let first = start().after(record(1, "ours"));
    let second = first.head().after(record(2, "ours"));
    assert_eq!(checked(&first.head(), &second), Ok(second.clone()));
    let forged = checked(&start(), &start().after(record(1, "theirs"))).unwrap();
    assert_eq!(checked(&forged.head(), &second), Err(Broken::Altered { number: 2 }));
}

#[test]
fn a_record_of_another_workspace_is_none_of_this_one() {
    let there =
        Head::start("one", &Place { platform: "sandbox".into(), workspace: "b".parse().unwrap() });
    let found = checked(&start(), &there.after(record(1, "ours")));
    assert_eq!(found, Err(Broken::Altered { number: 1 }));
}

#[test]
fn a_number_that_is_left_out_is_missing_however_well_it_is_sealed() {
    let found = checked(&start(), &start().after(record(2, "ours")));
    assert_eq!(found, Err(Broken::Missing { number: 1 }));
}

#[test]
fn a_record_has_one_way_of_being_written() {
    let (head, text) = (start(), format!("{} ", record(1, "ours").text()));
    let hash: Digest = image::digest(format!("{}\n{text}", head.hash).as_bytes());
    let found = head.checked(&text, &hash);
    assert!(matches!(found, Err(Broken::Unreadable { number: 1, .. })), "{found:?}");
}
