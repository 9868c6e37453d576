//! What fuzzing began with and what it found, in every test run.

#[path = "../fuzz/inputs.rs"]
mod inputs;

use std::{fs, path::Path};

fn through(seeds: &str, input: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(seeds);
    let mut n_seeds = 0;
    for seed in fs::read_dir(folder).unwrap() {
        input(&fs::read(seed.unwrap().path()).unwrap());
        n_seeds += 1;
    }
    assert!(n_seeds > 0, "there are no seeds of {seeds}");
}

#[test]
fn no_seed_of_manifests_does_harm() {
    through("manifests", inputs::manifests);
}

#[test]
fn no_seed_of_saved_plans_does_harm() {
    through("saved-plans", inputs::saved_plans);
}

#[test]
fn no_seed_of_ledgers_does_harm() {
    through("ledgers", inputs::ledgers);
}
