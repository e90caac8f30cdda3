//! A coupon of a guest.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A coupon that the guest has, or had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Coupon {
    /// Name; empty if the server gives none.
    pub name: String,
    /// Code or number.
    pub code: Option<String>,
    /// The first day of its validity; `None`: the server tells none that can be read.
    #[serde(default)]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub valid_from: Option<Date>,
    /// The last day of its validity; `None`: the server tells none that can be read.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub valid_until: Option<Date>,
    /// The end of the validity as the server wrote it, where it is no day that can be read. A coupon without an end has neither.
    #[serde(default)]
    pub valid_until_text: Option<String>,
    /// What the server says of it. [`Coupon::state_on`] also looks at the days of its validity.
    #[serde(default)]
    pub state: CouponState,
    /// The state as the server wrote it, where the word is not known.
    #[serde(default)]
    pub state_text: Option<String>,
    /// How often it may still be used; `None`: the server does not say.
    #[serde(default)]
    pub uses_left: Option<u32>,
    /// How often it may be used in all; `None`: the server does not say.
    #[serde(default)]
    pub uses: Option<u32>,
}

/// Whether a coupon may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum CouponState {
    /// It may: nothing says otherwise.
    #[default]
    Usable,
    /// Not yet: its first day is to come.
    NotYetValid,
    /// The server says something that is not known.
    Unknown,
    /// It was used, or as often as it may be.
    Used,
    /// Its last day is over.
    Expired,
    /// It is blocked, cancelled, or not active.
    Blocked,
}

impl Coupon {
    /// The state on a day of the server. A coupon that the server calls usable is not, outside the days of its validity.
    #[must_use]
    pub fn state_on(&self, today: Date) -> CouponState {
        let is_open = matches!(self.state, CouponState::Usable | CouponState::Unknown);
        if is_open && self.valid_until.is_some_and(|last| last < today) {
            CouponState::Expired
        } else if is_open && self.valid_from.is_some_and(|first| first > today) {
            CouponState::NotYetValid
        } else {
            self.state
        }
    }
}
