//! What really happens to receipts and guests in restaurants: parts of a receipt are returned at the POS, limits cut an accrual, a
//! guest has a new phone or is blocked.

use office::{Draft, HaltCause, State};
use probonus::{Method, Transaction, TransactionKind};

use crate::{
    desk::{Desk, account, because, minutes, op, outside_check, pass, purchase},
    fake_server::{kop, phone},
};

const REASON: &str = "остаток чека";

async fn halt_cause(desk: &Desk) -> Option<HaltCause> {
    desk.office.queue().await.expect("readable").halted.map(|halt| halt.cause)
}

/// The newest entry of guest 1.
fn last_entry(desk: &Desk) -> Transaction {
    desk.server.world().guests["1"].entries.last().cloned().expect("an entry")
}

/// The POS returned a part of a receipt an hour ago. The entry has the receipt's GUID, and the office returns the rest.
#[tokio::test(start_paused = true)]
async fn a_return_is_sent_though_the_pos_has_returned_a_part_before() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), purchase(1, "A-1", 4_500, 30_000)).await.expect("bought");
    let bought = last_entry(&desk);
    desk.server.again("1", Transaction { kind: TransactionKind::Return, sum: kop(10_000), ..bought });
    pass(minutes(60)).await;
    let draft = Draft::ReturnCheck { purchase: op(1) };
    let returned = desk.office.submit(op(2), draft, because(REASON)).await.expect("the operator has seen the part");
    assert_eq!(returned.state, State::Confirmed);
    assert_eq!(desk.server.applied(Method::ReturnCheck), 1, "it was really sent");
}

/// The part was returned while the return waited: it may be the return itself, sent by a journal that has forgotten it.
#[tokio::test(start_paused = true)]
async fn an_entry_of_a_part_confirms_no_return_that_was_never_sent() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), purchase(1, "A-1", 4_500, 30_000)).await.expect("bought");
    let bought = last_entry(&desk);
    desk.office.pause("Анна").await.expect("paused");
    desk.submit(op(2), Draft::ReturnCheck { purchase: op(1) }).await.expect("waits");
    pass(minutes(5)).await;
    desk.server.again("1", Transaction { kind: TransactionKind::Return, sum: kop(10_000), ..bought });
    desk.office.resume("Анна").await.expect("resumed");
    pass(minutes(60)).await;
    let left = desk.operation(op(2)).await;
    assert_eq!((left.state, desk.server.applied(Method::ReturnCheck)), (State::Unknown, 0));
    assert!(left.allowed().decide_applied && left.allowed().decide_not_applied);
}

/// A purchase that accrued 50.00 and spent 300.00: the guest must get the 300.00 back. What can't be taken back is excused.
#[tokio::test(start_paused = true)]
async fn a_return_that_gives_back_too_little_or_too_much_halts_the_queue() {
    for (moved, cause) in [
        (25_000, None),
        (28_000, None),
        (0, Some(HaltCause::NoChange)),
        (-5_000, Some(HaltCause::WrongSign)),
        (20_000, Some(HaltCause::Mismatch)),
        (35_000, Some(HaltCause::Mismatch)),
    ] {
        let desk = Desk::at_work().await;
        desk.submit(op(1), purchase(1, "A-1", 5_000, 30_000)).await.expect("bought");
        desk.server.world().instead = Some(moved);
        let returned = desk.submit(op(2), Draft::ReturnCheck { purchase: op(1) }).await.expect("returned");
        pass(minutes(5)).await;
        assert_eq!((returned.state, halt_cause(&desk).await), (State::Confirmed, cause), "{moved}");
    }
}

/// The server accrues nothing beyond a daily limit, and lists an accrual of zero.
#[tokio::test(start_paused = true)]
async fn an_accrual_that_the_server_cut_to_nothing_is_told() {
    let desk = Desk::at_work().await;
    desk.server.world().instead = Some(0);
    desk.submit(op(1), purchase(1, "A-1", 5_000, 0)).await.expect("bought");
    pass(minutes(5)).await;
    assert_eq!(halt_cause(&desk).await, Some(HaltCause::NoChange));
}

/// A POS takes 299.00 of 300.00 just before a purchase that spends them all, and the server takes what is left.
#[tokio::test(start_paused = true)]
async fn a_payment_that_the_server_cut_is_told_though_the_balance_is_as_expected() {
    let desk = Desk::at_work().await;
    desk.server.elsewhere("1", TransactionKind::Payment, -70_000);
    desk.server.world().meanwhile = Some(-29_900);
    desk.server.world().instead = Some(-100);
    desk.submit(op(1), purchase(1, "A-1", 0, 30_000)).await.expect("bought");
    pass(minutes(5)).await;
    assert_eq!(desk.server.balance_of("1"), 0);
    assert_eq!(halt_cause(&desk).await, Some(HaltCause::Mismatch));
}

/// A guest was blocked for a fraud, and the receipt must be undone.
#[tokio::test(start_paused = true)]
async fn a_purchase_of_a_blocked_guest_can_be_returned_and_no_new_one_made() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), purchase(1, "A-1", 5_000, 0)).await.expect("bought");
    desk.server.world().guests.get_mut("1").expect("known").blocked = true;
    let returned = desk.submit(op(2), Draft::ReturnCheck { purchase: op(1) }).await.expect("returned");
    assert_eq!(returned.state, State::Confirmed);
    assert!(desk.submit(op(3), purchase(1, "A-2", 5_000, 0)).await.is_err());
}

/// The guest has a new phone since the purchase, and the operator has found them by it.
#[tokio::test(start_paused = true)]
async fn a_purchase_is_returned_though_the_guest_has_another_phone_since() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), purchase(1, "A-1", 5_000, 0)).await.expect("bought");
    desk.server.world().guests.get_mut("1").expect("known").phone = phone(77);
    let check = outside_check(1, "A-1", 5_000, 0);
    let bought = desk.operation(op(1)).await;
    let draft = Draft::ReturnForeign {
        phone: phone(77),
        account: account(1),
        check_guid: bought.payload.check_guid().expect("a GUID"),
        rest_code: check.rest_code,
        outside_number: check.outside_number,
        station: check.station,
    };
    let returned = desk.submit(op(2), draft).await.expect("returned");
    assert_eq!(returned.state, State::Confirmed);
    assert_eq!(desk.operation(op(1)).await.returned_by, Some(op(2)));
}
