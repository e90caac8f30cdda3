//! What the store forbids to every caller: the constraints across operations.

use super::sample::*;
use crate::{
    journal::port::Journal,
    model::{
        event::Event,
        evidence::Evidence,
        journal_error::JournalError,
        operation::{State, Subject},
    },
};
use probonus::{Delivery, ErrorKind, RestCode};

fn rejected() -> Event {
    Event::Rejected { failure: (&probonus::Error::new(ErrorKind::Refused, Delivery::Refused)).into() }
}

pub(super) async fn a_guid_is_registered_once_for_ever(journal: &dyn Journal) {
    let ends = [vec![cancelled()], vec![sending(1), rejected()], vec![sending(1), unknown(), not_applied()], vec![]];
    for (number, end) in (1_u64..).zip(ends) {
        let guid_number = u128::from(number);
        prepare(journal, number, purchase(guid_number, "1", &format!("A-{number}"))).await.unwrap();
        go_on(journal, number, end).await.unwrap();
        let again = prepare(journal, number + 100, purchase(guid_number, "2", "B-1")).await;
        assert!(matches!(again, Err(JournalError::GuidTaken(by)) if by == id(number)), "{again:?}");
        assert_eq!(journal.get(id(number + 100)).await.unwrap(), None);
        assert_eq!(journal.by_guid(guid(guid_number)).await.unwrap().unwrap().id, id(number));
    }
    assert_eq!(journal.by_guid(guid(99)).await.unwrap(), None);
}

pub(super) async fn an_outside_number_is_active_once_in_its_restaurant(journal: &dyn Journal) {
    prepare(journal, 1, purchase(1, "1", "A-1")).await.unwrap();
    let again = prepare(journal, 2, purchase(2, "1", "A-1")).await;
    assert!(matches!(again, Err(JournalError::OutsideNumberTaken(by)) if by == id(1)), "{again:?}");
    // The GUID of what was refused is not used up.
    prepare(journal, 2, purchase(2, "2", "A-1")).await.unwrap();
    let rest = |code| RestCode::new(code).unwrap();
    assert_eq!(journal.by_outside_number(&rest("1"), "A-1").await.unwrap().unwrap().id, id(1));
    assert_eq!(journal.by_outside_number(&rest("2"), "A-1").await.unwrap().unwrap().id, id(2));
    assert_eq!(journal.by_outside_number(&rest("3"), "A-1").await.unwrap(), None);
    // Without a number there is nothing to compare.
    prepare(journal, 3, purchase(3, "1", "")).await.unwrap();
    prepare(journal, 4, purchase(4, "1", " ")).await.unwrap();
    assert_eq!(journal.by_outside_number(&rest("1"), "").await.unwrap(), None);
}

pub(super) async fn an_outside_number_is_compared_not_by_bytes(journal: &dyn Journal) {
    prepare(journal, 1, purchase(1, "1", "Заказ Й-1")).await.unwrap();
    let alike = ["заказ й-1", " ЗАКАЗ Й-1\t", "Заказ И\u{306}-1", "\u{a0}заказ и\u{306}-1\u{a0}"];
    for (number, outside) in (2_u64..).zip(alike) {
        let again = prepare(journal, number, purchase(u128::from(number), "1", outside)).await;
        assert!(matches!(again, Err(JournalError::OutsideNumberTaken(_))), "{outside:?}: {again:?}");
        let found = journal.by_outside_number(&RestCode::new("1").unwrap(), outside).await.unwrap();
        assert_eq!(found.unwrap().id, id(1), "{outside:?}");
    }
    prepare(journal, 10, purchase(10, "1", "Заказ И-1")).await.unwrap();
}

