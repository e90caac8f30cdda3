//! Answers that are not what they seem: reads from a replica that lags behind or from a cache, and what was said to another
//! request.

use std::time::Duration;

use jiff::tz::TimeZone;
use office::{
    Decision, Draft, Event, Evidence, Failure, HaltCause, Journal as _, Precondition, Refusal, StaleSign, State,
    Verdict,
};
use probonus::{Delivery, ErrorKind, GroupId, Method, Profile, TransactionKind};

use crate::{
    desk::{Desk, account, ann, minutes, op, pass, purchase, refill},
    fake_server::{Fault, phone},
};

const SEEN: &str = "в ProBonus её нет";

async fn last_evidence(desk: &Desk, number: u32) -> Evidence {
    let probed = |event| match event {
        Event::Probed { evidence } => Some(evidence),
        _ => None,
    };
    desk.events(op(number)).await.into_iter().rev().find_map(probed).expect("the server was asked")
}

/// The replica stands still since before the send; the operation was applied, and its answer was lost.
#[tokio::test(start_paused = true)]
async fn what_old_data_lack_is_not_proven_absent_and_is_not_sent_again_without_a_reason() {
    let desk = Desk::at_work().await;
    desk.server.freeze();
    desk.submit_into(Fault::AnswerLost, op(1), refill(1, 5_000)).await;
    pass(minutes(10)).await;
    let unseen = desk.operation(op(1)).await;
    assert_eq!((unseen.state, unseen.not_seen), (State::NotApplied, true));
    assert!(unseen.allowed().resend && unseen.allowed().resend_needs_reason);
    assert!(matches!(last_evidence(&desk, 1).await, Evidence::Absent { proven: false, .. }));

    let resent = desk.office.resend(op(1), "Анна").await;
    assert!(matches!(resent, Err(Refusal::NotProvenAbsent)), "{resent:?}");
    assert_eq!(desk.server.balance_of("1"), 105_000, "not sent twice");

    desk.server.thaw();
    let found = desk.office.resend(op(1), "Анна").await.expect("asked first");
    assert_eq!((found.state, found.not_seen), (State::Confirmed, false));
    assert_eq!(desk.server.balance_of("1"), 105_000);
}

/// The operator does not send it again from the journal, but types it a second time.
#[tokio::test(start_paused = true)]
async fn what_was_not_seen_is_a_suspected_duplicate_of_the_same_typed_again() {
    let desk = Desk::at_work().await;
    desk.server.freeze();
    desk.submit_into(Fault::AnswerLost, op(1), refill(1, 5_000)).await;
    pass(minutes(10)).await;
    assert!(desk.operation(op(1)).await.not_seen);
    let listed = desk.office.preview(&refill(1, 5_000)).await.expect("shown").duplicates;
    assert_eq!(listed.iter().map(|one| one.operation).collect::<Vec<_>>(), [Some(op(1))]);
    let again = desk.submit(op(2), refill(1, 5_000)).await;
    assert!(matches!(again, Err(Refusal::PossibleDuplicate { .. })), "{again:?}");
    assert_eq!(desk.server.balance_of("1"), 105_000, "not sent twice");
}

#[tokio::test(start_paused = true)]
async fn a_reason_for_sending_again_stays_in_the_journal() {
    let desk = Desk::at_work().await;
    desk.lose(op(1), refill(1, 5_000)).await;
    let done = desk.office.resend_because(op(1), "Анна", SEEN).await.expect("sent again");
    assert_eq!(done.state, State::Confirmed);
    let kept = desk.events(op(1)).await;
    assert!(kept.iter().any(|event| matches!(event, Event::Resent { reason, .. } if reason == SEEN)), "{kept:?}");
}

/// An entry of the POS, or an operation of our own, made after the send: what such a reading lacks was not applied.
#[tokio::test(start_paused = true)]
async fn a_reading_that_shows_something_later_proves_the_absence() {
    for is_own in [true, false] {
        let desk = Desk::at_work().await;
        desk.lose(op(1), refill(1, 5_000)).await;
        if is_own {
            desk.submit(op(2), refill(1, 700)).await.expect("another one");
        } else {
            desk.server.elsewhere("1", TransactionKind::Payment, -700);
        }
        let done = desk.office.resend(op(1), "Анна").await.expect("no reason is needed");
        assert_eq!(done.state, State::Confirmed, "own: {is_own}");
    }
}

