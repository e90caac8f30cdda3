//! Lists, pages and counts.

use jiff::civil::date;
use probonus::{AccountId, Kopecks};

use super::sample::*;
use crate::{
    journal::port::{Filter, Journal, PageRequest},
    model::{
        event::Event,
        evidence::Evidence,
        journal_error::JournalError,
        operation::{BalanceVerification, OperationId, State, Subject},
        payload::Kind,
        queue::Counts,
    },
};

/// Every row of `filter` in pages of `size`; the total must be the same on each.
pub(super) async fn all(journal: &dyn Journal, filter: &Filter, size: u32) -> Vec<OperationId> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = journal.list(filter, PageRequest { after, size }).await.unwrap();
        assert!(page.rows.len() <= size as usize);
        rows.extend(page.rows.iter().map(|row| row.id));
        after = page.next;
        if after.is_none() {
            assert_eq!(page.total as usize, rows.len(), "{filter:?}");
            return rows;
        }
        assert_eq!(page.rows.len(), size as usize);
    }
}

fn ids(numbers: impl IntoIterator<Item = u64>) -> Vec<OperationId> {
    numbers.into_iter().map(id).collect()
}

pub(super) async fn newest_first_in_pages_without_gaps(journal: &dyn Journal) {
    let everything = Filter::default();
    assert_eq!(all(journal, &everything, 10).await, []);
    for number in 1..=7 {
        prepare(journal, number, refill("7", rubles(1))).await.unwrap();
    }
    for size in [1, 2, 3, 6, 7, 8, 500, 100_000] {
        assert_eq!(all(journal, &everything, size).await, ids((1..=7).rev()), "pages of {size}");
    }
    // What is added while pages are turned does not move them.
    let first = journal.list(&everything, PageRequest { after: None, size: 3 }).await.unwrap();
    prepare(journal, 8, refill("7", rubles(1))).await.unwrap();
    let second = journal.list(&everything, PageRequest { after: first.next, size: 3 }).await.unwrap();
    assert_eq!(second.rows.iter().map(|row| row.id).collect::<Vec<_>>(), ids([4, 3, 2]));
    assert_eq!(second.total, 8);
}

pub(super) async fn the_order_is_of_writing_not_of_the_clock(journal: &dyn Journal) {
    for (number, moment) in [(1, 1000), (2, 0), (3, 500)] {
        let event = prepared(refill("7", rubles(1)), Subject::default());
        journal.append(id(number), 0, at(moment), event).await.unwrap();
    }
    assert_eq!(all(journal, &Filter::default(), 2).await, ids([3, 2, 1]));
    for (first, second, expected) in [(1, 2, true), (2, 3, true), (2, 1, false), (3, 3, false), (1, 9, false)] {
        assert_eq!(journal.precedes(id(first), id(second)).await.unwrap(), expected, "{first} before {second}");
    }
}

pub(super) async fn unknown_on_top(journal: &dyn Journal) {
    for number in 1..=9 {
        prepare(journal, number, refill("7", rubles(1))).await.unwrap();
    }
    for number in [2, 5, 8] {
        go_on(journal, number, [sending(1), unknown()]).await.unwrap();
    }
    let filter = Filter { unknown_on_top: true, ..Filter::default() };
    for size in 1..=10 {
        assert_eq!(all(journal, &filter, size).await, ids([8, 5, 2, 9, 7, 6, 4, 3, 1]), "pages of {size}");
    }
    let only = |states: &[State]| Filter { states: states.to_vec(), ..filter.clone() };
    assert_eq!(all(journal, &only(&[State::Unknown]), 2).await, ids([8, 5, 2]));
    assert_eq!(all(journal, &only(&[State::Prepared]), 2).await, ids([9, 7, 6, 4, 3, 1]));
    assert_eq!(all(journal, &only(&[State::Confirmed]), 2).await, []);
}