pub(super) async fn an_outside_number_is_free_after_an_inactive_operation(journal: &dyn Journal) {
    let rest = RestCode::new("1").unwrap();
    let ends = [vec![cancelled()], vec![sending(1), rejected()], vec![sending(1), unknown(), not_applied()]];
    for (number, end) in (1_u64..).zip(ends) {
        prepare(journal, number, purchase(u128::from(number), "1", "A-1")).await.unwrap();
        go_on(journal, number, end).await.unwrap();
        assert_eq!(journal.by_outside_number(&rest, "A-1").await.unwrap(), None);
    }
    prepare(journal, 8, purchase(8, "1", "A-1")).await.unwrap();
    go_on(journal, 8, [sending(1), confirmed(None)]).await.unwrap();
    prepare(journal, 9, return_of(8, "1", "A-1")).await.unwrap();
    let early = prepare(journal, 10, purchase(10, "1", "A-1")).await;
    assert!(matches!(early, Err(JournalError::OutsideNumberTaken(by)) if by == id(8)), "{early:?}");
    go_on(journal, 9, [sending(1), confirmed(None)]).await.unwrap();
    prepare(journal, 10, purchase(10, "1", "A-1")).await.unwrap();
}

pub(super) async fn a_resend_does_not_take_an_active_number(journal: &dyn Journal) {
    prepare(journal, 1, purchase(1, "1", "A-1")).await.unwrap();
    go_on(journal, 1, [sending(1), unknown(), not_applied()]).await.unwrap();
    prepare(journal, 2, purchase(2, "1", "A-1")).await.unwrap();
    let taken = go_on(journal, 1, [Event::Resent { operator: "Ольга".into(), reason: String::new() }]).await;
    assert!(matches!(taken, Err(JournalError::OutsideNumberTaken(by)) if by == id(2)), "{taken:?}");
    assert_eq!(journal.get(id(1)).await.unwrap().unwrap().state, State::NotApplied);
    assert_eq!(journal.story(id(1)).await.unwrap().len(), 4);
    go_on(journal, 2, [cancelled()]).await.unwrap();
    go_on(journal, 1, [Event::Resent { operator: "Ольга".into(), reason: String::new() }]).await.unwrap();
}

/// A late arrival is confirmed, although its number, or the return of its purchase, belongs to another operation meanwhile.
pub(super) async fn a_late_arrival_is_confirmed_even_if_its_number_was_reused(journal: &dyn Journal) {
    let rest = RestCode::new("1").unwrap();
    let proven = || Event::Reconciled { state: State::Confirmed, found: None };
    let given_up = || [sending(1), unknown(), not_applied()];
    prepare(journal, 1, purchase(1, "1", "A-1")).await.unwrap();
    go_on(journal, 1, given_up()).await.unwrap();
    prepare(journal, 2, purchase(2, "1", "A-1")).await.unwrap();
    assert_eq!(go_on(journal, 1, [proven()]).await.unwrap().state, State::Confirmed);
    assert_eq!(journal.by_outside_number(&rest, "A-1").await.unwrap().unwrap().id, id(2));
    go_on(journal, 2, [cancelled()]).await.unwrap();
    assert_eq!(journal.by_outside_number(&rest, "A-1").await.unwrap().unwrap().id, id(1), "it stands by itself now");

    prepare(journal, 3, return_of(1, "1", "A-1")).await.unwrap();
    go_on(journal, 3, given_up()).await.unwrap();
    prepare(journal, 4, return_of(1, "1", "A-1")).await.unwrap();
    go_on(journal, 4, [sending(1), confirmed(None)]).await.unwrap();
    assert_eq!(go_on(journal, 3, [proven()]).await.unwrap().state, State::Confirmed);
    assert_eq!(journal.active_return(guid(1)).await.unwrap().unwrap().id, id(4));
    assert_eq!(journal.get(id(1)).await.unwrap().unwrap().returned_by, Some(id(4)));
    assert_eq!(journal.by_outside_number(&rest, "A-1").await.unwrap(), None);
}

pub(super) async fn a_purchase_has_one_active_return(journal: &dyn Journal) {
    prepare(journal, 1, purchase(1, "1", "A-1")).await.unwrap();
    go_on(journal, 1, [sending(1), confirmed(None)]).await.unwrap();
    assert_eq!(journal.active_return(guid(1)).await.unwrap(), None);
    prepare(journal, 2, return_of(1, "1", "A-1")).await.unwrap();
    let steps: [&[Event]; 3] = [&[], &[sending(1)], &[unknown()]];
    for step in steps {
        go_on(journal, 2, step.to_vec()).await.unwrap();
        let second = prepare(journal, 3, return_of(1, "1", "A-1")).await;
        assert!(matches!(second, Err(JournalError::ReturnActive(by)) if by == id(2)), "{second:?}");
        assert_eq!(journal.active_return(guid(1)).await.unwrap().unwrap().id, id(2));
    }
    go_on(journal, 2, [not_applied()]).await.unwrap();
    assert_eq!(journal.active_return(guid(1)).await.unwrap(), None);
    prepare(journal, 3, return_of(1, "1", "A-1")).await.unwrap();
    go_on(journal, 3, [sending(1), confirmed(None)]).await.unwrap();
    let third = prepare(journal, 4, return_of(1, "1", "A-1")).await;
    assert!(matches!(third, Err(JournalError::ReturnActive(by)) if by == id(3)), "{third:?}");
}