/// An entry made before the send is no proof, though the snapshot lacks it: the replica may lag by just that much.
#[tokio::test(start_paused = true)]
async fn an_entry_that_old_data_show_too_late_proves_nothing() {
    let desk = Desk::at_work().await;
    desk.server.freeze();
    desk.server.elsewhere("1", TransactionKind::Payment, -700);
    pass(Duration::from_secs(20)).await;
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    desk.server.thaw();
    pass(minutes(10)).await;
    assert!(desk.operation(op(1)).await.not_seen);
}

/// The server's local times are three hours ahead of the office's zone. A copy stands still at an entry of just before the send: four
/// hours later that entry looks like one of after the send.
#[tokio::test(start_paused = true)]
async fn an_entry_in_a_zone_that_is_not_the_offices_proves_no_absence() {
    let mut desk = Desk::with(|policy| policy.time_zone = TimeZone::fixed(jiff::tz::offset(-3))).await;
    desk.acquaint().await;
    desk.run();
    desk.server.freeze();
    desk.server.elsewhere("1", TransactionKind::Payment, -700);
    let copy = desk.server.world().guests.clone();
    desk.submit_into(Fault::AnswerLost, op(1), refill(1, 5_000)).await;
    desk.server.world().old = Some(copy);
    pass(minutes(4 * 60)).await;
    assert!(desk.operation(op(1)).await.not_seen);
    let resent = desk.office.resend(op(1), "Анна").await;
    assert!(matches!(resent, Err(Refusal::NotProvenAbsent)), "{resent:?}");
    assert_eq!(desk.server.balance_of("1"), 100_000 + 5_000 - 700, "not sent twice");
}

/// A box holds the request for 50 seconds. Meanwhile a POS writes an entry, and a replica stands still after that.
#[tokio::test(start_paused = true)]
async fn an_entry_of_while_the_request_may_still_arrive_proves_no_absence() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::Late(Duration::from_secs(50)), op(1), refill(1, 5_000)).await;
    pass(Duration::from_secs(10)).await;
    desk.server.elsewhere("1", TransactionKind::Payment, -700);
    desk.server.freeze();
    pass(minutes(10)).await;
    let unseen = desk.operation(op(1)).await;
    assert_eq!((unseen.state, unseen.not_seen), (State::NotApplied, true));
    let resent = desk.office.resend(op(1), "Анна").await;
    assert!(matches!(resent, Err(Refusal::NotProvenAbsent)), "{resent:?}");
    assert_eq!(desk.server.balance_of("1"), 100_000 + 5_000 - 700, "not sent twice");
}

/// The cache was filled before another operation that the program itself saw confirmed.
#[tokio::test(start_paused = true)]
async fn a_reading_that_lacks_a_confirmed_operation_is_stale_and_decides_nothing() {
    let desk = Desk::at_work().await;
    let old = desk.server.world().guests.clone();
    assert_eq!(desk.submit(op(1), refill(1, 5_000)).await.expect("plain").state, State::Confirmed);
    desk.server.world().old = Some(old);
    pass(Duration::from_secs(5)).await;
    desk.submit_into(Fault::AnswerLost, op(2), refill(1, 700)).await;
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(2)).await, State::Unknown);
    assert_eq!(last_evidence(&desk, 2).await, Evidence::Stale { sign: StaleSign::EntryMissing });
    desk.server.thaw();
    pass(minutes(20)).await;
    assert_eq!(desk.state(op(2)).await, State::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn a_reading_that_lacks_what_was_there_before_the_send_is_stale() {
    let desk = Desk::at_work().await;
    let old = desk.server.world().guests.clone();
    desk.server.elsewhere("1", TransactionKind::Accrual, 300);
    desk.submit_into(Fault::AnswerLost, op(1), refill(1, 5_000)).await;
    desk.server.world().old = Some(old);
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
    assert_eq!(last_evidence(&desk, 1).await, Evidence::Stale { sign: StaleSign::EntryMissing });
}

#[tokio::test(start_paused = true)]
async fn no_absence_is_concluded_from_a_cache_that_says_so() {
    let desk = Desk::at_work().await;
    desk.server.world().is_cached = true;
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
    assert_eq!(last_evidence(&desk, 1).await, Evidence::Stale { sign: StaleSign::Cached });
    desk.server.world().is_cached = false;
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
}

/// Its marker was seen before it was sent; two minutes later a replica does not show it.
#[tokio::test(start_paused = true)]
async fn what_was_seen_once_is_never_absent() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.office.pause("Анна").await.expect("paused");
    let waiting = desk.submit(op(1), refill(1, 5_000)).await.expect("waits");
    desk.stop();
    let failure = Failure {
        kind: ErrorKind::InvalidRequest,
        delivery: Delivery::Unknown,
        status: None,
        server_message: None,
        detail: Some("1/4711".to_owned()),
        precondition: Some(Precondition::AlreadyOnServer),
    };
    let seen = Event::Unknown { failure: Some(failure) };
    desk.journal.append(op(1), waiting.version, waiting.updated_at, seen).await.expect("appended");
    desk.restart().await;
    desk.run();
    pass(minutes(60)).await;
    let unknown = desk.operation(op(1)).await;
    assert_eq!(unknown.state, State::Unknown);
    assert_eq!(last_evidence(&desk, 1).await, Evidence::Stale { sign: StaleSign::TraceMissing });
    assert!(unknown.allowed().decide_applied && unknown.allowed().decide_not_applied);
}

