//! The balance watch.

use std::time::Duration;

use office::{Decision, Draft, HaltCause, Refusal, State, Verdict};
use probonus::{Delivery, Error, ErrorKind, TransactionKind};

use crate::{
    desk::{Desk, ann, because, minutes, op, pass, purchase, refill},
    fake_server::{FakeServer, Fault, Reading, unreadable},
};

#[tokio::test(start_paused = true)]
async fn a_server_that_counts_otherwise_halts_everything_and_it_survives() {
    for (scale, cause) in [
        ((100, 1), HaltCause::FactorHundred),
        ((1, 100), HaltCause::FactorHundred),
        ((-1, 1), HaltCause::WrongSign),
        ((0, 1), HaltCause::NoChange),
        ((2, 1), HaltCause::Mismatch),
    ] {
        let mut desk = Desk::new().await;
        desk.server.world().scale = scale;
        let done = desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
        assert_eq!(done.state, State::Confirmed);
        let halt = desk.office.queue().await.expect("readable").halted.expect("halted");
        assert_eq!((halt.operation, halt.cause, halt.sent.get()), (op(1), cause, 5_000));

        desk.restart().await;
        desk.run();
        assert!(matches!(desk.submit(op(2), refill(2, 700)).await, Err(Refusal::Halted(_))));
        assert!(matches!(desk.submit(op(2), purchase(2, "A", 7, 0)).await, Err(Refusal::Halted(_))));
        desk.server.world().scale = (1, 1);
        desk.office.resume("Анна").await.expect("resumed");
        assert_eq!(desk.submit(op(2), refill(2, 700)).await.expect("sent").state, State::Confirmed);
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_refill_of_a_server_that_counts_otherwise_is_the_only_one() {
    let mut desk = Desk::new().await;
    desk.server.world().scale = (100, 1);
    desk.server.world().down = true;
    for guest in 1..9 {
        desk.submit(op(guest), refill(guest, 5_000)).await.expect("waits");
    }
    desk.server.world().down = false;
    desk.run();
    pass(minutes(60)).await;
    assert_eq!(desk.server.world().applied.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_pos_does_meanwhile_is_no_mismatch() {
    let desk = Desk::new().await;
    desk.server.world().meanwhile = Some(-30_000);
    let done = desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
    assert_eq!(done.balance.after.map(|k| k.get()), Some(75_000));
    assert_eq!(done.balance.explained.map(|k| k.get()), Some(-30_000));
    assert!(desk.office.queue().await.expect("readable").halted.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_balance_that_cannot_be_read_afterwards_keeps_the_next_refill_waiting() {
    let mut desk = Desk::new().await;
    desk.server.script([Fault::Slow(Duration::from_secs(1))]);
    let server = desk.server.clone();
    let trouble = async {
        pass(Duration::from_millis(500)).await;
        server.world().reads_fail = true;
    };
    let (done, ()) = tokio::join!(desk.submit(op(1), refill(1, 5_000)), trouble);
    let done = done.expect("sent");
    assert_eq!((done.state, done.balance.after), (State::Confirmed, None));
    desk.submit(op(2), refill(2, 700)).await.expect("written down");
    desk.run();
    pass(minutes(1)).await;
    assert_eq!(desk.state(op(2)).await, State::Prepared);
    desk.server.world().reads_fail = false;
    pass(minutes(6)).await;
    assert_eq!(desk.state(op(2)).await, State::Confirmed);
    assert!(desk.operation(op(1)).await.balance.after.is_some(), "the first was watched late");
}

/// A refill is answered and not applied. Before its balance can be read, the guest's next purchase adds the same sum.
#[tokio::test(start_paused = true)]
async fn a_balance_that_the_next_purchase_made_right_does_not_verify_a_refill() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.world().fails_reads_after_write = true;
    desk.server.script([Fault::AnsweredFor("1")]);
    desk.submit(op(1), refill(1, 1_000)).await.expect("answered");
    assert!(desk.operation(op(1)).await.awaits_verification());
    desk.server.world().fails_reads_after_write = false;
    desk.server.world().reads_fail = false;
    desk.submit(op(2), purchase(1, "A-1", 1_000, 0)).await.expect("bought");
    desk.run();
    pass(minutes(30)).await;
    let halt = desk.office.queue().await.expect("readable").halted.expect("halted");
    assert_eq!((halt.operation, halt.cause), (op(1), HaltCause::NoChange));
}

#[tokio::test(start_paused = true)]
async fn what_a_return_could_not_take_back_is_no_mismatch_when_the_server_says_so() {
    let desk = Desk::new().await;
    desk.submit(op(1), purchase(1, "A-1", 5_000, 0)).await.expect("bought");
    desk.server.elsewhere("1", TransactionKind::Burning, -5_000);
    let back = desk.submit(op(2), office::Draft::ReturnCheck { purchase: op(1) }).await.expect("returned");
    assert_eq!(back.state, State::Confirmed);
    assert!(desk.office.queue().await.expect("readable").halted.is_none());
}

#[tokio::test(start_paused = true)]
async fn the_first_refill_is_reported_for_as_long_as_it_keeps_others_waiting_and_a_restart_forgets_nothing() {
    let mut desk = Desk::new().await;
    desk.server.script([Fault::AnswerLost]);
    let first = desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
    assert_eq!(first.state, State::Unknown);
    desk.restart().await;
    assert_eq!(desk.office.queue().await.expect("readable").canary, Some(op(1)));

    desk.server.world().reads_fail = true;
    desk.submit(op(2), refill(2, 700)).await.expect("written down");
    desk.run();
    pass(minutes(1)).await;
    assert_eq!(desk.state(op(2)).await, State::Prepared);
    desk.restart().await;
    assert_eq!(desk.office.queue().await.expect("readable").canary, Some(op(1)));
    desk.run();
    desk.server.world().reads_fail = false;
    pass(minutes(30)).await;
    assert_eq!((desk.state(op(1)).await, desk.state(op(2)).await), (State::Confirmed, State::Confirmed));
    assert_eq!(desk.office.queue().await.expect("readable").canary, None);
}

#[tokio::test(start_paused = true)]
async fn a_server_whose_calls_changed_begins_with_a_first_refill_again() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.office.doubt_money().await.expect("written");
    desk.server.world().scale = (100, 1);
    desk.run();
    desk.office.hold(true).await;
    for guest in 1..9 {
        desk.submit(op(guest), refill(guest, 5_000)).await.expect("waits");
    }
    desk.office.hold(false).await;
    pass(minutes(60)).await;
    assert_eq!(desk.server.world().applied.len(), 3, "the two of the acquaintance, and one");
}

#[tokio::test(start_paused = true)]
async fn what_is_held_waits_and_no_one_else_lifts_it() {
    let desk = Desk::at_work().await;
    desk.office.hold(true).await;
    let waits = desk.submit(op(1), refill(1, 5_000)).await.expect("written down");
    assert_eq!(waits.state, State::Prepared);
    desk.office.resume("Анна").await.expect("resumed");
    pass(minutes(60)).await;
    let queue = desk.office.queue().await.expect("readable");
    assert_eq!((desk.state(op(1)).await, queue.held), (State::Prepared, true));
    desk.office.hold(false).await;
    pass(minutes(1)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
}

/// The first refill is probed at by the outbox and by the second refill at once: nobody is reported of a failure.
#[tokio::test(start_paused = true)]
async fn the_first_refill_is_verified_by_one_at_a_time() {
    let mut desk = Desk::new().await;
    desk.server.world().scale = (2, 1);
    let office = desk.office.clone();
    let first = tokio::spawn(async move { office.submit(op(1), refill(1, 5_000), ann()).await });
    desk.server.script([Fault::Slow(minutes(1) / 60)]);
    tokio::task::yield_now().await;
    desk.server.world().reads_fail = true;
    assert_eq!(first.await.expect("ends").expect("sent").state, State::Confirmed);
    assert!(desk.operation(op(1)).await.awaits_verification());

    desk.server.world().reads_fail = false;
    desk.run();
    let second = desk.submit(op(2), refill(2, 700)).await.expect("written down");
    assert_eq!(second.state, State::Prepared);
    pass(minutes(1)).await;
    assert!(desk.office.queue().await.expect("readable").halted.is_some());
    assert_eq!(desk.server.applied(probonus::Method::Refill), 1);
}

#[tokio::test(start_paused = true)]
async fn what_others_did_between_two_attempts_is_held_against_the_balance_before_the_first() {
    let desk = Desk::at_work().await;
    desk.lose(op(1), refill(1, 5_000)).await;

    desk.server.elsewhere("1", TransactionKind::Refill, 1_300);
    desk.server.world().meanwhile = Some(-30_000);
    let done = desk.office.resend(op(1), "Анна").await.expect("sent again");
    assert_eq!(done.state, State::Confirmed);
    let balance = [done.balance.before, done.balance.explained, done.balance.after].map(|sum| sum.map(|k| k.get()));
    assert_eq!(balance, [Some(100_000), Some(-28_700), Some(76_300)]);
    assert!(desk.office.queue().await.expect("readable").halted.is_none());
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_the_first_refill_does_not_ask_after_it_without_end_and_goes_when_it_is_known() {
    let mut desk = Desk::new().await;
    desk.server.script([Fault::AnswerLost]);
    assert_eq!(desk.submit(op(1), refill(1, 5_000)).await.expect("sent").state, State::Unknown);
    desk.server.world().reads_fail = true;
    for guest in 2..6 {
        desk.submit(op(guest), refill(guest, 700)).await.expect("written down");
    }
    desk.run();
    let before = desk.disk.reads();
    pass(minutes(600)).await;
    let reads = desk.disk.reads() - before;
    assert!(reads < 4_000, "{reads} reads in ten hours in which nothing happened");

    desk.server.world().reads_fail = false;
    desk.office.reconcile(op(1)).await.expect("found");
    pass(minutes(1)).await;
    for guest in 2..6 {
        assert_eq!(desk.state(op(guest)).await, State::Confirmed);
    }
}

/// Where the clocks can't tell entries of before from entries of after: an office whose zone is not the server's.
#[tokio::test(start_paused = true)]
async fn the_balance_is_compared_with_the_attempt_that_has_a_snapshot() {
    let west = jiff::tz::TimeZone::fixed(jiff::tz::offset(-3));
    let mut desk = Desk::with(|policy| policy.time_zone = west).await;
    desk.acquaint().await;
    desk.run();
    desk.server.elsewhere("1", TransactionKind::Refill, 1_300);
    desk.server.world().entries_fail = Some(unreadable());
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    desk.server.world().entries_fail = None;
    pass(minutes(30)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);

    desk.server.world().meanwhile = Some(-30_000);
    let done = desk.office.resend_because(op(1), "Анна", "в ProBonus её нет").await.expect("sent again");
    assert_eq!((done.state, done.balance.after.map(|k| k.get())), (State::Confirmed, Some(76_300)));
    assert!(desk.office.queue().await.expect("readable").halted.is_none());
}

/// Nothing was read before, and the office stands in another zone than the server: the entry of the operation itself tells
/// how far apart they are.
#[tokio::test(start_paused = true)]
async fn a_foreign_zone_hides_nothing_that_others_did() {
    for hours in [-7, 3] {
        let mut desk = Desk::with(|policy| {
            policy.time_zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(hours));
        })
        .await;
        desk.acquaint().await;
        desk.server.elsewhere("1", TransactionKind::Payment, -7_000);
        desk.office.pause("Анна").await.expect("paused");
        desk.submit(op(1), refill(1, 5_000)).await.expect("waits");
        pass(minutes(5)).await;
        desk.server.world().entries_fail = Some(unreadable());
        desk.server.world().meanwhile = Some(-30_000);
        desk.server.script([Fault::Slow(Duration::from_secs(1))]);
        desk.office.resume("Анна").await.expect("resumed");
        desk.run();
        pass(Duration::from_millis(500)).await;
        desk.server.world().entries_fail = None;
        pass(minutes(1)).await;
        let done = desk.operation(op(1)).await;
        assert_eq!(done.balance.explained.map(|k| k.get()), Some(-30_000), "{hours} h: {done:?}");
        assert!(desk.office.queue().await.expect("readable").halted.is_none(), "{hours} h");
    }
}

/// A purchase that was paid with bonuses and accrued some makes two entries; without marks they are known by their sums.
#[tokio::test(start_paused = true)]
async fn two_entries_of_one_purchase_leave_the_rest_to_the_pos() {
    for shows_markers in [true, false] {
        let desk = Desk::new().await;
        desk.server.world().shows_markers = shows_markers;
        desk.server.world().splits = true;
        desk.server.world().meanwhile = Some(-30_000);
        let done = desk.submit(op(1), purchase(1, "A-1", 300, 5_000)).await.expect("sent");
        assert_eq!(done.balance.explained.map(|k| k.get()), Some(-30_000), "marks: {shows_markers}");
        assert!(desk.office.queue().await.expect("readable").halted.is_none(), "marks: {shows_markers}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_mismatch_does_not_hide_the_first() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    let slow = Duration::from_secs(1);
    desk.server.script([Fault::Slow(slow), Fault::Slow(slow * 2)]);
    desk.server.world().scale = (2, 1);
    let (first, second) = tokio::join!(desk.submit(op(1), refill(1, 5_000)), desk.submit(op(2), refill(2, 700)));
    assert_eq!((first.expect("sent").state, second.expect("sent").state), (State::Confirmed, State::Confirmed));
    desk.restart().await;
    for surprised in [op(1), op(2)] {
        let halt = desk.office.queue().await.expect("readable").halted.expect("halted");
        assert_eq!(halt.operation, surprised, "each is looked at, in its order");
        assert!(matches!(desk.submit(op(3), refill(3, 900)).await, Err(Refusal::Halted(_))));
        desk.office.resume("Анна").await.expect("looked at");
    }
    assert!(desk.office.queue().await.expect("readable").halted.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_mismatch_that_comes_while_another_is_lifted_is_kept() {
    let seconds = Duration::from_secs;
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.script([Fault::Slow(seconds(1)), Fault::Slow(seconds(4))]);
    desk.server.world().scale = (2, 1);
    let lift = async {
        // The first one's balance was read for the last time at 5 s, the second one's will be at 8 s.
        pass(seconds(6)).await;
        desk.disk.slow_notes(Duration::from_millis(1_500));
        desk.office.resume("Анна").await.expect("looked at")
    };
    let (first, second, _) =
        tokio::join!(desk.submit(op(1), refill(1, 5_000)), desk.submit(op(2), refill(2, 700)), lift);
    assert_eq!((first.expect("sent").state, second.expect("sent").state), (State::Confirmed, State::Confirmed));
    let halted = async |desk: &Desk| desk.office.queue().await.expect("readable").halted.map(|halt| halt.operation);
    assert_eq!(halted(&desk).await, Some(op(2)));
    desk.restart().await;
    assert_eq!(halted(&desk).await, Some(op(2)), "and it is on the disk");
}

/// Only the balance tells how a server counts: a first refill does not go without it.
#[tokio::test(start_paused = true)]
async fn the_first_refill_waits_for_a_balance_that_can_be_read() {
    let mut desk = Desk::new().await;
    desk.server.world().hides_balance = true;
    desk.server.world().balance_fails = true;
    desk.run();
    desk.submit(op(1), refill(1, 5_000)).await.expect("written down");
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::Prepared);
    assert!(desk.server.world().attempts.is_empty());
    desk.server.world().balance_fails = false;
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
    desk.server.world().balance_fails = true;
    assert_eq!(desk.submit(op(2), refill(2, 700)).await.expect("sent").state, State::Confirmed, "it is trusted by now");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_tells_no_balance_gets_no_first_refill() {
    let mut desk = Desk::new().await;
    desk.server.world().hides_balance = true;
    desk.server.world().unsupported.push(probonus::Method::BalanceExtended);
    assert!(matches!(desk.submit(op(1), refill(1, 5_000)).await, Err(Refusal::BalanceNotReported)));

    desk.server.world().down = true;
    desk.submit(op(1), refill(1, 5_000)).await.expect("waits: nobody answers");
    desk.server.world().down = false;
    desk.run();
    pass(minutes(5)).await;
    let refused = desk.operation(op(1)).await;
    assert_eq!(refused.state, State::Rejected);
    let failure = refused.failure.expect("why");
    assert_eq!(failure.precondition, Some(office::Precondition::BalanceNotReported));
    assert!(desk.server.world().attempts.is_empty());
}

/// The POS is at work while we read: what it did stands in the entries and not yet in the balance, or the other way round.
#[tokio::test(start_paused = true)]
async fn what_happens_between_two_readings_is_not_held_against_us() {
    for after_the_next in [Reading::Balance, Reading::Entries] {
        for waits in [false, true] {
            let mut desk = Desk::new().await;
            desk.acquaint().await;
            if waits {
                desk.office.pause("Анна").await.expect("paused");
                desk.submit(op(1), refill(1, 5_000)).await.expect("waits");
                desk.server.between_readings(after_the_next, "1", 2_000);
                desk.office.resume("Анна").await.expect("resumed");
                desk.run();
                pass(minutes(1)).await;
            } else {
                desk.server.between_readings(after_the_next, "1", 2_000);
                desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
            }
            let done = desk.operation(op(1)).await;
            let kopecks = |sum: Option<probonus::Kopecks>| sum.map_or(0, |sum| sum.get());
            let reported = kopecks(done.balance.before) + kopecks(done.balance.explained);
            assert_eq!(
                (reported, kopecks(done.balance.after)),
                (102_000, 107_000),
                "{after_the_next:?}, waits: {waits}"
            );
            assert!(desk.office.queue().await.expect("readable").halted.is_none());
        }
    }
}

/// It arrived late, nothing could be read before, and the server's zone is not the office's: what others did meanwhile can't
/// be reported from what they did before. Its own entry says that it did what was sent.
#[tokio::test(start_paused = true)]
async fn a_late_arrival_is_proven_by_its_own_entry_without_a_snapshot() {
    let mut desk = Desk::with(|policy| policy.time_zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(-7))).await;
    desk.acquaint().await;
    desk.server.elsewhere("1", TransactionKind::Payment, -7_000);
    desk.office.pause("Анна").await.expect("paused");
    desk.submit(op(1), refill(1, 5_000)).await.expect("waits");
    desk.server.world().entries_fail = Some(unreadable());
    desk.server.script([Fault::Late(minutes(20))]);
    desk.office.resume("Анна").await.expect("resumed");
    desk.run();
    pass(minutes(1)).await;
    desk.server.world().entries_fail = None;
    desk.server.elsewhere("1", TransactionKind::Payment, -30_000);
    pass(minutes(300)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
    assert!(desk.office.queue().await.expect("readable").halted.is_none());
}

/// What was doubled on the way is seen though a POS accrued, just then, as much as the whole purchase should move.
#[tokio::test(start_paused = true)]
async fn a_doubled_purchase_is_not_explained_by_an_entry_of_its_net_sum() {
    let mut desk = Desk::new().await;
    desk.server.world().shows_markers = false;
    desk.server.world().splits = true;
    desk.acquaint().await;
    desk.run();
    desk.server.script([Fault::Slow(Duration::from_secs(2))]);
    let doubled = async {
        pass(Duration::from_secs(1)).await;
        for sum in [-200, 1_500] {
            let kind = if sum < 0 { TransactionKind::Payment } else { TransactionKind::Accrual };
            desk.server.elsewhere("1", kind, sum);
        }
        desk.server.elsewhere("1", TransactionKind::Payment, -300);
        desk.server.elsewhere("1", TransactionKind::Accrual, 1_300);
    };
    let (done, ()) = tokio::join!(desk.submit(op(1), purchase(1, "A-1", 1_500, 200)), doubled);
    assert_eq!(done.expect("sent").state, State::Confirmed);
    let halt = desk.office.queue().await.expect("readable").halted.expect("halted");
    assert_eq!((halt.cause, halt.changed.get()), (HaltCause::Mismatch, 2_600));
}

/// Entries that can't be read for a while are no proof that the server lists none.
#[tokio::test(start_paused = true)]
async fn no_mismatch_is_reported_while_the_entries_cannot_be_read() {
    for (kind, delivery) in [
        (ErrorKind::SignInAgain, Delivery::Refused),
        (ErrorKind::Timeout, Delivery::Unknown),
        // No session could be opened.
        (ErrorKind::ServerFault, Delivery::NotSent),
        // Some servers answer every request for entries so, but not one that has shown our marker.
        (ErrorKind::ServerFault, Delivery::Unknown),
    ] {
        let mut desk = Desk::new().await;
        desk.acquaint().await;
        desk.server.world().entries_fail = Some(unreadable());
        desk.server.script([Fault::Slow(Duration::from_secs(1))]);
        desk.server.world().meanwhile = Some(2_000);
        desk.run();
        let trouble = async {
            pass(Duration::from_millis(500)).await;
            desk.server.world().entries_fail = Some(Error::new(kind, delivery));
        };
        let (done, ()) = tokio::join!(desk.submit(op(1), refill(1, 5_000)), trouble);
        let done = done.expect("sent");
        assert_eq!((done.state, done.balance.after), (State::Confirmed, None), "it is watched later");
        assert!(desk.office.queue().await.expect("readable").halted.is_none());
        desk.server.world().entries_fail = None;
        pass(minutes(30)).await;
        let watched = desk.operation(op(1)).await;
        assert_eq!(watched.balance.explained.map(|sum| sum.get()), Some(2_000), "{watched:?}");
        assert!(desk.office.queue().await.expect("readable").halted.is_none());
    }
}

/// Nothing was read before: an entry that an operation before this one made explains nothing of what came after.
#[tokio::test(start_paused = true)]
async fn what_was_ours_before_does_not_explain_a_doubling() {
    let desk = Desk::new().await;
    desk.acquaint().await;
    desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
    pass(minutes(1)).await;
    desk.server.world().entries_fail = Some(unreadable());
    desk.server.script([Fault::Slow(Duration::from_secs(1))]);
    let doubled = async {
        pass(Duration::from_millis(500)).await;
        desk.server.world().entries_fail = None;
        desk.server.world().scale = (2, 1);
    };
    let again = desk.office.submit(op(2), refill(1, 5_000), because("второй подарок"));
    let (done, ()) = tokio::join!(again, doubled);
    assert_eq!(done.expect("sent").state, State::Confirmed);
    let halt = desk.office.queue().await.expect("readable").halted.expect("halted");
    assert_eq!((halt.operation, halt.changed.get()), (op(2), 10_000));
}

/// Nothing was read before, and entries carry no marks: that one of two entries is what was sent does not make the other a POS's.
#[tokio::test(start_paused = true)]
async fn one_of_two_equal_entries_does_not_explain_a_doubling_without_a_snapshot() {
    let mut desk = Desk::new().await;
    desk.server.world().shows_markers = false;
    desk.acquaint().await;
    desk.run();
    desk.server.world().entries_fail = Some(unreadable());
    desk.submit_into(Fault::AnswerLost, op(1), refill(1, 5_000)).await;
    let entry = desk.server.world().guests["1"].entries.last().expect("its entry").clone();
    desk.server.again("1", entry);
    desk.server.world().entries_fail = None;
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown, "two entries may be it");
    let (operator, reason) = ("Анна".into(), "позвонили".into());
    desk.office
        .decide(op(1), Decision { verdict: Verdict::Applied, operator, reason, found: None })
        .await
        .expect("decided");
    pass(minutes(60)).await;
    let halt = desk.office.queue().await.expect("readable").halted.expect("halted");
    assert_eq!((halt.operation, halt.changed.get()), (op(1), 10_000));
}

/// Submits the first operation to a server that lists no entries, and tells the balance before it alone.
async fn submit_unread(desk: &Desk, draft: Draft) {
    desk.server.world().entries_fail = Some(unreadable());
    desk.server.script([Fault::Slow(Duration::from_millis(100))]);
    let outage = async {
        pass(Duration::from_millis(50)).await;
        desk.server.world().balance_fails = true;
    };
    let (done, ()) = tokio::join!(desk.submit(op(1), draft), outage);
    let done = done.expect("sent");
    assert_eq!((done.state, done.balance.after), (State::Confirmed, None));
}

/// Nothing was read before: what a POS did in the second of the operation, and was in the balance before it, is reported from
/// what it did later by the operation's own entry.
#[tokio::test(start_paused = true)]
async fn what_was_there_before_in_the_same_second_is_not_held_against_us() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.run();
    desk.server.elsewhere("1", TransactionKind::Accrual, 30_000);
    submit_unread(&desk, refill(1, 5_000)).await;
    pass(Duration::from_secs(10)).await;
    desk.server.elsewhere("1", TransactionKind::Payment, -400);
    desk.server.world().entries_fail = None;
    desk.server.world().balance_fails = false;
    pass(minutes(30)).await;
    let done = desk.operation(op(1)).await;
    assert_eq!(done.balance.explained.map(|sum| sum.get()), Some(-400), "{done:?}");
    assert!(desk.office.queue().await.expect("readable").halted.is_none());
}

/// A clock that was set back does not make the return of a purchase something that was there before it.
#[tokio::test(start_paused = true)]
async fn a_purchase_whose_balance_is_read_after_its_return_is_no_mismatch_though_the_clock_was_set_back() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.run();
    submit_unread(&desk, purchase(1, "A-1", 500, 100)).await;
    desk.host.jump(-30_000);
    pass(Duration::from_secs(1)).await;
    desk.server.world().entries_fail = None;
    desk.server.world().balance_fails = false;
    desk.submit(op(2), Draft::ReturnCheck { purchase: op(1) }).await.expect("returned");
    pass(minutes(30)).await;
    let bought = desk.operation(op(1)).await;
    assert_eq!(bought.balance.explained.map(|sum| sum.get()), Some(-400), "{bought:?}");
    assert!(desk.office.queue().await.expect("readable").halted.is_none());
}

/// Another server may have the same account number, with another guest's balance.
#[tokio::test(start_paused = true)]
async fn a_balance_is_verified_only_by_the_server_that_the_operation_was_made_for() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    submit_unread(&desk, refill(1, 5_000)).await;
    let (own, foreign) = (desk.server.clone(), FakeServer::new());
    desk.server = foreign;
    desk.move_to("https://other.example").await;
    desk.run();
    pass(minutes(60 * 3)).await;
    assert!(desk.operation(op(1)).await.awaits_verification(), "a foreign balance says nothing");
    assert!(desk.office.queue().await.expect("readable").halted.is_none());

    own.world().entries_fail = None;
    own.world().balance_fails = false;
    desk.server = own;
    desk.move_to("https://bonus.example").await;
    desk.run();
    pass(minutes(30)).await;
    assert_eq!(desk.operation(op(1)).await.balance.after.map(|sum| sum.get()), Some(105_000));
    assert!(desk.office.queue().await.expect("readable").halted.is_none());
}

/// What a POS does between the reading of the balance and of the entries stands in the entries only: it hides no doubling.
#[tokio::test(start_paused = true)]
async fn what_happens_between_two_readings_hides_nothing() {
    let desk = Desk::new().await;
    desk.server.world().scale = (2, 1);
    desk.server.script([Fault::Slow(Duration::from_secs(1))]);
    let pos = async {
        pass(Duration::from_millis(500)).await;
        desk.server.between_readings(Reading::Balance, "1", 5_000);
    };
    let (done, ()) = tokio::join!(desk.submit(op(1), refill(1, 5_000)), pos);
    assert_eq!(done.expect("sent").state, State::Confirmed);
    let halt = desk.office.queue().await.expect("readable").halted.expect("halted");
    assert_eq!((halt.cause, halt.changed.get()), (HaltCause::Mismatch, 10_000));
}

/// The first attempt did nothing. Its balance is hours old, and the list does not reach back to it.
#[tokio::test(start_paused = true)]
async fn a_short_list_is_held_against_the_attempt_that_it_reaches() {
    for (instead, halts) in [(None, false), (Some(1_000), true)] {
        let mut desk = Desk::new().await;
        desk.acquaint().await;
        // The first snapshot is not empty: a list that is short by the server's limit would pass for the whole of an empty one.
        desk.server.elsewhere("1", TransactionKind::Accrual, 50);
        desk.server.world().lists_at_most = 3;
        desk.run();
        desk.lose(op(1), purchase(1, "A-1", 700, 0)).await;
        for sum in 1..=4 {
            desk.server.elsewhere("1", TransactionKind::Accrual, 100 + sum);
        }
        desk.server.world().instead = instead;
        let sent = desk.office.resend(op(1), "Анна").await.expect("sent again");
        assert_eq!(sent.state, State::Confirmed);
        let halted = desk.office.queue().await.expect("readable").halted;
        assert_eq!(halted.is_some(), halts, "{instead:?}: {:?}", desk.operation(op(1)).await.balance);
    }
}

/// A server without markers counts a hundredfold, and a POS refills the same sum just then. The answer names our entry.
#[tokio::test(start_paused = true)]
async fn the_entry_that_the_answer_named_is_ours_whatever_its_sum() {
    let desk = Desk::new().await;
    desk.server.world().shows_markers = false;
    desk.acquaint().await;
    desk.server.world().scale = (100, 1);
    desk.server.script([Fault::Slow(Duration::from_secs(2))]);
    let beside = async {
        pass(Duration::from_secs(1)).await;
        desk.server.elsewhere("1", TransactionKind::Refill, 1_000);
        desk.server.elsewhere("1", TransactionKind::Payment, -300);
    };
    let (done, ()) = tokio::join!(desk.submit(op(1), refill(1, 1_000)), beside);
    assert_eq!(done.expect("sent").state, State::Confirmed);
    let halt = desk.office.queue().await.expect("readable").halted.expect("halted");
    assert_eq!((halt.cause, halt.changed.get()), (HaltCause::FactorHundred, 100_000));
}
