//! A guest's account and the account groups.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Coupon, Profile, Raw, Unread};
use crate::{AccountId, GroupId, Kopecks, Phone, contract::ProfileField};

/// A group of accounts; its template sets the level, welcome bonuses and expiry of a new account \[S].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Group {
    /// `id` \[S].
    pub id: GroupId,
    /// Its name \[A]; the id if the server gives no name.
    pub name: String,
    /// «Шаблон для API»: only such a group takes new accounts \[S].
    pub have_template: bool,
    /// Whether the list that it came in is not whole: a group of it can't be read, or the server says that it has more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "specta", specta(optional))]
    pub of_part: bool,
}

/// The group of an account, as far as the account's record has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct GroupRef {
    /// Id, if the record has one.
    pub id: Option<GroupId>,
    /// Name, if the record has one.
    pub name: Option<String>,
}

/// A level of the ladder (discount or bonus).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Level {
    /// Name of the level; empty if the server tells only its code or percent.
    pub name: String,
    /// Its percent as the server spells it ("5", "7.5"). It is only shown, never used in arithmetic.
    pub percent: Option<String>,
    /// Its code, if the record has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(optional))]
    pub code: Option<String>,
    /// The last day on which the guest has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(optional, type = Option<String>))]
    pub valid_until: Option<Date>,
}

/// A guest's account with its profile: the answer of `accounts/find_by_phone` \[S].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Account {
    /// Id of the account.
    pub id: AccountId,
    /// The phone, if the record has one that can be parsed.
    pub phone: Option<Phone>,
    /// The profile.
    pub profile: Profile,
    /// The terms (level, type of bonuses, their lifetime) that the record has a field for, even an empty one. Only a term with a
    /// field can be read back after a change.
    pub shown_terms: Vec<ProfileField>,
    /// The group the account is in.
    pub group: Option<GroupRef>,
    /// The level of the ladder.
    pub level: Option<Level>,
    /// Balance in kopecks, if the record has it. [`crate::Loyalty::balance`] is the one to rely on.
    pub balance: Option<Kopecks>,
    /// Turnover in kopecks, by which the server sets the level.
    pub turnover: Option<Kopecks>,
    /// Coupons.
    pub coupons: Vec<Coupon>,
    /// Whether the account is blocked; `None` if the server does not say.
    pub blocked: Option<bool>,
    /// Whether the account is deleted or merged into another; `None` if the server does not say.
    #[serde(default)]
    pub deleted: Option<bool>,
    /// Whether the account is said to be out of use in a way that is neither blocked nor deleted: `is_active: false`, a reason for a
    /// block. Money may go to it; the operator is warned.
    #[serde(default)]
    pub inactive: bool,
    /// Why it is blocked, or into which account it was merged, as the server wrote it.
    #[serde(default)]
    pub standing_text: Option<String>,
    /// Parts of the record that are there and can't be read.
    #[serde(default)]
    pub unread: Vec<Unread>,
    /// The record as the server sent it; an update sends it back with the edits.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub raw: Raw,
}

impl Account {
    /// Whether the server says that the account is deleted or merged into another.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.deleted == Some(true)
    }

    /// Whether money may go to it: nothing says that it is deleted or blocked.
    #[must_use]
    pub fn takes_money(&self) -> bool {
        !self.is_deleted() && self.blocked != Some(true)
    }

    /// Whether the record may be of a guest with this phone: it shows this one, or none that can be parsed.
    ///
    /// A guest may have more than one phone, so an existing account may be found by another phone than the one it shows. A new one
    /// has the phone that it was made with.
    #[must_use]
    pub fn may_have(&self, phone: &Phone) -> bool {
        self.phone.as_ref().is_none_or(|shown| shown == phone)
    }

    /// Whether the record would show a change of this field.
    #[must_use]
    pub fn shows(&self, field: ProfileField) -> bool {
        field.is_personal() || self.shown_terms.contains(&field)
    }
}
