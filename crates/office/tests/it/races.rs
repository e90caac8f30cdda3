//! A double click, two windows, Enter held down; and accounts side by side.

use std::time::Duration;

use futures::future::join_all;
use office::{Refusal, State};
use probonus::Method;

use crate::{
    desk::{Desk, op, pass, purchase, refill},
    fake_server::Fault,
};

#[tokio::test(start_paused = true)]
async fn a_hundred_clicks_on_one_form_are_one_operation() {
    let desk = Desk::new().await;
    desk.server.script([Fault::Slow(Duration::from_secs(5))]);
    let clicks = join_all((0..100).map(|_| desk.submit(op(1), refill(1, 5_000)))).await;
    for click in clicks {
        assert_eq!(click.expect("the same operation").state, State::Confirmed);
    }
    assert_eq!(desk.server.applied(Method::Refill), 1);
    assert_eq!(desk.tale(op(1)).await, ["prepared", "sending", "confirmed", "balance_read"]);
}

#[tokio::test(start_paused = true)]
async fn two_windows_with_the_same_purchase_are_one_and_a_refusal() {
    let desk = Desk::new().await;
    let both = join_all([1, 2].map(|number| desk.submit(op(number), purchase(1, "A-1", 100, 0)))).await;
    assert!(both[0].is_ok());
    assert!(matches!(both[1], Err(Refusal::OutsideNumberTaken { .. })), "{:?}", both[1]);
    assert_eq!(desk.server.applied(Method::RegisterCheck), 1);
}

#[tokio::test(start_paused = true)]
async fn one_id_with_two_contents_is_a_loud_error() {
    let desk = Desk::new().await;
    desk.submit(op(1), refill(1, 5_000)).await.expect("the first");
    assert!(matches!(desk.submit(op(1), refill(1, 6_000)).await, Err(Refusal::IdReused)));
    assert!(matches!(desk.submit(op(1), purchase(1, "A-1", 1, 0)).await, Err(Refusal::IdReused)));
}

#[tokio::test(start_paused = true)]
async fn one_account_goes_one_at_a_time_and_accounts_go_side_by_side() {
    let desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.world().most_out = 0;
    desk.server.script([const { Fault::Slow(Duration::from_secs(1)) }; 20]);
    let same = (0..4).map(|n| desk.submit(op(10 + n), refill(1, i64::from(100 + n))));
    for done in join_all(same).await {
        assert_eq!(done.expect("sent").state, State::Confirmed);
    }
    assert_eq!(desk.server.world().most_out, 1);
    let many = (1..9).map(|guest| desk.submit(op(20 + guest), refill(guest, 777)));
    for done in join_all(many).await {
        assert_eq!(done.expect("sent").state, State::Confirmed);
    }
    assert_eq!(desk.server.world().most_out, 4, "as many as the policy allows");
}

#[tokio::test(start_paused = true)]
async fn the_first_refill_is_verified_before_a_second_goes() {
    let desk = Desk::new().await;
    desk.server.script([const { Fault::Slow(Duration::from_secs(1)) }; 20]);
    let many = (1..9).map(|guest| desk.submit(op(20 + guest), refill(guest, 777)));
    let all = join_all(many).await;
    assert!(all.into_iter().all(|done| done.expect("sent").state == State::Confirmed));

    let stories = join_all((1..9).map(|guest| desk.office.story(op(20 + guest)))).await;
    let mut sent: Vec<_> = Vec::new();
    let mut watched: Vec<_> = Vec::new();
    for story in stories.into_iter().map(|story| story.expect("there")) {
        for record in &story.events {
            match record.event.name() {
                "sending" => sent.push(record.at),
                "balance_read" => watched.push(record.at),
                _ => {}
            }
        }
    }
    sent.sort();
    watched.sort();
    assert!(watched[0] <= sent[1], "the second left only after the first was watched");
}

/// Before the program is replaced, it must be sure that it breaks off nothing.
#[tokio::test(start_paused = true)]
async fn a_held_office_is_at_rest_only_after_what_was_begun_and_begins_nothing_more() {
    let desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.script([Fault::Slow(Duration::from_secs(20))]);
    let submitting = desk.submit(op(1), refill(1, 5_000));
    tokio::pin!(submitting);
    assert!(tokio::time::timeout(Duration::from_secs(5), &mut submitting).await.is_err(), "it is out");
    desk.office.hold(true).await;
    let rest = tokio::time::timeout(Duration::from_secs(5), desk.office.at_rest()).await;
    assert!(rest.is_err(), "an operation is out");
    let (done, ()) = tokio::join!(&mut submitting, desk.office.at_rest());
    assert_eq!(done.expect("sent").state, State::Confirmed);
    let waiting = desk.submit(op(2), refill(2, 5_000)).await.expect("recorded");
    assert_eq!((waiting.state, desk.server.applied(Method::Refill)), (State::Prepared, 2));
    desk.office.at_rest().await;
}

#[tokio::test(start_paused = true)]
async fn a_submit_that_is_dropped_midway_is_unknown_and_found() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.script([Fault::Slow(Duration::from_secs(30))]);
    let window_closed = tokio::time::timeout(Duration::from_secs(1), desk.submit(op(1), refill(1, 5_000))).await;
    assert!(window_closed.is_err());
    assert_eq!(desk.state(op(1)).await, State::Sending);
    desk.run();
    pass(Duration::from_secs(300)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied, "the double drops what it did not do yet");
    assert_eq!(desk.server.balance_of("1"), 100_000);
}
