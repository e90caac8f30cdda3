//! Guests, for the page.

use jiff::Timestamp;
use probonus::{Account, Group, Kopecks, Level, Profile, Unread, binding::Choice, contract::ProfileField};
use serde::Serialize;
use specta::Type;

use super::{
    coupon::CouponView,
    phone::phone_text,
    quiet::{is_not_so, shown_unread},
};
use crate::{
    error::AppError,
    shape::{ProfileView, shown_message, shown_name},
    view::{BalanceView, OperationView, TransactionView},
};

/// Parts of a record that could not be read, which a card tells.
const MAX_UNREAD: usize = 20;

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
    /// Coupons, those that can be used first.
    pub coupons: Vec<CouponView>,
    /// Whether the account is blocked; `null`: the server does not say.
    pub blocked: Option<bool>,
    /// Whether the account is deleted or merged into another; `null`: the server does not say.
    pub deleted: Option<bool>,
    /// Whether the account is said to be out of use in another way.
    #[serde(skip_serializing_if = "is_not_so")]
    #[specta(optional)]
    pub inactive: bool,
    /// Why it is blocked, or into which account it was merged, in the server's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub standing_text: Option<String>,
    /// Parts of the record that could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[specta(optional, type = Vec<Unread>)]
    pub unread: Vec<Unread>,
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
    /// Whether the list that it came in is not whole.
    #[serde(skip_serializing_if = "is_not_so")]
    #[specta(optional)]
    pub of_part: bool,
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
            group_name: group.and_then(|group| group.name.as_deref()).map(shown_name),
            level: account.level.as_ref().map(level),
            balance: account.balance,
            turnover: account.turnover,
            coupons: CouponView::of_all(&account.coupons, None),
            blocked: account.blocked,
            deleted: account.deleted,
            inactive: account.inactive,
            standing_text: account.standing_text.as_deref().map(shown_message),
            unread: account.unread.iter().take(MAX_UNREAD).map(shown_unread).collect(),
        }
    }
}

impl GuestView {
    /// The guest in a list, whose profile is only shown: an edit begins with the card.
    #[must_use]
    pub fn in_list(mut self) -> Self {
        self.profile = self.profile.shown();
        self
    }
}

impl From<&Group> for GroupView {
    fn from(group: &Group) -> Self {
        Self {
            id: group.id.to_string(),
            name: shown_name(&group.name),
            have_template: group.have_template,
            of_part: group.of_part,
        }
    }
}

fn level(level: &Level) -> Level {
    let percent = level.percent.as_deref().map(shown_name);
    let code = level.code.as_deref().map(shown_name);
    Level { name: shown_name(&level.name), percent, code, ..level.clone() }
}

/// Surname, name and patronymic in one line, as it is shown.
#[must_use]
pub fn full_name(profile: &Profile) -> String {
    let name = &profile.name;
    let parts = [&name.surname, &name.name, &name.patronymic].into_iter().flatten();
    let parts: Vec<String> = parts.map(|part| shown_name(part.trim())).filter(|part| !part.is_empty()).collect();
    shown_name(&parts.join(" "))
}
