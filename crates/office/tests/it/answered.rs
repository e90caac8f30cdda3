//! New guests and edits that a server, or whoever answers in its place, calls done although nothing was done.

use office::{Draft, Event, Precondition, Refusal, State};
use probonus::{ErrorKind, GroupId, Method, Profile};

use crate::{
    desk::{Desk, account, minutes, op, pass},
    fake_server::{Fault, phone},
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
