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
    /// The part that never burns, in kopecks; `None` if the server does not give it.
    pub never_burns: Option<Kopecks>,
    /// Accruals that wait for their date. They are not part of the balance yet.
    pub waiting: Vec<WaitingAccrual>,
    /// The record as the server sent it.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub raw: Raw,
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
