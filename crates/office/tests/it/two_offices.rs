//! Two PCs of one office, each with a journal of its own, and one server.

use office::{Draft, Event, HaltCause, Precondition, Refusal, State};
use probonus::{AccountId, Loyalty as _, Method};

use crate::{
    desk::{Desk, because, minutes, op, outside_check, pass, purchase},
    fake_server::Fault,
};

/// A PC that works with the server of another one. It spells the server's address in its own way.
async fn beside(first: &Desk) -> Desk {
    let mut second = Desk::with(|policy| policy.server = "HTTPS://Bonus.Example:443/".to_owned()).await;
    second.server = first.server.clone();
    second.restart().await;
    second
}

fn registered(desk: &Desk) -> usize {
    desk.server.applied(Method::RegisterCheck)
}

#[tokio::test(start_paused = true)]
async fn a_paper_receipt_that_the_other_pc_entered_is_not_registered_again() {
    let first = Desk::new().await;
    first.acquaint().await;
    first.submit(op(1), purchase(1, "№ a-1", 500, 0)).await.expect("registered");
    let second = beside(&first).await;
    let before = registered(&first);
    for reason in ["", "очень надо"] {
        let refused = second.office.submit(op(2), purchase(1, "A-1", 500, 0), because(reason)).await;
        let Err(Refusal::AlreadyRegistered(shown)) = refused else { panic!("{refused:?}") };
        assert_eq!(shown.outside_number.as_deref(), Some("№ a-1"), "what the server shows is told");
        assert!(shown.server_time.is_some() && shown.sum.is_some());
    }
    let preview = second.office.preview(&purchase(1, "A-1", 500, 0)).await;
    assert!(matches!(preview, Err(Refusal::AlreadyRegistered(_))), "{preview:?}");
    assert_eq!(registered(&first), before, "nothing was sent");
    assert!(second.journal_is_empty().await);
}

