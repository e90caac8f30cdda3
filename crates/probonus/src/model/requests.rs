//! The five requests that change something. None may be repeated blindly.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{Profile, Raw};
use crate::{AccountId, CheckGuid, GroupId, Kopecks, Phone, ReceiptId, RestCode, StationCode};

/// Body of `accounts/insert_by_template`: by the least, the profile and the phone \[S].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NewAccount {
    /// `accountGroupId` \[S]: a group with a template.
    pub group: GroupId,
    /// The phone.
    pub phone: Phone,
    /// The profile.
    pub profile: Profile,
}

/// Body of `accounts/update`: the whole record as it was read, with the profile's edits laid over it. Whether omitted
/// fields are blanked is unknown, so none is omitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AccountUpdate {
    /// Whose.
    pub account: AccountId,
    /// The record as it was read just before.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub record: Raw,
    /// The profile as read.
    pub before: Profile,
    /// The profile as it shall be; only what differs from `before` is changed in the record.
    pub after: Profile,
}

/// Body of `accounts/refill`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Refill {
    /// Whose.
    pub account: AccountId,
    /// How much to add, kopecks, above zero \[A].
    pub sum: Kopecks,
    /// Reason; sent only where the server takes one \[A].
    pub comment: String,
}

/// Body of `external/register_check`: all ten fields of the vendor's page \[S]; sums in kopecks \[S].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExternalCheck {
    /// `restCode`.
    pub rest_code: RestCode,
    /// `checkGuid`: unique for ever; ProBonus does not check.
    pub check_guid: CheckGuid,
    /// `accountId`.
    pub account: AccountId,
    /// `rkUnit`.
    pub station: StationCode,
    /// `externalCheck`: number in the outside system.
    pub external_check: String,
    /// `bonusSpentSum`: to take from the account in payment.
    pub bonus_spent: Kopecks,
    /// `discountSum`: discount the guest got outside.
    pub discount: Kopecks,
    /// `bonusAccruedSum`: to add to the account.
    pub bonus_accrued: Kopecks,
    /// `moneySpentSum`: what the guest paid.
    pub money_spent: Kopecks,
    /// `checkData`: any text about the contents.
    pub check_data: String,
    /// When the purchase was made. The vendor's page has no such field: it is sent only if the server's Swagger
    /// names one, and kept in the journal either way.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub purchased_at: Option<DateTime>,
}

/// Body of `external/return_check`: `checkGuid` at least \[A]; the rest goes where the server's Swagger names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReturnCheck {
    /// `checkGuid` of the purchase to undo.
    pub check_guid: CheckGuid,
    /// Restaurant of the purchase.
    pub rest_code: RestCode,
    /// Account of the purchase.
    pub account: AccountId,
    /// Its number in the outside system.
    pub external_check: String,
    /// Its station.
    pub station: StationCode,
}

/// What a server said to a write that it accepted. Every field is optional: many answer just `true` or `{}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WriteAnswer {
    /// The account it made or changed.
    pub account: Option<AccountId>,
    /// Balance afterwards, kopecks.
    pub balance: Option<Kopecks>,
    /// Id of the transaction it made.
    pub transaction: Option<String>,
    /// Id of the receipt it made.
    pub receipt: Option<ReceiptId>,
    /// The answer as the server sent it.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub raw: Raw,
}
