//! A receipt with odd parts, deleted dishes, modifiers, payments and courses.

use probonus::{Receipt, ReceiptId, RecordPart, binding::Binding, codec};
use serde_json::{Value, json};

use crate::answers::answer;

fn receipt(more: &Value) -> Receipt {
    let mut told = json!({"id": 7, "number": "1"});
    told.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let read = codec::decode_receipt(&Binding::default(), &ReceiptId::new("7"), &answer(200, &told));
    read.unwrap_or_else(|error| panic!("{told}: {error}")).unwrap()
}

#[test]
fn a_dish_that_was_taken_off_is_told_apart() {
    for (dish, removed) in [
        (json!({}), false),
        (json!({"is_deleted": false}), false),
        (json!({"deletedAt": null}), false),
        (json!({"status": "served"}), false),
        (json!({"is_deleted": true}), true),
        (json!({"voided": 1}), true),
        (json!({"status": "deleted"}), true),
        (json!({"state": "Удалён"}), true),
        (json!({"deletedAt": "2026-11-20T10:00:00"}), true),
    ] {
        let mut dish = dish;
        dish["name"] = json!("Борщ");
        dish["sum"] = json!(999);
        let read = receipt(&json!({"dishes": [dish]}));
        assert_eq!(read.lines[0].removed, removed, "{dish}");
    }
}

#[test]
fn modifiers_follow_their_dish() {
    let read = receipt(&json!({"dishes": [
        {"name": "Пицца", "quantity": 1, "price": 50000, "sum": 60000, "discount": 5000,
            "modifiers": [{"name": "Сыр", "quantity": 2, "price": 5000, "sum": 10000}, "без лука", null]},
        {"name": "Чай", "sum": 100, "discount": 0, "is_deleted": true, "modifiers": [{"name": "Лимон"}]}]}));
    let lines: Vec<_> = read
        .lines
        .iter()
        .map(|line| (line.name.as_str(), line.is_modifier, line.removed, line.sum.map(|sum| sum.get())))
        .collect();
    assert_eq!(
        lines,
        [
            ("Пицца", false, false, Some(60_000)),
            ("Сыр", true, false, Some(10_000)),
            ("без лука", true, false, None),
            ("Чай", false, true, Some(100)),
            ("Лимон", true, true, None),
        ]
    );
    assert_eq!((read.lines[0].discount.map(|sum| sum.get()), read.lines[3].discount), (Some(5000), None));
}

#[test]
fn dishes_are_found_under_courses_and_guests() {
    let soup = json!({"name": "Суп", "sum": 100});
    let tea = json!({"name": "Чай", "sum": 50});
    for told in [
        json!({"courses": [{"name": "Первое", "dishes": [soup]}, {"name": "Второе", "dishes": [tea]}]}),
        json!({"guests": [{"name": "Первое", "items": [soup]}, {"name": "Второе", "items": [tea]}]}),
        json!({"lines": [{"name": "Первое", "dishes": [soup]}, {"name": "Второе", "dishes": [tea]}]}),
    ] {
        let read = receipt(&told);
        let lines: Vec<_> = read.lines.iter().map(|line| (line.heading.as_deref(), line.name.as_str())).collect();
        assert_eq!(lines, [(Some("Первое"), "Суп"), (Some("Второе"), "Чай")], "{told}");
    }
}

#[test]
fn payments_are_listed_by_kind() {
    let read = receipt(&json!({"payments": [{"type": "cash", "sum": 5000}, {"name": "Карта", "amount": 700},
        {"type": {"name": "Наличные"}, "sum": 30, "currency": "USD"}, {"type": "card", "sum": "?"}, null]}));
    let payments: Vec<_> = read.payments.iter().map(|payment| (payment.name.as_str(), payment.sum.get())).collect();
    assert_eq!(payments, [("cash", 5000), ("Карта", 700), ("Наличные, USD", 30)]);
    assert_eq!(read.unread.iter().map(|unread| unread.part).collect::<Vec<_>>(), [RecordPart::Payment]);
}

#[test]
fn a_returned_receipt_is_known_by_a_flag_a_word_or_a_moment() {
    for (told, returned) in [
        (json!({}), None),
        (json!({"status": "closed"}), None),
        (json!({"isReturned": false}), Some(false)),
        (json!({"returnedAt": null}), None),
        (json!({"status": "returned"}), Some(true)),
        (json!({"status": "Возврат"}), Some(true)),
        (json!({"state": "Возвращён"}), Some(true)),
        (json!({"state": {"name": "Аннулирован"}}), Some(true)),
        (json!({"returnedAt": "2026-11-20T10:00:00"}), Some(true)),
        (json!({"isReturned": true}), Some(true)),
    ] {
        assert_eq!(receipt(&told).returned, returned, "{told}");
    }
}

/// One odd dish or date must not hide the receipt.
#[test]
fn an_odd_part_of_a_receipt_hides_only_itself() {
    let soup = json!({"name": "Суп", "sum": 100});
    for (odd, lines) in [
        (json!({"name": "Чай", "price": 33.5, "sum": 67}), 2),
        (json!({"name": "Чай", "sum": "сто"}), 2),
        (json!("Чай"), 1),
    ] {
        let read = receipt(&json!({"dishes": [soup, odd]}));
        let unread: Vec<_> = read.unread.iter().map(|unread| unread.part).collect();
        assert_eq!((read.lines.len(), unread), (lines, vec![RecordPart::Dish]), "{odd}");
    }
    let read = receipt(&json!({"dishes": [soup, null], "date": "32.13.2026", "discountSum": 1.5, "sum": 100}));
    let unread: Vec<_> = read.unread.iter().map(|unread| (unread.part, unread.said.as_str())).collect();
    assert_eq!(unread, [(RecordPart::Discount, "1.5"), (RecordPart::Date, "32.13.2026")]);
    assert_eq!((read.at, read.total.map(|sum| sum.get()), read.lines.len()), (None, Some(100), 1));
}

#[test]
fn quantities_and_moments_are_read_as_they_are_meant() {
    for (quantity, read) in [
        (json!(0.300_000_000_000_000_04), (Some("0.3"), None)),
        (json!("1.9999999999999998"), (Some("2"), None)),
        (json!("0.350"), (Some("0.350"), None)),
        (json!("-0.30000000000000004"), (Some("-0.30000000000000004"), None)),
        (json!({"value": 2, "unit": "шт"}), (Some("2"), Some("шт"))),
    ] {
        let line = receipt(&json!({"dishes": [{"name": "Чай", "quantity": quantity}]})).lines.remove(0);
        assert_eq!((line.quantity.as_deref(), line.unit.as_deref()), read, "{quantity}");
    }
    let read = receipt(
        &json!({"checkNumber": "4411", "checkDatetime": "2026-11-20T14:05:00", "openedAt": "2026-11-20T13:00:00"}),
    );
    assert_eq!(read.at.map(|at| at.local.to_string()).as_deref(), Some("2026-11-20T14:05:00"));
    assert_eq!(read.opened_at.map(|at| at.local.to_string()).as_deref(), Some("2026-11-20T13:00:00"));
}