/// The window of the duplicate guard does not matter: a GUID is for ever.
#[tokio::test(start_paused = true)]
async fn it_is_met_on_another_day_too() {
    let first = Desk::new().await;
    first.submit(op(1), purchase(1, "A-1", 500, 0)).await.expect("registered");
    pass(minutes(60 * 24 * 5)).await;
    let refused = beside(&first).await.submit(op(2), purchase(1, "A-1", 900, 0)).await;
    assert!(matches!(refused, Err(Refusal::AlreadyRegistered(_))), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn a_number_that_the_other_pc_returned_may_be_entered_anew() {
    let first = Desk::new().await;
    first.submit(op(1), purchase(1, "A-1", 500, 0)).await.expect("registered");
    first.submit(op(2), Draft::ReturnCheck { purchase: op(1) }).await.expect("returned");
    let second = beside(&first).await;
    let anew = second.office.submit(op(3), purchase(1, "A-1", 400, 0), because("перебит")).await.expect("registered");
    assert_eq!(anew.state, State::Confirmed);
    assert_ne!(anew.payload.check_guid(), first.operation(op(1)).await.payload.check_guid(), "a GUID is used once");

    // And now the first PC meets that one.
    let refused = first.office.submit(op(4), purchase(1, "A-1", 500, 0), because("перебит")).await;
    assert!(matches!(refused, Err(Refusal::AlreadyRegistered(_))), "{refused:?}");
}

/// The second PC could not ask the server when the receipt was entered.
#[tokio::test(start_paused = true)]
async fn a_receipt_that_waits_is_not_sent_after_the_other_pc_was_quicker() {
    for (accrued, ends) in [(500, State::Confirmed), (700, State::Unknown)] {
        let first = Desk::new().await;
        first.acquaint().await;
        let mut second = beside(&first).await;
        first.server.world().down = true;
        let waits = second.submit(op(2), purchase(1, "A-1", accrued, 0)).await.expect("written down");
        assert_eq!((waits.state, waits.attempts), (State::Prepared, 0));
        first.server.world().down = false;
        first.submit(op(1), purchase(1, "A-1", 500, 0)).await.expect("registered");
        let (before, balance) = (registered(&first), first.server.balance_of("1"));

        second.run();
        pass(minutes(30)).await;
        assert_eq!(
            (registered(&first), first.server.balance_of("1")),
            (before, balance),
            "{accrued}: nothing was sent"
        );
        let met = second.events(op(2)).await.into_iter().any(|event| {
            matches!(event, Event::Unknown { failure: Some(failure) }
                if failure.precondition == Some(Precondition::AlreadyOnServer))
        });
        assert!(met, "the story says why: {:?}", second.tale(op(2)).await);
        // Other sums than those that were typed here: a person decides what that is.
        assert_eq!(second.state(op(2)).await, ends, "{accrued}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_guid_stays_in_a_resend_and_in_a_second_click() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.run();
    desk.lose(op(1), purchase(1, "A-1", 500, 0)).await;
    let guid = desk.operation(op(1)).await.payload.check_guid();
    let resent = desk.office.resend_because(op(1), "Анна", "в ProBonus её нет").await.expect("sent again");
    assert_eq!((resent.state, resent.payload.check_guid()), (State::Confirmed, guid));
    let again = desk.submit(op(1), purchase(1, "A-1", 500, 0)).await.expect("the same operation");
    assert_eq!(again.payload.check_guid(), guid);
}

/// What was refused or cancelled used its GUID up: the journal lets no second operation have it.
#[tokio::test(start_paused = true)]
async fn each_use_of_a_number_has_its_own_guid() {
    let desk = Desk::new().await;
    let mut guids = std::collections::BTreeSet::new();
    for number in 1..4 {
        desk.server.script([Fault::Refused]);
        let again = because("исправлено");
        let refused = desk.office.submit(op(number), purchase(1, "A-1", 500, 0), again).await.expect("written down");
        assert_eq!(refused.state, State::Rejected);
        guids.insert(refused.payload.check_guid());
    }
    assert_eq!(guids.len(), 3);
    let mut typed = outside_check(1, "A-1", 500, 0);
    typed.check_guid = Some(probonus::CheckGuid::from_uuid(op(77).0));
    let again = because("исправлено");
    let own = desk.office.submit(op(4), Draft::RegisterCheck(Box::new(typed)), again).await.expect("registered");
    assert_eq!(own.payload.check_guid(), Some(probonus::CheckGuid::from_uuid(op(77).0)), "a typed GUID stays");
}

/// Neither PC reads the entries of the other one's guest before it registers. Whoever opens that guest's card is told.
#[tokio::test(start_paused = true)]
async fn a_receipt_that_counts_for_two_guests_is_told_when_the_other_guest_s_entries_are_read() {
    let first = Desk::new().await;
    first.submit(op(1), purchase(1, "A-1", 500, 0)).await.expect("registered");
    let second = beside(&first).await;
    second.submit(op(2), purchase(2, "a-1", 500, 0)).await.expect("registered for another guest");
    let guid = first.operation(op(1)).await.payload.check_guid();
    assert_eq!(second.operation(op(2)).await.payload.check_guid(), guid, "one receipt");

    for (desk, own, other) in [(&first, op(1), "2"), (&second, op(2), "1")] {
        assert_eq!(desk.office.queue().await.expect("readable").halted, None);
        let listed = desk.server.last_transactions(&AccountId::new(other), 50).await.expect("listed").transactions;
        desk.office.hold_against_journal(&AccountId::new(other), &listed).await;
        let halt = desk.office.queue().await.expect("readable").halted.expect("told");
        assert_eq!((halt.cause, halt.operation), (HaltCause::TwoGuests, own));
        assert_eq!(halt.entries[0].account, Some(AccountId::new(other)));
        assert_eq!(desk.operation(own).await.times_applied, Some(2));

        desk.office.resume("Анна").await.expect("resumed");
        desk.office.hold_against_journal(&AccountId::new(other), &listed).await;
        assert_eq!(desk.office.queue().await.expect("readable").halted, None, "told once");
    }
}

/// The receipt was entered for the wrong guest, returned, and entered for the right one at the other PC.
#[tokio::test(start_paused = true)]
async fn a_receipt_that_was_returned_for_one_guest_counts_for_one() {
    let first = Desk::new().await;
    first.submit(op(1), purchase(1, "A-1", 500, 0)).await.expect("registered");
    first.submit(op(2), Draft::ReturnCheck { purchase: op(1) }).await.expect("returned");
    let second = beside(&first).await;
    second.submit(op(3), purchase(2, "A-1", 500, 0)).await.expect("registered");
    for (desk, other) in [(&first, "2"), (&second, "1")] {
        let listed = desk.server.last_transactions(&AccountId::new(other), 50).await.expect("listed").transactions;
        desk.office.hold_against_journal(&AccountId::new(other), &listed).await;
        assert_eq!(desk.office.queue().await.expect("readable").halted, None);
    }
}
