//! The five writes. None may be repeated without a check whether the first one was applied.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{Profile, Raw};
use crate::{AccountId, CheckGuid, GroupId, Kopecks, Phone, ReceiptId, RestCode, StationCode};

/// Body of `accounts/insert_by_template`: the group, the phone and the profile \[S].
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

/// Body of `accounts/update`: the whole record as it was read, with the edits of the profile. No field is left out, since a
/// server may blank a field that is missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AccountUpdate {
    /// The account.
    pub account: AccountId,
    /// The record as it was read just before.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub record: Raw,
    /// The profile as read.
    pub before: Profile,
    /// The edited profile. Only fields that differ from `before` are changed in the record.
    pub after: Profile,
}

/// Body of `accounts/refill`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Refill {
    /// The account.
    pub account: AccountId,
    /// The sum to add, in kopecks, above zero \[A].
    pub sum: Kopecks,
    /// The reason. It is sent only if the server takes one \[A].
    pub comment: String,
}

/// Body of `external/register_check`: all ten fields of the vendor's page \[S]; sums in kopecks \[S].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExternalCheck {
    /// `restCode`.
    pub rest_code: RestCode,
    /// `checkGuid`: never used twice. ProBonus does not check that, the journal does.
    pub check_guid: CheckGuid,
    /// `accountId`.
    pub account: AccountId,
    /// `rkUnit`.
    pub station: StationCode,
    /// `externalCheck`: the purchase's number in the outside system.
    pub external_check: String,
    /// `bonusSpentSum`: bonuses that pay for the purchase.
    pub bonus_spent: Kopecks,
    /// `discountSum`: the discount that the guest got in the outside system.
    pub discount: Kopecks,
    /// `bonusAccruedSum`: bonuses that the purchase adds.
    pub bonus_accrued: Kopecks,
    /// `moneySpentSum`: the money that the guest paid.
    pub money_spent: Kopecks,
    /// `checkData`: any text about the contents.
    pub check_data: String,
    /// When the purchase was made. The vendor's page has no such field. It is sent only if the server's Swagger has one; the
    /// journal keeps it in any case.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub purchased_at: Option<DateTime>,
}

/// Body of `external/return_check`. `checkGuid` is always sent \[A]; the other fields only if the server's Swagger has them.
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

/// The answer to a write that the server accepted. Every field is optional: many servers answer just `true` or `{}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WriteAnswer {
    /// The account that the write created or changed.
    pub account: Option<AccountId>,
    /// The balance after the write, in kopecks.
    pub balance: Option<Kopecks>,
    /// The id of the transaction that the write created.
    pub transaction: Option<String>,
    /// The id of the receipt that the write created.
    pub receipt: Option<ReceiptId>,
    /// After a write that moves money, the id and phone of a guest, if the answer is a guest's record: it has a phone and a bare `id`.
    /// The `id` may be the transaction's all the same.
    pub guest: Option<(AccountId, Phone)>,
    /// The sum of a refill in kopecks, under the key that the request has for it. It may be the balance all the same.
    pub sum: Option<Kopecks>,
    /// The comment of a refill, under the key that the request has for it.
    pub comment: Option<String>,
    /// The GUID of a purchase, under the key that the request has for it.
    pub check_guid: Option<CheckGuid>,
    /// The answer as the server sent it.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub raw: Raw,
}
