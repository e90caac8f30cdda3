//! The dishes of a receipt: in which shapes they are listed, and what their records say.

use serde_json::Value;

use super::{
    read::Record,
    sums,
    values::{blank, unescaped, written},
};
use crate::{
    Kopecks,
    contract::Field,
    model::{ReceiptLine, RecordPart, Unread},
};

/// Lists and records that are searched one in the other.
const DEPTH: usize = 4;
/// Lists that divide a receipt into parts, each with dishes of its own.
const PARTS: [&str; 8] = ["courses", "guests", "seats", "groups", "packages", "orders", "sections", "курсы"];
/// Lists of what is added to a dish.
const MODIFIERS: [&str; 7] =
    ["modifiers", "modifications", "additions", "toppings", "options", "modifierslist", "модификаторы"];
/// Flags of a dish that was taken off the receipt.
const REMOVED: [&str; 12] = [
    "deleted",
    "isdeleted",
    "voided",
    "isvoided",
    "void",
    "isvoid",
    "removed",
    "isremoved",
    "cancelled",
    "canceled",
    "storno",
    "удалено",
];
/// Moments since which a dish is off the receipt.
const REMOVED_AT: [&str; 5] = ["deletedat", "voidedat", "removedat", "cancelledat", "canceledat"];

/// The dishes of a receipt, and those that can't be read.
#[derive(Default)]
pub(super) struct Dishes {
    pub(super) lines: Vec<ReceiptLine>,
    pub(super) unread: Vec<Unread>,
}

impl Dishes {
    /// The dishes of a record, also where it lists them by courses or by guests.
    pub(super) fn of(record: &Record<'_>) -> Self {
        let mut dishes = Self::default();
        dishes.gather(record, None, DEPTH);
        dishes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.unread.is_empty()
    }

    /// Reads the dishes of a record, and of the parts that it is divided into. `heading`: the name of the part.
    fn gather(&mut self, record: &Record<'_>, heading: Option<&str>, depth: usize) {
        for (path, value) in record.list_or_one(Field::Lines).into_iter().filter(|(_, value)| !blank(value)) {
            match record.of(path, value) {
                Ok(line) if depth > 0 && is_part(&line) => self.part(&line, depth - 1),
                Ok(line) => self.dish(&line, heading),
                Err(_) => self.unread.push(Unread { part: RecordPart::Dish, said: written(value) }),
            }
        }
        for found in PARTS.iter().filter_map(|name| record.under(name)).filter(|_| depth > 0) {
            let list = found.value.as_array().map(Vec::as_slice).unwrap_or_default();
            for (nth, value) in list.iter().enumerate().filter(|(_, value)| value.is_object()) {
                if let Ok(part) = record.of(format!("{}/{nth}", found.path()), value) {
                    self.part(&part, depth - 1);
                }
            }
        }
    }

    fn part(&mut self, part: &Record<'_>, depth: usize) {
        let name = part.text(Field::GroupName).or_else(|| part.plain(&["course", "guest", "seat", "number"]));
        self.gather(part, name.map(|name| unescaped(&name)).as_deref(), depth);
    }

    fn dish(&mut self, line: &Record<'_>, heading: Option<&str>) {
        let own = self.line(line);
        let is_removed = own.removed;
        self.lines.push(ReceiptLine { heading: heading.map(str::to_owned), ..own });
        for found in MODIFIERS.iter().filter_map(|name| line.under(name)) {
            let list = found.value.as_array().map(Vec::as_slice).unwrap_or_default();
            for (nth, value) in list.iter().enumerate().filter(|(_, value)| !blank(value)) {
                let modifier = match (value, line.of(format!("{}/{nth}", found.path()), value)) {
                    (_, Ok(modifier)) => self.line(&modifier),
                    (Value::String(name), _) => ReceiptLine { name: unescaped(name), ..ReceiptLine::default() },
                    _ => {
                        self.unread.push(Unread { part: RecordPart::Dish, said: written(value) });
                        continue;
                    }
                };
                let removed = modifier.removed || is_removed;
                self.lines.push(ReceiptLine { is_modifier: true, removed, ..modifier });
            }
        }
    }

    /// One dish. A sum that can't be read is told, and the dish stays.
    fn line(&mut self, line: &Record<'_>) -> ReceiptLine {
        let dish = line.inner(&["dish", "product", "item"]);
        let name = unescaped(&dish.text(Field::DishName).or(line.text(Field::DishName)).unwrap_or_default());
        let mut sum = |field: Field| -> Option<Kopecks> {
            line.money(field).unwrap_or_else(|_| {
                let value = line.find(field).map(|found| written(found.value)).unwrap_or_default();
                self.unread.push(Unread { part: RecordPart::Dish, said: format!("{name}: {value}") });
                None
            })
        };
        let (price, whole, discount) = (sum(Field::Price), sum(Field::LineSum), sum(Field::Discount));
        let (quantity, unit) = quantity(line);
        ReceiptLine {
            quantity,
            unit,
            price,
            sum: whole,
            discount: discount.filter(|discount| *discount != Kopecks::ZERO),
            removed: is_removed(line),
            name,
            ..ReceiptLine::default()
        }
    }
}

/// Whether a line is a part of the receipt with dishes of its own: it has a list of them and no sum.
fn is_part(line: &Record<'_>) -> bool {
    let has_list = line.names(Field::Lines) && !line.list(Field::Lines).is_empty();
    has_list && line.find(Field::Price).is_none() && line.plain(&["sum", "amount"]).is_none()
}

fn is_removed(line: &Record<'_>) -> bool {
    const WORDS: [&str; 7] = ["deleted", "voided", "void", "removed", "cancelled", "canceled", "storno"];
    const STEMS: [&str; 4] = ["удален", "отмен", "сторн", "снят"];
    line.any_flag(&REMOVED, true)
        || line.has_moment(&REMOVED_AT)
        || line.says_state(&["status", "state", "statusname"], &WORDS, &STEMS)
}

/// The quantity without the noise of a binary fraction, and its unit: `{"value": 2, "unit": "шт"}`.
fn quantity(line: &Record<'_>) -> (Option<String>, Option<String>) {
    let unit = line.plain(&["unit", "unitname", "measure", "measureunit", "едизм"]);
    if let Some(quantity) = line.text(Field::Quantity) {
        return (Some(without_noise(&quantity)), unit);
    }
    let inner = line.inner(&["quantity", "count", "qty", "amount"]);
    let value = inner.plain(&["value", "quantity", "count", "amount"]).map(|value| without_noise(&value));
    (value, inner.plain(&["unit", "unitname", "measure"]).or(unit))
}

/// A number without [the noise of a double](sums::without_noise): `0.30000000000000004` is `0.3`. Anything else stays as it is.
fn without_noise(text: &str) -> String {
    let is_plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let parts = text.split_once('.').filter(|(whole, tail)| is_plain(whole) && is_plain(tail));
    let Some((whole, tail)) = parts else { return text.to_owned() };
    let (whole, tail) = sums::without_noise(whole.to_owned(), tail);
    if tail.is_empty() { whole } else { format!("{whole}.{tail}") }
}