pub(super) async fn filters_narrow_together(journal: &dyn Journal) {
    prepare(journal, 1, refill("7", rubles(1))).await.unwrap();
    prepare(journal, 2, refill("8", rubles(1))).await.unwrap();
    prepare(journal, 3, purchase(3, "1", "A-3")).await.unwrap();
    prepare(journal, 4, refill("7", rubles(1))).await.unwrap();
    go_on(journal, 4, [sending(1), confirmed(None)]).await.unwrap();
    go_on(journal, 1, [cancelled()]).await.unwrap();
    let kinds = |kinds: &[Kind]| Filter { kinds: kinds.to_vec(), ..Filter::default() };
    let states = |states: &[State]| Filter { states: states.to_vec(), ..Filter::default() };
    let seven = || Filter { account: Some(AccountId::new("7")), ..Filter::default() };
    let cases = [
        (kinds(&[Kind::Refill]), vec![4, 2, 1]),
        (kinds(&[Kind::Refill, Kind::RegisterCheck]), vec![4, 3, 2, 1]),
        (kinds(&[Kind::EditGuest]), vec![]),
        (kinds(&[Kind::Refill, Kind::Refill]), vec![4, 2, 1]),
        (states(&[State::Prepared, State::Prepared]), vec![3, 2]),
        (
            Filter { kinds: vec![Kind::Refill], states: vec![State::Prepared, State::Confirmed], ..Filter::default() },
            vec![4, 2],
        ),
        (states(&[State::Prepared]), vec![3, 2]),
        (states(&[State::Cancelled, State::Confirmed]), vec![4, 1]),
        (seven(), vec![4, 3, 1]),
        (Filter { kinds: vec![Kind::Refill], ..seven() }, vec![4, 1]),
        (Filter { kinds: vec![Kind::Refill], states: vec![State::Cancelled], ..seven() }, vec![1]),
        (Filter { kinds: vec![Kind::Refill], states: vec![State::Prepared], ..Filter::default() }, vec![2]),
        (Filter { text: "жалоба".into(), ..seven() }, vec![4, 3, 1]),
        (Filter { text: "жал".into(), kinds: vec![Kind::Refill], ..seven() }, vec![4, 1]),
        (Filter { text: "жал".into(), states: vec![State::Prepared], ..seven() }, vec![3]),
        (Filter { text: "жал".into(), states: vec![State::Confirmed], ..Filter::default() }, vec![4]),
        (Filter { account: Some(AccountId::new("77")), ..Filter::default() }, vec![]),
    ];
    for (filter, expected) in cases {
        assert_eq!(all(journal, &filter, 2).await, ids(expected), "{filter:?}");
    }
}

pub(super) async fn days_are_found_whatever_the_clock_did(journal: &dyn Journal) {
    const DAY: i64 = 86_400;
    // Noons, days apart, so that the zone of the machine does not matter. The clock jumps far ahead and comes back.
    for (number, day) in [(1, 0), (2, 4), (3, 4000), (4, 5), (5, 9), (6, -4000)] {
        let event = prepared(refill("7", rubles(1)), Subject::default());
        journal.append(id(number), 0, at(day * DAY), event).await.unwrap();
    }
    let days = |from, to| Filter { from, to, ..Filter::default() };
    let (fourth, ninth) = (date(2026, 11, 4), date(2026, 11, 9));
    let cases = [
        (days(Some(fourth), Some(ninth)), vec![4, 2]),
        (days(Some(fourth), None), vec![5, 4, 3, 2]),
        (days(None, Some(fourth)), vec![6, 1]),
        (days(Some(date(2027, 6, 1)), Some(date(2028, 6, 1))), vec![]),
        (days(Some(ninth), Some(fourth)), vec![]),
        (days(None, Some(jiff::civil::Date::MAX)), vec![6, 5, 4, 3, 2, 1]),
        (days(Some(jiff::civil::Date::MIN), None), vec![6, 5, 4, 3, 2, 1]),
        (Filter { text: "жалоба".into(), ..days(Some(fourth), Some(ninth)) }, vec![4, 2]),
        (Filter { kinds: vec![Kind::Refill], ..days(Some(fourth), Some(ninth)) }, vec![4, 2]),
        (Filter { account: Some(AccountId::new("7")), ..days(Some(fourth), Some(ninth)) }, vec![4, 2]),
    ];
    for (filter, expected) in cases {
        assert_eq!(all(journal, &filter, 1).await, ids(expected), "{filter:?}");
    }
}

pub(super) async fn an_account_of_a_new_guest_is_listed(journal: &dyn Journal) {
    prepare(journal, 1, guest("+79123456789")).await.unwrap();
    let filter = Filter { account: Some(AccountId::new("41")), ..Filter::default() };
    assert_eq!(all(journal, &filter, 10).await, []);
    let made = Event::Confirmed { account: Some(AccountId::new("41")), proof: None, receipt: None };
    go_on(journal, 1, [sending(1), made]).await.unwrap();
    assert_eq!(all(journal, &filter, 10).await, ids([1]));
}