pub(super) async fn a_confirmed_return_undoes_its_purchase(journal: &dyn Journal) {
    let decided =
        Event::Decided {
            state: State::Confirmed, operator: "Ольга".into(), reason: "видно".into(), found: None
        };
    let ways = [
        vec![sending(1), confirmed(None)],
        vec![sending(1), unknown(), Event::Reconciled { state: State::Confirmed, found: Some(found("entry")) }],
        vec![sending(1), unknown(), decided],
    ];
    for (way, events) in (1_u64..).zip(ways) {
        let (bought, returned) = (way * 10, way * 10 + 1);
        prepare(journal, bought, purchase(u128::from(way), "1", &format!("A-{way}"))).await.unwrap();
        let purchase = go_on(journal, bought, [sending(1), confirmed(None)]).await.unwrap();
        prepare(journal, returned, return_of(u128::from(way), "1", &format!("A-{way}"))).await.unwrap();
        assert_eq!(journal.get(id(bought)).await.unwrap().unwrap().returned_by, None);
        go_on(journal, returned, events).await.unwrap();

        let after = journal.get(id(bought)).await.unwrap().unwrap();
        assert_eq!((after.state, after.returned_by), (State::Confirmed, Some(id(returned))));
        assert_eq!(after.version, purchase.version + 1);
        let story = journal.story(id(bought)).await.unwrap();
        assert_eq!(story.last().unwrap().event, Event::Returned { by: id(returned) });
        // A balance that is read later finds the purchase as it is now.
        let late = journal.append(id(bought), purchase.version, at(99), probed()).await;
        assert!(matches!(late, Err(JournalError::Stale(_))), "{late:?}");
    }
}

fn probed() -> Event {
    Event::Probed { evidence: Evidence::Absent { conclusive: false, proven: false } }
}

pub(super) async fn a_return_undoes_a_purchase_of_unknown_fate(journal: &dyn Journal) {
    prepare(journal, 1, purchase(1, "1", "A-1")).await.unwrap();
    go_on(journal, 1, [sending(1), unknown()]).await.unwrap();
    prepare(journal, 2, return_of(1, "1", "A-1")).await.unwrap();
    go_on(journal, 2, [sending(1), confirmed(None)]).await.unwrap();
    let purchase = journal.get(id(1)).await.unwrap().unwrap();
    assert_eq!((purchase.state, purchase.returned_by), (State::Unknown, Some(id(2))));
    let proven = Event::Reconciled { state: State::Confirmed, found: Some(found("entry")) };
    let purchase = go_on(journal, 1, [proven]).await.unwrap();
    assert_eq!((purchase.state, purchase.returned_by), (State::Confirmed, Some(id(2))));
}

pub(super) async fn a_caller_does_not_say_returned(journal: &dyn Journal) {
    prepare(journal, 1, purchase(1, "1", "A-1")).await.unwrap();
    let done = go_on(journal, 1, [sending(1), confirmed(None)]).await.unwrap();
    let said = journal.append(id(1), done.version, at(9), Event::Returned { by: id(2) }).await;
    assert!(matches!(said, Err(JournalError::Transition { .. })), "{said:?}");
    assert_eq!(journal.get(id(1)).await.unwrap(), Some(done));
}

pub(super) async fn a_foreign_purchase_is_returned_too(journal: &dyn Journal) {
    prepare(journal, 1, return_of(5, "1", "A-1")).await.unwrap();
    go_on(journal, 1, [sending(1), confirmed(None)]).await.unwrap();
    // The GUID of a return is not a registered one.
    assert_eq!(journal.by_guid(guid(5)).await.unwrap(), None);
    prepare(journal, 2, purchase(5, "1", "A-1")).await.unwrap();
}

