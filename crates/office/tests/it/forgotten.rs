//! The journal is wrong about what was sent, or the world changes while the reads before a send are under way.

use office::{Decision, Event, Payload, Precondition, Refusal, State, Verdict};
use probonus::{Loyalty as _, Method};

use crate::{
    desk::{Desk, minutes, op, pass, purchase, refill},
    fake_server::{FakeServer, Fault, unreadable},
};

/// Puts on the server what the journal has only prepared: the journal's file was put back from outside.
async fn apply_behind_the_journal(server: &FakeServer, payload: &Payload) {
    server.world().down = false;
    match payload {
        Payload::Refill(refill) => server.refill(refill).await.map(drop),
        Payload::RegisterCheck(check) => server.register_check(check).await.map(drop),
        Payload::ReturnCheck(check) => server.return_check(check).await.map(drop),
        other => panic!("{other:?} moves no money"),
    }
    .expect("applied");
}

#[tokio::test(start_paused = true)]
async fn an_operation_whose_marker_is_on_the_server_is_reconciled_and_not_sent() {
    for draft in [refill(1, 5_000), purchase(1, "A-1", 500, 0)] {
        let mut desk = Desk::at_work().await;
        desk.server.world().down = true;
        let waiting = desk.submit(op(1), draft).await.expect("written down");
        assert_eq!((waiting.state, waiting.attempts), (State::Prepared, 0));
        desk.stop();
        apply_behind_the_journal(&desk.server, &waiting.payload).await;
        let (balance, writes) = (desk.server.balance_of("1"), desk.server.world().attempts.len());
        desk.restart().await;
        desk.run();
        pass(minutes(10)).await;
        assert_eq!(desk.state(op(1)).await, State::Confirmed);
        assert_eq!(desk.server.world().attempts.len(), writes, "nothing is sent a second time");
        assert_eq!(desk.server.balance_of("1"), balance);
        let found = desk.events(op(1)).await.into_iter().any(|event| {
            matches!(event, Event::Unknown { failure: Some(failure) }
                if failure.precondition == Some(Precondition::AlreadyOnServer))
        });
        assert!(found, "the story says why it was not sent: {:?}", desk.tale(op(1)).await);
    }
}

/// A proxy spoils just the list that shows what the journal has forgotten.
#[tokio::test(start_paused = true)]
async fn nothing_goes_without_the_list_that_this_server_could_give_before() {
    let mut desk = Desk::at_work().await;
    desk.server.world().down = true;
    let waiting = desk.submit(op(1), refill(1, 5_000)).await.expect("written down");
    desk.stop();
    apply_behind_the_journal(&desk.server, &waiting.payload).await;
    let (balance, writes) = (desk.server.balance_of("1"), desk.server.world().attempts.len());
    desk.server.world().entries_fail = Some(unreadable());
    desk.restart().await;
    desk.run();
    pass(minutes(3)).await;
    assert_eq!((desk.state(op(1)).await, desk.server.world().attempts.len()), (State::Prepared, writes));
    desk.server.world().entries_fail = None;
    pass(minutes(10)).await;
    assert_eq!((desk.state(op(1)).await, desk.server.balance_of("1")), (State::Confirmed, balance));
    assert_eq!(desk.server.world().attempts.len(), writes, "it is not sent a second time");
}

/// The journal is so old that it does not know that this server lists entries, and one list is spoilt.
#[tokio::test(start_paused = true)]
async fn one_spoilt_list_sends_nothing_though_the_journal_knows_of_no_other() {
    let mut desk = Desk::new().await;
    desk.acquaint_by_refill().await;
    desk.server.world().down = true;
    let waiting = desk.submit(op(1), purchase(1, "A-1", 500, 0)).await.expect("written down");
    apply_behind_the_journal(&desk.server, &waiting.payload).await;
    let writes = desk.server.world().attempts.len();
    desk.server.world().entries_fail = Some(unreadable());
    desk.run();
    pass(std::time::Duration::from_secs(3)).await;
    assert_eq!((desk.state(op(1)).await, desk.server.world().attempts.len()), (State::Prepared, writes));
    desk.server.world().entries_fail = None;
    pass(minutes(10)).await;
    assert_eq!((desk.state(op(1)).await, desk.server.world().attempts.len()), (State::Confirmed, writes));
}

