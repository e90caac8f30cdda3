//! The balance in detail.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Raw;
use crate::Kopecks;

/// The answer of `accounts/get_balance_extended`: what there is, when and how much of it will burn \[S], what never burns and what
/// still waits to be counted \[E].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BalanceDetail {
    /// The whole balance in kopecks \[A]. `None` where the server tells parts and no total: a sum of parts is no total, since
    /// there may be others.
    pub balance: Option<Kopecks>,
    /// What will burn, nearest date first.
    pub burning: Vec<Burning>,
    /// What never burns, in kopecks; `None` where the server does not tell it apart.
    pub never_burns: Option<Kopecks>,
    /// Accruals that wait for their date: no part of the balance yet.
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
    /// The day from which it counts; `None` where the server does not tell.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub from: Option<Date>,
    /// How much, in kopecks.
    pub sum: Kopecks,
}
