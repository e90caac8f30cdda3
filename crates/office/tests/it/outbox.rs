//! What waits: never a storm, always in order.

use std::time::Duration;

use office::{Host as _, Notice, OfficeChange, Refusal, State};
use probonus::{Delivery, Error, ErrorKind};

use crate::{
    desk::{Desk, because, minutes, op, pass, refill},
    fake_server::Fault,
};

#[tokio::test(start_paused = true)]
async fn an_outage_is_not_followed_by_a_storm() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.world().down = true;
    for number in 0..40 {
        let draft = refill(1 + number % 8, i64::from(100 + number));
        assert_eq!(desk.submit(op(100 + number), draft).await.expect("written down").state, State::Prepared);
    }
    assert_eq!(desk.office.queue().await.expect("readable").counts.prepared, 40);
    desk.run();
    let before = desk.server.world().attempts.len();
    pass(minutes(30)).await;
    let knocked = desk.server.world().attempts.len() - before;
    assert!(knocked <= 20, "a silent server is asked now and then, not {knocked} times in half an hour");

    desk.server.world().down = false;
    desk.server.world().most_out = 0;
    pass(minutes(15)).await;
    assert_eq!(desk.office.queue().await.expect("readable").counts.prepared, 0);
    assert_eq!(desk.server.world().applied.len(), 42);
    assert!(desk.server.world().most_out <= 4);
}

/// A server that answers reads and no write: one operation is tried now and then, the others wait until a write is done.
#[tokio::test(start_paused = true)]
async fn a_server_that_does_no_write_is_not_sent_all_that_waits() {
    for (fault, sent_at_most, ending) in
        [(Fault::RequestLost, 3, State::NotApplied), (Fault::Refused, 8, State::Rejected)]
    {
        let mut desk = Desk::with(|policy| policy.parallel = 1).await;
        desk.acquaint().await;
        desk.office.pause("Анна").await.expect("paused");
        for number in 1..=8 {
            desk.submit(op(number), refill(number, 100)).await.expect("waits");
        }
        let before = desk.server.world().attempts.len();
        desk.server.script([fault; 3]);
        desk.office.resume("Анна").await.expect("resumed");
        desk.run();
        pass(minutes(3)).await;
        let sent = desk.server.world().attempts.len() - before;
        assert!(sent <= sent_at_most, "{fault:?}: {sent} sent in three minutes");
        let queue = desk.office.queue().await.expect("readable");
        assert_eq!(queue.counts.prepared > 0, sent_at_most < 8, "{fault:?}: {queue:?}");
        pass(minutes(10)).await;
        for number in 1..=8 {
            let expected = if number <= 3 { ending } else { State::Confirmed };
            assert_eq!(desk.state(op(number)).await, expected, "{fault:?}: {number}");
        }
    }
}

