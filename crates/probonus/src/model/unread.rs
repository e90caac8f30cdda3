//! Parts of a record that can't be read.

use serde::{Deserialize, Serialize};

/// A part of a guest's record or of a receipt that is there and can't be read. The rest of the record is of use without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Unread {
    /// Which part.
    pub part: RecordPart,
    /// What the server wrote, at most a hundred characters.
    pub said: String,
}

/// A part of a guest's record or of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum RecordPart {
    /// The balance. Then the record tells none.
    Balance,
    /// The turnover.
    Turnover,
    /// The group.
    Group,
    /// A coupon.
    Coupon,
    /// Whether the account is blocked or deleted.
    Standing,
    /// The birthday.
    Birthday,
    /// The sex.
    Sex,
    /// When a receipt was closed.
    Date,
    /// The sum of a receipt before discounts.
    Total,
    /// Its discount.
    Discount,
    /// What was paid in money.
    Paid,
    /// What was paid with bonuses.
    BonusSpent,
    /// What was accrued.
    BonusAccrued,
    /// A dish, or a sum of it.
    Dish,
    /// A payment.
    Payment,
}
