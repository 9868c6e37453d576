//! An apply that is killed by SIGKILL at every moment that leaves a trace, and then run again.
//!
//! `MINISYNC_CRASHES=all` kills at every one; otherwise at every ninth.

mod killer;
mod site;

use killer::{Call, kill_at};
use site::{Embedded, Served, Site, State};
use std::num::NonZeroUsize;

/// As many as do not hold up the suite.
const STRIDE: usize = 9;

/// Nobody needs so many calls.
const FAR: usize = 2_000;

/// Kills at one moment after the other, until a run gets to its end first.
fn matrix<S: Site>(call: Call, files: &[&str]) {
    let usual = usual::<S>();
    let stride = match std::env::var_os("MINISYNC_CRASHES") {
        Some(which) if which == "all" => 1,
        _ => STRIDE,
    };
    let mut n_killed = 0;
    for nth in (1..FAR).step_by(stride) {
        let site = S::new();
        let nth = NonZeroUsize::new(nth).unwrap();
        if !kill_at(call, nth, files, site.stage(), site.apply()) {
            assert!(n_killed > 3, "{call:?} kills nothing");
            println!("{call:?} of {files:?}: killed {n_killed} times");
            return;
        }
        n_killed += 1;
        // The first after it is not kept waiting by whoever is dead, and is all that is needed.
        let again = site.stage().run(&mut site.apply());
        assert_eq!(again.status, 0, "after {call:?} {nth}: {}", again.stderr);
        assert_eq!(site.state(), usual, "after {call:?} {nth}");
    }
    panic!("{call:?} does not come to an end");
}

/// What an apply leaves behind that nothing happens to.
fn usual<S: Site>() -> State {
    let site = S::new();
    let applied = site.stage().run(&mut site.apply());
    assert_eq!(applied.status, 0, "{}", applied.stderr);
    let state = site.state();
    assert_eq!((state.programs.len(), state.members.len(), state.mails.len()), (6, 26, 25));
    state
}

#[test]
fn killed_at_any_write_of_the_ledger_the_next_run_finishes_the_work() {
    matrix::<Embedded>(Call::Fsync, &["ledger.db", "ledger.db-wal", "ledger.db-journal"]);
}

#[test]
fn killed_at_any_write_of_the_platform_the_next_run_finishes_the_work() {
    matrix::<Embedded>(Call::Fsync, &["sandbox.db", "sandbox.db-wal", "sandbox.db-journal"]);
}

#[test]
fn killed_before_any_request_or_answer_the_next_run_finishes_the_work() {
    matrix::<Embedded>(Call::Send, &[]);
}

#[test]
fn killed_before_any_request_to_a_server_the_next_run_finishes_the_work() {
    matrix::<Served>(Call::Send, &[]);
}

#[test]
fn killed_before_any_answer_of_a_server_is_read_the_next_run_finishes_the_work() {
    matrix::<Served>(Call::Receive, &[]);
}
