//! A receipt, down to the dishes.

use serde_json::Value;

use super::external;
use crate::{
    Error, Kopecks, Method, ReceiptId,
    binding::Binding,
    codec::{
        about::{account_of, must_be_receipt},
        answer::{Opened, open},
        dishes::Dishes,
        read::{Context, Record},
        values::{blank, unescaped, written},
        wire::WireAnswer,
    },
    contract::Field,
    model::{Payment, Receipt, RecordPart, Unread},
};

/// The answer of `checks/get_by_id`; `None`: there is no such receipt. `asked`: the id that is used if the record has none. A date, a
/// sum or a dish that can't be read hides only itself.
///
/// # Errors
/// As [`decode_tokens`](super::decode_tokens).
pub fn decode_receipt(binding: &Binding, asked: &ReceiptId, answer: &WireAnswer) -> Result<Option<Receipt>, Error> {
    let context = Context::new(binding, Method::Receipt, answer.status);
    let (mut at, mut value) = match open(binding, Method::Receipt, answer)? {
        Opened::Nothing => return Ok(None),
        Opened::Payload(at, value) => (at, value),
    };
    let mut listed = false;
    if let Value::Array(list) = &mut value
        && list.len() == 1
    {
        value = list.remove(0);
        at.push_str("/0");
        listed = true;
    }
    if blank(&value) {
        return Ok(None);
    }
    let record = Record::new(&context, at, &value)?;
    // A list with one element may be the list of dishes.
    let own = [Field::At, Field::Lines, Field::CheckNumber, Field::CheckGuid, Field::MoneySpent];
    if listed && own.into_iter().all(|field| record.find(field).is_none()) {
        return Err(record.unreadable("a list of something else than receipts"));
    }
    let head = record.inner(&["check", "receipt", "bill", "header"]);
    let head = if head.is_empty() { &record } else { &head };
    must_be_receipt(binding, head, asked)?;
    let mut receipt = Receipt {
        account: account_of(binding, head).or_else(|| account_of(binding, &record)),
        external: external(head, &record),
        ..of_head(head, asked)?
    };
    receipt.payments = payments(head, &mut receipt.unread);
    let dishes = [&record, head].into_iter().map(Dishes::of).find(|dishes| !dishes.is_empty()).unwrap_or_default();
    receipt.lines = dishes.lines;
    receipt.unread.extend(dishes.unread);
    drop(record);
    Ok(Some(Receipt { raw: value, ..receipt }))
}

/// What the head of a receipt says of itself.
fn of_head(head: &Record<'_>, asked: &ReceiptId) -> Result<Receipt, Error> {
    let mut unread = Vec::new();
    let mut sum = |field: Field, part: RecordPart| -> Option<Kopecks> {
        head.money(field).unwrap_or_else(|_| {
            unread.push(odd(head, field, part));
            None
        })
    };
    let total = sum(Field::Total, RecordPart::Total);
    let discount = sum(Field::Discount, RecordPart::Discount);
    let paid = sum(Field::MoneySpent, RecordPart::Paid);
    let bonus_spent = sum(Field::BonusSpent, RecordPart::BonusSpent);
    let bonus_accrued = sum(Field::BonusAccrued, RecordPart::BonusAccrued);
    let at = head.moment(Field::At).unwrap_or_else(|_| {
        unread.push(odd(head, Field::At, RecordPart::Date));
        None
    });
    let restaurant = head.inner(&["restaurant", "rest"]);
    let waiter = head.inner(&["waiter", "cashier", "employee"]);
    Ok(Receipt {
        id: head.id(Field::Receipt)?.map_or_else(|| asked.clone(), ReceiptId::new),
        account: None,
        number: head.text(Field::CheckNumber),
        at,
        opened_at: ["openedat", "opentime", "opendate", "opened", "datacreated", "времяоткрытия"]
            .iter()
            .find_map(|name| head.moment_at(&head.under(name)?).ok().flatten()),
        restaurant: readable(restaurant.text(Field::GroupName).or(head.text(Field::Restaurant))),
        station: head.text(Field::Station),
        waiter: readable(head.text(Field::Waiter).or(waiter.text(Field::GroupName))),
        total,
        discount,
        paid,
        bonus_spent,
        bonus_accrued,
        lines: Vec::new(),
        payments: Vec::new(),
        text: readable(head.text(Field::CheckData)),
        external: Default::default(),
        returned: returned(head),
        unread,
        raw: Value::Null,
    })
}

fn odd(head: &Record<'_>, field: Field, part: RecordPart) -> Unread {
    Unread { part, said: head.find(field).map(|found| written(found.value)).unwrap_or_default() }
}

/// A text that is only shown.
fn readable(text: Option<String>) -> Option<String> {
    text.map(|text| unescaped(&text))
}

/// Whether a receipt was returned: by a flag, by the moment of it, or by a word of its status.
fn returned(head: &Record<'_>) -> Option<bool> {
    const SINCE: [&str; 9] = [
        "returnedat",
        "returnedon",
        "returndate",
        "datereturn",
        "refundedat",
        "cancelledat",
        "canceledat",
        "voidedat",
        "датавозврата",
    ];
    const STATUS: [&str; 6] = ["status", "state", "checkstatus", "checkstate", "statusname", "receiptstatus"];
    const WORDS: [&str; 9] =
        ["returned", "refunded", "refund", "return", "cancelled", "canceled", "voided", "storno", "reversed"];
    const STEMS: [&str; 5] = ["возвра", "аннулир", "отмен", "сторн", "удален"];
    let is_said = head.has_moment(&SINCE) || head.says_state(&STATUS, &WORDS, &STEMS);
    if is_said { Some(true) } else { head.is_so(Field::Returned).unwrap_or_default() }
}

/// The payments of a receipt, by kind: `{"payments": [{"type": "cash", "sum": 5000}]}`.
fn payments(head: &Record<'_>, unread: &mut Vec<Unread>) -> Vec<Payment> {
    const LISTS: [&str; 6] = ["payments", "pays", "paymentlist", "tenders", "paymenttypes", "оплаты"];
    let found = LISTS.iter().find_map(|name| head.under(name));
    let list = found.and_then(|found| found.value.as_array().map(|list| (found.path(), list)));
    let Some((path, list)) = list else { return Vec::new() };
    let mut payments = Vec::new();
    for (nth, value) in list.iter().enumerate().filter(|(_, value)| !blank(value)) {
        let read = head.of(format!("{path}/{nth}"), value).ok().and_then(|payment| {
            let inner = payment.inner(&["type", "kind", "currency"]);
            let name = payment.text(Field::GroupName).or_else(|| inner.text(Field::GroupName));
            let name = name.or_else(|| payment.plain(&["type", "typename", "kind", "method", "paytype", "currency"]));
            let currency = payment.plain(&["currency", "currencycode"]).filter(|code| Some(code) != name.as_ref());
            let name = [name, currency].into_iter().flatten().collect::<Vec<_>>().join(", ");
            Some(Payment { name: unescaped(&name), sum: payment.money(Field::Sum).ok().flatten()? })
        });
        match read {
            Some(payment) => payments.push(payment),
            None => unread.push(Unread { part: RecordPart::Payment, said: written(value) }),
        }
    }
    payments
}
