//! Lives drawn from seeds: runs that are killed, frozen, lied to and interrupted at any moment, in
//! a world that does not wait for them.
//!
//! `MINISYNC_SEEDS=10000` lives so many; `MINISYNC_SEED=123` lives one and tells what happened.

mod chance;
mod disturbed;
mod fate;
mod life;
mod lost;
mod mortal;
mod oracle;
mod others;
mod run;
mod time;
mod toll;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// As many as take some fifteen seconds.
const SEEDS: u64 = 800;

/// Their lives are the longest of the first ten thousand.
const SLOWEST: &str = include_str!("seeds.txt");

#[test]
fn whatever_goes_wrong_nothing_is_lost_and_nobody_is_surprised() {
    if let Some(seed) = number("MINISYNC_SEED") {
        let (wrongs, log) = life::live(seed);
        println!("{}", log.join("\n"));
        assert_eq!(wrongs, Vec::<String>::new());
        return;
    }
    let seeds: Vec<u64> = (0..number("MINISYNC_SEEDS").unwrap_or(SEEDS)).collect();
    let mut lived = all(&seeds);
    lived.sort_by_key(|it| std::cmp::Reverse(it.took));
    let slowest: Vec<_> = lived.iter().take(10).map(|it| (it.seed, it.took)).collect();
    println!("{} lives; the slowest: {slowest:?}", lived.len());
    report(&lived);
}

#[test]
fn the_slowest_lives_end_well() {
    let seeds: Vec<u64> = SLOWEST.lines().map(|line| line.parse().unwrap()).collect();
    report(&all(&seeds));
}

#[test]
fn a_seed_tells_one_life() {
    for seed in 0..20 {
        assert_eq!(life::live(seed), life::live(seed), "{seed}");
    }
}

struct Lived {
    seed: u64,
    took: Duration,
    wrongs: Vec<String>,
}

fn number(name: &str) -> Option<u64> {
    Some(std::env::var_os(name)?.to_str()?.parse().unwrap())
}

/// Each on its own, on every core.
fn all(seeds: &[u64]) -> Vec<Lived> {
    let (next, lived) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(seed) =
            seeds.get(usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap())
        {
            let began = Instant::now();
            let wrongs = catch_unwind(AssertUnwindSafe(|| life::live(*seed).0))
                .unwrap_or_else(|_| vec!["it panicked".to_owned()]);
            let took = began.elapsed();
            lived.lock().unwrap().push(Lived { seed: *seed, took, wrongs });
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    lived.into_inner().unwrap()
}

fn report(lived: &[Lived]) {
    let bad = lived.iter().filter(|it| !it.wrongs.is_empty());
    let bad: Vec<_> = bad.map(|it| format!("seed {}: {:#?}", it.seed, it.wrongs)).collect();
    let how = "MINISYNC_SEED=N tests/run --no-capture -E 'test(simulation::whatever)'";
    assert!(bad.is_empty(), "{}\n{} lives; see one with `{how}`", bad.join("\n"), bad.len());
}
