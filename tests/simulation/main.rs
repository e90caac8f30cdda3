//! The claims of the simulation hold for many seeds, a seed replays exactly, faults are frequent, and every defect is caught.

use house_tests::simulation::{Defect, Seed, Trouble, campaign, catch, fresh, historical, simulate};

/// Fresh seeds of a test run; `cargo xtask simulate` plays more.
const SEEDS: u64 = 2000;
/// Seeds within which every defect must be caught.
const CAUGHT_BY: u64 = 600;

#[test]
fn every_claim_holds_under_faults() {
    let fresh = fresh(SEEDS);
    println!("fresh seeds {fresh:?}; replay one with: cargo xtask simulate --seed <number>");
    let seeds: Vec<Seed> = historical().into_iter().chain(fresh.map(Seed::drawn)).collect();
    let outcome = campaign(&seeds, |_| {});
    println!("{outcome}");
    assert!(outcome.violations.is_empty(), "{outcome}");
    for kind in ["create", "edit", "refill", "register", "return"] {
        let confirmed = outcome.operations.get(&(kind, "confirmed")).copied().unwrap_or(0);
        assert!(confirmed > SEEDS / 20, "too few of {kind} were confirmed: {outcome}");
    }
    assert!(outcome.crashes > SEEDS, "too few crashes: {outcome}");
    assert!(outcome.faults.values().sum::<u64>() > 5 * SEEDS, "too few faults: {outcome}");
    assert!(outcome.faults.len() >= 20, "some kind of fault was never injected: {outcome}");
    for trouble in Trouble::ALL {
        assert!(outcome.seeds.contains_key(&Some(trouble)), "{trouble} was never drawn: {outcome}");
    }
}

#[test]
fn a_seed_replays_exactly() {
    let drawn = [1, 7, 42, 1_000_003, u64::MAX].map(Seed::drawn);
    let of_each_kind = Trouble::ALL.map(|trouble| Seed { number: 5, trouble: Some(trouble) });
    for seed in drawn.into_iter().chain(of_each_kind) {
        let (first, second) = (simulate(seed), simulate(seed));
        assert_eq!(first.trace.lines(), second.trace.lines(), "seed {seed}");
        assert_eq!(first.trace.hash(), second.trace.hash(), "seed {seed}");
    }
}

#[test]
fn seeds_differ() {
    let hash = |number| simulate(Seed::drawn(number)).trace.hash();
    assert_ne!(hash(1), hash(2));
}

#[test]
fn every_defect_is_caught() {
    let caught = catch(&Defect::ALL, 0..CAUGHT_BY, |caught| println!("{caught}"));
    assert!(caught.iter().all(|caught| caught.after.is_some()), "not everything was caught");
    let mut after: Vec<u64> = caught.iter().filter_map(|caught| Some(caught.after.as_ref()?.0)).collect();
    after.sort_unstable();
    assert!(after[after.len() / 2] <= 200, "the median is caught after {} seeds", after[after.len() / 2]);
}
