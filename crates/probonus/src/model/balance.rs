//! The balance in detail.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Raw;
use crate::Kopecks;

/// The answer of `accounts/get_balance_extended`: what there is, and when and how much of it will burn \[S].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BalanceDetail {
    /// The whole balance in kopecks \[A].
    pub balance: Kopecks,
    /// What will burn, nearest date first.
    pub burning: Vec<Burning>,
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