/// The guest's card shows its entry; before and after that, a copy does not.
#[tokio::test(start_paused = true)]
async fn a_trace_that_the_screen_has_shown_is_kept() {
    let desk = Desk::at_work().await;
    let old = desk.server.world().guests.clone();
    desk.server.freeze();
    desk.submit_into(Fault::AnswerLost, op(1), refill(1, 5_000)).await;
    let shown = desk.server.world().guests["1"].entries.clone();
    desk.office.hold_against_journal(&account(1), &shown).await;
    desk.server.world().old = Some(old);
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
    assert_eq!(last_evidence(&desk, 1).await, Evidence::Stale { sign: StaleSign::TraceMissing });
    desk.server.thaw();
    pass(minutes(20)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
    assert_eq!(desk.server.balance_of("1"), 105_000);
}

/// A proxy answers with what was said to a request for another guest, or with nothing although this server used to say more.
#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_its_own_leaves_the_outcome_unknown() {
    for fault in [Fault::AnsweredFor("7"), Fault::Empty] {
        let desk = Desk::at_work().await;
        desk.submit_into(fault, op(1), refill(1, 5_000)).await;
        pass(minutes(10)).await;
        assert_eq!(desk.state(op(1)).await, State::NotApplied, "{fault:?}");
        assert!(desk.office.queue().await.expect("readable").halted.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_answer_is_a_good_one_where_the_server_never_gave_another() {
    let mut desk = Desk::new().await;
    desk.server.world().shows_ids = false;
    desk.acquaint().await;
    desk.run();
    assert_eq!(desk.submit(op(1), refill(1, 5_000)).await.expect("sent").state, State::Confirmed);
}

/// A proxy replays an older answer of the same account: nothing was applied, and the balance tells it.
#[tokio::test(start_paused = true)]
async fn what_was_confirmed_and_left_no_trace_is_asked_again_and_decided_by_a_person() {
    let desk = Desk::at_work().await;
    desk.server.script([Fault::Replayed]);
    let confirmed = desk.submit(op(1), refill(1, 5_000)).await.expect("answered");
    assert_eq!(confirmed.state, State::Confirmed);
    pass(minutes(3)).await;
    assert_eq!(desk.office.queue().await.expect("readable").halted.map(|halt| halt.cause), Some(HaltCause::NoChange));
    desk.office.resume("Анна").await.expect("resumed");
    let allowed = desk.operation(op(1)).await.allowed();
    assert!(allowed.reconcile && allowed.decide_applied && allowed.decide_not_applied, "{allowed:?}");

    let asked = desk.office.reconcile(op(1)).await.expect("asked");
    assert!(matches!(asked.evidence, Evidence::Absent { .. }), "{:?}", asked.evidence);
    let decision = |verdict| Decision { verdict, operator: ann().operator, reason: SEEN.to_owned(), found: None };
    let decided = desk.office.decide(op(1), decision(Verdict::NotApplied)).await.expect("decided");
    assert_eq!((decided.state, decided.proof), (State::NotApplied, None));
    let done = desk.office.resend(op(1), "Анна").await.expect("a person has decided, with a reason");
    assert_eq!((done.state, desk.server.balance_of("1")), (State::Confirmed, 105_000));

    let sound = desk.office.decide(op(1), decision(Verdict::NotApplied)).await;
    assert!(matches!(sound, Err(Refusal::WrongState { state: State::Confirmed })), "{sound:?}");
}

/// The replica that is read lags half a minute behind the server that was written to.
#[tokio::test(start_paused = true)]
async fn a_balance_of_just_before_the_send_is_read_again_before_it_halts_the_queue() {
    let desk = Desk::at_work().await;
    desk.server.freeze();
    let confirmed = desk.submit(op(1), refill(1, 5_000)).await.expect("answered");
    assert_eq!((confirmed.state, confirmed.balance.after), (State::Confirmed, None));
    pass(Duration::from_secs(30)).await;
    desk.server.thaw();
    pass(minutes(5)).await;
    assert!(desk.office.queue().await.expect("readable").halted.is_none());
    let verified = desk.operation(op(1)).await;
    assert_eq!((verified.balance.after.map(|sum| sum.get()), verified.mismatch), (Some(105_000), false));
}

/// The list shows the refill, and the balance comes from a cache of 20 seconds.
#[tokio::test(start_paused = true)]
async fn a_balance_that_lags_behind_its_own_list_is_read_again() {
    let desk = Desk::at_work().await;
    desk.server.freeze();
    desk.server.world().lists_are_fresh = true;
    desk.submit(op(1), refill(1, 5_000)).await.expect("answered");
    pass(Duration::from_secs(30)).await;
    desk.server.thaw();
    pass(minutes(5)).await;
    assert!(desk.office.queue().await.expect("readable").halted.is_none());
    assert_eq!(desk.operation(op(1)).await.balance.after.map(|sum| sum.get()), Some(105_000));
}

/// The cache says that it is one, for ten minutes.
#[tokio::test(start_paused = true)]
async fn what_a_cache_answers_after_an_operation_halts_nothing() {
    let desk = Desk::at_work().await;
    desk.server.freeze();
    desk.server.world().is_cached = true;
    desk.submit(op(1), refill(1, 5_000)).await.expect("answered");
    pass(minutes(10)).await;
    assert!(desk.office.queue().await.expect("readable").halted.is_none());
    assert!(desk.operation(op(1)).await.awaits_verification());
    desk.server.thaw();
    desk.server.world().is_cached = false;
    pass(minutes(30)).await;
    let verified = desk.operation(op(1)).await;
    assert_eq!((verified.balance.after.map(|sum| sum.get()), verified.mismatch), (Some(105_000), false));
}

/// Where a gateway answers every path with `{}`, what was sent before can't be seen.
#[tokio::test(start_paused = true)]
async fn nothing_is_sent_while_neither_balance_nor_entries_are_told() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), refill(1, 5_000)).await.expect("done");
    desk.server.script([Fault::NotSent]);
    desk.submit(op(2), refill(1, 700)).await.expect("waits");
    desk.server.world().lists_at_most = 0;
    desk.server.world().hides_balance = true;
    desk.server.world().unsupported.push(Method::BalanceExtended);
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(2)).await, State::Prepared);
    let at_once = desk.submit(op(3), refill(1, 900)).await.expect("written down");
    assert_eq!(at_once.state, State::Prepared);
    desk.server.world().lists_at_most = usize::MAX;
    desk.server.world().hides_balance = false;
    desk.server.world().unsupported.clear();
    pass(minutes(10)).await;
    assert_eq!((desk.state(op(2)).await, desk.state(op(3)).await), (State::Confirmed, State::Confirmed));
}