/// How long the outbox rests is told, and whoever knows that the server works again ends it.
#[tokio::test(start_paused = true)]
async fn the_rest_after_a_write_that_was_not_done_is_told_and_ends_at_once_on_request() {
    let mut desk = Desk::with(|policy| policy.parallel = 1).await;
    desk.acquaint().await;
    desk.office.pause("Анна").await.expect("paused");
    for number in 1..=2 {
        desk.submit(op(number), refill(number, 100)).await.expect("waits");
    }
    desk.server.script([Fault::RequestLost]);
    desk.office.resume("Анна").await.expect("resumed");
    desk.run();
    while desk.state(op(1)).await != State::Unknown {
        pass(Duration::from_secs(1)).await;
    }
    let next = desk.office.queue().await.expect("readable").next_due.expect("something waits");
    assert!(next.duration_since(desk.host.now()).as_secs() >= 25, "{next}");
    desk.office.try_again_now();
    pass(Duration::from_secs(3)).await;
    assert_eq!(desk.state(op(2)).await, State::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn what_waits_behind_an_earlier_one_goes_after_it() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.script([Fault::NotSent]);
    desk.submit(op(1), refill(1, 100)).await.expect("waits");
    let second = desk.submit(op(2), refill(1, 200)).await.expect("waits behind");
    assert_eq!(second.state, State::Prepared, "the server is back, but the order holds");
    desk.run();
    pass(minutes(1)).await;
    let marks: Vec<String> = desk.server.world().applied.iter().skip(2).map(|(_, marker)| marker.clone()).collect();
    assert!(marks[0].starts_with(&op(1).short()) && marks[1].starts_with(&op(2).short()), "{marks:?}");
}

/// Nobody is signed in for half an hour, so the pauses have grown to minutes. Then somebody signs in.
#[tokio::test(start_paused = true)]
async fn what_waits_goes_at_once_when_what_kept_it_is_gone() {
    let desk = Desk::at_work().await;
    desk.server.world().down = true;
    for number in 0..3 {
        desk.submit(op(number), refill(1 + number, 100)).await.expect("waits");
    }
    pass(minutes(30)).await;
    desk.server.world().down = false;
    desk.office.try_again_now();
    pass(Duration::from_secs(5)).await;
    for number in 0..3 {
        assert_eq!(desk.state(op(number)).await, State::Confirmed, "{number}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_due_again_does_not_go_past_a_pause_nor_the_operator() {
    let mut desk = Desk::with(|policy| policy.retry_budget = 1).await;
    desk.server.script([Fault::NotSent]);
    desk.submit(op(1), refill(1, 100)).await.expect("waits for the operator");
    desk.office.pause("Анна").await.expect("paused");
    desk.submit(op(2), refill(2, 100)).await.expect("waits for the pause");
    desk.run();
    desk.office.try_again_now();
    pass(minutes(10)).await;
    assert_eq!([desk.state(op(1)).await, desk.state(op(2)).await], [State::Prepared, State::Prepared]);
}

#[tokio::test(start_paused = true)]
async fn a_spent_budget_waits_for_the_operator() {
    let mut desk = Desk::with(|policy| policy.retry_budget = 3).await;
    desk.server.script([Fault::NotSent, Fault::NotSent, Fault::NotSent]);
    desk.submit(op(1), refill(1, 100)).await.expect("waits");
    desk.run();
    pass(minutes(120)).await;
    let waiting = desk.operation(op(1)).await;
    assert_eq!((waiting.state, waiting.due_at), (State::Prepared, None));
    let done = desk.office.resend(op(1), "Анна").await.expect("sent by hand");
    assert_eq!(done.state, State::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn listeners_are_told_each_change() {
    let desk = Desk::new().await;
    let mut changes = desk.office.subscribe();
    desk.submit(op(1), refill(1, 100)).await.expect("done");
    let mut states = Vec::new();
    while let Ok(change) = changes.try_recv() {
        if let OfficeChange::Operation(operation) = change {
            states.push(operation.state);
        }
    }
    assert_eq!(states, [State::Prepared, State::Sending, State::Confirmed, State::Confirmed]);
}

#[tokio::test(start_paused = true)]
async fn a_return_tells_of_its_purchase_too() {
    let desk = Desk::new().await;
    desk.submit(op(1), crate::desk::purchase(1, "A-1", 100, 0)).await.expect("bought");
    let mut changes = desk.office.subscribe();
    desk.submit(op(2), office::Draft::ReturnCheck { purchase: op(1) }).await.expect("returned");
    let mut reported = false;
    while let Ok(change) = changes.try_recv() {
        reported |= matches!(change, OfficeChange::Operation(operation) if operation.id == op(1) && operation.returned_by == Some(op(2)));
    }
    assert!(reported);
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_takes_money_operations_down_and_says_so_for_the_rest() {
    let desk = Desk::new().await;
    desk.server.world().reads_fail = true;
    let edit = office::Draft::EditGuest {
        phone: crate::fake_server::phone(1),
        account: crate::desk::account(1),
        before: probonus::Profile::default(),
        after: probonus::Profile { email: Some("a@b.ru".to_owned()), ..probonus::Profile::default() },
    };
    assert!(matches!(desk.submit(op(1), edit).await, Err(Refusal::Server(_))));
    let waiting = desk.office.submit(op(2), refill(1, 100), because("")).await.expect("written down");
    assert_eq!(waiting.state, State::Prepared);
    pass(Duration::from_secs(1)).await;
}

/// An operation that is prepared while the server is silent carries the name that was heard before: in this run, or by the
/// journal.
#[tokio::test(start_paused = true)]
async fn the_name_of_a_guest_outlives_a_silent_server() {
    let desk = Desk::new().await;
    let shown = desk.office.preview(&refill(1, 100)).await.expect("shown");
    assert!(!shown.subject.name.is_empty());
    desk.server.world().reads_fail = true;
    let waiting = desk.office.submit(op(1), refill(1, 100), because("")).await.expect("written down");
    assert_eq!((waiting.state, waiting.subject.name), (State::Prepared, shown.subject.name));
}

/// The server fails at one guest's record: the others' turn comes all the same.
#[tokio::test(start_paused = true)]
async fn an_account_that_fails_again_and_again_keeps_no_other_from_going() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.world().down = true;
    for guest in 1..5 {
        desk.submit(op(guest), refill(guest, 500)).await.expect("waits");
    }
    desk.run();
    pass(minutes(10)).await;
    desk.server.world().down = false;
    desk.server.world().spoilt = Some("1".to_owned());
    pass(minutes(30)).await;
    for guest in 2..5 {
        assert_eq!(desk.state(op(guest)).await, State::Confirmed, "guest {guest}");
    }
    assert_eq!(desk.state(op(1)).await, State::Prepared);
}

/// An account on which the server fails is that account's trouble until it fails on another.
#[tokio::test(start_paused = true)]
async fn one_account_that_fails_again_and_again_keeps_no_other_waiting() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.office.pause("Анна").await.expect("paused");
    desk.submit(op(1), refill(1, 5_000)).await.expect("waits");
    desk.server.world().spoilt = Some("1".to_owned());
    desk.office.resume("Анна").await.expect("resumed");
    desk.run();
    pass(minutes(30)).await;
    desk.server.world().down = true;
    desk.submit(op(2), refill(2, 700)).await.expect("waits");
    desk.server.world().down = false;
    pass(Duration::from_secs(5)).await;
    assert_eq!(desk.state(op(2)).await, State::Confirmed);
    assert_eq!(desk.state(op(1)).await, State::Prepared);
}

/// One rule for the whole way: whatever answers in place of ProBonus, money waits and goes when the way is free.
#[tokio::test(start_paused = true)]
async fn whatever_answers_in_place_of_the_server_a_money_operation_waits() {
    let in_place = [
        (ErrorKind::CertificateNotTrusted, Delivery::NotSent, None),
        (ErrorKind::ProxyAbsent, Delivery::NotSent, None),
        (ErrorKind::ProxyScheme, Delivery::NotSent, Some(407)),
        (ErrorKind::WebPage, Delivery::Unknown, Some(200)),
        (ErrorKind::Redirect, Delivery::Unknown, Some(302)),
        (ErrorKind::ServerFault, Delivery::Unknown, Some(502)),
        (ErrorKind::ServerFault, Delivery::Refused, Some(429)),
    ];
    for (number, (kind, delivery, status)) in (1..).zip(in_place) {
        let mut desk = Desk::new().await;
        desk.acquaint().await;
        let mut error = Error::new(kind, delivery);
        if let Some(status) = status {
            error = error.with_status(status);
        }
        desk.server.world().way_fails = Some(error);
        let shown = desk.office.preview(&refill(1, 100)).await.expect("shown");
        let is_told = |notice: &Notice| matches!(notice, Notice::ServerSilent { failure } if failure.kind == kind);
        assert!(shown.notices.iter().any(is_told), "{kind:?}: {:?}", shown.notices);
        let waiting = desk.office.submit(op(number), refill(1, 100), because("")).await.expect("written down");
        assert_eq!(waiting.state, State::Prepared, "{kind:?}");
        desk.run();
        pass(minutes(10)).await;
        assert_eq!(
            desk.state(op(number)).await,
            State::Prepared,
            "{kind:?}: it waits, and is neither sent nor refused"
        );
        desk.server.world().way_fails = None;
        pass(minutes(30)).await;
        assert_eq!(desk.state(op(number)).await, State::Confirmed, "{kind:?}");
    }
}

/// The guest is found, and only the entries can't be read: that is said, not that the server is silent. Nothing leaves before
/// the entries were searched for the operation's own marker.
#[tokio::test(start_paused = true)]
async fn entries_that_fail_for_a_while_are_waited_for_and_named() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.world().entries_fail = Some(Error::new(ErrorKind::ServerFault, Delivery::Unknown).with_status(503));
    let shown = desk.office.preview(&refill(1, 100)).await.expect("shown");
    assert!(matches!(shown.notices.as_slice(), [Notice::AccountUnreadableNow { .. }]), "{:?}", shown.notices);
    assert!(shown.balance.before.is_some(), "the balance was read");
    let attempts = desk.server.world().attempts.len();
    let waiting = desk.office.submit(op(1), refill(1, 100), because("")).await.expect("written down");
    assert_eq!((waiting.state, desk.server.world().attempts.len()), (State::Prepared, attempts));
    desk.server.world().entries_fail = None;
    desk.run();
    pass(minutes(30)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
}
