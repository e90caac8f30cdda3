//! Guests, for the page.

use jiff::Timestamp;
use jiff::civil::Date;
use probonus::{Account, BalanceDetail, Group, Kopecks, Level, Profile, binding::Choice, contract::ProfileField};
use serde::Serialize;
use specta::Type;

use super::phone::phone_text;
use crate::{
    error::AppError,
    shape::ProfileView,
    view::{OperationView, TransactionView},
};

/// Coupons that a card shows. More than a guest has; a limit, because a server may list anything.
const MAX_COUPONS: usize = 500;

/// The result of a search for a guest.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(crate) enum GuestFound {
    /// One guest, or several if the server allows the same phone twice.
    Found {
        /// The guests.
        guests: Vec<GuestView>,
    },
    /// None: offer to create one.
    NotFound {
        /// The phone as E.164.
        phone: String,
        /// The phone for the screen.
        phone_text: String,
        /// Whether it is certain that no guest has the phone. It is not while the server's phone format is unknown, nor if the phone
        /// found a guest before.
        certain: bool,
        /// Whether the phone found a guest before: the guest may have another one by now, or the server does not understand this one.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        #[specta(optional)]
        found_before: bool,
        /// The operation of the journal that created a guest with this phone. Then the server shows old data, and the phone is
        /// taken.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[specta(optional)]
        made: Option<GuestMade>,
    },
}

/// The creation of a guest by this program.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub(crate) struct GuestMade {
    /// The operation.
    pub operation: String,
    /// When it was prepared.
    #[specta(type = String)]
    pub at: Timestamp,
    /// By whom.
    pub operator: String,
}

/// A guest.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GuestView {
    /// Account id.
    pub account: String,
    /// Phone as E.164. If the record shows none, the one that was searched, which finds the guest and need not be theirs.
    pub phone: Option<String>,
    /// The phone that the record shows, for the screen: `+7 912 345-67-89`.
    pub phone_text: Option<String>,
    /// The phone that was searched, for the screen, if the record shows another one or none.
    pub found_by: Option<String>,
    /// Surname, name and patronymic in one line; empty if the server gives none.
    pub full_name: String,
    /// The profile.
    pub profile: ProfileView,
    /// Group id.
    pub group_id: Option<String>,
    /// Group name.
    pub group_name: Option<String>,
    /// Level of the ladder.
    #[specta(type = Option<Level>)]
    pub level: Option<Level>,
    /// Balance in the record, kopecks. The card's `balance` is the one to rely on.
    pub balance: Option<Kopecks>,
    /// Turnover, kopecks.
    pub turnover: Option<Kopecks>,
    /// Coupons.
    pub coupons: Vec<CouponView>,
    /// Whether the account is blocked; `null`: the server does not say.
    pub blocked: Option<bool>,
    /// Whether the account is deleted or merged into another; `null`: the server does not say.
    pub deleted: Option<bool>,
}

/// A coupon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CouponView {
    /// Name.
    pub name: String,
    /// Code or number.
    pub code: Option<String>,
    /// Last day, ISO.
    pub valid_until: Option<String>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupView {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whether it takes new accounts.
    pub have_template: bool,
}

/// A guest's card. If one part could not be read, the others are there.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GuestCard {
    /// The guest.
    pub guest: GuestView,
    /// The terms of the account that can be changed; empty: this server allows none.
    pub terms: Vec<TermView>,
    /// The balance in detail.
    pub balance: Option<BalanceView>,
    /// Why the balance could not be read.
    pub balance_error: Option<AppError>,
    /// The last transactions, newest first.
    pub last_transactions: Vec<TransactionView>,
    /// Why they could not be read.
    pub transactions_error: Option<AppError>,
    /// The journal's last operations of this account, newest first.
    pub operations: Vec<OperationView>,
}

/// A term of the account that can be changed: its level, its type of bonuses, or their lifetime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct TermView {
    /// The field of the profile.
    pub field: ProfileField,
    /// The codes to choose from; empty: none is known, or the term is a number.
    pub choices: Vec<Choice>,
    /// Whether the guest's record shows it. Only then can it be read back after the change.
    pub shown: bool,
}

/// The balance in detail: total, parts that burn, the part that never burns, accruals that wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BalanceView {
    /// The whole balance, kopecks.
    pub balance: Kopecks,
    /// The parts that will burn, nearest first, at most [`BalanceView::MAX_BURNING`].
    pub burning: Vec<BurningView>,
    /// The part that never burns, kopecks; `null`: the server does not give it.
    pub never_burns: Option<Kopecks>,
    /// Accruals that wait for their day and are not part of the balance yet, nearest first, at most
    /// [`BalanceView::MAX_BURNING`].
    pub waiting: Vec<WaitingView>,
}

/// A part that will burn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct BurningView {
    /// The day.
    #[specta(type = String)]
    pub date: Date,
    /// Kopecks.
    pub sum: Kopecks,
}

/// An accrual that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct WaitingView {
    /// The day from which it counts; `null`: the server does not say.
    #[specta(type = Option<String>)]
    pub from: Option<Date>,
    /// Kopecks.
    pub sum: Kopecks,
}

impl BalanceView {
    /// The most rows of each list that are sent to the page.
    pub const MAX_BURNING: usize = 366;
}

impl BalanceView {
    /// The detailed balance. If the server gives only parts, the total comes from the guest's record. `None` if neither has a total.
    #[must_use]
    pub fn of(detail: &BalanceDetail, account: &Account) -> Option<Self> {
        let mut burning: Vec<_> =
            detail.burning.iter().map(|part| BurningView { date: part.date, sum: part.sum }).collect();
        burning.sort_by_key(|part| part.date);
        burning.truncate(Self::MAX_BURNING);
        let mut waiting: Vec<_> =
            detail.waiting.iter().map(|part| WaitingView { from: part.from, sum: part.sum }).collect();
        // Those without a day come last.
        waiting.sort_by_key(|part| (part.from.is_none(), part.from));
        waiting.truncate(Self::MAX_BURNING);
        Some(Self { balance: detail.balance.or(account.balance)?, burning, never_burns: detail.never_burns, waiting })
    }
}

impl From<&Account> for GuestView {
    fn from(account: &Account) -> Self {
        let group = account.group.as_ref();
        Self {
            account: account.id.to_string(),
            phone: account.phone.as_ref().map(|phone| phone.as_e164().to_owned()),
            phone_text: account.phone.as_ref().map(phone_text),
            found_by: None,
            full_name: full_name(&account.profile),
            profile: (&account.profile).into(),
            group_id: group.and_then(|group| group.id.as_ref()).map(ToString::to_string),
            group_name: group.and_then(|group| group.name.clone()),
            level: account.level.clone(),
            balance: account.balance,
            turnover: account.turnover,
            coupons: account.coupons.iter().take(MAX_COUPONS).map(CouponView::from).collect(),
            blocked: account.blocked,
            deleted: account.deleted,
        }
    }
}

impl From<&probonus::Coupon> for CouponView {
    fn from(coupon: &probonus::Coupon) -> Self {
        Self {
            name: coupon.name.clone(),
            code: coupon.code.clone(),
            valid_until: coupon.valid_until.map(|day| day.to_string()),
        }
    }
}

impl From<&Group> for GroupView {
    fn from(group: &Group) -> Self {
        Self { id: group.id.to_string(), name: group.name.clone(), have_template: group.have_template }
    }
}

/// Surname, name and patronymic in one line.
#[must_use]
pub fn full_name(profile: &Profile) -> String {
    let name = &profile.name;
    let parts = [&name.surname, &name.name, &name.patronymic];
    parts.into_iter().flatten().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
