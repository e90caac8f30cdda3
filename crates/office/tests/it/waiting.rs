//! Accruals that wait for their day: a balance with or without the accrual is right, and no other is.

use office::{HaltCause, Operation, State};
use probonus::{Kopecks, Method};

use crate::{
    desk::{Desk, because, minutes, op, pass, purchase, refill},
    fake_server::{Accruals, Fault, unreadable},
};

async fn deferring(accruals: Accruals) -> Desk {
    let desk = Desk::at_work().await;
    desk.server.world().accruals = accruals;
    desk.server.world().tells_turnover = true;
    desk
}

/// One more purchase of the same guest over the same sum.
async fn again(desk: &Desk, number: u32, outside_number: &str, spent: i64) -> Operation {
    let draft = purchase(1, outside_number, 4_500, spent);
    desk.office.submit(op(number), draft, because("второй чек")).await.expect("sent")
}

async fn is_halted(desk: &Desk) -> bool {
    desk.office.queue().await.expect("readable").halted.is_some()
}

/// What waits, as the journal keeps it, kopecks.
async fn waits(desk: &Desk, number: u32) -> Option<i64> {
    desk.operation(op(number)).await.balance.waits.map(Kopecks::get)
}

#[tokio::test(start_paused = true)]
async fn a_purchase_whose_accrual_waits_is_as_expected_however_it_is_shown() {
    for accruals in [Accruals::Wait, Accruals::WaitHidden] {
        for (accrued, spent) in [(4_500, 10_000), (4_500, 0), (4_500, 4_500), (5_000, 10_000)] {
            let desk = deferring(accruals).await;
            let done = desk.submit(op(1), purchase(1, "A-1", accrued, spent)).await.expect("sent");
            assert_eq!(done.state, State::Confirmed);
            let what = format!("{accruals:?}: {accrued} accrued, {spent} spent");
            assert!(!is_halted(&desk).await, "{what}: {:?}", done.balance);
            assert_eq!(waits(&desk, 1).await, Some(accrued), "{what}");
            assert_eq!(done.balance.expected, done.balance.after, "{what}");
            // The next operation of the guest goes as always.
            desk.submit(op(2), refill(1, 700)).await.expect("sent");
            assert!(!is_halted(&desk).await, "{what}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_begins_to_count_later_is_neither_foreign_nor_doubled() {
    for accruals in [Accruals::Wait, Accruals::WaitHidden] {
        let desk = deferring(accruals).await;
        desk.submit(op(1), purchase(1, "A-1", 4_500, 10_000)).await.expect("sent");
        desk.server.accrual_day();
        let next = desk.submit(op(2), refill(1, 700)).await.expect("sent");
        assert!(!is_halted(&desk).await);
        assert_eq!(next.balance.after, next.balance.expected);
        // On the day itself: between the snapshot and the balance of the next operation.
        again(&desk, 3, "A-2", 10_000).await;
        desk.server.script([Fault::Slow(minutes(1) / 60)]);
        let (done, ()) = tokio::join!(desk.submit(op(4), refill(1, 900)), async {
            pass(minutes(1) / 120).await;
            desk.server.accrual_day();
        });
        assert_eq!(done.expect("sent").balance.explained.map(Kopecks::get), Some(4_500));
        pass(minutes(600)).await;
        assert!(!is_halted(&desk).await);
        assert_eq!(desk.operation(op(1)).await.times_applied, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_return_of_a_purchase_that_waits_is_as_expected() {
    for days_pass in [false, true] {
        let desk = deferring(Accruals::Wait).await;
        desk.submit(op(1), purchase(1, "A-1", 4_500, 10_000)).await.expect("sent");
        if days_pass {
            desk.server.accrual_day();
        }
        let back = desk.submit(op(2), office::Draft::ReturnCheck { purchase: op(1) }).await.expect("returned");
        assert_eq!(back.state, State::Confirmed);
        assert!(!is_halted(&desk).await, "{days_pass}: {:?}", back.balance);
        assert_eq!(desk.server.balance_of("1"), 100_000);
    }
}

/// A purchase that accrues 45.00. The guest's record can't be read from the moment on at which it is sent.
async fn buy_while_the_record_fails(desk: &Desk) {
    desk.server.script([Fault::Slow(minutes(1) / 60)]);
    let (done, ()) = tokio::join!(desk.submit(op(1), purchase(1, "A-1", 4_500, 0)), async {
        pass(minutes(1) / 120).await;
        desk.server.world().records_fail = Some(unreadable());
    });
    assert_eq!(done.expect("sent").state, State::Confirmed);
}

/// The only trace of the purchase is in the guest's record, and that can't be read just then.
#[tokio::test(start_paused = true)]
async fn a_record_that_fails_once_is_asked_again_before_anybody_is_alarmed() {
    let desk = deferring(Accruals::WaitHidden).await;
    buy_while_the_record_fails(&desk).await;
    assert!(!is_halted(&desk).await, "{:?}", desk.operation(op(1)).await.balance);
    desk.server.world().records_fail = None;
    pass(minutes(30)).await;
    assert!(!is_halted(&desk).await);
    assert_eq!(waits(&desk, 1).await, Some(4_500), "it is verified later");
}

/// The record can't be read until the purchase was returned, which takes the turnover back: nothing tells of the accrual any more.
#[tokio::test(start_paused = true)]
async fn a_purchase_that_was_returned_before_its_record_could_be_read_is_as_expected() {
    let desk = deferring(Accruals::WaitHidden).await;
    buy_while_the_record_fails(&desk).await;
    desk.server.world().records_fail = None;
    let back = desk.submit(op(2), office::Draft::ReturnCheck { purchase: op(1) }).await.expect("returned");
    assert_eq!(back.state, State::Confirmed);
    assert_eq!(waits(&desk, 1).await, None, "it is not verified yet");
    pass(minutes(30)).await;
    assert!(!is_halted(&desk).await, "{:?}", desk.operation(op(1)).await.balance);
    assert_eq!(waits(&desk, 1).await, Some(4_500), "it is verified all the same");
}

/// A mismatch is not taken for a waiting accrual.
#[tokio::test(start_paused = true)]
async fn a_purchase_that_is_applied_twice_halts_although_its_accrual_may_wait() {
    for accruals in [Accruals::AtOnce, Accruals::Wait, Accruals::WaitHidden] {
        for (accrued, spent) in [(5_000, 10_000), (4_500, 0), (4_500, 4_500), (0, 0)] {
            let mut desk = deferring(accruals).await;
            desk.stop();
            desk.server.script([Fault::Twice]);
            let done = desk.submit(op(1), purchase(1, "A-1", accrued, spent)).await.expect("sent");
            let halt = desk.office.queue().await.expect("readable").halted;
            let what = format!("{accruals:?}: {accrued} accrued, {spent} spent: {:?}", done.balance);
            // Without bonuses spent or shown, only the turnover tells, and where nothing is accrued nobody asks for it.
            if accruals == Accruals::WaitHidden && accrued + spent == 0 {
                continue;
            }
            assert_eq!(halt.map(|halt| halt.cause), Some(HaltCause::Doubled), "{what}");
            assert_eq!(desk.operation(op(1)).await.times_applied, Some(2), "{what}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn another_sum_halts_although_the_accrual_may_wait() {
    for (moved, accrued, spent) in
        [(-4_500, 4_500, 10_000), (-10_100, 4_500, 10_000), (45, 4_500, 0), (0, 4_500, 10_000)]
    {
        let mut desk = deferring(Accruals::Wait).await;
        desk.server.world().instead = Some(moved);
        let done = desk.submit(op(1), purchase(1, "A-1", accrued, spent)).await.expect("sent");
        pass(minutes(3)).await;
        assert!(is_halted(&desk).await, "{moved} instead of {accrued} and −{spent}: {:?}", done.balance);
        desk.stop();
    }
}

/// The turnover could not be read before the send, so nobody can tell whether it rose.
#[tokio::test(start_paused = true)]
async fn an_unknown_purchase_is_not_called_absent_if_its_turnover_was_missed() {
    let desk = deferring(Accruals::WaitHidden).await;
    desk.submit(op(1), purchase(1, "A-1", 4_500, 10_000)).await.expect("sent");
    desk.server.script([Fault::NotSent, Fault::AnswerLost]);
    assert_eq!(again(&desk, 2, "A-2", 0).await.state, State::Prepared);
    desk.server.world().records_fail = Some(unreadable());
    pass(minutes(1)).await;
    assert_eq!(desk.state(op(2)).await, State::Unknown);
    desk.server.world().records_fail = None;
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(2)).await, State::Unknown);
    assert!(desk.operation(op(2)).await.allowed().decide_applied);
}

/// A purchase that moved no balance and left no entry may have been counted all the same.
#[tokio::test(start_paused = true)]
async fn an_unknown_purchase_whose_accrual_may_wait_hidden_is_not_called_absent() {
    for applied in [false, true] {
        let desk = deferring(Accruals::WaitHidden).await;
        // A payment is shown, so purchases are known to be listed; an accrual alone is not.
        desk.submit(op(1), purchase(1, "A-1", 4_500, 10_000)).await.expect("sent");
        desk.server.script([if applied { Fault::AnswerLost } else { Fault::RequestLost }]);
        let sent = again(&desk, 2, "A-2", 0).await;
        assert_eq!(sent.state, State::Unknown);
        pass(minutes(60)).await;
        let expected = if applied { State::Unknown } else { State::NotApplied };
        assert_eq!(desk.state(op(2)).await, expected, "applied: {applied}");
        assert_eq!(desk.server.applied(Method::RegisterCheck), 2 + usize::from(applied));
    }
}