/// The journal knows an attempt that did not leave, and has forgotten the next, which did. Another PC worked in between.
#[tokio::test(start_paused = true)]
async fn what_others_moved_since_an_attempt_that_did_not_leave_is_no_mismatch() {
    let mut desk = Desk::at_work().await;
    desk.server.script([Fault::NotSent]);
    let waiting = desk.submit(op(1), refill(1, 5_000)).await.expect("written down");
    assert_eq!((waiting.state, waiting.balance.before.is_some()), (State::Prepared, true));
    desk.stop();
    desk.server.elsewhere_saying("1", probonus::TransactionKind::Refill, 3_000, "#deadbeef другой ПК");
    apply_behind_the_journal(&desk.server, &waiting.payload).await;
    desk.restart().await;
    desk.run();
    pass(minutes(10)).await;
    let found = desk.operation(op(1)).await;
    assert_eq!(found.state, State::Confirmed);
    assert!(desk.office.queue().await.expect("readable").halted.is_none(), "{:?}", found.balance);
    assert_eq!(found.balance.explained.map(probonus::Kopecks::get), Some(3_000), "{:?}", found.balance);
}

/// The journal forgot a refill, and the server shows no markers: an entry that the journal can't explain stops the send.
#[tokio::test(start_paused = true)]
async fn an_unexplained_entry_of_the_sum_stops_the_send_until_a_person_decides() {
    for forgot in [true, false] {
        let mut desk = Desk::new().await;
        desk.server.world().shows_markers = false;
        desk.acquaint().await;
        desk.server.elsewhere("1", probonus::TransactionKind::Refill, 5_000);
        pass(minutes(60)).await;
        desk.server.world().down = true;
        let waiting = desk.office.submit(op(1), refill(1, 5_000), crate::desk::because("второй")).await.expect("waits");
        assert_eq!((waiting.state, waiting.attempts), (State::Prepared, 0));
        desk.stop();
        pass(minutes(60)).await;
        if forgot {
            apply_behind_the_journal(&desk.server, &waiting.payload).await;
        }
        desk.server.world().down = false;
        let writes = desk.server.world().attempts.len();
        desk.restart().await;
        desk.run();
        pass(minutes(60)).await;
        if !forgot {
            assert_eq!(desk.state(op(1)).await, State::Confirmed, "an entry of before it was prepared stops nothing");
            continue;
        }
        assert_eq!(desk.state(op(1)).await, State::Unknown);
        assert_eq!(desk.server.world().attempts.len(), writes, "nothing is sent a second time");
        let said = desk.events(op(1)).await.into_iter().any(|event| {
            matches!(event, Event::Unknown { failure: Some(failure) }
                if failure.precondition == Some(Precondition::SimilarOnServer))
        });
        assert!(said, "the story says why it was not sent: {:?}", desk.tale(op(1)).await);
        let not_applied = Decision {
            verdict: Verdict::NotApplied,
            operator: "Анна".to_owned(),
            reason: "то была касса".to_owned(),
            found: None,
        };
        desk.office.decide(op(1), not_applied).await.expect("decided");
        desk.office.resend(op(1), "Анна").await.expect("what a person has judged stops nothing");
        pass(minutes(10)).await;
        assert_eq!(desk.state(op(1)).await, State::Confirmed);
        assert_eq!(desk.server.world().attempts.len(), writes + 1);
    }
}

