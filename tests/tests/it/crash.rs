//! A process that is killed at any moment loses nothing and does nothing twice.

use house_tests::crash::{Campaign, Outcome, run};

async fn play(kills: u32, seed: u64, defect: Option<&str>) -> Outcome {
    let worker = env!("CARGO_BIN_EXE_crash").into();
    let campaign = Campaign { worker, kills, seed, defect: defect.map(str::to_owned) };
    run(&campaign, |_| {}).await.expect("the campaign is played")
}

#[tokio::test]
async fn nothing_is_lost_or_done_twice_when_the_program_is_killed() {
    let outcome = play(50, 1, None).await;
    assert!(outcome.violations.is_empty(), "{outcome}");
    assert_eq!(outcome.killed(), 50, "{outcome}");
    assert!(outcome.kills.len() == 5, "it was not killed everywhere: {outcome}");
    assert!(outcome.put_back > 0 && outcome.noticed > 0, "the journal was hardly ever put back: {outcome}");
    assert!(outcome.operations.values().sum::<u32>() > 100, "hardly anything was done: {outcome}");
}

#[tokio::test]
async fn a_program_that_forgets_at_its_start_what_was_out_is_caught() {
    let outcome = play(20, 2, Some("ForgetSending")).await;
    // A receipt or a refill is applied several times, or more edits are made than were confirmed.
    let is_done_twice = |violation: &String| violation.contains("times") || violation.contains("the server did");
    assert!(outcome.violations.iter().any(is_done_twice), "{outcome}");
}