/// The same replica has a later entry of the POS: what it lacks was not done.
#[tokio::test(start_paused = true)]
async fn a_balance_that_lacks_only_the_operation_halts_at_once() {
    let desk = Desk::at_work().await;
    desk.server.script([Fault::Replayed]);
    let a_second_later = async {
        pass(Duration::from_secs(1)).await;
        desk.server.elsewhere("1", TransactionKind::Payment, -700);
    };
    let (answered, ()) = tokio::join!(desk.submit(op(1), refill(1, 5_000)), a_second_later);
    assert_eq!(answered.expect("answered").state, State::Confirmed);
    assert_eq!(desk.office.queue().await.expect("readable").halted.map(|halt| halt.cause), Some(HaltCause::NoChange));
}

/// A return that a proxy answered: the purchase is not returned, and can be returned again.
#[tokio::test(start_paused = true)]
async fn a_return_that_left_no_trace_is_decided_by_a_person_and_its_purchase_is_returned_anew() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), purchase(1, "A-1", 4_500, 0)).await.expect("bought");
    desk.server.script([Fault::Replayed]);
    let back = || Draft::ReturnCheck { purchase: op(1) };
    assert_eq!(desk.submit(op(2), back()).await.expect("answered").state, State::Confirmed);
    assert_eq!(desk.operation(op(1)).await.returned_by, Some(op(2)));
    pass(minutes(3)).await;
    assert!(desk.office.queue().await.expect("readable").halted.is_some());
    desk.office.resume("Анна").await.expect("resumed");

    let allowed = desk.operation(op(2)).await.allowed();
    assert!(allowed.reconcile && allowed.decide_not_applied, "{allowed:?}");
    let verdict = Verdict::NotApplied;
    let decision = Decision { verdict, operator: ann().operator, reason: SEEN.to_owned(), found: None };
    assert_eq!(desk.office.decide(op(2), decision).await.expect("decided").state, State::NotApplied);
    let purchase = desk.operation(op(1)).await;
    assert!(purchase.returned_by.is_none() && purchase.allowed().return_check);
    let done = desk.submit(op(3), back()).await.expect("returned");
    assert_eq!((done.state, desk.server.balance_of("1")), (State::Confirmed, 100_000));
    assert_eq!(desk.operation(op(1)).await.returned_by, Some(op(3)));
}

