//! Each arrow of the state picture.

use office::{Decision, Draft, Event, Evidence, Refusal, State, Verdict};
use probonus::{GroupId, Method, Profile};

use crate::{
    desk::{Desk, minutes, op, pass, purchase, refill},
    fake_server::{Fault, phone},
};

#[tokio::test(start_paused = true)]
async fn a_refill_is_written_down_sent_confirmed_and_its_balance_read() {
    let desk = Desk::new().await;
    let done = desk.submit(op(1), refill(1, 5_000)).await.expect("accepted");
    assert_eq!(done.state, State::Confirmed);
    assert_eq!(desk.server.balance_of("1"), 105_000);
    assert_eq!(done.balance.before.map(|k| k.get()), Some(100_000));
    assert_eq!(done.balance.expected.map(|k| k.get()), Some(105_000));
    assert_eq!(done.balance.after.map(|k| k.get()), Some(105_000));
    assert_eq!(desk.tale(op(1)).await, ["prepared", "sending", "confirmed", "balance_read"]);
    assert_eq!(done.subject.name, "Иванова Анна 1");
}

#[tokio::test(start_paused = true)]
async fn every_kind_goes_down_the_same_pipeline() {
    let desk = Desk::new().await;
    let mut profile = Profile::default();
    profile.name.name = Some("Пётр".to_owned());
    let create = Draft::CreateGuest { group: GroupId::new("3"), phone: phone(50), profile };
    let created = desk.submit(op(1), create).await.expect("created");
    assert_eq!(created.state, State::Confirmed);
    assert!(created.subject.account.is_some(), "the server told the new account");

    let bought = desk.submit(op(2), purchase(1, "A-1", 2_500, 1_000)).await.expect("registered");
    assert_eq!((bought.state, desk.server.balance_of("1")), (State::Confirmed, 101_500));
    let returned = desk.submit(op(3), Draft::ReturnCheck { purchase: op(2) }).await.expect("returned");
    assert_eq!((returned.state, desk.server.balance_of("1")), (State::Confirmed, 100_000));
    assert_eq!(desk.operation(op(2)).await.returned_by, Some(op(3)));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_the_server_is_final() {
    let mut desk = Desk::new().await;
    desk.run();
    desk.server.script([Fault::Refused]);
    let refused = desk.submit(op(1), purchase(1, "A-1", 100, 0)).await.expect("written down");
    assert_eq!(refused.state, State::Rejected);
    assert_eq!(refused.failure.and_then(|f| f.server_message).as_deref(), Some("нет такого ресторана"));
    pass(minutes(60)).await;
    assert_eq!(desk.server.world().attempts.len(), 1, "never sent again");
    desk.submit(op(2), purchase(1, "A-1", 100, 0)).await.expect("the number is free again");
}

#[tokio::test(start_paused = true)]
async fn what_surely_did_not_leave_waits_and_goes_by_itself() {
    let mut desk = Desk::new().await;
    desk.server.script([Fault::NotSent, Fault::NotSent]);
    let waiting = desk.submit(op(1), refill(1, 5_000)).await.expect("written down");
    assert_eq!(waiting.state, State::Prepared);
    assert!(waiting.due_at.is_some());
    desk.run();
    pass(minutes(1)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
    assert_eq!(desk.server.applied(Method::Refill), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_turned_away_is_unknown_and_can_be_sent_again() {
    for fault in [Fault::SignInAgain, Fault::TooMany] {
        let desk = Desk::at_work().await;
        desk.submit_into(fault, op(1), refill(1, 5_000)).await;
        pass(minutes(10)).await;
        assert_eq!(desk.state(op(1)).await, State::NotApplied, "{fault:?}");
        let done = desk.office.resend_because(op(1), "Анна", "в ProBonus её нет").await.expect("sent again");
        assert_eq!(done.state, State::Confirmed, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_operation_is_never_sent() {
    let mut desk = Desk::new().await;
    desk.server.script([Fault::NotSent]);
    desk.submit(op(1), refill(1, 5_000)).await.expect("written down");
    let cancelled = desk.office.cancel(op(1), "Анна").await.expect("not sent yet");
    assert_eq!(cancelled.state, State::Cancelled);
    desk.run();
    pass(minutes(60)).await;
    assert_eq!(desk.server.balance_of("1"), 100_000);
    let again = desk.office.cancel(op(1), "Анна").await;
    assert!(matches!(again, Err(Refusal::WrongState { state: State::Cancelled })));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_unknown_and_found_without_sending_again() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.script([Fault::AnswerLost]);
    let unknown = desk.submit(op(1), refill(1, 5_000)).await.expect("written down");
    assert_eq!(unknown.state, State::Unknown);
    desk.run();
    pass(minutes(1)).await;
    let found = desk.operation(op(1)).await;
    assert_eq!(found.state, State::Confirmed);
    assert!(found.proof.is_some());
    assert_eq!(found.balance.after.map(|k| k.get()), Some(105_000), "the balance is read after a late proof too");
    assert_eq!(desk.server.applied(Method::Refill), 2);
}

#[tokio::test(start_paused = true)]
async fn a_lost_request_is_not_applied_after_two_probes_and_a_resend_keeps_the_id() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.script([Fault::RequestLost]);
    desk.submit(op(1), purchase(1, "A-1", 100, 0)).await.expect("written down");
    desk.run();
    pass(std::time::Duration::from_secs(100)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown, "one absence is none");
    pass(minutes(2)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
    assert_eq!(desk.server.world().attempts.len(), 3, "nothing is sent again by itself");

    let done = desk.office.resend_because(op(1), "Анна", "в ProBonus её нет").await.expect("resent");
    assert_eq!(done.state, State::Confirmed);
    let guid = done.payload.check_guid().expect("a purchase has one").to_string();
    assert_eq!(desk.server.world().applied.last().map(|(_, marker)| marker.clone()), Some(guid));
}

#[tokio::test(start_paused = true)]
async fn the_operator_decides_an_ambiguous_outcome() {
    let desk = Desk::new().await;
    desk.server.world().shows_markers = false;
    desk.server.world().shows_ids = false;
    desk.server.script([Fault::RequestLost]);
    desk.submit(op(1), purchase(1, "A-1", 0, 0)).await.expect("written down");
    let probed = desk.office.reconcile(op(1)).await.expect("asked");
    assert_eq!(probed.operation.state, State::Unknown);
    assert!(!matches!(probed.evidence, Evidence::Absent { conclusive: true, .. }), "{:?}", probed.evidence);

    let decide = |verdict, reason: &str| Decision {
        verdict,
        operator: "Анна".to_owned(),
        reason: reason.to_owned(),
        found: None,
    };
    let hasty = desk.office.decide(op(1), decide(Verdict::Applied, "  ")).await;
    assert!(matches!(hasty, Err(Refusal::Invalid(_))), "a decision has a reason");
    let later = desk.office.decide(op(1), decide(Verdict::AskLater, "")).await.expect("later");
    assert_eq!(later.state, State::Unknown);
    let decided = desk.office.decide(op(1), decide(Verdict::Applied, "видно в админке")).await.expect("decided");
    assert_eq!(decided.state, State::Confirmed);
    let kept = desk.events(op(1)).await;
    assert!(kept.iter().any(|event| matches!(event, Event::Decided { reason, .. } if reason == "видно в админке")));
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_for_not_applied_may_be_decided_to_be_done_and_nothing_else() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.script([Fault::RequestLost]);
    desk.submit(op(1), purchase(1, "A-1", 100, 0)).await.expect("written down");
    desk.run();
    pass(minutes(5)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
    let decide = |verdict, reason: &str| Decision {
        verdict,
        operator: "Анна".to_owned(),
        reason: reason.to_owned(),
        found: None,
    };
    for verdict in [Verdict::NotApplied, Verdict::AskLater] {
        let again = desk.office.decide(op(1), decide(verdict, "не видно")).await;
        assert!(matches!(again, Err(Refusal::WrongState { state: State::NotApplied })), "{again:?}");
    }
    let hasty = desk.office.decide(op(1), decide(Verdict::Applied, "")).await;
    assert!(matches!(hasty, Err(Refusal::Invalid(_))), "a decision has a reason");
    let decided = desk.office.decide(op(1), decide(Verdict::Applied, "пришла ночью")).await.expect("decided");
    assert_eq!(decided.state, State::Confirmed);
    let kept = desk.events(op(1)).await;
    assert!(kept.iter().any(|event| matches!(event, Event::Decided { reason, .. } if reason == "пришла ночью")));
    let resent = desk.office.resend(op(1), "Анна").await;
    assert!(matches!(resent, Err(Refusal::WrongState { state: State::Confirmed })), "never sent again");
}

/// The answer came, and the journal has no room for it: it was sent, and nobody is reported that it was not.
#[tokio::test(start_paused = true)]
async fn a_journal_that_fails_after_the_answer_is_no_refusal() {
    for full_for in [&["confirmed", "unknown"][..], &["balance_read", "looked"]] {
        let mut desk = Desk::new().await;
        desk.acquaint().await;
        desk.disk.full_for(full_for);
        let reported = desk.submit(op(1), refill(1, 5_000)).await.expect("it was sent: no refusal");
        assert!(matches!(reported.state, State::Unknown | State::Confirmed), "{reported:?}");
        desk.run();
        pass(minutes(1)).await;
        desk.disk.full_for(&[]);
        pass(minutes(5)).await;
        let done = desk.operation(op(1)).await;
        assert_eq!(done.state, State::Confirmed);
        assert_eq!(desk.server.balance_of("1"), 105_000);
    }
}
