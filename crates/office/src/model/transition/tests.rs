//! Every state and every event, each pair once: what is not listed here as allowed is forbidden.

use jiff::{SignedDuration, Timestamp};
use probonus::{AccountId, Delivery, ErrorKind, Kopecks, ReceiptId, Refill};
use uuid::Uuid;

use super::Forbidden;
use crate::model::{
    event::Event,
    evidence::{Evidence, MatchedEntry},
    failure::Failure,
    operation::{BalanceVerification, Operation, OperationId, State, Subject},
    payload::Payload,
};

use State::{Cancelled, Confirmed, NotApplied, Prepared, Rejected, Sending, Unknown};

fn failure() -> Failure {
    (&probonus::Error::new(ErrorKind::Timeout, Delivery::Unknown)).into()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
}

fn found(proof: &str) -> MatchedEntry {
    MatchedEntry {
        proof: proof.into(),
        exact: true,
        summary: String::new(),
        sum: None,
        account: Some(AccountId::new("found")),
        receipt: Some(ReceiptId::new("found")),
    }
}

fn prepared() -> Event {
    let refill = Refill { account: AccountId::new("7"), sum: Kopecks::ZERO, comment: String::new() };
    Event::Prepared {
        payload: Box::new(Payload::Refill(refill)),
        subject: Subject::default(),
        operator: "Ольга".into(),
        reason: "жалоба".into(),
        server: None,
        undoes: None,
        shown: Vec::new(),
    }
}

fn reconciled(state: State) -> Event {
    Event::Reconciled { state, found: Some(found("row")) }
}

fn decided(state: State) -> Event {
    Event::Decided { state, operator: String::new(), reason: String::new(), found: None }
}

/// Each event, with each state it can name, and the states it is allowed in: from → to.
fn table() -> Vec<(Event, Vec<(State, State)>)> {
    let balance = BalanceVerification { after: Some(Kopecks::ZERO), ..BalanceVerification::default() };
    let operator = String::new;
    let here = |states: &[State]| states.iter().map(|state| (*state, *state)).collect::<Vec<_>>();
    let mut table = vec![
        (prepared(), vec![]),
        (
            Event::Sending {
                attempt: 1,
                balance_before: None,
                turnover_before: None,
                clock_offset: None,
                snapshot: None,
            },
            vec![(Prepared, Sending)],
        ),
        (Event::NotSent { failure: failure(), due_at: Some(at(9)) }, vec![(Sending, Prepared), (Prepared, Prepared)]),
        (Event::Confirmed { account: None, proof: None, receipt: None }, vec![(Sending, Confirmed)]),
        (Event::Rejected { failure: failure() }, vec![(Sending, Rejected), (Prepared, Rejected), (Unknown, Rejected)]),
        (
            Event::Unknown { failure: Some(failure()) },
            vec![(Sending, Unknown), (Prepared, Unknown), (Rejected, Unknown)],
        ),
        (Event::Unknown { failure: None }, vec![(Sending, Unknown), (Prepared, Unknown), (Rejected, Unknown)]),
        (
            Event::Probed { evidence: Evidence::Absent { conclusive: true, proven: true } },
            here(&[Unknown, NotApplied, Confirmed, Rejected]),
        ),
        (Event::Resent { operator: operator(), reason: String::new() }, vec![(NotApplied, Prepared)]),
        (Event::Cancelled { operator: operator() }, vec![(Prepared, Cancelled)]),
        (Event::BalanceRead { balance, mismatch: true }, here(&[Unknown, Confirmed])),
        (Event::RecordRead { unasked: vec![] }, here(&[Unknown, Confirmed])),
        (Event::Returned { by: OperationId(Uuid::from_u128(9)) }, here(&[Unknown, Confirmed])),
    ];
    // That a purchase is not returned after all needs a return before: see `a_purchase_is_returned_once`.
    for state in State::ALL {
        table.push((
            reconciled(state),
            match state {
                Confirmed => [Unknown, NotApplied, Rejected, Confirmed].map(|from| (from, Confirmed)).to_vec(),
                NotApplied => vec![(Unknown, NotApplied)],
                _ => vec![],
            },
        ));
        table.push((
            decided(state),
            match state {
                Confirmed => [Unknown, NotApplied, Rejected, Confirmed].map(|from| (from, Confirmed)).to_vec(),
                NotApplied => vec![(Unknown, state), (Confirmed, state)],
                Unknown => vec![(Unknown, state)],
                _ => vec![],
            },
        ));
    }
    table
}

