//! What really happens to receipts and guests in restaurants: parts of a receipt are returned at the POS, limits cut an accrual, a
//! guest has a new phone or is blocked.

use office::{Draft, HaltCause, Notice, State};
use probonus::{CheckGuid, ExternalRef, Method, Transaction, TransactionKind};

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

/// The server takes the payment and ignores the accrual. Where it lists what waits, that is told; elsewhere the accrual may come on a
/// later day.
#[tokio::test(start_paused = true)]
async fn an_accrual_that_the_server_left_out_is_told_where_it_lists_what_waits() {
    for (tells_waiting, cause) in [(true, Some(HaltCause::Mismatch)), (false, None)] {
        let mut desk = Desk::at_work().await;
        desk.server.world().tells_waiting = tells_waiting;
        desk.server.world().instead = Some(-1_000);
        desk.run();
        desk.submit(op(1), purchase(1, "A-1", 555, 1_000)).await.expect("bought");
        pass(minutes(30)).await;
        assert_eq!(halt_cause(&desk).await, cause, "it tells what waits: {tells_waiting}");
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

/// The return of a purchase that a POS, or another program, registered for guest 1.
fn foreign_return(guid: u32) -> Draft {
    let check = outside_check(1, "Б-9", 0, 0);
    Draft::ReturnForeign {
        phone: phone(1),
        account: account(1),
        check_guid: CheckGuid::from_uuid(op(guid).0),
        rest_code: check.rest_code,
        outside_number: check.outside_number,
        station: check.station,
    }
}

/// Another program's purchase, listed as an accrual and a payment with its GUID.
fn registered_elsewhere(desk: &Desk, guid: u32, parts: &[(TransactionKind, i64)]) {
    let template = last_entry(desk);
    let external = ExternalRef { check_guid: Some(CheckGuid::from_uuid(op(guid).0)), ..ExternalRef::default() };
    for (kind, sum) in parts {
        let row = Transaction { kind: *kind, sum: kop(*sum), external: external.clone(), ..template.clone() };
        desk.server.again("1", row);
    }
}

/// The guest's entries show what another program's purchase accrued and spent. Its return is compared with that, as with a purchase of
/// this journal, and after a restart too.
#[tokio::test(start_paused = true)]
async fn the_return_of_a_foreign_purchase_is_compared_with_what_the_guests_entries_show() {
    for (moved, cause) in [
        (25_000, None),
        (0, Some(HaltCause::NoChange)),
        (-25_000, Some(HaltCause::WrongSign)),
        (250, Some(HaltCause::FactorHundred)),
    ] {
        let desk = Desk::at_work().await;
        desk.submit(op(1), purchase(1, "A-1", 1_000, 0)).await.expect("bought");
        registered_elsewhere(&desk, 500, &[(TransactionKind::Accrual, 5_000), (TransactionKind::Payment, -30_000)]);
        let before = desk.server.balance_of("1");
        let preview = desk.office.preview(&foreign_return(500)).await.expect("possible");
        assert_eq!(preview.balance.expected, Some(kop(before + 25_000)));
        assert!(!preview.notices.contains(&Notice::ForeignPurchase));
        desk.server.world().instead = Some(moved);
        let returned = desk.submit(op(2), foreign_return(500)).await.expect("returned");
        pass(minutes(5)).await;
        assert_eq!((returned.state, halt_cause(&desk).await), (State::Confirmed, cause), "{moved}");
    }
}

/// The guest's entries show purchases with their GUIDs, and not this one: the operator may have typed another guest's phone.
#[tokio::test(start_paused = true)]
async fn a_foreign_purchase_that_the_guests_entries_do_not_show_is_said_so() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), purchase(1, "A-1", 1_000, 0)).await.expect("bought");
    let preview = desk.office.preview(&foreign_return(500)).await.expect("possible");
    assert!(preview.notices.contains(&Notice::PurchaseNotShown), "{:?}", preview.notices);
    assert_eq!(preview.balance.expected, None);
}
