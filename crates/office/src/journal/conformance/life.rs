//! One operation, from its first event to its last.

use jiff::{SignedDuration, Timestamp};

use super::sample::*;
use crate::{
    journal::port::Journal,
    model::{
        event::Event,
        evidence::Evidence,
        journal_error::JournalError,
        operation::{Operation, State, Subject},
    },
};

pub(super) async fn begins_with_prepared_only(journal: &dyn Journal) {
    for version in [0, 1, 7] {
        let refused = journal.append(id(1), version, at(0), sending(1)).await;
        assert!(matches!(refused, Err(JournalError::NotFound(which)) if which == id(1)), "{refused:?}");
    }
    let late = journal.append(id(1), 3, at(0), prepared(refill("7", rubles(1)), Subject::default())).await;
    assert!(matches!(late, Err(JournalError::NotFound(_))), "{late:?}");
    assert_eq!(journal.get(id(1)).await.unwrap(), None);
    assert_eq!(journal.story(id(1)).await.unwrap(), []);
}

pub(super) async fn reads_back_what_was_appended(journal: &dyn Journal) {
    let events = [
        prepared(refill("7", rubles(5)), subject("Иванов «Ё» О'Нил", "+79123456789")),
        sending(1),
        unknown(),
        Event::Probed { evidence: Evidence::Ambiguous { candidates: vec![found("entry 1"), found("entry 2")] } },
        Event::Decided {
            state: State::Confirmed,
            operator: "Ольга".into(),
            reason: "видно".into(),
            found: Some(found("entry 2")),
        },
    ];
    let mut last = None;
    for (version, event) in (0..).zip(&events) {
        let appended = journal.append(id(1), version, at(version.into()), event.clone()).await.unwrap();
        assert_eq!(journal.get(id(1)).await.unwrap().as_ref(), Some(&appended));
        last = Some(appended);
    }
    let story = journal.story(id(1)).await.unwrap();
    assert_eq!(story.iter().map(|record| &record.event).collect::<Vec<_>>(), events.iter().collect::<Vec<_>>());
    assert_eq!(story.iter().map(|record| record.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(story.iter().map(|record| record.at).collect::<Vec<_>>(), (0..5).map(at).collect::<Vec<_>>());
    assert_eq!(Operation::fold(id(1), &story).unwrap(), last);
    let last = last.unwrap();
    assert_eq!((last.state, last.version, last.proof.as_deref()), (State::Confirmed, 5, Some("entry 2")));
}

pub(super) async fn a_stale_caller_writes_nothing(journal: &dyn Journal) {
    prepare(journal, 1, refill("7", rubles(1))).await.unwrap();
    go_on(journal, 1, [sending(1)]).await.unwrap();
    for version in [0, 1, 3, u32::MAX] {
        let stale = journal.append(id(1), version, at(9), unknown()).await;
        assert!(matches!(stale, Err(JournalError::Stale(which)) if which == id(1)), "{stale:?}");
    }
    assert_eq!(journal.story(id(1)).await.unwrap().len(), 2);
    assert_eq!(journal.get(id(1)).await.unwrap().unwrap().state, State::Sending);
}

pub(super) async fn the_same_id_is_the_same_operation(journal: &dyn Journal) {
    let first = prepare(journal, 1, purchase(1, "1", "A-1")).await.unwrap();
    // Its own GUID and number do not stand in its way.
    let again = prepare(journal, 1, purchase(1, "1", "A-1")).await;
    assert!(matches!(again, Err(JournalError::Stale(_))), "{again:?}");
    assert_eq!(journal.get(id(1)).await.unwrap(), Some(first));
}

pub(super) async fn another_payload_under_an_id_is_loud(journal: &dyn Journal) {
    let first = prepare(journal, 1, refill("7", rubles(1))).await.unwrap();
    for other in [refill("7", rubles(2)), refill("8", rubles(1)), purchase(1, "1", "A-1")] {
        let reused = prepare(journal, 1, other).await;
        assert!(matches!(reused, Err(JournalError::IdReused(which)) if which == id(1)), "{reused:?}");
    }
    assert_eq!(journal.get(id(1)).await.unwrap(), Some(first));
}

pub(super) async fn a_forbidden_event_writes_nothing(journal: &dyn Journal) {
    prepare(journal, 1, refill("7", rubles(1))).await.unwrap();
    let done = go_on(journal, 1, [sending(1), confirmed(None)]).await.unwrap();
    let events = [
        prepared(refill("7", rubles(1)), Subject::default()),
        sending(2),
        unknown(),
        cancelled(),
        confirmed(None),
        not_applied(),
    ];
    for event in events {
        let forbidden = journal.append(id(1), done.version, at(9), event).await;
        assert!(matches!(forbidden, Err(JournalError::Transition { state: State::Confirmed, .. })), "{forbidden:?}");
    }
    assert_eq!(journal.get(id(1)).await.unwrap(), Some(done));
    assert_eq!(journal.story(id(1)).await.unwrap().len(), 3);
}

pub(super) async fn moments_are_kept_to_the_microsecond(journal: &dyn Journal) {
    let moments =
        ["-002000-03-01T00:00:00.123456789Z", "1969-12-31T23:59:59.000000001Z", "2026-11-23T21:00:00.999999999Z"];
    for (number, moment) in (1..).zip(moments) {
        let moment: Timestamp = moment.parse().unwrap();
        let appended =
            journal.append(id(number), 0, moment, prepared(refill("7", rubles(1)), Subject::default())).await;
        let appended = appended.unwrap();
        assert!(appended.created_at.duration_since(moment).abs() < SignedDuration::from_micros(1));
        assert_eq!(journal.get(id(number)).await.unwrap(), Some(appended));
    }
}

pub(super) async fn of_two_at_once_one_wins(journal: &dyn Journal) {
    prepare(journal, 1, refill("7", rubles(1))).await.unwrap();
    let (first, second) =
        futures::join!(journal.append(id(1), 1, at(1), sending(1)), journal.append(id(1), 1, at(1), cancelled()));
    let lost = if first.is_ok() { second } else { first };
    assert!(matches!(lost, Err(JournalError::Stale(_))), "{lost:?}");
    assert_eq!(journal.story(id(1)).await.unwrap().len(), 2);
}

pub(super) async fn notes_are_kept_and_forgotten(journal: &dyn Journal) {
    assert_eq!(journal.note("draft").await.unwrap(), None);
    for value in ["", "{\"sum\": \"1 234,56\"}", "'; DROP TABLE notes; --", "ё\u{0}🍕"] {
        journal.set_note("draft", Some(value)).await.unwrap();
        assert_eq!(journal.note("draft").await.unwrap().as_deref(), Some(value));
    }
    journal.set_note("Draft", Some("another")).await.unwrap();
    journal.set_note("draft", None).await.unwrap();
    journal.set_note("draft", None).await.unwrap();
    assert_eq!(journal.note("draft").await.unwrap(), None);
    assert_eq!(journal.note("Draft").await.unwrap().as_deref(), Some("another"));
}