/// An operation in `state`, brought there by events.
fn in_state(state: State) -> Operation {
    let mut operation = Operation::begin(OperationId(Uuid::from_u128(1)), at(0), &prepared()).unwrap();
    let sending =
        Event::Sending { attempt: 1, balance_before: None, turnover_before: None, clock_offset: None, snapshot: None };
    let unknown = Event::Unknown { failure: None };
    let way = match state {
        Prepared => vec![],
        Sending => vec![sending],
        // In doubt, so that it may be settled anew.
        Confirmed => vec![
            sending,
            Event::Confirmed { account: None, proof: None, receipt: None },
            Event::BalanceRead { balance: BalanceVerification::default(), mismatch: true },
        ],
        Rejected => vec![sending, Event::Rejected { failure: failure() }],
        Unknown => vec![sending, unknown],
        Cancelled => vec![Event::Cancelled { operator: String::new() }],
        NotApplied => vec![sending, unknown, Event::Reconciled { state: NotApplied, found: None }],
    };
    for event in way {
        operation.apply(at(1), &event).unwrap();
    }
    assert_eq!(operation.state, state);
    operation
}

#[test]
fn the_table_knows_every_event() {
    let mut names: Vec<_> = table().iter().map(|(event, _)| event.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 14);
    for (event, _) in table() {
        // The journal spells it so too.
        assert_eq!(serde_json::to_value(&event).unwrap()["event"], event.name());
    }
}

#[test]
fn every_pair_of_state_and_event() {
    for state in State::ALL {
        for (event, allowed) in table() {
            let to = allowed.iter().find(|(from, _)| *from == state).map(|(_, to)| *to);
            assert_eq!(state.after(&event), to, "{state:?}, {event:?}");

            let before = in_state(state);
            let mut after = before.clone();
            match (after.apply(at(2), &event), to) {
                (Ok(()), Some(to)) => {
                    assert_eq!((after.state, after.version, after.updated_at), (to, before.version + 1, at(2)));
                    let (id, payload, created_at) = (before.id, before.payload, before.created_at);
                    assert_eq!((after.id, after.payload, after.created_at), (id, payload, created_at));
                }
                (Err(forbidden), None) => {
                    assert_eq!(forbidden, Forbidden { state: Some(state), event: event.name() });
                    assert_eq!(after, before, "a forbidden event changes nothing");
                }
                (outcome, to) => panic!("{state:?}, {event:?}: {outcome:?}, expected {to:?}"),
            }
        }
    }
}

#[test]
fn only_prepared_begins() {
    for (event, _) in table() {
        let begun = Operation::begin(OperationId(Uuid::from_u128(1)), at(0), &event);
        match event {
            Event::Prepared { .. } => assert_eq!(begun.unwrap().version, 1),
            other => assert_eq!(begun.unwrap_err(), Forbidden { state: None, event: other.name() }),
        }
    }
}

#[test]
fn nothing_leaves_a_final_state_but_what_may_yet_be_proven() {
    for (event, _) in table() {
        for state in State::ALL.into_iter().filter(|state| state.is_final() && !state.may_yet_be_proven()) {
            let is_given_up_by_a_person = matches!(event, Event::Decided { state: NotApplied, .. });
            let to = state.after(&event);
            assert!(matches!(to, None | Some(Confirmed)) || is_given_up_by_a_person, "{state:?}, {event:?}");
            assert!(state == Confirmed || to.is_none(), "{state:?}, {event:?}");
        }
    }
}

