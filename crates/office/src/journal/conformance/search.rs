//! What is found, and by what.

use jiff::civil::{Date, date};

use super::{lists::all, sample::*};
use crate::{
    journal::port::{Filter, Journal},
    model::{
        event::Event,
        operation::{OperationId, State, Subject},
        payload::{Kind, Payload},
    },
};

async fn write(journal: &dyn Journal, number: u64, payload: Payload, subject: Subject, operator: &str, reason: &str) {
    let (operator, reason) = (operator.to_owned(), reason.to_owned());
    let event = Event::Prepared {
        payload: Box::new(payload),
        subject,
        operator,
        reason,
        server: None,
        undoes: None,
        shown: Vec::new(),
    };
    journal.append(id(number), 0, at(number.cast_signed()), event).await.unwrap();
}

async fn finds(journal: &dyn Journal, text: &str, expected: &[u64]) {
    let filter = Filter { text: text.into(), ..Filter::default() };
    let expected: Vec<OperationId> = expected.iter().map(|number| id(*number)).collect();
    assert_eq!(all(journal, &filter, 2).await, expected, "{text}");
}

pub(super) async fn words_are_found_by_their_beginning(journal: &dyn Journal) {
    write(journal, 1, refill("7", rubles(1)), subject("Семёнов Пётр Ильич", ""), "Ольга", "Жалоба: долгое ожидание")
        .await;
    write(journal, 2, refill("7", rubles(1)), subject("СЕМЕНОВА Анна-Мария", ""), "Игорь", "акция «Осень»").await;
    write(journal, 3, purchase(3, "1", "Заказ № 77/15-А"), subject("Müller Straße", ""), "Ольга", "").await;
    write(journal, 4, purchase(4, "1", "0042"), subject("и\u{306}ога Александровна", ""), "Ольга", "").await;
    let cases: &[(&str, &[u64])] = &[
        ("семён", &[2, 1]),
        ("СЕМЕНОВ", &[2, 1]),
        ("семенова", &[2]),
        ("пет сем", &[1]),
        ("сем пет", &[1]),
        ("сем анна", &[2]),
        ("мария", &[2]),
        ("арина", &[]),
        ("ольга", &[4, 3, 1]),
        ("о", &[4, 3, 2, 1]),
        ("осень", &[2]),
        ("долгое   ожид", &[1]),
        ("йога", &[4]),
        ("александровна", &[4]),
        ("александровнам", &[]),
        ("mull", &[]),
        ("MÜLL", &[3]),
        ("заказ 77", &[3]),
        ("77/15-а", &[3]),
        ("№ 77/15", &[3]),
        ("15", &[3]),
        ("0042", &[4]),
        ("042", &[]),
        ("сем ольга игорь", &[]),
        ("", &[4, 3, 2, 1]),
        (" \t ", &[4, 3, 2, 1]),
        ("—", &[4, 3, 2, 1]),
    ];
    for (text, expected) in cases {
        finds(journal, text, expected).await;
    }
}

pub(super) async fn phones_are_found_in_any_spelling(journal: &dyn Journal) {
    write(journal, 1, guest("+79123456789"), subject("Иван", "+79123456789"), "Ольга", "").await;
    write(journal, 2, guest("+79120006789"), subject("Пётр", "+79120006789"), "Ольга", "").await;
    write(journal, 3, guest("+4915112345678"), subject("Karl", "+4915112345678"), "Ольга", "").await;
    let cases: &[(&str, &[u64])] = &[
        ("6789", &[2, 1]),
        ("67-89", &[2, 1]),
        ("56789", &[1]),
        ("345-67-89", &[1]),
        ("8 (912) 345-67-89", &[1]),
        ("+7 912 345 67 89", &[1]),
        ("89123456789", &[1]),
        ("9123456789", &[1]),
        ("+7912", &[2, 1]),
        ("912345", &[1]),
        ("4567", &[]),
        ("789", &[]),
        ("5678", &[3]),
        ("+49 151", &[3]),
        ("иван 6789", &[1]),
        ("6789 карл", &[]),
    ];
    for (text, expected) in cases {
        finds(journal, text, expected).await;
    }
}

pub(super) async fn ids_and_guids_are_found_by_their_beginning(journal: &dyn Journal) {
    write(journal, 0xdead_beef, purchase(0x77, "1", "A-1"), Subject::default(), "Ольга", "").await;
    write(journal, 2, return_of(0x77, "1", "A-1"), Subject::default(), "Ольга", "").await;
    let bought = 0xdead_beef;
    let (whole, check) = (id(bought).to_string(), guid(0x77).to_string());
    let cases = [
        (whole.clone(), vec![bought]),
        (whole.to_uppercase(), vec![bought]),
        (format!("{{{whole}}}"), vec![bought]),
        (whole.replace('-', ""), vec![bought]),
        (id(bought).short(), vec![bought]),
        ("dead".into(), vec![bought]),
        ("deadbeef-0000".into(), vec![bought]),
        ("beef".into(), vec![]),
        // A return carries the GUID of its purchase: both are found.
        (check.clone(), vec![2, bought]),
        (check[..10].to_owned(), vec![2, bought]),
        (format!("{}f", &check[..35]), vec![]),
    ];
    for (text, expected) in cases {
        finds(journal, &text, &expected).await;
    }
}

