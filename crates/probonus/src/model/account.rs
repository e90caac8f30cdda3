//! A guest's account, and the groups accounts live in.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Profile, Raw};
use crate::{AccountId, GroupId, Kopecks, Phone, contract::ProfileField};

/// A group of accounts; its template sets the level, welcome bonuses and expiry of a new account \[S].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Group {
    /// `id` \[S].
    pub id: GroupId,
    /// Its name \[A]; the id, where the server tells none.
    pub name: String,
    /// «Шаблон для API»: only such a group takes new accounts \[S].
    pub have_template: bool,
}

/// The group an account is in, as its record tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct GroupRef {
    /// Id, if the record has one.
    pub id: Option<GroupId>,
    /// Name, if the record has one.
    pub name: Option<String>,
}

/// A level of the ladder (discount or bonus).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Level {
    /// Name of the level.
    pub name: String,
    /// Its percent as the server spells it ("5", "7.5"): shown, never computed with.
    pub percent: Option<String>,
}

/// A coupon the guest holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Coupon {
    /// Name.
    pub name: String,
    /// Code or number.
    pub code: Option<String>,
    /// Last day it is good for.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub valid_until: Option<Date>,
}

/// Almost everything that is known of a guest: the answer of `accounts/find_by_phone` \[S].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Account {
    /// Id of the account.
    pub id: AccountId,
    /// The phone, if the record tells it in a form we understand.
    pub phone: Option<Phone>,
    /// The profile.
    pub profile: Profile,
    /// The terms that the record shows, even if it has no value there: level, type of bonuses, their life. Only what is
    /// shown can be read again after it was changed.
    pub shown_terms: Vec<ProfileField>,
    /// The group the account is in.
    pub group: Option<GroupRef>,
    /// The level of the ladder.
    pub level: Option<Level>,
    /// Balance in kopecks, if the record has it; [`crate::Loyalty::balance`] is the authority.
    pub balance: Option<Kopecks>,
    /// Turnover that the ladder of levels counts, in kopecks.
    pub turnover: Option<Kopecks>,
    /// Coupons.
    pub coupons: Vec<Coupon>,
    /// Whether the account is blocked, where the server tells.
    pub blocked: Option<bool>,
    /// Whether the account is deleted or merged into another, where the server tells.
    #[serde(default)]
    pub deleted: Option<bool>,
    /// The record as the server sent it; an update sends it back with the edits.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub raw: Raw,
}

impl Account {
    /// Whether the record would show a change of this field.
    #[must_use]
    pub fn shows(&self, field: ProfileField) -> bool {
        field.is_personal() || self.shown_terms.contains(&field)
    }
}
