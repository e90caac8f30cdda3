//! A receipt, for the page.

use probonus::{Kopecks, Payment, Receipt, ReceiptLine, Unread};
use serde::Serialize;
use specta::Type;

use super::{
    history::{is_registered_outside, wall},
    quiet::{is_not_so, shown_unread},
};
use crate::shape::{shown, shown_name};

/// A receipt with its dishes.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReceiptView {
    /// Id.
    pub id: String,
    /// Number printed on it.
    pub number: Option<String>,
    /// When it was closed, by the server's local time.
    pub at: Option<String>,
    /// When it was opened, by the server's local time; absent: the server does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub opened_at: Option<String>,
    /// Restaurant.
    pub restaurant: Option<String>,
    /// Station.
    pub station: Option<String>,
    /// Waiter or cashier.
    pub waiter: Option<String>,
    /// Before discounts, kopecks.
    pub total: Option<Kopecks>,
    /// Discount, kopecks.
    pub discount: Option<Kopecks>,
    /// Paid in money, kopecks.
    pub paid: Option<Kopecks>,
    /// Paid with bonuses, kopecks.
    pub bonus_spent: Option<Kopecks>,
    /// Accrued, kopecks.
    pub bonus_accrued: Option<Kopecks>,
    /// Dishes, at most [`ReceiptView::MAX_LINES`].
    pub lines: Vec<ReceiptLineView>,
    /// The number of all its dishes.
    pub lines_total: u32,
    /// What was paid, by kind of payment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[specta(optional, type = Vec<Payment>)]
    pub payments: Vec<Payment>,
    /// Parts of it that could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[specta(optional, type = Vec<Unread>)]
    pub unread: Vec<Unread>,
    /// Text of an outside receipt.
    pub text: Option<String>,
    /// `checkGuid` of an outside purchase.
    pub check_guid: Option<String>,
    /// Its number in the outside system; `null`: it has none, or only the number of the POS.
    pub external_check: Option<String>,
    /// Whether it was returned; `null`: the server does not say.
    pub returned: Option<bool>,
    /// Whether it can be returned by this program.
    pub returnable: bool,
}

/// A dish, or a modifier of the dish before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReceiptLineView {
    /// Name.
    pub name: String,
    /// Quantity as the server spells it.
    pub quantity: Option<String>,
    /// Price of one, kopecks.
    pub price: Option<Kopecks>,
    /// Sum, kopecks.
    pub sum: Option<Kopecks>,
    /// Unit of the quantity.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub unit: Option<String>,
    /// Discount on it, kopecks; not zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub discount: Option<Kopecks>,
    /// Whether it was taken off the receipt, and is not paid.
    #[serde(skip_serializing_if = "is_not_so")]
    #[specta(optional)]
    pub removed: bool,
    /// Whether it is a modifier of the dish before it.
    #[serde(skip_serializing_if = "is_not_so")]
    #[specta(optional)]
    pub is_modifier: bool,
    /// The course or the guest under which the receipt lists it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub heading: Option<String>,
}

impl ReceiptView {
    /// The most lines that are sent to the page.
    pub const MAX_LINES: usize = 1000;
    /// The most parts that could not be read, and payments, that are sent to the page.
    const MAX_PARTS: usize = 50;
    /// The most characters of its text: twice as many as the contents of a purchase may have.
    const MAX_TEXT: usize = 20_000;
}

impl From<&Receipt> for ReceiptView {
    fn from(receipt: &Receipt) -> Self {
        Self {
            id: receipt.id.to_string(),
            number: receipt.number.as_deref().map(shown_name),
            at: receipt.at.map(wall),
            opened_at: receipt.opened_at.map(wall),
            restaurant: receipt.restaurant.as_deref().map(shown_name),
            station: receipt.station.as_deref().map(shown_name),
            waiter: receipt.waiter.as_deref().map(shown_name),
            total: receipt.total,
            discount: receipt.discount,
            paid: receipt.paid,
            bonus_spent: receipt.bonus_spent,
            bonus_accrued: receipt.bonus_accrued,
            lines: receipt.lines.iter().take(Self::MAX_LINES).map(ReceiptLineView::from).collect(),
            lines_total: u32::try_from(receipt.lines.len()).unwrap_or(u32::MAX),
            payments: receipt.payments.iter().take(Self::MAX_PARTS).map(payment).collect(),
            unread: receipt.unread.iter().take(Self::MAX_PARTS).map(shown_unread).collect(),
            text: receipt.text.as_deref().map(|text| shown(text, Self::MAX_TEXT)),
            check_guid: receipt.external.check_guid.map(|guid| guid.to_string()),
            external_check: outside_number(receipt).as_deref().map(shown_name),
            returned: receipt.returned,
            returnable: is_registered_outside(&receipt.external) && receipt.returned != Some(true),
        }
    }
}

impl From<&ReceiptLine> for ReceiptLineView {
    fn from(line: &ReceiptLine) -> Self {
        Self {
            name: shown_name(&line.name),
            quantity: line.quantity.as_deref().map(shown_name),
            price: line.price,
            sum: line.sum,
            unit: line.unit.as_deref().map(shown_name),
            discount: line.discount,
            removed: line.removed,
            is_modifier: line.is_modifier,
            heading: line.heading.as_deref().map(shown_name),
        }
    }
}

fn payment(payment: &Payment) -> Payment {
    Payment { name: shown_name(&payment.name), sum: payment.sum }
}

/// The number of a receipt in an outside system. The number of the POS, which the server repeats, is none: a receipt without a GUID was
/// made at the POS.
fn outside_number(receipt: &Receipt) -> Option<String> {
    let number = receipt.external.external_check.clone();
    number.filter(|number| receipt.external.check_guid.is_some() || receipt.number.as_ref() != Some(number))
}

#[cfg(test)]
mod tests {
    use probonus::{ReceiptId, binding::Binding, codec};
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_number_of_the_pos_is_no_outside_number() {
        let numbers = |told: &Value| {
            let answer = codec::WireAnswer {
                status: 200,
                content_type: Some("application/json".into()),
                pages: Vec::new(),
                body: told.to_string().into(),
            };
            let read = codec::decode_receipt(&Binding::default(), &ReceiptId::new("7"), &answer).unwrap().unwrap();
            let view = ReceiptView::from(&read);
            (view.number, view.external_check)
        };
        let number = |number: &str| Some(number.to_owned());
        assert_eq!(numbers(&json!({"id": 7, "checkNumber": "4411", "dishes": []})), (number("4411"), None));
        let outside = json!({"id": 7, "checkNumber": "4411", "externalCheck": "Д-17", "dishes": []});
        assert_eq!(numbers(&outside), (number("4411"), number("Д-17")));
        let guid = json!({"id": 7, "checkNumber": "Д-17", "checkGuid": "6b3f1a52-8a0e-4d53-9c6e-0a2b3c4d5e6f"});
        assert_eq!(numbers(&guid).1, number("Д-17"));
    }
}
