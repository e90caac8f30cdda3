//! Returns beside the work of others: a POS that returns a part, another PC, another guest, a node that lags behind.

use std::time::Duration;

use office::{Decision, Draft, HaltCause, Refusal, State, Verdict};
use probonus::{ExternalRef, Method, Transaction, TransactionKind};

use crate::{
    desk::{Desk, account, ann, because, minutes, op, outside_check, pass, purchase, refill},
    fake_server::{Fault, kop, phone},
};

const REASON: &str = "остаток чека";

fn own_return() -> Draft {
    Draft::ReturnCheck { purchase: op(1) }
}

fn decide_not_applied() -> Decision {
    Decision { verdict: Verdict::NotApplied, operator: "Анна".to_owned(), reason: REASON.to_owned(), found: None }
}

async fn halt_cause(desk: &Desk) -> Option<HaltCause> {
    desk.office.queue().await.expect("readable").halted.map(|halt| halt.cause)
}

/// The POS returns a part of the last purchase of guest 1.
fn part_returned_at_the_pos(desk: &Desk) {
    let bought = desk.server.world().guests["1"].entries.last().cloned().expect("an entry");
    desk.server.again("1", Transaction { kind: TransactionKind::Return, sum: kop(-1_000), ..bought });
}

/// The POS returned a part a moment ago. The operator has seen that, and returns the rest.
#[tokio::test(start_paused = true)]
async fn a_return_that_was_prepared_after_a_part_was_returned_is_sent() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), purchase(1, "A-1", 5_000, 0)).await.expect("bought");
    part_returned_at_the_pos(&desk);
    let returned = desk.office.submit(op(2), own_return(), because(REASON)).await.expect("with a reason");
    assert_eq!((returned.state, desk.server.applied(Method::ReturnCheck)), (State::Confirmed, 1));
}

/// The request of a return is lost, and the POS returns a part just then. That is no proof of the whole. Once a person has judged so,
/// the return is sent.
#[tokio::test(start_paused = true)]
async fn a_lost_return_is_not_confirmed_by_a_part_and_is_sent_once_a_person_has_judged() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), purchase(1, "A-1", 5_000, 0)).await.expect("bought");
    desk.submit_into(Fault::RequestLost, op(2), own_return()).await;
    part_returned_at_the_pos(&desk);
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(2)).await, State::Unknown);
    desk.office.decide(op(2), decide_not_applied()).await.expect("decided");
    let sent = desk.office.resend_because(op(2), "Анна", REASON).await.expect("sent");
    assert_eq!((sent.state, desk.server.applied(Method::ReturnCheck)), (State::Confirmed, 1));
}

/// The list before the send comes from a node that lacks the purchase, the list after it from one that has both.
#[tokio::test(start_paused = true)]
async fn the_accrual_of_a_purchase_is_not_taken_for_its_return() {
    let desk = Desk::at_work().await;
    let before = desk.server.world().guests.clone();
    desk.submit(op(1), purchase(1, "A-1", 5_000, 0)).await.expect("bought");
    desk.server.world().old = Some(before);
    desk.server.script([Fault::Slow(Duration::from_secs(2))]);
    let caught_up = async {
        pass(Duration::from_secs(1)).await;
        desk.server.world().old = None;
    };
    let (returned, ()) = tokio::join!(desk.submit(op(2), own_return()), caught_up);
    assert_eq!(returned.expect("returned").state, State::Confirmed);
    pass(minutes(60)).await;
    assert_eq!(halt_cause(&desk).await, None);
}

/// The balance before the send comes from a node that has a payment of the POS, what follows from one that lacks it for a while.
#[tokio::test(start_paused = true)]
async fn a_balance_and_entries_of_two_nodes_are_read_again_before_anybody_is_alarmed() {
    let desk = Desk::at_work().await;
    let before = desk.server.world().guests.clone();
    desk.server.elsewhere("1", TransactionKind::Payment, -1_750);
    desk.server.script([Fault::Slow(Duration::from_secs(2))]);
    let falls_behind = async {
        pass(Duration::from_secs(1)).await;
        desk.server.world().old = Some(before);
    };
    let (sent, ()) = tokio::join!(desk.submit(op(1), refill(1, 5_000)), falls_behind);
    assert_eq!((sent.expect("sent").state, halt_cause(&desk).await), (State::Confirmed, None));
    pass(Duration::from_secs(25)).await;
    desk.server.world().old = None;
    pass(minutes(60)).await;
    assert_eq!(halt_cause(&desk).await, None);
    assert_eq!(desk.operation(op(1)).await.balance.after, Some(kop(desk.server.balance_of("1"))));
}