/// The entry of the operation was seen, with a wrong sum: it was done.
#[tokio::test(start_paused = true)]
async fn a_mismatch_whose_entry_was_seen_is_not_decided_again() {
    let desk = Desk::at_work().await;
    desk.server.world().scale = (100, 1);
    let confirmed = desk.submit(op(1), refill(1, 5_000)).await.expect("answered");
    assert_eq!(confirmed.state, State::Confirmed);
    assert!(desk.office.queue().await.expect("readable").halted.is_some());
    let operation = desk.operation(op(1)).await;
    assert!(operation.mismatch && !operation.allowed().decide_not_applied, "{operation:?}");
}

/// Sent from here twice, and both arrived: that was not the network.
#[tokio::test(start_paused = true)]
async fn a_second_send_from_here_is_told_apart_from_a_repeat_by_the_network() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::Late(minutes(30)), op(1), refill(1, 5_000)).await;
    pass(minutes(10)).await;
    desk.office.resend_because(op(1), "Анна", SEEN).await.expect("sent again");
    pass(minutes(60 * 4)).await;
    let halt = desk.office.queue().await.expect("readable").halted.expect("it is on the server twice");
    assert_eq!((halt.cause, halt.sent_at.len()), (HaltCause::Doubled, 2));

    let desk = Desk::at_work().await;
    desk.server.script([Fault::Again(Duration::from_secs(70))]);
    desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
    pass(minutes(60 * 4)).await;
    let halt = desk.office.queue().await.expect("readable").halted.expect("it is on the server twice");
    assert_eq!((halt.cause, halt.sent_at.len()), (HaltCause::Doubled, 0));
    assert_eq!(desk.server.applied(Method::Refill), 3);
}

/// The guest was created a moment ago, and a cache says that nobody has the phone.
#[tokio::test(start_paused = true)]
async fn a_guest_that_was_created_here_is_not_created_again_without_a_stop() {
    let desk = Desk::at_work().await;
    let new = || {
        let mut profile = Profile::default();
        profile.name.surname = Some("Орлов".to_owned());
        Draft::CreateGuest { group: GroupId::new("3"), phone: phone(70), profile }
    };
    let before = desk.server.world().guests.clone();
    assert_eq!(desk.submit(op(1), new()).await.expect("created").state, State::Confirmed);
    desk.server.world().old = Some(before);
    let made = desk.office.created_with(&phone(70)).await.expect("readable").expect("it is in the journal");
    assert_eq!((made.id, made.operator.as_str()), (op(1), "Анна"));
    let again = desk.submit(op(2), new()).await;
    let Err(Refusal::PossibleDuplicate { suspected }) = again else { panic!("{again:?}") };
    assert_eq!(suspected[0].operation, Some(op(1)));
    assert_eq!(desk.server.applied(Method::InsertByTemplate), 1);
    assert_eq!(desk.office.created_with(&phone(71)).await.expect("readable"), None);
}