/// Two equal refills wait for one account: the entry of the first does not stop the second.
#[tokio::test(start_paused = true)]
async fn an_entry_that_the_journal_explains_stops_nothing() {
    for shows_ids in [true, false] {
        let mut desk = Desk::new().await;
        desk.server.world().shows_markers = false;
        desk.server.world().shows_ids = shows_ids;
        desk.acquaint().await;
        desk.server.world().down = true;
        for id in [op(1), op(2)] {
            desk.office.submit(id, refill(1, 5_000), crate::desk::because("оба")).await.expect("waits");
        }
        desk.server.world().down = false;
        desk.run();
        pass(minutes(60)).await;
        for id in [op(1), op(2)] {
            assert_eq!(desk.state(id).await, State::Confirmed, "ids: {shows_ids}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_form_that_is_sent_again_after_its_journal_was_lost_is_not_paid_twice() {
    let desk = Desk::new().await;
    desk.acquaint().await;
    desk.submit(op(1), refill(1, 5_000)).await.expect("paid");
    // Another journal, the same server, the same form with the same id.
    let mut fresh = Desk::new().await;
    fresh.server = desk.server.clone();
    fresh.restart().await;
    let again = fresh.office.submit(op(1), refill(1, 5_000), crate::desk::because("повтор")).await.expect("written");
    assert_eq!(again.state, State::Confirmed);
    assert_eq!(desk.server.balance_of("1"), 105_000);
}

#[tokio::test(start_paused = true)]
async fn an_old_marker_beyond_the_newest_entries_is_found() {
    let mut desk = Desk::at_work().await;
    desk.server.world().down = true;
    let waiting = desk.submit(op(1), refill(1, 5_000)).await.expect("written down");
    desk.stop();
    apply_behind_the_journal(&desk.server, &waiting.payload).await;
    for sum in 1..80 {
        desk.server.elsewhere("1", probonus::TransactionKind::Accrual, sum);
    }
    pass(minutes(60 * 24)).await;
    desk.restart().await;
    desk.run();
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
    assert_eq!(desk.server.applied(Method::Refill), 2, "guest 9 once, guest 1 once");
}

#[tokio::test(start_paused = true)]
async fn a_pause_or_a_new_binding_during_the_reads_stops_the_send() {
    for pauses in [true, false] {
        let desk = Desk::new().await;
        desk.acquaint().await;
        let writes = desk.server.world().attempts.len();
        desk.server.world().lists_in = minutes(1);
        let office = desk.office.clone();
        let sending = tokio::spawn(async move { office.submit(op(1), refill(1, 5_000), crate::desk::ann()).await });
        // The reads of the plan are made by now; those right before the send are not.
        pass(minutes(1) / 2).await;
        if pauses {
            desk.office.pause("Анна").await.expect("paused");
        } else {
            desk.server.world().binding += 1;
        }
        let operation = sending.await.expect("no panic").expect("written down");
        assert_eq!((operation.state, operation.attempts), (State::Prepared, 0), "pauses: {pauses}");
        assert_eq!(desk.server.world().attempts.len(), writes, "pauses: {pauses}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_said_after_the_work_is_found_out() {
    let desk = Desk::at_work().await;
    desk.server.script([Fault::RefusedAfterWork]);
    let sent = desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
    assert_eq!(sent.state, State::Confirmed, "the server is looked at before its refusal is believed");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_said_long_before_the_work_is_found_out_by_itself() {
    let desk = Desk::at_work().await;
    desk.server.script([Fault::RefusedThenLate(minutes(1))]);
    let refused = desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
    assert_eq!(refused.state, State::Rejected, "there is no trace of it yet");
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn the_operator_may_say_that_a_rejected_operation_was_done() {
    let desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.script([Fault::Refused]);
    desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
    let decision =
        |verdict| Decision {
            verdict, operator: "Анна".to_owned(), reason: "видно в кабинете".to_owned(), found: None
        };
    let again = desk.office.decide(op(1), decision(Verdict::NotApplied)).await;
    assert!(matches!(again, Err(Refusal::WrongState { state: State::Rejected })), "{again:?}");
    let decided = desk.office.decide(op(1), decision(Verdict::Applied)).await.expect("decided");
    assert_eq!(decided.state, State::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_applies_and_says_sign_in_again_is_paid_once() {
    let mut desk = Desk::at_work().await;
    desk.server.script([Fault::SignInAgainAfterWork; 20]);
    desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
    pass(minutes(60)).await;
    desk.restart().await;
    desk.run();
    pass(minutes(60)).await;
    assert_eq!(desk.server.balance_of("1"), 105_000);
    assert_eq!(desk.state(op(1)).await, State::Confirmed, "its marker is found before it is sent again");
}

/// The session ends while a refill is out. Whether the server did the work before it said so, does it a little later or not at all,
/// the refill is sent once.
#[tokio::test(start_paused = true)]
async fn a_write_whose_secret_was_refused_is_unknown_and_not_sent_again_by_itself() {
    for (fault, ends_as, refilled) in [
        (Fault::SignInAgainAfterWork, State::Confirmed, 5_000),
        // A gateway refuses while the server behind it is at work.
        (Fault::SignInAgainThenLate(minutes(1) / 3), State::Confirmed, 5_000),
        (Fault::SignInAgain, State::NotApplied, 0),
    ] {
        let desk = Desk::at_work().await;
        let before = desk.server.world().attempts.len();
        desk.server.script([fault]);
        let sent = desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
        assert_eq!(sent.state, State::Unknown, "nobody may cancel what may be done: {fault:?}");
        pass(minutes(20)).await;
        assert_eq!(desk.state(op(1)).await, ends_as, "{fault:?}: {:?}", desk.tale(op(1)).await);
        assert_eq!(desk.server.world().attempts.len() - before, 1, "{fault:?}");
        assert_eq!(desk.server.balance_of("1"), 100_000 + refilled, "{fault:?}");
    }
}

/// The disk with the journal is taken away while a request is out: nobody may wait for ever for what can't be written down.
#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_written_down_is_told() {
    let mut desk = Desk::at_work().await;
    let mut changes = desk.office.subscribe();
    desk.disk.full_for(&["confirmed"]);
    let told = desk.submit(op(1), refill(1, 5_000)).await.expect("it was sent");
    let why = |operation: &office::Operation| operation.failure.as_ref().and_then(|failure| failure.precondition);
    assert_eq!((told.state, why(&told)), (State::Unknown, Some(Precondition::OutcomeNotRecorded)));
    let mut is_told = false;
    while let Ok(change) = changes.try_recv() {
        is_told |= matches!(change, office::OfficeChange::Operation(operation) if why(&operation) == why(&told));
    }
    assert!(is_told, "whoever looks on is told too");
    desk.disk.full_for(&[]);
    desk.restart().await;
    desk.run();
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
    assert_eq!(desk.server.balance_of("1"), 105_000);
}