pub(super) async fn hostile_text_is_only_text(journal: &dyn Journal) {
    let long = "ы".repeat(10_000);
    let many = (0..10_000).map(|word| format!("слово{word} ")).collect::<String>();
    let texts = [
        "\"",
        "'",
        "*",
        "a*b",
        "NEAR(a b)",
        "OR",
        "NOT иван",
        "-иван",
        "^иван",
        "words:иван",
        "(((",
        "a AND",
        "%",
        "_",
        "\u{0}",
        "a\u{0}b",
        "🍕",
        "\u{202e}иван",
        "\u{e001}dead",
        "\u{e002}refill",
        "<b>иван</b>",
        "𞤀𞤁",
        "ﬁ",
        "İ",
        &long,
        &many,
    ];
    for (number, text) in (1..).zip(texts) {
        write(journal, number, refill("7", rubles(1)), subject(text, ""), "Ольга", text).await;
        assert_eq!(journal.get(id(number)).await.unwrap().unwrap().reason, text);
    }
    for (number, text) in (1..).zip(texts) {
        let filter = Filter { text: text.into(), ..Filter::default() };
        let found = all(journal, &filter, 10).await;
        assert!(found.contains(&id(number)), "text {number} is not found by itself");
    }
    // Operators of a query language are words like others: nothing here has both.
    finds(journal, "OR иван NEAR", &[]).await;
}

pub(super) async fn a_rare_state_is_found_among_a_frequent_word(journal: &dyn Journal) {
    for number in 1..=30 {
        write(journal, number, refill("7", rubles(1)), subject("Иван", ""), "Ольга", "").await;
    }
    for number in [3, 17] {
        go_on(journal, number, [sending(1), unknown()]).await.unwrap();
    }
    let filter = |text: &str, states: &[State], kinds: &[Kind]| Filter {
        text: text.into(),
        states: states.to_vec(),
        kinds: kinds.to_vec(),
        ..Filter::default()
    };
    assert_eq!(all(journal, &filter("ива", &[State::Unknown], &[]), 1).await, [id(17), id(3)]);
    assert_eq!(all(journal, &filter("ива", &[State::Unknown], &[Kind::Refill]), 1).await, [id(17), id(3)]);
    assert_eq!(all(journal, &filter("ива", &[State::Unknown], &[Kind::EditGuest]), 1).await, []);
    assert_eq!(all(journal, &filter("пётр", &[State::Unknown], &[]), 1).await, []);
    for kind in Kind::ALL {
        let expected = if kind == Kind::Refill { 30 } else { 0 };
        assert_eq!(all(journal, &filter("ива", &[], &[kind]), 50).await.len(), expected, "{kind:?}");
    }
    let on_top = Filter { unknown_on_top: true, ..filter("ива", &[], &[]) };
    let expected: Vec<_> = [17, 3].into_iter().chain((1..=30).rev().filter(|n| ![17, 3].contains(n))).map(id).collect();
    assert_eq!(all(journal, &on_top, 4).await, expected);
}

pub(super) async fn found_pages_have_no_gaps(journal: &dyn Journal) {
    for number in 1..=150 {
        let name = if number % 3 == 0 { "Иван Александрович" } else { "Иванна" };
        write(journal, number, refill("7", rubles(1)), subject(name, ""), "Ольга", "").await;
    }
    for size in [7, 64, 150] {
        let filter = |text: &str| Filter { text: text.into(), ..Filter::default() };
        let expected: Vec<_> = (1..=150).rev().map(id).collect();
        assert_eq!(all(journal, &filter("иван"), size).await, expected);
        let expected: Vec<_> = (1..=150).rev().filter(|number| number % 3 == 0).map(id).collect();
        assert_eq!(all(journal, &filter("александрович"), size).await, expected);
    }
}

/// Whatever narrows what a text finds, and however few or many of it are left.
pub(super) async fn what_a_text_finds_is_narrowed(journal: &dyn Journal) {
    const OPERATIONS: u64 = 40;
    const DAY: i64 = 86_400;
    // Four a day, from 2026-11-02 on; every seventh by a clock that is three days late.
    let day = |number: u64| number.cast_signed() / 4 - if number.is_multiple_of(7) { 3 } else { 0 };
    let state = |number: u64| match number % 5 {
        0 => State::Cancelled,
        1 => State::Unknown,
        _ => State::Confirmed,
    };
    for number in 1..=OPERATIONS {
        let first = prepared(refill("7", rubles(1)), subject("Иван", ""));
        journal.append(id(number), 0, at(day(number) * DAY), first).await.unwrap();
        let events = match state(number) {
            State::Cancelled => vec![cancelled()],
            State::Unknown => vec![sending(1), unknown()],
            _ => vec![sending(1), confirmed(None)],
        };
        go_on(journal, number, events).await.unwrap();
    }
    let (fourth, seventh) = (date(2026, 11, 4), date(2026, 11, 7));
    let periods = [(None, None), (Some(fourth), Some(seventh)), (Some(seventh), None), (None, Some(fourth))];
    let choices: [&[State]; 5] = [
        &[],
        &[State::Confirmed],
        &[State::Confirmed, State::Unknown],
        &[State::Confirmed, State::Cancelled, State::Prepared],
        &[State::Cancelled, State::Unknown],
    ];
    for states in choices {
        for (from, to) in periods {
            let filter = Filter { text: "ива".into(), states: states.to_vec(), from, to, ..Filter::default() };
            let within = |number: &u64| {
                let begin: Date = date(2026, 11, 2);
                let date = begin.saturating_add(jiff::Span::new().days(day(*number)));
                from.is_none_or(|from| date >= from) && to.is_none_or(|to| date <= to)
            };
            let chosen = |number: &u64| states.is_empty() || states.contains(&state(*number));
            let expected: Vec<_> = (1..=OPERATIONS).rev().filter(within).filter(chosen).map(id).collect();
            for size in [3, 50] {
                assert_eq!(all(journal, &filter, size).await, expected, "{filter:?} in pages of {size}");
            }
        }
    }
}
