//! The program ends in every state, and starts again on the same journal.

use std::time::Duration;

use office::{Event, Journal as _, State};
use probonus::Method;

use crate::{
    desk::{Desk, minutes, op, pass, purchase, refill},
    fake_server::{Fault, unreadable},
};

/// Ends the program while operation 1 is out.
async fn end_while_sending(desk: &mut Desk, arrives: bool) {
    desk.server.script([if arrives { Fault::AnswerLost } else { Fault::Slow(minutes(10)) }]);
    let submit = tokio::time::timeout(Duration::from_secs(1), desk.submit(op(1), refill(1, 5_000)));
    let _ = submit.await;
    desk.restart().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_out_is_unknown_at_the_start() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    end_while_sending(&mut desk, false).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
    assert_eq!(desk.tale(op(1)).await, ["prepared", "sending", "unknown"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_out_and_arrived_is_found_before_anything_else_goes() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    end_while_sending(&mut desk, true).await;
    let next = desk.submit(op(2), refill(1, 700)).await.expect("the first is found first");
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
    assert_eq!((next.state, desk.server.balance_of("1")), (State::Confirmed, 105_700));
}

#[tokio::test(start_paused = true)]
async fn what_waited_goes_after_the_start() {
    let mut desk = Desk::new().await;
    desk.server.world().down = true;
    let waiting = desk.submit(op(1), refill(1, 5_000)).await.expect("written down though nobody answers");
    assert_eq!(waiting.state, State::Prepared);
    desk.restart().await;
    desk.server.world().down = false;
    desk.run();
    pass(minutes(6)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
    assert_eq!(desk.server.applied(Method::Refill), 1);
}

#[tokio::test(start_paused = true)]
async fn the_order_of_an_account_survives() {
    let mut desk = Desk::new().await;
    desk.server.world().down = true;
    for number in 1..6 {
        let waiting = desk.submit(op(number), purchase(1, &number.to_string(), 100, 0)).await;
        // The same sum within the day: said, and meant.
        let waiting = match waiting {
            Err(office::Refusal::PossibleDuplicate { .. }) => {
                desk.office
                    .submit(op(number), purchase(1, &number.to_string(), 100, 0), crate::desk::because("так и есть"))
                    .await
            }
            waiting => waiting,
        };
        assert_eq!(waiting.expect("written down").state, State::Prepared);
    }
    desk.restart().await;
    desk.server.world().down = false;
    desk.run();
    pass(minutes(10)).await;
    let sent: Vec<String> = desk.server.world().applied.iter().map(|(_, marker)| marker.clone()).collect();
    let mut expected = Vec::new();
    for number in 1..6 {
        expected.extend(desk.operation(op(number)).await.payload.check_guid().map(|guid| guid.to_string()));
    }
    assert_eq!(sent, expected);
}

#[tokio::test(start_paused = true)]
async fn finished_ones_stay_as_they_are() {
    let mut desk = Desk::new().await;
    desk.submit(op(1), refill(1, 100)).await.expect("done");
    desk.server.script([Fault::Refused]);
    desk.submit(op(2), refill(2, 100)).await.expect("refused");
    desk.server.script([Fault::NotSent]);
    desk.submit(op(3), refill(3, 100)).await.expect("waits");
    desk.office.cancel(op(3), "Анна").await.expect("cancelled");
    desk.submit_into(Fault::RequestLost, op(4), refill(4, 100)).await;
    desk.run();
    pass(minutes(5)).await;
    let before: Vec<_> = [
        desk.operation(op(1)).await,
        desk.operation(op(2)).await,
        desk.operation(op(3)).await,
        desk.operation(op(4)).await,
    ]
    .into();
    assert_eq!(
        before.iter().map(|op| op.state).collect::<Vec<_>>(),
        [State::Confirmed, State::Rejected, State::Cancelled, State::NotApplied]
    );
    desk.restart().await;
    desk.run();
    pass(minutes(60)).await;
    for operation in before {
        assert_eq!(desk.operation(operation.id).await, operation);
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_survives() {
    let mut desk = Desk::new().await;
    desk.office.pause("Анна").await.expect("paused");
    let waiting = desk.submit(op(1), refill(1, 100)).await.expect("written down");
    assert_eq!(waiting.state, State::Prepared);
    desk.restart().await;
    desk.run();
    pass(minutes(60)).await;
    assert!(desk.office.queue().await.expect("readable").paused);
    assert_eq!(desk.state(op(1)).await, State::Prepared);
    desk.office.resume("Анна").await.expect("resumed");
    pass(minutes(1)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn clocks_that_jump_change_nothing() {
    for jump in [-90_000, 90_000] {
        let desk = Desk::at_work().await;
        desk.server.script([Fault::AnswerLost, Fault::RequestLost, Fault::NotSent]);
        desk.submit(op(1), refill(1, 5_000)).await.expect("unknown");
        desk.submit(op(2), refill(2, 5_000)).await.expect("unknown");
        desk.submit(op(3), refill(3, 5_000)).await.expect("waits");
        desk.host.jump(jump);
        pass(minutes(10)).await;
        assert_eq!(desk.state(op(1)).await, State::Confirmed, "jump of {jump} s");
        assert_eq!(desk.state(op(2)).await, State::NotApplied, "jump of {jump} s");
        assert_eq!(desk.state(op(3)).await, State::Confirmed, "jump of {jump} s");
    }
}

/// What was not applied and is sent again is older than what went out since; after a start that makes no difference.
#[tokio::test(start_paused = true)]
async fn after_a_start_nothing_goes_before_what_may_have_been_done() {
    let mut desk = Desk::at_work().await;
    desk.lose(op(1), refill(1, 5_000)).await;
    desk.submit_into(Fault::AnswerLost, op(2), refill(1, 700)).await;
    desk.stop();
    // The outcome is unknown when the first is sent again: the journal of a machine that died in between.
    let first = desk.operation(op(1)).await;
    let resent = Event::Resent { operator: "Анна".to_owned(), reason: String::new() };
    desk.journal.append(op(1), first.version, first.updated_at, resent).await.expect("written");
    desk.restart().await;
    desk.server.world().entries_fail = Some(unreadable());
    let sent = desk.server.world().attempts.len();
    desk.run();
    pass(minutes(30)).await;
    assert_eq!(desk.server.world().attempts.len(), sent, "nothing goes while an outcome is unknown");
    desk.server.world().entries_fail = None;
    pass(minutes(30)).await;
    assert_eq!((desk.state(op(1)).await, desk.state(op(2)).await), (State::Confirmed, State::Confirmed));
    assert_eq!(desk.server.balance_of("1"), 105_700);
}
