//! The claims of the simulation hold for many seeds, a seed replays exactly, and the storm is one.

use house_tests::simulation::{campaign, simulate};

/// A number of seeds that fits a test run; `cargo xtask simulate` takes more.
const SEEDS: u64 = 300;

#[test]
fn every_claim_holds_in_the_storm() {
    let outcome = campaign(0..SEEDS);
    println!("{outcome}");
    assert!(outcome.violations.is_empty(), "{outcome}");
    for kind in ["create", "edit", "refill", "register", "return"] {
        let confirmed = outcome.operations.get(&(kind, "confirmed")).copied().unwrap_or(0);
        assert!(confirmed > SEEDS as usize / 20, "hardly any {kind} was done: {outcome}");
    }
    assert!(outcome.crashes > SEEDS as usize / 2, "hardly ever did the program die: {outcome}");
    assert!(outcome.faults > 3 * SEEDS as usize, "it hardly stormed: {outcome}");
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [1, 7, 42, 1_000_003, u64::MAX] {
        let (first, second) = (simulate(seed), simulate(seed));
        assert_eq!(first.lines, second.lines, "seed {seed}");
        assert_eq!(first.trace, second.trace, "seed {seed}");
    }
}

#[test]
fn seeds_differ() {
    assert_ne!(simulate(1).trace, simulate(2).trace);
}
