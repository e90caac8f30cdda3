//! The balance in detail.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Raw;
use crate::Kopecks;

/// The answer of `accounts/get_balance_extended`: the balance, the parts that will burn and when \[S], the part that never burns,
/// and accruals that wait for their date \[E].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BalanceDetail {
    /// The whole balance in kopecks \[A]. `None` if the server gives only parts: their sum is not the balance, since a part may be
    /// missing.
    pub balance: Option<Kopecks>,
    /// The parts that will burn, nearest date first.
    pub burning: Vec<Burning>,
    /// The part that never burns, in kopecks; `None` if the server does not give it. Only what is said to have no end counts.
    pub never_burns: Option<Kopecks>,
    /// What burns on a day that the server does not tell, or tells in a way that can't be read, in kopecks; `None`: there is no such
    /// part.
    #[serde(default)]
    pub undated: Option<Kopecks>,
    /// How many parts, of those that burn and of those that wait, have a sum that can't be read. Then the lists are not whole.
    #[serde(default)]
    pub unread_parts: u32,
    /// Whether the server tells what burns: it gives a list, even an empty one, or the part that never does. Without that, nothing is
    /// known of burning.
    #[serde(default)]
    pub tells_burning: bool,
    /// Accruals that wait for their date. They are not part of the balance yet.
    pub waiting: Vec<WaitingAccrual>,
    /// Whether the server tells what waits: it gives a list, even an empty one, or their sum. Without that, nothing is known of it.
    #[serde(default)]
    pub tells_waiting: bool,
    /// The record as the server sent it.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub raw: Raw,
}

impl BalanceDetail {
    /// The sum of all parts of the balance, in kopecks: what burns, with a day and without one, and what never does. `None`: a part
    /// can't be read, or the sum is too large. What waits is no part of the balance.
    #[must_use]
    pub fn sum_of_parts(&self) -> Option<Kopecks> {
        let dated = self.burning.iter().map(|part| part.sum);
        let mut parts = dated.chain(self.never_burns).chain(self.undated);
        (self.unread_parts == 0).then(|| parts.try_fold(Kopecks::ZERO, Kopecks::checked_add)).flatten()
    }
}

/// A part of the balance that will burn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Burning {
    /// The day it burns.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub date: Date,
    /// How much, in kopecks.
    pub sum: Kopecks,
}

/// An accrual that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WaitingAccrual {
    /// The day from which it counts; `None` if the server does not say.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub from: Option<Date>,
    /// How much, in kopecks.
    pub sum: Kopecks,
}