#[test]
fn what_is_confirmed_is_settled_anew_only_if_it_is_in_doubt() {
    let seen = Event::Probed { evidence: Evidence::Found(found("t1")) };
    let good = Event::BalanceRead { balance: BalanceVerification::default(), mismatch: false };
    for clears in [seen, good, decided(Confirmed)] {
        let mut operation = in_state(Confirmed);
        assert!(operation.is_confirmed_in_doubt());
        operation.apply(at(2), &clears).unwrap();
        for event in [decided(Confirmed), decided(NotApplied), reconciled(Confirmed)] {
            assert!(operation.clone().apply(at(3), &event).is_err(), "{clears:?}, {event:?}");
        }
    }
}

#[test]
fn what_the_server_reported_first_is_kept() {
    let mut operation = in_state(Sending);
    let (account, receipt) = (Some(AccountId::new("41")), Some(ReceiptId::new("r1")));
    operation.apply(at(2), &Event::Confirmed { account, proof: Some("t1".into()), receipt }).unwrap();
    operation.apply(at(3), &Event::Probed { evidence: Evidence::Found(found("t2")) }).unwrap();
    assert_eq!(operation.proof.as_deref(), Some("t1"));
    assert_eq!(operation.subject.account, Some(AccountId::new("41")));
    assert_eq!(operation.receipt, Some(ReceiptId::new("r1")));
}

#[test]
fn a_probe_of_a_confirmed_operation_finds_its_entry_and_other_probes_claim_none() {
    let probed = Event::Probed { evidence: Evidence::Found(found("t1")) };
    let mut confirmed = in_state(Confirmed);
    confirmed.apply(at(2), &probed).unwrap();
    assert_eq!(confirmed.proof.as_deref(), Some("t1"));
    for state in [Unknown, NotApplied] {
        let mut operation = in_state(state);
        operation.apply(at(2), &probed).unwrap();
        assert_eq!(operation.proof, None);
        operation.apply(at(3), &reconciled(Confirmed)).unwrap();
        assert_eq!((operation.proof.as_deref(), operation.failure), (Some("row"), None));
    }
}

#[test]
fn what_was_not_applied_is_proven_by_no_entry() {
    let mut operation = in_state(Unknown);
    operation.apply(at(2), &reconciled(NotApplied)).unwrap();
    assert_eq!(operation.proof, None);
}

#[test]
fn a_purchase_is_returned_once() {
    let mut operation = in_state(Confirmed);
    let returned = |by| Event::Returned { by: OperationId(Uuid::from_u128(by)) };
    operation.apply(at(2), &returned(5)).unwrap();
    let once = operation.clone();
    operation.apply(at(3), &returned(6)).unwrap_err();
    let not_returned = |by| Event::NotReturned { by: OperationId(Uuid::from_u128(by)) };
    operation.apply(at(3), &not_returned(6)).unwrap_err();
    assert_eq!(operation, once);
    operation.apply(at(3), &not_returned(5)).unwrap();
    assert_eq!((operation.state, operation.returned_by), (Confirmed, None));
    operation.apply(at(4), &not_returned(5)).unwrap_err();
}

#[test]
fn a_failure_is_shown_until_the_next_outcome() {
    let mut operation = in_state(Sending);
    operation.apply(at(2), &Event::NotSent { failure: failure(), due_at: Some(at(60)) }).unwrap();
    assert_eq!((operation.failure.clone(), operation.due_at), (Some(failure()), Some(at(60))));
    let sending = Event::Sending {
        attempt: 2,
        balance_before: Some(Kopecks::ZERO),
        turnover_before: None,
        clock_offset: None,
        snapshot: None,
    };
    operation.apply(at(61), &sending).unwrap();
    assert_eq!((operation.attempts, operation.due_at, operation.balance.before), (2, None, Some(Kopecks::ZERO)));
    operation.apply(at(62), &Event::Confirmed { account: None, proof: None, receipt: None }).unwrap();
    assert_eq!(operation.failure, None);
}
