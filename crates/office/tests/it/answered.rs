//! New guests and edits that a server, or whoever answers in its place, calls done although nothing was done.

use office::{Draft, Event, Precondition, Refusal, State};
use probonus::{AccountId, CheckGuid, ErrorKind, GroupId, Method, Profile, WriteAnswer};

use crate::{
    desk::{Desk, account, minutes, op, pass, purchase, refill},
    fake_server::{Fault, kop, phone},
};

fn new_guest() -> Draft {
    let mut profile = Profile::default();
    profile.name.surname = Some("Орлов".to_owned());
    Draft::CreateGuest { group: GroupId::new("3"), phone: phone(70), profile }
}

fn new_email(desk: &Desk) -> Draft {
    let before = desk.server.world().guests["1"].profile.clone();
    let after = Profile { email: Some("anna@example.ru".to_owned()), ..before.clone() };
    Draft::EditGuest { phone: phone(1), account: account(1), before, after }
}

/// The answer names nothing, or another guest; the phone finds nobody.
#[tokio::test(start_paused = true)]
async fn a_new_guest_whom_the_phone_does_not_find_is_not_called_created() {
    for fault in [Fault::Empty, Fault::AnsweredFor("7"), Fault::AnsweredFor("-1")] {
        let desk = Desk::at_work().await;
        desk.server.script([fault]);
        let answered = desk.submit(op(1), new_guest()).await.expect("sent");
        let why = answered.failure.as_ref().and_then(|failure| failure.precondition);
        assert_eq!((answered.state, why), (State::Unknown, Some(Precondition::NotShown)), "{fault:?}");
        pass(minutes(10)).await;
        let absent = desk.operation(op(1)).await;
        assert_eq!((absent.state, absent.subject.account), (State::NotApplied, None), "{fault:?}");
        let again = desk.office.resend_because(op(1), "Анна", "в ProBonus его нет").await.expect("sent again");
        assert_eq!(again.state, State::Confirmed, "{fault:?}");
        assert_eq!(desk.server.applied(Method::InsertByTemplate), 1, "{fault:?}");
    }
}

/// The replica shows the new guest 20 seconds later.
#[tokio::test(start_paused = true)]
async fn a_new_guest_who_shows_up_later_is_confirmed_then() {
    let desk = Desk::at_work().await;
    desk.server.freeze();
    assert_eq!(desk.submit(op(1), new_guest()).await.expect("sent").state, State::Unknown);
    pass(minutes(1) / 3).await;
    desk.server.thaw();
    pass(minutes(2)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn an_edit_after_which_the_record_is_as_before_is_not_called_done() {
    let desk = Desk::at_work().await;
    desk.server.script([Fault::Empty]);
    let answered = desk.submit(op(1), new_email(&desk)).await.expect("sent");
    let why = answered.failure.as_ref().and_then(|failure| failure.precondition);
    assert_eq!((answered.state, why), (State::Unknown, Some(Precondition::NotShown)));
    assert!(!desk.events(op(1)).await.iter().any(|event| matches!(event, Event::RecordRead { .. })));
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
    assert_eq!(desk.office.resend(op(1), "Анна").await.expect("an edit may be repeated").state, State::Confirmed);
    assert_eq!(desk.server.world().guests["1"].profile.email.as_deref(), Some("anna@example.ru"));
}

/// A gateway answers every search as if nobody had the phone.
#[tokio::test(start_paused = true)]
async fn no_guest_is_created_while_the_search_finds_no_known_guest() {
    let desk = Desk::at_work().await;
    desk.server.world().finds_nobody = true;
    let doubted = desk.office.believe_absence(&phone(1)).await.expect_err("nobody is found");
    assert_eq!(doubted.kind(), ErrorKind::Unreadable);
    let refused = desk.submit(op(1), new_guest()).await;
    assert!(matches!(&refused, Err(Refusal::Server(error)) if error.kind() == ErrorKind::Unreadable), "{refused:?}");
    desk.server.world().finds_nobody = false;
    desk.office.believe_absence(&phone(70)).await.expect("others are found");
    assert_eq!(desk.submit(op(1), new_guest()).await.expect("sent").state, State::Confirmed);
}

/// One that waits is not sent either, and one that is out is not called absent.
#[tokio::test(start_paused = true)]
async fn a_search_that_finds_nobody_neither_sends_nor_settles_a_new_guest() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::AnswerLost, op(1), new_guest()).await;
    desk.server.world().finds_nobody = true;
    pass(minutes(30)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
    desk.server.world().finds_nobody = false;
    pass(minutes(30)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
}

/// An answer to a refill of 94.01, or to a purchase, that was given to another request.
#[tokio::test(start_paused = true)]
async fn an_answer_that_names_something_else_than_was_sent_is_not_called_done() {
    let said = |answer| WriteAnswer { transaction: Some("9999".to_owned()), ..answer };
    let nothing = WriteAnswer::default;
    let others = [
        (refill(1, 9_401), WriteAnswer { sum: Some(kop(777)), ..nothing() }),
        (refill(1, 9_401), WriteAnswer { comment: Some("#deadbeef день рождения".to_owned()), ..nothing() }),
        (refill(1, 9_401), WriteAnswer { guest: Some((AccountId::new("2"), phone(2))), ..nothing() }),
        (refill(1, 9_401), WriteAnswer { account: Some(account(2)), ..nothing() }),
        (purchase(1, "A-1", 100, 0), WriteAnswer { check_guid: Some(CheckGuid::from_uuid(op(77).0)), ..nothing() }),
    ];
    for (draft, answer) in others {
        let desk = Desk::at_work().await;
        desk.server.world().says = said(answer.clone());
        desk.submit_into(Fault::Says, op(1), draft).await;
        let detail = desk.operation(op(1)).await.failure.and_then(|failure| failure.detail);
        assert!(detail.is_some_and(|detail| detail.starts_with("the answer names another")), "{answer:?}");
        pass(minutes(10)).await;
        assert_eq!(desk.state(op(1)).await, State::NotApplied, "{answer:?}");
        assert_eq!(desk.office.queue().await.expect("readable").halted, None, "{answer:?}");
    }
}

/// Servers tell a balance under the name of the sum, count it in rubles, or give a comment of their own.
#[tokio::test(start_paused = true)]
async fn what_an_answer_may_well_say_of_the_operation_is_no_contradiction() {
    let nothing = WriteAnswer::default;
    let sums =
        [0, 9_401, 940_100, -9_401, 100_000, 109_401].map(|sum| WriteAnswer { sum: Some(kop(sum)), ..nothing() });
    let others = [
        WriteAnswer { comment: Some("Начисление через API".to_owned()), ..nothing() },
        WriteAnswer { guest: Some((AccountId::new("5555"), phone(1))), ..nothing() },
        WriteAnswer { guest: Some((account(1), phone(77))), ..nothing() },
    ];
    for answer in sums.into_iter().chain(others) {
        let desk = Desk::at_work().await;
        desk.server.world().says = answer.clone();
        desk.server.script([Fault::DoneAndSays]);
        assert_eq!(desk.submit(op(1), refill(1, 9_401)).await.expect("sent").state, State::Confirmed, "{answer:?}");
    }
}
