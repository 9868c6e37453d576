//! An apply that is killed by SIGKILL at every moment that leaves a trace, or runs out of disk, and
//! is then run again.
//!
//! `MINISYNC_CRASHES=all` does it at every moment; otherwise at a few of them.

mod killer;
mod site;

use killer::{Harm, harm_at};
use site::{Embedded, Later, Served, Site, State};
use std::num::NonZeroUsize;

/// As few as do not hold up the suite.
const STRIDE: usize = 9;

/// Many records are written in one go, more or fewer as the machine is busy: none is passed over.
const STRIDE_OF_RECORDS: usize = 1;

/// A record takes several writes.
const STRIDE_OF_WRITES: usize = 19;

const LEDGER: [&str; 3] = ["ledger.db", "ledger.db-wal", "ledger.db-journal"];
const PLATFORM: [&str; 3] = ["sandbox.db", "sandbox.db-wal", "sandbox.db-journal"];

/// Nobody needs so many calls.
const FAR: usize = 2_000;

/// Harms at one moment after the other, until a run gets to its end first.
fn matrix<S: Site>(harm: Harm, stride: usize, files: &[&str]) -> String {
    let usual = usual::<S>();
    let stride = match std::env::var_os("MINISYNC_CRASHES") {
        Some(which) if which == "all" => 1,
        _ => stride,
    };
    for (n_harmed, nth) in (1..FAR).step_by(stride).enumerate() {
        let site = S::new();
        let nth = NonZeroUsize::new(nth).unwrap();
        if !harm_at(harm, nth, files, site.stage(), site.apply()) {
            assert!(n_harmed > 3, "{harm:?} harms nothing");
            return format!("{harm:?} {files:?}: {n_harmed} times");
        }
        // The first after it is not kept waiting by whoever is dead, and is all that is needed.
        let again = site.stage().run(&mut site.apply());
        assert_eq!(again.status, 0, "after {harm:?} {nth}: {}", again.stderr);
        assert_eq!(site.state(), usual, "after {harm:?} {nth}");
        assert_rested(&site, &format!("after {harm:?} {nth}"));
    }
    panic!("{harm:?} does not come to an end");
}

/// What an apply leaves behind that nothing happens to.
fn usual<S: Site>() -> State {
    let site = S::new();
    let applied = site.stage().run(&mut site.apply());
    assert_eq!(applied.status, 0, "{}", applied.stderr);
    let state = site.state();
    assert_eq!((state.programs.len(), state.members.len(), state.mails.len()), S::COUNTS);
    assert!(!state.memory.keys().any(|key| key.starts_with("intent ")), "{:?}", state.memory);
    assert_rested(&site, "undisturbed");
    state
}

/// There is nothing to do but wait, and nothing is taken for somebody else's doing.
fn assert_rested<S: Site>(site: &S, when: &str) {
    let plan = site.stage().run(&mut site.plan());
    assert_eq!(plan.status, 3, "{when}: {plan:?}");
    let plan: serde_json::Value = serde_json::from_str(&plan.stdout).unwrap();
    assert_eq!(plan["workspaces"][0]["drift"], serde_json::json!([]), "{when}");
}

#[test]
fn killed_at_any_write_of_the_ledger_the_next_run_finishes_the_work() {
    println!("{}", matrix::<Embedded>(Harm::KilledAtFsync, STRIDE_OF_RECORDS, &LEDGER));
}

#[test]
fn killed_at_any_write_of_the_platform_the_next_run_finishes_the_work() {
    println!("{}", matrix::<Embedded>(Harm::KilledAtFsync, STRIDE, &PLATFORM));
}

#[test]
fn killed_before_any_request_or_answer_the_next_run_finishes_the_work() {
    println!("{}", matrix::<Embedded>(Harm::KilledAtSend, STRIDE, &[]));
}

#[test]
fn killed_before_any_request_to_a_server_the_next_run_finishes_the_work() {
    println!("{}", matrix::<Served>(Harm::KilledAtSend, STRIDE, &[]));
}

#[test]
fn killed_before_any_answer_of_a_server_is_read_the_next_run_finishes_the_work() {
    println!("{}", matrix::<Served>(Harm::KilledAtReceive, STRIDE, &[]));
}

#[test]
fn killed_at_any_write_of_the_ledger_nobody_loses_or_keeps_more_than_they_should() {
    println!("{}", matrix::<Later>(Harm::KilledAtFsync, STRIDE_OF_RECORDS, &LEDGER));
}

#[test]
fn killed_before_any_request_or_answer_nobody_loses_or_keeps_more_than_they_should() {
    println!("{}", matrix::<Later>(Harm::KilledAtSend, STRIDE, &[]));
}

#[test]
fn out_of_disk_at_any_write_of_the_ledger_it_is_said_and_the_next_run_finishes_the_work() {
    println!("{}", matrix::<Embedded>(Harm::DiskIsFull, STRIDE_OF_WRITES, &LEDGER));
}