pub(super) async fn an_entry_proves_one_operation(journal: &dyn Journal) {
    for number in 1..=5 {
        prepare(journal, number, refill("7", rubles(1))).await.unwrap();
        go_on(journal, number, [sending(1)]).await.unwrap();
    }
    go_on(journal, 1, [confirmed(Some("entry 1"))]).await.unwrap();
    go_on(journal, 2, [unknown()]).await.unwrap();
    go_on(journal, 4, [unknown()]).await.unwrap();
    go_on(journal, 5, [confirmed(None)]).await.unwrap();
    let entry = || Some(found("entry 1"));
    let (operator, reason) = ("Ольга".to_owned(), "видно".to_owned());
    let claims = [
        (2, Event::Reconciled { state: State::Confirmed, found: entry() }),
        (3, confirmed(Some("entry 1"))),
        (4, Event::Decided { state: State::Confirmed, operator, reason, found: entry() }),
        (5, Event::Probed { evidence: Evidence::Found(found("entry 1")) }),
    ];
    for (number, claim) in claims {
        let before = journal.get(id(number)).await.unwrap();
        let taken = go_on(journal, number, [claim]).await;
        assert!(matches!(taken, Err(JournalError::ProofTaken(by)) if by == id(1)), "{taken:?}");
        assert_eq!(journal.get(id(number)).await.unwrap(), before);
    }
    assert_eq!(journal.proves("", "entry 1").await.unwrap(), Some(id(1)));
    assert_eq!(journal.proves("", "entry 2").await.unwrap(), None);
    // Evidence that is only looked at claims nothing.
    go_on(journal, 2, [Event::Probed { evidence: Evidence::Found(found("entry 1")) }]).await.unwrap();
}

pub(super) async fn an_entry_proves_one_operation_of_its_server(journal: &dyn Journal) {
    // The third was written by a program that did not keep the server.
    for (number, server) in [(1, Some("https://a")), (2, Some("https://b")), (3, None), (4, Some("https://a"))] {
        let payload = refill("7", rubles(1));
        let event = match prepared(payload, Subject::default()) {
            Event::Prepared { payload, subject, operator, reason, .. } => {
                let server = server.map(str::to_owned);
                Event::Prepared { payload, subject, operator, reason, server, undoes: None, shown: Vec::new() }
            }
            other => other,
        };
        journal.append(id(number), 0, at(0), event).await.unwrap();
        go_on(journal, number, [sending(1)]).await.unwrap();
    }
    go_on(journal, 1, [confirmed(Some("entry 1"))]).await.unwrap();
    let taken = go_on(journal, 4, [confirmed(Some("entry 1"))]).await;
    assert!(matches!(taken, Err(JournalError::ProofTaken(by)) if by == id(1)), "{taken:?}");
    assert_eq!(journal.proves("https://b", "entry 1").await.unwrap(), None);
    let taken = go_on(journal, 3, [confirmed(Some("entry 1"))]).await;
    assert!(matches!(taken, Err(JournalError::ProofTaken(by)) if by == id(1)), "its server may be any: {taken:?}");
    go_on(journal, 2, [confirmed(Some("entry 1"))]).await.unwrap();
    for (server, number) in [("https://a", 1), ("https://b", 2)] {
        assert_eq!(journal.proves(server, "entry 1").await.unwrap(), Some(id(number)));
    }
    go_on(journal, 3, [confirmed(Some("entry 2"))]).await.unwrap();
    assert_eq!(journal.proves("https://b", "entry 2").await.unwrap(), Some(id(3)), "and so counts for each");
    let taken = go_on(journal, 4, [confirmed(Some("entry 2"))]).await;
    assert!(matches!(taken, Err(JournalError::ProofTaken(by)) if by == id(3)), "{taken:?}");
}

pub(super) async fn one_guid_at_once_is_registered_once(journal: &dyn Journal) {
    let race = (1..=8).map(|number| prepare(journal, number, purchase(1, "1", "A-1")));
    let outcomes = futures::future::join_all(race).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    for lost in outcomes.into_iter().filter_map(Result::err) {
        assert!(matches!(lost, JournalError::GuidTaken(_) | JournalError::OutsideNumberTaken(_)), "{lost:?}");
    }
}
