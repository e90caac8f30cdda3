//! The claims of the simulation hold for many seeds, a seed replays exactly, the storm is one, and whatever is broken on
//! purpose is caught.

use house_tests::simulation::{Defect, campaign, catch, simulate};

/// A number of seeds that fits a test run; `cargo xtask simulate` takes more.
const SEEDS: u64 = 2000;
/// By how many seeds whatever is broken must be caught.
const CAUGHT_BY: u64 = 600;

#[test]
fn every_claim_holds_in_the_storm() {
    let outcome = campaign(0..SEEDS, |_| {});
    println!("{outcome}");
    assert!(outcome.violations.is_empty(), "{outcome}");
    for kind in ["create", "edit", "refill", "register", "return"] {
        let confirmed = outcome.operations.get(&(kind, "confirmed")).copied().unwrap_or(0);
        assert!(confirmed > SEEDS / 20, "hardly any {kind} was done: {outcome}");
    }
    assert!(outcome.crashes > SEEDS, "hardly ever did the program die: {outcome}");
    assert!(outcome.faults.values().sum::<u64>() > 5 * SEEDS, "it hardly stormed: {outcome}");
    assert!(outcome.faults.len() >= 20, "some fault never struck: {outcome}");
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [1, 7, 42, 1_000_003, u64::MAX] {
        let (first, second) = (simulate(seed), simulate(seed));
        assert_eq!(first.trace.lines(), second.trace.lines(), "seed {seed}");
        assert_eq!(first.trace.hash(), second.trace.hash(), "seed {seed}");
    }
}

#[test]
fn seeds_differ() {
    assert_ne!(simulate(1).trace.hash(), simulate(2).trace.hash());
}

#[test]
fn whatever_is_broken_on_purpose_is_caught() {
    let caught = catch(&Defect::ALL, 0..CAUGHT_BY, |caught| println!("{caught}"));
    assert!(caught.iter().all(|caught| caught.after.is_some()), "not everything was caught");
    let mut after: Vec<u64> = caught.iter().filter_map(|caught| Some(caught.after.as_ref()?.0)).collect();
    after.sort_unstable();
    assert!(after[after.len() / 2] <= 200, "the median is caught after {} seeds", after[after.len() / 2]);
}