/// Another guest's receipt: the server undoes it, and this guest shows nothing.
#[tokio::test(start_paused = true)]
async fn a_foreign_return_of_which_the_guest_shows_nothing_halts_the_queue() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), purchase(1, "A-1", 5_000, 0)).await.expect("bought");
    desk.submit(op(2), own_return()).await.expect("returned");
    let check = outside_check(1, "Б-9", 0, 0);
    let draft = Draft::ReturnForeign {
        phone: phone(1),
        account: account(1),
        check_guid: probonus::CheckGuid::from_uuid(op(500).0),
        rest_code: check.rest_code,
        outside_number: check.outside_number,
        station: check.station,
    };
    desk.server.script([Fault::Empty]);
    assert_eq!(desk.submit(op(3), draft).await.expect("answered").state, State::Confirmed);
    pass(minutes(5)).await;
    assert_eq!(halt_cause(&desk).await, Some(HaltCause::NoChange));
}

/// Another PC registers the receipt and returns it, while this one waits to register it.
#[tokio::test(start_paused = true)]
async fn a_receipt_that_was_registered_and_returned_elsewhere_is_not_called_registered() {
    let desk = Desk::at_work().await;
    desk.submit(op(9), purchase(2, "A-9", 1_000, 0)).await.expect("bought");
    let registered = desk.server.applied(Method::RegisterCheck);
    desk.office.pause("Анна").await.expect("paused");
    desk.submit(op(1), purchase(1, "A-1", 5_000, 0)).await.expect("waits");
    let waiting = desk.operation(op(1)).await;
    let external = ExternalRef { check_guid: waiting.payload.check_guid(), ..ExternalRef::default() };
    let template = desk.server.world().guests["2"].entries.last().cloned().expect("an entry");
    for (kind, sum) in [(TransactionKind::Accrual, 5_000), (TransactionKind::Return, -5_000)] {
        let entry = Transaction { kind, sum: kop(sum), comment: None, external: external.clone(), ..template.clone() };
        desk.server.again("1", entry);
    }
    desk.office.resume("Анна").await.expect("resumed");
    pass(minutes(10)).await;
    assert_eq!((desk.state(op(1)).await, desk.server.applied(Method::RegisterCheck)), (State::Unknown, registered));
    desk.office.decide(op(1), decide_not_applied()).await.expect("decided");
    let again = desk.office.resend_because(op(1), "Анна", REASON).await;
    assert!(matches!(again, Err(Refusal::AlreadyRegistered(_))), "{again:?}");
    let anew = desk.office.submit(op(2), purchase(1, "A-1", 5_000, 0), because(REASON)).await.expect("entered anew");
    assert_eq!(anew.state, State::Confirmed);
}

/// The server needs longer than the client waits, and the operator decides at once that nothing was done.
#[tokio::test(start_paused = true)]
async fn what_may_still_arrive_is_sent_again_only_with_a_reason() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    desk.office.decide(op(1), decide_not_applied()).await.expect("decided");
    let refused = desk.office.resend(op(1), "Анна").await;
    assert!(matches!(refused, Err(Refusal::NotProvenAbsent)), "{refused:?}");
    pass(minutes(3)).await;
    assert_eq!(desk.office.resend(op(1), "Анна").await.expect("sent").state, State::Confirmed);
}

/// A promotion added to the receipt, with its GUID. The server undoes both.
#[tokio::test(start_paused = true)]
async fn what_a_promotion_added_to_a_purchase_is_undone_with_it() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), purchase(1, "A-1", 5_000, 0)).await.expect("bought");
    let bought = desk.server.world().guests["1"].entries.last().cloned().expect("an entry");
    desk.server.again("1", Transaction { sum: kop(500), ..bought });
    let preview = desk.office.preview(&own_return()).await.expect("possible");
    assert_eq!(
        preview.balance.expected.zip(preview.balance.before).map(|(after, before)| before.get() - after.get()),
        Some(5_500)
    );
    assert_eq!(desk.office.submit(op(2), own_return(), ann()).await.expect("returned").state, State::Confirmed);
    pass(minutes(5)).await;
    assert_eq!(halt_cause(&desk).await, None);
}

/// A purchase of another server has the number of an account there. Here it may be another guest's.
#[tokio::test(start_paused = true)]
async fn a_purchase_of_another_server_is_not_returned_on_this_one() {
    let mut desk = Desk::at_work().await;
    desk.submit(op(1), purchase(1, "A-1", 5_000, 0)).await.expect("bought");
    desk.move_to("https://other.example").await;
    let refused = desk.submit(op(2), Draft::ReturnCheck { purchase: op(1) }).await.expect_err("another server's");
    assert!(matches!(&refused, Refusal::OtherServer { server } if server == "https://bonus.example"), "{refused:?}");
    assert_eq!(desk.server.applied(Method::ReturnCheck), 0);
}
