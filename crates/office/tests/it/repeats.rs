//! A proxy sends a request again long after its answer: nobody can prevent that, and somebody is reported.

use std::time::Duration;

use office::{Draft, Event, HaltCause, State};
use probonus::Loyalty as _;

use crate::{
    desk::{Desk, account, minutes, op, pass, purchase, refill},
    fake_server::Fault,
};

/// What the proxies of the field trial waited.
const LATER: Duration = Duration::from_secs(70);

async fn halt_of(desk: &Desk) -> Option<(HaltCause, usize)> {
    let halt = desk.office.queue().await.expect("readable").halted?;
    Some((halt.cause, halt.entries.len()))
}

fn drafts() -> [Draft; 3] {
    [refill(1, 5_000), purchase(1, "A-1", 500, 200), purchase(1, "A-1", 0, 0)]
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_again_later_is_told_by_itself() {
    for draft in drafts() {
        let desk = Desk::at_work().await;
        desk.server.script([Fault::Again(LATER)]);
        let done = desk.submit(op(1), draft).await.expect("sent");
        assert_eq!((done.state, halt_of(&desk).await), (State::Confirmed, None));
        pass(minutes(5)).await;
        assert_eq!(halt_of(&desk).await, Some((HaltCause::Doubled, 2)));
        let reported = desk.operation(op(1)).await;
        assert_eq!((reported.state, reported.times_applied), (State::Confirmed, Some(2)));
        let tale = desk.events(op(1)).await;
        let Some(Event::Repeated { times: 2, entries }) = tale.last() else { panic!("{tale:?}") };
        assert_ne!(entries[0].proof, entries[1].proof, "both entries are told");

        desk.office.resume("Анна").await.expect("resumed");
        pass(minutes(60 * 24)).await;
        assert_eq!(halt_of(&desk).await, None, "what somebody has looked at halts no more");
    }
}

#[tokio::test(start_paused = true)]
async fn a_repeat_hours_later_is_told_too_after_a_restart_and_while_the_server_is_silent() {
    let mut desk = Desk::at_work().await;
    desk.server.script([Fault::Again(minutes(60))]);
    desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
    pass(minutes(30)).await;
    desk.restart().await;
    desk.run();
    pass(minutes(100)).await;
    desk.server.world().down = true;
    pass(minutes(100)).await;
    assert_eq!(halt_of(&desk).await, None);
    desk.server.world().down = false;
    pass(minutes(20)).await;
    assert_eq!(halt_of(&desk).await, Some((HaltCause::Doubled, 2)));
}

#[tokio::test(start_paused = true)]
async fn the_next_operation_of_the_account_meets_the_repeat_before_it_leaves() {
    for draft in drafts() {
        let mut desk = Desk::at_work().await;
        desk.server.script([Fault::Again(LATER)]);
        desk.submit(op(1), draft).await.expect("sent");
        desk.stop();
        pass(minutes(2)).await;
        let next = desk.submit(op(2), refill(1, 900)).await.expect("written down");
        assert_eq!((next.state, next.attempts), (State::Prepared, 0), "nothing leaves while a repeat is not looked at");
        assert_eq!(halt_of(&desk).await, Some((HaltCause::Doubled, 2)));
        desk.office.resume("Анна").await.expect("resumed");
        desk.run();
        pass(minutes(1)).await;
        assert_eq!(desk.state(op(2)).await, State::Confirmed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_history_that_is_shown_is_held_against_the_journal() {
    let mut desk = Desk::at_work().await;
    desk.server.script([Fault::Again(LATER)]);
    desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
    desk.stop();
    pass(minutes(2)).await;
    let shown = desk.server.last_transactions(&account(1), 20).await.expect("listed");
    desk.office.hold_against_journal(&account(1), &shown.transactions).await;
    assert_eq!(halt_of(&desk).await, Some((HaltCause::Doubled, 2)));
    // The other guests' history says nothing of it.
    let other = desk.server.last_transactions(&account(9), 20).await.expect("listed");
    desk.office.resume("Анна").await.expect("resumed");
    desk.office.hold_against_journal(&account(9), &other.transactions).await;
    assert_eq!(halt_of(&desk).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_return_that_is_sent_again_is_told_as_its_own_repeat_and_a_doubled_purchase_as_the_purchase_s() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), purchase(1, "A-1", 500, 200)).await.expect("sent");
    let back = desk.submit(op(2), Draft::ReturnCheck { purchase: op(1) }).await.expect("returned");
    assert_eq!(back.state, State::Confirmed);
    let entry = desk.server.world().guests["1"].entries.last().cloned().expect("the return's entry");
    desk.server.again("1", entry);
    pass(minutes(5)).await;
    assert_eq!(desk.operation(op(2)).await.times_applied, Some(2));
    assert_eq!(desk.operation(op(1)).await.times_applied, None);
}
