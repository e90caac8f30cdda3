//! A receipt with its dishes.

use serde::{Deserialize, Serialize};

use super::{ExternalRef, Raw, Unread};
use crate::{AccountId, Kopecks, ReceiptId, ServerTime};

/// The answer of `checks/get_by_id` \[S]; all sums in kopecks \[A].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Receipt {
    /// Id.
    pub id: ReceiptId,
    /// The account that the receipt plainly names; `None` if it names none.
    ///
    /// A caller who knows the account compares it with [`AccountId::is_surely_not`]: an answer about another guest's receipt is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Number printed on it.
    pub number: Option<String>,
    /// When it was closed.
    pub at: Option<ServerTime>,
    /// When it was opened.
    #[serde(default)]
    pub opened_at: Option<ServerTime>,
    /// Restaurant, by name or code.
    pub restaurant: Option<String>,
    /// Station or cash desk.
    pub station: Option<String>,
    /// Waiter or cashier.
    pub waiter: Option<String>,
    /// Sum before discounts.
    pub total: Option<Kopecks>,
    /// Discount.
    pub discount: Option<Kopecks>,
    /// Paid in money.
    pub paid: Option<Kopecks>,
    /// Paid with bonuses.
    pub bonus_spent: Option<Kopecks>,
    /// Accrued.
    pub bonus_accrued: Option<Kopecks>,
    /// Dishes, each followed by its modifiers. Their sums are not added up: some servers count a modifier in the sum of its dish.
    pub lines: Vec<ReceiptLine>,
    /// What was paid, by kind of payment.
    #[serde(default)]
    pub payments: Vec<Payment>,
    /// Text of an outside receipt (`checkData`).
    pub text: Option<String>,
    /// The references of an outside purchase.
    pub external: ExternalRef,
    /// Whether it was returned; `None` if the server does not say.
    pub returned: Option<bool>,
    /// Parts of the record that are there and can't be read.
    #[serde(default)]
    pub unread: Vec<Unread>,
    /// The record as the server sent it.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub raw: Raw,
}

/// A payment of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Payment {
    /// Its kind, as the server calls it: "cash"; empty if it is not told.
    pub name: String,
    /// The sum, kopecks.
    pub sum: Kopecks,
}

/// A dish, or a modifier of the dish before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReceiptLine {
    /// Name.
    pub name: String,
    /// Quantity as the server spells it ("1", "0.35").
    pub quantity: Option<String>,
    /// The unit of the quantity ("шт").
    #[serde(default)]
    pub unit: Option<String>,
    /// Price of one, kopecks.
    pub price: Option<Kopecks>,
    /// Sum of the line, kopecks.
    pub sum: Option<Kopecks>,
    /// Discount on it, kopecks; not zero.
    #[serde(default)]
    pub discount: Option<Kopecks>,
    /// Whether it was taken off the receipt. Then it is not paid.
    #[serde(default)]
    pub removed: bool,
    /// Whether it is a modifier of the dish before it.
    #[serde(default)]
    pub is_modifier: bool,
    /// The course or the guest under which the receipt lists it.
    #[serde(default)]
    pub heading: Option<String>,
}