pub(super) async fn states_are_read_oldest_first(journal: &dyn Journal) {
    for number in 1..=6 {
        let payload = if number % 2 == 0 { refill("7", rubles(1)) } else { guest("+79123456789") };
        prepare(journal, number, payload).await.unwrap();
    }
    go_on(journal, 2, [sending(1)]).await.unwrap();
    go_on(journal, 3, [cancelled()]).await.unwrap();
    let read = async |states: &[State], limit| {
        journal.in_states(states, limit).await.unwrap().iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(read(&[State::Prepared], 10).await, ids([1, 4, 5, 6]));
    assert_eq!(read(&[State::Prepared, State::Sending], 3).await, ids([1, 2, 4]));
    assert_eq!(read(&[State::Unknown], 10).await, []);
    assert_eq!(read(&[State::Prepared, State::Prepared], 3).await, ids([1, 4, 5]));
    go_on(journal, 2, [confirmed(None)]).await.unwrap();
    assert_eq!(read(&[State::Confirmed, State::Cancelled], 10).await, ids([2, 3]));
    assert_eq!(read(&[], 10).await, []);
}

pub(super) async fn a_verification_is_pending_until_the_balance_is_read(journal: &dyn Journal) {
    let out = |before: Option<Kopecks>| Event::Sending {
        attempt: 1,
        balance_before: before,
        turnover_before: None,
        clock_offset: None,
        snapshot: None,
    };
    for (number, before) in [(1, Some(rubles(5))), (2, None), (3, Some(rubles(0)))] {
        prepare(journal, number, refill("7", rubles(1))).await.unwrap();
        go_on(journal, number, [out(before)]).await.unwrap();
    }
    prepare(journal, 4, guest("+79161234567")).await.unwrap();
    go_on(journal, 4, [out(Some(rubles(1))), confirmed(None)]).await.unwrap();
    assert_eq!(journal.unverified(10).await.unwrap(), []);
    for number in [3, 2, 1] {
        go_on(journal, number, [confirmed(None)]).await.unwrap();
    }
    let awaited = async || journal.unverified(10).await.unwrap().iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(awaited().await, [id(1), id(3)]);
    assert_eq!(journal.unverified(1).await.unwrap().len(), 1);
    let balance =
        BalanceVerification { before: Some(rubles(5)), after: Some(rubles(6)), ..BalanceVerification::default() };
    go_on(journal, 1, [Event::BalanceRead { balance, mismatch: false }]).await.unwrap();
    assert_eq!(awaited().await, [id(3)]);
}

pub(super) async fn counts_follow_the_states(journal: &dyn Journal) {
    assert_eq!(journal.counts().await.unwrap(), Counts::default());
    for number in 1..=6 {
        prepare(journal, number, refill("7", rubles(1))).await.unwrap();
    }
    prepare(journal, 7, purchase(7, "1", "A-7")).await.unwrap();
    go_on(journal, 1, [sending(1)]).await.unwrap();
    go_on(journal, 2, [sending(1), unknown()]).await.unwrap();
    go_on(journal, 3, [cancelled()]).await.unwrap();
    assert_eq!(journal.counts().await.unwrap(), Counts { prepared: 4, sending: 1, unknown: 1 });
}

pub(super) async fn suspected_duplicates_are_active_and_recent(journal: &dyn Journal) {
    for number in 1..=5 {
        prepare(journal, number, refill("7", rubles(1))).await.unwrap();
    }
    prepare(journal, 6, refill("8", rubles(1))).await.unwrap();
    prepare(journal, 7, refill("7", rubles(2))).await.unwrap();
    prepare(journal, 8, purchase(8, "1", "A-8")).await.unwrap();
    go_on(journal, 4, [cancelled()]).await.unwrap();
    go_on(journal, 5, [sending(1), confirmed(None)]).await.unwrap();
    let alike = async |kind, sum, since| {
        let found = journal.suspected_duplicates(&AccountId::new("7"), kind, sum, since).await.unwrap();
        found.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(alike(Kind::Refill, rubles(1), at(2)).await, ids([5, 3, 2]));
    assert_eq!(alike(Kind::Refill, rubles(1), at(100)).await, []);
    assert_eq!(alike(Kind::Refill, rubles(2), at(0)).await, ids([7]));
    assert_eq!(alike(Kind::RegisterCheck, rubles(1000), at(-86_400 * 400)).await, ids([8]));
    go_on(journal, 8, [sending(1), confirmed(None)]).await.unwrap();
    prepare(journal, 9, return_of(8, "1", "A-8")).await.unwrap();
    go_on(journal, 9, [sending(1), confirmed(None)]).await.unwrap();
    assert_eq!(alike(Kind::RegisterCheck, rubles(1000), at(0)).await, []);
    // What counts as not applied is a suspected duplicate as long as its absence is not proven.
    for (number, proven) in [(2, true), (3, false)] {
        let absent = Event::Probed { evidence: Evidence::Absent { conclusive: true, proven } };
        go_on(journal, number, [sending(1), unknown(), absent, not_applied()]).await.unwrap();
    }
    assert_eq!(alike(Kind::Refill, rubles(1), at(2)).await, ids([5, 3]));
}

pub(super) async fn a_strange_cursor_is_refused(journal: &dyn Journal) {
    for after in ["", "x", "u", "1; DROP TABLE events", "99999999999999999999999"] {
        let page = journal.list(&Filter::default(), PageRequest { after: Some(after.into()), size: 10 }).await;
        assert!(matches!(page, Err(JournalError::Other(_))), "{after:?}: {page:?}");
    }
}
